//! What became of one item: one outcome per item given, in the order given.

use std::path::PathBuf;

use crate::protocol::Time;
use crate::protocol::json::write_text;
use crate::protocol::json_object::JsonObject;

/// What became of one item.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The store.
    pub account: String,
    /// The order; empty when a label was asked for by its package alone.
    pub order_id: String,
    /// The item; `None` when the order itself could not be read, or only a package was given.
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
    /// How it is known to be in its package.
    pub origin: Option<Origin>,
    /// Who began the write that brought it here, as the option `actor` of that run named it.
    pub actor: Option<String>,
    /// With [`State::Indeterminate`] after a write: all that is known of it.
    pub indeterminate: Option<Box<Indeterminate>>,
    /// The page of that file, from 1, when it is known.
    pub label_page: Option<u32>,
    /// When this was known, epoch milliseconds on the local clock.
    pub time_ms: i64,
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
    /// The reads left it out, so nobody knows where it stands. Nothing was sent for it.
    Unanswered,
    /// Someone else packed it, and it is left alone; the option `adopt` takes such packages over.
    PackedElsewhere,
    /// It is not in the package any more that it was packed in. Nothing further was sent for it.
    PackageChanged,
    /// Its package holds items that are not of this job, or that are left out. Nothing further was sent for it.
    PackageShared,
    /// A write may have been executed, and no read could tell. Neither success nor failure: look before it is
    /// tried again.
    Indeterminate,
    /// The job ended before this item's turn; nothing was sent for it.
    StoppedBefore,
}

impl State {
    /// Every state, for counts and tables.
    pub const ALL: &'static [Self] = &[
        Self::Done,
        Self::LeftOut,
        Self::Refused,
        Self::Canceled,
        Self::Unanswered,
        Self::PackedElsewhere,
        Self::PackageChanged,
        Self::PackageShared,
        Self::Indeterminate,
        Self::StoppedBefore,
    ];

    /// The state as a word, the same in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::LeftOut => "left_out",
            Self::Refused => "refused",
            Self::Canceled => "canceled",
            Self::Unanswered => "unanswered",
            Self::PackedElsewhere => "packed_elsewhere",
            Self::PackageChanged => "package_changed",
            Self::PackageShared => "package_shared",
            Self::Indeterminate => "indeterminate",
            Self::StoppedBefore => "stopped_before",
        }
    }
}

/// How an item is known to be in its package.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The answer of Pack said so.
    Answer,
    /// The answer was lost, and a read showed it packed.
    ReadBack,
    /// Someone else packed it, and the run was told to take it over.
    Adopted,
}

impl Origin {
    /// The origin as a word, the same in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::ReadBack => "read_back",
            Self::Adopted => "adopted",
        }
    }
}

/// A write of which nobody knows whether it was executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indeterminate {
    /// The write: [`Step::Pack`], [`Step::ReadyToShip`] or [`Step::Repack`].
    pub kind: Step,
    /// What was written: the item for Pack, else its package.
    pub rows: Vec<String>,
    /// The attempts.
    pub tries: Vec<Try>,
    /// What the last reads showed.
    pub sightings: Vec<Sighting>,
    /// Every package id that an answer or a read told of the item.
    pub package_ids: Vec<String>,
    /// What to do next, for a person.
    pub next_step: &'static str,
}

/// One attempt at a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// When it was sent, epoch milliseconds on the local clock.
    pub time_ms: i64,
    /// The gateway's id of the call, when an answer told it.
    pub request_id: Option<String>,
}

/// An item as a read showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Its status.
    pub status: Option<String>,
    /// Its package.
    pub package_id: Option<String>,
    /// When the read was made, epoch milliseconds on the local clock.
    pub time_ms: i64,
}

impl Indeterminate {
    /// As a JSON object.
    pub fn to_json(&self) -> String {
        let time = |ms: i64| Time::from_epoch_ms(ms).to_rfc3339().unwrap_or_default();
        let quoted = |text: &String| {
            let mut out = String::new();
            write_text(&mut out, text);
            out
        };
        let tries = self.tries.iter().map(|one| {
            JsonObject::new()
                .text("time", &time(one.time_ms))
                .optional("request_id", one.request_id.as_deref())
                .finish()
        });
        let sightings = self.sightings.iter().map(|one| {
            JsonObject::new()
                .optional("status", one.status.as_deref())
                .optional("package_id", one.package_id.as_deref())
                .text("time", &time(one.time_ms))
                .finish()
        });
        JsonObject::new()
            .text("kind", self.kind.as_str())
            .list("rows", self.rows.iter().map(quoted))
            .list("tries", tries)
            .list("sightings", sightings)
            .list("package_ids", self.package_ids.iter().map(quoted))
            .text("next_step", self.next_step)
            .finish()
    }
}

/// A step of fulfillment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The items are read.
    #[default]
    Read,
    /// Items are packed.
    Pack,
    /// Labels are fetched and saved.
    Labels,
    /// Packages are announced to the carrier.
    ReadyToShip,
    /// Packages are dissolved.
    Repack,
}

impl Step {
    /// The step as a word, the same in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Pack => "pack",
            Self::Labels => "labels",
            Self::ReadyToShip => "ready_to_ship",
            Self::Repack => "repack",
        }
    }
}

impl Outcome {
    /// An outcome of which nothing is known yet.
    pub(crate) fn of(account: &str, order_id: &str) -> Self {
        Self {
            account: account.to_owned(),
            order_id: order_id.to_owned(),
            order_item_id: None,
            state: State::StoppedBefore,
            step: Step::Read,
            status: None,
            code: None,
            message: None,
            package_id: None,
            tracking_number: None,
            shipment_provider: None,
            label: None,
            label_page: None,
            origin: None,
            actor: None,
            indeterminate: None,
            time_ms: 0,
            request_ids: Vec::new(),
        }
    }

    /// When it was known, as RFC 3339.
    pub fn time(&self) -> Option<String> {
        let time = Some(self.time_ms).filter(|time| *time > 0)?;
        Time::from_epoch_ms(time).to_rfc3339()
    }

    pub(crate) fn write(&self, out: JsonObject) -> JsonObject {
        let label = self.label.as_ref().map(|path| path.display().to_string());
        let request_ids = self.request_ids.iter().map(|(step, id)| {
            JsonObject::new()
                .text("step", step.as_str())
                .text("request_id", id)
                .finish()
        });
        let out = match &self.indeterminate {
            Some(doubt) => out.json("indeterminate", &doubt.to_json()),
            None => out,
        };
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
            .optional("origin", self.origin.map(Origin::as_str))
            .optional("actor", self.actor.as_deref())
            .json_optional("label_page", self.label_page.map(|page| page.to_string()))
            .optional("time", self.time().as_deref())
            .list("request_ids", request_ids)
    }

    /// The outcome as a JSON object.
    pub fn to_json(&self) -> String {
        self.write(JsonObject::new()).finish()
    }
}
