//! Labels alone: of items that are packed already, and printed again.

use std::collections::{HashSet, VecDeque};

use super::PrintOptions;
use super::manifest::{Item, Parcel};
use super::printer::{Printed, Printer};
use super::slip::{Slip, blank, end, ended, fail, read_item};
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::event::{Event, Progress, Summary};
use crate::jobs::fulfillment::abreast::WIDTH;
use crate::jobs::fulfillment::{BATCH, Target};
use crate::jobs::items;
use crate::jobs::outcome::{Outcome, State, Step};
use crate::jobs::{Context, Work};
use crate::protocol::Record;

/// What labels are wanted of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelTarget {
    /// The packages of an order's items.
    Order(Target),
    /// A package, of which nothing else is known.
    Package(String),
}

/// Packages that are printed together, in calls side by side.
const TURN: usize = BATCH * WIDTH;

/// Codes that say of a batch of order ids that one of them is wrong, but not which.
const WRONG_ORDER: &[&str] = &["37", "39"];

/// The job.
pub(crate) struct Prints {
    printer: Printer,
    unread: VecDeque<LabelTarget>,
    targets: u64,
    orders: u64,
    items: u64,
    slips: VecDeque<Slip>,
    unprinted: VecDeque<Parcel>,
    packages: u64,
    told: Vec<State>,
    /// After this nothing is sent any more.
    stopped: Option<Error>,
}

impl Prints {
    pub(crate) fn new(targets: Vec<LabelTarget>, options: PrintOptions) -> Result<Self> {
        if options.folder.as_os_str().is_empty() {
            return Err(Error::input(
                "labels",
                "expected a folder to save the labels in",
            ));
        }
        let mut known = HashSet::new();
        for target in &targets {
            let (name, id) = match target {
                LabelTarget::Order(target) => ("order_id", &target.order_id),
                LabelTarget::Package(id) => ("package_id", id),
            };
            match target {
                LabelTarget::Order(_) => drop(items::number(id)?),
                LabelTarget::Package(_) if id.trim().is_empty() => {
                    return Err(Error::input(
                        name,
                        "expected a package id, got an empty text",
                    ));
                }
                LabelTarget::Package(_) => {}
            }
            if !known.insert((name, id)) {
                let problem = format!("{id} is given twice: expected each once");
                return Err(Error::input(name, problem));
            }
        }
        let orders = targets
            .iter()
            .filter(|target| matches!(target, LabelTarget::Order(_)));
        Ok(Self {
            printer: Printer::new(&options.folder, options.labels)?,
            orders: orders.count() as u64,
            targets: targets.len() as u64,
            unread: targets.into(),
            items: 0,
            slips: VecDeque::new(),
            unprinted: VecDeque::new(),
            packages: 0,
            told: Vec::new(),
            stopped: None,
        })
    }

    /// Reads the items of the next orders; packages need no read.
    fn read_batch(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        let mut orders = Vec::new();
        while orders.len() < items::BATCH {
            match self.unread.pop_front() {
                Some(LabelTarget::Order(target)) => orders.push(target),
                Some(LabelTarget::Package(id)) if orders.is_empty() => {
                    self.want(context, "", Parcel::of(&id));
                }
                // Its turn comes after the orders before it.
                Some(package) => {
                    self.unread.push_front(package);
                    break;
                }
                None => break,
            }
        }
        if !orders.is_empty() {
            self.read(context, &orders);
        }
        events.push_back(Event::Progress(Progress {
            stage: "read",
            done: self.targets - self.unread.len() as u64,
            total: Some(self.targets),
        }));
    }

