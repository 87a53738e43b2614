//! A slice of the window: a walk of its own, its calls, and the pages that wait for their turn.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::batch::{Batch, BatchItems, Rows};
use super::version::{self, Line};
use super::walk::{Ask, Shape, Trouble, Walk};
use super::window::{self, Window};
use crate::api;
use crate::error::{Error, Result};
use crate::jobs::Context;
use crate::protocol::{Reply, Request, Row, http_date};

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
/// Pages of a slice read ahead of its turn.
const AHEAD: usize = 6;

/// A slice of the window.
pub(super) struct Slice {
    pub(super) id: u64,
    /// Away while a page is read.
    pub(super) walk: Option<Box<Walk>>,
    /// Pages whose turn has not come.
    pub(super) ready: VecDeque<Page>,
    /// What ends the slice, after those pages.
    pub(super) failure: Option<Error>,
    /// How many rows follow the page read last; `None` before the first.
    pub(super) rest: Option<u64>,
    /// It is not to be cut any more.
    pub(super) is_cut: bool,
    pages: u64,
}

/// What of one answer is to be handed out.
pub(super) struct Page {
    /// Its place among the pages of its slice.
    number: u64,
    pub(super) batches: Vec<Batch>,
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
    pub(super) fn new(id: u64, walk: Walk) -> Self {
        Self {
            id,
            walk: Some(Box::new(walk)),
            ready: VecDeque::new(),
            failure: None,
            rest: None,
            is_cut: false,
            pages: 0,
        }
    }

    /// Nothing is to be read any more, and nothing waits.
    pub(super) fn is_over(&self) -> bool {
        let walk = self.walk.as_ref();
        let is_read = walk.is_some_and(|walk| walk.next().is_none());
        is_read && self.ready.is_empty() && self.failure.is_none()
    }

    /// The walk, if another page may be read now.
    pub(super) fn walk_on(&mut self) -> Option<Box<Walk>> {
        let may = self.failure.is_none() && self.ready.len() < AHEAD;
        self.walk.take_if(|walk| may && walk.next().is_some())
    }

    /// The next batch whose items are to be read: page, batch and rows.
    pub(super) fn lend_batch(&mut self) -> Option<(u64, usize, Rows)> {
        self.ready.iter_mut().find_map(|page| {
            let mut batches = page.batches.iter_mut().enumerate();
            let (index, batch) = batches.find(|(_, batch)| batch.wants_items())?;
            batch.items = BatchItems::Reading;
            Some((page.number, index, std::mem::take(&mut batch.rows)))
        })
    }

    /// Takes a page in, or what came in its place.
    pub(super) fn keep(&mut self, page: Result<Page>) {
        match page {
            Ok(mut page) => {
                page.number = self.pages;
                self.pages += 1;
                let total = page.total.unwrap_or_default();
                self.rest = Some(total.saturating_sub(page.listed as u64));
                self.ready.push_back(page);
            }
            Err(error) => self.failure = Some(error),
        }
    }

    /// Reads the first page of a window whose end is not settled, and settles it.
    pub(super) fn read_first(&mut self, window: &Window, context: &Context) -> Result<Bound> {
        let settled = || Error::input(window.column.key, "the window could not be settled");
        let walk = self.walk.as_mut().ok_or_else(settled)?;
        let (page, bound) = read_page(walk, window, Some(window.to), context)?;
        self.keep(Ok(page));
        bound.ok_or_else(settled)
    }
}

/// One page, asked for again while it cannot be right.
pub(super) fn read_page(
    walk: &mut Walk,
    window: &Window,
    open: Option<Option<i64>>,
    context: &Context,
) -> Result<(Page, Option<Bound>)> {
    let mut bound = None;
    let mut doubts = 0;
    loop {
        let Some(ask) = walk.next() else {
            return Ok((Page::empty(walk.edge()), bound));
        };
        let ask = match open {
            Some(None) if bound.is_none() => wide(ask, context),
            _ => ask,
        };
        let request = Request::new(api::find("GetOrders")?, window.args(ask, SHAPE))?;
        let reply = context.send(&request)?;
        if let (Some(asked), None) = (open, bound) {
            let settled = settle(asked, &reply, context);
            walk.narrow(settled.to);
            bound = Some(settled);
        }
        match take_in(walk, ask, &reply, window) {
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
    walk: &mut Walk,
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
    let fed = walk.feed(ask, &lines, total)?;
    let mut due = fed.deliver.into_iter().peekable();
    let rows = rows
        .into_iter()
        .enumerate()
        .filter_map(|(index, row)| due.next_if_eq(&index).map(|_| row))
        .collect();
    Ok(Page {
        number: 0,
        batches: Batch::of(rows, &Arc::new(reply.evidence().clone())),
        unproven: fed.unproven,
        total,
        listed: lines.len(),
        edge: walk.edge(),
    })
}

impl Page {
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Whether it can be handed out.
    pub(super) fn is_complete(&self, with_items: bool) -> bool {
        !with_items || self.batches.iter().all(Batch::has_items)
    }

    fn empty(edge: i64) -> Self {
        Self {
            number: 0,
            batches: Batch::of(Vec::new(), &Arc::default()),
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
