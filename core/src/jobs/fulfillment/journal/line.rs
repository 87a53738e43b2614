//! The lines of a journal: one JSON object each, with its checksum as the last member.

use sha2::{Digest, Sha256};

use crate::protocol::json_object::JsonObject;
use crate::protocol::{Record, json};

/// The version of the form. A journal of another one is refused.
pub(super) const FORM: i64 = 1;
/// What is wrong with a line that was not written whole, or was changed.
pub(super) const DAMAGED: &str = "is damaged";

/// What is written to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::jobs::fulfillment) enum Kind {
    /// Rows are items.
    Pack,
    /// Rows are packages.
    ReadyToShip,
    /// Rows are packages.
    Repack,
}

impl Kind {
    pub(in crate::jobs::fulfillment) fn as_str(self) -> &'static str {
        match self {
            Self::Pack => "pack",
            Self::ReadyToShip => "ready_to_ship",
            Self::Repack => "repack",
        }
    }

    fn read(text: &str) -> Option<Self> {
        let kinds = [Self::Pack, Self::ReadyToShip, Self::Repack];
        kinds.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One row of a write: an item or a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::jobs::fulfillment) struct RowRef {
    pub(in crate::jobs::fulfillment) row: String,
    /// Where it is read back; empty when nobody knows its order.
    pub(in crate::jobs::fulfillment) order: String,
    /// Its status when the write was decided.
    pub(in crate::jobs::fulfillment) status: String,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::jobs::fulfillment) enum Finding {
    /// The answer said so.
    Done,
    /// A read showed it.
    ReadBack,
    /// The platform said no.
    Refused,
    /// A read after the quarantine showed the old status.
    NotExecuted,
    /// It never left, or was turned away at the door.
    NotSent,
    /// A read showed that the row is beyond this write: canceled, for one.
    Gone,
}

impl Finding {
    const ALL: [Self; 6] = [
        Self::Done,
        Self::ReadBack,
        Self::Refused,
        Self::NotExecuted,
        Self::NotSent,
        Self::Gone,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::ReadBack => "read_back",
            Self::Refused => "refused",
            Self::NotExecuted => "not_executed",
            Self::NotSent => "not_sent",
            Self::Gone => "gone",
        }
    }
}

/// A package as an answer or a read told it. Without an id nobody told it yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::jobs::fulfillment) struct Package {
    pub(in crate::jobs::fulfillment) id: Option<String>,
    pub(in crate::jobs::fulfillment) tracking_number: Option<String>,
    pub(in crate::jobs::fulfillment) shipment_provider: Option<String>,
}

/// One line. Times are epoch milliseconds of this machine's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::jobs::fulfillment) enum Line {
    /// The first line of a journal.
    Begin { account: String, time: i64 },
    /// These rows are about to be sent.
    Intent {
        n: u64,
        kind: Kind,
        attempt: u32,
        rows: Vec<RowRef>,
        time: i64,
        gateway_time: Option<String>,
        actor: Option<String>,
    },
    /// What became of one of them.
    Known {
        kind: Kind,
        row: String,
        finding: Finding,
        package: Package,
        code: Option<String>,
        request_id: Option<String>,
        time: i64,
    },
    /// A job gave the row up; a later one counts its attempts anew.
    End { kind: Kind, row: String, time: i64 },
}

impl Line {
    pub(in crate::jobs::fulfillment) fn time(&self) -> i64 {
        match self {
            Self::Begin { time, .. }
            | Self::Intent { time, .. }
            | Self::Known { time, .. }
            | Self::End { time, .. } => *time,
        }
    }

    /// The line with its checksum.
    pub(in crate::jobs::fulfillment) fn to_text(&self) -> String {
        let mut text = self.object().finish();
        let sum = sum(&text);
        text.pop();
        format!("{text},\"sum\":\"{sum}\"}}")
    }

