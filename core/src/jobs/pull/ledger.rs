//! The cursor: how far the caller has come, as a text to be kept between runs.
//!
//! It holds what was handed to the caller, not what was fetched: rows that a process had read and not yet given
//! out when it ended come again. And it holds the versions handed out near the edge and over the overlap with
//! the next window, so that none comes twice.

use std::collections::{HashMap, VecDeque};

use super::version::{Line, Version, hash};
use super::walk::{Shape, Walk};
use super::window::{CREATED, UPDATED};
use crate::error::{Error, Result};
use crate::protocol::Value;

/// More versions, or bad rows, than these are not kept over the overlap; the next pull may then repeat some.
const MOST_KEPT: usize = 100_000;
const FORM: &str = "1";

/// What was handed to the caller.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    /// Whose cursor it is: see [`key`].
    key: String,
    column: String,
    pub(super) from: i64,
    pub(super) to: i64,
    /// In a chain by creation: where the first window before this one closed. Changes since are not read by any of them.
    closed: Option<i64>,
    /// Everything before this second was handed out.
    pub(super) edge: i64,
    /// The window was handed out to its end.
    pub(super) ended: bool,
    /// How far the next window reaches back over this one, in seconds.
    overlap: i64,
    orders: HashMap<u64, (i64, Version)>,
    bad: HashMap<u64, i64>,
    untold: VecDeque<Mark>,
    pub(super) forgot: bool,
}

/// What the caller is still to be handed, in order.
#[derive(Clone, Copy, Debug)]
enum Mark {
    Row(Line),
    /// Everything before this second has been handed out by now.
    Edge(i64),
    End,
}

/// A fingerprint of what a cursor belongs to; nothing of it can be read back.
pub(super) fn key(parts: &[&str]) -> String {
    format!("{:016x}", hash(parts.join("\0").as_bytes()))
}

impl Ledger {
    pub(super) fn new(key: &str, column: &str, (from, to): (i64, i64), overlap: i64) -> Self {
        Self {
            key: key.to_owned(),
            column: column.to_owned(),
            from,
            to,
            closed: None,
            edge: from,
            ended: false,
            overlap,
            orders: HashMap::new(),
            bad: HashMap::new(),
            untold: VecDeque::new(),
            forgot: false,
        }
    }

    /// The ledger of the pull that follows: the rest of a window, or the window after it, which reaches back from
    /// where this one ended. `to` is not known yet.
    pub(super) fn follow(mut self, to: i64) -> Self {
        if self.ended {
            self.closed = self.is_by_creation().then(|| self.bound());
            self.from = self.from.max(self.to - self.overlap);
            self.edge = self.from;
            self.to = to;
            self.ended = false;
        }
        self
    }

    /// The ledger of a pull by update that ended where this one by creation did: what changed since is for the pull that
    /// follows it. What the backfill handed out and that pull would meet again is remembered by its time of change.
    ///
    /// A window closes before anything in it is handed out, so its bound is also when the backfill began.
    pub(super) fn hand_over(self, key: &str) -> Self {
        let to = self.bound();
        let from = to - self.overlap;
        let moved = |(id, (_, version)): (u64, (i64, Version))| {
            let second = version.updated?.div_euclid(1000);
            (second >= from).then_some((id, (second, version)))
        };
        let bad = self.bad.into_keys().map(|text| (text, from));
        Self {
            key: key.to_owned(),
            column: UPDATED.key.to_owned(),
            from,
            to,
            closed: None,
            edge: to + 1,
            orders: self.orders.into_iter().filter_map(moved).collect(),
            bad: bad.collect(),
            ..self
        }
    }

    /// Where the first window of a chain by creation closed.
    fn bound(&self) -> i64 {
        self.closed.map_or(self.to, |closed| closed.min(self.to))
    }

    /// The walk through what is left of the window, which does not deliver again what was handed out.
    pub(super) fn walk(&self, shape: Shape) -> Walk {
        self.resumed(Walk::new(shape, self.from, self.to), self.edge)
    }

    /// As [`walk`](Self::walk), through the seconds `from..=to` after the edge.
    pub(super) fn walk_within(&self, shape: Shape, from: i64, to: i64) -> Walk {
        self.resumed(Walk::new(shape, from, to), from)
    }

    fn resumed(&self, walk: Walk, edge: i64) -> Walk {
        let orders = self.orders.iter();
        let orders = orders
            .filter(|(_, (second, _))| *second >= edge - 1)
            .map(|(id, (second, version))| (*id, *second, *version));
        walk.resume(edge, orders, self.bad.keys().copied())
    }

    /// The sort column of the window.
    pub(super) fn column(&self) -> &str {
        &self.column
    }

    pub(super) fn is_by_creation(&self) -> bool {
        self.column == CREATED.key
    }

    /// A row is about to be handed out.
    pub(super) fn will_tell(&mut self, line: Line) {
        self.untold.push_back(Mark::Row(line));
    }

    /// With the rows announced so far, everything before `edge` is handed out.
    pub(super) fn will_reach(&mut self, edge: i64) {
        self.untold.push_back(Mark::Edge(edge));
        self.pass_marks();
    }

    /// With the rows announced so far, the window is handed out.
    pub(super) fn will_end(&mut self) {
        self.untold.push_back(Mark::End);
        self.pass_marks();
    }

    /// The next of the rows announced was handed out.
    pub(super) fn told(&mut self) {
        match self.untold.pop_front() {
            Some(Mark::Row(Line::Good {
                id,
                second,
                version,
            })) => {
                self.orders.insert(id, (second, version));
            }
            Some(Mark::Row(Line::Bad(text))) => {
                self.bad.insert(text, self.edge);
            }
            _ => {}
        }
        self.pass_marks();
    }

