//! A slice of the window: a walk of its own, its calls, and the pages that wait for their turn.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::version::{self, Line};
use super::walk::{Ask, Shape, Trouble, Walk};
use super::window::{self, Window};
use crate::api;
use crate::error::{Error, Result};
use crate::jobs::Context;
use crate::protocol::{Evidence, Reply, Request, Row, http_date};

/// Largest page of GetOrders, since more is refused, not clipped; and its largest offset (API page; a tutorial
/// says 5000).
pub(super) const SHAPE: Shape = Shape {
    page: 100,
    ceiling: 4500,
};
/// The running second is never read as finished.
const SETTLED: i64 = 2;
/// A request of a clock that is further off is refused.
const CLOCK_OFF: i64 = 7200;
/// How often a page that cannot be right is asked for again.
const DOUBTS: u32 = 2;
/// Pages read ahead of their turn.
const AHEAD: usize = 6;

/// A slice of the window.
pub(super) struct Slice {
    pub(super) walk: Walk,
    ready: VecDeque<Page>,
    failure: Option<Error>,
}

/// What of one answer is to be handed out.
pub(super) struct Page {
    pub(super) rows: Vec<(Row, Line)>,
    pub(super) evidence: Arc<Evidence>,
    pub(super) unproven: Option<i64>,
    /// countTotal of the answer.
    pub(super) total: Option<u64>,
    /// How many rows came, due or not.
    pub(super) listed: usize,
    /// With this page, everything before this second is read.
    pub(super) edge: i64,
}

/// The end of a window that was open, by the clock that told.
#[derive(Clone, Copy)]
pub(super) struct Bound {
    pub(super) to: i64,
    /// The answer carried no time, and the local clock decided.
    pub(super) by_local_clock: bool,
}

impl Slice {
    pub(super) fn new(walk: Walk) -> Self {
        Self {
            walk,
            ready: VecDeque::new(),
            failure: None,
        }
    }

    /// The next page whose turn it is. An error comes at its place, after the pages before it.
    pub(super) fn take(&mut self) -> Result<Option<Page>> {
        match self.ready.pop_front() {
            Some(page) => Ok(Some(page)),
            None => self.failure.take().map_or(Ok(None), Err),
        }
    }

    /// Puts an error back whose place is not reached.
    pub(super) fn fail(&mut self, error: Error) {
        self.failure = Some(error);
    }

    /// Nothing is to be read any more, and nothing waits.
    pub(super) fn is_over(&self) -> bool {
        self.ready.is_empty() && self.failure.is_none() && self.walk.next().is_none()
    }

    /// Whether to read on now.
    pub(super) fn wants(&self) -> bool {
        self.failure.is_none() && self.ready.len() < AHEAD && self.walk.next().is_some()
    }

    /// Reads the next page.
    pub(super) fn read(&mut self, window: &Window, context: &Context) {
        match self.page(window, None, context) {
            Ok((page, _)) => self.ready.push_back(page),
            Err(error) => self.failure = Some(error),
        }
    }

    /// Reads the first page of a window whose end is not settled, and settles it.
    pub(super) fn read_first(&mut self, window: &Window, context: &Context) -> Result<Bound> {
        let asked = window.to;
        let (page, bound) = self.page(window, Some(asked), context)?;
        self.ready.push_back(page);
        bound.ok_or_else(|| Error::input(window.column.key, "the window could not be settled"))
    }

    /// One page, asked for again while it cannot be right.
    fn page(
        &mut self,
        window: &Window,
        open: Option<Option<i64>>,
        context: &Context,
    ) -> Result<(Page, Option<Bound>)> {
        let mut bound = None;
        let mut doubts = 0;
        loop {
            let Some(ask) = self.walk.next() else {
                return Ok((Page::empty(self.walk.edge()), bound));
            };
            let ask = match open {
                Some(None) if bound.is_none() => wide(ask, context),
                _ => ask,
            };
            let request = Request::new(api::find("GetOrders")?, window.args(ask, SHAPE))?;
            let reply = context.send(&request)?;
            if let (Some(asked), None) = (open, bound) {
                let settled = settle(asked, &reply, context);
                self.walk.narrow(settled.to);
                bound = Some(settled);
            }
            match self.take_in(ask, &reply, window) {
                Ok(page) => return Ok((page, bound)),
                Err(trouble) if doubts < DOUBTS && !matches!(trouble, Trouble::TooDense(_)) => {
                    doubts += 1;
                    // Perhaps an order changed between the index and its row.
                    let pause = Duration::from_secs(u64::from(doubts));
                    if !context.client.clock().sleep(pause, &context.cancel) {
                        return Err(Error::canceled());
                    }
                }
                Err(trouble) => return Err(refusal(trouble, window, &reply)),
            }
        }
    }

    fn take_in(
        &mut self,
        ask: Ask,
        reply: &Reply,
        window: &Window,
    ) -> std::result::Result<Page, Trouble> {
        let rows: Vec<(Row, Line)> = reply
            .rows()
            .enumerate()
            .map(|(index, row)| version::line(row, index, window.column.key))
            .collect();
        let lines: Vec<Line> = rows.iter().map(|(_, line)| *line).collect();
        let total = total(reply);
        let fed = self.walk.feed(ask, &lines, total)?;
        let mut due = fed.deliver.into_iter().peekable();
        Ok(Page {
            rows: rows
                .into_iter()
                .enumerate()
                .filter_map(|(index, row)| due.next_if_eq(&index).map(|_| row))
                .collect(),
            evidence: Arc::new(reply.evidence().clone()),
            unproven: fed.unproven,
            total,
            listed: lines.len(),
            edge: self.walk.edge(),
        })
    }
}

impl Page {
    fn empty(edge: i64) -> Self {
        Self {
            rows: Vec::new(),
            evidence: Arc::default(),
            unproven: None,
            total: None,
            listed: 0,
            edge,
        }
    }
}

/// The gateway's time is known with its first answer. Until then ask wider than any clock is off; rows beyond the
/// bound are left out later.
fn wide(ask: Ask, context: &Context) -> Ask {
    let local = context.client.clock().now_ms().div_euclid(1000);
    Ask {
        before: (local + CLOCK_OFF).max(ask.after + 2),
        ..ask
    }
}

/// The upper bound by the gateway's clock: with the local one, ahead of it, orders that change during the pull would
/// stay inside the window.
fn settle(asked: Option<i64>, reply: &Reply, context: &Context) -> Bound {
    let date = reply.evidence().gateway_date.as_deref();
    let local = context.client.clock().now_ms().div_euclid(1000);
    let told = date.and_then(http_date);
    let latest = told.unwrap_or(local) - SETTLED;
    Bound {
        to: asked.map_or(latest, |asked| asked.min(latest)),
        by_local_clock: told.is_none() && asked.is_none_or(|asked| asked > local - CLOCK_OFF),
    }
}

fn refusal(trouble: Trouble, window: &Window, reply: &Reply) -> Error {
    let key = window.column.key;
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

fn total(reply: &Reply) -> Option<u64> {
    reply.pointer("/countTotal")?.to_text()?.trim().parse().ok()
}
