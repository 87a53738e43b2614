//! What becomes of an item after a read: it moves on, waits on, or ends.

use std::time::Duration;

use super::decide::{Sight, Stand, lessons, stand};
use super::journal::line::{Kind, Package};
use super::unit::{Unit, never_ours, sight, to_be_canceled};
use super::wait::{Refusal, Wait, Why};
use super::{Goal, Run, Until};
use crate::error::Result;
use crate::jobs::Context;
use crate::jobs::outcome::{Origin, State};
use crate::protocol::Record;

const IN_PARTS: &str =
    "its order has more than one package: an attempt without an answer packed a part of it";

impl Run {
    /// Takes in what a read shows of an order.
    pub(super) fn take_in(
        &mut self,
        context: &Context,
        order_id: &str,
        items: &[Record],
        begun: Duration,
    ) -> Result<()> {
        let Some(place) = self.places.get(order_id).cloned() else {
            return Ok(());
        };
        let mut seen: Vec<(usize, &Record, Sight)> = Vec::new();
        for index in place {
            if self.units[index].is_ended() {
                continue;
            }
            if let Goal::Packages(kind) = self.goal {
                self.take_in_package(context, (index, kind), items, begun)?;
                continue;
            }
            let id = self.units[index].order_item_id.as_deref();
            let of_unit = |item: &&Record| matches!(item.id("order_item_id"), Ok(found) if found.as_deref() == id);
            let Some(item) = items.iter().find(of_unit) else {
                self.units[index].omitted += 1;
                continue;
            };
            match sight(item, begun) {
                Ok(sight) => seen.push((index, item, sight)),
                // An item that cannot be read is left alone rather than packed on a guess.
                Err(error) => {
                    let reason = format!("cannot be read: {}", error.message());
                    self.units[index].end(State::LeftOut, None, Some(reason));
                }
            }
        }
        // All that the read proves, before anything is decided: items share packages.
        for (index, _, sight) in &seen {
            self.learn(context, *index, sight)?;
        }
        for (index, item, sight) in &seen {
            self.settle(context, *index, item, sight)?;
        }
        // Now that it is known of each of them whether it goes along.
        for (index, _, _) in &seen {
            self.check_package(*index, items);
        }
        Ok(())
    }

    fn learn(&mut self, context: &Context, index: usize, sight: &Sight) -> Result<()> {
        let desk = self.desk()?;
        let item = self.units[index].order_item_id.clone().unwrap_or_default();
        let lessons = lessons(&desk.book(), &item, sight, &desk.rules);
        for lesson in lessons {
            desk.learn(context, lesson)?;
        }
        let now_ms = context.client.clock().now_ms();
        self.units[index].saw(sight, now_ms);
        Ok(())
    }

    pub(super) fn settle(
        &mut self,
        context: &Context,
        index: usize,
        item: &Record,
        sight: &Sight,
    ) -> Result<()> {
        let desk = self.desk()?;
        let id = self.units[index].order_item_id.clone().unwrap_or_default();
        let stand = stand(&desk.book(), &id, sight, &desk.rules);
        let quarantine = desk.rules.quarantine;
        match stand {
            Stand::End(State::Indeterminate, message) => {
                self.give_up(context, index, (Kind::Pack, &id), &message)?;
            }
            Stand::End(State::Canceled, reason) => {
                self.units[index].end(State::Canceled, None, Some(reason));
            }
            Stand::Doubt(kind, row) => self.doubt(index, kind, row, sight, quarantine)?,
            _ if self.leaves(index, never_ours(item)) => {}
            Stand::End(state, reason) => self.units[index].end(state, None, Some(reason)),
            Stand::Shipped(package, origin) => self.arrived(index, package, origin, sight),
            stand if self.goal == Goal::Resolve => {
                self.resolved(context, index, stand, item, sight)?;
            }
            _ if self.leaves(index, to_be_canceled(item)) => {}
            Stand::NotExecuted(kind, row) => {
                if self.not_executed(context, index, (kind, row))? {
                    return self.settle(context, index, item, sight);
                }
            }
            Stand::ToPack => self.go_on(index, Kind::Pack, sight, None),
            Stand::Packed(package, origin) => {
                self.go_on(index, Kind::ReadyToShip, sight, Some((package, origin)));
            }
        }
        Ok(())
    }

    fn leaves(&mut self, index: usize, reason: Result<Option<&'static str>>) -> bool {
        let reason = match reason {
            Ok(None) => return false,
            Ok(Some(reason)) => reason.to_owned(),
            Err(error) => format!("cannot be read: {}", error.message()),
        };
        self.units[index].end(State::LeftOut, None, Some(reason));
        true
    }

