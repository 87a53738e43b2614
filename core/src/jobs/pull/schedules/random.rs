//! Thousands of random schedules with small pages and a low ceiling, so that edges are everywhere.

use fastrand::Rng;

use super::gateway::{
    Bounds, Gateway, Habits, Outcome, START, TieOrder, Total, assert_sound, pull,
};
use crate::jobs::pull::walk::{Shape, Trouble, Walk};

/// Seconds of orders: sparse stretches and bulk changes that fill a second and its neighbors.
pub(super) fn seconds(rng: &mut Rng, page: u32, most: usize) -> Vec<i64> {
    let mut second = START;
    let mut seconds = Vec::new();
    while seconds.len() < most {
        second += rng.i64(0..4);
        let page = page as usize;
        let count = match rng.u8(0..12) {
            0 => page,
            1 => page + 1,
            2 => page - 1,
            3 => page / 2,
            4 => page * 3 / 2,
            5 => rng.usize(0..page * 4),
            _ => rng.usize(0..3),
        };
        seconds.extend(std::iter::repeat_n(second, count));
    }
    seconds.truncate(most);
    seconds
}

pub(super) fn habits(rng: &mut Rng) -> Habits {
    let bounds = [
        Bounds::Inclusive,
        Bounds::Exclusive,
        Bounds::ExactInclusive,
        Bounds::ExactExclusive,
    ];
    let ties = [TieOrder::Milliseconds, TieOrder::Id, TieOrder::Random];
    let totals = [
        Total::Right,
        Total::Right,
        Total::Right,
        Total::Missing,
        Total::High(3),
        Total::Off,
        Total::Page,
    ];
    let total = totals[rng.usize(0..totals.len())];
    Habits {
        bounds: bounds[rng.usize(0..4)],
        ties: ties[rng.usize(0..3)],
        total,
        by_update: rng.u8(0..4) != 0,
        churn: [0.0, 0.0, 0.5, 2.0][rng.usize(0..4)],
        // Without a right total nothing tells a shortened page from the last.
        shorten: if total == Total::Right && rng.bool() {
            0.3
        } else {
            0.0
        },
        lag_ms: [0, 0, 1500, 8000][rng.usize(0..4)],
        ..Habits::default()
    }
}

pub(super) fn shape(rng: &mut Rng) -> Shape {
    Shape {
        page: rng.u32(5..9),
        ceiling: rng.u32(15..40),
    }
}

#[test]
fn no_order_that_rests_is_lost_and_no_version_comes_twice() {
    let (mut troubled, mut sane, mut unproven) = (0, 0, 0);
    for seed in 0..1500 {
        let mut rng = Rng::with_seed(seed);
        let shape = shape(&mut rng);
        let most = rng.usize(0..160);
        let seconds = seconds(&mut rng, shape.page, most);
        let mut gateway = Gateway::new(habits(&mut rng), seed, &seconds);
        let from = START + rng.i64(0..5);
        let outcome = pull(&mut gateway, shape, from, 20_000);
        assert_sound(&gateway, &outcome, from, &format!("seed {seed}, {shape:?}"));
        troubled += usize::from(outcome.trouble.is_some());
        let habits = &gateway.habits;
        let is_sane = matches!(habits.total, Total::Right | Total::Missing)
            && habits.ties != TieOrder::Random
            && habits.shorten == 0.0;
        sane += usize::from(is_sane);
        unproven += usize::from(is_sane && !outcome.unproven.is_empty());
    }
    // What is told must stay the exception, or it would not be worth telling.
    assert!(
        troubled < 40 && unproven < sane / 50,
        "{troubled} {unproven} of {sane}"
    );
}

/// In a well-kept gateway nothing is left unproven, and the calls stay near the fewest.
#[test]
fn a_quiet_list_is_proven_and_cheap() {
    for seed in 0..600 {
        let mut rng = Rng::with_seed(seed);
        let shape = Shape {
            page: 8,
            ceiling: 64,
        };
        let seconds = seconds(&mut rng, shape.page, 120);
        let habits = Habits {
            bounds: habits(&mut rng).bounds,
            ..Habits::default()
        };
        let mut gateway = Gateway::new(habits, seed, &seconds);
        let outcome = pull(&mut gateway, shape, START, 200);
        assert_sound(&gateway, &outcome, START, &format!("seed {seed}"));
        assert_eq!(
            (outcome.trouble, outcome.unproven.len()),
            (None, 0),
            "seed {seed}"
        );
        assert_eq!(outcome.delivered.len(), 120, "seed {seed}");
    }
}

/// Pulls in up to five slices, a page of any of them at a time.
pub(super) fn sliced(gateway: &mut Gateway, shape: Shape, rng: &mut Rng) -> Outcome {
    let to = gateway.now.div_euclid(1000) - 2;
    let mut ends: Vec<i64> = (0..4).map(|_| rng.i64(START..=to)).collect();
    ends.push(to);
    ends.sort_unstable();
    ends.dedup();
    let mut from = START;
    let mut slices = Vec::new();
    for end in ends {
        slices.push((Walk::new(shape, from, end), Outcome::default()));
        from = end + 1;
    }
    let mut outcome = Outcome {
        to,
        ..Outcome::default()
    };
    let mut doubts = 0;
    while slices.iter().any(|(walk, _)| walk.next().is_some()) && outcome.trouble.is_none() {
        let slice = rng.usize(0..slices.len());
        let (walk, part) = &mut slices[slice];
        let Some(ask) = walk.next() else { continue };
        let (lines, total) = gateway.answer(ask, shape);
        assert!(
            gateway.requests < 20_000,
            "does not end: {:?}",
            gateway.habits
        );
        match walk.feed(ask, &lines, total) {
            Ok(fed) => part.add(&lines, fed),
            Err(trouble) if doubts == 5 || matches!(trouble, Trouble::TooDense(_)) => {
                outcome.trouble = Some(trouble);
            }
            Err(_) => doubts += 1,
        }
    }
    for (_, part) in slices {
        outcome.delivered.extend(part.delivered);
        outcome.unproven.extend(part.unproven);
    }
    outcome
}

/// Slices of a settled window, read in any order and handed out in theirs.
#[test]
fn p16_slices_lose_nothing_and_repeat_nothing() {
    for seed in 0..400 {
        let mut rng = Rng::with_seed(seed);
        let shape = shape(&mut rng);
        let most = rng.usize(0..160);
        let seconds = seconds(&mut rng, shape.page, most);
        let mut gateway = Gateway::new(habits(&mut rng), seed, &seconds);
        let outcome = sliced(&mut gateway, shape, &mut rng);
        assert_sound(
            &gateway,
            &outcome,
            START,
            &format!("seed {seed}, {shape:?}"),
        );
    }
}
