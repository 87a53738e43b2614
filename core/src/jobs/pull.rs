//! Order pull over one closed window, by the plain rule: ascending pages by offset until the list ends.
//!
//! Right while no order of the window changes during the pull, as for a window of the past by creation
//! time.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::event::{Event, Items, Progress, PulledBadRow, PulledOrder, Summary};
use super::items;
use super::{Context, Work};
use crate::api;
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::{Args, Evidence, Record, Reply, Request, Row, Time};

/// Largest page of GetOrders; more is refused, not clipped.
const PAGE: u32 = 100;
/// Largest offset of GetOrders (API page; a tutorial says 5000).
const CEILING: u32 = 4500;

/// Which orders to pull. One lower bound is needed; all bounds are inclusive and carry an offset, as in
/// `2026-03-01T00:00:00+08:00`.
#[derive(Clone, Debug, Default)]
pub struct PullOptions {
    /// Created at or after.
    pub created_after: Option<String>,
    /// Created at or before; now when left out.
    pub created_before: Option<String>,
    /// Changed at or after.
    pub update_after: Option<String>,
    /// Changed at or before; now when left out.
    pub update_before: Option<String>,
    /// Only orders with an item of this status.
    pub status: Option<String>,
    /// Attach the items.
    pub with_items: bool,
}

/// The columns by which GetOrders filters; sorting by another loses orders.
#[derive(Clone, Copy)]
struct Column {
    after: &'static str,
    before: &'static str,
    sort_by: &'static str,
}

const CREATED: Column = Column {
    after: "created_after",
    before: "created_before",
    sort_by: "created_at",
};
const UPDATED: Column = Column {
    after: "update_after",
    before: "update_before",
    sort_by: "updated_at",
};

/// The job.
pub(crate) struct Pull {
    column: Column,
    after: String,
    before: Option<String>,
    status: Option<String>,
    with_items: bool,
    offset: u32,
    seen: HashSet<String>,
    waiting: VecDeque<Page>,
    listed: bool,
    delivered: u64,
    bad: u64,
    total: Option<u64>,
}

/// Orders of one answer whose turn is still to come.
struct Page {
    rows: Vec<Row>,
    evidence: Arc<Evidence>,
}

impl Pull {
    pub(crate) fn new(options: PullOptions) -> Result<Self> {
        let (column, after, before) = window(&options)?;
        Ok(Self {
            column,
            after,
            before,
            status: options.status,
            with_items: options.with_items,
            offset: 0,
            seen: HashSet::new(),
            waiting: VecDeque::new(),
            listed: false,
            delivered: 0,
            bad: 0,
            total: None,
        })
    }

    /// The upper bound stays where it is from the first page on, so that the window is closed.
    fn upper_bound(&mut self, context: &Context) -> String {
        let now = || {
            let now = context.client.clock().now_ms() / 1000 * 1000;
            Time::from_epoch_ms(now)
                .to_rfc3339()
                .unwrap_or_default()
                .replace('Z', "+00:00")
        };
        self.before.get_or_insert_with(now).clone()
    }

    fn next_page(&mut self, context: &Context) -> Result<()> {
        if self.offset > CEILING {
            let problem = format!(
                "the window holds more than {} orders: expected a shorter one",
                CEILING + PAGE
            );
            return Err(Error::input(self.column.before, problem));
        }
        let before = self.upper_bound(context);
        let args = Args::new()
            .set(self.column.after, self.after.as_str())
            .set(self.column.before, before)
            .set("sort_by", self.column.sort_by)
            .set("sort_direction", "ASC")
            .set("offset", self.offset)
            .set("limit", PAGE)
            .set_optional("status", self.status.as_deref());
        let reply = context.send(&Request::new(api::find("GetOrders")?, args)?)?;
        self.total = total(&reply).or(self.total);
        let rows = self.new_rows(&reply);
        let listed = reply.row_count() as u32;
        self.offset += listed;
        // A page that brings nothing new comes from a list that ignores the offset.
        let reached_total = self
            .total
            .is_some_and(|total| u64::from(self.offset) >= total);
        self.listed = listed < PAGE || reached_total || rows.is_empty();
        let evidence = Arc::new(reply.evidence().clone());
        self.waiting.push_back(Page { rows, evidence });
        Ok(())
    }

