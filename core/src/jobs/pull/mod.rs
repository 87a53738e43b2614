//! Order pull: every order of a window, each version once, though the list moves.
//!
//! [`walk`] decides what to ask for and what to deliver; [`band`] reads seconds that hold more than a page. The [`queue`]
//! cuts a long window into slices; their pages and items are read side by side, by the [`crew`], and handed out in order.

mod attach;
mod band;
mod batch;
mod begin;
mod crew;
mod ledger;
mod memory;
mod points;
mod queue;
#[cfg(test)]
mod schedules;
mod slice;
mod tally;
mod version;
mod walk;
mod window;

use std::collections::VecDeque;
use std::sync::Arc;

use super::event::{Event, Items, Notice, Progress, PulledBadRow, PulledOrder};
use super::{Context, Work};
use crate::error::{Error, Result};
use crate::protocol::{Evidence, Row};
use attach::Found;
use batch::{Batch, BatchItems};
use crew::Crew;
use ledger::Ledger;
use memory::BadRows;
use queue::Queue;
use slice::{Bound, Page};
pub(super) use tally::Tally;
use version::Line;
pub use window::PullOptions;
use window::Window;
pub(super) use window::{bound, overlap};

/// Stands for "now" until the gateway's time is known.
const FAR: i64 = i64::MAX / 4;

/// The job.
pub(crate) struct Pull {
    window: Window,
    /// What is left of the window.
    queue: Queue,
    ledger: Ledger,
    /// The cursor that the pull was given.
    cursor: Option<String>,
    /// The upper bound is final.
    settled: bool,
    crew: Option<Crew>,
    said_forgot: bool,
    told_bad: BadRows,
    total: Option<u64>,
    tally: Tally,
    /// What its progress is called.
    stage: &'static str,
    /// It reads all that has changed up to now, and not the rest of an earlier window.
    follows: bool,
}

