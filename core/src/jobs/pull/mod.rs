//! Order pull: every order of a window, each version once, though the list moves.
//!
//! [`walk`] decides what to ask for and what to deliver; [`band`] reads seconds that hold more than a page. A long
//! window is cut into slices; their pages and items are read side by side, by the [`crew`], and handed out in order.

mod attach;
mod band;
mod batch;
mod begin;
mod crew;
mod ledger;
mod memory;
mod points;
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
use crew::{Crew, Done, Place, Task};
use ledger::Ledger;
use memory::BadRows;
use slice::{Bound, Page, Slice};
pub(super) use tally::Tally;
use version::Line;
pub use window::PullOptions;
use window::Window;
pub(super) use window::{bound, overlap};

/// Stands for "now" until the gateway's time is known.
const FAR: i64 = i64::MAX / 4;
/// Slices that are read at a time.
const OPEN: usize = 8;
/// Calls at a time: with items, and without.
const SIDE_BY_SIDE: [usize; 2] = [8, 4];
/// Pages that may wait for their turn, with those on their way.
const PAGES_AHEAD: usize = 16;
/// Orders from which on a window is cut into slices, and how many a slice should hold. Fewer would cost more in
/// requests than they win.
const LONG: u64 = 1000;
const OF_A_SLICE: u64 = 400;
const MOST_SLICES: u64 = 256;

/// The job.
pub(crate) struct Pull {
    window: Window,
    with_items: bool,
    /// What is left of the window, in order.
    slices: VecDeque<Slice>,
    ledger: Ledger,
    /// The cursor that the pull was given.
    cursor: Option<String>,
    /// The upper bound is final.
    settled: bool,
    /// Slices made so far.
    made: u64,
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
        let Some(slice) = self.slices.front_mut() else {
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

    /// Cuts what is long into slices, once a page tells how much there is: the window at first, and later those slices
    /// that turn out long. Slices of equal time stand for slices of equal size. An order that changes leaves for a
    /// time beyond all of them.
    fn cut(&mut self) {
        let mut index = 0;
        while index < self.slices.len().min(OPEN) {
            let after = self.cut_slice(index);
            for (at, slice) in after.into_iter().enumerate() {
                self.slices.insert(index + 1 + at, slice);
            }
            index += 1;
        }
    }

    /// Shortens a slice and returns the slices of the rest.
    fn cut_slice(&mut self, index: usize) -> Vec<Slice> {
        let Some(slice) = self.slices.get_mut(index) else {
            return Vec::new();
        };
        let Some(rest) = slice.rest.filter(|_| !slice.is_cut) else {
            return Vec::new();
        };
        // Neither while a page is read nor while a band is.
        let Some(walk) = slice.walk.as_mut().filter(|walk| walk.can_be_cut()) else {
            return Vec::new();
        };
        slice.is_cut = true;
        let (edge, to) = (walk.edge(), walk.to());
        let count = (rest / OF_A_SLICE).min(MOST_SLICES) as i64;
        if rest < LONG || (to - edge) / count < 2 {
            return Vec::new();
        }
        let ends: Vec<i64> = (1..count)
            .map(|index| edge + (to - edge) / count * index)
            .chain([to])
            .collect();
        walk.narrow(ends[0]);
        let first = self.made;
        self.made += count as u64;
        let slice = |(id, pair): (u64, &[i64])| Slice::closed(id, pair[0] + 1, pair[1]);
        (first..).zip(ends.windows(2)).map(slice).collect()
    }

    /// Begins calls, as many as may be under way.
    fn read_on(&mut self, crew: &mut Crew) {
        let most = SIDE_BY_SIDE[usize::from(!self.with_items)];
        while crew.under_way() < most
            && let Some(task) = self.next_task()
        {
            crew.begin(task);
        }
    }

    /// Pages go first, since each leads to the next; items hold nothing up but their own page.
    fn next_task(&mut self) -> Option<Task> {
        let open = self.slices.iter().take(OPEN);
        let ahead: usize = open.map(Slice::pages).sum();
        // The front is read on whatever waits behind it.
        let readable = if ahead < PAGES_AHEAD { OPEN } else { 1 };
        for slice in self.slices.iter_mut().take(readable) {
            slice.open(&self.ledger);
            if let Some(walk) = slice.walk_on() {
                let slice = slice.id;
                return Some(Task::Page { slice, walk });
            }
        }
        if !self.with_items {
            return None;
        }
        self.slices.iter_mut().take(OPEN).find_map(|slice| {
            let (page, batch, rows) = slice.lend_batch()?;
            let slice = slice.id;
            let place = Place { slice, page, batch };
            Some(Task::Items { place, rows })
        })
    }

    /// Takes an answer in.
    fn put_back(&mut self, done: Done) {
        let (Done::Page { slice: id, .. }
        | Done::Items {
            place: Place { slice: id, .. },
            ..
        }) = &done;
        let id = *id;
        let Some(slice) = self.slices.iter_mut().find(|slice| slice.id == id) else {
            return;
        };
        match done {
            Done::Page { walk, answer, .. } => {
                slice.walk = Some(walk);
                slice.keep(answer, self.window.column.key);
            }
            Done::Items { place, rows, found } => {
                let mut pages = slice.ready.iter_mut();
                let page = pages.find(|page| page.number() == place.page);
                if let Some(batch) = page.and_then(|page| page.batches.get_mut(place.batch)) {
                    batch.rows = rows;
                    batch.items = BatchItems::Read(found);
                }
            }
        }
    }

    /// Reads until there is something to hand out.
    fn read(&mut self, crew: &mut Crew, context: &Context) {
        while let Some(done) = crew.answer() {
            self.put_back(done);
        }
        loop {
            self.cut();
            self.read_on(crew);
            if self.front_is_due() {
                return;
            }
            let Some(done) = crew.wait(&context.cancel) else {
                return;
            };
            self.put_back(done);
        }
    }

    /// Whether the front has a page to hand out, or is at its end.
    fn front_is_due(&self) -> bool {
        let Some(slice) = self.slices.front() else {
            return true;
        };
        match slice.ready.front() {
            Some(page) => page.is_complete(self.with_items),
            None => slice.failure.is_some() || slice.is_over(),
        }
    }

    /// Hands out a page if its turn has come.
    fn hand_out(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<()> {
        let Some(slice) = self.slices.front_mut() else {
            return Ok(());
        };
        let is_due = |page: &Page| page.is_complete(self.with_items);
        let page = match slice.ready.front() {
            Some(page) if is_due(page) => slice.ready.pop_front(),
            Some(_) => None,
            // An error comes at its place, after the pages before it.
            None => slice.failure.take().map_or(Ok(None), Err)?,
        };
        let Some(page) = page else { return Ok(()) };
        let mut edge = page.edge;
        if slice.is_over() {
            let to = slice.walk.as_ref().map_or(edge, |walk| walk.to());
            edge = edge.max(to + 1);
            self.slices.pop_front();
        }
        for batch in self.announce(page, edge, events) {
            self.deliver(batch, context, events)?;
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
        if self.slices.is_empty() {
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
        while self.slices.front().is_some_and(Slice::is_over) {
            self.slices.pop_front();
        }
        if self.slices.is_empty() {
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
        if !self.slices.is_empty() {
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
