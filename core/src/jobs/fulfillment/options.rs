//! What to ship, how far, and how.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::journal::JournalStore;
use super::labels::LabelOptions;
use crate::error::{Error, Result};

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

/// What is done with a write that a read after the quarantine does not show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unknown {
    /// It is sent again, at most twice.
    #[default]
    Repeat,
    /// It ends as [`State::Indeterminate`](crate::jobs::State::Indeterminate): where the platform is later than the
    /// quarantine, nothing is done twice, and a person has to look.
    Report,
}

impl FromStr for Unknown {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "repeat" => Ok(Self::Repeat),
            "report" => Ok(Self::Report),
            _ => Err(Error::input(
                "unknown",
                format_args!("expected repeat or report, got {text:?}"),
            )),
        }
    }
}

/// How to ship.
#[derive(Clone, Debug)]
pub struct FulfillmentOptions {
    /// How far; ready to ship by default.
    pub until: Until,
    /// The carrier's code, for stores that must choose one.
    pub provider: Option<String>,
    /// The folder for label files; without one no labels are fetched.
    pub labels: Option<PathBuf>,
    /// How labels are made.
    pub label_options: LabelOptions,
    /// Where the writes are kept, one journal for a store: what keeps an item from being packed twice when a process is
    /// killed or a second job follows. Without one, the jobs of one client know of each other, in memory.
    pub journal: Option<Arc<dyn JournalStore>>,
    /// Who ships: stands in the journal and in the outcomes.
    pub actor: Option<String>,
    /// What is done with a write that a read after the quarantine does not show.
    pub unknown: Unknown,
    /// Take over packages that someone else made.
    pub adopt: bool,
    /// How long a write without an answer may take to be executed and seen. Until then its rows wait, unless a read
    /// shows that it was. 120 s by default; the platform publishes neither time.
    pub quarantine: Duration,
}

impl Default for FulfillmentOptions {
    fn default() -> Self {
        Self {
            until: Until::default(),
            provider: None,
            labels: None,
            label_options: LabelOptions::default(),
            journal: None,
            actor: None,
            unknown: Unknown::default(),
            adopt: false,
            quarantine: Duration::from_secs(120),
        }
    }
}
