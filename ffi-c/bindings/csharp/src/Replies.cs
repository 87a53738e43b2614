using System;
using System.Collections.Generic;

namespace Lazcore
{
    /// <summary>The answer of a typed call.</summary>
    public abstract class Reply : IDisposable
    {
        private readonly Value normalized;

        internal Reply(Value value, Value normalized)
        {
            Value = value;
            this.normalized = normalized;
        }

        /// <summary>The whole answer, as it came. Its records are read from its normalized form.</summary>
        public Value Value { get; }

        /// <summary>The gateway's id of the call.</summary>
        public string RequestId
        {
            get { return Value.RequestId; }
        }

        /// <summary>What to quote when something has to be proved later.</summary>
        public Evidence Evidence
        {
            get { return Value.Evidence; }
        }

        /// <summary>The rows of a batch that failed although the call succeeded.</summary>
        public IReadOnlyList<FailedRow> FailedRows
        {
            get { return Value.FailedRows; }
        }

        /// <summary>Frees the answer with its records.</summary>
        public void Dispose()
        {
            Value.Dispose();
            normalized.Dispose();
        }
    }

    /// <summary>An answer of one object.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    public sealed class RecordReply<T> : Reply
        where T : Record
    {
        internal RecordReply(Value value, Value normalized, T data)
            : base(value, normalized)
        {
            Data = data;
        }

        /// <summary>The object.</summary>
        public T Data { get; }
    }

    /// <summary>An answer of rows.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    public sealed class RowsReply<T> : Reply
        where T : Record
    {
        internal RowsReply(Value value, Value normalized, IReadOnlyList<T> rows)
            : base(value, normalized)
        {
            Rows = rows;
        }

        /// <summary>The rows, in the order received.</summary>
        public IReadOnlyList<T> Rows { get; }
    }
}
