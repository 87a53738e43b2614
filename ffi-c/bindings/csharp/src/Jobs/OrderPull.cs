using System;
using System.Collections;
using System.Collections.Generic;

namespace Lazcore
{
    /// <summary>The orders of a window or a sync, with items if asked for, account and evidence.</summary>
    /// <remarks>
    /// Iterate it for the orders, or <see cref="Events"/> for everything it tells. Both take from one source, so a
    /// second loop goes on where the first one stopped. Calls are made while it is iterated. One thread at a time,
    /// except for <see cref="Cancel"/>.
    /// </remarks>
    public sealed class OrderPull : IEnumerable<PulledOrder>, IDisposable
    {
        private readonly Job job;
        private readonly List<BadRow> badRows = new List<BadRow>();

        internal OrderPull(Job job)
        {
            this.job = job;
        }

        /// <summary>How far the pull has come: a text to give to a later pull, or sync.</summary>
        /// <remarks>
        /// It counts every order that was handed out: keep it once those orders are kept, once a batch rather than
        /// once an order. Null before the first answer. It can still be read after Dispose.
        /// </remarks>
        public string Cursor
        {
            get { return job.Cursor; }
        }

        /// <summary>The rows so far that have no id, as they came.</summary>
        public IReadOnlyList<BadRow> BadRows
        {
            get { return badRows; }
        }

        /// <summary>What was counted, once the pull has ended; else null.</summary>
        public JobSummary Summary { get; private set; }

        /// <summary>The orders. A break in the loop does not end the pull; Dispose does.</summary>
        public IEnumerator<PulledOrder> GetEnumerator()
        {
            foreach (var told in Events())
            {
                if (told is PulledOrder)
                {
                    yield return (PulledOrder)told;
                }
            }
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return GetEnumerator();
        }

        /// <summary>
        /// <see cref="Progress"/>, <see cref="PulledOrder"/>, <see cref="BadRow"/> and <see cref="Notice"/>, and at the
        /// end the <see cref="JobSummary"/>.
        /// </summary>
        public IEnumerable<Record> Events()
        {
            for (var told = job.Next(); told != null; told = job.Next())
            {
                if (told is BadRow)
                {
                    badRows.Add((BadRow)told);
                }
                else if (told is JobSummary)
                {
                    Summary = (JobSummary)told;
                }
                yield return told;
            }
        }

        /// <summary>Ends the pull, from any thread: its iteration then throws <see cref="LazcoreCanceledException"/>.</summary>
        public void Cancel()
        {
            job.Cancel();
        }

        /// <summary>Ends the pull where it stands and frees what it holds. Twice does no harm.</summary>
        public void Dispose()
        {
            job.Dispose();
        }
    }
}
