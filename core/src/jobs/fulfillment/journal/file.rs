//! The journal in a file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::{JournalLines, JournalStore};
use crate::client::private_file::{FileLock, PrivateFile};

/// Keeps the journal of one store in a file of its own, for its owner alone (0600).
///
/// Beside it stands a lock file, which holds nothing and stays. A lock on a network drive is none: keep the file
/// on a disk of this machine.
#[derive(Clone, Debug)]
pub struct JournalFile {
    path: PathBuf,
}

impl JournalFile {
    /// The journal in this file, which need not exist yet; its folder must.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl JournalStore for JournalFile {
    fn open(&self) -> io::Result<Box<dyn JournalLines>> {
        let place = PrivateFile::new(&self.path);
        let lock = place.try_lock()?.ok_or(io::ErrorKind::WouldBlock)?;
        let file = place.open_to_append()?;
        Ok(Box::new(Lines {
            length: file.metadata()?.len(),
            file,
            place,
            unfinished: false,
            _lock: lock,
        }))
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

struct Lines {
    file: File,
    place: PrivateFile,
    /// Bytes of whole lines.
    length: u64,
    /// The last line has no line break yet.
    unfinished: bool,
    /// Held for as long as the journal is in use.
    _lock: FileLock,
}

impl JournalLines for Lines {
    fn read(&mut self) -> io::Result<Vec<String>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut bytes)?;
        self.length = bytes.len() as u64;
        self.unfinished = bytes.last().is_some_and(|last| *last != b'\n');
        let whole = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        if whole.is_empty() {
            return Ok(Vec::new());
        }
        // Bytes that are no text fail the checksum.
        let text = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
        Ok(whole.split(|byte| *byte == b'\n').map(text).collect())
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        let start = if self.unfinished { "\n" } else { "" };
        let text = format!("{start}{line}\n");
        if let Err(error) = self.file.write_all(text.as_bytes()) {
            // Half a line in the middle of a journal would make it unreadable.
            let _ = self.file.set_len(self.length);
            return Err(error);
        }
        self.unfinished = false;
        self.length += text.len() as u64;
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn replace(&mut self, lines: &[String]) -> io::Result<()> {
        let mut text = lines.join("\n");
        if !text.is_empty() {
            text.push('\n');
        }
        self.place.replace(text.as_bytes())?;
        self.file = self.place.open_to_append()?;
        self.length = text.len() as u64;
        self.unfinished = false;
        Ok(())
    }
}
