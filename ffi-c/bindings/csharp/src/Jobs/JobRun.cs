using System;
using System.Collections;
using System.Collections.Generic;

namespace Lazcore
{
    /// <summary>A job of many calls, which are made while it is iterated.</summary>
    /// <remarks>
    /// Iterate it for its rows, or <see cref="Events"/> for everything it tells. Both take from one source, so a second
    /// loop goes on where the first one stopped. One thread at a time, except for <see cref="Cancel"/>.
    /// </remarks>
    /// <typeparam name="T">What it is iterated for.</typeparam>
    public abstract class JobRun<T> : IEnumerable<T>, IDisposable
        where T : Record
    {
        internal JobRun(Job job)
        {
            Job = job;
        }

        /// <summary>What was counted, once the job has ended; else null.</summary>
        public JobSummary Summary { get; private set; }

        internal Job Job { get; }

        /// <summary>The rows that have not been handed out yet. A break in the loop does not end the job; Dispose does.</summary>
        public IEnumerator<T> GetEnumerator()
        {
            foreach (var told in Events())
            {
                var row = told as T;
                if (row != null)
                {
                    yield return row;
                }
            }
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return GetEnumerator();
        }

        /// <summary>
        /// Rows, <see cref="Progress"/>, <see cref="BadRow"/> and <see cref="Notice"/>, and at the end the
        /// <see cref="JobSummary"/>.
        /// </summary>
        public IEnumerable<Record> Events()
        {
            for (var told = Job.Next(); told != null; told = Job.Next())
            {
                Summary = told as JobSummary ?? Summary;
                Keep(told);
                yield return told;
            }
        }

        /// <summary>Ends the job, from any thread.</summary>
        /// <remarks>
        /// The iteration of a pull or sync then throws <see cref="LazcoreCanceledException"/>; a job of fulfillment still
        /// tells the outcome of every item.
        /// </remarks>
        public void Cancel()
        {
            Job.Cancel();
        }

        /// <summary>Ends the job where it stands and frees what it holds. Twice does no harm.</summary>
        public void Dispose()
        {
            Job.Dispose();
        }

        /// <summary>Takes note of what is told.</summary>
        internal abstract void Keep(Record told);
    }
}
