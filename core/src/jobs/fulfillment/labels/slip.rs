//! One item that wants a label, and what its read says of that.

use super::OWN_FLEET;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::Context;
use crate::jobs::outcome::{Outcome, State};
use crate::protocol::Record;

/// One item, or a package of unknown items, on its way to a label.
pub(super) struct Slip {
    pub(super) outcome: Outcome,
    /// Its package is still to be printed.
    pub(super) waits: bool,
}

pub(super) fn ended(outcome: Outcome) -> Slip {
    Slip {
        outcome,
        waits: false,
    }
}

pub(super) fn blank(context: &Context, order_id: &str) -> Outcome {
    Outcome::of(&context.account(), order_id)
}

pub(super) fn end(outcome: &mut Outcome, state: State, reason: &str) {
    outcome.state = state;
    outcome.message = Some(reason.to_owned());
}

pub(super) fn fail(outcome: &mut Outcome, error: &Error) {
    let state = match error.kind() {
        ErrorKind::Api | ErrorKind::Input | ErrorKind::Decode | ErrorKind::Io => State::Refused,
        // No answer, no turn or no access: the platform has not judged the package.
        _ => State::StoppedBefore,
    };
    end(outcome, state, error.message());
    outcome.code = error.code().map(str::to_owned);
    let request_id = error.request_id().map(|id| (outcome.step, id.to_owned()));
    outcome.request_ids.extend(request_id);
}

/// What an item says of itself, and why it has no label, if so; its SKU.
pub(super) fn read_item(outcome: &mut Outcome, item: &Record) -> Result<Option<String>> {
    outcome.status = item.text("status")?;
    outcome.package_id = item.id("package_id")?.filter(|id| !id.is_empty());
    outcome.tracking_number = item.text("tracking_code")?;
    outcome.shipment_provider = item.text("shipment_provider")?;
    let is = |name: &str| item.flag(name).map(|flag| flag.unwrap_or(false));
    if outcome.status.as_deref() == Some("canceled") {
        end(outcome, State::Canceled, "the item is canceled");
    } else if is("is_fbl")? {
        end(outcome, State::LeftOut, "fulfilled by Lazada");
    } else if is("is_digital")? {
        end(outcome, State::LeftOut, "digital goods have no label");
    } else if is("delivery_option_sof")? {
        end(outcome, State::LeftOut, OWN_FLEET);
    } else if outcome.package_id.is_none() {
        end(outcome, State::LeftOut, "not packed yet");
    }
    // The label is wanted, whatever its goods are called.
    Ok(item.text("sku").ok().flatten())
}
