//! Longer schedules, drawn at random: more items, more deviations, other people.

use fastrand::Rng;

use super::bench::Bench;
use super::world::{Deviation, OF_READS, OF_WRITES};
use crate::jobs::State;

fn schedule(rng: &mut Rng, most: usize, actor: bool) -> Vec<(usize, Deviation)> {
    let count = rng.usize(0..=most);
    let draw = |rng: &mut Rng| {
        if actor && rng.u8(0..6) == 0 {
            return Deviation::Actor;
        }
        let kinds = if rng.u8(0..4) == 0 {
            OF_READS
        } else {
            OF_WRITES
        };
        kinds[rng.usize(0..kinds.len())]
    };
    (0..count).map(|_| (rng.usize(0..16), draw(rng))).collect()
}

fn bench(rng: &mut Rng, most: usize, actor: bool) -> (Bench, String) {
    let orders: [&[&[u64]]; 3] = [&[&[1], &[2]], &[&[1, 2], &[3]], &[&[1], &[2, 3], &[4]]];
    let bench = Bench::new(orders[rng.usize(0..orders.len())]);
    let schedule = schedule(rng, most, actor);
    {
        let mut world = bench.world();
        world.schedule = schedule.iter().copied().collect();
        world.lag = [0, 20_000][rng.usize(0..2)];
        world.accepts_repeats = rng.bool();
    }
    (bench, format!("{schedule:?}"))
}

#[test]
fn many_deviations_make_no_double() {
    let mut rng = Rng::with_seed(7);
    for seed in 0..150 {
        let (bench, schedule) = bench(&mut rng, 5, false);
        let outcomes = bench.check(&format!("{seed}: {schedule}"));
        for outcome in outcomes {
            let fits = matches!(
                outcome.state,
                State::Done | State::Refused | State::Indeterminate
            );
            assert!(fits, "{seed}: {schedule}: {outcome:?}");
        }
    }
}

#[test]
fn nor_do_they_with_another_person_at_work() {
    let mut rng = Rng::with_seed(11);
    for seed in 0..150 {
        let (bench, schedule) = bench(&mut rng, 4, true);
        // Between our read and our write nobody can keep two people apart, unless the platform does.
        bench.world().accepts_repeats = false;
        bench.check(&format!("{seed}: {schedule}"));
    }
}
