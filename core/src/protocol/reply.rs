//! An accepted answer: its value, its rows, and the evidence of the call.

use std::fmt;

use super::json::Outline;
use super::json_object::JsonObject;
use super::normalize;
use super::record::{BadRow, Record, Row};
use super::schema::{Api, Field, RowError, Rows};
use super::{Raw, Time, Token};

/// What to quote when something has to be proved later. On every answer, since support tickets are about
/// calls that "succeeded".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Path of the API.
    pub api: String,
    /// The gateway's id of the call.
    pub request_id: Option<String>,
    /// The gateway's second id of the call.
    pub trace_id: Option<String>,
    /// The account the call was made for.
    pub account: Option<String>,
    /// When the answer came, epoch milliseconds on the local clock; 0 when it was read outside a client.
    pub time_ms: i64,
    /// How many times the request was sent.
    pub attempts: u32,
    /// HTTP status.
    pub http_status: u16,
    /// The gateway's own clock: the answer's `Date` header.
    pub gateway_date: Option<String>,
}

impl Evidence {
    /// As a JSON object.
    pub fn to_json(&self) -> String {
        let time = Some(self.time_ms)
            .filter(|time| *time > 0)
            .and_then(|time| Time::from_epoch_ms(time).to_rfc3339());
        JsonObject::new()
            .text("api", &self.api)
            .optional("request_id", self.request_id.as_deref())
            .optional("trace_id", self.trace_id.as_deref())
            .optional("account", self.account.as_deref())
            .optional("time", time.as_deref())
            .number("attempts", self.attempts)
            .number("http_status", self.http_status)
            .finish()
    }
}

/// An answer that the gateway and the API call successful. Single rows of a batch may have failed all the
/// same: see [`failed_rows`](Self::failed_rows).
pub struct Reply {
    api: Option<&'static Api>,
    body: Box<str>,
    outline: Outline,
    evidence: Evidence,
}

/// A row of a batch that failed while the call succeeded.
#[derive(Clone, Debug)]
pub struct FailedRow {
    /// Lazada's code of the row, as text.
    pub code: String,
    /// Its text.
    pub message: String,
    /// Whether the platform says that trying again can help.
    pub retry: bool,
    /// The row.
    pub record: Record,
}

impl FailedRow {
    /// As a JSON object; the row in normalized form.
    pub fn to_json(&self) -> String {
        JsonObject::new()
            .text("code", &self.code)
            .text("message", &self.message)
            .flag("retry", self.retry)
            .json("row", &self.record.to_json())
            .finish()
    }
}

impl Reply {
    pub(crate) fn new(
        api: Option<&'static Api>,
        body: Box<str>,
        outline: Outline,
        evidence: Evidence,
    ) -> Self {
        Self {
            api,
            body,
            outline,
            evidence,
        }
    }

