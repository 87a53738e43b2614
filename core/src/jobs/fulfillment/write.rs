//! What a write leaves of its rows: done, refused, or unknown and waiting.

use std::time::Duration;

use super::Run;
use super::abreast::abreast;
use super::desk::{Desk, Sent, Write};
use super::journal::line::{Kind, Package, RowRef};
use super::verdict::{self, Verdict};
use super::wait::{LATER_TIMES, Refusal, Wait, Why};
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::Context;
use crate::jobs::outcome::{State, Step};
use crate::protocol::Request;

/// How old the read may be that a write rests on, and that a repeat rests on.
const FRESH: Duration = Duration::from_secs(60);
const FRESH_TO_REPEAT: Duration = Duration::from_secs(10);

/// A write with the items that it stands for.
pub(super) struct Load {
    pub(super) indexes: Vec<usize>,
    write: Write,
}

impl Run {
    pub(super) fn desk(&self) -> Result<&Desk> {
        let missing = || Error::new(ErrorKind::Internal, "the journal is not open");
        self.desk.as_deref().ok_or_else(missing)
    }

    /// A write that rests on what was last seen of these items.
    pub(super) fn load(
        &self,
        kind: Kind,
        indexes: Vec<usize>,
        rows: Vec<RowRef>,
        request: Request,
    ) -> Load {
        let seen = indexes.iter().map(|index| self.units[*index].seen).min();
        let repeated = rows.iter().any(|row| self.is_repeat(kind, &row.row));
        let write = Write {
            kind,
            rows,
            request,
            seen: seen.unwrap_or_default(),
            fresh: if repeated { FRESH_TO_REPEAT } else { FRESH },
        };
        Load { indexes, write }
    }

    /// Sends writes side by side, and notes of each what it came to as soon as that is known.
    pub(super) fn send(&mut self, context: &Context, loads: Vec<Load>) {
        let Some(desk) = self.desk.clone() else {
            return;
        };
        let send = |context: &Context, load: Load| {
            let sent = desk.send(context, &load.write);
            (load, sent)
        };
        abreast(context, loads, send, |(load, sent)| {
            let step = step_of(load.write.kind);
            if let Err(error) = self.note_sent(context, &load, sent) {
                self.call_failed(&load.indexes, step, error);
            }
        });
    }

