//! Files of labels: whole or not at all, for their owner's eyes, and never in another's place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sha2::{Digest, Sha256};

use crate::client::private_file::private;
use crate::error::{Error, Result};

/// Writes a file under its final name only once every byte of it is on the disk; `None` when a file of that
/// name exists, which is left as it is. Labels carry names and addresses, so others of the machine cannot
/// read them.
pub(crate) fn save_new(folder: &Path, name: &str, content: &[u8]) -> Result<Option<PathBuf>> {
    let path = folder.join(name);
    let saved = in_place(folder, name, content, |part| {
        let taken = take_name(part, &path)?;
        let _ = fs::remove_file(part);
        Ok(taken)
    });
    let taken = saved.map_err(|error| not_written(&path, error))?;
    Ok(taken.then_some(path))
}

/// Writes a file, whole or not at all, in the place of the one that was there.
pub(crate) fn replace(folder: &Path, name: &str, content: &[u8]) -> Result<()> {
    let path = folder.join(name);
    in_place(folder, name, content, |part| fs::rename(part, &path))
        .map_err(|error| not_written(&path, error))
}

/// Locks a folder against other processes that do the same, until the file is unlocked or closed.
pub(crate) fn lock(folder: &Path) -> Result<File> {
    let locked = fs::create_dir_all(folder).and_then(|()| {
        let file = open_to_lock(folder)?;
        file.lock()?;
        Ok(file)
    });
    locked.map_err(|error| Error::io(format_args!("{} cannot be locked", folder.display()), error))
}

/// The folder itself, so that no lock file is left among the labels.
#[cfg(unix)]
fn open_to_lock(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

#[cfg(not(unix))]
fn open_to_lock(folder: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    private(options.write(true).create(true).truncate(false)).open(folder.join(".manifest.lock"))
}

fn not_written(path: &Path, error: io::Error) -> Error {
    Error::io(format_args!("{} cannot be written", path.display()), error)
}

/// Writes the content under a name of its own and lets `finish` give it the final one.
fn in_place<T>(
    folder: &Path,
    name: &str,
    content: &[u8],
    finish: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<T> {
    // Threads of one process must not share it either.
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let part = folder.join(format!(".{name}.part-{}-{number}", std::process::id()));
    let written = fs::create_dir_all(folder)
        .and_then(|()| write_whole(&part, content))
        .and_then(|()| {
            let done = finish(&part)?;
            sync_folder(folder)?;
            Ok(done)
        });
    if written.is_err() {
        // The half-written file is of no use to anyone.
        let _ = fs::remove_file(&part);
    }
    written
}

/// Gives a file a further name unless a file has it; whether it did.
fn take_name(part: &Path, path: &Path) -> io::Result<bool> {
    match fs::hard_link(part, path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Some file systems know no second names. A look before the move is the best they allow.
        Err(_) if path.try_exists()? => Ok(false),
        Err(_) => fs::rename(part, path).map(|()| true),
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
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The longest part of a name, so that a name of three parts stays below the 255 bytes of file systems and
/// leaves room for a folder within the 260 characters of older Windows programs.
const LONGEST_PART: usize = 40;

/// A text as part of a file name: letters, digits, dots, hyphens and underscores. What is too long is cut,
/// and a hash of the whole keeps it apart from others.
pub(crate) fn plain(text: &str) -> String {
    let keep =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let shown = text
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    let shown: String = shown
        .chars()
        .map(|character| if keep(character) { character } else { '-' })
        .collect();
    if shown.len() <= LONGEST_PART {
        return shown;
    }
    let hash = hex::encode(Sha256::digest(text.as_bytes()));
    format!("{}-{}", &shown[..LONGEST_PART - 9], &hash[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_exists_keeps_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let first = save_new(folder.path(), "a.pdf", b"first").unwrap();
        assert_eq!(first, Some(folder.path().join("a.pdf")));
        assert_eq!(save_new(folder.path(), "a.pdf", b"second").unwrap(), None);
        assert_eq!(fs::read(folder.path().join("a.pdf")).unwrap(), b"first");
        replace(folder.path(), "a.pdf", b"third").unwrap();
        assert_eq!(fs::read(folder.path().join("a.pdf")).unwrap(), b"third");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// Set for the process that fills its disk.
    const FULL: &str = "LAZCORE_TEST_FULL_FOLDER";

    #[cfg(unix)]
    #[test]
    fn the_process_that_fills_its_disk() {
        let Some(folder) = std::env::var_os(FULL) else {
            return;
        };
        let folder = Path::new(&folder);
        let content = vec![b'x'; 100_000];
        assert!(save_new(folder, "new.pdf", &content).is_err());
        assert!(replace(folder, "old.pdf", &content).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn on_a_full_disk_nothing_new_is_left_and_nothing_old_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old.pdf"), "old").unwrap();
        let test = concat!(module_path!(), "::the_process_that_fills_its_disk");
        // A limit for files stands for the disk.
        let child = std::process::Command::new("sh")
            .args([
                "-c",
                "trap '' XFSZ; ulimit -f 2; exec \"$0\" \"$1\" --exact",
            ])
            .arg(std::env::current_exe().unwrap())
            .arg(test.trim_start_matches("lazcore::"))
            .env(FULL, folder.path())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&child.stdout);
        assert!(told.contains("1 passed"), "{told}");
        let files = fs::read_dir(folder.path()).unwrap();
        let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["old.pdf"]);
        assert_eq!(fs::read(folder.path().join("old.pdf")).unwrap(), b"old");
    }

    #[test]
    fn names_suit_every_system() {
        assert_eq!(plain("store 1/SG:*?\"<>|\\"), "store-1-SG--------");
        assert_eq!(plain("https://api.example/rest"), "api.example-rest");
        let long = "p".repeat(200);
        let longer = "p".repeat(201);
        assert_eq!(plain(&long).len(), LONGEST_PART);
        assert_ne!(plain(&long), plain(&longer));
        assert_eq!(plain(&"é".repeat(50)).len(), LONGEST_PART);
    }
}
