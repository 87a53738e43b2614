//! The folder that labels go to: names in sequence, a manifest beside the files.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::manifest::{self, Entry, Parcel};
use crate::error::{Error, Result};
use crate::jobs::label_file::{self, plain};

/// A folder with what it held when it was opened, and what was saved since.
pub(super) struct Folder {
    path: PathBuf,
    /// The number of the next file.
    next: u32,
    /// Labels by account and package id.
    known: HashMap<(String, String), Saved>,
}

/// A label that is in the folder.
pub(super) struct Saved {
    pub(super) file: String,
    pub(super) page: Option<u32>,
    /// No other package is in the file.
    pub(super) alone: bool,
}

impl Folder {
    /// Opens a folder, which need not exist. Numbers go on behind those of its files.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut folder = Self {
            path: path.to_owned(),
            next: 1,
            known: HashMap::new(),
        };
        folder.remember(&manifest::read(path)?);
        let unreadable =
            |error| Error::io(format_args!("{} cannot be read", path.display()), error);
        let files = match fs::read_dir(path) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(folder),
            Err(error) => return Err(unreadable(error)),
        };
        for file in files {
            let name = file.map_err(unreadable)?.file_name();
            let number = name.to_str().and_then(number_of).unwrap_or(0);
            folder.next = folder.next.max(number.saturating_add(1));
        }
        Ok(folder)
    }

    /// The label of a package that was saved here before, if its file is still there.
    pub(super) fn saved(&self, account: &str, package: &str) -> Option<&Saved> {
        let key = (account.to_owned(), package.to_owned());
        let saved = self.known.get(&key)?;
        self.place_of(saved).is_file().then_some(saved)
    }

    pub(super) fn place_of(&self, saved: &Saved) -> PathBuf {
        self.path.join(&saved.file)
    }

    /// Saves a file under the next free number.
    pub(super) fn save(
        &mut self,
        account: &str,
        parcels: &[Parcel],
        ending: &str,
        content: &[u8],
    ) -> Result<PathBuf> {
        loop {
            let name = name(self.next, account, parcels, ending);
            self.next = self.next.saturating_add(1);
            // Another process may have taken the number meanwhile.
            if let Some(path) = label_file::save_new(&self.path, &name, content)? {
                return Ok(path);
            }
        }
    }

    /// Adds to the manifest.
    pub(super) fn list(&mut self, entries: &[Entry]) -> Result<()> {
        manifest::add(&self.path, entries)?;
        self.remember(entries);
        Ok(())
    }

    /// Later entries count; those of one file come together.
    fn remember(&mut self, entries: &[Entry]) {
        let mut packages: HashMap<&str, u32> = HashMap::new();
        for entry in entries {
            *packages.entry(&entry.file).or_default() += 1;
        }
        for entry in entries {
            let key = (entry.account.clone(), entry.parcel.package_id.clone());
            let saved = Saved {
                file: entry.file.clone(),
                page: entry.page,
                alone: packages.get(entry.file.as_str()) == Some(&1),
            };
            self.known.insert(key, saved);
        }
    }
}

/// The number that a file's name begins with.
fn number_of(name: &str) -> Option<u32> {
    let (number, _) = name.split_once('_')?;
    number.parse().ok()
}

/// Files sort in the order given; the account tells apart stores whose packages meet in one folder.
fn name(number: u32, account: &str, parcels: &[Parcel], ending: &str) -> String {
    let account = plain(account);
    let first = parcels
        .first()
        .map(|parcel| plain(&parcel.package_id))
        .unwrap_or_default();
    match parcels.len() {
        0 | 1 => format!("{number:04}_{account}_{first}.{ending}"),
        more => format!(
            "{number:04}_{account}_{first}_and_{}_more.{ending}",
            more - 1
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_behind_the_files_of_the_folder() {
        let place = tempfile::tempdir().unwrap();
        for name in ["0007_a_FP1.pdf", "12_other.txt", "x_9.pdf", "notes.txt"] {
            fs::write(place.path().join(name), name).unwrap();
        }
        let mut folder = Folder::open(place.path()).unwrap();
        let parcels = [Parcel::of("FP2")];
        let path = folder.save("a", &parcels, "pdf", b"x").unwrap();
        assert_eq!(path.file_name().unwrap(), "0013_a_FP2.pdf");
        // Somebody else takes the next one.
        let taken = place.path().join("0014_a_FP2.pdf");
        fs::write(&taken, "theirs").unwrap();
        let path = folder.save("a", &parcels, "pdf", b"x").unwrap();
        assert_eq!(path.file_name().unwrap(), "0015_a_FP2.pdf");
        assert_eq!(fs::read(taken).unwrap(), b"theirs");
    }

    #[test]
    fn a_folder_of_foreign_records_is_refused() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("manifest.json"), "{\"name\":\"app\"}").unwrap();
        assert!(Folder::open(place.path()).is_err());
    }
}
