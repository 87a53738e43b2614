//! Chains of pulls from cursor to cursor, killed at any row.

use fastrand::Rng;

use super::caller::{Caller, Manner, OVERLAP, Stop, first, key};
use super::gateway::{Bounds, Gateway, Habits, Order, START, Total};
use super::random;
use crate::jobs::pull::ledger::Ledger;
use crate::jobs::pull::version::{Line, Version, hash};
use crate::jobs::pull::walk::{Shape, Trouble};

/// What a schedule came to.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) unproven: bool,
    pub(super) lost: Vec<Order>,
}

/// Six pulls in a chain; the last one finds a list at rest.
pub(super) fn chain(
    seed: u64,
    habits: Habits,
    shape: Shape,
    most: usize,
    manner: Manner,
) -> Result<Ended, Trouble> {
    let mut rng = Rng::with_seed(seed);
    let seconds = random::seconds(&mut rng, shape.page, most);
    let mut gateway = Gateway::new(habits, seed, &seconds);
    let churn = gateway.habits.churn;
    let mut caller = Caller::default();
    for sweep in 0..6 {
        gateway.habits.churn = if sweep == 5 { 0.0 } else { churn };
        gateway.now += rng.i64(0..40) * 1000 + if sweep == 5 { 15_000 } else { 0 };
        let mut starts = 0;
        loop {
            match caller.run(&mut gateway, shape, &mut rng, manner) {
                Ok(()) => break,
                Err(Stop::Killed) => starts += 1,
                Err(Stop::Trouble(trouble)) => return Err(trouble),
            }
            assert!(starts < 2000, "seed {seed} does not end");
        }
    }
    caller.assert_once(&gateway, &format!("seed {seed}, {shape:?}, {manner:?}"));
    Ok(Ended {
        unproven: caller.unproven,
        lost: caller.lost(&gateway),
    })
}

fn random_chain(seed: u64, killed: f64, by_update: bool) -> Result<(), Trouble> {
    let mut rng = Rng::with_seed(seed);
    let shape = random::shape(&mut rng);
    let most = rng.usize(0..80);
    let habits = Habits {
        total: Total::Right,
        by_update,
        ..random::habits(&mut rng)
    };
    let slices = rng.i64(1..4);
    let manner = Manner { killed, slices };
    let ended = chain(seed, habits, shape, most, manner)?;
    assert!(ended.lost.is_empty(), "seed {seed}: {ended:?}");
    Ok(())
}

#[test]
fn p12_and_p13_a_chain_of_pulls_loses_no_last_version_and_repeats_none() {
    let troubled = (0..300)
        .filter(|seed| random_chain(*seed, 0.0, true).is_err())
        .count();
    assert!(troubled < 20, "{troubled}");
}

#[test]
fn p18_a_chain_killed_at_any_row_goes_on_as_if_it_had_not_been() {
    let troubled = (1000..1300)
        .filter(|seed| random_chain(*seed, 0.03, seed % 4 != 0).is_err())
        .count();
    assert!(troubled < 20, "{troubled}");
}

#[test]
fn p18_rows_that_were_fetched_and_not_handed_out_come_again() {
    let seconds: Vec<i64> = (0..20).map(|index| START + index / 3).collect();
    let habits = Habits {
        bounds: Bounds::Exclusive,
        ..Habits::default()
    };
    let shape = Shape {
        page: 8,
        ceiling: 40,
    };
    for kill in 0..20 {
        let mut gateway = Gateway::new(habits.clone(), 1, &seconds);
        let mut ledger = first();
        ledger.to = START + 9;
        let mut walk = ledger.walk(shape);
        let mut rows = Vec::new();
        let mut ended = false;
        while let Some(ask) = walk.next() {
            let (lines, total) = gateway.answer(ask, shape);
            let fed = walk.feed(ask, &lines, total).unwrap();
            fed.deliver
                .iter()
                .for_each(|index| ledger.will_tell(lines[*index]));
            ledger.will_reach(walk.edge());
            for index in fed.deliver {
                rows.push(lines[index]);
                ledger.told();
                if rows.len() == kill && !std::mem::replace(&mut ended, true) {
                    ledger = Ledger::from_text(&ledger.to_text(), OVERLAP, key).unwrap();
                    walk = ledger.walk(shape);
                    break;
                }
            }
        }
        assert_eq!(rows.len(), 20, "killed after {kill}");
    }
}

#[test]
fn p13_a_memory_beyond_its_limit_is_dropped_and_that_is_said() {
    let mut ledger = first();
    ledger.to = START + 20;
    for id in 0..100_001 {
        ledger.will_tell(line(id, START + 1));
        ledger.told();
    }
    ledger.will_reach(START + 2);
    assert!(
        !ledger.forgot || ledger.to_text().len() > 1_000_000,
        "open rows are never dropped"
    );
    ledger.will_reach(START + 9);
    assert!(ledger.forgot);
    assert!(ledger.to_text().len() < 500, "{}", ledger.to_text().len());

    // Bad rows are handed out too, and may come without end.
    let mut ledger = first();
    ledger.to = START + 20;
    for text in 0..100_001 {
        ledger.will_tell(Line::Bad(text));
        ledger.told();
    }
    ledger.will_reach(START + 9);
    assert!(ledger.forgot);
    assert!(ledger.to_text().len() < 500, "{}", ledger.to_text().len());
}

fn line(id: u64, second: i64) -> Line {
    Line::Good {
        id,
        second,
        version: Version {
            updated: id.is_multiple_of(2).then_some(second * 1000),
            digest: u64::MAX - id,
        },
    }
}

#[test]
fn p19_a_cursor_of_another_or_half_of_one_is_refused() {
    let mut ledger = first();
    ledger.to = START + 50;
    for id in 0..20 {
        ledger.will_tell(line(id, START + 1));
        ledger.told();
    }
    ledger.will_tell(Line::Bad(7));
    ledger.told();
    let text = ledger.to_text();
    let again = Ledger::from_text(&text, OVERLAP, key).unwrap();
    assert_eq!(again.to_text().len(), text.len());
    let other = Ledger::from_text(&text, OVERLAP, |_| "another".to_owned()).unwrap_err();
    assert!(other.message().contains("belongs to another"), "{other}");
    for length in 0..text.len() {
        let half = Ledger::from_text(&text[..length], OVERLAP, key);
        assert!(
            half.unwrap_err().message().contains("not whole"),
            "{length}"
        );
    }
    let altered = text.replacen("edge\":1", "edge\":2", 1);
    assert!(altered != text && Ledger::from_text(&altered, OVERLAP, key).is_err());
    // Whole, and of a version to come.
    let (body, _) = text.split_once(",\"check\"").unwrap();
    let body = body.replacen("\"v\":1", "\"v\":2", 1);
    let later = format!("{body},\"check\":\"{:016x}\"}}", hash(body.as_bytes()));
    let later = Ledger::from_text(&later, OVERLAP, key).unwrap_err();
    assert!(later.message().contains("another version"), "{later}");
}
