//! What another actor does to orders: a colleague in the Seller Center, a second ERP, the buyer.

use super::journal::{By, What};
use super::{Delivery, Status, Store};

/// Something that is done to orders besides the calls, see [`crate::Sandbox::act`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// What is done.
    pub deed: Deed,
    /// Orders that it is done to, by id. Around a call ([`crate::Misbehavior::Act`]) an empty list
    /// stands for the orders that the call is about.
    pub orders: Vec<u64>,
    /// Only these items of the orders, unless empty.
    pub items: Vec<u64>,
    /// Seconds of the gateway's clock until it is done; 0 is at once.
    pub seconds_later: u32,
}

/// What another actor does. Items whose status does not permit it are left as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deed {
    /// Packs pending and repacked items: one package for each order, warehouse and kind of delivery.
    Pack,
    /// Calls the courier for packed packages.
    Ship,
    /// Takes packed packages apart.
    Repack,
    /// Cancels items that are not delivered; of a package, all of its items.
    Cancel,
    /// The buyer asks to cancel, and the seller has not answered.
    AskToCancel,
    /// Another operation holds the orders for so many seconds of the gateway's clock: their rows in
    /// Pack, ReadyToShip and RecreatePackage answer 700024.
    Lock {
        /// Seconds.
        seconds: u32,
    },
    /// No carrier can be assigned for so many seconds: rows of Pack answer 1003.
    NoCarrier {
        /// Seconds.
        seconds: u32,
    },
}

/// What another actor's deed has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acted {
    /// Items that have changed.
    pub items: Vec<u64>,
    /// Packages made, shipped, taken apart or canceled.
    pub packages: Vec<String>,
}

impl Act {
    /// A deed done at once to whole orders.
    pub fn on(deed: Deed, orders: &[u64]) -> Self {
        Self {
            deed,
            orders: orders.to_vec(),
            items: Vec::new(),
            seconds_later: 0,
        }
    }
}

/// A code that rows of an order are refused with for a while.
pub(super) struct Hindrance {
    order: usize,
    code: &'static str,
    until: i64,
}

impl Store {
    /// Whether the store has what the act names; on failure an id that it has not.
    pub(crate) fn check(&self, act: &Act) -> Result<(), u64> {
        for id in &act.orders {
            self.order_place(*id).ok_or(*id)?;
        }
        for id in &act.items {
            self.item_place(*id).ok_or(*id)?;
        }
        Ok(())
    }

    /// Does it now; on failure an id that the store does not have, and nothing has changed.
    pub(crate) fn act(&mut self, act: &Act, now: i64) -> Result<Acted, u64> {
        self.check(act)?;
        let mut acted = Acted::default();
        let places = act.orders.iter().filter_map(|id| self.order_place(*id));
        for place in places.collect::<Vec<_>>() {
            let items = self.items_meant(place, &act.items);
            match act.deed {
                Deed::Pack => self.pack_by_other(place, items, now, &mut acted),
                Deed::Ship | Deed::Repack => {
                    self.treat_packages(place, &items, act.deed, now, &mut acted);
                }
                Deed::Cancel => self.cancel(place, &items, now, &mut acted),
                Deed::AskToCancel => self.ask_to_cancel(place, &items, now, &mut acted),
                Deed::Lock { seconds } => self.hinder(place, "700024", now, seconds),
                Deed::NoCarrier { seconds } => self.hinder(place, "1003", now, seconds),
            }
        }
        Ok(acted)
    }

