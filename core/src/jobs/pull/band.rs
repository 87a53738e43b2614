//! A band: a few seconds that hold more orders than a page, read by offsets and proven to be whole.
//!
//! Rows can only leave a settled band, so one of two proofs is enough. *Count*: as many different rows as
//! countTotal, collected under one unchanged countTotal. *Chain*: every page begins inside the one before, the
//! pass brought nothing new, and rows kept their order.

use std::collections::HashSet;

use super::walk::{Ask, Shape};

/// Passes that bring neither a new row nor the count nearer, after which no proof is expected any more.
const IDLE_PASSES: u32 = 8;
/// Passes in all; a settled band cannot grow for ever.
const PASSES: u32 = 64;
/// How often a pass goes back for a gap.
const STEPS_BACK: u32 = 4;

/// A band being read.
#[derive(Debug)]
pub(crate) struct Band {
    after: i64,
    before: i64,
    /// Every row met, by hash.
    known: HashSet<u64>,
    /// The rows met under the present countTotal.
    collected: HashSet<u64>,
    total: Option<u64>,
    /// The most rows that were collected at the end of a pass.
    most_collected: usize,
    /// countTotal was smaller than what came.
    total_lies: bool,
    idle_passes: u32,
    passes: u32,
    pass: Pass,
}

/// One reading of the band from its beginning.
#[derive(Debug)]
struct Pass {
    offset: u32,
    descending: bool,
    previous: Vec<u64>,
    previous_total: Option<u64>,
    /// The rows of this direction.
    covered: HashSet<u64>,
    /// The rows read from the lower end, once the upper end is read.
    lower: HashSet<u64>,
    steps_back: u32,
    went_back: bool,
    /// Every page began inside the one before.
    chained: bool,
    /// countTotal stayed the same all along.
    steady: bool,
    brought_new: bool,
}

impl Pass {
    fn new() -> Self {
        Self {
            offset: 0,
            descending: false,
            previous: Vec::new(),
            previous_total: None,
            covered: HashSet::new(),
            lower: HashSet::new(),
            steps_back: 0,
            went_back: false,
            chained: true,
            steady: true,
            brought_new: false,
        }
    }
}

/// What is known of the band after a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Another page of the same run is needed.
    GoOn,
    /// Another page is needed, and it does not continue the one before.
    NewRun,
    /// Every row was read.
    Proven,
    /// Nothing new comes, and no proof either.
    Unproven,
    /// The band holds more rows than offsets reach from both ends.
    TooDense,
}

/// Where a direction of a pass stands.
enum Reach {
    /// Not at its end.
    Open,
    /// At the end of the list.
    End,
    /// The list gives no more, although countTotal says so.
    Stuck,
    /// The next offset is beyond the ceiling.
    Ceiling,
}

impl Band {
    /// The band of the seconds `after..=before`; `met` are rows that were read before.
    pub(crate) fn new(after: i64, before: i64, met: impl Iterator<Item = u64>) -> Self {
        Self {
            after,
            before,
            known: met.collect(),
            collected: HashSet::new(),
            total: None,
            most_collected: 0,
            total_lies: false,
            idle_passes: 0,
            passes: 0,
            pass: Pass::new(),
        }
    }

    pub(crate) fn ask(&self) -> Ask {
        Ask {
            after: self.after,
            before: self.before,
            offset: self.pass.offset,
            descending: self.pass.descending,
        }
    }

    /// Whether a page at this offset repeats the whole page of another offset.
    pub(crate) fn repeats(&self, rows: &[u64], shape: Shape) -> bool {
        self.pass.offset > 0 && rows.len() >= shape.page as usize && rows == self.pass.previous
    }

    /// Takes a page in.
    pub(crate) fn feed(
        &mut self,
        rows: &[u64],
        total: Option<u64>,
        shape: Shape,
        ties_vary: bool,
    ) -> Standing {
        self.count(rows, total);
        if self.is_gap(rows) && self.step_back(rows, total, shape) {
            return Standing::NewRun;
        }
        let full = rows.len() >= shape.page as usize;
        if !full && self.is_counted() {
            return Standing::Proven;
        }
        let reach = self.reach(rows, full, shape);
        self.note_page(rows);
        match reach {
            Reach::Open => {
                self.pass.offset = self.next_offset(rows, shape);
                Standing::GoOn
            }
            Reach::Ceiling if !self.pass.descending => {
                self.turn();
                Standing::NewRun
            }
            Reach::Ceiling => self.unmet(shape, ties_vary),
            Reach::End => self.end_of_pass(true, ties_vary),
            Reach::Stuck => self.end_of_pass(false, ties_vary),
        }
    }

