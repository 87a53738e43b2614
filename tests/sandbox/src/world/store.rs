//! A store with its indexes and the changes that calls make.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Delivery, Item, Status};

/// An order of a store.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) id: u64,
    /// Number of the order in its store; names and addresses derive from it.
    pub(crate) number: usize,
    /// Seconds since 1970.
    pub(crate) created: i64,
    /// Seconds since 1970.
    pub(crate) updated: i64,
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
    /// Ascending by creation.
    pub(crate) orders: Vec<Order>,
    pub(crate) packages: Vec<Package>,
    order_places: HashMap<u64, usize>,
    item_places: HashMap<u64, Place>,
    package_places: HashMap<String, usize>,
    /// (updated, place), ascending.
    by_update: Vec<(i64, usize)>,
}

impl Store {
    /// A store without orders.
    pub(crate) fn empty(number: usize, cross_border: bool) -> Self {
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
            cross_border,
            orders: Vec::new(),
            packages: Vec::new(),
            order_places: HashMap::new(),
            item_places: HashMap::new(),
            package_places: HashMap::new(),
            by_update: Vec::new(),
        }
    }

    /// Takes the orders, which must ascend by creation.
    pub(crate) fn fill(&mut self, orders: Vec<Order>) {
        for (place, order) in orders.iter().enumerate() {
            self.order_places.insert(order.id, place);
            self.by_update.push((order.updated, place));
            for (inner, item) in order.items.iter().enumerate() {
                self.item_places.insert(item.id, (place, inner));
            }
        }
        self.by_update.sort_unstable();
        self.orders = orders;
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

    /// Place and time of update of every order, ascending by update.
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
        number.clone_into(&mut self.orders[place.0].items[place.1].invoice);
        self.touch(place.0, &[place.1], now);
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
        let new = (now, place);
        let at = self.by_update.partition_point(|entry| *entry < new);
        self.by_update.insert(at, new);
    }
}
