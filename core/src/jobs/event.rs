//! What a job tells while it runs: the same events for every job and in every language.

use std::sync::Arc;

use super::outcome::Outcome;
use crate::protocol::json::write_text;
use crate::protocol::json_object::JsonObject;
use crate::protocol::{BadRow, Evidence, Record};

/// One step of a job.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum Event {
    /// How far it is.
    Progress(Progress),
    /// An order.
    Row(Box<PulledOrder>),
    /// A row that cannot be told from others, as it came.
    BadRow(Box<PulledBadRow>),
    /// What became of one item.
    Outcome(Box<Outcome>),
    /// Something a person may want to know; the job goes on.
    Notice(Notice),
    /// The end. Nothing follows.
    Done(Summary),
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: `orders`, `read`, `pack`, `labels`, `ready_to_ship`.
    pub stage: &'static str,
    /// How many are done.
    pub done: u64,
    /// Of how many, when that is known. It may change while the list moves.
    pub total: Option<u64>,
}

/// An order with the evidence of the call that brought it.
#[derive(Clone, Debug)]
pub struct PulledOrder {
    /// The store it belongs to; order ids are unique within one store only.
    pub account: String,
    /// The order.
    pub order: Record,
    /// Its items.
    pub items: Items,
    /// The statuses of the items are not those of the order, also after a second look: one of the two is newer.
    pub items_differ: bool,
    /// What to quote to support.
    pub evidence: Arc<Evidence>,
}

/// The items of an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Items {
    /// The pull was asked without.
    NotAsked,
    /// One record per unit.
    Attached(Vec<Record>),
    /// The answer left this order out.
    Unanswered,
}

/// A bad row with the evidence of the call that brought it.
#[derive(Clone, Debug)]
pub struct PulledBadRow {
    /// The store it belongs to.
    pub account: String,
    /// The row.
    pub row: BadRow,
    /// What to quote to support.
    pub evidence: Arc<Evidence>,
}

/// Something a person may want to know.
#[derive(Clone, Debug)]
pub struct Notice {
    /// A word to branch on.
    pub code: &'static str,
    /// One line.
    pub message: String,
}

/// The end of a job.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// What was counted, by name.
    pub counts: Vec<(&'static str, u64)>,
    /// Order pull: the seconds whose orders could not be proven to be all, as RFC 3339. Pull them again.
    pub unproven: Vec<String>,
    /// Order pull: when the order that changed last of all that came had changed, as RFC 3339. `None` when none came.
    pub newest: Option<String>,
    /// Order pull: how late that order was, in seconds: from its change to the answer that brought it, both by the
    /// gateway's clock. `None` when none came, or the answer carried no time.
    pub lateness_s: Option<u64>,
    /// The job was canceled; what it had not begun was left.
    pub canceled: bool,
}

impl Event {
    /// The event's name: `progress`, `row`, `bad_row`, `outcome`, `notice` or `done`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Progress(_) => "progress",
            Self::Row(_) => "row",
            Self::BadRow(_) => "bad_row",
            Self::Outcome(_) => "outcome",
            Self::Notice(_) => "notice",
            Self::Done(_) => "done",
        }
    }

    /// The event as a JSON object with a member `event`; records in normalized form.
    pub fn to_json(&self) -> String {
        let out = JsonObject::new().text("event", self.name());
        match self {
            Self::Progress(progress) => {
                let out = out
                    .text("stage", progress.stage)
                    .number("done", progress.done);
                match progress.total {
                    Some(total) => out.number("total", total),
                    None => out,
                }
            }
            Self::Row(row) => {
                let out = out
                    .text("account", &row.account)
                    .json("order", &row.order.to_json());
                let out = match &row.items {
                    Items::NotAsked => out,
                    Items::Attached(items) => out.list("items", items.iter().map(Record::to_json)),
                    Items::Unanswered => out.flag("items_unanswered", true),
                };
                let out = if row.items_differ {
                    out.flag("items_differ", true)
                } else {
                    out
                };
                out.json("evidence", &row.evidence.to_json())
            }
            Self::BadRow(bad) => out
                .text("account", &bad.account)
                .number("position", bad.row.position as u64)
                .text("reason", &bad.row.reason)
                .text("json", &bad.row.json)
                .json("evidence", &bad.evidence.to_json()),
            Self::Outcome(outcome) => outcome.write(out),
            Self::Notice(notice) => out
                .text("code", notice.code)
                .text("message", &notice.message),
            Self::Done(summary) => {
                let counts = summary
                    .counts
                    .iter()
                    .fold(JsonObject::new(), |out, (name, count)| {
                        out.number(name, *count)
                    });
                let out = out
                    .json("counts", &counts.finish())
                    .flag("canceled", summary.canceled)
                    .optional("newest", summary.newest.as_deref());
                let out = match summary.lateness_s {
                    Some(seconds) => out.number("lateness_s", seconds),
                    None => out,
                };
                if summary.unproven.is_empty() {
                    return out.finish();
                }
                let quoted = |second: &String| {
                    let mut out = String::new();
                    write_text(&mut out, second);
                    out
                };
                out.list("unproven", summary.unproven.iter().map(quoted))
            }
        }
        .finish()
    }
}