    fn count(&mut self, rows: &[u64], total: Option<u64>) {
        if total.is_none() || total != self.total {
            self.collected.clear();
            self.pass.steady &= self.pass.offset == 0 && !self.pass.descending;
            self.total = total;
        }
        self.collected.extend(rows);
        for row in rows {
            self.pass.brought_new |= self.known.insert(*row);
        }
        let reached = if rows.is_empty() {
            0
        } else {
            u64::from(self.pass.offset) + rows.len() as u64
        };
        // Rows beyond the total, or more rows under one total: it does not count this list.
        self.total_lies |=
            total.is_some_and(|total| reached > total || self.collected.len() as u64 > total);
    }

    pub(crate) fn bounds(&self) -> (i64, i64) {
        (self.after, self.before)
    }

    /// Every row met.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u64> + '_ {
        self.known.iter().copied()
    }

    pub(crate) fn trusted_total(&self) -> Option<u64> {
        self.total.filter(|_| !self.total_lies)
    }

    fn is_counted(&self) -> bool {
        self.trusted_total() == Some(self.collected.len() as u64)
    }

    /// Rows that left have moved the list under the offset, so that rows between the pages were not read.
    fn is_gap(&self, rows: &[u64]) -> bool {
        let pass = &self.pass;
        if pass.offset == 0 || pass.previous.is_empty() {
            return false;
        }
        let is_read =
            |row: &u64| pass.previous.contains(row) || pass.went_back && pass.covered.contains(row);
        !rows.first().is_some_and(is_read)
    }

    /// False when going back helps no more; the pass then proves nothing by its chain.
    fn step_back(&mut self, rows: &[u64], total: Option<u64>, shape: Shape) -> bool {
        let pass = &mut self.pass;
        // The end of a list that did not shrink is no gap to be read.
        let is_end = rows.is_empty() && total == pass.previous_total;
        if pass.steps_back >= STEPS_BACK || is_end {
            pass.chained = false;
            return false;
        }
        pass.steps_back += 1;
        pass.went_back = true;
        pass.offset = pass.offset.saturating_sub((shape.page / 2).max(1));
        pass.previous_total = total;
        true
    }

    fn note_page(&mut self, rows: &[u64]) {
        let pass = &mut self.pass;
        pass.previous = rows.to_vec();
        pass.previous_total = self.total;
        pass.covered.extend(rows);
        pass.went_back = false;
    }

    fn reach(&self, rows: &[u64], full: bool, shape: Shape) -> Reach {
        let pass = &self.pass;
        let met = pass.descending && rows.iter().any(|row| pass.lower.contains(row));
        let listed = u64::from(pass.offset) + rows.len() as u64;
        match self.trusted_total() {
            _ if met => Reach::End,
            // A full page never ends a pass: a total that only counts the page would end it too early.
            Some(total) if !full && listed >= total => Reach::End,
            None if !full => Reach::End,
            _ if rows.is_empty() => Reach::Stuck,
            _ if pass.offset >= shape.ceiling => Reach::Ceiling,
            _ => Reach::Open,
        }
    }

    fn next_offset(&self, rows: &[u64], shape: Shape) -> u32 {
        let listed = rows.len() as u32;
        let overlap = shape.overlap().min(listed.saturating_sub(1));
        (self.pass.offset + (listed - overlap).max(1)).min(shape.ceiling)
    }

    /// Reads on from the upper end.
    fn turn(&mut self) {
        let pass = &mut self.pass;
        pass.lower = std::mem::take(&mut pass.covered);
        pass.descending = true;
        pass.offset = 0;
        pass.previous.clear();
        pass.went_back = false;
    }

    /// Both ends were read as far as offsets reach.
    fn unmet(&mut self, shape: Shape, ties_vary: bool) -> Standing {
        let reachable = 2 * u64::from(shape.ceiling + shape.page);
        if self.is_counted() {
            Standing::Proven
        } else if self.trusted_total().is_none_or(|total| total > reachable) {
            Standing::TooDense
        } else {
            self.end_of_pass(false, ties_vary)
        }
    }

    fn end_of_pass(&mut self, at_end: bool, ties_vary: bool) -> Standing {
        let pass = &self.pass;
        // Under one total every offset was read, and still rows are missing: some came twice in place of others.
        let repeated = pass.steady
            && self
                .trusted_total()
                .is_some_and(|total| total > self.collected.len() as u64);
        let chain = at_end && pass.chained && !pass.brought_new && !ties_vary && !repeated;
        if self.is_counted() || chain {
            return Standing::Proven;
        }
        let nearer = self.passes > 0
            && self.trusted_total().is_some()
            && self.collected.len() > self.most_collected;
        self.most_collected = self.most_collected.max(self.collected.len());
        self.idle_passes = if self.pass.brought_new || nearer {
            0
        } else {
            self.idle_passes + 1
        };
        self.passes += 1;
        if self.idle_passes >= IDLE_PASSES || self.passes >= PASSES {
            return Standing::Unproven;
        }
        self.pass = Pass::new();
        Standing::NewRun
    }
}
