//! A store with its indexes and the changes that calls make.

use std::collections::HashMap;
use std::sync::Arc;

use super::act::Hindrance;
use super::history::History;
use super::ids::{item_index, order_index};
use super::journal::Fact;
use super::{Delivery, Item, Orders, Status};
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
    /// It was canceled with all its items.
    pub(crate) canceled: bool,
    /// Seconds since 1970.
    pub(crate) made: i64,
    /// How often ReadyToShip called a courier for it.
    pub(crate) couriers: u32,
    /// How often another actor called one.
    pub(crate) couriers_by_others: u32,
    /// How often PrintAWB handed out its label.
    pub(crate) labels: u32,
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
    pub(crate) orders: Orders,
    pub(crate) packages: Vec<Package>,
    pub(crate) history: History,
    pub(crate) journal: Vec<Fact>,
    pub(super) hindrances: Vec<Hindrance>,
    /// Reads of orders answered so far.
    pub(crate) reads: u64,
    /// Changes asked for by churn so far.
    pub(crate) churned: u64,
    package_places: HashMap<String, usize>,
    /// (created, place), ascending.
    by_creation: Vec<(i64, usize)>,
    /// (updated, place), ascending.
    by_update: Vec<(i64, usize)>,
}

impl Store {
    /// A store with these orders.
    pub(super) fn of(number: usize, config: &Config, orders: Orders) -> Self {
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
            packages: Vec::new(),
            history: History::default(),
            journal: Vec::new(),
            hindrances: Vec::new(),
            reads: 0,
            churned: 0,
            package_places: HashMap::new(),
            by_creation: sorted(orders.times().iter().map(|times| times.0)),
            by_update: sorted(orders.times().iter().map(|times| times.1)),
            orders,
        }
    }

    /// Adds an order that came into being at the gateway's time `now`; its times may be others.
    pub(crate) fn insert(&mut self, order: Order, now: i64) {
        let place = self.orders.push_times((order.created, order.updated));
        self.history.born(place, self.reads, now);
        enter(&mut self.by_creation, (order.created, place));
        enter(&mut self.by_update, (order.updated, place));
        self.orders.hold(place, order);
    }

    pub(crate) fn order_place(&self, id: u64) -> Option<usize> {
        order_index(self.config.seed, self.number, id).filter(|place| *place < self.orders.len())
    }

    pub(crate) fn item_place(&self, id: u64) -> Option<Place> {
        item_index(self.number, id).filter(|place| {
            place.0 < self.orders.len() && place.1 < self.orders.at(place.0).items.len()
        })
    }

    pub(crate) fn package_place(&self, id: &str) -> Option<usize> {
        self.package_places.get(id).copied()
    }

    pub(crate) fn item(&self, place: Place) -> Item {
        self.orders.at(place.0).items[place.1].clone()
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
        Some(self.orders.at(package.order).items[*first].status)
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
        let packed = self.orders.at_mut(order);
        let own_fleet = items
            .iter()
            .all(|inner| packed.items[*inner].delivery == Delivery::OwnFleet);
        let id = format!("FP{:03}{serial:012}", self.number);
        let prefix = if own_fleet { "SOF" } else { "SBX" };
        for inner in &items {
            let item = &mut packed.items[*inner];
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
            canceled: false,
            made: now,
            couriers: 0,
            couriers_by_others: 0,
            labels: 0,
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
            self.orders.at_mut(order).items[*inner].status = status;
        }
        self.touch(order, &items, now);
    }

    /// Takes a package apart; its items may be packed again.
    pub(crate) fn dissolve(&mut self, package: usize, now: i64) {
        self.set_package_status(package, Status::Repacked, now);
        let order = self.packages[package].order;
        let items = self.packages[package].items.clone();
        for inner in items {
            let item = &mut self.orders.at_mut(order).items[inner];
            item.package = None;
            item.times_repacked += 1;
        }
        self.packages[package].dissolved = true;
    }

    pub(crate) fn set_invoice(&mut self, place: Place, number: &str, now: i64) {
        self.remember(place.0, now);
        number.clone_into(&mut self.orders.at_mut(place.0).items[place.1].invoice);
        self.touch(place.0, &[place.1], now);
    }

    /// Keeps the order as it stands, before a change at the gateway's time `now`.
    pub(super) fn remember(&mut self, place: usize, now: i64) {
        let order = || self.orders.at(place).into_owned();
        self.history.replaced(place, order, self.reads, now);
    }

    /// A change that only shows: a new time and a new revision.
    pub(crate) fn revise(&mut self, place: usize, time: i64, now: i64) {
        self.remember(place, now);
        let order = self.orders.at_mut(place);
        order.revision += 1;
        let items: Vec<usize> = (0..order.items.len()).collect();
        self.touch(place, &items, time);
    }

    /// Notes the time of a change, on the items and on the order.
    pub(super) fn touch(&mut self, place: usize, items: &[usize], now: i64) {
        let order = self.orders.at_mut(place);
        for inner in items {
            order.items[*inner].updated = now;
        }
        order.row = None;
        let old = (order.updated, place);
        order.updated = now;
        if old.0 == now {
            return;
        }
        if let Ok(found) = self.by_update.binary_search(&old) {
            self.by_update.remove(found);
        }
        enter(&mut self.by_update, (now, place));
    }
}

/// Times with their places, ascending.
fn sorted(times: impl Iterator<Item = i64>) -> Vec<(i64, usize)> {
    let mut entries: Vec<_> = times.zip(0..).collect();
    entries.sort_unstable();
    entries
}

fn enter(index: &mut Vec<(i64, usize)>, entry: (i64, usize)) {
    let at = index.partition_point(|other| *other < entry);
    index.insert(at, entry);
}
