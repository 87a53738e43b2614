//! A file of labels: whole or not at all, and for its owner's eyes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::client::private_file::private;
use crate::error::{Error, Result};

/// Writes a file under its final name only once every byte of it is on the disk. Labels carry names and
/// addresses, so others of the machine cannot read it.
pub(crate) fn save(folder: &Path, name: &str, content: &[u8]) -> Result<PathBuf> {
    let path = folder.join(name);
    let part = folder.join(format!(".{name}.part-{}", std::process::id()));
    let written = fs::create_dir_all(folder)
        .and_then(|()| write_whole(&part, content))
        .and_then(|()| {
            fs::rename(&part, &path)?;
            sync_folder(folder)
        });
    if let Err(error) = written {
        // The half-written file is of no use to anyone.
        let _ = fs::remove_file(&part);
        return Err(Error::io(
            format_args!("{} cannot be written", path.display()),
            error,
        ));
    }
    Ok(path)
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
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A text as part of a file name: letters, digits, dots, hyphens and underscores.
pub(crate) fn plain(text: &str) -> String {
    let keep =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let text = text
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    text.chars()
        .map(|character| if keep(character) { character } else { '-' })
        .collect()
}
