//! The token store in a file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use super::pair::Token;
use super::store::{StoreLock, TokenStore};
use crate::client::private_file::private;
use crate::error::{Error, Result};

/// Keeps a token pair in a file of its own, shared by any number of processes of this machine.
///
/// The file is for its owner alone (0600) and replaced as a whole, so that a reader finds the old pair or the new one.
/// Beside it stands a lock file, which holds nothing and stays.
#[derive(Debug)]
pub struct FileStore {
    path: PathBuf,
}

/// A pair is far below this; a larger file is something else.
const LARGEST: u64 = 1 << 20;

impl FileStore {
    /// The store in this file, which need not exist yet; its folder must.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
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

    fn failed(&self, what: &str, error: io::Error) -> Error {
        let path = self.path.display();
        Error::io(format_args!("token store {path} cannot be {what}"), error)
    }

    fn write(&self, token: &Token) -> io::Result<()> {
        let part = self.part();
        let file = self.file();
        let written = write_whole(&part, token.to_text().as_bytes()).and_then(|()| {
            fs::rename(&part, &file)?;
            sync_folder_of(&file)
        });
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written
    }

    /// What a process that was killed while it wrote left behind holds secrets.
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

impl TokenStore for FileStore {
    fn load(&self) -> Result<Option<Token>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read", error)),
        };
        let mut bytes = zeroize::Zeroizing::new(Vec::new());
        let read = file.take(LARGEST).read_to_end(&mut bytes);
        read.map_err(|error| self.failed("read", error))?;
        // Bytes that are no text are no pair either.
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        Token::from_text(text).map(Some).map_err(|error| {
            let path = self.path.display();
            Error::config("token_store", format_args!("{path}: {}", error.message()))
        })
    }

    fn save(&self, token: &Token) -> Result<()> {
        self.write(token)
            .map_err(|error| self.failed("written", error))
    }

    fn ready(&self) -> Result<()> {
        let part = self.part();
        // About as much as a pair with many shops needs.
        let tried = write_whole(&part, &[b' '; 8192]);
        let _ = fs::remove_file(&part);
        tried.map_err(|error| self.failed("written", error))
    }

    fn try_lock(&self) -> Result<Option<StoreLock<'_>>> {
        let path = self.beside("", ".lock");
        let failed = |error| self.failed("locked", error);
        let file = private(OpenOptions::new().create(true).write(true).truncate(false))
            .open(path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        self.remove_parts();
        Ok(Some(StoreLock::new(move || {
            // Said aloud: a child forked meanwhile shares the lock, and closing the file would leave it to the child.
            let _ = file.unlock();
        })))
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn token(access: &str) -> Token {
        let answer =
            format!(r#"{{"access_token":"{access}","refresh_token":"refresh-of-{access}"}}"#);
        Token::from_answer("1", &answer, 0).unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry).into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn keeps_the_newest_pair_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path().join("seller.token"));
        assert!(store.load().unwrap().is_none());
        for access in ["secret-a", "secret-b"] {
            store.ready().unwrap();
            store.save(&token(access)).unwrap();
            let kept = store.load().unwrap().unwrap();
            assert_eq!(kept.access_token().expose(), access);
        }
        assert_eq!(names(folder.path()), ["seller.token"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&store.path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn damaged_files_are_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seller.token");
        let store = FileStore::new(&path);
        let whole = token("secret-a").to_text();
        let half = &whole.as_bytes()[..whole.len() - 9];
        for content in [half, b"", b"\xff\xfe", b"[]", b"{\"a\":1}"] {
            fs::write(&path, content).unwrap();
            let error = store.load().unwrap_err();
            let shown = format!("{error} {error:?}");
            assert_eq!(error.kind(), ErrorKind::Config);
            assert_eq!(error.field(), Some("token_store"));
            assert!(shown.contains("seller.token") && !shown.contains("secret"));
            assert_eq!(fs::read(&path).unwrap(), content);
        }
    }

    #[test]
    fn a_store_that_cannot_be_written_says_so_and_keeps_the_old_pair() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path().join("missing").join("seller.token"));
        for error in [
            store.ready().unwrap_err(),
            store.save(&token("secret-a")).unwrap_err(),
            store.try_lock().unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Io);
            assert!(error.message().contains("seller.token"), "{error}");
        }
        // A folder in the place of the file stands for any rename that fails.
        let path = folder.path().join("taken");
        fs::create_dir(&path).unwrap();
        assert!(FileStore::new(&path).save(&token("secret-a")).is_err());
        assert_eq!(names(folder.path()), ["taken"]);
    }

    #[test]
    fn one_at_a_time_has_the_lock_and_clears_what_a_killed_process_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seller.token");
        let (store, other) = (FileStore::new(&path), FileStore::new(&path));
        store.save(&token("secret-a")).unwrap();
        fs::write(folder.path().join(".seller.token.part-1-0"), "{\"lazc").unwrap();
        let lock = store.try_lock().unwrap();
        assert!(lock.is_some() && other.try_lock().unwrap().is_none());
        assert_eq!(names(folder.path()), ["seller.token", "seller.token.lock"]);
        drop(lock);
        assert!(other.try_lock().unwrap().is_some());
        assert_eq!(
            store.load().unwrap().unwrap().access_token().expose(),
            "secret-a"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_one_file_and_its_one_lock() {
        let folder = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let path = folder.path().join("seller.token");
        let link = other.path().join("link.token");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let (store, linked) = (FileStore::new(&path), FileStore::new(&link));
        store.save(&token("secret-a")).unwrap();
        linked.save(&token("secret-b")).unwrap();
        let kept = store.load().unwrap().unwrap();
        assert_eq!(kept.access_token().expose(), "secret-b");
        assert_eq!(names(other.path()), ["link.token"]);
        let _lock = store.try_lock().unwrap().unwrap();
        assert!(linked.try_lock().unwrap().is_none());
    }
}
