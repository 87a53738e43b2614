//! One item on its way, and whether it is for us to ship.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::jobs::outcome::{Outcome, State, Step};
use crate::protocol::Record;

/// One item with all that is known of it.
pub(super) struct Unit {
    pub(super) order_id: String,
    pub(super) order_item_id: Option<String>,
    pub(super) status: Option<String>,
    /// Delivered by the seller's own fleet: packed without a carrier, and without a label.
    pub(super) own_fleet: bool,
    pub(super) step: Step,
    pub(super) package_id: Option<String>,
    pub(super) tracking_number: Option<String>,
    pub(super) shipment_provider: Option<String>,
    pub(super) label: Option<PathBuf>,
    request_ids: Vec<(Step, String)>,
    ended: Option<End>,
}

struct End {
    state: State,
    code: Option<String>,
    message: Option<String>,
}

impl Unit {
    /// An order that could not be read.
    pub(super) fn unread(order_id: &str) -> Self {
        Self {
            order_id: order_id.to_owned(),
            order_item_id: None,
            status: None,
            own_fleet: false,
            step: Step::Read,
            package_id: None,
            tracking_number: None,
            shipment_provider: None,
            label: None,
            request_ids: Vec::new(),
            ended: None,
        }
    }

    /// An item as it was read, sorted out at once.
    pub(super) fn read(order_id: &str, item: &Record) -> Result<Self> {
        let mut unit = Self {
            order_item_id: item.id("order_item_id")?,
            status: item.text("status")?,
            own_fleet: item.flag("delivery_option_sof")?.unwrap_or(false),
            package_id: item.id("package_id")?,
            tracking_number: item.text("tracking_code")?,
            shipment_provider: item.text("shipment_provider")?,
            ..Self::unread(order_id)
        };
        if let Some((state, reason)) = reason_to_leave(item, unit.status.as_deref())? {
            unit.end(state, None, Some(reason));
        }
        Ok(unit)
    }

    /// Whether it is still on its way.
    pub(super) fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether Pack is its next step.
    pub(super) fn wants_packing(&self) -> bool {
        self.is_open()
            && matches!(self.status.as_deref(), Some("pending" | "repacked"))
            && self.step < Step::Pack
    }

    /// Its package, when a step on packages is its next.
    pub(super) fn open_package(&self) -> Option<&str> {
        if self.is_open() {
            self.package_id.as_deref()
        } else {
            None
        }
    }

    pub(super) fn state(&self) -> Option<State> {
        self.ended.as_ref().map(|end| end.state)
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
            self.ended = Some(End {
                state,
                code,
                message,
            });
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

    /// The job ends before its turn.
    pub(super) fn stop(&mut self) {
        if self.is_open() {
            let message = match self.step {
                Step::Read => "not begun",
                Step::Pack => "packed, then stopped",
                Step::Labels => "label saved, then stopped",
                Step::ReadyToShip => "reported, then stopped",
            };
            self.end(State::StoppedBefore, None, Some(message.to_owned()));
        }
    }

    /// The outcome, once it is known.
    pub(super) fn take_outcome(&mut self, account: &str) -> Option<Outcome> {
        let end = self.ended.as_mut()?;
        Some(Outcome {
            account: account.to_owned(),
            order_id: self.order_id.clone(),
            order_item_id: self.order_item_id.clone(),
            state: end.state,
            step: self.step,
            status: self.status.clone(),
            code: end.code.take(),
            message: end.message.take(),
            package_id: self.package_id.clone(),
            tracking_number: self.tracking_number.clone(),
            shipment_provider: self.shipment_provider.clone(),
            label: self.label.take(),
            request_ids: std::mem::take(&mut self.request_ids),
        })
    }
}

/// Why an item is not for this job, if it is not.
fn reason_to_leave(item: &Record, status: Option<&str>) -> Result<Option<(State, String)>> {
    let is = |name: &str| item.flag(name).map(|flag| flag.unwrap_or(false));
    let left = |reason: &str| Some((State::LeftOut, reason.to_owned()));
    if status == Some("canceled") {
        return Ok(Some((State::Canceled, "the item is canceled".to_owned())));
    }
    if is("is_fbl")? {
        return Ok(left("fulfilled by Lazada"));
    }
    if is("is_digital")? {
        return Ok(left("digital goods are not packed"));
    }
    if picked_up_in_store(item)? {
        return Ok(left("picked up in the store"));
    }
    if is("need_cancel_confirm")? {
        return Ok(left(
            "the buyer asks to cancel, and the seller has to answer first",
        ));
    }
    if is("is_cancel_pending")? {
        return Ok(left("a cancellation is pending"));
    }
    Ok(match status {
        Some("unpaid") => left("not paid yet"),
        Some("pending" | "repacked" | "packed") => None,
        Some(
            "ready_to_ship_pending"
            | "ready_to_ship"
            | "shipped"
            | "shipping"
            | "delivered"
            | "confirmed",
        ) => Some((State::Done, "already on its way".to_owned())),
        Some(other) => left(&format!("its status is {other}")),
        None => left("its status is missing"),
    })
}

fn picked_up_in_store(item: &Record) -> Result<bool> {
    let provider_type = item.text("shipping_provider_type")?.unwrap_or_default();
    Ok(provider_type.eq_ignore_ascii_case("PICKUP_IN_STORE"))
}
