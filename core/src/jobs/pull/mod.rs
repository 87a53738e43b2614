//! Order pull: every order of a window, each version once, though the list moves.
//!
//! [`walk`] decides what to ask for and what to deliver; [`band`] reads seconds that hold more than a page. Here
//! are the calls, the gateway's time, the items and the events.

mod attach;
mod band;
mod ledger;
mod memory;
#[cfg(test)]
mod schedules;
mod version;
mod walk;
mod window;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::event::{Event, Items, Notice, Progress, PulledBadRow, PulledOrder, Summary};
use super::items;
use super::{Context, Work};
use crate::api;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::protocol::{Evidence, Record, Reply, Request, Row};
use attach::Found;
use ledger::Ledger;
use version::Line;
use walk::{Ask, Shape, Trouble, Walk};
pub use window::PullOptions;
use window::Window;

/// Largest page of GetOrders, since more is refused, not clipped; and its largest offset (API page; a tutorial
/// says 5000).
const SHAPE: Shape = Shape {
    page: 100,
    ceiling: 4500,
};
/// The running second is never read as finished.
const SETTLED: i64 = 2;
/// A request of a clock that is further off is refused.
const CLOCK_OFF: i64 = 7200;
/// Stands for "now" until the gateway's time is known.
const FAR: i64 = i64::MAX / 4;
/// How far a pull reaches back over the one before, in seconds: longer than changes take to be seen.
const OVERLAP: i64 = 600;
/// How often a page that cannot be right is asked for again.
const DOUBTS: u32 = 2;

/// The job.
pub(crate) struct Pull {
    window: Window,
    with_items: bool,
    walk: Walk,
    ledger: Ledger,
    /// The cursor that the pull was given.
    cursor: Option<String>,
    /// The upper bound is final.
    settled: bool,
    said_forgot: bool,
    doubts: u32,
    waiting: VecDeque<Page>,
    delivered: u64,
    bad: u64,
    total: Option<u64>,
    unproven: Vec<String>,
}

/// Orders of one answer whose turn is still to come.
struct Page {
    rows: Vec<Row>,
    evidence: Arc<Evidence>,
}

impl Pull {
    pub(crate) fn new(client: &Client, options: PullOptions) -> Result<Self> {
        let cursor = options
            .cursor
            .clone()
            .filter(|text| !text.trim().is_empty());
        let credentials = client.credentials();
        let status = options.status.clone().unwrap_or_default();
        let key = |column: &str| {
            let gateway = credentials.gateway().name();
            let app = credentials.app_key();
            ledger::key(&[gateway, app, client.account(), column, &status])
        };
        let earlier = cursor
            .as_deref()
            .map(|text| Ledger::from_text(text, OVERLAP, key))
            .transpose()?;
        let window = Window::new(
            &options,
            earlier
                .as_ref()
                .map(|earlier| (earlier.column(), earlier.from)),
        )?;
        let to = window.to.unwrap_or(FAR);
        let settled = earlier.as_ref().is_some_and(|earlier| !earlier.ended);
        let ledger = match earlier {
            Some(earlier) => earlier.follow(to),
            None => {
                let column = window.column.key;
                Ledger::new(&key(column), column, (window.from, to), OVERLAP)
            }
        };
        let walk = ledger.walk(SHAPE);
        Ok(Self {
            window,
            with_items: options.with_items,
            walk,
            ledger,
            cursor,
            settled,
            said_forgot: false,
            doubts: 0,
            waiting: VecDeque::new(),
            delivered: 0,
            bad: 0,
            total: None,
            unproven: Vec::new(),
        })
    }

    /// Asks for a page, takes it in, and puts its rows in line.
    fn next_page(
        &mut self,
        ask: Ask,
        context: &Context,
        events: &mut VecDeque<Event>,
    ) -> Result<()> {
        let ask = self.at_first_wide(ask, context);
        let args = self.window.args(ask, SHAPE);
        let reply = context.send(&Request::new(api::find("GetOrders")?, args)?)?;
        self.settle(&reply, context, events);
        let (rows, lines): (Vec<Row>, Vec<Line>) = reply
            .rows()
            .enumerate()
            .map(|(index, row)| version::line(row, index, self.window.column.key))
            .unzip();
        let total = total(&reply);
        let fed = match self.walk.feed(ask, &lines, total) {
            Ok(fed) => fed,
            Err(trouble) => return self.doubt(trouble, &reply, context),
        };
        self.doubts = 0;
        self.total = self.total.or(total);
        if let Some(second) = fed.unproven {
            self.warn(second, events);
        }
        for index in &fed.deliver {
            self.ledger.will_tell(lines[*index]);
        }
        match self.walk.next() {
            Some(_) => self.ledger.will_reach(self.walk.edge()),
            None => self.ledger.will_end(),
        }
        let mut due = fed.deliver.into_iter().peekable();
        let rows = rows
            .into_iter()
            .enumerate()
            .filter_map(|(index, row)| due.next_if_eq(&index).map(|_| row))
            .collect();
        let evidence = Arc::new(reply.evidence().clone());
        self.waiting.push_back(Page { rows, evidence });
        Ok(())
    }

    /// The gateway's time is known with its first answer. Until then ask wider than any clock is off; rows beyond
    /// the bound are left out later.
    fn at_first_wide(&self, ask: Ask, context: &Context) -> Ask {
        if self.settled || self.window.to.is_some() {
            return ask;
        }
        let local = context.client.clock().now_ms().div_euclid(1000);
        Ask {
            before: (local + CLOCK_OFF).max(ask.after + 2),
            ..ask
        }
    }

