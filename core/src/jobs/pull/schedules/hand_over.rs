//! A backfill by creation while orders change, and the pulls by update that follow it.

use fastrand::Rng;

use super::caller::{Caller, Manner, OVERLAP, Stop, first_by};
use super::gateway::{Gateway, Habits, Total};
use super::random;
use crate::jobs::pull::walk::Trouble;

/// One or more pulls by creation while orders change, then pulls by update.
fn sync(seed: u64, killed: f64) -> Result<(), Trouble> {
    let mut rng = Rng::with_seed(seed);
    let shape = random::shape(&mut rng);
    let most = rng.usize(0..80);
    let seconds = random::seconds(&mut rng, shape.page, most);
    let habits = Habits {
        total: Total::Right,
        by_update: false,
        ..random::habits(&mut rng)
    };
    let slices = rng.i64(1..4);
    let mut gateway = Gateway::new(habits, seed, &seconds);
    let churn = gateway.habits.churn;
    let mut caller = Caller::default();
    caller.first = first_by("created_at");
    for sweep in 0..4 {
        gateway.habits.by_update = sweep > 0;
        gateway.habits.churn = if sweep == 3 { 0.0 } else { churn };
        // Nothing changes between the backfill and what follows it, but much may during the backfill.
        gateway.now += if sweep == 3 { 15_000 } else { 0 };
        let mut starts = 0;
        loop {
            let ended = caller.run(&mut gateway, shape, &mut rng, Manner { killed, slices });
            // The backfill may take longer than the overlap.
            let waits = sweep == 0 && rng.bool();
            gateway.now += if waits { OVERLAP * 1500 } else { 0 };
            match ended {
                Ok(()) => break,
                Err(Stop::Killed) => starts += 1,
                Err(Stop::Trouble(trouble)) => return Err(trouble),
            }
            assert!(starts < 2000, "seed {seed} does not end");
        }
    }
    let lost = caller.lost(&gateway);
    assert!(lost.is_empty(), "seed {seed}: lost {lost:?}");
    // What a chain of more than one pull by creation has handed out may come again.
    if !caller.chained {
        caller.assert_once(&gateway, &format!("seed {seed}"));
    }
    Ok(())
}

#[test]
fn p5_changes_during_a_backfill_are_found_after_it_and_no_version_comes_twice() {
    let killed = |seed: u64| [0.0, 0.02, 0.1][(seed % 3) as usize];
    let troubled = (2000..2400)
        .filter(|seed| sync(*seed, killed(*seed)).is_err())
        .count();
    assert!(troubled < 27, "{troubled}");
}
