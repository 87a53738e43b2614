//! What a journal means: for each row, the attempts made and what is known of them.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::line::{Finding, Kind, Line, Package, RowRef};
pub(in crate::jobs::fulfillment) use super::row::{RowState, Success};
use super::{JournalLines, JournalStore};
use crate::error::{Error, ErrorKind, Result};

/// How long the jobs of one process know of each other's rows, in milliseconds.
const PROCESS_MEMORY_MS: i64 = 2 * 24 * 3600 * 1000;

/// A journal that was taken, with all that it says.
pub(in crate::jobs::fulfillment) struct Book {
    pub(super) lines: Box<dyn JournalLines>,
    pub(super) name: String,
    pub(super) rows: HashMap<(Kind, String), RowState>,
    /// The items that were ever packed into a package.
    pub(super) packs: HashMap<String, Vec<String>>,
    pub(super) next: u64,
    pub(super) unsynced: bool,
    /// Nothing is written after a failure: the end of the file is not known.
    pub(super) broken: bool,
    /// Orders that a job of this process has in hand.
    pub(super) claimed: HashSet<String>,
}

impl Book {
    /// What the jobs of one process know of each other, in memory alone.
    pub(in crate::jobs::fulfillment) fn of_process() -> Self {
        Self::on(Box::new(NoLines), "of the process".to_owned())
    }

    /// In memory a row is remembered for two days: beyond the longest quarantine, and not as long as a process may live.
    pub(in crate::jobs::fulfillment) fn forget_old(&mut self, now_ms: i64) {
        self.forget(now_ms.saturating_sub(PROCESS_MEMORY_MS));
    }

    /// How many rows and packages it remembers.
    #[cfg(test)]
    pub(in crate::jobs::fulfillment) fn size(&self) -> (usize, usize) {
        (self.rows.len(), self.packs.len())
    }

    /// Forgets rows of known fate that were last heard of before.
    pub(super) fn forget(&mut self, before_ms: i64) {
        self.rows
            .retain(|_, row| row.open.is_some() || row.last_ms >= before_ms);
        let rows = &self.rows;
        self.packs.retain(|_, items| {
            items.retain(|item| rows.contains_key(&(Kind::Pack, item.clone())));
            !items.is_empty()
        });
    }

    fn on(lines: Box<dyn JournalLines>, name: String) -> Self {
        Self {
            lines,
            name,
            rows: HashMap::new(),
            packs: HashMap::new(),
            next: 1,
            unsynced: false,
            broken: false,
            claimed: HashSet::new(),
        }
    }

