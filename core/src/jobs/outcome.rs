//! What became of one item: one outcome per item given, in the order given.

use std::path::PathBuf;

use crate::protocol::json_object::JsonObject;

/// What became of one item.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The store.
    pub account: String,
    /// The order.
    pub order_id: String,
    /// The item; `None` when the order itself could not be read.
    pub order_item_id: Option<String>,
    /// How it ended.
    pub state: State,
    /// The last step that was tried.
    pub step: Step,
    /// The item's status when it was read.
    pub status: Option<String>,
    /// Lazada's code of a refusal, as text.
    pub code: Option<String>,
    /// Why, for a person.
    pub message: Option<String>,
    /// The package.
    pub package_id: Option<String>,
    /// Its tracking number.
    pub tracking_number: Option<String>,
    /// Its carrier.
    pub shipment_provider: Option<String>,
    /// The file that holds its label.
    pub label: Option<PathBuf>,
    /// The calls that made it so: step and the gateway's id.
    pub request_ids: Vec<(Step, String)>,
}

/// How an item ended.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It is where it should be.
    Done,
    /// Not for this job; the message says why.
    LeftOut,
    /// The platform said no; the code says why.
    Refused,
    /// The item is canceled.
    Canceled,
    /// The answer left the item out, so nobody knows.
    Unanswered,
    /// A write got no answer: it may have been executed. Look before it is tried again.
    Indeterminate,
    /// The job ended before this item's turn; nothing was sent for it.
    StoppedBefore,
}

impl State {
    /// The state as a word, the same in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::LeftOut => "left_out",
            Self::Refused => "refused",
            Self::Canceled => "canceled",
            Self::Unanswered => "unanswered",
            Self::Indeterminate => "indeterminate",
            Self::StoppedBefore => "stopped_before",
        }
    }
}

/// A step of fulfillment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The items are read.
    Read,
    /// Items are packed.
    Pack,
    /// Labels are fetched and saved.
    Labels,
    /// Packages are announced to the carrier.
    ReadyToShip,
}

impl Step {
    /// The step as a word, the same in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Pack => "pack",
            Self::Labels => "labels",
            Self::ReadyToShip => "ready_to_ship",
        }
    }
}

impl Outcome {
    pub(crate) fn write(&self, out: JsonObject) -> JsonObject {
        let label = self.label.as_ref().map(|path| path.display().to_string());
        let request_ids = self.request_ids.iter().map(|(step, id)| {
            JsonObject::new()
                .text("step", step.as_str())
                .text("request_id", id)
                .finish()
        });
        out.text("account", &self.account)
            .text("order_id", &self.order_id)
            .optional("order_item_id", self.order_item_id.as_deref())
            .text("state", self.state.as_str())
            .text("step", self.step.as_str())
            .optional("status", self.status.as_deref())
            .optional("code", self.code.as_deref())
            .optional("message", self.message.as_deref())
            .optional("package_id", self.package_id.as_deref())
            .optional("tracking_number", self.tracking_number.as_deref())
            .optional("shipment_provider", self.shipment_provider.as_deref())
            .optional("label", label.as_deref())
            .list("request_ids", request_ids)
    }

    /// The outcome as a JSON object.
    pub fn to_json(&self) -> String {
        self.write(JsonObject::new()).finish()
    }
}
