//! Fulfillment: pending -> packed -> labels -> ready to ship, in batches, one outcome per item.
//!
//! All items are read and sorted out first; then the eligible orders go through all steps in batches of
//! 20, so that outcomes arrive early and an interruption leaves little half-way. A write whose answer is
//! lost is never repeated: its items end as indeterminate.

mod labels;
mod pack;
mod read;
mod ship;
mod unit;
mod verdict;

use std::collections::VecDeque;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;

use super::event::{Event, Progress, Summary};
use super::outcome::{State, Step};
use super::{Context, Work};
use crate::error::{Error, ErrorKind, Executed, Result};
use unit::Unit;

/// The platform's batch size of Pack, PrintAWB and ReadyToShip.
const BATCH: usize = 20;

/// What to ship: an order, whole or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The order.
    pub order_id: String,
    /// Its items; all of them when empty.
    pub order_item_ids: Vec<String>,
}

impl Target {
    /// All items of an order.
    pub fn order(order_id: impl Into<String>) -> Self {
        Self {
            order_id: order_id.into(),
            order_item_ids: Vec::new(),
        }
    }

    /// Some items of an order.
    pub fn items(order_id: impl Into<String>, order_item_ids: Vec<String>) -> Self {
        Self {
            order_id: order_id.into(),
            order_item_ids,
        }
    }
}

/// How far items are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// Packed, with package and tracking number.
    Packed,
    /// Packed, labels saved.
    Labels,
    /// Announced to the carrier.
    #[default]
    ReadyToShip,
}

impl FromStr for Until {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "packed" => Ok(Self::Packed),
            "labels" => Ok(Self::Labels),
            "ready_to_ship" => Ok(Self::ReadyToShip),
            _ => Err(Error::input(
                "until",
                format_args!("expected packed, labels or ready_to_ship, got {text:?}"),
            )),
        }
    }
}

/// How to ship.
#[derive(Clone, Debug, Default)]
pub struct FulfillmentOptions {
    /// How far; ready to ship by default.
    pub until: Until,
    /// The carrier's code, for stores that must choose one.
    pub provider: Option<String>,
    /// The folder for label files; without one no labels are fetched.
    pub labels: Option<PathBuf>,
}

/// The job.
pub(crate) struct Run {
    options: FulfillmentOptions,
    unread: VecDeque<Target>,
    orders: u64,
    units: Vec<Unit>,
    /// Orders that go through the steps, as ranges of `units`.
    eligible: VecDeque<Vec<usize>>,
    phase: Phase,
    next_outcome: usize,
    label_files: u32,
    shipped: u64,
    /// After this nothing is sent any more.
    stopped: Option<Error>,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Read,
    Ship,
    End,
}

impl Run {
    pub(crate) fn new(targets: Vec<Target>, options: FulfillmentOptions) -> Result<Self> {
        if options.until == Until::Labels && options.labels.is_none() {
            return Err(Error::input(
                "labels",
                "expected a folder, since labels are to be saved",
            ));
        }
        let mut known = std::collections::HashSet::new();
        for target in &targets {
            super::items::number(&target.order_id)?;
            if !known.insert(&target.order_id) {
                let problem = format!(
                    "{} is given twice: expected each order once",
                    target.order_id
                );
                return Err(Error::input("order_id", problem));
            }
        }
        Ok(Self {
            options,
            orders: targets.len() as u64,
            unread: targets.into(),
            units: Vec::new(),
            eligible: VecDeque::new(),
            phase: Phase::Read,
            next_outcome: 0,
            label_files: 0,
            shipped: 0,
            stopped: None,
        })
    }

    /// Orders whose items are eligible, in the order given.
    fn sort_out(&mut self) {
        let mut orders: Vec<Range<usize>> = Vec::new();
        for (index, unit) in self.units.iter().enumerate() {
            match orders.last_mut() {
                Some(range) if self.units[range.start].order_id == unit.order_id => {
                    range.end = index + 1
                }
                _ => orders.push(index..index + 1),
            }
        }
        for order in orders {
            let open: Vec<usize> = order.filter(|index| self.units[*index].is_open()).collect();
            if !open.is_empty() {
                self.eligible.push_back(open);
            }
        }
    }

