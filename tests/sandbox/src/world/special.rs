//! Orders that cannot simply be packed.

use super::{Delivery, Item, Status, Store};
use crate::config::Config;
use crate::seeded::Seeded;

/// One kind of order that cannot simply be packed. Each block of orders has one of each.
#[derive(Clone, Copy)]
pub(super) enum Special {
    Unpaid,
    CanceledItem,
    FulfilledByLazada,
    OwnFleet,
    OwnFleetMixed,
    Digital,
    NeedCancelConfirm,
    CancelPending,
    Packed,
    ReadyToShip,
    Delivered,
    PickUp,
    NotReady,
    NoCarrier,
}

const SPECIALS: [Special; 14] = [
    Special::Unpaid,
    Special::CanceledItem,
    Special::FulfilledByLazada,
    Special::OwnFleet,
    Special::OwnFleetMixed,
    Special::Digital,
    Special::NeedCancelConfirm,
    Special::CancelPending,
    Special::Packed,
    Special::ReadyToShip,
    Special::Delivered,
    Special::PickUp,
    Special::NotReady,
    Special::NoCarrier,
];

/// Orders in which each special kind occurs once: 7 of 100 orders are special.
pub(super) const BLOCK: usize = 200;

/// What is special about each order of a block.
pub(super) fn special_slots(config: &Config, store: usize, block: usize) -> Vec<Option<Special>> {
    let mut slots = vec![None; BLOCK];
    if config.special_orders {
        let mut dice = Seeded::new(&[config.seed, store as u64, block as u64, 7]);
        for special in SPECIALS {
            let mut place = usize::try_from(dice.below(BLOCK as u64)).unwrap_or(0);
            while slots[place].is_some() {
                place = (place + 1) % BLOCK;
            }
            slots[place] = Some(special);
        }
    }
    slots
}

/// Makes the items what they are to be.
pub(super) fn mark(items: &mut [Item], special: Special) {
    match special {
        Special::Unpaid => items.iter_mut().for_each(|i| i.status = Status::Unpaid),
        Special::CanceledItem => items[0].status = Status::Canceled,
        Special::FulfilledByLazada => deliver_by(items, Delivery::Lazada),
        Special::OwnFleet => deliver_by(items, Delivery::OwnFleet),
        Special::OwnFleetMixed => deliver_by(&mut items[..1], Delivery::OwnFleet),
        Special::Digital => deliver_by(items, Delivery::Digital),
        Special::PickUp => deliver_by(items, Delivery::PickUp),
        Special::NeedCancelConfirm => items[0].need_cancel_confirm = true,
        Special::CancelPending => items[0].is_cancel_pending = true,
        Special::NotReady => items[0].refused_with = Some("700031"),
        Special::NoCarrier => items[0].refused_with = Some("1003"),
        Special::Packed | Special::ReadyToShip | Special::Delivered => {}
    }
}

fn deliver_by(items: &mut [Item], delivery: Delivery) {
    for item in items {
        item.delivery = delivery;
    }
}

impl Special {
    /// Where the order stands at the start, if it is further along than pending.
    pub(super) fn settled(self) -> Option<Status> {
        match self {
            Self::Packed => Some(Status::Packed),
            Self::ReadyToShip => Some(Status::ReadyToShip),
            Self::Delivered => Some(Status::Delivered),
            _ => None,
        }
    }
}

/// Gives an order that is further along its package.
pub(super) fn settle(store: &mut Store, index: usize, status: Status) {
    let (items, when) = {
        let order = store.orders.at(index);
        (order.items.len(), order.updated)
    };
    let package = store.pack(index, (0..items).collect(), "Sandbox Express", when);
    store.set_package_status(package, status, when);
}
