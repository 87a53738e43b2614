//! Rows of unknown fate: how long they wait, what a read after that means, and what is told of them in the end.

use std::time::Duration;

use super::decide::{Lesson, Sight};
use super::journal::book::RowState;
use super::journal::line::{Finding, Kind, Package};
use super::wait::{Wait, Why};
use super::write::step_of;
use super::{Run, Unknown};
use crate::error::Result;
use crate::jobs::Context;
use crate::jobs::outcome::{Indeterminate, Try};

/// Attempts at a row after which no more is sent: the first, and two repeats.
const TRIES: u32 = 3;
const NEXT_STEP: &str = "resolve(journal) reads again and never writes";

impl Run {
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
