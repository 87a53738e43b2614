//! The journal in a file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process;

use super::{JournalLines, JournalStore};
use crate::client::private_file::private;

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

    /// The file behind symbolic links, so that processes meet at one lock whatever they call it.
    fn target(&self) -> PathBuf {
        if let Ok(path) = fs::canonicalize(&self.path) {
            return path;
        }
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        match (fs::canonicalize(folder), self.path.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            _ => self.path.clone(),
        }
    }
}

impl JournalStore for JournalFile {
    fn open(&self) -> io::Result<Box<dyn JournalLines>> {
        let path = self.target();
        let lock = Lock::take(&beside(&path, ".lock"))?;
        // What a process that was killed while it compacted left behind.
        let _ = fs::remove_file(beside(&path, ".part"));
        let file = opened(&path)?;
        // A file whose name is lost in a power cut holds no intent.
        sync_folder_of(&path)?;
        Ok(Box::new(Lines {
            length: file.metadata()?.len(),
            file,
            path,
            unfinished: false,
            _lock: lock,
        }))
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

fn opened(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().create(true).read(true).append(true)).open(path)
}

/// Held for as long as the journal is in use.
struct Lock {
    file: File,
    process: u32,
}

impl Lock {
    fn take(path: &Path) -> io::Result<Self> {
        let file =
            private(OpenOptions::new().create(true).write(true).truncate(false)).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self {
                file,
                process: process::id(),
            }),
            Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Said aloud, since a forked child shares the lock and would keep it; and not by that child, whose
        // parent still writes.
        if self.process == process::id() {
            let _ = self.file.unlock();
        }
    }
}

struct Lines {
    file: File,
    path: PathBuf,
    /// Bytes of whole lines.
    length: u64,
    /// The last line has no line break yet.
    unfinished: bool,
    _lock: Lock,
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
        let part = beside(&self.path, ".part");
        let mut text = lines.join("\n");
        if !text.is_empty() {
            text.push('\n');
        }
        let written = write_whole(&part, text.as_bytes()).and_then(|()| {
            fs::rename(&part, &self.path)?;
            sync_folder_of(&self.path)
        });
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written?;
        self.file = opened(&self.path)?;
        self.length = text.len() as u64;
        self.unfinished = false;
        Ok(())
    }
}

fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file =
        private(OpenOptions::new().write(true).create(true).truncate(true)).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// The new name survives a power cut only once the folder is on the disk too.
#[cfg(unix)]
fn sync_folder_of(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn sync_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}