    /// Takes a journal and reads it. `now` is the time of waits, `now_ms` that of lines.
    pub(in crate::jobs::fulfillment) fn open(
        store: &dyn JournalStore,
        account: &str,
        now: Duration,
        now_ms: i64,
    ) -> Result<Arc<Mutex<Self>>> {
        let name = store.name();
        let lines = store.open().map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => Error::input(
                "journal",
                format_args!("{name} is in use by another job, of this process or another"),
            ),
            _ => failed(&name, "opened", error),
        })?;
        let mut book = Self::on(lines, name);
        book.load(account, now, now_ms)?;
        Ok(Arc::new(Mutex::new(book)))
    }

    /// What a line says, also of one just written.
    pub(super) fn apply(&mut self, line: &Line, now: Duration) {
        match line {
            Line::Begin { .. } => {}
            Line::Intent {
                n,
                kind,
                rows,
                time,
                actor,
                ..
            } => {
                self.next = self.next.max(n + 1);
                for row in rows {
                    let state = self.rows.entry((*kind, row.row.clone())).or_default();
                    state.intended(row, *time, actor.as_deref());
                }
            }
            Line::Known {
                kind,
                row,
                finding,
                package,
                request_id,
                time,
                ..
            } => {
                if *kind == Kind::Repack && matches!(finding, Finding::Done | Finding::ReadBack) {
                    self.dissolve(row);
                }
                if let (Kind::Pack, Some(id)) = (kind, &package.id) {
                    self.packs.entry(id.clone()).or_default().push(row.clone());
                }
                let state = self.rows.entry((*kind, row.clone())).or_default();
                state.last_ms = *time;
                state.note_request_id(request_id.as_deref());
                state.known(*finding, package, now);
            }
            Line::End { kind, row, time } => {
                if let Some(state) = self.rows.get_mut(&(*kind, row.clone())) {
                    state.last_ms = *time;
                    state.tries = 0;
                }
            }
        }
    }

    fn dissolve(&mut self, package: &str) {
        for item in self.packs.get(package).into_iter().flatten() {
            let state = self.rows.get_mut(&(Kind::Pack, item.clone()));
            let success = state.and_then(|state| state.success.as_mut());
            let inside = |one: &&mut Success| one.package.id.as_deref() == Some(package);
            if let Some(success) = success.filter(inside) {
                success.dissolved = true;
            }
        }
    }

    /// What is known of a row.
    pub(in crate::jobs::fulfillment) fn row(&self, kind: Kind, row: &str) -> Option<&RowState> {
        self.rows.get(&(kind, row.to_owned()))
    }

    /// Every row with an attempt of unknown fate: kind, row and order, in the order of their orders.
    pub(in crate::jobs::fulfillment) fn open_rows(&self) -> Vec<(String, Kind, String)> {
        let open = self.rows.iter().filter(|(_, state)| state.open.is_some());
        let mut open: Vec<_> = open
            .map(|((kind, row), state)| (state.order.clone(), *kind, row.clone()))
            .collect();
        open.sort();
        open
    }

    /// What packing items into this package left.
    pub(in crate::jobs::fulfillment) fn packed_in(
        &self,
        package: &str,
    ) -> impl Iterator<Item = &Success> {
        self.packs_of(package).map(|(_, success, _)| success)
    }

    /// The items that were packed into this package: item, what is known of it, and its order.
    pub(in crate::jobs::fulfillment) fn packs_of(
        &self,
        package: &str,
    ) -> impl Iterator<Item = (&str, &Success, &str)> {
        let items = self.packs.get(package).into_iter().flatten();
        items.filter_map(move |item| {
            let state = self.row(Kind::Pack, item)?;
            let success = state.success.as_ref()?;
            let inside = success.package.id.as_deref() == Some(package);
            inside.then_some((item.as_str(), success, state.order.as_str()))
        })
    }

    /// Announces a write. On return the intent is on the disk, and only then may the write leave.
    pub(in crate::jobs::fulfillment) fn intend(
        &mut self,
        kind: Kind,
        rows: &[RowRef],
        now: (Duration, i64),
        gateway_time: Option<String>,
        actor: Option<&str>,
    ) -> Result<()> {
        let open = |row: &RowRef| {
            self.row(kind, &row.row)
                .is_some_and(|row| row.open.is_some())
        };
        if let Some(row) = rows.iter().find(|row| open(row)) {
            let problem = format!("{} has an attempt whose fate is not known", row.row);
            return Err(Error::new(ErrorKind::Internal, problem));
        }
        let tries = rows.iter().filter_map(|row| self.row(kind, &row.row));
        let attempt = tries.map(|state| state.tries).max().unwrap_or_default() + 1;
        let line = Line::Intent {
            n: self.next,
            kind,
            attempt,
            rows: rows.to_vec(),
            time: now.1,
            gateway_time,
            actor: actor.map(str::to_owned),
        };
        self.append(&line)?;
        self.sync()?;
        self.apply(&line, now.0);
        Ok(())
    }

    /// Notes what became of a row.
    pub(in crate::jobs::fulfillment) fn know(
        &mut self,
        kind: Kind,
        row: &str,
        told: Told<'_>,
        now: (Duration, i64),
    ) -> Result<()> {
        let line = Line::Known {
            kind,
            row: row.to_owned(),
            finding: told.finding,
            package: told.package,
            code: told.code.map(str::to_owned),
            request_id: told.request_id.map(str::to_owned),
            time: now.1,
        };
        self.append(&line)?;
        self.apply(&line, now.0);
        Ok(())
    }

    /// A job ends its attempts at a row.
    pub(in crate::jobs::fulfillment) fn give_up(
        &mut self,
        kind: Kind,
        row: &str,
        now: (Duration, i64),
    ) -> Result<()> {
        let line = Line::End {
            kind,
            row: row.to_owned(),
            time: now.1,
        };
        self.append(&line)?;
        self.apply(&line, now.0);
        Ok(())
    }

    /// From now on nothing of the row's attempt is sent any more; its fate is not known.
    pub(in crate::jobs::fulfillment) fn gave_up_waiting(
        &mut self,
        kind: Kind,
        row: &str,
        request_id: Option<&str>,
        now: Duration,
    ) {
        if let Some(state) = self.rows.get_mut(&(kind, row.to_owned())) {
            state.open = state.open.map(|_| Some(now));
            state.note_request_id(request_id);
        }
    }

    fn append(&mut self, line: &Line) -> Result<()> {
        if self.broken {
            let message = format!(
                "journal {} failed before and takes no more lines",
                self.name
            );
            return Err(Error::new(ErrorKind::Io, message));
        }
        let appended = self.lines.append(&line.to_text());
        self.broken = appended.is_err();
        self.unsynced = true;
        appended.map_err(|error| failed(&self.name, "written", error))
    }

    /// Everything noted survives a power cut once this returns.
    pub(in crate::jobs::fulfillment) fn sync(&mut self) -> Result<()> {
        if !self.unsynced {
            return Ok(());
        }
        if self.broken {
            let message = format!("journal {} failed before", self.name);
            return Err(Error::new(ErrorKind::Io, message));
        }
        let synced = self.lines.sync();
        self.broken = synced.is_err();
        synced.map_err(|error| failed(&self.name, "synced", error))?;
        self.unsynced = false;
        Ok(())
    }

    /// Takes an order for one job; false when another job of this process has it.
    pub(in crate::jobs::fulfillment) fn claim(&mut self, order: &str) -> bool {
        self.claimed.insert(order.to_owned())
    }

    pub(in crate::jobs::fulfillment) fn release(&mut self, orders: &[String]) {
        for order in orders {
            self.claimed.remove(order);
        }
    }
}

/// What [`Book::know`] is told.
pub(in crate::jobs::fulfillment) struct Told<'a> {
    pub(in crate::jobs::fulfillment) finding: Finding,
    pub(in crate::jobs::fulfillment) package: Package,
    pub(in crate::jobs::fulfillment) code: Option<&'a str>,
    pub(in crate::jobs::fulfillment) request_id: Option<&'a str>,
}

impl Told<'_> {
    pub(in crate::jobs::fulfillment) fn plain(finding: Finding) -> Self {
        Self {
            finding,
            package: Package::default(),
            code: None,
            request_id: None,
        }
    }
}

/// Keeps nothing: the book itself is the memory.
struct NoLines;

impl JournalLines for NoLines {
    fn read(&mut self) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn append(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn replace(&mut self, _: &[String]) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn failed(name: &str, what: &str, error: io::Error) -> Error {
    Error::io(format_args!("journal {name} cannot be {what}"), error)
}
