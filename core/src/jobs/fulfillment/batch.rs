//! Twenty orders at a time through every step, and what waits when it is due.

use std::collections::VecDeque;
use std::time::Duration;

use super::journal::line::Kind;
use super::wait::{Wait, Why};
use super::{BATCH, Goal, Phase, Run, Until, write};
use crate::error::{Error, ErrorKind};
use crate::jobs::Context;
use crate::jobs::event::{Event, Notice, Progress};
use crate::jobs::outcome::{State, Step};

/// Turns that are taken again before the job gives an item up.
const LAPS: u32 = 5;
/// Why the rest of a job is left where it is.
const NOT_ANSWERING: &str = "the platform does not answer, three turns one after the other";
/// How long what is due waits for what is due at almost the same time.
const TOGETHER: Duration = Duration::from_millis(200);

impl Run {
    /// Does the next thing there is to do: look at what is due, move a batch, or wait.
    pub(super) fn move_on(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        self.waiting
            .retain(|index| self.units[*index].wait.is_some());
        if let Err(error) = self.give_up_what_cannot_be_read(context) {
            self.stopped = Some(error);
            return;
        }
        let due = |index: &usize| self.units[*index].wait.as_ref().and_then(Wait::due);
        // A moment later, so that the rows of one call are looked at together.
        let due = |index: &usize| due(index).map(|due| due.saturating_add(TOGETHER));
        match self.waiting.iter().filter_map(due).min() {
            Some(due) if due <= self.now => self.look_at_due(context),
            _ if !self.eligible.is_empty() => self.ship_batches(context, events),
            Some(due) => self.wait_until(context, due, events),
            None => self.phase = Phase::End,
        }
    }

    fn wait_until(&mut self, context: &Context, due: Duration, events: &mut VecDeque<Event>) {
        if !std::mem::replace(&mut self.said_waiting, true) {
            let message = format!(
                "{} items wait for their fate to be known or to be tried again",
                self.waiting.len()
            );
            events.push_back(Event::Notice(Notice {
                code: "waiting",
                message,
            }));
            // Told before the wait, not after it.
            return;
        }
        self.said_waiting = false;
        let pause = due.saturating_sub(self.now);
        // A cancellation is seen at the next step.
        let _ = context.client.clock().sleep(pause, &context.cancel);
    }
    /// Puts an item among those that can be moved.
    pub(super) fn enqueue(&mut self, index: usize) {
        let unit = &mut self.units[index];
        if self.is_down {
            unit.stop(Some(NOT_ANSWERING));
            return;
        }
        if std::mem::replace(&mut unit.queued, true) {
            return;
        }
        let order = unit.order_id.clone();
        let same = |group: &&mut Vec<usize>| {
            let first = group.first().map(|first| &self.units[*first].order_id);
            first == Some(&order)
        };
        // Orders are taken in one after the other, so only the last can be the item's own.
        match self.eligible.back_mut().filter(same) {
            Some(group) => group.push(index),
            None => self.eligible.push_back(vec![index]),
        }
    }

    /// Takes the next batches of orders through every step asked for: all of them through one step, side by side, then
    /// through the next.
    fn ship_batches(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        let count = self.eligible.len().min(BATCH * self.pace.width());
        let mut batch: Vec<usize> = self.eligible.drain(..count).flatten().collect();
        batch.sort_unstable();
        for step in [Step::Pack, Step::Labels, Step::ReadyToShip, Step::Repack] {
            if !self.is_asked_for(step) {
                continue;
            }
            self.freshen(context, &batch);
            match step {
                Step::Read => {}
                Step::Repack => self.write_packages(context, &batch, Kind::Repack),
                Step::Pack => self.pack(context, &batch),
                Step::Labels => self.save_labels(context, &batch),
                Step::ReadyToShip => {
                    let labeled = batch.iter().copied();
                    let labeled: Vec<usize> =
                        labeled.filter(|index| !self.lacks_label(*index)).collect();
                    self.write_packages(context, &labeled, Kind::ReadyToShip);
                }
            }
        }
        for index in batch {
            self.units[index].queued = false;
            self.leave_batch(index);
        }
        self.end_turn(events);
        self.shipped += count as u64;
        let total = Some(self.shipped + self.eligible.len() as u64);
        events.push_back(Event::Progress(Progress {
            stage: "ship",
            done: self.shipped,
            total,
        }));
    }

    /// Items by orders, 20 at a time.
    pub(super) fn batches(&self, turn: &[usize]) -> Vec<Vec<usize>> {
        let mut batches: Vec<Vec<usize>> = Vec::new();
        let (mut orders, mut last) = (0, None);
        for index in turn {
            let order = Some(&self.units[*index].order_id);
            if last != order {
                last = order;
                orders += 1;
                if orders % BATCH == 1 {
                    batches.push(Vec::new());
                }
            }
            if let Some(batch) = batches.last_mut() {
                batch.push(*index);
            }
        }
        batches
    }

