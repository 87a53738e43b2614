using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Lazcore.Tests
{
    /// <summary>What a child process does until it is killed, told by its arguments.</summary>
    internal static class Children
    {
        /// <summary>Begins a child: the same program with other arguments.</summary>
        internal static Process Start(string what, Sandbox sandbox, Folder folder)
        {
            var program = typeof(Children).Assembly.Location;
            var arguments = new[]
            {
                program, "child", what, sandbox.Url, sandbox.AppKey, sandbox.AppSecret, sandbox.AccessToken,
                sandbox.CreatedAfter.ToString("o"), sandbox.CreatedBefore.ToString("o"), folder[string.Empty],
            };
            return Process.Start(new ProcessStartInfo("mono", string.Join(" ", arguments)) { UseShellExecute = false });
        }

        internal static int Run(string[] arguments)
        {
            return arguments[1] == "library" ? Library(arguments[2]) : Work(arguments);
        }

        /// <summary>Everything that may be the first to call the library.</summary>
        internal static readonly Dictionary<string, Action> FirstCalls = new Dictionary<string, Action>
        {
            { "version", () => LazcoreLibrary.Version.ToString() },
            { "sign", () => Protocol.SignJson("s", "/x", "{}") },
            { "explain", () => Protocol.ExplainSignatureJson("s", "/x", "{}") },
            { "prepare", () => Protocol.PrepareJson(Singapore(), "GetSeller", null, DateTimeOffset.UtcNow) },
            { "prepare_request", () => Protocol.PrepareRequestJson(Singapore(), "GET", "/x", null, DateTimeOffset.UtcNow) },
            { "prepare_call", () => new HttpCall("GET", "/x").Prepare(Singapore(), DateTimeOffset.UtcNow) },
            { "read", () => Protocol.Read(null, 200, null, "{\"code\":\"0\"}") },
            { "parse", () => Value.Parse("{}") },
            { "client", () => new LazcoreClient(Singapore()) },
            { "store", () => new TokenStore() },
            { "state", () => Auth.CheckState("s", "s") },
            { "paid", () => Bills.BuyerPaid("{\"price\":1,\"voucher\":0,\"shipping_fee\":0}") },
            { "reconcile", () => Bills.Reconcile("{\"order\":{\"order_id\":1},\"items\":[]}") },
            { "lines", () => Bills.BySku("[]") },
            { "currency", () => Bills.Currency("SG") },
            { "lazop", () => new Lazop.Api.LazopClient("http://127.0.0.1:9/rest", "1", "s") },
        };

        private static LazcoreConfig Singapore()
        {
            return new LazcoreConfig("1", "s") { Country = "SG", AccessToken = "t" };
        }

        private static int Library(string first)
        {
            try
            {
                FirstCalls[first]();
                Console.WriteLine(LazcoreLibrary.Version + " " + LazcoreLibrary.Path);
            }
            catch (LazcoreException error)
            {
                Console.WriteLine(error.GetType().Name + " " + error.Message);
            }
            return 0;
        }

        private static int Work(string[] arguments)
        {
            var config = new LazcoreConfig(arguments[3], arguments[4])
            {
                Gateway = arguments[2], AccessToken = arguments[5], RatePerPath = 0, RatePerAccount = 0, Account = "store",
            };
            var after = DateTimeOffset.Parse(arguments[6]);
            var before = DateTimeOffset.Parse(arguments[7]);
            using (var client = new LazcoreClient(config))
            {
                return arguments[1] == "pull" ? Pull(client, after, before, arguments[8]) : Ship(client, arguments[8]);
            }
        }

        // Keeps the cursor once ten orders are kept.
        private static int Pull(LazcoreClient client, DateTimeOffset after, DateTimeOffset before, string folder)
        {
            var place = Path.Combine(folder, "cursor");
            var options = File.Exists(place)
                ? new PullOptions { Cursor = File.ReadAllText(place), WithItems = true }
                : new PullOptions { CreatedAfter = after, CreatedBefore = before, WithItems = true };
            using (var pull = client.Orders.Pull(options))
            {
                var kept = new List<string>();
                foreach (var order in pull)
                {
                    kept.Add(order.OrderId + " " + order.Items.Count);
                    if (kept.Count == 10)
                    {
                        Keep(folder, kept, pull.Cursor);
                    }
                }
                Keep(folder, kept, pull.Cursor);
            }
            return 0;
        }

        private static void Keep(string folder, List<string> kept, string cursor)
        {
            File.AppendAllLines(Path.Combine(folder, "orders"), kept);
            kept.Clear();
            var fresh = Path.Combine(folder, "cursor.new");
            File.WriteAllText(fresh, cursor);
            File.Delete(Path.Combine(folder, "cursor.old"));
            if (File.Exists(Path.Combine(folder, "cursor")))
            {
                File.Replace(fresh, Path.Combine(folder, "cursor"), Path.Combine(folder, "cursor.old"));
            }
            else
            {
                File.Move(fresh, Path.Combine(folder, "cursor"));
            }
        }

        private static int Ship(LazcoreClient client, string folder)
        {
            var orders = File.ReadAllLines(Path.Combine(folder, "ids"));
            var options = new FulfillmentOptions
            {
                Journal = Path.Combine(folder, "journal"), Labels = Path.Combine(folder, "labels"), QuarantineSeconds = 2,
            };
            using (var run = client.Fulfillment.Run(orders, options))
            {
                File.WriteAllLines(
                    Path.Combine(folder, "outcomes"), run.Outcomes.Select(one => one.OrderItemId + " " + one.State));
                return 0;
            }
        }
    }
}
