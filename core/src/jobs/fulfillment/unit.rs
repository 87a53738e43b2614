//! One item on its way, and whether it is for us to ship.

use std::path::PathBuf;
use std::time::Duration;

use super::decide::Sight;
use super::journal::line::Package;
use super::wait::Wait;
use crate::error::{Error, Result};
use crate::jobs::outcome::{Indeterminate, Origin, Outcome, Sighting, State, Step};
use crate::protocol::Record;

/// Reads of an item in doubt that its outcome tells.
const SIGHTINGS: usize = 12;

/// One item with all that is known of it.
#[derive(Default)]
pub(super) struct Unit {
    pub(super) order_id: String,
    pub(super) order_item_id: Option<String>,
    pub(super) status: Option<String>,
    /// Delivered by the seller's own fleet: packed without a carrier, and without a label.
    pub(super) own_fleet: bool,
    pub(super) step: Step,
    pub(super) package_id: Option<String>,
    /// Of a package: the items that were seen in it.
    pub(super) members: Vec<String>,
    pub(super) tracking_number: Option<String>,
    pub(super) shipment_provider: Option<String>,
    pub(super) sku: Option<String>,
    pub(super) label: Option<PathBuf>,
    pub(super) origin: Option<Origin>,
    /// Who began the write that brought it here.
    pub(super) actor: Option<String>,
    /// This run sent a write for it.
    pub(super) wrote: bool,
    /// Pack is its next step.
    pub(super) to_pack: bool,
    /// Its package was announced to the carrier in this turn.
    pub(super) announced: bool,
    /// Until something is known of it, it stays where it is.
    pub(super) wait: Option<Wait>,
    /// It stands in the queue of what may be moved.
    pub(super) queued: bool,
    /// Its turn has to be taken again, on a newer read.
    pub(super) again: bool,
    /// Turns that were taken again.
    pub(super) laps: u32,
    /// Answers that left it out, one after the other.
    pub(super) omitted: u32,
    /// Refusals after which it was tried again.
    pub(super) refusals: u32,
    /// How often its label was asked for and not ready.
    pub(super) label_asks: u32,
    /// When the read or answer began that it rests on.
    pub(super) seen: Duration,
    /// When an answer or a read told of its package first.
    pub(super) packed_at: Option<Duration>,
    sightings: Vec<Sighting>,
    pub(super) label_page: Option<u32>,
    /// What a person should know although all is well.
    pub(super) note: Option<&'static str>,
    request_ids: Vec<(Step, String)>,
    ended: Option<End>,
}

struct End {
    state: State,
    code: Option<String>,
    message: Option<String>,
    indeterminate: Option<Box<Indeterminate>>,
}

impl Unit {
    /// An order that could not be read.
    pub(super) fn unread(order_id: &str) -> Self {
        Self {
            order_id: order_id.to_owned(),
            ..Self::default()
        }
    }

    /// An item of which a read told; where it stands is decided later.
    pub(super) fn read(order_id: &str, item: &Record) -> Result<Self> {
        Ok(Self {
            order_item_id: item.id("order_item_id")?,
            own_fleet: item.flag("delivery_option_sof")?.unwrap_or(false),
            // For the manifest alone: an odd one keeps no item from being shipped.
            sku: item.text("sku").ok().flatten(),
            ..Self::unread(order_id)
        })
    }

    /// Whether it can be moved now.
    pub(super) fn is_open(&self) -> bool {
        self.ended.is_none() && self.wait.is_none()
    }

    pub(super) fn is_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Whether Pack is its next step.
    pub(super) fn wants_packing(&self) -> bool {
        self.is_open() && self.to_pack && !self.again
    }

    /// Whether its package's label is still to be fetched.
    pub(super) fn wants_label(&self) -> bool {
        !self.own_fleet && self.label.is_none()
    }

    /// Its package, when a step on packages is its next.
    pub(super) fn open_package(&self) -> Option<&str> {
        if self.is_open() && !self.to_pack && !self.again {
            self.package_id.as_deref()
        } else {
            None
        }
    }

    pub(super) fn state(&self) -> Option<State> {
        self.ended.as_ref().map(|end| end.state)
    }

    /// Notes what a read showed, also for the one who has to judge a doubt.
    pub(super) fn saw(&mut self, sight: &Sight, time_ms: i64) {
        self.omitted = 0;
        self.seen = sight.begun;
        if !sight.status.is_empty() {
            self.status = Some(sight.status.clone());
        }
        if self.wait.is_none() {
            return;
        }
        if self.sightings.len() == SIGHTINGS {
            self.sightings.remove(0);
        }
        self.sightings.push(Sighting {
            status: Some(sight.status.clone()).filter(|status| !status.is_empty()),
            package_id: sight.package.id.clone(),
            time_ms,
        });
    }

    pub(super) fn sightings(&self) -> &[Sighting] {
        &self.sightings
    }

    /// It is in this package.
    pub(super) fn is_in(&mut self, package: Package, origin: Option<Origin>, now: Duration) {
        self.to_pack = false;
        self.packed_at.get_or_insert(now);
        self.origin = origin.or(self.origin);
        self.package_id = package.id.or(self.package_id.take());
        self.tracking_number = package.tracking_number.or(self.tracking_number.take());
        self.shipment_provider = package.shipment_provider.or(self.shipment_provider.take());
    }

