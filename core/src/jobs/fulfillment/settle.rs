//! What becomes of an item after a read: it moves on, waits on, or ends.

use std::time::Duration;

use super::decide::{Lesson, Sight, Stand, lessons, stand};
use super::journal::book::RowState;
use super::journal::line::{Finding, Kind, Package};
use super::unit::{Unit, never_ours, sight, to_be_canceled};
use super::wait::{Refusal, Wait, Why};
use super::write::step_of;
use super::{Goal, Run, Unknown, Until};
use crate::error::Result;
use crate::jobs::Context;
use crate::jobs::outcome::{Indeterminate, Origin, State, Try};
use crate::protocol::Record;

/// Attempts at a row after which no more is sent: the first, and two repeats.
const TRIES: u32 = 3;
const IN_PARTS: &str =
    "its order has more than one package: an attempt without an answer packed a part of it";
const NEXT_STEP: &str = "resolve(journal) reads again and never writes";

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
        for (index, item, sight) in seen {
            self.settle(context, index, item, &sight)?;
            self.check_package(index, items);
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

    pub(super) fn doubt(
        &mut self,
        index: usize,
        kind: Kind,
        row: String,
        sight: &Sight,
        quarantine: Duration,
    ) -> Result<()> {
        if matches!(
            self.units[index].wait,
            Some(Wait {
                why: Why::Unknown(..),
                ..
            })
        ) {
            return Ok(());
        }
        let since = self
            .desk()?
            .book()
            .row(kind, &row)
            .map(|row| match &row.success {
                Some(success) => Some(success.at),
                None => row.open.flatten(),
            });
        let since = since.flatten().unwrap_or(sight.begun);
        let mut wait = Wait::unknown(Why::Unknown(kind, row, None), since, quarantine);
        wait.look(sight.begun);
        self.wait(index, wait);
        Ok(())
    }

    /// A read after the quarantine shows the old status: the attempt came to nothing. True when the row may be sent
    /// again.
    pub(super) fn not_executed(
        &mut self,
        context: &Context,
        index: usize,
        (kind, row): (Kind, String),
    ) -> Result<bool> {
        if let Some(Wait {
            why: Why::Unknown(_, _, Some(refusal)),
            ..
        }) = self.units[index].wait.clone()
        {
            self.desk()?
                .refused(context, (kind, &row), &refusal.code, None)?;
            for other in self.waiting_with(index, kind, &row) {
                self.refuse(other, refusal.clone());
            }
            return Ok(false);
        }
        let tries = self
            .desk()?
            .book()
            .row(kind, &row)
            .map_or(0, |row| row.tries);
        if self.options.unknown == Unknown::Report {
            let message = "not to be seen after the quarantine; not repeated, as asked";
            self.give_up(context, index, (kind, &row), message)?;
            return Ok(false);
        }
        if tries >= TRIES {
            let message = "not to be seen after the quarantine, also after two repeats";
            self.give_up(context, index, (kind, &row), message)?;
            return Ok(false);
        }
        let lesson = Lesson {
            kind,
            row,
            finding: Finding::NotExecuted,
            package: Package::default(),
        };
        self.desk()?.learn(context, lesson)?;
        Ok(true)
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
            let other = item.id("order_item_id").ok().flatten().unwrap_or_default();
            let reason = format!("{package} holds item {other}, which is not of this job");
            self.units[index].end(State::PackageShared, None, Some(reason));
        }
    }

    fn is_ours(&self, index: usize, item: &Record) -> bool {
        let Some(place) = self.places.get(&self.units[index].order_id) else {
            return false;
        };
        let id = item.id("order_item_id").ok().flatten();
        let mut units = place.iter().map(|index| &self.units[*index]);
        let unit = units.find(|unit| unit.order_item_id == id);
        unit.is_some_and(|unit| unit.state() != Some(State::LeftOut))
    }

    /// No more is sent or read for this row.
    pub(super) fn give_up(
        &mut self,
        context: &Context,
        index: usize,
        (kind, row): (Kind, &str),
        message: &str,
    ) -> Result<()> {
        let desk = self.desk()?;
        let now = super::desk::now(context);
        let mut book = desk.book();
        let doubt = self.indeterminate(index, kind, row, book.row(kind, row));
        let noted = book.give_up(kind, row, now);
        drop(book);
        for other in self.waiting_with(index, kind, row) {
            self.units[other].end_in_doubt(message, doubt.clone());
        }
        noted
    }

    /// The job ends while nobody knows what became of the row.
    pub(super) fn stop_in_doubt(&mut self, index: usize, kind: Kind, row: &str) {
        let Some(desk) = &self.desk else { return };
        let doubt = self.indeterminate(index, kind, row, desk.book().row(kind, row));
        let message = "the job ended before a read could tell what became of it";
        self.units[index].end_in_doubt(message, doubt);
    }

    /// An item, and those that wait for the same row.
    pub(super) fn waiting_with(&self, index: usize, kind: Kind, row: &str) -> Vec<usize> {
        let waits = |other: &usize| match &self.units[*other].wait {
            Some(Wait {
                why: Why::Unknown(of, id, _),
                ..
            }) => *of == kind && id == row,
            _ => false,
        };
        let others = self.waiting.iter().copied().filter(|other| *other != index);
        others.filter(waits).chain([index]).collect()
    }

    /// All that is known of a row in doubt.
    pub(super) fn indeterminate(
        &self,
        index: usize,
        kind: Kind,
        row: &str,
        state: Option<&RowState>,
    ) -> Indeterminate {
        let unit = &self.units[index];
        let attempts = state
            .map(|state| state.attempts.clone())
            .unwrap_or_default();
        let former = state.map(|state| state.former.clone()).unwrap_or_default();
        let shown = unit
            .sightings()
            .iter()
            .filter_map(|one| one.package_id.clone());
        let mut package_ids: Vec<String> = Vec::new();
        for id in former
            .into_iter()
            .chain(unit.package_id.clone())
            .chain(shown)
        {
            if !package_ids.contains(&id) {
                package_ids.push(id);
            }
        }
        let tries = attempts.into_iter().map(|attempt| Try {
            time_ms: attempt.time_ms,
            request_id: attempt.request_id,
        });
        Indeterminate {
            kind: step_of(kind),
            rows: vec![row.to_owned()],
            tries: tries.collect(),
            sightings: unit.sightings().to_vec(),
            package_ids,
            next_step: NEXT_STEP,
        }
    }
}