    /// Takes the next batch of orders through every step asked for.
    fn ship_batch(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        let count = self.eligible.len().min(BATCH);
        let batch: Vec<usize> = self.eligible.drain(..count).flatten().collect();
        for step in [Step::Pack, Step::Labels, Step::ReadyToShip] {
            if !self.is_asked_for(step) {
                continue;
            }
            match step {
                Step::Read => {}
                Step::Pack => self.pack(context, &batch),
                Step::Labels => self.save_labels(context, &batch),
                Step::ReadyToShip => self.report_ready(context, &batch),
            }
        }
        for index in batch {
            self.units[index].arrive();
        }
        self.shipped += count as u64;
        let total = Some(self.shipped + self.eligible.len() as u64);
        events.push_back(Event::Progress(Progress {
            stage: "ship",
            done: self.shipped,
            total,
        }));
    }

    fn is_asked_for(&self, step: Step) -> bool {
        match step {
            Step::Read | Step::Pack => true,
            Step::Labels => self.options.until >= Until::Labels && self.options.labels.is_some(),
            Step::ReadyToShip => self.options.until == Until::ReadyToShip,
        }
    }

    /// Items that a failed call leaves, and whether the job can go on.
    fn call_failed(&mut self, indexes: &[usize], step: Step, error: Error) {
        let unknown =
            error.executed() == Executed::Unknown && step != Step::Labels && step != Step::Read;
        let state = match error.kind() {
            _ if unknown => State::Indeterminate,
            ErrorKind::Api | ErrorKind::Input | ErrorKind::Decode | ErrorKind::Io => State::Refused,
            // No answer, no turn or no access: the platform has not judged the item.
            _ => State::StoppedBefore,
        };
        for index in indexes {
            self.units[*index].fail(state, step, &error);
        }
        // Without a valid token or against the caller's will nothing further can succeed.
        if matches!(
            error.kind(),
            ErrorKind::Canceled | ErrorKind::Auth | ErrorKind::Config
        ) {
            self.stopped = Some(error);
        }
    }

    /// Nothing more is sent: what is open was not begun, or stands where the last step left it.
    fn stop_open_units(&mut self) {
        for unit in &mut self.units {
            unit.stop();
        }
        self.eligible.clear();
    }

    /// Outcomes in the order given, as soon as all before them are known.
    fn tell_outcomes(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        while let Some(unit) = self.units.get_mut(self.next_outcome) {
            let Some(outcome) = unit.take_outcome(&context.account()) else {
                break;
            };
            events.push_back(Event::Outcome(Box::new(outcome)));
            self.next_outcome += 1;
        }
    }

    fn summary(&self) -> Summary {
        let count = |state: State| {
            self.units
                .iter()
                .filter(|unit| unit.state() == Some(state))
                .count() as u64
        };
        let states = [
            State::Done,
            State::LeftOut,
            State::Refused,
            State::Canceled,
            State::Unanswered,
            State::Indeterminate,
            State::StoppedBefore,
        ];
        let mut counts = vec![("orders", self.orders), ("items", self.units.len() as u64)];
        counts.extend(states.iter().map(|state| (state.as_str(), count(*state))));
        counts.push(("label_files", u64::from(self.label_files)));
        let canceled = self
            .stopped
            .as_ref()
            .is_some_and(|error| error.kind() == ErrorKind::Canceled);
        Summary {
            counts,
            canceled,
            ..Summary::default()
        }
    }
}

impl Work for Run {
    fn step(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<bool> {
        if context.cancel.is_canceled() && self.stopped.is_none() {
            self.stopped = Some(Error::canceled());
        }
        if self.stopped.is_some() && self.phase != Phase::End {
            self.give_up_unread();
            self.stop_open_units();
            self.phase = Phase::End;
        }
        match self.phase {
            Phase::Read if self.unread.is_empty() => {
                self.sort_out();
                self.phase = Phase::Ship;
            }
            Phase::Read => self.read_batch(context, events),
            Phase::Ship if self.eligible.is_empty() => self.phase = Phase::End,
            Phase::Ship => self.ship_batch(context, events),
            Phase::End => {
                self.tell_outcomes(context, events);
                events.push_back(Event::Done(self.summary()));
                return self.end();
            }
        }
        if self.phase == Phase::Ship {
            self.tell_outcomes(context, events);
        }
        Ok(false)
    }
}

impl Run {
    /// A cancellation is the caller's own doing and no failure; a lost token is told after the outcomes.
    fn end(&mut self) -> Result<bool> {
        match self.stopped.take() {
            Some(error) if error.kind() != ErrorKind::Canceled => Err(error),
            _ => Ok(true),
        }
    }
}
