//! Ids of orders and items, and the way back: a large store needs no table of them.

use super::Place;
use crate::seeded::Seeded;

/// Added to every third order id: beyond 2^53.
const HIGH: u64 = 9_000_000_000_000_000;
const ORDER_BASE: u64 = 600_000_000_000_000;
const ORDER_STORE: u64 = 10_000_000_000;
const ORDER_STEP: u64 = 2018;
const ITEM_BASE: u64 = 9_200_000_000_000_000;
const ITEM_STORE: u64 = 10_000_000_000_000;

/// 15 or 16 digits, odd, a third of them above 2^53, so that a double loses them. Every tenth order
/// of a store has the id of an order of the first store: one checkout can span two stores.
pub(super) fn order_id(seed: u64, store: usize, index: usize) -> u64 {
    let store = if index % 10 == 3 { 0 } else { store };
    let mut dice = Seeded::new(&[seed, store as u64, index as u64, 11]);
    let high = if index % 3 == 1 { HIGH } else { 0 };
    high + base(seed)
        + store as u64 * ORDER_STORE
        + index as u64 * ORDER_STEP
        + 2 * dice.below(ORDER_STEP / 2)
        + 1
}

fn base(seed: u64) -> u64 {
    ORDER_BASE + (seed % 97) * 1_000_000_000_000
}

/// The number of the order that has this id in a store, if there can be one.
pub(super) fn order_index(seed: u64, store: usize, id: u64) -> Option<usize> {
    let low = if id >= HIGH { id - HIGH } else { id };
    let rest = low.checked_sub(base(seed))? % ORDER_STORE;
    let index = usize::try_from(rest / ORDER_STEP).ok()?;
    (order_id(seed, store, index) == id).then_some(index)
}

/// 16 digits, odd, above 2^53, never shared between stores.
pub(super) fn item_id(store: usize, (index, inner): Place) -> u64 {
    ITEM_BASE + store as u64 * ITEM_STORE + (index as u64 * 4 + inner as u64) * 2 + 1
}

/// The number of the order, and the place in it, of the item that has this id in a store, if there
/// can be one.
pub(super) fn item_index(store: usize, id: u64) -> Option<Place> {
    let rest = id.checked_sub(ITEM_BASE + store as u64 * ITEM_STORE)?;
    let serial = usize::try_from(rest / 2).ok()?;
    let place = (serial / 4, serial % 4);
    (item_id(store, place) == id).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_leads_back_in_its_own_store_only() {
        for store in [0, 1, 49] {
            for index in (0..3000).chain(999_000..1_001_000) {
                let id = order_id(5, store, index);
                assert_eq!(order_index(5, store, id), Some(index));
                assert_eq!(order_index(5, store, id + 1), None);
                let shared = store == 0 || index % 10 == 3;
                assert_eq!(order_index(5, 0, id).is_some(), shared);
                for inner in 0..4 {
                    let id = item_id(store, (index, inner));
                    assert_eq!(item_index(store, id), Some((index, inner)));
                    assert_eq!(item_index(store, id + 1), None);
                }
            }
        }
        for id in [0, 1, 599_999_999_999_999, u64::MAX] {
            assert_eq!(order_index(5, 0, id), None);
        }
    }
}
