//! A journal is read when it is taken: checked, understood, and freed of what is too old.

use std::time::Duration;

use super::book::{Book, failed};
use super::line::{DAMAGED, Kind, Line};
use crate::error::{Error, Result};

/// How long a journal remembers a row whose fate is known, in milliseconds.
const MEMORY_MS: i64 = 30 * 24 * 3600 * 1000;

impl Book {
    pub(super) fn load(&mut self, account: &str, now: Duration, now_ms: i64) -> Result<()> {
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
            if let Some(success) = &mut row.success {
                success.from_before = true;
            }
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
        self.forget(oldest);
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
}
