//! The journal: what was about to be written to the platform, and what became of it.
//!
//! The platform knows no idempotency key, so what keeps an item from being packed twice is this: before a write
//! leaves, its intent is on the disk, and an intent without a known end is never sent again before it was read
//! back. [`book`] holds what the lines mean, [`line`] how they are written, and a [`JournalStore`] keeps them.

pub(super) mod book;
mod file;
pub(super) mod line;
mod load;
mod row;

use std::fmt;
use std::io;

pub use file::JournalFile;

/// Where a journal is kept: a [file](JournalFile), or a host's own database.
///
/// A journal belongs to one store of one app and outlives the jobs that write it.
pub trait JournalStore: fmt::Debug + Send + Sync {
    /// Takes the journal, for one job alone and for as long as what is returned lives, and makes it if there is none.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] while another job, of this process or another, has it.
    fn open(&self) -> io::Result<Box<dyn JournalLines>>;

    /// What it is called in messages.
    fn name(&self) -> String;
}

/// The lines of a journal that was taken. Each line is one JSON object, without a line break, that carries its
/// own checksum.
pub trait JournalLines: Send {
    /// All lines, oldest first. A last line that was written only in part may be among them.
    ///
    /// # Errors
    /// When they cannot be read.
    fn read(&mut self) -> io::Result<Vec<String>>;

    /// Adds a line at the end. It need not survive a power cut before [`sync`](Self::sync).
    ///
    /// # Errors
    /// When it cannot be written, as on a full disk. Nothing is appended after a failure.
    fn append(&mut self, line: &str) -> io::Result<()>;

    /// Returns once every line appended so far survives a power cut. No write leaves for the platform before that.
    ///
    /// # Errors
    /// When that cannot be promised.
    fn sync(&mut self) -> io::Result<()>;

    /// Puts these lines in place of all others: wholly and for good, or not at all.
    ///
    /// # Errors
    /// When that failed; the old lines are still there.
    fn replace(&mut self, lines: &[String]) -> io::Result<()>;
}
