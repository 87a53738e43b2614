using System;
using System.Collections.Generic;

namespace Lazcore
{
    /// <summary>Items on their way to the carrier: one outcome per item, in the order given.</summary>
    /// <remarks>
    /// Iterate it for the outcomes, or ask for its results: they run the job to its end first. Nothing is sent before.
    /// </remarks>
    public sealed class FulfillmentRun : JobRun<Outcome>
    {
        private readonly List<Outcome> outcomes = new List<Outcome>();

        internal FulfillmentRun(Job job)
            : base(job)
        {
        }

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

        internal override void Keep(Record told)
        {
            if (told is Outcome)
            {
                outcomes.Add((Outcome)told);
            }
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
