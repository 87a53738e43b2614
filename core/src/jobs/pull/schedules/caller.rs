//! A caller who pulls from cursor to cursor, in one walk or in slices, and may be killed after any row.

use std::collections::{HashMap, HashSet, VecDeque};

use fastrand::Rng;

use super::gateway::{Gateway, Order, START};
use crate::jobs::pull::ledger::Ledger;
use crate::jobs::pull::version::Line;
use crate::jobs::pull::walk::{Shape, Trouble, Walk};

pub(super) const OVERLAP: i64 = 30;
pub(super) const FAR: i64 = i64::MAX / 4;

pub(super) fn key(column: &str) -> String {
    format!("key of {column}")
}

/// The ledger of a first pull.
pub(super) fn first() -> Ledger {
    first_by("updated_at")
}

pub(super) fn first_by(column: &str) -> Ledger {
    Ledger::new(&key(column), column, (START, FAR), OVERLAP)
}

/// How a process reads its window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Chance of a kill before each row and after each page.
    pub(super) killed: f64,
    /// Into how many slices it cuts its window.
    pub(super) slices: i64,
}

/// What a caller keeps: the rows, and the cursor beside them.
pub(super) struct Caller {
    pub(super) rows: Vec<(u64, u64)>,
    cursor: Option<String>,
    to: i64,
    pub(super) unproven: bool,
    /// A pull by creation followed another.
    pub(super) chained: bool,
    /// Where the first pull begins.
    pub(super) first: Ledger,
}

impl Default for Caller {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            cursor: None,
            to: START,
            unproven: false,
            chained: false,
            first: first(),
        }
    }
}

/// Why a process ended before its window did.
pub(super) enum Stop {
    Killed,
    Trouble(Trouble),
}

/// A slice: its walk, and the pages that wait for their turn, each with the edge that it brings.
struct Part {
    walk: Walk,
    pages: VecDeque<(Vec<Line>, i64)>,
    doubts: u32,
}

impl Part {
    fn of(walk: Walk) -> Self {
        Self {
            walk,
            pages: VecDeque::new(),
            doubts: 0,
        }
    }

    fn is_over(&self) -> bool {
        self.walk.next().is_none() && self.pages.is_empty()
    }
}

struct Process<'a> {
    gateway: &'a mut Gateway,
    rng: &'a mut Rng,
    shape: Shape,
    manner: Manner,
    ledger: Ledger,
    parts: VecDeque<Part>,
    settled: bool,
    cut: bool,
}

impl Caller {
    /// One process: pulls from the kept cursor until its end, or until something stops it.
    pub(super) fn run(
        &mut self,
        gateway: &mut Gateway,
        shape: Shape,
        rng: &mut Rng,
        manner: Manner,
    ) -> Result<(), Stop> {
        let cursor = self.cursor.as_deref();
        let earlier = cursor.map(|text| Ledger::from_text(text, OVERLAP, key).unwrap());
        let by_update = gateway.habits.by_update;
        let earlier = earlier.map(|earlier| match earlier.is_by_creation() && by_update {
            true => earlier.hand_over(&key("updated_at")),
            false => earlier,
        });
        let ended = earlier.as_ref().filter(|earlier| earlier.ended);
        self.chained |= ended.is_some_and(Ledger::is_by_creation);
        let settled = earlier.as_ref().is_some_and(|earlier| !earlier.ended);
        let ledger = earlier.map_or_else(|| self.first.clone(), |earlier| earlier.follow(FAR));
        let mut process = Process {
            gateway,
            rng,
            shape,
            manner,
            parts: VecDeque::from([Part::of(ledger.walk(shape))]),
            ledger,
            settled,
            cut: false,
        };
        let mut result = Ok(());
        while !process.parts.is_empty() && result.is_ok() {
            result = process.step(self);
        }
        if result.is_ok() {
            process.ledger.will_end();
            self.to = process.ledger.to;
        }
        self.cursor = Some(process.ledger.to_text());
        result
    }

