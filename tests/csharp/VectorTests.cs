using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Lazcore.Tests
{
    /// <summary>The shared vectors of tests/vectors, read by the library itself: numbers stay as they are written.</summary>
    public static class VectorTests
    {
        public static void Sign()
        {
            Each("sign", one => Check.Equal(
                Protocol.SignJson(one.Text("secret"), one.Text("path"), one.Json("params")), one.Text("sign")));
        }

        public static void Explain()
        {
            Each("explain", one =>
            {
                var told = Protocol.ExplainSignatureJson(
                    one.Text("secret"), one.Text("path"), one.Text("args"), one.Text("received"));
                Check.Equal(told.BaseString, one.Text("base_string"));
                Check.Equal(told.Signature, one.Text("sign"));
                Check.Equal(told.Verdict, one.Text("verdict"));
                Check.Same(told.Mistakes.Select(mistake => mistake.Text("code")), one.Texts("mistakes"));
            });
        }

        public static void Envelope()
        {
            Each("envelope", one =>
            {
                var base64 = one.Text("body_base64");
                var body = base64 != null
                    ? Convert.FromBase64String(base64) : Encoding.UTF8.GetBytes(one.Text("body") ?? string.Empty);
                var expected = one.Object("expect");
                LazcoreException error = null;
                try
                {
                    Protocol.Read(one.Text("api"), (int)one.Int64("status"), null, body).Dispose();
                }
                catch (LazcoreException thrown)
                {
                    error = thrown;
                }
                Check.Equal(error == null, expected.Flag("ok") ?? false);
                if (error != null)
                {
                    Compare(error, expected);
                }
            });
        }

        public static void Parameters()
        {
            Each("params", one =>
            {
                var config = new LazcoreConfig("1", "s") { Country = "SG", AccessToken = "t" };
                Func<PreparedRequest> prepare = () => one.Text("api") != null
                    ? Protocol.PrepareJson(config, one.Text("api"), one.Text("args"), DateTimeOffset.UtcNow)
                    : Protocol.PrepareRequestJson(
                        config, one.Text("method"), one.Text("path") ?? "", one.Text("args"), DateTimeOffset.UtcNow);
                if (!one.Names.Contains("wire"))
                {
                    // An empty text counts as absent.
                    Check.Equal(
                        Check.Throws<LazcoreInputException>(() => prepare()).Field, one.Text("error_field") ?? "");
                    return;
                }
                var request = prepare();
                var sent = Pairs(request.Url.Substring(request.Url.IndexOf('?') + 1))
                    .Concat(Pairs(Encoding.UTF8.GetString(request.Body))).Where(pair => !Own.Contains(pair.Key));
                var wire = one.Object("wire");
                Check.Same(
                    sent.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + "=" + pair.Value),
                    wire.Names.OrderBy(name => name, StringComparer.Ordinal).Select(name => name + "=" + wire[name]));
            });
        }

        /// <summary>Through a typed record, which reads the normalized form.</summary>
        public static void Values()
        {
            Each("values", one =>
            {
                var kind = one.Text("kind");
                // The text "null" is one of the platform's ways to say nothing, so the accessor finds none.
                var body = "{\"code\":\"0\",\"data\":{\"order_id\":1,\"" + FieldOf(kind) + "\":" + (one.Text("json") ?? "null") + "}}";
                using (var answer = Protocol.Read("GetOrder", 200, null, body))
                using (var normalized = Value.Parse(answer.Json))
                {
                    var order = new Api.Order(normalized, string.Empty);
                    Func<string> read = () => Read(order, kind);
                    if (one.Flag("error") ?? false)
                    {
                        Check.Equal(Check.Throws<LazcoreDecodeException>(() => read()).Field, "/" + FieldOf(kind));
                    }
                    else if (kind == "time" && one.Text("expect") != null)
                    {
                        Time(one, order, answer);
                    }
                    else
                    {
                        Check.Equal(read(), one.Text("expect"));
                    }
                }
            });
        }

        public static void Bill()
        {
            Each("bills", one =>
            {
                var order = "{\"order\":" + one.Json("order") + ",\"items\":" + one.Json("items") + "}";
                if (one.Text("buyer_paid") != null)
                {
                    Check.Equal(Text(Bills.BuyerPaid(order)), one.Text("buyer_paid"));
                }
                else
                {
                    var error = Check.Throws<LazcoreDecodeException>(() => Bills.BuyerPaid(order));
                    Check.Equal(error.Field, one.Text("buyer_paid_error"));
                }
                Check.Equal(Bills.Reconcile(order).Value.Json, one.Json("reconcile"));
                if (one.Json("lines") != null)
                {
                    Check.Equal(Bills.Lines(order).Json, one.Json("lines"));
                }
                else
                {
                    var error = Check.Throws<LazcoreDecodeException>(() => Bills.BySku(order));
                    Check.Equal(error.Field, one.Text("lines_error"));
                }
            });
        }

        private static readonly string[] Own = { "app_key", "timestamp", "sign_method", "access_token", "sign" };

        private static void Each(string name, Action<Record> run)
        {
            var file = Value.Parse(File.ReadAllText("tests/vectors/" + name + ".json"));
            var cases = file.Objects("/cases");
            Check.That(cases.Count > 0, "no case in " + name);
            foreach (var one in cases)
            {
                Runner.Case(name + ": " + one.Text("name"), () => run(one));
            }
        }

        private static void Compare(LazcoreException error, Record expected)
        {
            var told = new Dictionary<string, string>
            {
                { "kind", error.Kind },
                { "code", error.Code },
                { "request_id", error.RequestId },
                { "retryable", error.Retryable ? "true" : "false" },
                { "executed", error.Executed == Executed.Unknown ? "unknown" : "no" },
                { "field", error.Field },
            };
            foreach (var name in expected.Names.Where(told.ContainsKey))
            {
                Check.Equal(told[name], expected.Text(name));
            }
        }

        private static IEnumerable<KeyValuePair<string, string>> Pairs(string form)
        {
            return form.Split(new[] { '&' }, StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Select(
                pair => new KeyValuePair<string, string>(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1])));
        }

        private static void Time(Record one, Api.Order order, Value answer)
        {
            var expected = one.Text("expect");
            if (one.Int64("epoch_ms") == null)
            {
                // Without an offset it names no instant; the text is as sent.
                Check.Throws<LazcoreDecodeException>(() => order.CreatedAt.ToString());
                Check.Equal(order.Text("created_at"), expected);
                return;
            }
            var time = DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture);
            Check.That(order.CreatedAt.Value.EqualsExact(time), order.CreatedAt + " is not " + expected);
            Check.That(answer.Time("/created_at") == time, "as it came");
            Check.Equal(Instant.Milliseconds(order.CreatedAt), one.Int64("epoch_ms"));
        }

        private static string FieldOf(string kind)
        {
            switch (kind)
            {
                case "flag": return "gift_option";
                case "time": return "created_at";
                case "money": return "price";
                case "id": return "order_number";
                default: return "remarks";
            }
        }

        private static string Read(Api.Order order, string kind)
        {
            switch (kind)
            {
                case "money": return Text(order.Price);
                case "flag": return order.GiftOption?.ToString().ToLowerInvariant();
                case "time": return order.CreatedAt?.ToString();
                case "id": return order.OrderNumber;
                default: return order.Remarks;
            }
        }

        private static string Text(decimal? amount)
        {
            return amount?.ToString(CultureInfo.InvariantCulture);
        }
    }
}
