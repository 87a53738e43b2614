//! A store with its indexes and the changes that calls make.

use std::collections::HashMap;
use std::sync::Arc;

use super::history::History;
use super::{Delivery, Item, Status};
use crate::config::Config;

/// An order of a store.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) id: u64,
    /// Number of the order in its store; names and addresses derive from it.
    pub(crate) number: usize,
    /// Seconds since 1970.
    pub(crate) created: i64,
    /// Seconds since 1970.
    pub(crate) updated: i64,
    /// Changes asked for by control; shown in the row, as two of them can share one second.
    pub(crate) revision: u32,
    pub(crate) items: Vec<Item>,
    /// The row of GetOrders, kept until the order changes: pages are asked for often.
    pub(crate) row: Option<Arc<str>>,
}

/// A package made by Pack, or present from the start.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) tracking: String,
    pub(crate) provider: String,
    pub(crate) own_fleet: bool,
    /// Place of its order in the store.
    pub(crate) order: usize,
    /// Places of its items in the order.
    pub(crate) items: Vec<usize>,
    /// RecreatePackage has taken it apart.
    pub(crate) dissolved: bool,
    /// How often ReadyToShip called a courier for it.
    pub(crate) couriers: u32,
}

/// Where an item is: place of its order, place in the order.
pub(crate) type Place = (usize, usize);

/// A seller's shop in one country.
pub(crate) struct Store {
    pub(crate) number: usize,
    pub(crate) country: &'static str,
    pub(crate) country_name: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) seller_id: u64,
    pub(crate) cross_border: bool,
    pub(crate) config: Config,
    /// In the order of their numbers.
    pub(crate) orders: Vec<Order>,
    pub(crate) packages: Vec<Package>,
    pub(crate) history: History,
    /// Reads of orders answered so far.
    pub(crate) reads: u64,
    /// Changes asked for by churn so far.
    pub(crate) churned: u64,
    order_places: HashMap<u64, usize>,
    item_places: HashMap<u64, Place>,
    package_places: HashMap<String, usize>,
    /// (created, place), ascending.
    by_creation: Vec<(i64, usize)>,
    /// (updated, place), ascending.
    by_update: Vec<(i64, usize)>,
}

impl Store {
    /// A store without orders.
    pub(crate) fn empty(number: usize, config: &Config) -> Self {
        const COUNTRIES: [(&str, &str, &str); 3] = [
            ("sg", "Singapore", "SGD"),
            ("my", "Malaysia", "MYR"),
            ("ph", "Philippines", "PHP"),
        ];
        let (country, country_name, currency) = COUNTRIES[number % COUNTRIES.len()];
        Self {
            number,
            country,
            country_name,
            currency,
            seller_id: 1_000_000_001 + number as u64,
            cross_border: config.cross_border_stores.contains(&number),
            config: config.clone(),
            orders: Vec::new(),
            packages: Vec::new(),
            history: History::default(),
            reads: 0,
            churned: 0,
            order_places: HashMap::new(),
            item_places: HashMap::new(),
            package_places: HashMap::new(),
            by_creation: Vec::new(),
            by_update: Vec::new(),
        }
    }

    /// Takes the orders of an empty store.
    pub(crate) fn fill(&mut self, orders: Vec<Order>) {
        for (place, order) in orders.iter().enumerate() {
            self.by_creation.push((order.created, place));
            self.by_update.push((order.updated, place));
        }
        self.by_creation.sort_unstable();
        self.by_update.sort_unstable();
        for order in orders {
            self.keep(order);
        }
    }

    /// Adds an order that came into being at the gateway's time `now`; its times may be others.
    pub(crate) fn insert(&mut self, order: Order, now: i64) {
        let place = self.orders.len();
        self.history.born(place, self.reads, now);
        enter(&mut self.by_creation, (order.created, place));
        enter(&mut self.by_update, (order.updated, place));
        self.keep(order);
    }

    fn keep(&mut self, order: Order) {
        let place = self.orders.len();
        self.order_places.insert(order.id, place);
        for (inner, item) in order.items.iter().enumerate() {
            self.item_places.insert(item.id, (place, inner));
        }
        self.orders.push(order);
    }

    pub(crate) fn order_place(&self, id: u64) -> Option<usize> {
        self.order_places.get(&id).copied()
    }

