//! Chains of pulls from cursor to cursor, killed at any row.

use std::collections::{HashMap, HashSet};

use fastrand::Rng;

use super::gateway::{Bounds, Gateway, Habits, START, Total};
use super::random;
use crate::jobs::pull::ledger::Ledger;
use crate::jobs::pull::version::{Line, Version};
use crate::jobs::pull::walk::{Shape, Trouble};

const OVERLAP: i64 = 30;
const FAR: i64 = i64::MAX / 4;

fn key(column: &str) -> String {
    format!("key of {column}")
}

fn first() -> Ledger {
    first_by("updated_at")
}

fn first_by(column: &str) -> Ledger {
    Ledger::new(&key(column), column, (START, FAR), OVERLAP)
}

/// What a caller keeps: the rows, and the cursor beside them.
struct Caller {
    rows: Vec<(u64, u64)>,
    cursor: Option<String>,
    ended: bool,
    to: i64,
    trouble: Option<Trouble>,
    unproven: bool,
    /// A pull by creation followed another.
    chained: bool,
    /// Where the first pull begins.
    first: Ledger,
}

impl Default for Caller {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            cursor: None,
            ended: false,
            to: START,
            trouble: None,
            unproven: false,
            chained: false,
            first: first(),
        }
    }
}

impl Caller {
    /// One process: pulls from the kept cursor until its end, or until it is killed after some row.
    fn run(&mut self, gateway: &mut Gateway, shape: Shape, rng: &mut Rng, killed: f64) {
        let earlier = self
            .cursor
            .as_deref()
            .map(|text| Ledger::from_text(text, OVERLAP, key).unwrap())
            .map(|earlier| {
                let hands_over = earlier.is_by_creation() && gateway.habits.by_update;
                if hands_over {
                    earlier.hand_over(&key("updated_at"))
                } else {
                    earlier
                }
            });
        self.chained |= earlier
            .as_ref()
            .is_some_and(|earlier| earlier.ended && earlier.is_by_creation());
        let mut settled = earlier.as_ref().is_some_and(|earlier| !earlier.ended);
        let mut ledger = earlier.map_or_else(|| self.first.clone(), |earlier| earlier.follow(FAR));
        let mut walk = ledger.walk(shape);
        self.ended = false;
        while let Some(mut ask) = walk.next() {
            ask.before = ask.before.min(gateway.now / 1000 + 7200);
            let (lines, total) = gateway.answer(ask, shape);
            if !std::mem::replace(&mut settled, true) {
                let to = gateway.now.div_euclid(1000) - 2;
                walk.narrow(to);
                ledger.to = ledger.to.min(to);
            }
            let fed = match walk.feed(ask, &lines, total) {
                Ok(fed) => fed,
                Err(trouble) => {
                    self.trouble = Some(trouble);
                    return;
                }
            };
            self.unproven |= fed.unproven.is_some();
            for index in &fed.deliver {
                ledger.will_tell(lines[*index]);
            }
            match walk.next() {
                Some(_) => ledger.will_reach(walk.edge()),
                None => ledger.will_end(),
            }
            for index in fed.deliver {
                if rng.f64() < killed {
                    self.cursor = Some(ledger.to_text());
                    return;
                }
                if let Line::Good { id, version, .. } = lines[index] {
                    self.rows.push((id, version.digest));
                }
                ledger.told();
            }
            if rng.f64() < killed {
                self.cursor = Some(ledger.to_text());
                return;
            }
        }
        ledger.will_end();
        self.cursor = Some(ledger.to_text());
        self.ended = true;
        self.to = ledger.to;
    }

    fn assert_none_lost(&self, gateway: &Gateway, what: &str) {
        let last: HashMap<u64, u64> = self.rows.iter().copied().collect();
        for order in &gateway.orders {
            let second = gateway.key(order).div_euclid(1000);
            let version = last.get(&order.id);
            // Changes are not seen by creation.
            let is_last = version == Some(&(order.id * 1_000_000 + order.revision))
                || version.is_some() && !gateway.habits.by_update;
            assert!(
                is_last || !(START..=self.to).contains(&second),
                "{what}: lost {order:?} of {:?}",
                gateway.habits
            );
        }
    }

