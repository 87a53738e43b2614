//! A band that holds more than offsets reach, read in parts: each second alone, or with the one after it.
//!
//! A request for one second brings it whole only where both bounds are inclusive and know no milliseconds. Where they know
//! them, it takes the request from one second to the next. So the parts must together hold as many orders as the band did
//! before, and none may have come since.

use std::collections::HashSet;

use super::band::Band;

/// Parts being read one by one.
#[derive(Debug)]
pub(crate) struct Points {
    first: i64,
    next: i64,
    last: i64,
    /// Seconds from the first to the last of a part.
    reach: i64,
    /// countTotal of the band.
    total: u64,
    found: HashSet<u64>,
}

impl Points {
    /// The seconds `first..=last` of a band of so many orders, each alone.
    pub(crate) fn new(first: i64, last: i64, total: u64) -> Self {
        Self {
            first,
            next: first,
            last,
            reach: 0,
            total,
            found: HashSet::new(),
        }
    }

    /// The same in parts of two seconds; `None` if they were read so.
    pub(crate) fn wider(self) -> Option<Self> {
        (self.reach == 0).then_some(Self {
            next: self.first,
            reach: 1,
            ..self
        })
    }

    /// The next part as a band of its own; `None` after the last.
    pub(crate) fn next(&mut self) -> Option<Band> {
        let (first, last) = (self.next, self.next + self.reach);
        self.next += 1;
        (last <= self.last).then(|| Band::new(first, last, std::iter::empty()))
    }

    /// Takes in the orders of a part that was proven to be whole.
    pub(crate) fn add(&mut self, rows: impl Iterator<Item = u64>) {
        self.found.extend(rows);
    }

    /// Whether the parts hold all of the band, whose countTotal is `total` now.
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

    #[test]
    fn p7_parts_of_two_seconds_leave_no_instant_out() {
        let mut points = Points::new(1, 3, 4).wider().unwrap();
        let parts = std::iter::from_fn(|| points.next().map(|band| band.bounds()));
        assert_eq!(parts.collect::<Vec<_>>(), [(1, 2), (2, 3)]);
        assert!(points.wider().is_none());
    }
}