    fn note_sent(&mut self, context: &Context, load: &Load, sent: Sent) -> Result<()> {
        let (kind, indexes) = (load.write.kind, &load.indexes);
        match sent {
            Sent::Stale => self.take_again(indexes),
            Sent::Failed(error, None) => self.call_failed(indexes, step_of(kind), error),
            Sent::Failed(error, Some(verdict)) => {
                match verdict {
                    Verdict::Unknown => self.pace.unanswered(),
                    Verdict::Done | Verdict::Refused { .. } => self.pace.answered(),
                }
                for row in &load.write.rows {
                    let inside = self.units_of_row(kind, indexes, &row.row);
                    self.note_row(context, kind, &inside, &verdict, error.request_id())?;
                }
            }
            Sent::Answered(reply) => {
                self.pace.answered();
                match kind {
                    Kind::Pack => self.note_packed(context, indexes, &reply)?,
                    Kind::ReadyToShip | Kind::Repack => {
                        self.note_packages(context, kind, indexes, &reply)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The items of a write that one of its rows stands for.
    fn units_of_row(&self, kind: Kind, indexes: &[usize], row: &str) -> Vec<usize> {
        let of_row = |index: &&usize| self.row_id(kind, **index) == row;
        indexes.iter().filter(of_row).copied().collect()
    }

    fn is_repeat(&self, kind: Kind, row: &str) -> bool {
        let tries = |desk: &Desk| desk.book().row(kind, row).map_or(0, |row| row.tries);
        self.desk.as_deref().is_some_and(|desk| tries(desk) > 0)
    }

    /// Whether what is known of an item is too old to write on.
    pub(super) fn is_stale(&self, index: usize, now: Duration) -> bool {
        let unit = &self.units[index];
        let item = unit.order_item_id.as_deref().unwrap_or_default();
        let package = unit.package_id.as_deref().unwrap_or_default();
        let repeat = self.is_repeat(Kind::Pack, item) || self.is_repeat(Kind::ReadyToShip, package);
        let fresh = if repeat { FRESH_TO_REPEAT } else { FRESH };
        unit.again || now.saturating_sub(unit.seen) > fresh
    }

    /// These were not sent, since time went by: they are read and decided anew.
    pub(super) fn take_again(&mut self, indexes: &[usize]) {
        for index in indexes {
            self.units[*index].again = true;
        }
    }

    /// Notes the verdict on one row, with the items it stands for.
    pub(super) fn note_row(
        &mut self,
        context: &Context,
        kind: Kind,
        indexes: &[usize],
        verdict: &Verdict,
        request_id: Option<&str>,
    ) -> Result<()> {
        let Some(first) = indexes.first() else {
            return Ok(());
        };
        let row = self.row_id(kind, *first);
        let (actor, now) = (self.desk()?.actor(), context.client.clock().elapsed());
        for index in indexes {
            let unit = &mut self.units[*index];
            unit.passed(step_of(kind), request_id);
            unit.actor.clone_from(&actor);
            unit.wrote = true;
            unit.seen = now;
        }
        match verdict {
            Verdict::Done => {
                let desk = self.desk()?;
                desk.done(context, (kind, &row), Package::default(), request_id)?;
                for index in indexes {
                    self.units[*index].announced = kind != Kind::Pack;
                }
                Ok(())
            }
            Verdict::Unknown => {
                self.desk()?.unknown(context, kind, &row, request_id);
                self.wait_for_fate(indexes, Why::Unknown(kind, row, None), now)
            }
            Verdict::Refused {
                code,
                message,
                later,
            } => {
                let refusal = Refusal {
                    kind,
                    code: code.clone(),
                    message: message.clone(),
                };
                self.note_refusal(context, (kind, row), indexes, refusal, *later, request_id)
            }
        }
    }

    fn note_refusal(
        &mut self,
        context: &Context,
        (kind, row): (Kind, String),
        indexes: &[usize],
        refusal: Refusal,
        later: bool,
        request_id: Option<&str>,
    ) -> Result<()> {
        let now = context.client.clock().elapsed();
        let tries = self
            .desk()?
            .book()
            .row(kind, &row)
            .map_or(0, |row| row.tries);
        if verdict::concerns_standing(&refusal.code) {
            if tries > 1 {
                // An earlier attempt of ours may be what stands in the way.
                self.desk()?.unknown(context, kind, &row, request_id);
                return self.wait_for_fate(indexes, Why::Unknown(kind, row, Some(refusal)), now);
            }
            self.desk()?
                .refused(context, (kind, &row), &refusal.code, request_id)?;
            return self.wait_for_fate(indexes, Why::Standing(refusal), now);
        }
        self.desk()?
            .refused(context, (kind, &row), &refusal.code, request_id)?;
        for index in indexes {
            let unit = &mut self.units[*index];
            if later && unit.refusals < LATER_TIMES {
                let wait = Wait::later(unit.refusals, now);
                unit.refusals += 1;
                self.wait(*index, wait);
            } else {
                let code = Some(refusal.code.clone());
                unit.end(State::Refused, code, refusal.message.clone());
            }
        }
        Ok(())
    }

    fn wait_for_fate(&mut self, indexes: &[usize], why: Why, since: Duration) -> Result<()> {
        let quarantine = self.desk()?.rules.quarantine;
        for index in indexes {
            self.wait(*index, Wait::unknown(why.clone(), since, quarantine));
        }
        Ok(())
    }

    /// What cannot be read back is not waited for.
    pub(super) fn give_up_what_cannot_be_read(&mut self, context: &Context) -> Result<()> {
        let now = context.client.clock().elapsed();
        for index in self.waiting.clone() {
            let wait = self.units[index].wait.clone();
            let Some(wait) = wait.filter(|_| self.units[index].order_id.is_empty()) else {
                continue;
            };
            match wait.why {
                Why::Unknown(kind, row, _) => {
                    let message = "its order is not known, so nothing can be read back";
                    self.give_up(context, index, (kind, &row), message)?;
                }
                Why::Standing(refusal) => self.refuse(index, refusal),
                Why::Later | Why::Label if wait.due().is_some_and(|due| due <= now) => {
                    let unit = &mut self.units[index];
                    unit.wait = None;
                    unit.seen = now;
                    self.enqueue(index);
                }
                Why::Later | Why::Label => {}
            }
        }
        Ok(())
    }

    pub(super) fn wait(&mut self, index: usize, wait: Wait) {
        self.units[index].wait = Some(wait);
        self.units[index].again = false;
        if !self.waiting.contains(&index) {
            self.waiting.push(index);
        }
    }

    /// What the journal calls the row of a write that an item takes part in.
    fn row_id(&self, kind: Kind, index: usize) -> String {
        let unit = &self.units[index];
        let id = match kind {
            Kind::Pack => &unit.order_item_id,
            Kind::ReadyToShip | Kind::Repack => &unit.package_id,
        };
        id.clone().unwrap_or_default()
    }
}

pub(super) fn step_of(kind: Kind) -> Step {
    match kind {
        Kind::Pack => Step::Pack,
        Kind::ReadyToShip => Step::ReadyToShip,
        Kind::Repack => Step::Repack,
    }
}