    fn assert_whole(&self, gateway: &Gateway, what: &str) {
        self.assert_none_lost(gateway, what);
        let mut once = HashSet::new();
        for row in &self.rows {
            assert!(
                once.insert(row),
                "{what}: twice {row:?} of {:?}",
                gateway.habits
            );
        }
    }
}

fn chain(seed: u64, killed: f64, by_update: bool) -> Option<Trouble> {
    let mut rng = Rng::with_seed(seed);
    let shape = random::shape(&mut rng);
    let most = rng.usize(0..80);
    let seconds = random::seconds(&mut rng, shape.page, most);
    let habits = Habits {
        total: Total::Right,
        by_update,
        ..random::habits(&mut rng)
    };
    let mut gateway = Gateway::new(habits, seed, &seconds);
    let churn = gateway.habits.churn;
    let mut caller = Caller::default();
    for sweep in 0..6 {
        // The last one finds a list at rest.
        gateway.habits.churn = if sweep == 5 { 0.0 } else { churn };
        gateway.now += rng.i64(0..40) * 1000 + if sweep == 5 { 15_000 } else { 0 };
        let mut starts = 0;
        loop {
            caller.run(&mut gateway, shape, &mut rng, killed);
            if let Some(trouble) = caller.trouble {
                return Some(trouble);
            }
            starts += 1;
            assert!(starts < 2000, "seed {seed} does not end");
            if caller.ended {
                break;
            }
        }
    }
    if !caller.unproven {
        caller.assert_whole(&gateway, &format!("seed {seed}"));
    }
    None
}

/// One or more pulls by creation while orders change, then pulls by update.
fn sync(seed: u64, killed: f64) -> Option<Trouble> {
    let mut rng = Rng::with_seed(seed);
    let shape = random::shape(&mut rng);
    let most = rng.usize(0..80);
    let seconds = random::seconds(&mut rng, shape.page, most);
    let habits = Habits {
        total: Total::Right,
        by_update: false,
        ..random::habits(&mut rng)
    };
    let mut gateway = Gateway::new(habits, seed, &seconds);
    let churn = gateway.habits.churn;
    let mut caller = Caller {
        first: first_by("created_at"),
        ..Caller::default()
    };
    for sweep in 0..4 {
        gateway.habits.by_update = sweep > 0;
        gateway.habits.churn = if sweep == 3 { 0.0 } else { churn };
        // Nothing changes between the backfill and what follows it, but much may during the backfill.
        gateway.now += if sweep == 3 { 15_000 } else { 0 };
        let mut starts = 0;
        loop {
            caller.run(&mut gateway, shape, &mut rng, killed);
            // The backfill may take longer than the overlap.
            gateway.now += if sweep == 0 && rng.bool() {
                OVERLAP * 1500
            } else {
                0
            };
            if let Some(trouble) = caller.trouble {
                return Some(trouble);
            }
            starts += 1;
            assert!(starts < 2000, "seed {seed} does not end");
            if caller.ended {
                break;
            }
        }
    }
    if !caller.unproven {
        // What a chain of more than one pull by creation has handed out may come again.
        let chained = std::mem::take(&mut caller.chained);
        caller.assert_none_lost(&gateway, &format!("seed {seed}"));
        if !chained {
            caller.assert_whole(&gateway, &format!("seed {seed}"));
        }
    }
    None
}

#[test]
fn p5_changes_during_a_backfill_are_found_after_it_and_no_version_comes_twice() {
    let killed = |seed: u64| [0.0, 0.02, 0.1][(seed % 3) as usize];
    let troubled = (2000..2400)
        .filter(|seed| sync(*seed, killed(*seed)).is_some())
        .count();
    assert!(troubled < 27, "{troubled}");
}

#[test]
fn p12_and_p13_a_chain_of_pulls_loses_no_last_version_and_repeats_none() {
    let troubled = (0..300)
        .filter(|seed| chain(*seed, 0.0, true).is_some())
        .count();
    assert!(troubled < 20, "{troubled}");
}

#[test]
fn p18_a_chain_killed_at_any_row_goes_on_as_if_it_had_not_been() {
    let troubled = (1000..1300)
        .filter(|seed| chain(*seed, 0.03, seed % 4 != 0).is_some())
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
}
