//! Which orders a call of GetOrders names, and in which order.

use super::view::View;
use crate::world::{Key, Status, Store};

/// What the caller asked for.
pub(super) struct Filter<'a> {
    pub(super) created: (i64, i64),
    pub(super) updated: (i64, i64),
    pub(super) status: Option<&'a str>,
    pub(super) by_update: bool,
    pub(super) descending: bool,
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl Filter<'_> {
    /// The bounds of the column sorted by, and those of the other one.
    fn spans(&self) -> ((i64, i64), (i64, i64)) {
        if self.by_update {
            (self.updated, self.created)
        } else {
            (self.created, self.updated)
        }
    }
}

/// How many orders pass, and the places of those on the page.
pub(super) fn select(store: &Store, filter: &Filter<'_>, view: &View) -> (usize, Vec<usize>) {
    let (span, other) = filter.spans();
    let run = run(store, filter.by_update, span);
    if !view.is_plain() {
        let places = sorted(store, filter, view, run);
        let total = places.len();
        return (total, page(filter, total, |rank| places[rank]));
    }
    if other == (i64::MIN, i64::MAX) && filter.status.is_none() {
        // Long lists are not walked for a page.
        return (run.len(), page(filter, run.len(), |rank| run[rank].1));
    }
    let passing: Vec<usize> = run
        .iter()
        .map(|entry| entry.1)
        .filter(|place| passes(store, *place, filter, view).is_some())
        .collect();
    let total = passing.len();
    (total, page(filter, total, |rank| passing[rank]))
}

/// The part of a sorted list that lies between the bounds, to the second.
fn run(store: &Store, by_update: bool, (after, before): (i64, i64)) -> &[(i64, usize)] {
    let entries = if by_update {
        store.by_update()
    } else {
        store.by_creation()
    };
    let from = entries.partition_point(|entry| entry.0 < after);
    let to = entries.partition_point(|entry| entry.0 <= before);
    &entries[from.min(to)..to]
}

/// The places that pass, in the order that the view shows.
fn sorted(store: &Store, filter: &Filter<'_>, view: &View, run: &[(i64, usize)]) -> Vec<usize> {
    let mut places: Vec<usize> = run.iter().map(|entry| entry.1).collect();
    if view.sight.late.is_some() {
        // Seen late, an order may lie where the store no longer has it.
        places.extend(store.history.places());
        places.sort_unstable();
        places.dedup();
    }
    let mut rows: Vec<(i64, u64, usize)> = places
        .into_iter()
        .filter_map(|place| {
            let key = passes(store, place, filter, view)?;
            let time = if filter.by_update {
                key.updated
            } else {
                key.created
            };
            let tie = view.tie(key.id, place, store.reads);
            Some((view.key(key.id, time), tie, place))
        })
        .collect();
    rows.sort_unstable();
    rows.into_iter().map(|row| row.2).collect()
}

fn page(filter: &Filter<'_>, total: usize, place: impl Fn(usize) -> usize) -> Vec<usize> {
    let from = filter.offset.min(total);
    let to = (from + filter.limit).min(total);
    (from..to)
        .map(|rank| {
            place(if filter.descending {
                total - 1 - rank
            } else {
                rank
            })
        })
        .collect()
}

/// The order as the list sees it, if it passes. Items are looked at last: they may have to be made.
fn passes(store: &Store, place: usize, filter: &Filter<'_>, view: &View) -> Option<Key> {
    let key = store.seen_key(place, view.sight)?;
    let within = |time, span| view.within(view.key(key.id, time), span);
    if !within(key.created, filter.created) || !within(key.updated, filter.updated) {
        return None;
    }
    if let Some(wanted) = filter.status {
        let order = store.seen(place, view.sight)?;
        let mut items = order.items.iter();
        if !items.any(|item| shows_under(item.status, wanted)) {
            return None;
        }
    }
    Some(key)
}

/// `topack` and `toship` look like the buckets of Seller Center.
fn shows_under(status: Status, filter: &str) -> bool {
    match filter {
        "topack" => matches!(status, Status::Pending | Status::Repacked),
        "toship" => matches!(status, Status::Packed),
        name => status.name() == name,
    }
}
