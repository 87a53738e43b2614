//! The orders of a store: those held, and those made when they are asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::ids::order_id;
use super::{Order, make};
use crate::config::Config;

/// Orders by their number, which is their place.
pub(crate) struct Orders {
    config: Config,
    store: usize,
    /// Creation and update at the start.
    times: Vec<(i64, i64)>,
    held: BTreeMap<usize, Order>,
}

/// What the list needs to know of an order that passes its filter.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) id: u64,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

impl Key {
    pub(crate) fn of(order: &Order) -> Self {
        Self {
            id: order.id,
            created: order.created,
            updated: order.updated,
        }
    }
}

impl Orders {
    pub(super) fn new(config: &Config, store: usize) -> Self {
        Self {
            config: config.clone(),
            store,
            times: Vec::with_capacity(config.orders),
            held: BTreeMap::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.times.len()
    }

    /// The order at a place below [`Orders::len`].
    pub(crate) fn at(&self, place: usize) -> Cow<'_, Order> {
        match self.held.get(&place) {
            Some(order) => Cow::Borrowed(order),
            None => Cow::Owned(self.make(place)),
        }
    }

    /// The order at a place below [`Orders::len`], to be changed: it is held from now on.
    pub(crate) fn at_mut(&mut self, place: usize) -> &mut Order {
        let (config, store, times) = (&self.config, self.store, self.times[place]);
        self.held
            .entry(place)
            .or_insert_with(|| make::start_order(config, store, place, times))
    }

    /// The same as of the order, without making it.
    pub(crate) fn key(&self, place: usize) -> Key {
        match self.held.get(&place) {
            Some(order) => Key::of(order),
            None => Key {
                id: order_id(self.config.seed, self.store, place),
                created: self.times[place].0,
                updated: self.times[place].1,
            },
        }
    }

    /// The order if it is held.
    pub(crate) fn held_mut(&mut self, place: usize) -> Option<&mut Order> {
        self.held.get_mut(&place)
    }

    /// The orders held, by place. Any that was ever changed is among them.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Order> {
        self.held.values()
    }

    /// Adds an order of the start; its place.
    pub(super) fn push_times(&mut self, times: (i64, i64)) -> usize {
        self.times.push(times);
        self.times.len() - 1
    }

    pub(super) fn hold(&mut self, place: usize, order: Order) {
        self.held.insert(place, order);
    }

    /// Creation and update of each order at the start.
    pub(super) fn times(&self) -> &[(i64, i64)] {
        &self.times
    }

    fn make(&self, place: usize) -> Order {
        make::start_order(&self.config, self.store, place, self.times[place])
    }
}
