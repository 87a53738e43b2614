//! The seconds of a band that holds more than offsets reach, each read alone.
//!
//! A request for one second brings it whole only where both bounds are inclusive and know no milliseconds. So the
//! seconds must together hold as many orders as the band did before, and none may have come since.

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
        // Those that left after they were read do no harm.
        total.is_some_and(|total| total <= self.total) && self.found.len() as u64 == self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p7_seconds_read_alone_are_whole_if_none_is_missing_and_none_came() {
        let mut points = Points::new(1, 3, 4);
        assert!(points.next().is_some());
        points.add([7, 8, 9].into_iter());
        assert!(!points.are_whole(Some(4)), "one is missing");
        points.add([9, 10].into_iter());
        assert!(points.are_whole(Some(4)) && points.are_whole(Some(3)));
        assert!(!points.are_whole(Some(5)), "one came");
        assert!(!points.are_whole(None));
    }
}
