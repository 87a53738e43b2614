using System;
using System.Threading;
using Lazcore.Native;

namespace Lazcore
{
    /// <summary>Options of an order pull. One lower bound is needed, by creation or by change, or a cursor.</summary>
    public sealed class PullOptions : ApiObject
    {
        /// <summary>Created at or after.</summary>
        public DateTimeOffset? CreatedAfter { get; set; }

        /// <summary>Created at or before.</summary>
        public DateTimeOffset? CreatedBefore { get; set; }

        /// <summary>Changed at or after.</summary>
        public DateTimeOffset? UpdateAfter { get; set; }

        /// <summary>Changed at or before.</summary>
        public DateTimeOffset? UpdateBefore { get; set; }

        /// <summary>Only orders with an item of this status.</summary>
        public string Status { get; set; }

        /// <summary>Attach the items.</summary>
        public bool WithItems { get; set; }

        /// <summary>The cursor of an earlier pull, to go on from.</summary>
        public string Cursor { get; set; }

        /// <summary>How many seconds the next pull reaches back over this one; 600 if left out.</summary>
        public int? OverlapSeconds { get; set; }

        internal override void Write(JsonWriter json)
        {
            json.Member("created_after", CreatedAfter);
            json.Member("created_before", CreatedBefore);
            json.Member("update_after", UpdateAfter);
            json.Member("update_before", UpdateBefore);
            json.Member("status", Status);
            json.Member("with_items", WithItems);
            json.Member("cursor", Cursor);
            json.Member("overlap_s", OverlapSeconds);
        }
    }

    /// <summary>Options of a sync.</summary>
    public sealed class SyncOptions : ApiObject
    {
        /// <summary>Hold orders created at or after this time. Needed only while there is no state.</summary>
        public DateTimeOffset? Since { get; set; }

        /// <summary>The file where the state is kept from run to run: private, replaced as a whole and locked.</summary>
        public string StateFile { get; set; }

        /// <summary>The state as a text, for those who keep it themselves: the cursor of the last run.</summary>
        public string Cursor { get; set; }

        /// <summary>Only orders with an item of this status. An order that leaves it is not told.</summary>
        public string Status { get; set; }

        /// <summary>Attach the items.</summary>
        public bool WithItems { get; set; }

        /// <summary>How many seconds each run reaches back over the one before; 600 if left out.</summary>
        public int? OverlapSeconds { get; set; }

        internal override void Write(JsonWriter json)
        {
            json.Member("since", Since);
            json.Member("state_file", StateFile);
            json.Member("cursor", Cursor);
            json.Member("status", Status);
            json.Member("with_items", WithItems);
            json.Member("overlap_s", OverlapSeconds);
        }
    }

    /// <summary>Order pull and sync.</summary>
    public sealed class Orders
    {
        private readonly ClientHandle client;

        internal Orders(ClientHandle client)
        {
            this.client = client;
        }

        /// <summary>Pulls the orders of a window, oldest first but for a second or two.</summary>
        /// <remarks>
        /// Every order of the window comes, though the list moves while it is paged. One that changes meanwhile may
        /// come twice, the newer version later: write orders by id. Seconds that could not be proven complete are told
        /// as a notice and in the summary.
        /// </remarks>
        public OrderPull Pull(PullOptions options, CancellationToken cancel = default(CancellationToken))
        {
            var status = NativeMethods.laz_orders_pull(
                client,
                Utf8.Bytes("options", JsonWriter.Any("options", options)),
                out IntPtr job,
                out IntPtr error);
            return new OrderPull(new Job(status, job, error, client, cancel));
        }

        /// <summary>Brings a database in step: every order since a time, and every change from then on.</summary>
        /// <remarks>
        /// Run it again and again with the same state. The first run pulls the orders by creation, then what has
        /// changed meanwhile; a later one does what was left, then what has changed since. An order counts as done
        /// when the next one is asked for.
        /// </remarks>
        public OrderPull Sync(SyncOptions options, CancellationToken cancel = default(CancellationToken))
        {
            var status = NativeMethods.laz_orders_sync(
                client,
                Utf8.Bytes("options", JsonWriter.Any("options", options)),
                out IntPtr job,
                out IntPtr error);
            return new OrderPull(new Job(status, job, error, client, cancel));
        }
    }
}
