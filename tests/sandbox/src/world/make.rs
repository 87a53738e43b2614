//! Invents the data of a store from the seed.

use super::ids::{item_id, order_id};
use super::orders::Orders;
use super::special::{self, BLOCK, Special, special_slots};
use super::{Delivery, Item, Order, Status, Store};
use crate::config::Config;
use crate::seeded::Seeded;

/// Hundredths; whole, odd, tiny and large amounts.
pub(crate) const PRICES: [i64; 8] = [6_000, 28_800, 1_250, 999, 15_990, 4_505, 123_456_789, 75];

/// Stores up to this size are held whole; of larger ones an order is made when it is asked for, and
/// held once it has changed.
const HELD_WHOLE: usize = 20_000;

/// The store with this number.
pub(crate) fn make_store(config: &Config, number: usize) -> Store {
    let dense: usize = config.dense_seconds.iter().map(|n| *n as usize).sum();
    make(config, number, config.orders + dense <= HELD_WHOLE)
}

fn make(config: &Config, number: usize, whole: bool) -> Store {
    let mut orders = Orders::new(config, number);
    let mut to_settle = Vec::new();
    let mut slots = Vec::new();
    let mut created = i64::MIN;
    for index in 0..config.orders {
        if index % BLOCK == 0 {
            slots = special_slots(config, number, index / BLOCK);
        }
        let special = slots[index % BLOCK];
        let mut dice = dice(config, number, index);
        created = creation_time(config, index, created, &mut dice);
        let updated = update_time(config, index, created, &mut dice);
        let times = (beside_dense(config, created), beside_dense(config, updated));
        orders.push_times(times);
        if whole {
            orders.hold(index, order(config, number, index, times, special));
        }
        if let Some(status) = special.and_then(Special::settled) {
            to_settle.push((index, status));
        }
    }
    for (second, count) in (config.dense_second()..).zip(&config.dense_seconds) {
        for _ in 0..*count {
            let index = orders.push_times((second, second));
            if whole {
                orders.hold(index, plain_order(config, number, index, second));
            }
        }
    }
    let mut store = Store::of(number, config, orders);
    for (index, status) in to_settle {
        special::settle(&mut store, index, status);
    }
    store
}

/// An order of the start, with the times that it was given then.
pub(super) fn start_order(config: &Config, store: usize, index: usize, times: (i64, i64)) -> Order {
    if index >= config.orders {
        return plain_order(config, store, index, times.0);
    }
    let special = special_slots(config, store, index / BLOCK)[index % BLOCK];
    order(config, store, index, times, special)
}

fn order(
    config: &Config,
    store: usize,
    index: usize,
    times: (i64, i64),
    special: Option<Special>,
) -> Order {
    let mut dice = dice(config, store, index);
    // The times are drawn before the items; here they are known already.
    creation_time(config, index, i64::MIN, &mut dice);
    update_time(config, index, times.0, &mut dice);
    let mut order = empty_order(config, store, index, times);
    add_items(&mut order, store, special.is_some(), &mut dice);
    if config.two_warehouses && index.is_multiple_of(5) {
        move_last_item(&mut order.items);
    }
    if let Some(special) = special {
        special::mark(&mut order.items, special);
    }
    order
}

/// An order that can be packed, created and not changed since.
pub(super) fn plain_order(config: &Config, store: usize, index: usize, time: i64) -> Order {
    let mut order = empty_order(config, store, index, (time, time));
    add_items(&mut order, store, false, &mut dice(config, store, index));
    order
}

fn dice(config: &Config, store: usize, index: usize) -> Seeded {
    Seeded::new(&[config.seed, store as u64, index as u64])
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
            id: item_id(store, (order.number, inner)),
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
            times_packed_by_others: 0,
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn all(store: &Store) -> Vec<Order> {
        (0..store.orders.len())
            .map(|place| store.orders.at(place).into_owned())
            .collect()
    }

    fn config() -> Config {
        Config {
            orders: 1000,
            seed: 42,
            ..Config::default()
        }
    }

    #[test]
    fn an_order_made_when_asked_for_is_the_one_held() {
        let config = Config {
            dense_seconds: vec![30, 20],
            two_warehouses: true,
            ..config()
        };
        for number in [0, 1] {
            let held = make(&config, number, true);
            let lazy = make(&config, number, false);
            assert_eq!(held.orders.held().count(), 1050);
            // Those with a package from the start.
            assert_eq!(lazy.orders.held().count(), 15);
            assert_eq!(format!("{:?}", all(&held)), format!("{:?}", all(&lazy)));
            assert_eq!(held.by_update(), lazy.by_update());
            assert_eq!(held.by_creation(), lazy.by_creation());
        }
    }

    #[test]
    fn ids_are_unique_odd_and_long() {
        let store = make_store(&config(), 0);
        let orders: HashSet<u64> = all(&store).iter().map(|order| order.id).collect();
        assert_eq!(orders.len(), 1000);
        let items: Vec<u64> = all(&store)
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
            all(&store).iter().filter(|o| of(o) == second).count()
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
        let shared = all(&second)
            .iter()
            .filter(|order| first.order_place(order.id).is_some())
            .count();
        assert_eq!(shared, 100);
        assert!(
            all(&second)
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
        let created: Vec<i64> = all(&store).iter().map(|order| order.created).collect();
        assert!(created.is_sorted());
        assert!(created.windows(2).any(|pair| pair[0] == pair[1]));
        assert!(all(&store).iter().all(|order| order.created >= start
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
        let orders = all(&store);
        let items: Vec<&Item> = orders.iter().flat_map(|order| &order.items).collect();
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
        let text = |store: &Store| format!("{:?}", all(store));
        assert_eq!(text(&one), text(&same));
        assert_ne!(text(&one), text(&other));
    }
}
