//! Order pull: every order of a window, each version once, though the list moves.
//!
//! [`walk`] decides what to ask for and what to deliver; [`band`] reads seconds that hold more than a page. A long
//! window is cut into slices that are read side by side and handed out in their order, and items are read
//! while the next pages are on their way. Threads live within one step only: between two steps nothing runs.

mod attach;
mod band;
mod batch;
mod begin;
mod ledger;
mod memory;
#[cfg(test)]
mod schedules;
mod slice;
mod tally;
mod version;
mod walk;
mod window;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::event::{Event, Items, Notice, Progress, PulledBadRow, PulledOrder};
use super::{Context, Work};
use crate::error::{Error, Result};
use crate::protocol::{Evidence, Row};
use attach::Found;
use batch::{Batch, Task, side_by_side};
use ledger::Ledger;
use slice::{Bound, Page, SHAPE, Slice};
pub(super) use tally::Tally;
use version::Line;
pub use window::PullOptions;
use window::Window;
pub(super) use window::{bound, overlap};

/// Stands for "now" until the gateway's time is known.
const FAR: i64 = i64::MAX / 4;
/// Slices that are read at a time, among so many whose pages may wait for their turn.
const SIDE_BY_SIDE: usize = 4;
const OPEN: usize = 8;
/// Pages whose items are read at a time.
const PAGES: usize = 3;
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
    /// The window was looked at for cutting it into slices.
    cut: bool,
    said_forgot: bool,
    told_bad: HashSet<u64>,
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

    /// Cuts a long window, once its end is settled and its first page tells how much there is. Slices of equal
    /// time stand for slices of equal size. An order that changes leaves for a time beyond all of them.
    fn cut(&mut self, page: &Page) {
        if std::mem::replace(&mut self.cut, true) {
            return;
        }
        let rest = page
            .total
            .unwrap_or_default()
            .saturating_sub(page.listed as u64);
        let Some(first) = self.slices.front_mut() else {
            return;
        };
        let (edge, to) = (first.walk.edge(), first.walk.to());
        let count = (rest / OF_A_SLICE).min(MOST_SLICES) as i64;
        if rest < LONG || !first.walk.can_be_cut() || (to - edge) / count < 2 {
            return;
        }
        let ends: Vec<i64> = (1..=count)
            .map(|index| edge + (to - edge) / count * index)
            .collect();
        for pair in ends.windows(2) {
            let last = pair[1] == ends[ends.len() - 1];
            let end = if last { to } else { pair[1] };
            let walk = self.ledger.walk_within(SHAPE, pair[0] + 1, end);
            self.slices.push_back(Slice::new(walk));
        }
        if let Some(first) = self.slices.front_mut() {
            first.walk.narrow(ends[0]);
        }
    }

    /// The pages whose turn it is, as batches.
    fn take(&mut self, events: &mut VecDeque<Event>) -> Result<Vec<Batch>> {
        let mut batches = Vec::new();
        for _ in 0..PAGES {
            let Some(slice) = self.slices.front_mut() else {
                break;
            };
            let page = match slice.take() {
                Ok(page) => page,
                // What was taken before comes before it.
                Err(error) if batches.is_empty() => return Err(error),
                Err(error) => {
                    slice.fail(error);
                    break;
                }
            };
            let Some(page) = page else { break };
            let mut edge = page.edge;
            if slice.is_over() {
                edge = edge.max(slice.walk.to() + 1);
                self.slices.pop_front();
            } else {
                self.cut(&page);
            }
            self.announce(page, edge, events, &mut batches);
        }
        Ok(batches)
    }

    fn announce(
        &mut self,
        page: Page,
        edge: i64,
        events: &mut VecDeque<Event>,
        batches: &mut Vec<Batch>,
    ) {
        self.total = self.total.or(page.total);
        if let Some(second) = page.unproven {
            self.warn(second, events);
        }
        let told = &mut self.told_bad;
        let rows = page.rows.into_iter().filter(|(_, line)| match line {
            Line::Good { .. } => true,
            // Without a time it may belong to two slices.
            Line::Bad(text) => told.insert(*text),
        });
        let (rows, lines): (Vec<Row>, Vec<Line>) = rows.unzip();
        self.tally.note_times(&lines, &page.evidence);
        for line in lines {
            self.ledger.will_tell(line);
        }
        if self.slices.is_empty() {
            self.ledger.will_end();
        } else {
            self.ledger.will_reach(edge);
        }
        batches.extend(Batch::of(rows, &page.evidence));
    }

    /// Reads the items of these batches, and the next pages meanwhile.
    fn read(&mut self, batches: &mut [Batch], context: &Context) {
        let mut tasks: Vec<Task<'_>> = Vec::new();
        // Rows that can go out at once do not wait for the next pages.
        let read_on = batches.is_empty() || self.with_items;
        if self.with_items {
            for batch in batches.iter_mut().filter(|batch| !batch.rows.is_empty()) {
                tasks.push(Box::new(|| batch.find(context)));
            }
        }
        if read_on {
            let window = &self.window;
            let slices = self.slices.iter_mut().take(OPEN);
            let slices = slices.filter(|slice| slice.wants());
            for slice in slices.take(SIDE_BY_SIDE) {
                tasks.push(Box::new(|| slice.read(window, context)));
            }
        }
        side_by_side(tasks);
    }

    /// Hands out a batch.
    fn deliver(
        &mut self,
        mut batch: Batch,
        context: &Context,
        events: &mut VecDeque<Event>,
    ) -> Result<()> {
        let found = if self.with_items {
            Some(batch.found(context)?)
        } else {
            None
        };
        for row in batch.rows {
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
        let mut batches = self.take(events)?;
        self.read(&mut batches, context);
        for batch in batches {
            self.deliver(batch, context, events)?;
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