    pub(crate) fn item_place(&self, id: u64) -> Option<Place> {
        self.item_places.get(&id).copied()
    }

    pub(crate) fn package_place(&self, id: &str) -> Option<usize> {
        self.package_places.get(id).copied()
    }

    pub(crate) fn item(&self, place: Place) -> &Item {
        &self.orders[place.0].items[place.1]
    }

    /// The package an item lies in.
    pub(crate) fn package_of(&self, item: &Item) -> Option<&Package> {
        item.package.map(|place| &self.packages[place])
    }

    /// Time of creation and place of every order, ascending.
    pub(crate) fn by_creation(&self) -> &[(i64, usize)] {
        &self.by_creation
    }

    /// Time of update and place of every order, ascending.
    pub(crate) fn by_update(&self) -> &[(i64, usize)] {
        &self.by_update
    }

    /// Status of a package, which its items share.
    pub(crate) fn package_status(&self, package: &Package) -> Option<Status> {
        let first = package.items.first()?;
        Some(self.orders[package.order].items[*first].status)
    }

    /// Puts items of one order into a new package; its place.
    pub(crate) fn pack(
        &mut self,
        order: usize,
        items: Vec<usize>,
        provider: &str,
        now: i64,
    ) -> usize {
        self.remember(order, now);
        let place = self.packages.len();
        let serial = place + 1;
        let own_fleet = items
            .iter()
            .all(|inner| self.orders[order].items[*inner].delivery == Delivery::OwnFleet);
        let id = format!("FP{:03}{serial:012}", self.number);
        let prefix = if own_fleet { "SOF" } else { "SBX" };
        for inner in &items {
            let item = &mut self.orders[order].items[*inner];
            item.status = Status::Packed;
            item.package = Some(place);
        }
        self.package_places.insert(id.clone(), place);
        self.packages.push(Package {
            id,
            tracking: format!("{prefix}{:02}{serial:010}", self.number),
            provider: provider.to_owned(),
            own_fleet,
            order,
            items: items.clone(),
            dissolved: false,
            couriers: 0,
        });
        self.touch(order, &items, now);
        place
    }

    /// Gives all items of a package a status.
    pub(crate) fn set_package_status(&mut self, package: usize, status: Status, now: i64) {
        let order = self.packages[package].order;
        self.remember(order, now);
        let items = self.packages[package].items.clone();
        for inner in &items {
            self.orders[order].items[*inner].status = status;
        }
        self.touch(order, &items, now);
    }

    /// Takes a package apart; its items may be packed again.
    pub(crate) fn dissolve(&mut self, package: usize, now: i64) {
        self.set_package_status(package, Status::Repacked, now);
        let order = self.packages[package].order;
        let items = self.packages[package].items.clone();
        for inner in items {
            let item = &mut self.orders[order].items[inner];
            item.package = None;
            item.times_repacked += 1;
        }
        self.packages[package].dissolved = true;
    }

    pub(crate) fn set_invoice(&mut self, place: Place, number: &str, now: i64) {
        self.remember(place.0, now);
        number.clone_into(&mut self.orders[place.0].items[place.1].invoice);
        self.touch(place.0, &[place.1], now);
    }

    /// Keeps the order as it stands, before a change at the gateway's time `now`.
    fn remember(&mut self, place: usize, now: i64) {
        self.history
            .replaced(place, &self.orders[place], self.reads, now);
    }

    /// A change that only shows: a new time and a new revision.
    pub(crate) fn revise(&mut self, place: usize, time: i64, now: i64) {
        self.remember(place, now);
        self.orders[place].revision += 1;
        let items: Vec<usize> = (0..self.orders[place].items.len()).collect();
        self.touch(place, &items, time);
    }

    /// Notes the time of a change, on the items and on the order.
    fn touch(&mut self, place: usize, items: &[usize], now: i64) {
        let order = &mut self.orders[place];
        for inner in items {
            order.items[*inner].updated = now;
        }
        order.row = None;
        let old = (order.updated, place);
        order.updated = now;
        if let Ok(found) = self.by_update.binary_search(&old) {
            self.by_update.remove(found);
        }
        enter(&mut self.by_update, (now, place));
    }
}

fn enter(index: &mut Vec<(i64, usize)>, entry: (i64, usize)) {
    let at = index.partition_point(|other| *other < entry);
    index.insert(at, entry);
}
