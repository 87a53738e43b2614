using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;

namespace Lazcore.Tests
{
    /// <summary>Order pull and sync.</summary>
    public static class PullTests
    {
        public static void AThousandOrdersWithItemsEachOnce()
        {
            using (var sandbox = new Sandbox("--orders 1000"))
            using (var client = sandbox.Client())
            {
                var window = sandbox.Window;
                window.WithItems = true;
                using (var pull = client.Orders.Pull(window))
                {
                    var ids = new HashSet<string>();
                    var items = new HashSet<string>();
                    foreach (var order in pull)
                    {
                        Check.That(ids.Add(order.OrderId), order.OrderId + " came twice");
                        Check.Equal(order.Account, client.Account);
                        Check.Equal((long)order.Items.Count, order.ItemsCount);
                        Check.That(order.Items.All(item => item.OrderId == order.OrderId), "items of another order");
                        Check.That(order.Items.All(item => items.Add(item.OrderItemId)), "an item came twice");
                        Check.That(!order.ItemsUnanswered && !order.ItemsDiffer, "complete");
                    }
                    Check.Equal(ids.Count, 1000);
                    Check.Equal(pull.Summary.Counts["orders"], 1000L);
                    Check.Equal(pull.Summary.Counts["bad_rows"], 0L);
                    Check.Equal(pull.Summary.Unproven.Count, 0);
                    Check.That(!pull.Summary.Canceled && pull.Summary.Newest != null, "the summary");
                    Check.That(sandbox.Calls("/orders/items/get").Count <= 25, "50 orders a call");
                    Check.Equal(pull.Count(), 0);
                }
            }
        }

        public static void AnOrderIsTyped()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var pull = client.Orders.Pull(new PullOptions { CreatedAfter = sandbox.CreatedAfter, WithItems = true }))
            {
                var order = pull.First();
                Check.Equal(order.Evidence.Api, "/orders/get");
                Check.That(order.Evidence.RequestId != null, "request id");
                Check.Equal(order.CreatedAt.Value.Offset, TimeSpan.FromHours(8));
                Check.Equal(order.BuyerPaid, order.Price - order.Voucher + order.ShippingFee);
                Check.Equal(order.Text("price").TrimEnd('0').TrimEnd('.'), order.Price.Value.ToString("0.##"));
                Check.That(Bills.Reconcile(order).Agrees, "header and items agree");
                Check.Equal(Bills.Reconcile(order).BuyerPaid, order.BuyerPaid);
                Check.Equal(Bills.BySku(order).Sum(line => line.Quantity), order.ItemsCount);
                Check.That(order.EventJson.Contains("\"evidence\""), "the whole event");
                Check.Equal(order["order_id"], order.OrderId);
                // A pull without items has none, which is not the same as an order without any.
                using (var without = client.Orders.Pull(sandbox.Window))
                {
                    Check.Equal(without.First().Items, null);
                }
            }
        }

        public static void EventsTellProgressAndTheEnd()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var pull = client.Orders.Pull(sandbox.Window))
            {
                var kinds = pull.Events().GroupBy(told => told.GetType()).ToDictionary(group => group.Key, group => group.Count());
                Check.Equal(kinds[typeof(PulledOrder)], 30);
                Check.Equal(kinds[typeof(Progress)], 1);
                Check.Equal(kinds[typeof(JobSummary)], 1);
                Check.Equal(kinds.Count, 3);
            }
        }

        public static void RowsWithoutIdAreTold()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                var orders = "{\\\"count\\\":2,\\\"countTotal\\\":2,\\\"orders\\\":[{\\\"price\\\":\\\"1\\\"},"
                    + "{\\\"order_id\\\":5,\\\"created_at\\\":\\\"2026-10-15 00:00:00 +0800\\\"}]}";
                var body = "{\\\"code\\\":\\\"0\\\",\\\"data\\\":" + orders + "}";
                sandbox.Misbehave("{\"kind\":\"raw\",\"path\":\"/orders/get\",\"body\":\"" + body + "\"}");
                using (var pull = client.Orders.Pull(new PullOptions { CreatedAfter = sandbox.CreatedAfter }))
                {
                    Check.Same(pull.Select(order => order.OrderId), new[] { "5" });
                    Check.Equal(pull.BadRows.Count, 1);
                    Check.Equal(pull.BadRows[0].Row, "{\"price\":\"1\"}");
                    Check.That(pull.BadRows[0].Reason != null && pull.BadRows[0].Evidence.RequestId == null, "why, and whence");
                }
            }
        }

        public static void APullGoesOnFromACursor()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                var first = client.Orders.Pull(sandbox.Window);
                Check.Equal(first.Cursor, null);
                var seen = first.Take(10).Select(order => order.OrderId).ToList();
                // A second loop goes on where the first one stopped.
                seen.AddRange(first.Take(2).Select(order => order.OrderId));
                first.Dispose();
                first.Dispose();
                var cursor = first.Cursor;
                Check.That(cursor != null, "the cursor outlives the pull");
                using (var rest = client.Orders.Pull(new PullOptions { Cursor = cursor }))
                {
                    seen.AddRange(rest.Select(order => order.OrderId));
                }
                Check.Equal(seen.Count, 30);
                Check.Equal(seen.Distinct().Count(), 30);
                Check.Equal(
                    Check.Throws<LazcoreInputException>(() => client.Orders.Pull(new PullOptions { Cursor = "nonsense" })).Field,
                    "cursor");
                Check.Throws<LazcoreInputException>(() => client.Orders.Pull(new PullOptions()));
                Check.Throws<ObjectDisposedException>(() => first.First());
            }
        }

        public static void APullIsCanceledFromAnotherThread()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            using (var cancel = new CancellationTokenSource())
            {
                sandbox.Misbehave("{\"kind\":\"stall\",\"path\":\"/orders/get\",\"times\":2}");
                using (var pull = client.Orders.Pull(sandbox.Window, cancel.Token))
                {
                    var canceler = new Thread(() =>
                    {
                        sandbox.Await("/orders/get", 1);
                        cancel.Cancel();
                    });
                    canceler.Start();
                    Check.Throws<LazcoreCanceledException>(() => pull.First());
                    canceler.Join();
                    Check.Equal(pull.Count(), 0);
                }
                using (var pull = client.Orders.Pull(sandbox.Window))
                {
                    pull.Cancel();
                    Check.Throws<LazcoreCanceledException>(() => pull.First());
                }
                // A token that is set already.
                Check.Throws<LazcoreCanceledException>(() => client.Orders.Pull(sandbox.Window, cancel.Token).First());
            }
        }

        public static void ASyncKeepsItsStateInAFile()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                var options = new SyncOptions { Since = sandbox.CreatedAfter, StateFile = folder["store.sync"] };
                using (var sync = client.Orders.Sync(options))
                {
                    Check.Equal(sync.Select(order => order.OrderId).Distinct().Count(), 30);
                    Check.That(sync.Summary != null, "it ended");
                }
                Check.That(File.Exists(folder["store.sync"]), "the state");
                using (var again = client.Orders.Sync(new SyncOptions { StateFile = folder["store.sync"] }))
                {
                    Check.Equal(again.Count(), 0);
                    Check.That(again.Cursor != null, "the state as text");
                    using (var text = client.Orders.Sync(new SyncOptions { Cursor = again.Cursor }))
                    {
                        Check.Equal(text.Count(), 0);
                    }
                }
            }
        }
    }
}
