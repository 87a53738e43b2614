//! Invents the data of a store from the seed.

use super::{Delivery, Item, Order, Status, Store};
use crate::config::Config;
use crate::seeded::Seeded;

/// One kind of order that cannot simply be packed. Each block of orders has one of each.
#[derive(Clone, Copy)]
enum Special {
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
const BLOCK: usize = 200;

/// Hundredths; whole, odd, tiny and large amounts.
pub(crate) const PRICES: [i64; 8] = [6_000, 28_800, 1_250, 999, 15_990, 4_505, 123_456_789, 75];

/// The store with this number.
pub(crate) fn make_store(config: &Config, number: usize) -> Store {
    let mut store = Store::empty(number, config);
    let mut orders = Vec::with_capacity(config.orders);
    let mut to_settle = Vec::new();
    let mut slots = Vec::new();
    let mut created = i64::MIN;
    for index in 0..config.orders {
        if index % BLOCK == 0 {
            slots = special_slots(config, number, index / BLOCK);
        }
        let special = slots[index % BLOCK];
        let mut dice = Seeded::new(&[config.seed, number as u64, index as u64]);
        created = creation_time(config, index, created, &mut dice);
        let updated = update_time(config, index, created, &mut dice);
        let times = (beside_dense(config, created), beside_dense(config, updated));
        let mut order = empty_order(config, number, index, times);
        add_items(&mut order, number, special.is_some(), &mut dice);
        if config.two_warehouses && index % 5 == 0 {
            move_last_item(&mut order.items);
        }
        if let Some(special) = special {
            mark(&mut order.items, special);
            to_settle.push((index, special));
        }
        orders.push(order);
    }
    for (second, count) in (config.dense_second()..).zip(&config.dense_seconds) {
        for _ in 0..*count {
            orders.push(plain_order(config, number, orders.len(), second));
        }
    }
    store.fill(orders);
    for (index, special) in to_settle {
        settle(&mut store, index, special);
    }
    store
}

/// An order that can be packed, created and not changed since.
pub(super) fn plain_order(config: &Config, store: usize, index: usize, time: i64) -> Order {
    let mut dice = Seeded::new(&[config.seed, store as u64, index as u64]);
    let mut order = empty_order(config, store, index, (time, time));
    add_items(&mut order, store, false, &mut dice);
    order
}

fn empty_order(config: &Config, store: usize, index: usize, times: (i64, i64)) -> Order {
    Order {
        id: order_id(config.seed, store, index),
        number: index,
        created: times.0,
        updated: times.1,
        revision: 0,
        items: Vec::new(),
        row: None,
    }
}

/// Times of other orders keep out of the dense seconds, so that these hold what was asked for.
fn beside_dense(config: &Config, time: i64) -> i64 {
    let first = config.dense_second();
    let count = i64::try_from(config.dense_seconds.len()).unwrap_or(0);
    if (first..first + count).contains(&time) {
        first - 1
    } else {
        time
    }
}

fn special_slots(config: &Config, store: usize, block: usize) -> Vec<Option<Special>> {
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

/// Evenly spread, with every eighth order in the same second as the one before it.
fn creation_time(config: &Config, index: usize, before: i64, dice: &mut Seeded) -> i64 {
    let tie = dice.one_in(8);
    if tie && index > 0 {
        return before;
    }
    let here = spread(config, index);
    let gap = spread(config, index + 1) - here;
    let jitter = i64::try_from(dice.below(gap.unsigned_abs())).unwrap_or(0);
    (here + jitter).max(before)
}

/// Up to two hours after creation. Some neighbors share one second, as after a bulk action.
fn update_time(config: &Config, index: usize, created: i64, dice: &mut Seeded) -> i64 {
    const ROUND: usize = 40;
    const BULK: usize = 6;
    let end = config.window().1;
    if index % ROUND < BULK {
        let bulk_end = spread(config, index / ROUND * ROUND + BULK);
        return bulk_end.max(created).min(end);
    }
    let later = i64::try_from(dice.below(7200)).unwrap_or(0);
    (created + later).min(end)
}

fn spread(config: &Config, index: usize) -> i64 {
    let (start, end) = config.window();
    let total = config.orders.max(1) as i128;
    let index = (index as i128).min(total);
    let part = i128::from(end - start) * index / total;
    start + i64::try_from(part).unwrap_or(0)
}

/// 15 or 16 digits, odd, a third of them above 2^53, so that a double loses them. Every tenth order
/// of a store has the id of an order of the first store: one checkout can span two stores.
fn order_id(seed: u64, store: usize, index: usize) -> u64 {
    let store = if index % 10 == 3 { 0 } else { store };
    let mut dice = Seeded::new(&[seed, store as u64, index as u64, 11]);
    let high = if index % 3 == 1 {
        9_000_000_000_000_000
    } else {
        0
    };
    high + 600_000_000_000_000
        + (seed % 97) * 1_000_000_000_000
        + store as u64 * 10_000_000_000
        + index as u64 * 2018
        + 2 * dice.below(1009)
        + 1
}

/// 16 digits, odd, above 2^53, never shared between stores.
fn item_id(store: usize, index: usize, inner: usize) -> u64 {
    9_200_000_000_000_000
        + store as u64 * 10_000_000_000_000
        + (index as u64 * 4 + inner as u64) * 2
        + 1
}

fn add_items(order: &mut Order, store: usize, several: bool, dice: &mut Seeded) {
    let count = if several {
        2 + dice.below(3)
    } else {
        1 + dice.below(4)
    };
    let count = usize::try_from(count).unwrap_or(1);
    let fee = [0, 1_250, 300, 499][usize::try_from(dice.below(4)).unwrap_or(0)];
    let discount = if dice.one_in(5) { 100 } else { 0 };
    let platform_voucher = dice.one_in(3);
    let seller_voucher = dice.one_in(5);
    let mut goods = random_goods(dice);
    for inner in 0..count {
        // Units of the same SKU are rows of their own.
        if inner > 0 && !dice.one_in(3) {
            goods = random_goods(dice);
        }
        let price = PRICES[goods];
        order.items.push(Item {
            id: item_id(store, order.number, inner),
            status: Status::Pending,
            delivery: Delivery::Carrier,
            goods,
            warehouse: "dropshipping",
            refused_with: None,
            need_cancel_confirm: false,
            is_cancel_pending: false,
            price,
            voucher_seller: if seller_voucher && price > 500 {
                150
            } else {
                0
            },
            voucher_platform: if platform_voucher { price / 10 } else { 0 },
            shipping: share(fee, count, inner),
            shipping_discount: share(discount, count, inner),
            updated: order.updated,
            package: None,
            invoice: String::new(),
            times_packed: 0,
            times_repacked: 0,
        });
    }
}

fn move_last_item(items: &mut [Item]) {
    if let Some(item) = items.last_mut() {
        item.warehouse = "sandbox-warehouse-2";
    }
}

fn random_goods(dice: &mut Seeded) -> usize {
    usize::try_from(dice.below(PRICES.len() as u64)).unwrap_or(0)
}

/// One item's part of an order's amount; the first takes what does not divide.
fn share(amount: i64, count: usize, inner: usize) -> i64 {
    let count = i64::try_from(count).unwrap_or(1).max(1);
    let each = amount / count;
    if inner == 0 {
        each + amount % count
    } else {
        each
    }
}

fn mark(items: &mut [Item], special: Special) {
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

/// Orders that are further along have a package from the start.
fn settle(store: &mut Store, index: usize, special: Special) {
    let status = match special {
        Special::Packed => Status::Packed,
        Special::ReadyToShip => Status::ReadyToShip,
        Special::Delivered => Status::Delivered,
        _ => return,
    };
    let all = (0..store.orders[index].items.len()).collect();
    let when = store.orders[index].updated;
    let package = store.pack(index, all, "Sandbox Express", when);
    store.set_package_status(package, status, when);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn config() -> Config {
        Config {
            orders: 1000,
            seed: 42,
            ..Config::default()
        }
    }

    #[test]
    fn ids_are_unique_odd_and_long() {
        let store = make_store(&config(), 0);
        let orders: HashSet<u64> = store.orders.iter().map(|order| order.id).collect();
        assert_eq!(orders.len(), 1000);
        let items: Vec<u64> = store
            .orders
            .iter()
            .flat_map(|order| order.items.iter().map(|item| item.id))
            .collect();
        assert_eq!(items.iter().collect::<HashSet<_>>().len(), items.len());
        assert!(orders.iter().chain(&items).all(|id| id % 2 == 1));
        assert!(
            orders
                .iter()
                .all(|id| (15..=16).contains(&id.to_string().len()))
        );
        assert!(orders.iter().any(|id| *id > 1 << 53));
    }

    #[test]
    fn dense_seconds_hold_what_was_asked_for() {
        let counts = vec![50, 51, 99, 100, 150, 6000];
        let config = Config {
            // One order in each five seconds or so: some would fall among them.
            orders: 20_000,
            days: 1,
            dense_seconds: counts.clone(),
            ..config()
        };
        let store = make_store(&config, 1);
        let at = |second: i64, of: fn(&Order) -> i64| {
            store.orders.iter().filter(|o| of(o) == second).count()
        };
        for (second, count) in (config.dense_second()..).zip(counts) {
            assert_eq!(at(second, |order| order.created), count as usize);
            assert_eq!(at(second, |order| order.updated), count as usize);
        }
        assert_eq!(store.orders.len(), 26_450);
        assert!(store.by_creation().is_sorted());
    }

    #[test]
    fn stores_share_some_order_ids_and_no_item_ids() {
        let first = make_store(&config(), 0);
        let second = make_store(&config(), 1);
        let shared = second
            .orders
            .iter()
            .filter(|order| first.order_place(order.id).is_some())
            .count();
        assert_eq!(shared, 100);
        assert!(
            second
                .orders
                .iter()
                .flat_map(|order| &order.items)
                .all(|item| first.item_place(item.id).is_none())
        );
    }

    #[test]
    fn times_ascend_inside_the_window_with_ties() {
        let config = config();
        let (start, end) = config.window();
        let store = make_store(&config, 0);
        let created: Vec<i64> = store.orders.iter().map(|order| order.created).collect();
        assert!(created.is_sorted());
        assert!(created.windows(2).any(|pair| pair[0] == pair[1]));
        assert!(store.orders.iter().all(|order| order.created >= start
            && order.created <= order.updated
            && order.updated <= end));
        assert!(store.by_update().is_sorted());
    }

    #[test]
    fn every_special_kind_occurs_in_one_block() {
        let config = Config {
            orders: BLOCK,
            ..config()
        };
        let store = make_store(&config, 0);
        let items: Vec<&Item> = store.orders.iter().flat_map(|order| &order.items).collect();
        for status in [
            Status::Unpaid,
            Status::Canceled,
            Status::Packed,
            Status::ReadyToShip,
            Status::Delivered,
        ] {
            assert!(items.iter().any(|item| item.status == status), "{status:?}");
        }
        for delivery in [
            Delivery::OwnFleet,
            Delivery::Lazada,
            Delivery::Digital,
            Delivery::PickUp,
        ] {
            assert!(
                items.iter().any(|item| item.delivery == delivery),
                "{delivery:?}"
            );
        }
        for code in ["700031", "1003"] {
            assert!(items.iter().any(|item| item.refused_with == Some(code)));
        }
        assert!(items.iter().any(|item| item.need_cancel_confirm));
        assert!(items.iter().any(|item| item.is_cancel_pending));
        let pending = items
            .iter()
            .filter(|item| item.status == Status::Pending)
            .count();
        assert!(pending * 10 > items.len() * 9);
    }

    #[test]
    fn the_seed_alone_decides() {
        let one = make_store(&config(), 0);
        let same = make_store(&config(), 0);
        let other = make_store(
            &Config {
                seed: 43,
                ..config()
            },
            0,
        );
        let text = |store: &Store| format!("{:?}", store.orders);
        assert_eq!(text(&one), text(&same));
        assert_ne!(text(&one), text(&other));
    }
}