    /// Notes the call that took it through a step.
    pub(super) fn passed(&mut self, step: Step, request_id: Option<&str>) {
        self.step = step;
        if let Some(id) = request_id {
            self.request_ids.push((step, id.to_owned()));
        }
    }

    pub(super) fn end(&mut self, state: State, code: Option<String>, message: Option<String>) {
        if self.ended.is_none() {
            self.wait = None;
            self.ended = Some(End {
                state,
                code,
                message,
                indeterminate: None,
            });
        }
    }

    /// Nobody knows whether a write was executed.
    pub(super) fn end_in_doubt(&mut self, message: &str, doubt: Indeterminate) {
        self.end(State::Indeterminate, None, Some(message.to_owned()));
        if let Some(end) = &mut self.ended {
            end.indeterminate.get_or_insert_with(|| Box::new(doubt));
        }
    }

    /// What was said to be done is not kept for good.
    pub(super) fn doubt_end(&mut self, message: &str) {
        if let Some(end) = self.ended.as_mut().filter(|end| end.state == State::Done) {
            end.state = State::Indeterminate;
            end.message = Some(message.to_owned());
        }
    }

    /// The call of a step failed.
    pub(super) fn fail(&mut self, state: State, step: Step, error: &Error) {
        if self.is_open() {
            self.passed(step, error.request_id());
            self.end(
                state,
                error.code().map(str::to_owned),
                Some(error.message().to_owned()),
            );
        }
    }

    /// All steps asked for are behind it.
    pub(super) fn arrive(&mut self) {
        if self.is_open() {
            self.end(State::Done, None, None);
        }
    }

    /// The job ends before its turn, for this reason if it is not the caller's.
    pub(super) fn stop(&mut self, reason: Option<&str>) {
        if self.ended.is_none() {
            let message = match self.step {
                _ if self.wait.is_some() => "refused for now, then stopped",
                Step::Read => "not begun",
                _ if self.to_pack => "not packed",
                Step::ReadyToShip if !self.announced => "packed and not reported",
                Step::Repack if !self.announced => "not dissolved",
                Step::Pack => "packed, then stopped",
                Step::Labels => "label saved, then stopped",
                Step::ReadyToShip => "reported, then stopped",
                Step::Repack => "dissolved, then stopped",
            };
            let message = match reason {
                Some(reason) => format!("{message}: {reason}"),
                None => message.to_owned(),
            };
            self.end(State::StoppedBefore, None, Some(message));
        }
    }

    /// The outcome, once it is known.
    pub(super) fn take_outcome(&mut self, account: &str, time_ms: i64) -> Option<Outcome> {
        let end = self.ended.as_mut()?;
        Some(Outcome {
            account: account.to_owned(),
            order_id: self.order_id.clone(),
            order_item_id: self.order_item_id.clone(),
            state: end.state,
            step: self.step,
            status: self.status.clone(),
            code: end.code.take(),
            message: end.message.take().or_else(|| self.note.map(str::to_owned)),
            package_id: self.package_id.clone(),
            tracking_number: self.tracking_number.clone(),
            shipment_provider: self.shipment_provider.clone(),
            label: self.label.take(),
            origin: self.origin,
            actor: self.actor.take(),
            indeterminate: end.indeterminate.take(),
            label_page: self.label_page,
            time_ms,
            request_ids: std::mem::take(&mut self.request_ids),
        })
    }
}

/// What a read shows of an item, as far as it decides.
pub(super) fn sight(item: &Record, begun: Duration) -> Result<Sight> {
    Ok(Sight {
        status: item.text("status")?.unwrap_or_default(),
        package: Package {
            id: item.id("package_id")?,
            tracking_number: item.text("tracking_code")?,
            shipment_provider: item.text("shipment_provider")?,
        },
        begun,
    })
}

/// Why an item is never for this job, if it is not.
pub(super) fn never_ours(item: &Record) -> Result<Option<&'static str>> {
    let is = |name: &str| item.flag(name).map(|flag| flag.unwrap_or(false));
    Ok(if is("is_fbl")? {
        Some("fulfilled by Lazada")
    } else if is("is_digital")? {
        Some("digital goods are not packed")
    } else if picked_up_in_store(item)? {
        Some("picked up in the store")
    } else {
        None
    })
}

/// Why an item is not to be moved now, if it is not.
pub(super) fn to_be_canceled(item: &Record) -> Result<Option<&'static str>> {
    let is = |name: &str| item.flag(name).map(|flag| flag.unwrap_or(false));
    Ok(if is("need_cancel_confirm")? {
        Some("the buyer asks to cancel, and the seller has to answer first")
    } else if is("is_cancel_pending")? {
        Some("a cancellation is pending")
    } else {
        None
    })
}

fn picked_up_in_store(item: &Record) -> Result<bool> {
    let provider_type = item.text("shipping_provider_type")?.unwrap_or_default();
    Ok(provider_type.eq_ignore_ascii_case("PICKUP_IN_STORE"))
}
