using System;
using System.Collections.Generic;

namespace Lazcore
{
    /// <summary>How far a job is.</summary>
    public sealed class Progress : Record
    {
        internal Progress(Value value)
            : base(value, string.Empty)
        {
        }

        /// <summary>What is being done, such as "orders", "pack", "labels" or "ready_to_ship".</summary>
        public string Stage
        {
            get { return Text("stage"); }
        }

        /// <summary>How many are done.</summary>
        public long Done
        {
            get { return Int64("done") ?? 0; }
        }

        /// <summary>Of how many, where known. It may change while the list moves.</summary>
        public long? Total
        {
            get { return Int64("total"); }
        }
    }

    /// <summary>Something a person may want to know; the job goes on.</summary>
    public sealed class Notice : Record
    {
        internal Notice(Value value)
            : base(value, string.Empty)
        {
        }

        /// <summary>A word to branch on.</summary>
        public string Code
        {
            get { return Text("code"); }
        }

        /// <summary>One line.</summary>
        public string Message
        {
            get { return Text("message"); }
        }
    }

    /// <summary>A row without its id or sort key, as it came. Never dropped.</summary>
    public sealed class BadRow : Record
    {
        internal BadRow(Value value)
            : base(value, string.Empty)
        {
        }

        /// <summary>The store it belongs to.</summary>
        public string Account
        {
            get { return Text("account"); }
        }

        /// <summary>Its place in the answer, from 0.</summary>
        public long Position
        {
            get { return Int64("position") ?? 0; }
        }

        /// <summary>Why it is bad.</summary>
        public string Reason
        {
            get { return Text("reason"); }
        }

        /// <summary>The row as it came.</summary>
        public string Row
        {
            get { return Text("json"); }
        }

        /// <summary>What to quote to support.</summary>
        public Evidence Evidence
        {
            get { return Object((value, pointer) => new Evidence(value, pointer), "evidence"); }
        }
    }

    /// <summary>The end of a job.</summary>
    public sealed class JobSummary : Record
    {
        internal JobSummary(Value value)
            : base(value, string.Empty)
        {
        }

        /// <summary>What was counted, by name, such as "orders".</summary>
        public IReadOnlyDictionary<string, long> Counts
        {
            get
            {
                var counts = new Dictionary<string, long>();
                foreach (var name in Value.Names("/counts"))
                {
                    counts[name] = Value.Int64(Lazcore.Value.Member("/counts", name)) ?? 0;
                }
                return counts;
            }
        }

        /// <summary>Order pull: the seconds whose orders could not be proven to be all. Pull them again.</summary>
        public IReadOnlyList<string> Unproven
        {
            get { return Texts("unproven"); }
        }

        /// <summary>Order pull: when the order that changed last of all that came had changed.</summary>
        public DateTimeOffset? Newest
        {
            get { return Time("newest"); }
        }

        /// <summary>Order pull: the seconds from then to the answer that brought it, by the gateway's clock.</summary>
        public long? LatenessSeconds
        {
            get { return Int64("lateness_s"); }
        }

        /// <summary>Whether the job was canceled; what it had not begun was left.</summary>
        public bool Canceled
        {
            get { return Flag("canceled") ?? false; }
        }
    }

    /// <summary>An order with its items and the evidence of the call that brought it.</summary>
    public sealed class PulledOrder : Api.Order
    {
        internal PulledOrder(Value value)
            : base(value, "/order")
        {
        }

        /// <summary>The store it belongs to; order ids are unique within one store only.</summary>
        public string Account
        {
            get { return Value.Text("/account"); }
        }

        /// <summary>Its items, one per unit; null when the pull was asked without, or the answer left this order out.</summary>
        public IReadOnlyList<Api.OrderItem> Items
        {
            get
            {
                if (Value.Type("/items") != ValueType.List)
                {
                    return null;
                }
                return Value.Records("/items", (value, pointer) => new Api.OrderItem(value, pointer));
            }
        }

        /// <summary>Whether the answer left the items of this order out.</summary>
        public bool ItemsUnanswered
        {
            get { return Value.Flag("/items_unanswered") ?? false; }
        }

        /// <summary>Whether the statuses of the items are not those of the order: one of the two is newer.</summary>
        public bool ItemsDiffer
        {
            get { return Value.Flag("/items_differ") ?? false; }
        }

        /// <summary>What to quote to support.</summary>
        public Evidence Evidence
        {
            get { return new Evidence(Value, "/evidence"); }
        }

        /// <summary>Order, items and evidence as one JSON object.</summary>
        public string EventJson
        {
            get { return Value.Json; }
        }
    }
}
