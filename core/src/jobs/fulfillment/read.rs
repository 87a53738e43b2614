//! First of all, where every item stands.

use std::collections::VecDeque;

use super::Run;
use super::unit::Unit;
use crate::error::{Error, ErrorKind};
use crate::jobs::event::{Event, Progress};
use crate::jobs::items::{self, ItemBatch};
use crate::jobs::outcome::{State, Step};
use crate::jobs::{Context, Target};
use crate::protocol::Record;

/// Codes that say of a batch of order ids that one of them is wrong, but not which.
const WRONG_ORDER: &[&str] = &["37", "39"];

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
        match items::read(context, &ids) {
            Ok(batch) => self.sort_in(targets, &batch),
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

    fn sort_in(&mut self, targets: &[Target], batch: &ItemBatch) {
        let request_id = batch.evidence.request_id.as_deref();
        for target in targets {
            let first = self.units.len();
            match batch.items.get(&target.order_id) {
                Some(items) => self.sort_in_order(target, items),
                None => self.units.push(unanswered(&target.order_id)),
            }
            for unit in &mut self.units[first..] {
                unit.passed(Step::Read, request_id);
            }
        }
    }

    fn sort_in_order(&mut self, target: &Target, items: &[Record]) {
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