    /// The upper bound by the gateway's clock: with the local one, ahead of it, orders that change during the pull
    /// would stay inside the window.
    fn settle(&mut self, reply: &Reply, context: &Context, events: &mut VecDeque<Event>) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        let date = reply.evidence().gateway_date.as_deref();
        let local = context.client.clock().now_ms().div_euclid(1000);
        let now = date.and_then(window::http_date).unwrap_or_else(|| {
            if self.window.to.is_none_or(|to| to > local - CLOCK_OFF) {
                let message = "the answers carry no time, so the window ends by the local clock";
                events.push_back(Event::Notice(Notice {
                    code: "local_clock",
                    message: message.to_owned(),
                }));
            }
            local
        });
        self.walk.narrow(now - SETTLED);
        self.ledger.to = self.ledger.to.min(now - SETTLED);
    }

    /// A page that cannot be right: perhaps an order changed between the index and its row, so ask again.
    fn doubt(&mut self, trouble: Trouble, reply: &Reply, context: &Context) -> Result<()> {
        let can_change = !matches!(trouble, Trouble::TooDense(_));
        if can_change && self.doubts < DOUBTS {
            self.doubts += 1;
            let pause = Duration::from_secs(u64::from(self.doubts));
            if !context.client.clock().sleep(pause, &context.cancel) {
                return Err(Error::canceled());
            }
            return Ok(());
        }
        Err(self.refusal(trouble, reply))
    }

    fn refusal(&self, trouble: Trouble, reply: &Reply) -> Error {
        let key = self.window.column.key;
        let error = match trouble {
            Trouble::OutOfOrder => {
                Error::decode(key, "the list is not sorted as asked: orders would be lost")
            }
            Trouble::OutOfBounds => Error::decode(
                key,
                "a row lies outside the time asked for: the filter is ignored",
            ),
            Trouble::OffsetIgnored => Error::decode(
                "offset",
                "another offset brings the same rows: it is ignored",
            ),
            Trouble::TooDense(second) => {
                let second = window::printed(second);
                let most = 2 * (SHAPE.ceiling + SHAPE.page);
                let problem = format!(
                    "the second {second} holds more than the {most} orders that can be read: pull it status by status"
                );
                Error::input("status", problem)
            }
        };
        let evidence = reply.evidence();
        error
            .with_api(&evidence.api)
            .with_request_id(evidence.request_id.clone())
            .with_account(evidence.account.clone())
    }

    /// Whoever only iterates sees it in the log.
    fn warn(&mut self, second: i64, events: &mut VecDeque<Event>) {
        let second = window::printed(second);
        let message = format!("the orders of the second {second} could not be proven to be all");
        log::warn!("order pull: {message}");
        events.push_back(Event::Notice(Notice {
            code: "unproven",
            message,
        }));
        self.unproven.push(second);
    }

    /// Hands out one batch of a page, with items if asked for.
    fn deliver(
        &mut self,
        mut page: Page,
        context: &Context,
        events: &mut VecDeque<Event>,
    ) -> Result<()> {
        let rest = page.rows.split_off(page.rows.len().min(items::BATCH));
        let found = self.items_of(&page.rows, context)?;
        for row in page.rows {
            let event = self.event(row, found.as_ref(), &page.evidence, context)?;
            events.push_back(event);
        }
        // Counted before the window was closed, so it may be off either way.
        let total = self.total.map(|total| total.max(self.delivered));
        events.push_back(Event::Progress(Progress {
            stage: "orders",
            done: self.delivered,
            total,
        }));
        if !rest.is_empty() {
            self.waiting.push_front(Page {
                rows: rest,
                evidence: page.evidence,
            });
        }
        Ok(())
    }

    fn items_of(&self, rows: &[Row], context: &Context) -> Result<Option<Found>> {
        if !self.with_items {
            return Ok(None);
        }
        let orders: Vec<&Record> = rows
            .iter()
            .filter_map(|row| match row {
                Row::Good(order) => Some(order),
                Row::Bad(_) => None,
            })
            .collect();
        attach::read(context, &orders).map(Some)
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
                self.delivered += 1;
                let (items, items_differ) = match found {
                    Some(found) => found.of(&order)?,
                    None => (Items::NotAsked, false),
                };
                Event::Row(Box::new(PulledOrder {
                    account,
                    order,
                    items,
                    items_differ,
                    evidence,
                }))
            }
            Row::Bad(row) => {
                self.bad += 1;
                Event::BadRow(Box::new(PulledBadRow {
                    account,
                    row,
                    evidence,
                }))
            }
        })
    }

    fn summary(&mut self) -> Summary {
        Summary {
            counts: vec![("orders", self.delivered), ("bad_rows", self.bad)],
            unproven: std::mem::take(&mut self.unproven),
            canceled: false,
        }
    }
}

impl Work for Pull {
    fn step(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<bool> {
        if context.cancel.is_canceled() {
            return Err(Error::canceled());
        }
        if self.ledger.forgot && !std::mem::replace(&mut self.said_forgot, true) {
            let message =
                "too many orders to remember: the next pull from this cursor may repeat some";
            log::warn!("order pull: {message}");
            events.push_back(Event::Notice(Notice {
                code: "memory_dropped",
                message: message.to_owned(),
            }));
        }
        if let Some(page) = self.waiting.pop_front() {
            self.deliver(page, context, events)?;
            return Ok(false);
        }
        match self.walk.next() {
            Some(ask) => self.next_page(ask, context, events).map(|()| false),
            None => {
                if self.settled {
                    self.ledger.will_end();
                }
                events.push_back(Event::Done(self.summary()));
                Ok(true)
            }
        }
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

fn total(reply: &Reply) -> Option<u64> {
    reply.pointer("/countTotal")?.to_text()?.trim().parse().ok()
}