    /// When the platform is down by what this turn showed, no more is begun.
    pub(super) fn end_turn(&mut self, events: &mut VecDeque<Event>) {
        if !self.pace.end_turn() || std::mem::replace(&mut self.is_down, true) {
            return;
        }
        events.push_back(Event::Notice(Notice {
            code: "not_answering",
            message: format!("{NOT_ANSWERING}: nothing further is sent"),
        }));
        self.give_up_unread();
        for group in std::mem::take(&mut self.eligible) {
            for index in group {
                self.units[index].queued = false;
            }
        }
        for unit in &mut self.units {
            // What was sent is read back all the same.
            let sent = unit
                .wait
                .as_ref()
                .is_some_and(|wait| matches!(wait.why, Why::Unknown(..) | Why::Standing(_)));
            if !sent {
                unit.stop(Some(NOT_ANSWERING));
            }
        }
    }

    /// After its turn an item has arrived, waits, or takes its turn again.
    fn leave_batch(&mut self, index: usize) {
        if !self.units[index].is_open() {
            return;
        }
        self.share_label(index);
        if self.has_arrived(index) {
            self.note_parts(index);
            self.units[index].arrive();
            return;
        }
        let unit = &mut self.units[index];
        unit.laps += 1;
        if unit.laps > LAPS {
            let message = "time jumps between deciding and sending";
            unit.end(State::StoppedBefore, None, Some(message.to_owned()));
        } else {
            self.enqueue(index);
        }
    }

    fn has_arrived(&self, index: usize) -> bool {
        let unit = &self.units[index];
        let label = !self.is_asked_for(Step::Labels) || !unit.wants_label();
        let last = self.is_asked_for(Step::ReadyToShip) || self.is_asked_for(Step::Repack);
        let ready = !last || unit.announced;
        !unit.again && !unit.to_pack && label && ready
    }

    /// A parcel without its label must not be announced to the carrier.
    fn lacks_label(&self, index: usize) -> bool {
        self.is_asked_for(Step::Labels) && self.units[index].wants_label()
    }

    /// An item that joined its package late has the package's label.
    pub(super) fn share_label(&mut self, index: usize) {
        let unit = &self.units[index];
        if unit.label.is_some() || unit.own_fleet || self.options.labels.is_none() {
            return;
        }
        let place = self.places.get(&unit.order_id).cloned().unwrap_or_default();
        let package = unit.package_id.clone();
        let mut others = place.iter().map(|index| &self.units[*index]);
        let found = others.find_map(|other| {
            let label = other.label.clone()?;
            (other.package_id == package).then_some((label, other.label_page))
        });
        if let Some((label, page)) = found {
            self.units[index].label = Some(label);
            self.units[index].label_page = page;
        }
    }

    pub(super) fn is_asked_for(&self, step: Step) -> bool {
        if let Goal::Packages(kind) = self.goal {
            return step == write::step_of(kind);
        }
        match step {
            Step::Read | Step::Pack => true,
            Step::Labels => self.options.until >= Until::Labels && self.options.labels.is_some(),
            Step::ReadyToShip => self.options.until == Until::ReadyToShip,
            Step::Repack => false,
        }
    }

    /// A label may come a while after its package.
    pub(super) fn waits_for_label(&mut self, indexes: &[usize], error: &Error) -> bool {
        let not_ready = error.kind() == ErrorKind::Decode && error.retryable();
        if !not_ready || !self.labels_may_come_yet(indexes) {
            return false;
        }
        let now = self.now;
        let open = indexes.iter().copied();
        let open: Vec<usize> = open.filter(|index| self.units[*index].is_open()).collect();
        for index in open {
            let unit = &mut self.units[index];
            let until = unit.packed_at.unwrap_or(now) + self.options.label_options.wait;
            let wait = Wait::label(now, unit.label_asks, until);
            unit.label_asks += 1;
            self.wait(index, wait);
        }
        true
    }

    /// Whether all of these were packed so lately that an empty label says nothing.
    pub(super) fn labels_may_come_yet(&self, indexes: &[usize]) -> bool {
        let wait = self.options.label_options.wait;
        let units = indexes.iter().map(|index| &self.units[*index]);
        let mut open = units.filter(|unit| unit.is_open()).peekable();
        let young = |unit: &super::unit::Unit| {
            let packed_at = unit.packed_at;
            packed_at.is_some_and(|at| self.now < at.saturating_add(wait))
        };
        open.peek().is_some() && open.all(young)
    }
}
