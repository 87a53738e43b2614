using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Lazcore.Tests
{
    /// <summary>From pending to ready to ship.</summary>
    public static class FulfillmentTests
    {
        public static void FortyFiveOrdersAreShippedInThreeBatches()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox("--orders 45 --plain"))
            using (var client = sandbox.Client())
            {
                var window = sandbox.Window;
                window.WithItems = true;
                var orders = client.Orders.Pull(window).ToList();
                var options = new FulfillmentOptions { Labels = folder["labels"], Journal = folder["journal"], Actor = "dock" };
                using (var run = client.Fulfillment.Run(orders, options))
                {
                    Check.Equal(sandbox.Calls("/order/fulfill/pack").Count, 0);
                    Check.Same(
                        run.Outcomes.Select(one => one.OrderId + "/" + one.OrderItemId),
                        orders.SelectMany(order => order.Items.Select(item => order.OrderId + "/" + item.OrderItemId)));
                    Check.Equal(run.Done.Count, run.Outcomes.Count);
                    Check.Equal(run.Failed.Count + run.LeftOut.Count + run.Indeterminate.Count, 0);
                    Check.Equal(run.Summary.Counts["done"], (long)run.Done.Count);
                    foreach (var path in new[] { "/order/fulfill/pack", "/order/package/document/get", "/order/package/rts" })
                    {
                        Check.Equal(sandbox.Calls(path).Count, 3);
                    }
                    foreach (var one in run.Done)
                    {
                        Check.That(one.IsDone && one.PackageId != null && one.TrackingNumber != null, "packed");
                        Check.Equal(one.RequestIds.Last().Step, "ready_to_ship");
                        Check.Equal(one.RequestId, one.RequestIds.Last().RequestId);
                        Check.Equal(one.Origin, "answer");
                        Check.Equal(one.Actor, "dock");
                        Check.Equal(one.Step, "ready_to_ship");
                        Check.That(one.LabelPage >= 1 && File.ReadAllBytes(one.Label).Length > 100, "a label");
                        Check.That(one.KnownAt > DateTimeOffset.UtcNow.AddMinutes(-5), "when");
                        Check.Equal(one.Indeterminate, null);
                    }
                    Check.Equal(run.Done.Select(one => one.Label).Distinct().Count(), 3);
                    Check.That(File.Exists(folder["labels/manifest.csv"]), "a manifest");
                }
                var books = sandbox.Books();
                Check.That(books.Objects("items").All(item => item.Int64("packed") == 1), "each packed once");
                Check.That(books.Objects("packages").All(package => package.Int64("couriers") == 1), "each announced once");
                Reprint(client, orders, folder);
            }
        }

        private static void Reprint(LazcoreClient client, IList<PulledOrder> orders, Folder folder)
        {
            var options = new FulfillmentOptions { Labels = folder["again"], LabelFiles = "single" };
            using (var labels = client.Fulfillment.Labels(orders.Take(2).Select(order => order.OrderId), options))
            {
                Check.That(labels.Done.Count >= 2, "printed again");
                var package = labels.Done[0].PackageId;
                using (var one = client.Fulfillment.Labels(new[] { Target.Package(package) }, options))
                {
                    Check.Same(one.Done.Select(outcome => outcome.PackageId), new[] { package });
                    Check.Equal(one.Done[0].OrderId, null);
                }
            }
        }

        public static void RefusedItemsHaveTheirReason()
        {
            using (var sandbox = new Sandbox("--orders 150"))
            using (var client = sandbox.Client())
            {
                var ids = client.Orders.Pull(sandbox.Window).Select(order => order.OrderId).ToList();
                using (var run = client.Fulfillment.Run(ids))
                {
                    Check.That(run.LeftOut.Count > 0 && run.LeftOut.All(one => one.Message != null), "why it was left out");
                    Check.Same(
                        run.Failed.Select(one => one.State).Distinct().OrderBy(state => state, StringComparer.Ordinal),
                        new[] { OutcomeState.Canceled, OutcomeState.PackedElsewhere, OutcomeState.Refused });
                    var refused = run.Failed.Where(one => one.State == OutcomeState.Refused).ToList();
                    Check.That(refused.All(one => one.Code != null && one.Message != null && one.RequestId != null), "refusals");
                    Check.Equal(run.Outcomes.Count, run.Done.Count + run.Failed.Count + run.LeftOut.Count);
                    Check.That(run.Done.Count > 0, "the others went on");
                }
            }
        }

        public static void ALostAnswerIsReadBackAndNotRepeated()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox("--orders 3 --plain"))
            using (var client = sandbox.Client())
            {
                var ids = client.Orders.Pull(sandbox.Window).Select(order => order.OrderId).ToList();
                sandbox.Misbehave("{\"kind\":\"drop_after\",\"path\":\"/order/fulfill/pack\"}");
                var options = new FulfillmentOptions { Until = "packed", Journal = folder["journal"] };
                using (var run = client.Fulfillment.Run(ids, options))
                {
                    Check.Same(run.Outcomes.Select(one => one.State + " " + one.Origin).Distinct(), new[] { "done read_back" });
                }
                using (var again = client.Fulfillment.Run(ids, options))
                {
                    Check.Same(again.Outcomes.Select(one => one.State).Distinct(), new[] { "done" });
                }
                Check.Equal(sandbox.Calls("/order/fulfill/pack").Count, 1);
            }
        }

        public static void AWriteThatNoReadShowsIsReportedWhenAsked()
        {
            using (var sandbox = new Sandbox("--orders 2 --plain"))
            using (var client = sandbox.Client())
            {
                var ids = client.Orders.Pull(sandbox.Window).Select(order => order.OrderId).ToList();
                sandbox.Misbehave("{\"kind\":\"drop_before\",\"path\":\"/order/fulfill/pack\"}");
                var options = new FulfillmentOptions { Until = "packed", Unknown = "report", QuarantineSeconds = 1 };
                using (var run = client.Fulfillment.Run(ids, options))
                {
                    Check.Equal(run.Indeterminate.Count, run.Outcomes.Count);
                    Check.Equal(run.Failed.Count, run.Outcomes.Count);
                    var doubt = run.Outcomes[0].Indeterminate;
                    Check.Equal(doubt.Kind, "pack");
                    Check.Same(doubt.Rows, new[] { run.Outcomes[0].OrderItemId });
                    Check.Equal(doubt.Tries.Count, 1);
                    Check.Equal(doubt.Sightings.Last().Text("status"), "pending");
                    Check.That(doubt.NextStep.Contains("resolve"), "what to do next");
                }
            }
        }

        public static void PackagesAloneAndWhatIsInDoubt()
        {
            using (var folder = new Folder())
            using (var sandbox = new Sandbox("--orders 3 --plain"))
            using (var client = sandbox.Client())
            {
                var orders = client.Orders.Pull(sandbox.Window).ToList();
                var journal = folder["journal"];
                var packed = client.Fulfillment.Run(orders, new FulfillmentOptions { Until = "packed", Journal = journal });
                var packages = packed.Outcomes.Select(one => one.PackageId).Distinct().ToList();
                sandbox.Misbehave("{\"kind\":\"drop_after\",\"path\":\"/order/package/rts\"}");
                var options = new FulfillmentOptions { Journal = journal, Actor = "dock" };
                using (var announced = client.Fulfillment.ReadyToShip(packages, options))
                {
                    Check.Same(announced.Outcomes.Select(one => one.PackageId), packages);
                    Check.That(announced.Outcomes.All(one => one.IsDone && one.Actor == "dock"), "announced");
                }
                Check.Equal(sandbox.Calls("/order/package/rts").Count, 1);
                using (var resolved = client.Fulfillment.Resolve(new FulfillmentOptions { Journal = journal }))
                {
                    Check.Equal(resolved.Outcomes.Count, 0);
                }
                using (var repacked = client.Fulfillment.Repack(packages, new FulfillmentOptions { Journal = journal }))
                {
                    Check.Equal(repacked.LeftOut.Count, packages.Count);
                }
                var known = new[] { Target.Package(packages[0], orders[0].OrderId) };
                using (var one = client.Fulfillment.ReadyToShip(known, options))
                {
                    Check.Equal(one.Done.Count, 1);
                }
            }
        }

        public static void APartOfAnOrderIsPacked()
        {
            using (var sandbox = new Sandbox("--orders 20 --plain"))
            using (var client = sandbox.Client())
            {
                var window = sandbox.Window;
                window.WithItems = true;
                var order = client.Orders.Pull(window).First(one => one.Items.Count > 1);
                var item = order.Items[1].OrderItemId;
                var part = new[] { Target.Items(order.OrderId, new[] { item }) };
                using (var run = client.Fulfillment.Run(part, new FulfillmentOptions { Until = "packed" }))
                {
                    Check.Same(run.Done.Select(one => one.OrderItemId), new[] { item });
                }
            }
        }

        public static void TargetsAndOptionsAreChecked()
        {
            using (var sandbox = new Sandbox())
            using (var client = sandbox.Client())
            {
                Action<string[], FulfillmentOptions, string> refused = (orders, options, field) => Check.Equal(
                    Check.Throws<LazcoreInputException>(() => client.Fulfillment.Run(orders, options)).Field, field);
                refused(new[] { "x1" }, null, "order_id");
                refused(new[] { "1", "1" }, null, "order_id");
                refused(new[] { "1" }, new FulfillmentOptions { Until = "delivered" }, "until");
                refused(new[] { "1" }, new FulfillmentOptions { Until = "labels" }, "labels");
                refused(new[] { "1" }, new FulfillmentOptions { Unknown = "guess" }, "unknown");
                refused(new[] { "1" }, new FulfillmentOptions { QuarantineSeconds = 0 }, "quarantine_s");
                Check.Throws<LazcoreInputException>(
                    () => client.Fulfillment.ReadyToShip(new[] { "FP1" }, new FulfillmentOptions { Until = "packed" }));
                Check.Equal(sandbox.Calls().Count, 0);
            }
        }

        public static void ACanceledRunTellsEveryItem()
        {
            using (var sandbox = new Sandbox("--orders 400 --plain"))
            using (var client = sandbox.Client())
            {
                var orders = client.Orders.Pull(sandbox.Window).ToList();
                using (var run = client.Fulfillment.Run(orders))
                {
                    foreach (var outcome in run)
                    {
                        run.Cancel();
                    }
                    Check.Same(
                        run.Outcomes.Select(one => one.State).Distinct().OrderBy(state => state, StringComparer.Ordinal),
                        new[] { OutcomeState.Done, OutcomeState.StoppedBefore });
                    Check.That(run.Summary.Canceled, "the summary says so");
                    Check.That(sandbox.Calls("/order/fulfill/pack").Count < 20, "batches that had not begun were left");
                }
            }
        }
    }
}
