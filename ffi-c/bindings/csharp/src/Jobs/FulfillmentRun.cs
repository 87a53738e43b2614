using System;
using System.Collections;
using System.Collections.Generic;

namespace Lazcore
{
    /// <summary>Items on their way to the carrier: one outcome per item, in the order given.</summary>
    /// <remarks>
    /// Iterate it for the outcomes, or ask for its results: they run the job to its end first. Nothing is sent before.
    /// One thread at a time, except for <see cref="Cancel"/>.
    /// </remarks>
    public sealed class FulfillmentRun : IEnumerable<Outcome>, IDisposable
    {
        private readonly Job job;
        private readonly List<Outcome> outcomes = new List<Outcome>();

        internal FulfillmentRun(Job job)
        {
            this.job = job;
        }

        /// <summary>What was counted, once the run has ended; else null.</summary>
        public JobSummary Summary { get; private set; }

        /// <summary>What became of every item.</summary>
        public IReadOnlyList<Outcome> Outcomes
        {
            get
            {
                foreach (var told in Events())
                {
                    // Each is kept as it comes.
                }
                return outcomes;
            }
        }

        /// <summary>Items that are where they should be.</summary>
        public IReadOnlyList<Outcome> Done
        {
            get { return Of(state => state == OutcomeState.Done); }
        }

        /// <summary>Items that did not get there although they should: every state but done and left_out.</summary>
        public IReadOnlyList<Outcome> Failed
        {
            get { return Of(state => state != OutcomeState.Done && state != OutcomeState.LeftOut); }
        }

        /// <summary>Items that are not for this job; the message says why.</summary>
        public IReadOnlyList<Outcome> LeftOut
        {
            get { return Of(state => state == OutcomeState.LeftOut); }
        }

        /// <summary>Items of which nobody knows whether a write was executed: look before trying again.</summary>
        public IReadOnlyList<Outcome> Indeterminate
        {
            get { return Of(state => state == OutcomeState.Indeterminate); }
        }

        /// <summary>The outcomes that have not been handed out yet.</summary>
        public IEnumerator<Outcome> GetEnumerator()
        {
            foreach (var told in Events())
            {
                if (told is Outcome)
                {
                    yield return (Outcome)told;
                }
            }
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return GetEnumerator();
        }

        /// <summary>
        /// <see cref="Progress"/>, <see cref="Outcome"/> and <see cref="Notice"/>, and at the end the
        /// <see cref="JobSummary"/>.
        /// </summary>
        public IEnumerable<Record> Events()
        {
            for (var told = job.Next(); told != null; told = job.Next())
            {
                if (told is Outcome)
                {
                    outcomes.Add((Outcome)told);
                }
                else if (told is JobSummary)
                {
                    Summary = (JobSummary)told;
                }
                yield return told;
            }
        }

        /// <summary>Ends the run, from any thread. The outcome of every item is still told.</summary>
        public void Cancel()
        {
            job.Cancel();
        }

        /// <summary>Frees the run, and with it stops it where it stands. Twice does no harm.</summary>
        public void Dispose()
        {
            job.Dispose();
        }

        private List<Outcome> Of(Predicate<string> wanted)
        {
            var chosen = new List<Outcome>();
            foreach (var outcome in Outcomes)
            {
                if (wanted(outcome.State))
                {
                    chosen.Add(outcome);
                }
            }
            return chosen;
        }
    }
}