    /// The JSON text as it came.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The catalogue's row of the API that answered.
    pub fn api(&self) -> Option<&'static Api> {
        self.api
    }

    /// What to quote to support.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    pub(crate) fn evidence_mut(&mut self) -> &mut Evidence {
        &mut self.evidence
    }

    /// The answer with other evidence: for a reply that was kept as a text and read again.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// The whole answer as one value.
    pub fn raw(&self) -> Raw<'_> {
        Raw::checked(self.body.trim())
    }

    /// The payload: what stands at the API's place for it; for calls by path, the whole answer.
    pub fn value(&self) -> Raw<'_> {
        let root = self.api.map_or(&[][..], |api| api.reply_root);
        self.outline
            .at(&self.body, root)
            .unwrap_or_else(|| self.raw())
    }

    /// The value at a JSON pointer below the payload, such as `/orders/0/order_id`.
    pub fn pointer(&self, pointer: &str) -> Option<Raw<'_>> {
        self.value().pointer(pointer)
    }

    /// The payload as a record; `None` when it is not an object.
    pub fn record(&self) -> Option<Record> {
        Record::from_raw(self.value(), self.payload_fields())
    }

    fn payload_fields(&self) -> &'static [Field] {
        self.api
            .map_or(&[], |api| fields_at(api.reply, api.reply_root))
    }

    /// How many rows came.
    pub fn row_count(&self) -> usize {
        self.outline.rows.as_ref().map_or(0, Vec::len)
    }

    /// The rows of a list, each with its own bytes. Where an API answers with one object, that object is
    /// the only row.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        let rows = self.api.and_then(|api| api.rows.as_ref());
        let fields = self
            .api
            .zip(rows)
            .map_or(&[][..], |(api, rows)| fields_at(api.reply, rows.at));
        let listed = self
            .outline
            .rows
            .as_deref()
            .unwrap_or_default()
            .iter()
            .enumerate();
        let single = if rows.is_none() { self.record() } else { None };
        listed
            .map(move |(index, _)| self.row(index, rows, fields))
            .chain(single.map(Row::Good))
    }

    fn row(&self, index: usize, rows: Option<&Rows>, fields: &'static [Field]) -> Row {
        let spans = self.outline.rows.as_deref().unwrap_or_default();
        let span = &spans[index];
        let text = span.text(&self.body);
        let bad = |reason: String| {
            Row::Bad(BadRow {
                position: index,
                json: text.to_owned(),
                reason,
            })
        };
        let Some(members) = self.outline.members_of(span) else {
            return bad("is not an object".to_owned());
        };
        let record = Record::new(text, members, fields);
        match rows.and_then(|rows| rows.id) {
            Some(id) if !record.has_id(id) => bad(format!("has no readable {id}")),
            _ => Row::Good(record),
        }
    }

    /// The rows that failed although the call succeeded: the third step of the success check.
    pub fn failed_rows(&self) -> Vec<FailedRow> {
        let Some(verdict) = self.api.and_then(|api| api.row_error.as_ref()) else {
            return Vec::new();
        };
        let mut failed = Vec::new();
        for row in self.rows() {
            let Row::Good(record) = row else { continue };
            let judged = match verdict.below {
                Some(list) => record.records(list).unwrap_or_default(),
                None => vec![record],
            };
            failed.extend(
                judged
                    .into_iter()
                    .filter_map(|record| verdict_of(record, verdict)),
            );
        }
        failed
    }

    /// The [failed rows](Self::failed_rows) as a JSON list.
    pub fn failed_rows_json(&self) -> String {
        let rows: Vec<String> = self.failed_rows().iter().map(FailedRow::to_json).collect();
        format!("[{}]", rows.join(","))
    }

    /// The whole answer as normalized JSON: see [`Record::to_json`].
    pub fn to_json(&self) -> String {
        normalize::object(self.raw(), self.api.map_or(&[], |api| api.reply))
    }

    /// The payload as normalized JSON.
    pub fn value_json(&self) -> String {
        let fields = self.payload_fields();
        let value = self.value();
        match value.token() {
            Token::Object => normalize::object(value, fields),
            Token::List => normalize::list(value, fields),
            _ => value.as_str().to_owned(),
        }
    }
}

// The body of a token call holds tokens, that of an order buyers' data.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("evidence", &self.evidence)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

fn verdict_of(record: Record, verdict: &RowError) -> Option<FailedRow> {
    let code = record.text(verdict.code).ok().flatten()?;
    if code.trim() == "0" {
        return None;
    }
    let message = record
        .text(verdict.message)
        .ok()
        .flatten()
        .unwrap_or_default();
    let retry = record.flag("retry").ok().flatten().unwrap_or(false);
    Some(FailedRow {
        code,
        message,
        retry,
        record,
    })
}

/// The fields of the object or list at a path of member names.
pub(crate) fn fields_at(fields: &'static [Field], path: &[&str]) -> &'static [Field] {
    path.iter().fold(fields, |fields, name| {
        fields
            .iter()
            .find(|field| field.name == *name)
            .map_or(&[], |field| field.fields)
    })
}