    pub(super) fn arrived(
        &mut self,
        index: usize,
        package: Package,
        origin: Option<Origin>,
        sight: &Sight,
    ) {
        self.note_actor(index, package.id.as_deref());
        let unit = &mut self.units[index];
        unit.is_in(package, origin, sight.begun);
        self.share_label(index);
        self.note_parts(index);
        let unit = &mut self.units[index];
        let message = (!unit.wrote).then(|| "already on its way".to_owned());
        unit.end(State::Done, None, message);
    }

    /// An order that an attempt without an answer packed in part, and a repeat completed, has two packages.
    pub(super) fn note_parts(&mut self, index: usize) {
        let unit = &self.units[index];
        let read_back = |unit: &Unit| unit.origin == Some(Origin::ReadBack);
        let place = self.places.get(&unit.order_id).into_iter().flatten();
        let mut others = place.map(|other| &self.units[*other]);
        let apart = others.any(|other| {
            other.package_id.is_some()
                && other.package_id != unit.package_id
                && other.own_fleet == unit.own_fleet
                && read_back(other) != read_back(unit)
        });
        if apart {
            self.units[index].note.get_or_insert(IN_PARTS);
        }
    }

    /// Who began the write that an earlier job made, or this one.
    pub(super) fn note_actor(&mut self, index: usize, package: Option<&str>) {
        let Some(desk) = &self.desk else { return };
        let item = self.units[index].order_item_id.clone().unwrap_or_default();
        let book = desk.book();
        let ready = package.and_then(|id| book.row(Kind::ReadyToShip, id));
        let row = ready.or_else(|| book.row(Kind::Pack, &item));
        let actor = row.and_then(|row| row.actor.clone());
        drop(book);
        if actor.is_some() {
            self.units[index].actor = actor;
        }
    }

    /// The item may be moved on by a write of this kind.
    pub(super) fn go_on(
        &mut self,
        index: usize,
        kind: Kind,
        sight: &Sight,
        package: Option<(Package, Option<Origin>)>,
    ) {
        let quarantine = self.desk.as_ref().map(|desk| desk.rules.quarantine);
        let standing = match &self.units[index].wait {
            Some(Wait {
                why: Why::Standing(refusal),
                since,
                ..
            }) if refusal.kind == kind => Some((refusal.clone(), *since)),
            _ => None,
        };
        if let Some((refusal, since)) = standing {
            // It may have been an old picture that the refusal contradicts.
            if sight.begun >= since.saturating_add(quarantine.unwrap_or_default()) {
                self.refuse(index, refusal);
            }
            return;
        }
        match package {
            None => self.units[index].to_pack = true,
            Some((package, origin)) => {
                self.note_actor(index, package.id.as_deref());
                self.units[index].is_in(package, origin, sight.begun);
            }
        }
        let unit = &mut self.units[index];
        unit.wait = None;
        unit.again = false;
        self.enqueue(index);
    }

    pub(super) fn refuse(&mut self, index: usize, refusal: Refusal) {
        self.units[index].end(State::Refused, Some(refusal.code), refusal.message);
    }

    /// What nobody here has judged must not be shipped along.
    fn check_package(&mut self, index: usize, items: &[Record]) {
        if self.options.until == Until::Packed || !self.units[index].is_open() {
            return;
        }
        let Some(package) = self.units[index].open_package().map(str::to_owned) else {
            return;
        };
        let foreign = items.iter().find(|item| {
            let inside = matches!(item.id("package_id"), Ok(Some(id)) if id == package);
            let canceled = matches!(item.text("status"), Ok(Some(status)) if status == "canceled");
            inside && !canceled && !self.is_ours(index, item)
        });
        if let Some(item) = foreign {
            let other = item.id("order_item_id").ok().flatten();
            let why = match self.unit_of(index, other.as_deref()) {
                Some(_) => "which is left out",
                None => "which is not of this job",
            };
            let other = other.unwrap_or_default();
            let reason = format!("{package} holds item {other}, {why}");
            self.units[index].end(State::PackageShared, None, Some(reason));
        }
    }

    fn is_ours(&self, index: usize, item: &Record) -> bool {
        let id = item.id("order_item_id").ok().flatten();
        let unit = self.unit_of(index, id.as_deref());
        unit.is_some_and(|unit| unit.state() != Some(State::LeftOut))
    }

    /// An item of the same order, if it is of this job.
    fn unit_of(&self, index: usize, item: Option<&str>) -> Option<&Unit> {
        let place = self.places.get(&self.units[index].order_id)?;
        let mut units = place.iter().map(|index| &self.units[*index]);
        units.find(|unit| unit.order_item_id.as_deref() == item)
    }
}
