//! Every schedule of up to two deviations, for two items.

use super::bench::Bench;
use super::world::{Call, Deviation, OF_READS, OF_WRITES};
use crate::jobs::State;

/// The deviations that concern a call.
fn of(call: Call) -> &'static [Deviation] {
    match call {
        Call::Read => OF_READS,
        Call::Write => OF_WRITES,
        Call::Other => &[],
    }
}

struct Tally {
    runs: usize,
    indeterminate: usize,
}

fn one(tally: &mut Tally, schedule: &[(usize, Deviation)], lag: u64, repeats: bool) -> Vec<Call> {
    let bench = Bench::with(schedule);
    bench.world().lag = lag;
    bench.world().accepts_repeats = repeats;
    let name = format!("{schedule:?} lag {lag} repeats {repeats}");
    let outcomes = bench.check(&name);
    tally.runs += 1;
    for outcome in &outcomes {
        let refused = schedule.iter().any(|(_, one)| *one == Deviation::Refused);
        match outcome.state {
            State::Done => {}
            State::Refused if refused => {}
            State::Indeterminate => tally.indeterminate += 1,
            _ => panic!("{name}: {outcome:?}"),
        }
    }
    let kinds = bench.call_kinds();
    kinds[..bench.calls_of_first_job.get()].to_vec()
}

fn all(lag: u64, repeats: bool, most: usize) -> Tally {
    let mut tally = Tally {
        runs: 0,
        indeterminate: 0,
    };
    let plain = one(&mut tally, &[], lag, repeats);
    for (at, call) in plain.iter().enumerate() {
        for deviation in of(*call) {
            let first = (at, *deviation);
            let calls = one(&mut tally, &[first], lag, repeats);
            if most < 2 {
                continue;
            }
            for (later, call) in calls.iter().enumerate().skip(at + 1) {
                for deviation in of(*call) {
                    one(&mut tally, &[first, (later, *deviation)], lag, repeats);
                }
            }
        }
    }
    tally
}

#[test]
fn nothing_happens_twice_in_any_schedule_of_two_deviations() {
    let tally = all(0, true, 2);
    assert!(tally.runs > 500, "{} runs", tally.runs);
    assert_eq!(tally.indeterminate, 0);
}

#[test]
fn nor_where_reads_show_late_or_the_status_rule_holds() {
    for (lag, repeats) in [(20_000, true), (0, false), (20_000, false)] {
        all(lag, repeats, 1);
    }
}
