//! The seconds of a band that holds more than offsets reach, each read alone.
//!
//! A request for one second brings it whole only where both bounds are inclusive and know no milliseconds. So the
//! seconds must together hold as many orders as the band, by a countTotal that is the same before and after.

use std::collections::HashSet;

use super::band::Band;

/// Seconds being read one by one.
#[derive(Debug)]
pub(crate) struct Points {
    next: i64,
    last: i64,
    /// countTotal of the band.
    total: u64,
    found: HashSet<u64>,
}

impl Points {
    /// The seconds `first..=last` of a band of so many orders.
    pub(crate) fn new(first: i64, last: i64, total: u64) -> Self {
        Self {
            next: first,
            last,
            total,
            found: HashSet::new(),
        }
    }

    /// The next second as a band of its own; `None` after the last.
    pub(crate) fn next(&mut self) -> Option<Band> {
        let second = self.next;
        self.next += 1;
        (second <= self.last).then(|| Band::new(second, second, std::iter::empty()))
    }

    /// Takes in the orders of a second that was proven to be whole.
    pub(crate) fn add(&mut self, rows: impl Iterator<Item = u64>) {
        self.found.extend(rows);
    }

    /// Whether the seconds hold all of the band, whose countTotal is `total` now.
    pub(crate) fn are_whole(&self, total: Option<u64>) -> bool {
        total == Some(self.total) && self.found.len() as u64 == self.total
    }
}
