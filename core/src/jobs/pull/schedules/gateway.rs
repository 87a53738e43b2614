//! A gateway in memory that changes between pages, and what a pull from it must hold.

use std::collections::{HashMap, HashSet};

use fastrand::Rng;

use crate::jobs::pull::version::{Line, Version};
use crate::jobs::pull::walk::{Ask, Fed, Shape, Trouble, Walk};

pub(super) const START: i64 = 1_772_352_000;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bounds {
    Inclusive,
    Exclusive,
    ExactInclusive,
    ExactExclusive,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Total {
    Right,
    Missing,
    /// Off by some rows, another number each time.
    Off,
    /// Always too high by so many.
    High(u64),
    /// What the page holds.
    Page,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TieOrder {
    Milliseconds,
    Id,
    Random,
}

#[derive(Clone, Debug)]
pub(super) struct Habits {
    pub(super) bounds: Bounds,
    pub(super) total: Total,
    pub(super) ties: TieOrder,
    pub(super) by_update: bool,
    /// Changes per request.
    pub(super) churn: f64,
    /// Chance that a page is shortened.
    pub(super) shorten: f64,
    /// Until a change is visible.
    pub(super) lag_ms: i64,
    /// Every other answer comes from a copy of the list that is so much older.
    pub(super) copy_lag_ms: i64,
    pub(super) ignores_sort: bool,
    pub(super) ignores_offset: bool,
    pub(super) ignores_filter: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            bounds: Bounds::Inclusive,
            total: Total::Right,
            ties: TieOrder::Milliseconds,
            by_update: true,
            churn: 0.0,
            shorten: 0.0,
            lag_ms: 0,
            copy_lag_ms: 0,
            ignores_sort: false,
            ignores_offset: false,
            ignores_filter: false,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub(super) id: u64,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) revision: u64,
    pub(super) bad: bool,
}

/// A gateway in memory.
pub(super) struct Gateway {
    pub(super) habits: Habits,
    pub(super) rng: Rng,
    pub(super) now: i64,
    pub(super) orders: Vec<Order>,
    late: Vec<(i64, Order)>,
    /// The older copy, and what it does not show yet.
    copy: Vec<Order>,
    copy_late: Vec<(i64, Order)>,
    pub(super) moved: HashSet<u64>,
    pub(super) requests: usize,
    serial: u64,
    pub(super) largest_offset: u32,
}

impl Gateway {
    pub(super) fn new(habits: Habits, seed: u64, seconds: &[i64]) -> Self {
        let mut rng = Rng::with_seed(seed);
        let orders: Vec<Order> = seconds
            .iter()
            .enumerate()
            .map(|(index, second)| {
                let ms = second * 1000 + rng.i64(0..1000);
                Order {
                    id: index as u64 + 1,
                    created: ms,
                    updated: ms,
                    revision: 0,
                    bad: false,
                }
            })
            .collect();
        let last = seconds.iter().max().copied().unwrap_or(START);
        Self {
            habits,
            rng,
            now: (last + 5) * 1000,
            copy: orders.clone(),
            orders,
            late: Vec::new(),
            copy_late: Vec::new(),
            moved: HashSet::new(),
            requests: 0,
            serial: 0,
            largest_offset: 0,
        }
    }

    pub(super) fn key(&self, order: &Order) -> i64 {
        if self.habits.by_update {
            order.updated
        } else {
            order.created
        }
    }

    /// Time goes by, orders change and arrive.
    pub(super) fn live(&mut self) {
        self.now += self.rng.i64(100..700);
        while self.rng.f64() < self.habits.churn / (1.0 + self.habits.churn) {
            self.serial += 1;
            if self.rng.u8(0..5) == 0 || self.orders.is_empty() {
                let id = 1_000_000 + self.serial;
                self.moved.insert(id);
                let order = Order {
                    id,
                    created: self.now,
                    updated: self.now,
                    revision: 0,
                    bad: false,
                };
                self.publish(order);
            } else {
                let mut order = self.orders[self.rng.usize(0..self.orders.len())];
                self.moved.insert(order.id);
                order.updated = self.now;
                order.revision = self.serial;
                self.publish(order);
            }
        }
        show(&mut self.orders, &mut self.late, self.now);
        show(&mut self.copy, &mut self.copy_late, self.now);
    }

    fn publish(&mut self, order: Order) {
        let visible = self.now + self.habits.lag_ms;
        self.late.push((visible, order));
        if self.habits.copy_lag_ms > 0 {
            let later = visible + self.habits.copy_lag_ms;
            self.copy_late.push((later, order));
        }
    }

    pub(super) fn answer(&mut self, ask: Ask, shape: Shape) -> (Vec<Line>, Option<u64>) {
        self.live();
        self.requests += 1;
        assert!(ask.offset <= shape.ceiling, "beyond the ceiling: {ask:?}");
        self.largest_offset = self.largest_offset.max(ask.offset);
        let mut rows = self.passing(ask);
        self.sort(&mut rows, ask);
        let total = rows.len();
        let offset = if self.habits.ignores_offset {
            0
        } else {
            ask.offset as usize
        };
        let mut rows: Vec<Order> = rows
            .into_iter()
            .skip(offset)
            .take(shape.page as usize)
            .collect();
        if self.rng.f64() < self.habits.shorten && rows.len() > 1 {
            rows.truncate(self.rng.usize(1..rows.len()));
        }
        let total = match self.habits.total {
            Total::Right => Some(total as u64),
            Total::Missing => None,
            Total::High(more) => Some(total as u64 + more),
            Total::Page => Some(rows.len() as u64),
            Total::Off => Some((total as u64 + self.rng.u64(0..5)).saturating_sub(2)),
        };
        (rows.iter().map(|order| self.line(order)).collect(), total)
    }

    fn passing(&mut self, ask: Ask) -> Vec<Order> {
        let from_copy = self.habits.copy_lag_ms > 0 && self.rng.bool();
        let passes = |order: &&Order| {
            let ms = self.key(order);
            let second = ms.div_euclid(1000);
            match self.habits.bounds {
                _ if self.habits.ignores_filter => true,
                Bounds::Inclusive => (ask.after..=ask.before).contains(&second),
                Bounds::Exclusive => ask.after < second && second < ask.before,
                Bounds::ExactInclusive => (ask.after * 1000..=ask.before * 1000).contains(&ms),
                Bounds::ExactExclusive => ask.after * 1000 < ms && ms < ask.before * 1000,
            }
        };
        let list = if from_copy { &self.copy } else { &self.orders };
        list.iter().filter(passes).copied().collect()
    }

    fn sort(&mut self, rows: &mut [Order], ask: Ask) {
        if self.habits.ignores_sort {
            return rows.sort_by_key(|order| order.id.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        }
        let by_update = self.habits.by_update;
        let key = |order: &Order| {
            if by_update {
                order.updated
            } else {
                order.created
            }
        };
        match self.habits.ties {
            TieOrder::Milliseconds => rows.sort_by_key(|order| (key(order), order.id)),
            TieOrder::Id => rows.sort_by_key(|order| (key(order).div_euclid(1000), order.id)),
            TieOrder::Random => {
                self.rng.shuffle(rows);
                rows.sort_by_key(|order| key(order).div_euclid(1000));
            }
        }
        if ask.descending {
            rows.reverse();
        }
    }

    pub(super) fn line(&self, order: &Order) -> Line {
        if order.bad {
            return Line::Bad(order.id);
        }
        Line::Good {
            id: order.id,
            second: self.key(order).div_euclid(1000),
            version: Version {
                updated: Some(order.updated.div_euclid(1000) * 1000),
                digest: order.id * 1_000_000 + order.revision,
            },
        }
    }
}

/// Shows in the list what is due by now.
fn show(list: &mut Vec<Order>, late: &mut Vec<(i64, Order)>, now: i64) {
    let (due, rest) = late.drain(..).partition(|(at, _)| *at <= now);
    *late = rest;
    let due: Vec<(i64, Order)> = due;
    for (_, order) in due {
        match list.iter_mut().find(|known| known.id == order.id) {
            Some(known) => *known = order,
            None => list.push(order),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) delivered: Vec<(u64, i64, u64)>,
    pub(super) bad: Vec<u64>,
    pub(super) unproven: Vec<i64>,
    pub(super) trouble: Option<Trouble>,
    pub(super) to: i64,
}

impl Outcome {
    pub(super) fn add(&mut self, lines: &[Line], fed: Fed) {
        self.unproven.extend(fed.unproven);
        for index in fed.deliver {
            match lines[index] {
                Line::Good {
                    id,
                    second,
                    version,
                } => self.delivered.push((id, second, version.digest)),
                Line::Bad(text) => self.bad.push(text),
            }
        }
    }
}

/// Pulls as the job does; `bound` is the most requests it may take.
pub(super) fn pull(gateway: &mut Gateway, shape: Shape, from: i64, bound: usize) -> Outcome {
    let mut outcome = Outcome::default();
    let mut walk = Walk::new(shape, from, i64::MAX / 4);
    let mut doubts = 0;
    while let Some(mut ask) = walk.next() {
        ask.before = ask.before.min(gateway.now / 1000 + 7200);
        let (lines, total) = gateway.answer(ask, shape);
        if gateway.requests == 1 {
            outcome.to = gateway.now.div_euclid(1000) - 2;
            walk.narrow(outcome.to);
        }
        assert!(
            gateway.requests <= bound,
            "does not end: {:?}",
            gateway.habits
        );
        let fed = match walk.feed(ask, &lines, total) {
            Ok(fed) => fed,
            Err(trouble) if doubts == 2 || matches!(trouble, Trouble::TooDense(_)) => {
                outcome.trouble = Some(trouble);
                return outcome;
            }
            Err(_) => {
                doubts += 1;
                continue;
            }
        };
        doubts = 0;
        outcome.add(&lines, fed);
    }
    outcome
}

/// Orders of the window that rest and were lost without a word.
pub(super) fn lost(gateway: &Gateway, outcome: &Outcome, from: i64) -> Vec<Order> {
    let versions: HashMap<u64, HashSet<u64>> =
        outcome
            .delivered
            .iter()
            .fold(HashMap::new(), |mut map, row| {
                map.entry(row.0).or_default().insert(row.2);
                map
            });
    let is_lost = |order: &&Order| {
        let second = gateway.key(order).div_euclid(1000);
        let rests =
            !gateway.moved.contains(&order.id) || !gateway.habits.by_update && order.id < 1_000_000;
        let told = outcome.trouble.is_some()
            || outcome.unproven.iter().any(|unproven| {
                (unproven - second).abs() <= 1
                    || gateway.habits.total != Total::Right && *unproven <= second
            });
        let came = versions.get(&order.id).is_some_and(|versions| {
            gateway.moved.contains(&order.id)
                || versions.contains(&(order.id * 1_000_000 + order.revision))
        });
        rests && (from..=outcome.to).contains(&second) && !told && !came && !order.bad
    };
    gateway.orders.iter().filter(is_lost).copied().collect()
}

pub(super) fn assert_sound(gateway: &Gateway, outcome: &Outcome, from: i64, what: &str) {
    let lost = lost(gateway, outcome, from);
    assert!(
        lost.is_empty(),
        "{what}: lost {lost:?} of {:?}",
        gateway.habits
    );
    assert_once(gateway, outcome, from, what);
}

/// Each version came once, within the window and in its order.
pub(super) fn assert_once(gateway: &Gateway, outcome: &Outcome, from: i64, what: &str) {
    let mut once = HashSet::new();
    for row in &outcome.delivered {
        assert!(
            once.insert((row.0, row.2)),
            "{what}: twice {row:?} in {:?}",
            gateway.habits
        );
        assert!(
            (from..=outcome.to).contains(&row.1),
            "{what}: outside {row:?}"
        );
    }
    let seconds = outcome.delivered.iter().map(|row| row.1);
    let mut latest = from;
    for second in seconds {
        assert!(second >= latest - 2, "{what}: {second} after {latest}");
        latest = latest.max(second);
    }
}
