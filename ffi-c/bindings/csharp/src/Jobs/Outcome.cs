using System;
using System.Collections.Generic;

namespace Lazcore
{
    /// <summary>How an item ended. New words may come: compare texts.</summary>
    public static class OutcomeState
    {
        /// <summary>It is where it should be.</summary>
        public const string Done = "done";

        /// <summary>Not for this job; the message says why.</summary>
        public const string LeftOut = "left_out";

        /// <summary>The platform said no; the code says why.</summary>
        public const string Refused = "refused";

        /// <summary>The item is canceled.</summary>
        public const string Canceled = "canceled";

        /// <summary>The reads left it out, so nobody knows where it stands. Nothing was sent for it.</summary>
        public const string Unanswered = "unanswered";

        /// <summary>Someone else packed it, and it is left alone.</summary>
        public const string PackedElsewhere = "packed_elsewhere";

        /// <summary>It is not in the package any more that it was packed in.</summary>
        public const string PackageChanged = "package_changed";

        /// <summary>Its package holds items that are not of this job.</summary>
        public const string PackageShared = "package_shared";

        /// <summary>A write may have been executed, and no read could tell: look before it is tried again.</summary>
        public const string Indeterminate = "indeterminate";

        /// <summary>The job ended before this item's turn; nothing was sent for it.</summary>
        public const string StoppedBefore = "stopped_before";
    }

    /// <summary>What became of one item: one outcome per item given, in the order given.</summary>
    public sealed class Outcome : Record
    {
        internal Outcome(Value value)
            : base(value, string.Empty)
        {
        }

        /// <summary>The store.</summary>
        public string Account
        {
            get { return Text("account"); }
        }

        /// <summary>The order; null when a label was asked for by its package alone.</summary>
        public string OrderId
        {
            get { return Text("order_id"); }
        }

        /// <summary>The item; null when the order itself could not be read, or only a package was given.</summary>
        public string OrderItemId
        {
            get { return Text("order_item_id"); }
        }

        /// <summary>How it ended: one of <see cref="OutcomeState"/>.</summary>
        public string State
        {
            get { return Text("state"); }
        }

        /// <summary>Whether it is where it should be.</summary>
        public bool IsDone
        {
            get { return State == OutcomeState.Done; }
        }

        /// <summary>The last step that was tried: "read", "pack", "labels", "ready_to_ship" or "repack".</summary>
        public string Step
        {
            get { return Text("step"); }
        }

        /// <summary>The item's status when it was read.</summary>
        public string Status
        {
            get { return Text("status"); }
        }

        /// <summary>Lazada's code of a refusal.</summary>
        public string Code
        {
            get { return Text("code"); }
        }

        /// <summary>Why, for a person.</summary>
        public string Message
        {
            get { return Text("message"); }
        }

        /// <summary>The package.</summary>
        public string PackageId
        {
            get { return Text("package_id"); }
        }

        /// <summary>Its tracking number.</summary>
        public string TrackingNumber
        {
            get { return Text("tracking_number"); }
        }

        /// <summary>Its carrier.</summary>
        public string ShipmentProvider
        {
            get { return Text("shipment_provider"); }
        }

        /// <summary>The file that holds its label.</summary>
        public string Label
        {
            get { return Text("label"); }
        }

        /// <summary>The page of that file, from 1, where known.</summary>
        public long? LabelPage
        {
            get { return Int64("label_page"); }
        }

        /// <summary>How it is known to be in its package: "answer", "read_back" or "adopted".</summary>
        public string Origin
        {
            get { return Text("origin"); }
        }

        /// <summary>Who began the write that brought it here.</summary>
        public string Actor
        {
            get { return Text("actor"); }
        }

        /// <summary>When this was known, on the local clock.</summary>
        public DateTimeOffset? KnownAt
        {
            get { return Time("time"); }
        }

        /// <summary>The gateway's id of the last call that made it so.</summary>
        public string RequestId
        {
            get
            {
                var calls = RequestIds;
                return calls.Count == 0 ? null : calls[calls.Count - 1].RequestId;
            }
        }

        /// <summary>The calls that made it so.</summary>
        public IReadOnlyList<StepCall> RequestIds
        {
            get { return Objects((value, pointer) => new StepCall(value, pointer), "request_ids"); }
        }

        /// <summary>With the state "indeterminate" after a write: all that is known of it.</summary>
        public Indeterminate Indeterminate
        {
            get { return Object((value, pointer) => new Indeterminate(value, pointer), "indeterminate"); }
        }
    }

    /// <summary>A call that a step made.</summary>
    public sealed class StepCall : Record
    {
        internal StepCall(Value value, string pointer)
            : base(value, pointer)
        {
        }

        /// <summary>The step.</summary>
        public string Step
        {
            get { return Text("step"); }
        }

        /// <summary>The gateway's id of the call.</summary>
        public string RequestId
        {
            get { return Text("request_id"); }
        }
    }

    /// <summary>A write of which nobody knows whether it was executed.</summary>
    public sealed class Indeterminate : Record
    {
        internal Indeterminate(Value value, string pointer)
            : base(value, pointer)
        {
        }

        /// <summary>The write: "pack", "ready_to_ship" or "repack".</summary>
        public string Kind
        {
            get { return Text("kind"); }
        }

        /// <summary>What was written: the item for pack, else its package.</summary>
        public IReadOnlyList<string> Rows
        {
            get { return Texts("rows"); }
        }

        /// <summary>The attempts, each with "time" and perhaps "request_id".</summary>
        public IReadOnlyList<Record> Tries
        {
            get { return Objects("tries"); }
        }

        /// <summary>What the last reads showed: "status", "package_id", "time".</summary>
        public IReadOnlyList<Record> Sightings
        {
            get { return Objects("sightings"); }
        }

        /// <summary>Every package id that an answer or a read told of the item.</summary>
        public IReadOnlyList<string> PackageIds
        {
            get { return Texts("package_ids"); }
        }

        /// <summary>What to do next, for a person.</summary>
        public string NextStep
        {
            get { return Text("next_step"); }
        }
    }
}