    /// The code that hinders an order now: the lock before the carrier.
    pub(crate) fn hindrance(&self, order: usize, now: i64) -> Option<&'static str> {
        let hinders = |hindrance: &&Hindrance| hindrance.order == order && now < hindrance.until;
        let codes = self.hindrances.iter().filter(hinders).map(|h| h.code);
        codes.max()
    }

    fn hinder(&mut self, order: usize, code: &'static str, now: i64, seconds: u32) {
        self.hindrances.push(Hindrance {
            order,
            code,
            until: now + i64::from(seconds),
        });
    }

    fn items_meant(&self, place: usize, ids: &[u64]) -> Vec<usize> {
        let order = self.orders.at(place);
        let meant = |inner: &usize| ids.is_empty() || ids.contains(&order.items[*inner].id);
        (0..order.items.len()).filter(meant).collect()
    }

    fn status_at(&self, place: usize, inner: usize) -> Status {
        self.orders.at(place).items[inner].status
    }

    fn pack_by_other(&mut self, place: usize, items: Vec<usize>, now: i64, acted: &mut Acted) {
        let mut groups: Vec<((Delivery, &str), Vec<usize>)> = Vec::new();
        for inner in items {
            let order = self.orders.at(place);
            let item = &order.items[inner];
            let ours = matches!(item.delivery, Delivery::Carrier | Delivery::OwnFleet);
            if !ours || !matches!(item.status, Status::Pending | Status::Repacked) {
                continue;
            }
            let key = (item.delivery, item.warehouse);
            match groups.iter_mut().find(|group| group.0 == key) {
                Some(group) => group.1.push(inner),
                None => groups.push((key, vec![inner])),
            }
        }
        for (_, items) in groups {
            for inner in &items {
                self.orders.at_mut(place).items[*inner].times_packed_by_others += 1;
            }
            let package = self.pack(place, items, "Sandbox Express", now);
            self.note(What::Packed, package, By::Other, now);
            acted.add(self, package);
        }
    }

    fn treat_packages(
        &mut self,
        place: usize,
        items: &[usize],
        deed: Deed,
        now: i64,
        acted: &mut Acted,
    ) {
        for package in self.packages_of(place, items) {
            if self.package_status(&self.packages[package]) != Some(Status::Packed) {
                continue;
            }
            acted.add(self, package);
            if deed == Deed::Ship {
                self.packages[package].couriers_by_others += 1;
                self.set_package_status(package, Status::ReadyToShip, now);
                self.note(What::Shipped, package, By::Other, now);
            } else {
                self.dissolve(package, now);
                self.note(What::Repacked, package, By::Other, now);
            }
        }
    }

    fn cancel(&mut self, place: usize, items: &[usize], now: i64, acted: &mut Acted) {
        for package in self.packages_of(place, items) {
            let status = self.package_status(&self.packages[package]);
            if !matches!(status, Some(Status::Packed | Status::ReadyToShip)) {
                continue;
            }
            acted.add(self, package);
            self.set_package_status(package, Status::Canceled, now);
            self.packages[package].canceled = true;
            self.note(What::Canceled, package, By::Other, now);
        }
        let open = |inner: &usize| {
            let status = self.status_at(place, *inner);
            matches!(status, Status::Unpaid | Status::Pending | Status::Repacked)
        };
        let open: Vec<usize> = items.iter().filter(|inner| open(inner)).copied().collect();
        self.change_items(place, &open, now, acted, |item| {
            item.status = Status::Canceled;
        });
    }

    fn ask_to_cancel(&mut self, place: usize, items: &[usize], now: i64, acted: &mut Acted) {
        let open = |inner: &usize| {
            let status = self.status_at(place, *inner);
            !matches!(status, Status::Delivered | Status::Canceled)
        };
        let open: Vec<usize> = items.iter().filter(|inner| open(inner)).copied().collect();
        self.change_items(place, &open, now, acted, |item| {
            item.need_cancel_confirm = true;
        });
    }

    fn change_items(
        &mut self,
        place: usize,
        items: &[usize],
        now: i64,
        acted: &mut Acted,
        change: impl Fn(&mut super::Item),
    ) {
        if items.is_empty() {
            return;
        }
        self.remember(place, now);
        for inner in items {
            let item = &mut self.orders.at_mut(place).items[*inner];
            change(item);
            acted.items.push(item.id);
        }
        self.touch(place, items, now);
    }

    /// The packages that the items lie in, each once.
    fn packages_of(&self, place: usize, items: &[usize]) -> Vec<usize> {
        let mut packages: Vec<usize> = Vec::new();
        let order = self.orders.at(place);
        for package in items.iter().filter_map(|inner| order.items[*inner].package) {
            if !packages.contains(&package) {
                packages.push(package);
            }
        }
        packages
    }
}

impl Acted {
    fn add(&mut self, store: &Store, package: usize) {
        let package = &store.packages[package];
        let order = store.orders.at(package.order);
        self.packages.push(package.id.clone());
        self.items
            .extend(package.items.iter().map(|inner| order.items[*inner].id));
    }
}