    fn new_rows(&mut self, reply: &Reply) -> Vec<Row> {
        let rows = reply.rows();
        rows.filter(|row| match row {
            Row::Good(order) => match order.id("order_id") {
                Ok(Some(id)) => self.seen.insert(id),
                _ => true,
            },
            Row::Bad(_) => true,
        })
        .collect()
    }

    /// Hands out one batch of a page, with items if asked for.
    fn deliver(
        &mut self,
        mut page: Page,
        context: &Context,
        events: &mut VecDeque<Event>,
    ) -> Result<()> {
        let rest = page.rows.split_off(page.rows.len().min(items::BATCH));
        let mut found = if self.with_items {
            Some(items_of(&page.rows, context)?)
        } else {
            None
        };
        for row in page.rows {
            let evidence = Arc::clone(&page.evidence);
            let account = context.account();
            events.push_back(match row {
                Row::Good(order) => {
                    self.delivered += 1;
                    let items = take_items(&order, found.as_mut())?;
                    Event::Row(Box::new(PulledOrder {
                        account,
                        order,
                        items,
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
            });
        }
        let progress = Progress {
            stage: "orders",
            done: self.delivered,
            total: self.total,
        };
        events.push_back(Event::Progress(progress));
        if !rest.is_empty() {
            self.waiting.push_front(Page {
                rows: rest,
                evidence: page.evidence,
            });
        }
        Ok(())
    }
}

impl Work for Pull {
    fn step(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<bool> {
        if context.cancel.is_canceled() {
            return Err(Error::canceled());
        }
        if let Some(page) = self.waiting.pop_front() {
            self.deliver(page, context, events)?;
        } else if !self.listed {
            self.next_page(context)?;
        } else {
            let counts = vec![("orders", self.delivered), ("bad_rows", self.bad)];
            events.push_back(Event::Done(Summary {
                counts,
                canceled: false,
            }));
            return Ok(true);
        }
        Ok(false)
    }
}

fn window(options: &PullOptions) -> Result<(Column, String, Option<String>)> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let created = (
        given(&options.created_after),
        given(&options.created_before),
    );
    let updated = (given(&options.update_after), given(&options.update_before));
    let is_given =
        |bounds: &(Option<String>, Option<String>)| bounds.0.is_some() || bounds.1.is_some();
    if is_given(&created) && is_given(&updated) {
        let problem = "cannot stand beside created_after: expected one column for the whole window";
        return Err(Error::input("update_after", problem));
    }
    let (column, (after, before)) = if is_given(&updated) {
        (UPDATED, updated)
    } else {
        (CREATED, created)
    };
    let after = after
        .ok_or_else(|| Error::input(column.after, "is required: the window needs a lower bound"))?;
    let from = bound(column.after, &after)?;
    if let Some(before) = &before
        && bound(column.before, before)? < from
    {
        return Err(Error::input(
            column.before,
            format_args!("expected a time not before {after}, got {before}"),
        ));
    }
    Ok((column, after, before))
}

fn bound(field: &str, text: &str) -> Result<i64> {
    let time = Time::parse(text).and_then(|time| time.epoch_ms());
    time.filter(|_| text.as_bytes().get(10) == Some(&b'T'))
        .ok_or_else(|| {
            let problem = format!(
                "expected a time with offset such as 2026-03-01T00:00:00+08:00, got {text:?}"
            );
            Error::input(field, problem)
        })
}

fn total(reply: &Reply) -> Option<u64> {
    reply.pointer("/countTotal")?.to_text()?.trim().parse().ok()
}

type Found = std::collections::HashMap<String, Vec<Record>>;

fn items_of(rows: &[Row], context: &Context) -> Result<Found> {
    let ids: Vec<String> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Good(order) => order.id("order_id").ok().flatten(),
            Row::Bad(_) => None,
        })
        .collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    if ids.is_empty() {
        return Ok(Found::new());
    }
    Ok(items::read(context, &ids)?.items)
}

fn take_items(order: &Record, found: Option<&mut Found>) -> Result<Items> {
    let Some(found) = found else {
        return Ok(Items::NotAsked);
    };
    let id = order
        .id("order_id")?
        .ok_or_else(|| Error::new(ErrorKind::Internal, "a good row without its id"))?;
    Ok(found.remove(&id).map_or(Items::Unanswered, Items::Attached))
}
