//! What a journal means: for each row, the attempts made and what is known of them.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::line::{DAMAGED, Finding, Kind, Line, Package, RowRef};
pub(in crate::jobs::fulfillment) use super::row::{RowState, Success};
use super::{JournalLines, JournalStore};
use crate::error::{Error, ErrorKind, Result};

/// How long a journal remembers a row whose fate is known, in milliseconds.
const MEMORY_MS: i64 = 30 * 24 * 3600 * 1000;

/// A journal that was taken, with all that it says.
pub(in crate::jobs::fulfillment) struct Book {
    lines: Box<dyn JournalLines>,
    name: String,
    rows: HashMap<(Kind, String), RowState>,
    /// The items that were ever packed into a package.
    packs: HashMap<String, Vec<String>>,
    next: u64,
    unsynced: bool,
    /// Nothing is written after a failure: the end of the file is not known.
    broken: bool,
    /// Orders that a job of this process has in hand.
    claimed: HashSet<String>,
}

impl Book {
    /// What the jobs of one process know of each other, in memory alone.
    pub(in crate::jobs::fulfillment) fn of_process() -> Self {
        Self::on(Box::new(NoLines), "of the process".to_owned())
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

    fn load(&mut self, account: &str, now: Duration, now_ms: i64) -> Result<()> {
        let texts = self.lines.read();
        let texts = texts.map_err(|error| failed(&self.name, "read", error))?;
        let mut lines = Vec::with_capacity(texts.len());
        let mut torn = false;
        for (index, text) in texts.iter().enumerate() {
            match Line::read(text) {
                Ok(line) => lines.push(line),
                // Written only in part: what it was to announce was never sent.
                Err(DAMAGED) if index > 0 && index + 1 == texts.len() => torn = true,
                Err(problem) => {
                    return Err(self.refused(format_args!("line {} {problem}", index + 1)));
                }
            }
        }
        self.check_owner(&lines, account)?;
        for line in &lines {
            self.apply(line, now);
        }
        // No process that could still send these is alive; their last bytes left before now.
        for row in self.rows.values_mut() {
            row.open = row.open.map(|_| Some(now));
        }
        if lines.is_empty() {
            let begin = Line::Begin {
                account: account.to_owned(),
                time: now_ms,
            };
            let replaced = self.lines.replace(&[begin.to_text()]);
            return replaced.map_err(|error| failed(&self.name, "begun", error));
        }
        self.compact(&lines, torn)
    }

    fn check_owner(&self, lines: &[Line], account: &str) -> Result<()> {
        match lines.first() {
            None => Ok(()),
            Some(Line::Begin { account: owner, .. }) if owner == account => Ok(()),
            Some(Line::Begin { account: owner, .. }) => {
                Err(self.refused(format_args!("is that of {owner}, not of {account}")))
            }
            Some(_) => Err(self.refused(format_args!("does not begin as a journal does"))),
        }
    }

    fn refused(&self, problem: std::fmt::Arguments<'_>) -> Error {
        Error::input("journal", format_args!("{}: {problem}", self.name))
    }

    /// Leaves out what is older than the memory, and a torn last line.
    fn compact(&mut self, lines: &[Line], torn: bool) -> Result<()> {
        // By the journal's own newest time, so that a wrong clock cannot forget what matters.
        let newest = lines.iter().map(Line::time).max().unwrap_or_default();
        let oldest = newest.saturating_sub(MEMORY_MS);
        self.rows
            .retain(|_, row| row.open.is_some() || row.last_ms >= oldest);
        let kept: Vec<String> = lines.iter().filter_map(|line| self.kept(line)).collect();
        let dropped = lines.len() - kept.len();
        if !torn && dropped * 8 < lines.len() {
            return Ok(());
        }
        let replaced = self.lines.replace(&kept);
        replaced.map_err(|error| failed(&self.name, "compacted", error))
    }

    /// What is kept of a line: the rows that are remembered.
    fn kept(&self, line: &Line) -> Option<String> {
        let known = |kind: Kind, row: &str| self.rows.contains_key(&(kind, row.to_owned()));
        match line {
            Line::Begin { .. } => Some(line.to_text()),
            Line::Known { kind, row, .. } | Line::End { kind, row, .. } => {
                known(*kind, row).then(|| line.to_text())
            }
            Line::Intent { kind, .. } => {
                let mut line = line.clone();
                if let Line::Intent { rows, .. } = &mut line {
                    rows.retain(|row| known(*kind, &row.row));
                    if rows.is_empty() {
                        return None;
                    }
                }
                Some(line.to_text())
            }
        }
    }

    /// What a line says, also of one just written.
    fn apply(&mut self, line: &Line, now: Duration) {
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

fn failed(name: &str, what: &str, error: io::Error) -> Error {
    Error::io(format_args!("journal {name} cannot be {what}"), error)
}
