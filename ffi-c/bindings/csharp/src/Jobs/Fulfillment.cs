using System;
using System.Collections.Generic;
using System.Threading;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>Options of fulfillment. What is null keeps its default; what a job does not know is refused by it.</summary>
    public sealed class FulfillmentOptions : ApiObject
    {
        /// <summary>"packed", "labels" or "ready_to_ship" (the default).</summary>
        public string Until { get; set; }

        /// <summary>The carrier's code, for stores that must choose one.</summary>
        public string Provider { get; set; }

        /// <summary>The folder for label files; without one a run fetches no labels.</summary>
        public string Labels { get; set; }

        /// <summary>"combined" (up to 20 packages a file, the default) or "single".</summary>
        public string LabelFiles { get; set; }

        /// <summary>"pdf" (the default) or "html".</summary>
        public string LabelFormat { get; set; }

        /// <summary>Whether a label shows the items.</summary>
        public bool? LabelItemList { get; set; }

        /// <summary>Seconds for which a label that comes empty is asked for again; 120 by default.</summary>
        public int? LabelWaitSeconds { get; set; }

        /// <summary>The store's journal, a file that outlives the run.</summary>
        /// <remarks>
        /// It keeps an item from being packed twice when a process is killed, or by a later run. One run has it at a
        /// time.
        /// </remarks>
        public string Journal { get; set; }

        /// <summary>Who ships; stands in the journal and in the outcomes.</summary>
        public string Actor { get; set; }

        /// <summary>What is done with a write that no read shows after the quarantine: "repeat" (at most twice) or "report".</summary>
        public string Unknown { get; set; }

        /// <summary>Take over packages that someone else made.</summary>
        public bool? Adopt { get; set; }

        /// <summary>How many seconds a write without an answer may take to be executed and seen; 120 by default.</summary>
        public int? QuarantineSeconds { get; set; }

        internal override void Write(JsonWriter json)
        {
            json.Member("until", Until);
            json.Member("provider", Provider);
            json.Member("labels", Labels);
            json.Member("label_files", LabelFiles);
            json.Member("label_format", LabelFormat);
            json.Member("label_item_list", LabelItemList);
            json.Member("label_wait", LabelWaitSeconds);
            json.Member("journal", Journal);
            json.Member("actor", Actor);
            json.Member("unknown", Unknown);
            json.Member("adopt", Adopt);
            json.Member("quarantine_s", QuarantineSeconds);
        }
    }

    /// <summary>What a job of fulfillment is to do: an order, a part of one, or a package.</summary>
    public sealed class Target : ApiObject
    {
        private Target()
        {
        }

        private string OrderId { get; set; }

        private IEnumerable<string> OrderItemIds { get; set; }

        private string PackageId { get; set; }

        /// <summary>A whole order.</summary>
        public static Target Order(string orderId)
        {
            return new Target { OrderId = orderId };
        }

        /// <summary>A part of an order.</summary>
        public static Target Items(string orderId, IEnumerable<string> orderItemIds)
        {
            return new Target { OrderId = orderId, OrderItemIds = orderItemIds };
        }

        /// <summary>A package, with its order where known: one that the journal does not know can only be read back by it.</summary>
        public static Target Package(string packageId, string orderId = null)
        {
            return new Target { PackageId = packageId, OrderId = orderId };
        }

        internal override void Write(JsonWriter json)
        {
            json.Member("package_id", PackageId);
            json.Member("order_id", OrderId);
            json.Member("order_item_ids", OrderItemIds);
        }
    }

    /// <summary>Packing, labels and the handover to the carrier.</summary>
    public sealed class Fulfillment
    {
        private readonly ClientHandle client;

        internal Fulfillment(ClientHandle client)
        {
            this.client = client;
        }

        private delegate int Begin(
            ClientHandle client, byte[] targets, byte[] options, out IntPtr job, out IntPtr error);

        /// <summary>Packs, saves labels and reports ready to ship.</summary>
        /// <param name="orderIds">Order ids.</param>
        /// <param name="options">Options.</param>
        /// <param name="cancel">Ends the run; the outcome of every item is still told.</param>
        public FulfillmentRun Run(
            IEnumerable<string> orderIds,
            FulfillmentOptions options = null,
            CancellationToken cancel = default(CancellationToken))
        {
            return Start(NativeMethods.laz_fulfillment_run, "orders", orderIds, options, cancel);
        }

        /// <summary>As the other Run, for orders that a pull or call brought.</summary>
        public FulfillmentRun Run(
            IEnumerable<Api.Order> orders,
            FulfillmentOptions options = null,
            CancellationToken cancel = default(CancellationToken))
        {
            return Run(Ids(orders), options, cancel);
        }

        /// <summary>As the other Run, also for parts of orders.</summary>
        public FulfillmentRun Run(
            IEnumerable<Target> targets,
            FulfillmentOptions options = null,
            CancellationToken cancel = default(CancellationToken))
        {
            return Start(NativeMethods.laz_fulfillment_run, "orders", targets, options, cancel);
        }

        /// <summary>Saves the labels of items that are packed, also once more. Nothing is packed and nothing reported.</summary>
        /// <param name="orderIds">Order ids.</param>
        /// <param name="options">Labels (the folder) and the other options of labels.</param>
        /// <param name="cancel">Ends the run.</param>
        public FulfillmentRun Labels(
            IEnumerable<string> orderIds,
            FulfillmentOptions options,
            CancellationToken cancel = default(CancellationToken))
        {
            return Start(NativeMethods.laz_fulfillment_labels, "orders", orderIds, options, cancel);
        }

        /// <summary>As the other Labels, also for parts of orders and for packages.</summary>
        public FulfillmentRun Labels(
            IEnumerable<Target> targets,
            FulfillmentOptions options,
            CancellationToken cancel = default(CancellationToken))
        {
            return Start(NativeMethods.laz_fulfillment_labels, "orders", targets, options, cancel);
        }

        /// <summary>Reports packages ready to ship, whoever made them; one outcome per package.</summary>
        /// <param name="packageIds">Package ids.</param>
        /// <param name="options">Journal, Actor, Unknown and QuarantineSeconds.</param>
        /// <param name="cancel">Ends the run.</param>
        public FulfillmentRun ReadyToShip(
            IEnumerable<string> packageIds,
            FulfillmentOptions options = null,
            CancellationToken cancel = default(CancellationToken))
        {
            return Start(NativeMethods.laz_fulfillment_ready_to_ship, "packages", packageIds, options, cancel);
        }

        /// <summary>As the other ReadyToShip, for packages with their orders.</summary>
        public FulfillmentRun ReadyToShip(
            IEnumerable<Target> packages,
            FulfillmentOptions options = null,
            CancellationToken cancel = default(CancellationToken))
        {
            return Start(NativeMethods.laz_fulfillment_ready_to_ship, "packages", packages, options, cancel);
        }

        /// <summary>Dissolves packages, so that their items can be packed again or canceled one by one.</summary>
        /// <param name="packageIds">Package ids.</param>
        /// <param name="options">As in ReadyToShip.</param>
        /// <param name="cancel">Ends the run.</param>
        public FulfillmentRun Repack(
            IEnumerable<string> packageIds,
            FulfillmentOptions options = null,
            CancellationToken cancel = default(CancellationToken))
        {
            return Start(NativeMethods.laz_fulfillment_repack, "packages", packageIds, options, cancel);
        }

        /// <summary>As the other Repack, for packages with their orders.</summary>
        public FulfillmentRun Repack(
            IEnumerable<Target> packages,
            FulfillmentOptions options = null,
            CancellationToken cancel = default(CancellationToken))
        {
            return Start(NativeMethods.laz_fulfillment_repack, "packages", packages, options, cancel);
        }

        /// <summary>Reads again what a journal does not know the end of, and never writes to the platform.</summary>
        /// <param name="options">Journal, Adopt and QuarantineSeconds.</param>
        /// <param name="cancel">Ends the run.</param>
        public FulfillmentRun Resolve(
            FulfillmentOptions options = null, CancellationToken cancel = default(CancellationToken))
        {
            var status = NativeMethods.laz_fulfillment_resolve(
                client, Options(options), out IntPtr job, out IntPtr error);
            return new FulfillmentRun(new Job(status, job, error, client, cancel));
        }

        private static IEnumerable<string> Ids(IEnumerable<Api.Order> orders)
        {
            foreach (var order in orders)
            {
                yield return order.OrderId;
            }
        }

        private static byte[] Options(FulfillmentOptions options)
        {
            return Utf8.Bytes("options", options == null ? null : JsonWriter.Any("options", options));
        }

        private FulfillmentRun Start(
            Begin begin, string name, object targets, FulfillmentOptions options, CancellationToken cancel)
        {
            var status = begin(
                client,
                Utf8.Bytes(name, JsonWriter.Any(name, targets)),
                Options(options),
                out IntPtr job,
                out IntPtr error);
            return new FulfillmentRun(new Job(status, job, error, client, cancel));
        }
    }
}