    fn pass_marks(&mut self) {
        while let Some(Mark::Edge(_) | Mark::End) = self.untold.front() {
            match self.untold.pop_front() {
                Some(Mark::Edge(edge)) => self.reach(edge),
                Some(Mark::End) => {
                    self.reach(self.to + 1);
                    self.ended = true;
                }
                _ => {}
            }
        }
    }

    fn reach(&mut self, edge: i64) {
        if edge <= self.edge {
            return;
        }
        self.edge = edge;
        let open = edge - 1;
        let overlap = self.to - self.overlap;
        let kept = open.min(overlap);
        // A pull by creation is followed by one by update, which meets what changed lately whenever it was created.
        let is_recent = |version: &Version| {
            version
                .updated
                .is_some_and(|ms| ms >= overlap.saturating_mul(1000))
        };
        self.orders
            .retain(|_, (second, version)| *second >= kept || is_recent(version));
        self.bad.retain(|_, second| *second >= kept);
        if self.orders.len() > MOST_KEPT || self.bad.len() > MOST_KEPT {
            self.orders.retain(|_, (second, _)| *second >= open);
            self.bad.retain(|_, second| *second >= open);
            self.forgot = true;
        }
    }

    pub(super) fn to_text(&self) -> String {
        let version = |(id, (second, version)): (&u64, &(i64, Version))| {
            let updated = version
                .updated
                .map_or_else(String::new, |ms| format!(",{ms}"));
            format!(
                r#"["{id:016x}","{:016x}",{second}{updated}]"#,
                version.digest
            )
        };
        let orders: Vec<String> = self.orders.iter().map(version).collect();
        let bad = |(text, second): (&u64, &i64)| format!(r#"["{text:016x}",{second}]"#);
        let bad: Vec<String> = self.bad.iter().map(bad).collect();
        let closed = self.closed.map(|second| format!(r#","closed":{second}"#));
        let body = format!(
            r#"{{"v":{FORM},"key":"{}","column":"{}","from":{},"to":{}{},"edge":{},"ended":{},"orders":[{}],"bad":[{}]"#,
            self.key,
            self.column,
            self.from,
            self.to,
            closed.unwrap_or_default(),
            self.edge,
            self.ended,
            orders.join(","),
            bad.join(","),
        );
        let check = hash(body.as_bytes());
        format!(r#"{body}{CHECK}{check:016x}"}}"#)
    }

    /// Reads a cursor; `key` tells from its column whose it must be.
    pub(super) fn from_text(
        text: &str,
        overlap: i64,
        key: impl Fn(&str) -> String,
    ) -> Result<Self> {
        let refuse = |problem: &str| Error::input("cursor", problem);
        let text = text.trim();
        let members = whole(text).ok_or_else(|| {
            refuse("is not whole: expected the text of an earlier pull as it was given")
        })?;
        let read = Members(&members);
        if read.number("v") != FORM.parse().ok() {
            return Err(refuse("is of another version of this library"));
        }
        let ledger = read
            .ledger(overlap)
            .ok_or_else(|| refuse("is not one of an order pull"))?;
        if ledger.key != key(&ledger.column) {
            return Err(refuse(
                "belongs to another gateway, app, account or filter; where tokens change, give the account a name",
            ));
        }
        Ok(ledger)
    }
}

const CHECK: &str = r#","check":""#;

/// The members of a text that is as it was written.
fn whole(text: &str) -> Option<Vec<(String, Value)>> {
    let (body, check) = text.rsplit_once(CHECK)?;
    let check = u64::from_str_radix(check.strip_suffix(r#""}"#)?, 16).ok()?;
    if check != hash(body.as_bytes()) {
        return None;
    }
    match Value::from_json("cursor", text).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

struct Members<'a>(&'a [(String, Value)]);

impl Members<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<i64> {
        number(self.get(name)?)
    }

    fn list<T>(&self, name: &str, read: impl Fn(&[Value]) -> Option<T>) -> Option<Vec<T>> {
        let Value::List(entries) = self.get(name)? else {
            return None;
        };
        let entry = |entry: &Value| match entry {
            Value::List(parts) => read(parts),
            _ => None,
        };
        entries.iter().map(entry).collect()
    }

    fn ledger(&self, overlap: i64) -> Option<Ledger> {
        let orders = self.list("orders", |parts| match parts {
            [id, digest, second, rest @ ..] => {
                let version = Version {
                    updated: rest.first().and_then(number),
                    digest: hex(digest)?,
                };
                Some((hex(id)?, (number(second)?, version)))
            }
            _ => None,
        })?;
        let bad = self.list("bad", |parts| match parts {
            [text, second] => Some((hex(text)?, number(second)?)),
            _ => None,
        })?;
        let ledger = Ledger {
            key: self.text("key")?,
            column: self.text("column")?,
            from: self.number("from")?,
            to: self.number("to")?,
            closed: self.number("closed"),
            edge: self.number("edge")?,
            ended: matches!(self.get("ended")?, Value::Boolean(true)),
            overlap,
            orders: orders.into_iter().collect(),
            bad: bad.into_iter().collect(),
            untold: VecDeque::new(),
            forgot: false,
        };
        Some(ledger)
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.parse().ok(),
        _ => None,
    }
}

fn hex(value: &Value) -> Option<u64> {
    match value {
        Value::Text(text) => u64::from_str_radix(text, 16).ok(),
        _ => None,
    }
}
