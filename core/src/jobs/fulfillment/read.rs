//! Where every item stands: read first of all, before writes that rest on it, and after writes without an answer.

use std::collections::VecDeque;
use std::time::Duration;

use super::Run;
use super::unit::Unit;
use super::wait::Why;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::event::{Event, Progress};
use crate::jobs::items::{self, ItemBatch};
use crate::jobs::outcome::{State, Step};
use crate::jobs::{Context, Target};
use crate::protocol::Record;

/// Codes that say of a batch of order ids that one of them is wrong, but not which.
const WRONG_ORDER: &[&str] = &["37", "39"];
/// Pauses before orders that an answer left out are asked for again.
const ASK_AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];
/// Answers that may leave an item out, one after the other.
const OMISSIONS: u32 = 3;

impl Run {
    /// Reads the items of the next batch of orders.
    pub(super) fn read_batch(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        let count = self.unread.len().min(items::BATCH);
        let targets: Vec<Target> = self.unread.drain(..count).collect();
        self.read_targets(context, &targets);
        let done = self.orders - self.unread.len() as u64;
        events.push_back(Event::Progress(Progress {
            stage: "read",
            done,
            total: Some(self.orders),
        }));
    }

    fn read_targets(&mut self, context: &Context, targets: &[Target]) {
        let ids: Vec<&str> = targets
            .iter()
            .map(|target| target.order_id.as_str())
            .collect();
        let begun = context.client.clock().elapsed();
        match self.read_items(context, &ids) {
            Ok(batch) => {
                if let Err(error) = self.sort_in(context, targets, &batch, begun) {
                    self.stopped = Some(error);
                }
            }
            Err(error) if is_wrong_order(&error) && targets.len() > 1 => {
                let (first, second) = targets.split_at(targets.len() / 2);
                self.read_targets(context, first);
                self.read_targets(context, second);
            }
            Err(error) => {
                let first = self.units.len();
                self.units
                    .extend(targets.iter().map(|target| Unit::unread(&target.order_id)));
                let indexes: Vec<usize> = (first..self.units.len()).collect();
                self.call_failed(&indexes, Step::Read, error);
            }
        }
    }

    /// Reads orders, and those again that the answer left out.
    fn read_items(&self, context: &Context, ids: &[&str]) -> Result<ItemBatch> {
        let mut batch = items::read(context, ids)?;
        for pause in ASK_AGAIN {
            let missing: Vec<&str> = ids
                .iter()
                .copied()
                .filter(|id| !batch.items.contains_key(*id))
                .collect();
            if missing.is_empty() || !context.client.clock().sleep(pause, &context.cancel) {
                break;
            }
            // What fails for those alone leaves the others as they are.
            if let Ok(more) = items::read(context, &missing) {
                batch.items.extend(more.items);
            }
        }
        if let Some(desk) = &self.desk {
            desk.saw_gateway_time(batch.evidence.gateway_date.as_deref());
        }
        Ok(batch)
    }

    fn sort_in(
        &mut self,
        context: &Context,
        targets: &[Target],
        batch: &ItemBatch,
        begun: Duration,
    ) -> Result<()> {
        let request_id = batch.evidence.request_id.as_deref();
        for target in targets {
            let first = self.units.len();
            let found = batch.items.get(&target.order_id);
            match found {
                Some(items) => self.add_units(target, items),
                None => self.units.push(unanswered(&target.order_id)),
            }
            self.places
                .insert(target.order_id.clone(), (first..self.units.len()).collect());
            for unit in &mut self.units[first..] {
                unit.passed(Step::Read, request_id);
            }
            if let Some(items) = found {
                self.claim(&target.order_id, first);
                self.take_in(context, &target.order_id, items, begun)?;
            }
        }
        Ok(())
    }

    /// Two jobs of one process must not take the same order through the same step.
    fn claim(&mut self, order_id: &str, first: usize) {
        let claimed = self.desk.as_mut().is_none_or(|desk| desk.claim(order_id));
        if !claimed {
            for unit in &mut self.units[first..] {
                let reason = "another job of this process has the order in hand";
                unit.end(State::LeftOut, None, Some(reason.to_owned()));
            }
        }
    }

    fn add_units(&mut self, target: &Target, items: &[Record]) {
        if target.order_item_ids.is_empty() {
            self.units
                .extend(items.iter().map(|item| unit_of(&target.order_id, item)));
            return;
        }
        for wanted in &target.order_item_ids {
            let found = items
                .iter()
                .find(|item| matches!(item.id("order_item_id"), Ok(Some(id)) if id == *wanted));
            self.units.push(match found {
                Some(item) => unit_of(&target.order_id, item),
                None => {
                    let mut unit = Unit::unread(&target.order_id);
                    unit.order_item_id = Some(wanted.clone());
                    unit.end(
                        State::LeftOut,
                        None,
                        Some("the order has no such item".to_owned()),
                    );
                    unit
                }
            });
        }
    }

    /// The job ends before these were read.
    pub(super) fn give_up_unread(&mut self) {
        let unread = std::mem::take(&mut self.unread);
        self.units
            .extend(unread.iter().map(|target| Unit::unread(&target.order_id)));
    }

