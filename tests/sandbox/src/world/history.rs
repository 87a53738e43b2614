//! What orders were before they changed, for reads that see changes late.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Key, Order, Store};
use crate::faults::Late;

/// Versions kept of one order.
const KEPT: usize = 32;

/// Former versions of orders. Kept only once asked for: most sandboxes never look back.
#[derive(Default)]
pub(crate) struct History {
    asked_for: bool,
    past: HashMap<usize, Vec<Past>>,
}

struct Past {
    /// None: the order did not exist.
    order: Option<Order>,
    /// Reads answered when it was replaced.
    reads: u64,
    /// The gateway's time when it was replaced.
    at: i64,
}

/// How far back a read looks.
#[derive(Clone, Copy)]
pub(crate) struct Sight {
    pub(crate) late: Option<Late>,
    /// The gateway's time.
    pub(crate) now: i64,
}

impl History {
    pub(crate) fn ask(&mut self) {
        self.asked_for = true;
    }

    /// The order is about to change.
    pub(super) fn replaced(
        &mut self,
        place: usize,
        order: impl FnOnce() -> Order,
        reads: u64,
        at: i64,
    ) {
        if self.asked_for {
            self.push(place, Some(order()), reads, at);
        }
    }

    /// The order is about to be inserted.
    pub(super) fn born(&mut self, place: usize, reads: u64, at: i64) {
        if self.asked_for {
            self.push(place, None, reads, at);
        }
    }

    fn push(&mut self, place: usize, order: Option<Order>, reads: u64, at: i64) {
        let versions = self.past.entry(place).or_default();
        if versions.len() == KEPT {
            versions.remove(0);
        }
        versions.push(Past { order, reads, at });
    }

    /// Places of orders that have changed.
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.past.keys().copied()
    }
}

impl Sight {
    /// Whether the replacement of a version does not show yet at the store's current read.
    fn hides(self, past: &Past, reads: u64) -> bool {
        match self.late {
            None => false,
            Some(Late::Reads(count)) => reads <= past.reads + count,
            Some(Late::Seconds(seconds)) => self.now < past.at + i64::from(seconds),
        }
    }
}

impl Store {
    /// The order as a read sees it; None when it does not exist yet.
    pub(crate) fn seen(&self, place: usize, sight: Sight) -> Option<Cow<'_, Order>> {
        match self.former(place, sight) {
            Some(past) => past.order.as_ref().map(Cow::Borrowed),
            None => Some(self.orders.at(place)),
        }
    }

    /// The same of what the list needs to know.
    pub(crate) fn seen_key(&self, place: usize, sight: Sight) -> Option<Key> {
        match self.former(place, sight) {
            Some(past) => past.order.as_ref().map(Key::of),
            None => Some(self.orders.key(place)),
        }
    }

    fn former(&self, place: usize, sight: Sight) -> Option<&Past> {
        let versions = self.history.past.get(&place)?;
        versions.iter().find(|past| sight.hides(past, self.reads))
    }
}
