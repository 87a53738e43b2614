//! What a pull has counted.

use super::version::Line;
use super::window::printed;
use crate::jobs::Summary;
use crate::protocol::{Evidence, http_date};

/// What a pull has counted.
#[derive(Clone, Debug, Default)]
pub(in crate::jobs) struct Tally {
    pub(super) orders: u64,
    pub(super) bad: u64,
    pub(super) unproven: Vec<String>,
    newest: Option<Newest>,
}

/// The order that changed last of those that came.
#[derive(Clone, Copy, Debug)]
struct Newest {
    /// When it changed, in epoch milliseconds.
    updated: i64,
    /// The gateway's time of the answer that brought it, in epoch seconds.
    answered: Option<i64>,
}

impl Tally {
    /// Takes in when the orders of an answer changed.
    pub(super) fn note_times(&mut self, lines: impl Iterator<Item = Line>, evidence: &Evidence) {
        let updated = lines.filter_map(|line| match line {
            Line::Good { version, .. } => version.updated,
            Line::Bad(_) => None,
        });
        if let Some(updated) = updated.max() {
            let answered = evidence.gateway_date.as_deref().and_then(http_date);
            self.note(Newest { updated, answered });
        }
    }

    fn note(&mut self, newest: Newest) {
        if self
            .newest
            .is_none_or(|known| known.updated < newest.updated)
        {
            self.newest = Some(newest);
        }
    }

    /// Adds what another pull has counted.
    pub(in crate::jobs) fn add(&mut self, other: Self) {
        self.orders += other.orders;
        self.bad += other.bad;
        self.unproven.extend(other.unproven);
        if let Some(newest) = other.newest {
            self.note(newest);
        }
    }

    pub(in crate::jobs) fn summary(&self) -> Summary {
        let second = |newest: Newest| newest.updated.div_euclid(1000);
        let lateness = |newest: Newest| {
            let late = newest.answered? - second(newest);
            // Changed after the second in which the answer began.
            Some(u64::try_from(late).unwrap_or(0))
        };
        Summary {
            counts: vec![("orders", self.orders), ("bad_rows", self.bad)],
            unproven: self.unproven.clone(),
            newest: self.newest.map(|newest| printed(second(newest))),
            lateness_s: self.newest.and_then(lateness),
            canceled: false,
        }
    }
}
