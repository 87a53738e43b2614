//! Every kind of gateway, each with pages of 5 and a ceiling of 20: walks, slices, chains and kills.

use fastrand::Rng;

use super::caller::Manner;
use super::chains::{Ended, chain};
use super::gateway::{Bounds, Gateway, Habits, START, TieOrder, Total, assert_once, lost, pull};
use super::random::{seconds, sliced};
use crate::jobs::pull::walk::{Shape, Trouble};

const SMALL: Shape = Shape {
    page: 5,
    ceiling: 20,
};

fn kinds() -> Vec<(&'static str, Habits)> {
    let plain = || Habits {
        churn: 1.0,
        ..Habits::default()
    };
    let shortened = || Habits {
        shorten: 0.3,
        ..plain()
    };
    let exclusive = || Habits {
        bounds: Bounds::Exclusive,
        ..plain()
    };
    let varying = || Habits {
        ties: TieOrder::Random,
        ..plain()
    };
    let total = |total| Habits { total, ..plain() };
    vec![
        ("as documented", plain()),
        (
            "fast changes",
            Habits {
                churn: 4.0,
                ..plain()
            },
        ),
        (
            "ties by id",
            Habits {
                ties: TieOrder::Id,
                ..plain()
            },
        ),
        ("exclusive", exclusive()),
        (
            "milliseconds",
            Habits {
                bounds: Bounds::ExactInclusive,
                ..plain()
            },
        ),
        (
            "milliseconds, exclusive",
            Habits {
                bounds: Bounds::ExactExclusive,
                ..plain()
            },
        ),
        ("ties vary", varying()),
        (
            "ties vary, exclusive",
            Habits {
                ties: TieOrder::Random,
                ..exclusive()
            },
        ),
        (
            "8 s late",
            Habits {
                lag_ms: 8000,
                ..plain()
            },
        ),
        (
            "8 s late, exclusive, ties vary",
            Habits {
                lag_ms: 8000,
                bounds: Bounds::Exclusive,
                ..varying()
            },
        ),
        ("shortened", shortened()),
        (
            "shortened, exclusive milliseconds",
            Habits {
                bounds: Bounds::ExactExclusive,
                ..shortened()
            },
        ),
        (
            "shortened, ties vary, late",
            Habits {
                ties: TieOrder::Random,
                lag_ms: 1500,
                ..shortened()
            },
        ),
        ("no total", total(Total::Missing)),
        (
            "no total, exclusive, ties vary",
            Habits {
                bounds: Bounds::Exclusive,
                ties: TieOrder::Random,
                ..total(Total::Missing)
            },
        ),
        ("wrong total", total(Total::Off)),
        ("total too high", total(Total::High(3))),
        ("total of the page", total(Total::Page)),
        (
            "copies 6 s apart",
            Habits {
                copy_lag_ms: 6000,
                ..plain()
            },
        ),
    ]
}

/// Schedules of each kind and form.
fn schedules() -> u64 {
    match std::env::var("LAZCORE_CAMPAIGN").as_deref() {
        Ok("long") => 2000,
        _ => 30,
    }
}

/// Whether the list gives what a proof needs, so that nothing has to be told.
fn is_proven(habits: &Habits) -> bool {
    let chained = habits.total == Total::Missing && habits.ties != TieOrder::Random;
    habits.copy_lag_ms == 0 && (habits.total == Total::Right || chained)
}

/// What came of the schedules of one kind.
#[derive(Default)]
struct Tally {
    cases: u64,
    troubled: u64,
    unproven: u64,
    lost: u64,
}

impl Tally {
    /// A list whose copies differ by as many rows as an offset is taken for one that ignores offsets.
    fn count(&mut self, result: Result<Ended, Trouble>, habits: &Habits, what: &str) {
        self.cases += 1;
        match result {
            Ok(ended) => {
                self.unproven += u64::from(ended.unproven);
                self.lost += u64::from(!ended.lost.is_empty());
                // A band of seven rows in pages of five has so few rows twice that their order may be kept by chance
                // while the total falls. Pages of a hundred have ten rows in common and a hundred from the pass before.
                let by_chance = habits.ties == TieOrder::Random && self.lost <= self.cases / 5000;
                let lost = &ended.lost;
                assert!(lost.is_empty() || by_chance, "{what}: lost {lost:?}");
            }
            Err(Trouble::TooDense(_)) => self.troubled += 1,
            Err(Trouble::OffsetIgnored) if habits.copy_lag_ms > 0 => self.troubled += 1,
            Err(trouble) => panic!("{what}: {trouble:?}"),
        }
    }
}

fn once(habits: &Habits, seed: u64, in_slices: bool, what: &str) -> Result<Ended, Trouble> {
    let mut rng = Rng::with_seed(seed);
    let most = rng.usize(0..120);
    let seconds = seconds(&mut rng, SMALL.page, most);
    let mut gateway = Gateway::new(habits.clone(), seed, &seconds);
    let outcome = if in_slices {
        sliced(&mut gateway, SMALL, &mut rng)
    } else {
        pull(&mut gateway, SMALL, START, 20_000)
    };
    assert_once(&gateway, &outcome, START, what);
    let lost = lost(&gateway, &outcome, START);
    match outcome.trouble {
        Some(trouble) => Err(trouble),
        None => Ok(Ended {
            unproven: !outcome.unproven.is_empty(),
            lost,
        }),
    }
}

#[test]
fn every_kind_of_gateway_is_read_whole_in_every_form() {
    let mut cases = 0;
    for (name, habits) in kinds() {
        let mut tally = Tally::default();
        for seed in 0..schedules() {
            let what = format!("{name}, seed {seed}");
            // Copies move rows back and forth, which a single window need not survive; a chain does.
            if habits.copy_lag_ms == 0 {
                for in_slices in [false, true] {
                    tally.count(once(&habits, seed, in_slices, &what), &habits, &what);
                }
            }
            for (killed, slices) in [(0.0, 1), (0.0, 3), (0.03, 1), (0.03, 3)] {
                let most = (seed % 80) as usize;
                let manner = Manner { killed, slices };
                tally.count(
                    chain(seed, habits.clone(), SMALL, most, manner),
                    &habits,
                    &what,
                );
            }
        }
        println!(
            "{name}: {} schedules, {} ended with an error, {} with something unproven, {} deceived",
            tally.cases, tally.troubled, tally.unproven, tally.lost
        );
        if is_proven(&habits) {
            // Ties that vary hide a row from eight passes now and then.
            let vary = habits.ties == TieOrder::Random;
            let most = if vary { tally.cases / 200 } else { 0 };
            assert!(
                tally.troubled <= tally.cases / 20 && tally.unproven <= most,
                "{name}: more is told than need be"
            );
        }
        cases += tally.cases;
    }
    assert!(cases >= 2000, "{cases}");
}
