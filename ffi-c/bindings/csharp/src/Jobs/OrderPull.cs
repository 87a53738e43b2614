using System.Collections.Generic;

namespace Lazcore
{
    /// <summary>The orders of a window or a sync, with items if asked for, account and evidence.</summary>
    public sealed class OrderPull : JobRun<PulledOrder>
    {
        private readonly List<BadRow> badRows = new List<BadRow>();

        internal OrderPull(Job job)
            : base(job)
        {
        }

        /// <summary>How far the pull has come: a text to give to a later pull, or sync.</summary>
        /// <remarks>
        /// It counts every order that was handed out: keep it once those orders are kept, once a batch rather than
        /// once an order. Null before the first answer. It can still be read after Dispose.
        /// </remarks>
        public string Cursor
        {
            get { return Job.Cursor; }
        }

        /// <summary>The rows so far that have no id, as they came.</summary>
        public IReadOnlyList<BadRow> BadRows
        {
            get { return badRows; }
        }

        internal override void Keep(Record told)
        {
            if (told is BadRow)
            {
                badRows.Add((BadRow)told);
            }
        }
    }
}