    fn object(&self) -> JsonObject {
        let out = JsonObject::new();
        let time = |time: &i64| u64::try_from(*time).unwrap_or_default();
        match self {
            Self::Begin { account, time: at } => out
                .text("line", "begin")
                .number("v", FORM.unsigned_abs())
                .text("account", account)
                .number("time", time(at)),
            Self::Intent {
                n,
                kind,
                attempt,
                rows,
                time: at,
                gateway_time,
                actor,
            } => out
                .text("line", "intent")
                .number("n", *n)
                .text("kind", kind.as_str())
                .number("try", *attempt)
                .list("rows", rows.iter().map(RowRef::to_json))
                .number("time", time(at))
                .optional("gateway_time", gateway_time.as_deref())
                .optional("actor", actor.as_deref()),
            Self::Known {
                kind,
                row,
                finding,
                package,
                code,
                request_id,
                time: at,
            } => out
                .text("line", "known")
                .text("kind", kind.as_str())
                .text("row", row)
                .text("result", finding.as_str())
                .optional("package_id", package.id.as_deref())
                .optional("tracking_number", package.tracking_number.as_deref())
                .optional("shipment_provider", package.shipment_provider.as_deref())
                .optional("code", code.as_deref())
                .optional("request_id", request_id.as_deref())
                .number("time", time(at)),
            Self::End {
                kind,
                row,
                time: at,
            } => out
                .text("line", "end")
                .text("kind", kind.as_str())
                .text("row", row)
                .number("time", time(at)),
        }
    }

    /// Reads a line; `Err` says what is wrong with it.
    pub(in crate::jobs::fulfillment) fn read(text: &str) -> Result<Self, &'static str> {
        let at = text.rfind(",\"sum\":\"").ok_or(DAMAGED)?;
        let (body, end) = text.split_at(at);
        let told = end
            .strip_prefix(",\"sum\":\"")
            .and_then(|end| end.strip_suffix("\"}"));
        if told != Some(sum(&format!("{body}}}")).as_str()) {
            return Err(DAMAGED);
        }
        let raw = json::parse(text, 8).map_err(|_| DAMAGED)?;
        let record = Record::from_raw(raw, &[]).ok_or(DAMAGED)?;
        let fields = Fields(&record);
        match fields.text("line").as_deref() {
            Some("begin") if fields.number("v") != Some(FORM) => {
                Err("is of another version of lazcore")
            }
            Some(_) => fields.line().ok_or("is none that this version writes"),
            None => Err(DAMAGED),
        }
    }
}

impl RowRef {
    fn to_json(&self) -> String {
        JsonObject::new()
            .text("row", &self.row)
            .text("order", &self.order)
            .text("status", &self.status)
            .finish()
    }
}

struct Fields<'a>(&'a Record);

impl Fields<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.0.text(name).ok()?
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.0.integer(name).ok()?
    }

    fn kind(&self) -> Option<Kind> {
        Kind::read(&self.text("kind")?)
    }

    fn line(&self) -> Option<Line> {
        let time = self.number("time")?;
        Some(match self.text("line")?.as_str() {
            "begin" => Line::Begin {
                account: self.text("account")?,
                time,
            },
            "intent" => Line::Intent {
                n: self.number("n")?.unsigned_abs(),
                kind: self.kind()?,
                attempt: u32::try_from(self.number("try")?).ok()?,
                rows: self.rows()?,
                time,
                gateway_time: self.text("gateway_time"),
                actor: self.text("actor"),
            },
            "known" => {
                let result = self.text("result")?;
                let mut findings = Finding::ALL.into_iter();
                Line::Known {
                    kind: self.kind()?,
                    row: self.text("row")?,
                    finding: findings.find(|finding| finding.as_str() == result)?,
                    package: Package {
                        id: self.text("package_id"),
                        tracking_number: self.text("tracking_number"),
                        shipment_provider: self.text("shipment_provider"),
                    },
                    code: self.text("code"),
                    request_id: self.text("request_id"),
                    time,
                }
            }
            "end" => Line::End {
                kind: self.kind()?,
                row: self.text("row")?,
                time,
            },
            _ => return None,
        })
    }

    fn rows(&self) -> Option<Vec<RowRef>> {
        let row = |row: &Record| {
            let fields = Fields(row);
            Some(RowRef {
                row: fields.text("row")?,
                order: fields.text("order").unwrap_or_default(),
                status: fields.text("status").unwrap_or_default(),
            })
        };
        self.0.records("rows").ok()?.iter().map(row).collect()
    }
}

/// Enough to tell a line that was written only in part.
fn sum(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..4])
}
