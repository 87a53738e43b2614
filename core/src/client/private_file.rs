//! Files that only their owner may read, replaced as a whole and locked by a file beside them.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use zeroize::Zeroizing;

/// Makes a file created with these options readable and writable by its owner alone.
#[cfg(unix)]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

/// Elsewhere the folder's rules hold.
#[cfg(not(unix))]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// A file for its owner alone (0600). A reader finds the old content or the new one.
///
/// Beside it stands a lock file, which holds nothing and stays.
#[derive(Debug)]
pub(crate) struct PrivateFile {
    path: PathBuf,
}

/// The lock of a file; dropped, it is free again.
#[derive(Debug)]
pub(crate) struct FileLock {
    file: File,
    process: u32,
}

impl FileLock {
    pub(crate) fn free(&self) {
        // Said aloud: a child forked meanwhile shares the lock, and closing the file would leave it to the child. And
        // only by its owner: a child would free it for its parent too.
        if self.process == process::id() {
            let _ = self.file.unlock();
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        self.free();
    }
}

impl PrivateFile {
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file behind symbolic links, so that processes meet at one lock whatever they call it.
    fn file(&self) -> PathBuf {
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

    fn beside(&self, before: &str, after: &str) -> PathBuf {
        let file = self.file();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        file.with_file_name(format!("{before}{name}{after}"))
    }

    /// A name that no other process or thread uses.
    fn part(&self) -> PathBuf {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        self.beside(".", &format!("{PART}{}-{number}", process::id()))
    }

    /// The content, up to `largest` bytes; `None` while there is no file.
    pub(crate) fn read(&self, largest: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(largest).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Puts `content` in the place of what was there. When this returns, it survives a power cut.
    pub(crate) fn replace(&self, content: &[u8]) -> io::Result<()> {
        let part = self.part();
        let file = self.file();
        let written = write_whole(&part, content).and_then(|()| {
            fs::rename(&part, &file)?;
            sync_folder_of(&file)
        });
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written
    }

    /// Opens it to be read and added to; makes it when there is none. A new name survives a power cut.
    pub(crate) fn open_to_append(&self) -> io::Result<File> {
        let path = self.file();
        let file = private(OpenOptions::new().create(true).read(true).append(true)).open(&path)?;
        sync_folder_of(&path)?;
        Ok(file)
    }

    /// Whether so many bytes could be written in its place.
    pub(crate) fn try_to_write(&self, size: usize) -> io::Result<()> {
        let part = self.part();
        let tried = write_whole(&part, &vec![b' '; size]);
        let _ = fs::remove_file(&part);
        tried
    }

    /// Takes the lock, without waiting; `None` while another process or handle has it.
    pub(crate) fn try_lock(&self) -> io::Result<Option<FileLock>> {
        let path = self.beside("", ".lock");
        let file =
            private(OpenOptions::new().create(true).write(true).truncate(false)).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        self.remove_parts();
        let process = process::id();
        Ok(Some(FileLock { file, process }))
    }

    /// What a process that was killed while it wrote left behind may hold secrets.
    fn remove_parts(&self) {
        let pattern = self.beside(".", PART);
        let (Some(folder), Some(start)) = (pattern.parent(), pattern.file_name()) else {
            return;
        };
        let start = start.to_string_lossy();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&*start) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

const PART: &str = ".part-";

fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
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