    /// Orders at rest whose last version it does not have, unless something was told.
    pub(super) fn lost(&self, gateway: &Gateway) -> Vec<Order> {
        let last: HashMap<u64, u64> = self.rows.iter().copied().collect();
        let is_lost = |order: &&Order| {
            let second = gateway.key(order).div_euclid(1000);
            let version = last.get(&order.id);
            // Changes are not seen by creation.
            let is_last = version == Some(&(order.id * 1_000_000 + order.revision))
                || version.is_some() && !gateway.habits.by_update;
            !self.unproven && !is_last && (START..=self.to).contains(&second)
        };
        gateway.orders.iter().filter(is_lost).copied().collect()
    }

    /// No version came twice, unless copies of the list differ.
    pub(super) fn assert_once(&self, gateway: &Gateway, what: &str) {
        let mut once = HashSet::new();
        for row in &self.rows {
            let is_new = once.insert(row);
            assert!(
                is_new || gateway.habits.copy_lag_ms > 0,
                "{what}: twice {row:?} of {:?}",
                gateway.habits
            );
        }
    }
}

impl Process<'_> {
    fn step(&mut self, caller: &mut Caller) -> Result<(), Stop> {
        self.read(caller)?;
        if !std::mem::replace(&mut self.cut, true) {
            self.cut_up();
        }
        self.hand_out(caller)
    }

    /// A page of any slice.
    fn read(&mut self, caller: &mut Caller) -> Result<(), Stop> {
        let open: Vec<&mut Part> = self
            .parts
            .iter_mut()
            .filter(|part| part.walk.next().is_some())
            .collect();
        let chosen = self.rng.usize(0..open.len().max(1));
        let Some(part) = open.into_iter().nth(chosen) else {
            return Ok(());
        };
        let mut ask = part.walk.next().unwrap();
        ask.before = ask.before.min(self.gateway.now / 1000 + 7200);
        let (lines, total) = self.gateway.answer(ask, self.shape);
        if !std::mem::replace(&mut self.settled, true) {
            let to = self.gateway.now.div_euclid(1000) - 2;
            part.walk.narrow(to);
            self.ledger.to = self.ledger.to.min(to);
        }
        let fed = match part.walk.feed(ask, &lines, total) {
            Ok(fed) => fed,
            Err(trouble) if part.doubts == 2 || matches!(trouble, Trouble::TooDense(_)) => {
                return Err(Stop::Trouble(trouble));
            }
            Err(_) => {
                part.doubts += 1;
                return Ok(());
            }
        };
        part.doubts = 0;
        caller.unproven |= fed.unproven.is_some();
        let due = fed.deliver.iter().map(|index| lines[*index]).collect();
        part.pages.push_back((due, part.walk.edge()));
        Ok(())
    }

    fn cut_up(&mut self) {
        let walk = &mut self.parts[0].walk;
        let (edge, to) = (walk.edge(), walk.to());
        let length = (to - edge) / self.manner.slices;
        if self.manner.slices < 2 || length < 2 || !walk.can_be_cut() {
            return;
        }
        walk.narrow(edge + length);
        for slice in 1..self.manner.slices {
            let is_last = slice + 1 == self.manner.slices;
            let end = if is_last {
                to
            } else {
                edge + length * (slice + 1)
            };
            let from = edge + length * slice + 1;
            let walk = self.ledger.walk_within(self.shape, from, end);
            self.parts.push_back(Part::of(walk));
        }
    }

    /// The pages whose turn it is.
    fn hand_out(&mut self, caller: &mut Caller) -> Result<(), Stop> {
        while let Some(part) = self.parts.front_mut() {
            let Some((lines, mut edge)) = part.pages.pop_front() else {
                if !part.is_over() {
                    return Ok(());
                }
                self.parts.pop_front();
                continue;
            };
            if part.is_over() {
                edge = edge.max(part.walk.to() + 1);
                self.parts.pop_front();
            }
            lines.iter().for_each(|line| self.ledger.will_tell(*line));
            if self.parts.is_empty() {
                self.ledger.will_end();
            } else {
                self.ledger.will_reach(edge);
            }
            for line in lines {
                self.survive()?;
                if let Line::Good { id, version, .. } = line {
                    caller.rows.push((id, version.digest));
                }
                self.ledger.told();
            }
            self.survive()?;
        }
        Ok(())
    }

    fn survive(&mut self) -> Result<(), Stop> {
        if self.rng.f64() < self.manner.killed {
            return Err(Stop::Killed);
        }
        Ok(())
    }
}