    fn read(&mut self, context: &Context, targets: &[Target]) {
        let ids: Vec<&str> = targets
            .iter()
            .map(|target| target.order_id.as_str())
            .collect();
        match items::read(context, &ids) {
            Ok(batch) => {
                let request_id = batch.evidence.request_id.as_deref();
                for target in targets {
                    match batch.items.get(&target.order_id) {
                        Some(items) => self.sort_in(context, target, items, request_id),
                        None => {
                            let reason = "the answer left the order out";
                            let mut outcome = blank(context, &target.order_id);
                            end(&mut outcome, State::Unanswered, reason);
                            self.slips.push_back(ended(outcome));
                        }
                    }
                }
            }
            Err(error) if is_wrong_order(&error) && targets.len() > 1 => {
                let (first, second) = targets.split_at(targets.len() / 2);
                self.read(context, first);
                if self.stopped.is_none() {
                    self.read(context, second);
                } else {
                    let back = second.iter().rev().cloned().map(LabelTarget::Order);
                    back.for_each(|target| self.unread.push_front(target));
                }
            }
            Err(error) => {
                for target in targets {
                    let mut outcome = blank(context, &target.order_id);
                    fail(&mut outcome, &error);
                    self.slips.push_back(ended(outcome));
                }
                self.note(error);
            }
        }
    }

    fn sort_in(
        &mut self,
        context: &Context,
        target: &Target,
        items: &[Record],
        request_id: Option<&str>,
    ) {
        let id_of = |item: &Record| item.id("order_item_id").ok().flatten();
        let mut wanted = Vec::new();
        if target.order_item_ids.is_empty() {
            wanted.extend(items.iter().map(|item| (id_of(item), Some(item))));
        }
        for id in &target.order_item_ids {
            let item = items.iter().find(|item| id_of(item).as_ref() == Some(id));
            wanted.push((Some(id.clone()), item));
        }
        for (id, item) in wanted {
            self.items += 1;
            let mut outcome = blank(context, &target.order_id);
            outcome.order_item_id = id;
            let request_id = request_id.map(|id| (Step::Read, id.to_owned()));
            outcome.request_ids.extend(request_id);
            let read = match item {
                Some(item) => read_item(&mut outcome, item),
                None => {
                    end(&mut outcome, State::LeftOut, "the order has no such item");
                    Ok(None)
                }
            };
            let sku = read.unwrap_or_else(|error| {
                let reason = format!("cannot be read: {}", error.message());
                end(&mut outcome, State::LeftOut, &reason);
                None
            });
            self.sort_in_item(outcome, sku);
        }
    }

    /// An item that is not left out joins its package.
    fn sort_in_item(&mut self, outcome: Outcome, sku: Option<String>) {
        let package = outcome.package_id.clone();
        let Some(package) = package.filter(|_| outcome.message.is_none()) else {
            self.slips.push_back(ended(outcome));
            return;
        };
        let item = Item {
            order_item_id: outcome.order_item_id.clone().unwrap_or_default(),
            sku,
        };
        let same = |parcel: &&mut Parcel| parcel.package_id == package;
        match self.unprinted.iter_mut().rev().find(same) {
            Some(parcel) => parcel.items.push(item),
            None => {
                self.packages += 1;
                self.unprinted.push_back(Parcel {
                    package_id: package,
                    order_id: outcome.order_id.clone(),
                    tracking_number: outcome.tracking_number.clone(),
                    shipment_provider: outcome.shipment_provider.clone(),
                    items: vec![item],
                });
            }
        }
        self.slips.push_back(Slip {
            outcome,
            waits: true,
        });
    }

    fn want(&mut self, context: &Context, order_id: &str, parcel: Parcel) {
        let mut outcome = blank(context, order_id);
        outcome.package_id = Some(parcel.package_id.clone());
        let id = &parcel.package_id;
        // An order before it may have named it.
        if self.unprinted.iter().all(|known| known.package_id != *id) {
            self.packages += 1;
            self.unprinted.push_back(parcel);
        }
        self.slips.push_back(Slip {
            outcome,
            waits: true,
        });
    }

    /// Prints the next packages.
    fn print_batch(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        let count = self.unprinted.len().min(TURN);
        let parcels: Vec<Parcel> = self.unprinted.drain(..count).collect();
        let printed = self.printer.print(context, &parcels);
        for printed in printed {
            self.settle(&parcels, printed);
        }
        events.push_back(Event::Progress(Progress {
            stage: "labels",
            done: self.packages - self.unprinted.len() as u64,
            total: Some(self.packages),
        }));
    }

