//! What is in doubt when a job ends, and afterwards.

use super::super::Unknown;
use super::bench::{Bench, states};
use super::world::Deviation as D;
use crate::jobs::{Event, State};

// Calls of a run: 0 read, 1 provider, 2 pack, 3 ready.
const PACK: usize = 2;
const READY: usize = 3;

/// What a resolve of the bench's journal tells.
fn resolved(bench: &Bench) -> Vec<crate::jobs::Outcome> {
    let client = bench.client();
    let job = client.fulfillment().resolve(bench.options.clone()).unwrap();
    let told = job.filter_map(|event| match event.unwrap() {
        Event::Outcome(outcome) => Some(*outcome),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_resolve_reads_again_and_never_writes() {
    for (deviation, state) in [(D::Never, State::StoppedBefore), (D::Lost, State::Done)] {
        for call in [PACK, READY] {
            let mut bench = Bench::with(&[(call, deviation)]);
            bench.options.unknown = Unknown::Report;
            // No read tells either.
            let later = (call + 1)..(call + 60);
            bench
                .world()
                .schedule
                .extend(later.map(|call| (call, D::Lost)));
            assert_eq!(states(&bench.run()), [State::Indeterminate; 2]);
            bench.world().schedule.clear();
            let writes = bench.calls("pack") + bench.calls("ready");
            let outcomes = resolved(&bench);
            assert_eq!(states(&outcomes), [state; 2], "{deviation:?} {call}");
            assert_eq!(bench.calls("pack") + bench.calls("ready"), writes);
            assert_eq!(resolved(&bench).len(), 0, "nothing is in doubt any more");
            assert_eq!(states(&bench.check("resolved")), [State::Done; 2]);
        }
    }
}

#[test]
fn after_a_resolve_a_run_counts_its_attempts_anew() {
    let bench = Bench::with(&[(PACK, D::KillBefore)]);
    assert!(!bench.run_once().1);
    let outcomes = resolved(&bench);
    assert_eq!(states(&outcomes), [State::StoppedBefore; 2]);
    let calls = bench.world().calls.len();
    bench.world().schedule = (calls..calls + 90).map(|call| (call, D::Never)).collect();
    // Reads ignore what concerns writes.
    assert_eq!(states(&bench.run()), [State::Indeterminate; 2]);
    assert_eq!(bench.calls("pack"), 1 + 3);
}

#[test]
fn a_job_that_is_canceled_while_rows_wait_tells_them_in_doubt_and_the_next_one_goes_on() {
    let bench = Bench::with(&[(PACK, D::Late)]);
    let mut job = bench.job();
    let cancel = job.cancel_flag();
    let mut told = Vec::new();
    for event in &mut job {
        match event.unwrap() {
            Event::Notice(notice) if notice.code == "waiting" => cancel.cancel(),
            Event::Outcome(outcome) => told.push(*outcome),
            _ => {}
        }
    }
    assert_eq!(states(&told), [State::Indeterminate; 2]);
    let doubt = told[0].indeterminate.as_ref().unwrap();
    assert_eq!(
        (doubt.rows.as_slice(), doubt.tries.len()),
        (["1".to_owned()].as_slice(), 1)
    );
    assert_eq!((bench.calls("pack"), bench.calls("read")), (1, 1));
    let outcomes = bench.check("after a cancel");
    assert_eq!(states(&outcomes), [State::Done; 2]);
    assert_eq!(bench.calls("pack"), 1);
}

#[test]
fn a_cancellation_ends_the_wait_at_once() {
    let bench = Bench::with(&[(PACK, D::Late)]);
    let mut job = bench.job();
    let mut told = Vec::new();
    for event in &mut job {
        match event.unwrap() {
            Event::Notice(_) => bench.world().set(1, "canceled", None),
            Event::Outcome(outcome) => told.push(*outcome),
            _ => {}
        }
    }
    assert_eq!(states(&told), [State::Canceled, State::Done]);
    assert_eq!(bench.world().doubles, Vec::<String>::new());
}
