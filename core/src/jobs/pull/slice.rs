//! A slice of the window: a walk of its own, its calls, and the pages that wait for their turn.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::batch::{Batch, BatchItems, Rows};
use super::ledger::Ledger;
use super::version::{self, Line};
use super::walk::{Ask, Shape, Trouble, Walk};
use super::window::{self, Window};
use crate::api;
use crate::error::{Error, Result};
use crate::jobs::Context;
use crate::protocol::{Reply, Request, http_date};

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
    /// Away while a page is read, and before the first.
    pub(super) walk: Option<Box<Walk>>,
    /// The seconds of a slice that was not begun. A long pull has hundreds of them.
    closed: Option<(i64, i64)>,
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

/// One answer, and what of it is to be handed out.
pub(super) struct Answer {
    /// `None` where nothing was left to be asked for.
    reply: Option<Reply>,
    /// What the walk knows of its rows.
    lines: Vec<Line>,
    /// The rows to hand out, by position, ascending.
    due: Vec<usize>,
    unproven: Option<i64>,
    total: Option<u64>,
    edge: i64,
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
            closed: None,
            ready: VecDeque::new(),
            failure: None,
            rest: None,
            is_cut: false,
            pages: 0,
        }
    }

    /// The slice of the seconds `from..=to`, whose turn has not come.
    pub(super) fn closed(id: u64, from: i64, to: i64) -> Self {
        Self {
            id,
            walk: None,
            closed: Some((from, to)),
            ready: VecDeque::new(),
            failure: None,
            rest: None,
            is_cut: false,
            pages: 0,
        }
    }

    /// Makes it ready to be read.
    pub(super) fn open(&mut self, ledger: &Ledger) {
        if let Some((from, to)) = self.closed.take() {
            self.walk = Some(Box::new(ledger.walk_within(SHAPE, from, to)));
        }
    }

    /// How many pages of it are kept, or will be.
    pub(super) fn pages(&self) -> usize {
        self.ready.len() + usize::from(self.walk.is_none() && self.closed.is_none())
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

    /// Takes an answer in, or what came in its place; `key` is the sort column.
    pub(super) fn keep(&mut self, answer: Result<Box<Answer>>, key: &str) {
        match answer {
            Ok(answer) => {
                let page = Page::of(*answer, self.pages, key);
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
        let (answer, bound) = read_page(walk, window, Some(window.to), context)?;
        self.keep(Ok(Box::new(answer)), window.column.key);
        bound.ok_or_else(settled)
    }
}

/// One page, asked for again while it cannot be right.
pub(super) fn read_page(
    walk: &mut Walk,
    window: &Window,
    open: Option<Option<i64>>,
    context: &Context,
) -> Result<(Answer, Option<Bound>)> {
    let mut bound = None;
    let mut doubts = 0;
    loop {
        let Some(ask) = walk.next() else {
            return Ok((Answer::none(walk.edge()), bound));
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
            Ok(answer) => {
                let reply = Some(reply);
                return Ok((Answer { reply, ..answer }, bound));
            }
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
) -> std::result::Result<Answer, Trouble> {
    let key = window.column.key;
    let lines: Vec<Line> = reply.rows().map(|row| version::line(&row, key)).collect();
    let total = total(reply);
    let fed = walk.feed(ask, &lines, total)?;
    Ok(Answer {
        reply: None,
        lines,
        due: fed.deliver,
        unproven: fed.unproven,
        total,
        edge: walk.edge(),
    })
}

impl Answer {
    fn none(edge: i64) -> Self {
        Self {
            reply: None,
            lines: Vec::new(),
            due: Vec::new(),
            unproven: None,
            total: None,
            edge,
        }
    }
}

impl Page {
    /// Copies what is due out of an answer.
    fn of(answer: Answer, number: u64, key: &str) -> Self {
        let mut due = answer.due.into_iter().peekable();
        let rows = answer.reply.iter().flat_map(Reply::rows);
        let rows = rows
            .zip(&answer.lines)
            .enumerate()
            .filter(|(index, _)| due.next_if_eq(index).is_some())
            .map(|(index, (row, line))| (version::row(row, *line, index, key), *line))
            .collect();
        let evidence = answer.reply.as_ref().map(|reply| reply.evidence().clone());
        Self {
            number,
            batches: Batch::of(rows, &Arc::new(evidence.unwrap_or_default())),
            unproven: answer.unproven,
            total: answer.total,
            listed: answer.lines.len(),
            edge: answer.edge,
        }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Whether it can be handed out.
    pub(super) fn is_complete(&self, with_items: bool) -> bool {
        !with_items || self.batches.iter().all(Batch::has_items)
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
