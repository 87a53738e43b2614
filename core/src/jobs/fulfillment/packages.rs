//! Packages alone: announced to the carrier, or dissolved, whoever made them.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::decide::{Sight, Stand, package_lessons, package_stand};
use super::journal::book::{Book, RowState};
use super::journal::line::Kind;
use super::unit::{Unit, sight};
use super::{FulfillmentOptions, Goal, Run};
use crate::error::{Error, Result};
use crate::jobs::Context;
use crate::jobs::outcome::State;
use crate::protocol::Record;

/// A package to announce or to dissolve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The package.
    pub package_id: String,
    /// The order of its items, which is where it can be read back. Packages that the journal knows need none; for
    /// others a write without an answer ends as indeterminate at once.
    pub order_id: Option<String>,
}

impl Package {
    /// A package whose order the journal knows, or nobody.
    pub fn new(package_id: impl Into<String>) -> Self {
        Self {
            package_id: package_id.into(),
            order_id: None,
        }
    }

    /// A package of this order.
    pub fn of_order(package_id: impl Into<String>, order_id: impl Into<String>) -> Self {
        Self {
            order_id: Some(order_id.into()),
            ..Self::new(package_id)
        }
    }
}

impl Run {
    /// Announces packages.
    pub(crate) fn ready_to_ship(
        packages: Vec<Package>,
        options: FulfillmentOptions,
    ) -> Result<Self> {
        Self::on_packages(Kind::ReadyToShip, packages, options)
    }

    /// Dissolves packages.
    pub(crate) fn repack(packages: Vec<Package>, options: FulfillmentOptions) -> Result<Self> {
        Self::on_packages(Kind::Repack, packages, options)
    }

    fn on_packages(
        kind: Kind,
        packages: Vec<Package>,
        options: FulfillmentOptions,
    ) -> Result<Self> {
        let mut run = Self {
            goal: Goal::Packages(kind),
            ..Self::new(
                Vec::new(),
                FulfillmentOptions {
                    labels: None,
                    ..options
                },
            )?
        };
        let mut known = HashSet::new();
        for package in packages {
            let id = package.package_id.trim().to_owned();
            if id.is_empty() {
                return Err(Error::input("package_id", "expected a package id"));
            }
            if !known.insert(id.clone()) {
                let problem = format!("{id} is given twice: expected each package once");
                return Err(Error::input("package_id", problem));
            }
            if let Some(order) = &package.order_id {
                crate::jobs::items::number(order)?;
            }
            let mut unit = Unit::unread(&package.order_id.unwrap_or_default());
            unit.package_id = Some(id);
            unit.again = true;
            run.units.push(unit);
        }
        Ok(run)
    }

    /// Where packages are read: the order given, or that of the journal.
    pub(super) fn find_orders(&mut self) -> Result<()> {
        let mut orders: HashMap<String, bool> = HashMap::new();
        for index in 0..self.units.len() {
            let id = self.units[index].package_id.clone().unwrap_or_default();
            if self.units[index].order_id.is_empty() {
                let order = order_of(&self.desk()?.book(), &id);
                self.units[index].order_id = order.unwrap_or_default();
            }
            let order = self.units[index].order_id.clone();
            if !order.is_empty() {
                self.places.entry(order.clone()).or_default().push(index);
                let desk = &self.desk;
                let claim = || desk.as_ref().is_none_or(|desk| desk.claim(&order));
                if !*orders.entry(order.clone()).or_insert_with(claim) {
                    let reason = "another job of this process has the order in hand";
                    self.units[index].end(State::LeftOut, None, Some(reason.to_owned()));
                    continue;
                }
            }
            self.enqueue(index);
        }
        self.orders = orders.len() as u64;
        Ok(())
    }

    /// Takes in what a read shows of a package's order.
    pub(super) fn take_in_package(
        &mut self,
        context: &Context,
        (index, kind): (usize, Kind),
        items: &[Record],
        begun: Duration,
    ) -> Result<()> {
        let id = self.units[index].package_id.clone().unwrap_or_default();
        let mut sights = Vec::new();
        for item in items {
            let of_item = item.id("order_item_id")?.unwrap_or_default();
            let sight = sight(item, begun)?;
            let unit = &mut self.units[index];
            if sight.package.id.as_ref() == Some(&id) && !unit.members.contains(&of_item) {
                unit.members.push(of_item.clone());
            }
            sights.push((of_item, sight));
        }
        let desk = self.desk()?;
        let packed: HashSet<String> = desk
            .book()
            .packs_of(&id)
            .map(|(item, _, _)| item.to_owned())
            .collect();
        let members = &self.units[index].members;
        // Who was in a package that another process dissolved is not known; who is in none now may have been.
        let open = |row: &RowState| row.open.is_some();
        let in_doubt = desk.book().row(Kind::Repack, &id).is_some_and(open);
        let nobody = in_doubt && members.is_empty() && packed.is_empty();
        sights.retain(|(item, sight)| {
            let was_inside = nobody && sight.status == "repacked";
            members.contains(item) || packed.contains(item) || was_inside
        });
        let sights: Vec<Sight> = sights.into_iter().map(|(_, sight)| sight).collect();
        for sight in &sights {
            let lessons = package_lessons(&desk.book(), &id, sight);
            for lesson in lessons {
                desk.learn(context, lesson)?;
            }
        }
        let seen = sights.first().cloned().unwrap_or(Sight {
            begun,
            ..Sight::default()
        });
        let now_ms = context.client.clock().now_ms();
        self.units[index].saw(&seen, now_ms);
        self.settle_package(context, (index, kind), &id, &sights, &seen)
    }

    fn settle_package(
        &mut self,
        context: &Context,
        (index, kind): (usize, Kind),
        id: &str,
        sights: &[Sight],
        seen: &Sight,
    ) -> Result<()> {
        let desk = self.desk()?;
        let stand = package_stand(&desk.book(), (kind, id), sights, seen.begun, &desk.rules);
        let quarantine = desk.rules.quarantine;
        match stand {
            Stand::Doubt(kind, row) => self.doubt(index, kind, row, seen, quarantine)?,
            Stand::NotExecuted(kind, row) => {
                if self.not_executed(context, index, (kind, row))? {
                    return self.settle_package(context, (index, kind), id, sights, seen);
                }
            }
            Stand::Packed(package, _) => self.go_on(index, kind, seen, Some((package, None))),
            Stand::Shipped(package, _) => self.package_arrived(index, kind, package, seen),
            Stand::End(state, reason) => self.units[index].end(state, None, Some(reason)),
            Stand::ToPack => {}
        }
        Ok(())
    }

    fn package_arrived(
        &mut self,
        index: usize,
        kind: Kind,
        package: super::journal::line::Package,
        seen: &Sight,
    ) {
        match kind {
            Kind::Repack => {
                let unit = &mut self.units[index];
                let message = (!unit.wrote).then(|| "already dissolved".to_owned());
                unit.end(State::Done, None, message);
            }
            Kind::Pack | Kind::ReadyToShip => self.arrived(index, package, None, seen),
        }
    }
}

/// The order of a package, as far as the journal knows it.
fn order_of(book: &Book, package: &str) -> Option<String> {
    let of_write = |kind: Kind| book.row(kind, package).map(|row| row.order.clone());
    let written = of_write(Kind::ReadyToShip).or_else(|| of_write(Kind::Repack));
    let written = written.filter(|order| !order.is_empty());
    let of_pack = || {
        let mut packs = book.packs_of(package);
        packs.next().map(|(_, _, order)| order.to_owned())
    };
    written.or_else(of_pack)
}