    /// Reads the orders of these items again and takes in what they show.
    pub(super) fn read_again(&mut self, context: &Context, indexes: &[usize]) -> Result<()> {
        let mut orders: Vec<String> = Vec::new();
        for index in indexes {
            let order = &self.units[*index].order_id;
            if order.is_empty() {
                continue;
            }
            if orders.last() != Some(order) && !orders.contains(order) {
                orders.push(order.clone());
            }
        }
        for orders in orders.chunks(items::BATCH) {
            self.read_orders(context, orders)?;
        }
        Ok(())
    }

    fn read_orders(&mut self, context: &Context, orders: &[String]) -> Result<()> {
        let ids: Vec<&str> = orders.iter().map(String::as_str).collect();
        let begun = context.client.clock().elapsed();
        let batch = match items::read(context, &ids) {
            Err(error) if is_wrong_order(&error) && orders.len() > 1 => {
                let (first, second) = orders.split_at(orders.len() / 2);
                self.read_orders(context, first)?;
                return self.read_orders(context, second);
            }
            Err(error) if is_wrong_order(&error) => {
                let place = self.places.get(&orders[0]).cloned().unwrap_or_default();
                self.call_failed(&place, Step::Read, error);
                return Ok(());
            }
            read => read?,
        };
        if let Some(desk) = &self.desk {
            desk.saw_gateway_time(batch.evidence.gateway_date.as_deref());
        }
        for order in orders {
            match batch.items.get(order) {
                Some(items) => self.take_in(context, order, items, begun)?,
                None => self.note_omission(order),
            }
        }
        Ok(())
    }

    fn note_omission(&mut self, order: &str) {
        for index in self.places.get(order).cloned().unwrap_or_default() {
            self.units[index].omitted += 1;
        }
    }

    /// Makes sure that these rest on a read that is new enough; what is not is read again.
    pub(super) fn freshen(&mut self, context: &Context, batch: &[usize]) {
        let now = context.client.clock().elapsed();
        let stale: Vec<usize> = batch
            .iter()
            .copied()
            .filter(|index| self.units[*index].is_open() && self.is_stale(*index, now))
            .collect();
        if stale.is_empty() || self.stopped.is_some() {
            return;
        }
        if let Err(error) = self.read_again(context, &stale) {
            self.call_failed(&stale, Step::Read, error);
            return;
        }
        for index in stale {
            let unit = &mut self.units[index];
            if unit.order_id.is_empty() {
                // Nobody knows where to read it.
                unit.seen = context.client.clock().elapsed();
                unit.again = false;
                continue;
            }
            unit.again = unit.is_open() && unit.omitted > 0;
            if unit.omitted >= OMISSIONS {
                let message = "the answers left the item out";
                unit.end(State::Unanswered, None, Some(message.to_owned()));
            }
        }
    }

    /// Looks at what waits and is due.
    pub(super) fn look_at_due(&mut self, context: &Context) {
        let now = context.client.clock().elapsed();
        let mut due: Vec<usize> = self.waiting.clone();
        due.retain(|index| {
            let wait = self.units[*index].wait.as_ref();
            wait.is_some_and(|wait| wait.due().is_some_and(|due| due <= now))
        });
        due.sort_unstable();
        for index in &due {
            if let Some(wait) = &mut self.units[*index].wait {
                wait.look(now);
            }
        }
        let read = self.read_again(context, &due);
        if let Err(error) = read {
            let ends = [
                ErrorKind::Canceled,
                ErrorKind::Auth,
                ErrorKind::Config,
                ErrorKind::Io,
            ];
            if ends.contains(&error.kind()) {
                self.stopped = Some(error);
            }
        }
        for index in due {
            self.end_if_looked_at_enough(context, index);
        }
    }

    /// No read told in time.
    fn end_if_looked_at_enough(&mut self, context: &Context, index: usize) {
        let wait = self.units[index].wait.clone();
        let Some(wait) = wait.filter(|wait| wait.due().is_none()) else {
            return;
        };
        match wait.why {
            Why::Unknown(kind, row, _) => {
                let message = "no read told what became of it";
                if let Err(error) = self.give_up(context, index, (kind, &row), message) {
                    self.stopped = Some(error);
                }
            }
            Why::Standing(refusal) => self.refuse(index, refusal),
            Why::Later | Why::Label => {
                let message = "no read told where it stands now";
                self.units[index].end(State::Unanswered, None, Some(message.to_owned()));
            }
        }
    }
}

fn is_wrong_order(error: &Error) -> bool {
    error.kind() == ErrorKind::Api && error.code().is_some_and(|code| WRONG_ORDER.contains(&code))
}

fn unanswered(order_id: &str) -> Unit {
    let mut unit = Unit::unread(order_id);
    unit.end(
        State::Unanswered,
        None,
        Some("the answer left the order out".to_owned()),
    );
    unit
}

/// An item that cannot be read is left alone rather than packed on a guess.
fn unit_of(order_id: &str, item: &Record) -> Unit {
    Unit::read(order_id, item).unwrap_or_else(|error| {
        let mut unit = Unit::unread(order_id);
        unit.order_item_id = item.id("order_item_id").ok().flatten();
        unit.end(
            State::LeftOut,
            None,
            Some(format!("cannot be read: {}", error.message())),
        );
        unit
    })
}
