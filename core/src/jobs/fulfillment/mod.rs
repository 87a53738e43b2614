//! Fulfillment: pending -> packed -> labels -> ready to ship, in batches, one outcome per item.
//!
//! All items are read and sorted out first; then the eligible orders go through all steps in batches of
//! 20, so that outcomes arrive early and an interruption leaves little half-way. Every write is announced in the
//! [`journal`] before it leaves ([`desk`]). A row whose write got no answer waits and is read back, while the others
//! go on; [`decide`] says what a read means, [`settle`] what becomes of the item then, [`doubt`] how a wait ends.

mod abreast;
mod batch;
mod decide;
mod desk;
mod doubt;
mod journal;
mod labels;
mod options;
mod pace;
mod pack;
mod packages;
mod read;
mod resolve;
#[cfg(test)]
mod schedules;
mod settle;
mod ship;
mod unit;
mod verdict;
mod wait;
mod write;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::event::{Event, Summary};
use super::outcome::{State, Step};
use super::{Context, Work};
use crate::error::{Error, ErrorKind, Result};
use desk::Desk;
use journal::line::Kind;
pub use journal::{JournalFile, JournalLines, JournalStore};
use labels::Printer;
pub use labels::alone::LabelTarget;
pub(crate) use labels::alone::Prints;
pub use labels::{LabelFiles, LabelFormat, LabelOptions, PrintOptions};
pub use options::{FulfillmentOptions, Target, Unknown, Until};
use pace::Pace;
pub use packages::Package;
use unit::Unit;
use wait::Why;

/// The platform's batch size of Pack, PrintAWB and ReadyToShip.
const BATCH: usize = 20;

/// What a job is for.
#[derive(Clone, Copy, PartialEq)]
enum Goal {
    /// Items are taken as far as the options say.
    Ship,
    /// What is in doubt is read again, and nothing is sent.
    Resolve,
    /// Packages are announced, or dissolved.
    Packages(Kind),
}

/// The job.
pub(crate) struct Run {
    goal: Goal,
    options: FulfillmentOptions,
    /// Open from the first step to the last.
    desk: Option<Arc<Desk>>,
    unread: VecDeque<Target>,
    orders: u64,
    units: Vec<Unit>,
    /// Where the items of an order stand among the units.
    places: HashMap<String, Vec<usize>>,
    /// Items that can be moved, by order.
    eligible: VecDeque<Vec<usize>>,
    /// Items that wait.
    waiting: Vec<usize>,
    said_waiting: bool,
    phase: Phase,
    /// By the clock of waits, at the beginning of the step.
    now: Duration,
    next_outcome: usize,
    /// Prints labels, if they are to be saved.
    printer: Option<Printer>,
    shipped: u64,
    /// After this nothing is sent any more.
    stopped: Option<Error>,
    pace: Pace,
    /// The platform does not answer: no write is begun any more, and what was sent is read back.
    is_down: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Begin,
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
        if options.quarantine < Duration::from_secs(1) {
            return Err(Error::input("quarantine_s", "expected at least 1"));
        }
        let folder = options.labels.as_deref();
        let printer = folder.map(|folder| Printer::new(folder, options.label_options.clone()));
        let printer = printer.transpose()?;
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
            goal: Goal::Ship,
            options,
            desk: None,
            orders: targets.len() as u64,
            unread: targets.into(),
            units: Vec::new(),
            places: HashMap::new(),
            eligible: VecDeque::new(),
            waiting: Vec::new(),
            said_waiting: false,
            phase: Phase::Begin,
            now: Duration::ZERO,
            next_outcome: 0,
            printer,
            shipped: 0,
            stopped: None,
            pace: Pace::new(),
            is_down: false,
        })
    }

    /// Items that a call leaves which came to nothing, and whether the job can go on.
    fn call_failed(&mut self, indexes: &[usize], step: Step, error: Error) {
        if step == Step::Labels && self.waits_for_label(indexes, &error) {
            return;
        }
        let state = match error.kind() {
            ErrorKind::Api | ErrorKind::Input | ErrorKind::Decode => State::Refused,
            ErrorKind::Io if step == Step::Labels => State::Refused,
            // No answer, no turn or no access: the platform has not judged the item.
            _ => State::StoppedBefore,
        };
        for index in indexes {
            self.units[*index].fail(state, step, &error);
        }
        match error.kind() {
            ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Indeterminate => {
                self.pace.unanswered();
            }
            ErrorKind::Api if step != Step::Labels => self.pace.answered(),
            _ => {}
        }
        // Without a valid token, without a journal or against the caller's will nothing further can succeed.
        let ends = [
            ErrorKind::Canceled,
            ErrorKind::Auth,
            ErrorKind::Config,
            ErrorKind::Internal,
        ];
        let journal_failed = error.kind() == ErrorKind::Io && step != Step::Labels;
        if ends.contains(&error.kind()) || journal_failed {
            self.stopped = Some(error);
        }
    }

    /// Nothing more is sent: what is open was not begun, or stands where the last step left it; of what was sent
    /// without an answer nobody knows.
    fn stop_open_units(&mut self) {
        for index in 0..self.units.len() {
            match self.units[index].wait.clone().map(|wait| wait.why) {
                Some(Why::Unknown(kind, row, _)) => self.stop_in_doubt(index, kind, &row),
                _ => self.units[index].stop(None),
            }
        }
        self.eligible.clear();
    }

    /// Outcomes in the order given, as soon as all before them are known, and kept.
    fn tell_outcomes(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        let told = self.units.get(self.next_outcome);
        if told.is_none_or(|unit| !unit.is_ended()) {
            return;
        }
        let synced = self.desk.as_ref().map_or(Ok(()), |desk| desk.book().sync());
        if let Err(error) = synced {
            let message = format!("done, but not kept: {}", error.message());
            for unit in &mut self.units[self.next_outcome..] {
                unit.doubt_end(&message);
            }
            self.stopped.get_or_insert(error);
        }
        while let Some(unit) = self.units.get_mut(self.next_outcome) {
            let Some(outcome) =
                unit.take_outcome(&context.account(), context.client.clock().now_ms())
            else {
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
        let mut counts = vec![("orders", self.orders), ("items", self.units.len() as u64)];
        counts.extend(
            State::ALL
                .iter()
                .map(|state| (state.as_str(), count(*state))),
        );
        let label_files = self.printer.as_ref().map_or(0, Printer::files);
        counts.push(("label_files", u64::from(label_files)));
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
        self.now = context.client.clock().elapsed();
        if context.cancel.is_canceled() && self.stopped.is_none() {
            self.stopped = Some(Error::canceled());
        }
        if self.stopped.is_some() && self.phase != Phase::End {
            self.give_up_unread();
            self.stop_open_units();
            self.phase = Phase::End;
        }
        match self.phase {
            Phase::Begin => {
                match Desk::open(context, &self.options) {
                    Ok(desk) => self.desk = Some(Arc::new(desk)),
                    Err(error) if error.kind() == ErrorKind::Canceled => {
                        self.stopped = Some(error);
                        return Ok(false);
                    }
                    Err(error) => return Err(error),
                }
                match self.goal {
                    Goal::Ship => {}
                    Goal::Resolve => self.take_doubts()?,
                    Goal::Packages(_) => self.find_orders()?,
                }
                self.phase = Phase::Read;
            }
            Phase::Read if self.unread.is_empty() => self.phase = Phase::Ship,
            Phase::Read => self.read_batches(context, events),
            Phase::Ship => self.move_on(context, events),
            Phase::End => {
                self.tell_outcomes(context, events);
                self.desk = None;
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
