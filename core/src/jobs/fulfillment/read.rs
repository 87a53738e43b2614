//! Where every item stands: read first of all, before writes that rest on it, and after writes without an answer.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use super::Run;
use super::abreast::abreast;
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
    /// Reads the items of the next orders, batches side by side.
    pub(super) fn read_batches(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        let mut tasks: Vec<(usize, Vec<Target>)> = Vec::new();
        while tasks.len() < self.pace.width() && !self.unread.is_empty() {
            let count = self.unread.len().min(items::BATCH);
            tasks.push((tasks.len(), self.unread.drain(..count).collect()));
        }
        let read = |context: &Context, (place, targets): (usize, Vec<Target>)| {
            let begun = context.client.clock().elapsed();
            let found = read_items(context, &targets);
            (place, targets, begun, found)
        };
        let mut batches = Vec::with_capacity(tasks.len());
        abreast(context, tasks, read, |batch| batches.push(batch));
        // Items stand in the order given, whatever came first.
        batches.sort_by_key(|batch| batch.0);
        let mut unread: usize = batches.iter().map(|batch| batch.1.len()).sum();
        unread += self.unread.len();
        for (_, targets, begun, found) in batches {
            self.take_in_batch(context, &targets, begun, found);
            unread -= targets.len();
            events.push_back(Event::Progress(Progress {
                stage: "read",
                done: self.orders - unread as u64,
                total: Some(self.orders),
            }));
        }
        self.end_turn(events);
    }

    fn take_in_batch(
        &mut self,
        context: &Context,
        targets: &[Target],
        begun: Duration,
        found: Result<ItemBatch>,
    ) {
        match found {
            Ok(batch) => {
                self.pace.answered();
                if let Some(desk) = &self.desk {
                    desk.saw_gateway_time(batch.evidence.gateway_date.as_deref());
                }
                if let Err(error) = self.sort_in(context, targets, &batch, begun) {
                    self.stopped = Some(error);
                }
            }
            Err(error) if is_wrong_order(&error) && targets.len() > 1 => {
                let (first, second) = targets.split_at(targets.len() / 2);
                for half in [first, second] {
                    let begun = context.client.clock().elapsed();
                    let found = read_items(context, half);
                    self.take_in_batch(context, half, begun, found);
                }
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
        let claimed = self.desk.as_ref().is_none_or(|desk| desk.claim(order_id));
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

    /// Reads the orders of these items again and takes in what they show. Orders whose read failed are in the answer;
    /// a failure of the journal ends all.
    pub(super) fn read_again(
        &mut self,
        context: &Context,
        indexes: &[usize],
    ) -> Result<Vec<(Vec<String>, Error)>> {
        let mut orders: Vec<String> = Vec::new();
        let mut known: HashSet<&str> = HashSet::new();
        for index in indexes {
            let order = self.units[*index].order_id.as_str();
            if !order.is_empty() && known.insert(order) {
                orders.push(order.to_owned());
            }
        }
        let tasks = orders.chunks(items::BATCH).map(<[String]>::to_vec);
        let read = |context: &Context, orders: Vec<String>| {
            let begun = context.client.clock().elapsed();
            let found = read_orders(context, &orders);
            (orders, begun, found)
        };
        let mut batches = Vec::new();
        abreast(context, tasks.collect(), read, |batch| batches.push(batch));
        let mut failed = Vec::new();
        for (orders, begun, found) in batches {
            self.take_in_again(context, orders, begun, found, &mut failed)?;
        }
        Ok(failed)
    }

    fn take_in_again(
        &mut self,
        context: &Context,
        orders: Vec<String>,
        begun: Duration,
        found: Result<ItemBatch>,
        failed: &mut Vec<(Vec<String>, Error)>,
    ) -> Result<()> {
        let batch = match found {
            Err(error) if is_wrong_order(&error) && orders.len() > 1 => {
                for half in orders.chunks(orders.len().div_ceil(2)) {
                    let begun = context.client.clock().elapsed();
                    let found = read_orders(context, half);
                    self.take_in_again(context, half.to_vec(), begun, found, failed)?;
                }
                return Ok(());
            }
            Err(error) if is_wrong_order(&error) => {
                let place = self.places.get(&orders[0]).cloned().unwrap_or_default();
                self.call_failed(&place, Step::Read, error);
                return Ok(());
            }
            Err(error) => {
                failed.push((orders, error));
                return Ok(());
            }
            Ok(batch) => batch,
        };
        if let Some(desk) = &self.desk {
            desk.saw_gateway_time(batch.evidence.gateway_date.as_deref());
        }
        for order in &orders {
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
        let failed = match self.read_again(context, &stale) {
            Ok(failed) => failed,
            Err(error) => {
                self.call_failed(&stale, Step::Read, error);
                return;
            }
        };
        let mut answered = stale;
        for (orders, error) in failed {
            let orders: HashSet<String> = orders.into_iter().collect();
            let of_orders = |index: &usize| orders.contains(&self.units[*index].order_id);
            let (unanswered, rest) = answered.into_iter().partition(of_orders);
            answered = rest;
            self.call_failed(&unanswered, Step::Read, error);
        }
        for index in answered {
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
        let errors = match self.read_again(context, &due) {
            Ok(failed) => failed.into_iter().map(|(_, error)| error).collect(),
            Err(error) => vec![error],
        };
        for error in errors {
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

/// Reads orders, and those again that the answer left out.
fn read_items(context: &Context, targets: &[Target]) -> Result<ItemBatch> {
    let ids: Vec<&str> = targets
        .iter()
        .map(|target| target.order_id.as_str())
        .collect();
    let mut batch = items::read(context, &ids)?;
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
    Ok(batch)
}

fn read_orders(context: &Context, orders: &[String]) -> Result<ItemBatch> {
    let ids: Vec<&str> = orders.iter().map(String::as_str).collect();
    items::read(context, &ids)
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
