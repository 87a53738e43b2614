//! The token store in a file.

use std::io;
use std::path::PathBuf;

use super::pair::Token;
use super::store::{StoreLock, TokenStore};
use crate::client::private_file::PrivateFile;
use crate::error::{Error, Result};

/// Keeps a token pair in a file of its own, shared by any number of processes of this machine.
///
/// The file is for its owner alone (0600) and replaced as a whole, so that a reader finds the old pair or the new one.
/// Beside it stands a lock file, which holds nothing and stays.
#[derive(Debug)]
pub struct FileStore(PrivateFile);

/// A pair is far below this; a larger file is something else.
const LARGEST: u64 = 1 << 20;
/// About as much as a pair with many shops needs.
const USUAL: usize = 8192;

impl FileStore {
    /// The store in this file, which need not exist yet; its folder must.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(PrivateFile::new(path))
    }

    fn failed(&self, what: &str, error: io::Error) -> Error {
        let path = self.0.path().display();
        Error::io(format_args!("token store {path} cannot be {what}"), error)
    }
}

impl TokenStore for FileStore {
    fn load(&self) -> Result<Option<Token>> {
        let read = self.0.read(LARGEST);
        let Some(bytes) = read.map_err(|error| self.failed("read", error))? else {
            return Ok(None);
        };
        // Bytes that are no text are no pair either.
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        Token::from_text(text).map(Some).map_err(|error| {
            let path = self.0.path().display();
            Error::config("token_store", format_args!("{path}: {}", error.message()))
        })
    }

    fn save(&self, token: &Token) -> Result<()> {
        let written = self.0.replace(token.to_text().as_bytes());
        written.map_err(|error| self.failed("written", error))
    }

    fn ready(&self) -> Result<()> {
        let tried = self.0.try_to_write(USUAL);
        tried.map_err(|error| self.failed("written", error))
    }

    fn try_lock(&self) -> Result<Option<StoreLock<'_>>> {
        let lock = self.0.try_lock();
        let lock = lock.map_err(|error| self.failed("locked", error))?;
        Ok(lock.map(|lock| StoreLock::new(move || lock.free())))
    }

    fn name(&self) -> String {
        self.0.path().display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

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
        let path = folder.path().join("seller.token");
        let store = FileStore::new(&path);
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
            let mode = fs::metadata(&path).unwrap().permissions().mode();
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
