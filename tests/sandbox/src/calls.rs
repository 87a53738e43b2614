//! The log of what arrived.

use std::collections::VecDeque;
use std::fmt;

use crate::json::Json;

/// Parameters that let their holder act; they are left out of printed logs.
const SECRET_NAMES: [&str; 5] = ["access_token", "refresh_token", "code", "sign", "sig"];

/// One call as it arrived, and what became of it.
#[derive(Clone)]
pub struct CallRecord {
    /// Position in the order of arrival, from 1.
    pub number: u64,
    /// Path behind `/rest`, or the whole path of a label.
    pub path: String,
    /// HTTP method.
    pub method: String,
    /// Decoded parameters of query and body in the order of arrival, secrets included.
    pub params: Vec<(String, String)>,
    /// The query as sent, a line feed, the body as sent.
    pub raw: Vec<u8>,
    /// Number of the TCP connection, from 1.
    pub connection: u64,
    /// Machine time of arrival, milliseconds since 1970.
    pub arrived_ms: u64,
    /// HTTP status of the answer; 0 when none was made.
    pub status: u16,
    /// Gateway code of the answer, or a refusal of the whole batch; empty when none was made.
    pub code: String,
    /// Name of the misbehavior that hit this call; empty for none.
    pub fault: &'static str,
}

impl CallRecord {
    /// The first value of a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|pair| pair.0 == name)
            .map(|pair| pair.1.as_str())
    }

    fn open_params(&self) -> impl Iterator<Item = &(String, String)> {
        self.params
            .iter()
            .filter(|pair| !SECRET_NAMES.contains(&pair.0.as_str()))
    }

    fn write(&self, json: &mut Json) {
        json.open_object();
        json.number_member("number", self.number);
        json.text_member("path", &self.path);
        json.text_member("method", &self.method);
        json.key("params");
        json.open_object();
        for (name, value) in self.open_params() {
            json.foreign_key(name);
            json.text(value);
        }
        json.close_object();
        json.number_member("connection", self.connection);
        json.number_member("arrived_ms", self.arrived_ms);
        json.number_member("status", self.status);
        json.text_member("code", &self.code);
        json.text_member("fault", self.fault);
        json.close_object();
    }
}

impl fmt::Debug for CallRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallRecord")
            .field("number", &self.number)
            .field("path", &self.path)
            .field("method", &self.method)
            .field("params", &self.open_params().collect::<Vec<_>>())
            .field("connection", &self.connection)
            .field("status", &self.status)
            .field("code", &self.code)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// The newest calls, up to a limit.
pub(crate) struct CallLog {
    records: VecDeque<CallRecord>,
    arrived: u64,
    limit: usize,
}

impl CallLog {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            records: VecDeque::new(),
            arrived: 0,
            limit: limit.max(1),
        }
    }

    /// Notes an arrival; the number it got.
    pub(crate) fn open(&mut self, mut record: CallRecord) -> u64 {
        self.arrived += 1;
        record.number = self.arrived;
        if self.records.len() == self.limit {
            self.records.pop_front();
        }
        self.records.push_back(record);
        self.arrived
    }

    /// Notes the answer of a call, before it is sent.
    pub(crate) fn close(&mut self, number: u64, status: u16, code: &str) {
        if let Some(record) = self.find(number) {
            record.status = status;
            code.clone_into(&mut record.code);
        }
    }

    pub(crate) fn set_fault(&mut self, number: u64, fault: &'static str) {
        if let Some(record) = self.find(number) {
            record.fault = fault;
        }
    }

    pub(crate) fn all(&self) -> Vec<CallRecord> {
        self.records.iter().cloned().collect()
    }

    /// The newest calls behind a number, up to a limit, the oldest of them first; and how many have
    /// arrived.
    pub(crate) fn newest(&self, after: u64, limit: usize) -> (Vec<CallRecord>, u64) {
        let behind = self
            .records
            .iter()
            .rev()
            .take_while(|record| record.number > after);
        let mut newest: Vec<CallRecord> = behind.take(limit).cloned().collect();
        newest.reverse();
        (newest, self.arrived)
    }

    /// A JSON list without secrets.
    pub(crate) fn to_json(&self) -> String {
        let mut json = Json::default();
        json.open_array();
        for record in &self.records {
            record.write(&mut json);
        }
        json.close_array();
        json.finish()
    }

    fn find(&mut self, number: u64) -> Option<&mut CallRecord> {
        let first = self.records.front()?.number;
        let place = usize::try_from(number.checked_sub(first)?).ok()?;
        self.records.get_mut(place)
    }
}