    fn settle(&mut self, parcels: &[Parcel], printed: Printed) {
        let parcels = &parcels[printed.parcels];
        for slip in self.slips.iter_mut().filter(|slip| slip.waits) {
            let package = slip.outcome.package_id.as_ref();
            let place = parcels
                .iter()
                .position(|parcel| Some(&parcel.package_id) == package);
            let Some(place) = place else { continue };
            slip.waits = false;
            let outcome = &mut slip.outcome;
            outcome.step = Step::Labels;
            match &printed.result {
                Ok(file) => {
                    outcome.state = State::Done;
                    outcome.label = Some(file.path.clone());
                    outcome.label_page = file.page_of(place);
                    let request_id = file.request_id.iter().map(|id| (Step::Labels, id.clone()));
                    outcome.request_ids.extend(request_id);
                }
                Err(error) => fail(outcome, error),
            }
        }
        if let Err(error) = printed.result {
            self.note(error);
        }
    }

    /// Without access or against the caller's will nothing further can succeed.
    fn note(&mut self, error: Error) {
        if matches!(
            error.kind(),
            ErrorKind::Canceled | ErrorKind::Auth | ErrorKind::Config
        ) {
            self.stopped.get_or_insert(error);
        }
    }

    /// What was not begun is told so.
    fn stop(&mut self, context: &Context) {
        self.unprinted.clear();
        for target in std::mem::take(&mut self.unread) {
            let mut outcome = blank(context, "");
            match target {
                LabelTarget::Order(target) => outcome.order_id = target.order_id,
                LabelTarget::Package(id) => outcome.package_id = Some(id),
            }
            self.slips.push_back(Slip {
                outcome,
                waits: true,
            });
        }
        for slip in self.slips.iter_mut().filter(|slip| slip.waits) {
            slip.waits = false;
            end(&mut slip.outcome, State::StoppedBefore, "not begun");
        }
    }

    /// Outcomes in the order given, as soon as all before them are known.
    fn tell(&mut self, context: &Context, events: &mut VecDeque<Event>) {
        while self.slips.front().is_some_and(|slip| !slip.waits) {
            let Some(mut slip) = self.slips.pop_front() else {
                break;
            };
            slip.outcome.time_ms = context.client.clock().now_ms();
            self.told.push(slip.outcome.state);
            events.push_back(Event::Outcome(Box::new(slip.outcome)));
        }
    }

    fn summary(&self) -> Summary {
        let count = |state: State| self.told.iter().filter(|told| **told == state).count() as u64;
        let states = [
            State::Done,
            State::LeftOut,
            State::Refused,
            State::Canceled,
            State::Unanswered,
            State::StoppedBefore,
        ];
        let mut counts = vec![
            ("orders", self.orders),
            ("items", self.items),
            ("packages", self.packages),
        ];
        counts.extend(states.iter().map(|state| (state.as_str(), count(*state))));
        counts.push(("label_files", u64::from(self.printer.files())));
        let canceled = |error: &Error| error.kind() == ErrorKind::Canceled;
        Summary {
            counts,
            canceled: self.stopped.as_ref().is_some_and(canceled),
            ..Summary::default()
        }
    }
}

impl Work for Prints {
    fn step(&mut self, context: &Context, events: &mut VecDeque<Event>) -> Result<bool> {
        if context.cancel.is_canceled() && self.stopped.is_none() {
            self.stopped = Some(Error::canceled());
        }
        if self.stopped.is_some() {
            self.stop(context);
        } else if !self.unprinted.is_empty()
            && (self.unprinted.len() >= TURN || self.unread.is_empty())
        {
            self.print_batch(context, events);
        } else if !self.unread.is_empty() {
            self.read_batch(context, events);
        }
        self.tell(context, events);
        if self.stopped.is_none() && !(self.unread.is_empty() && self.unprinted.is_empty()) {
            return Ok(false);
        }
        if !self.slips.is_empty() {
            // The batch that stopped the job left packages behind, which the next step tells.
            return Ok(false);
        }
        events.push_back(Event::Done(self.summary()));
        match self.stopped.take() {
            // A cancellation is the caller's own doing and no failure.
            Some(error) if error.kind() != ErrorKind::Canceled => Err(error),
            _ => Ok(true),
        }
    }
}

fn is_wrong_order(error: &Error) -> bool {
    error.kind() == ErrorKind::Api && error.code().is_some_and(|code| WRONG_ORDER.contains(&code))
}
