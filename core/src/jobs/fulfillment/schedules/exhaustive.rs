//! Every schedule of up to two deviations, for two items.

use super::bench::{Bench, TWO_ORDERS};
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

/// The world of a search.
#[derive(Clone, Copy, Debug)]
struct Place {
    orders: &'static [&'static [u64]],
    lag: u64,
    accepts_repeats: bool,
}

const PLAIN: Place = Place {
    orders: TWO_ORDERS,
    lag: 0,
    accepts_repeats: true,
};

fn one(tally: &mut Tally, schedule: &[(usize, Deviation)], place: Place) -> Vec<Call> {
    let bench = Bench::new(place.orders);
    {
        let mut world = bench.world();
        world.schedule = schedule.iter().copied().collect();
        world.lag = place.lag;
        world.accepts_repeats = place.accepts_repeats;
    }
    let name = format!("{schedule:?} {place:?}");
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

fn all(place: Place, most: usize) -> Tally {
    let mut tally = Tally {
        runs: 0,
        indeterminate: 0,
    };
    let plain = one(&mut tally, &[], place);
    for (at, call) in plain.iter().enumerate() {
        for deviation in of(*call) {
            let first = (at, *deviation);
            let calls = one(&mut tally, &[first], place);
            if most < 2 {
                continue;
            }
            for (later, call) in calls.iter().enumerate().skip(at + 1) {
                for deviation in of(*call) {
                    one(&mut tally, &[first, (later, *deviation)], place);
                }
            }
        }
    }
    tally
}

#[test]
fn nothing_happens_twice_in_any_schedule_of_two_deviations() {
    let tally = all(PLAIN, 2);
    assert!(tally.runs > 1_000, "{} runs", tally.runs);
    assert_eq!(tally.indeterminate, 0);
}

#[test]
fn nor_where_reads_show_late_or_the_status_rule_holds_or_items_share_a_package() {
    for orders in [TWO_ORDERS, &[&[1, 2]]] {
        for (lag, accepts_repeats) in [(0, true), (20_000, true), (0, false), (20_000, false)] {
            let place = Place {
                orders,
                lag,
                accepts_repeats,
            };
            all(place, 1);
        }
    }
}
