// What C# pays for a call across the boundary, and signatures a second beside the plain algorithm in C#.
//
//   cargo build --release -p lazcore-ffi
//   mcs -langversion:7.2 -optimize -unsafe -target:library -out:target/Lazcore.dll -recurse:'ffi-c/bindings/csharp/src/*.cs'
//   cp ffi-c/bindings/csharp/Lazcore.dll.config target/
//   mcs -langversion:7.2 -optimize -r:target/Lazcore.dll -r:System.Core.dll -out:target/csharp_boundary.exe tests/bench/csharp_boundary.cs
//   cp target/release/liblazcore.so target/liblazcore.so.0 && mono target/csharp_boundary.exe
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Lazcore;

internal static class CsharpBoundary
{
    private const int Rounds = 15;
    private const string Secret = "helloworld";
    private const string Path = "/orders/get";
    private static readonly Dictionary<string, object> Given = new Dictionary<string, object>
    {
        { "app_key", "123456" },
        { "timestamp", "1517820392000" },
        { "sign_method", "sha256" },
        { "access_token", "50000800d02xJrbqTnXkLtHpUfmzvRWyQZe1a2b3c4d5e6f7g8h9" },
        { "created_after", "2026-03-01T16:00:00+08:00" },
        { "created_before", "2026-03-31T16:00:00+08:00" },
        { "status", "pending" },
        { "sort_by", "created_at" },
        { "sort_direction", "ASC" },
        { "offset", "100" },
        { "limit", "100" },
    };

    private static readonly Dictionary<string, string> Texts = Given.ToDictionary(one => one.Key, one => (string)one.Value);

    private static int Main()
    {
        if (Protocol.Sign(Secret, Path, Given) != Plain(Texts))
        {
            Console.Error.WriteLine("the two signatures differ");
            return 1;
        }
        var page = Page();
        var json = "{" + string.Join(",", Texts.Select(one => "\"" + one.Key + "\":\"" + one.Value + "\"")) + "}";
        var answer = Protocol.Read("GetOrders", 200, null, page);
        var work = new[]
        {
            Work("sign a dictionary of 11 parameters", 2000, () => Protocol.Sign(Secret, Path, Given)),
            Work("sign the same as JSON text", 2000, () => Protocol.SignJson(Secret, Path, json)),
            Work("sign it in plain C#", 2000, () => Plain(Texts)),
            Work("the smallest read of a value", 20000, () => answer.Type(string.Empty)),
            Work("read one field of " + page.Length / 1000 + " kB", 20000, () => answer.Text("/orders/50/order_id")),
            Work("read the page", 50, () => Protocol.Read("GetOrders", 200, null, page).Dispose()),
            Work("read the page and five fields of each order", 20, () => FiveFields(page)),
        };
        var best = work.Select(one => double.MaxValue).ToArray();
        // In turns, so that a busy machine slows all.
        for (var round = 0; round < Rounds; round++)
        {
            for (var at = 0; at < work.Length; at++)
            {
                best[at] = Math.Min(best[at], work[at].Value());
            }
        }
        for (var at = 0; at < work.Length; at++)
        {
            Console.WriteLine("{0,-48} {1,10:F2} us {2,12:F0} a second", work[at].Key, best[at], 1e6 / best[at]);
        }
        Console.WriteLine("signing is {0:F1} times as fast as the plain algorithm", best[2] / best[0]);
        return 0;
    }

    private static KeyValuePair<string, Func<double>> Work(string name, int loops, Action body)
    {
        return new KeyValuePair<string, Func<double>>(name, () =>
        {
            body();
            var watch = Stopwatch.StartNew();
            for (var loop = 0; loop < loops; loop++)
            {
                body();
            }
            return watch.Elapsed.TotalMilliseconds * 1000 / loops;
        });
    }

    // As programs without a library do it: sort, join, HMAC-SHA256, hex.
    private static string Plain(Dictionary<string, string> parameters)
    {
        var text = new StringBuilder(Path);
        foreach (var one in new SortedDictionary<string, string>(parameters, StringComparer.Ordinal))
        {
            if (!string.IsNullOrEmpty(one.Key) && !string.IsNullOrEmpty(one.Value))
            {
                text.Append(one.Key).Append(one.Value);
            }
        }
        using (var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(Secret)))
        {
            var hex = new StringBuilder();
            foreach (var letter in hmac.ComputeHash(Encoding.UTF8.GetBytes(text.ToString())))
            {
                hex.Append(letter.ToString("X2"));
            }
            return hex.ToString();
        }
    }

    private static void FiveFields(byte[] page)
    {
        using (var answer = Protocol.Read("GetOrders", 200, null, page))
        {
            foreach (var order in answer.Objects("/orders"))
            {
                order.Text("order_id");
                order.Decimal("price");
                order.Text("created_at");
                order.Text("customer_first_name");
                order.Int64("items_count");
            }
        }
    }

    // A page of 100 orders, as long as the platform's.
    private static byte[] Page()
    {
        var orders = Enumerable.Range(0, 100).Select(number =>
            "{\"order_id\":" + (700000000000000 + number) + ",\"order_number\":" + (700000000000000 + number)
            + ",\"price\":\"" + number + ".90\",\"voucher\":0.00,\"shipping_fee\":1.50,\"items_count\":2,"
            + "\"created_at\":\"2026-03-01 16:00:00 +0800\",\"updated_at\":\"2026-03-02 16:00:00 +0800\","
            + "\"statuses\":[\"pending\"],\"customer_first_name\":\"N***\",\"payment_method\":\"COD\",\"remarks\":\"\","
            + string.Join(",", new[] { "address_billing", "address_shipping" }.Select(Address)) + "}");
        return Encoding.UTF8.GetBytes(
            "{\"code\":\"0\",\"request_id\":\"r\",\"data\":{\"count\":100,\"countTotal\":100,\"orders\":["
            + string.Join(",", orders) + "]}}");
    }

    private static string Address(string name)
    {
        return "\"" + name + "\":{\"first_name\":\"N***\",\"last_name\":\"\",\"phone\":\"********12\",\"phone2\":\"\","
            + string.Join(",", Enumerable.Range(1, 5).Select(line => "\"address" + line + "\":\"" + new string('s', 90) + "\""))
            + ",\"city\":\"Singapore\",\"post_code\":\"000000\",\"country\":\"Singapore\"}";
    }
}