impl Pull {
    /// Reads the first page and closes the window.
    fn begin(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<()> {
        let Some(slice) = self.queue.front_mut() else {
            return Ok(());
        };
        let Bound { to, by_local_clock } = slice.read_first(&self.window, context)?;
        self.settled = true;
        self.ledger.to = self.ledger.to.min(to);
        if by_local_clock {
            let message = "the answers carry no time, so the window ends by the local clock";
            events.push_back(notice("local_clock", message.to_owned()));
        }
        Ok(())
    }

    /// Reads until there is something to hand out.
    fn read(&mut self, crew: &mut Crew, context: &Context) {
        let key = self.window.column.key;
        while let Some(done) = crew.answer() {
            self.queue.put_back(done, key);
        }
        loop {
            self.queue.cut();
            self.queue.read_on(crew, &self.ledger);
            if self.queue.front_is_due() {
                return;
            }
            let Some(done) = crew.wait(&context.cancel) else {
                return;
            };
            self.queue.put_back(done, key);
        }
    }

    /// Hands out a page if its turn has come.
    fn hand_out(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<()> {
        if let Some((page, edge)) = self.queue.take_page()? {
            for batch in self.announce(page, edge, events) {
                self.deliver(batch, context, events)?;
            }
        }
        Ok(())
    }

    /// Notes what is about to be handed out.
    fn announce(&mut self, page: Page, edge: i64, events: &mut VecDeque<Event>) -> Vec<Batch> {
        self.total = self.total.or(page.total);
        if let Some(second) = page.unproven {
            self.warn(second, events);
        }
        let mut batches = page.batches;
        for batch in &mut batches {
            batch.rows.retain(|(_, line)| match line {
                Line::Good { .. } => true,
                // Without a time it may belong to two slices.
                Line::Bad(text) => self.told_bad.insert(*text),
            });
            for (_, line) in &batch.rows {
                self.ledger.will_tell(*line);
            }
            let lines = batch.rows.iter().map(|(_, line)| *line);
            self.tally.note_times(lines, &batch.evidence);
        }
        if self.queue.is_empty() {
            self.ledger.will_end();
        } else {
            self.ledger.will_reach(edge);
        }
        batches
    }

    /// Hands out a batch.
    fn deliver(
        &mut self,
        batch: Batch,
        context: &Context,
        events: &mut VecDeque<Event>,
    ) -> Result<()> {
        let found = match batch.items {
            BatchItems::Read(found) => Some(found?),
            _ => None,
        };
        for (row, _) in batch.rows {
            let event = self.event(row, found.as_ref(), &batch.evidence, context)?;
            events.push_back(event);
        }
        // Counted before the window was closed, so it may be off either way.
        let done = self.tally.orders;
        let total = self.total.map(|total| total.max(done));
        events.push_back(Event::Progress(Progress {
            stage: self.stage,
            done,
            total,
        }));
        Ok(())
    }

    fn event(
        &mut self,
        row: Row,
        found: Option<&Found>,
        evidence: &Arc<Evidence>,
        context: &Context,
    ) -> Result<Event> {
        let evidence = Arc::clone(evidence);
        let account = context.account();
        Ok(match row {
            Row::Good(order) => {
                let (items, items_differ) = match found {
                    Some(found) => found.of(&order)?,
                    None => (Items::NotAsked, false),
                };
                self.tally.orders += 1;
                Event::Row(Box::new(PulledOrder {
                    account,
                    order,
                    items,
                    items_differ,
                    evidence,
                }))
            }
            Row::Bad(row) => {
                self.tally.bad += 1;
                Event::BadRow(Box::new(PulledBadRow {
                    account,
                    row,
                    evidence,
                }))
            }
        })
    }

    /// Whoever only iterates sees it in the log.
    fn warn(&mut self, second: i64, events: &mut VecDeque<Event>) {
        let second = window::printed(second);
        let message = format!("the orders of the second {second} could not be proven to be all");
        log::warn!("order pull: {message}");
        events.push_back(notice("unproven", message));
        self.tally.unproven.push(second);
    }

    /// It reads all that has changed up to now, and not the rest of an earlier window.
    pub(super) fn follows(&self) -> bool {
        self.follows
    }

    /// What it has counted so far.
    pub(super) fn into_tally(self) -> Tally {
        self.tally
    }

    fn warn_of_memory(&mut self, events: &mut VecDeque<Event>) {
        if self.ledger.forgot && !std::mem::replace(&mut self.said_forgot, true) {
            let message =
                "too many orders to remember: the next pull from this cursor may repeat some";
            log::warn!("order pull: {message}");
            events.push_back(notice("memory_dropped", message.to_owned()));
        }
    }
}

impl Work for Pull {
    fn step(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<bool> {
        if context.cancel.is_canceled() {
            return Err(Error::canceled());
        }
        self.warn_of_memory(events);
        self.queue.drop_ended();
        if self.queue.is_empty() {
            if self.settled {
                self.ledger.will_end();
            }
            events.push_back(Event::Done(self.tally.summary()));
            return Ok(true);
        }
        if !self.settled {
            return self.begin(context, events).map(|()| false);
        }
        let crew = self.crew.take();
        let mut crew = crew.unwrap_or_else(|| Crew::new(context, &self.window));
        self.read(&mut crew, context);
        // After an error, and once all is read, the threads have nothing more to do, though the job may be kept.
        self.hand_out(context, events)?;
        if !self.queue.is_empty() {
            self.crew = Some(crew);
        }
        Ok(false)
    }

    fn told(&mut self, event: &Event) {
        if matches!(event, Event::Row(_) | Event::BadRow(_)) {
            self.ledger.told();
        }
    }

    fn cursor(&self) -> Option<String> {
        if self.settled {
            Some(self.ledger.to_text())
        } else {
            self.cursor.clone()
        }
    }
}

fn notice(code: &'static str, message: String) -> Event {
    Event::Notice(Notice { code, message })
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::{Client, Config, Country};

    #[test]
    fn p13_a_memory_that_was_dropped_is_told_once() {
        let config = Config::new("key", "secret")
            .country(Country::Sg)
            .access_token("token");
        let options = PullOptions {
            update_after: Some("2026-03-01T00:00:00+08:00".to_owned()),
            ..PullOptions::default()
        };
        let mut pull = Pull::new(&Client::new(config).unwrap(), &options).unwrap();
        let mut events = VecDeque::new();
        pull.warn_of_memory(&mut events);
        assert!(events.is_empty());
        pull.ledger.forgot = true;
        pull.warn_of_memory(&mut events);
        pull.warn_of_memory(&mut events);
        let codes: Vec<&str> = events
            .iter()
            .map(|event| match event {
                Event::Notice(notice) => notice.code,
                _ => event.name(),
            })
            .collect();
        assert_eq!(codes, ["memory_dropped"]);
    }
}
