using System;

namespace Lazcore
{
    /// <summary>What to quote when something about a call has to be proved later.</summary>
    public sealed class Evidence : Record
    {
        internal Evidence(Value value, string pointer)
            : base(value, pointer)
        {
        }

        /// <summary>The path of the API.</summary>
        public string Api
        {
            get { return Text("api"); }
        }

        /// <summary>The gateway's id of the call.</summary>
        public string RequestId
        {
            get { return Text("request_id"); }
        }

        /// <summary>The gateway's second id of the call.</summary>
        public string TraceId
        {
            get { return Text("trace_id"); }
        }

        /// <summary>The account of the call.</summary>
        public string Account
        {
            get { return Text("account"); }
        }

        /// <summary>When the answer came.</summary>
        public DateTimeOffset? At
        {
            get { return Time("time"); }
        }

        /// <summary>How many times the request was tried.</summary>
        public long? Attempts
        {
            get { return Int64("attempts"); }
        }

        /// <summary>HTTP status of the answer.</summary>
        public long? HttpStatus
        {
            get { return Int64("http_status"); }
        }
    }

    /// <summary>A row of a batch that failed although the call succeeded.</summary>
    public sealed class FailedRow : Record
    {
        internal FailedRow(Value value, string pointer)
            : base(value, pointer)
        {
        }

        /// <summary>Lazada's code.</summary>
        public string Code
        {
            get { return Text("code"); }
        }

        /// <summary>Why, for a person.</summary>
        public string Message
        {
            get { return Text("message"); }
        }

        /// <summary>Whether the row may be sent again as it is.</summary>
        public bool Retry
        {
            get { return Flag("retry") ?? false; }
        }

        /// <summary>The row as it came, as JSON.</summary>
        public string Row
        {
            get { return Json("row"); }
        }
    }
}
