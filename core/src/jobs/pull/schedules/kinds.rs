//! Every kind of gateway, each with pages of 5 and a ceiling of 20: walks, slices, chains and kills.

use fastrand::Rng;

use super::caller::Manner;
use super::chains::chain;
use super::gateway::{Bounds, Gateway, Habits, START, TieOrder, Total, assert_sound, pull};
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
        Ok("long") => 5000,
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
}

impl Tally {
    /// A list whose copies differ by as many rows as an offset is taken for one that ignores offsets.
    fn count(&mut self, result: Result<bool, Trouble>, copies: bool, what: &str) {
        self.cases += 1;
        match result {
            Ok(unproven) => self.unproven += u64::from(unproven),
            Err(Trouble::TooDense(_)) => self.troubled += 1,
            Err(Trouble::OffsetIgnored) if copies => self.troubled += 1,
            Err(trouble) => panic!("{what}: {trouble:?}"),
        }
    }
}

fn once(habits: &Habits, seed: u64, in_slices: bool, what: &str) -> Result<bool, Trouble> {
    let mut rng = Rng::with_seed(seed);
    let most = rng.usize(0..120);
    let seconds = seconds(&mut rng, SMALL.page, most);
    let mut gateway = Gateway::new(habits.clone(), seed, &seconds);
    let outcome = if in_slices {
        sliced(&mut gateway, SMALL, &mut rng)
    } else {
        pull(&mut gateway, SMALL, START, 20_000)
    };
    assert_sound(&gateway, &outcome, START, what);
    outcome
        .trouble
        .map_or(Ok(!outcome.unproven.is_empty()), Err)
}

#[test]
fn every_kind_of_gateway_is_read_whole_in_every_form() {
    let mut cases = 0;
    for (name, habits) in kinds() {
        let copies = habits.copy_lag_ms > 0;
        let mut tally = Tally::default();
        for seed in 0..schedules() {
            let what = format!("{name}, seed {seed}");
            // Copies move rows back and forth, which a single window need not survive; a chain does.
            if !copies {
                for in_slices in [false, true] {
                    tally.count(once(&habits, seed, in_slices, &what), copies, &what);
                }
            }
            for (killed, slices) in [(0.0, 1), (0.0, 3), (0.03, 1), (0.03, 3)] {
                let most = (seed % 80) as usize;
                let manner = Manner { killed, slices };
                tally.count(
                    chain(seed, habits.clone(), SMALL, most, manner),
                    copies,
                    &what,
                );
            }
        }
        println!(
            "{name}: {} schedules, {} ended with an error, {} with something unproven",
            tally.cases, tally.troubled, tally.unproven
        );
        if is_proven(&habits) {
            let few = tally.cases / 20;
            assert!(
                tally.troubled <= few && tally.unproven == 0,
                "{name}: more is told than need be"
            );
        }
        cases += tally.cases;
    }
    assert!(cases >= 2000, "{cases}");
}
