//! The header, the list of symbols and the shared library agree. `LAZCORE_UPDATE=1` rewrites the list.
#![allow(clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn include(name: &str) -> PathBuf {
    crate_folder().join("../include").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(include(name)).expect(name)
}

/// Names followed by a parenthesis, outside of comments.
fn declared(header: &str) -> BTreeSet<String> {
    let lines = header
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("laz_"))
        .map(str::to_owned)
        .collect()
}

/// The symbols that a program can link to, all of them, so that a stray one is found too.
fn exported(library: &Path) -> BTreeSet<String> {
    let nm = Command::new("nm")
        .args(["-D", "--defined-only", "--format=posix"])
        .arg(library)
        .output()
        .expect("nm runs (Debian package binutils)");
    assert!(
        nm.status.success(),
        "nm: {}",
        String::from_utf8_lossy(&nm.stderr)
    );
    let listed = String::from_utf8_lossy(&nm.stdout).into_owned();
    listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

/// Builds the shared library, which `cargo test` alone does not do, and says where it is.
fn build_library() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    // What describes this crate would look like changed settings to build scripts of dependencies, which
    // would then be built anew each time.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let describes = ["OUT_DIR", "CARGO_PKG_", "CARGO_MANIFEST_"];
        if describes.iter().any(|start| text.starts_with(start)) {
            cargo.env_remove(&name);
        }
    }
    let cargo = cargo
        .args([
            "build",
            "--quiet",
            "--message-format=json",
            "--manifest-path",
        ])
        .arg(crate_folder().join("Cargo.toml"))
        .output()
        .expect("cargo runs");
    assert!(
        cargo.status.success(),
        "{}",
        String::from_utf8_lossy(&cargo.stderr)
    );
    let messages = String::from_utf8_lossy(&cargo.stdout).into_owned();
    let ending = format!("liblazcore{}", std::env::consts::DLL_SUFFIX);
    let path = messages
        .split('"')
        .find(|text| text.ends_with(&ending) && Path::new(text).is_absolute());
    PathBuf::from(path.expect("cargo names the library"))
}

#[test]
fn header_list_and_library_agree() {
    let declared = declared(&read("lazcore.h"));
    assert!(declared.len() > 40, "{declared:?}");
    let list: String = declared.iter().map(|name| format!("{name}\n")).collect();
    if std::env::var_os("LAZCORE_UPDATE").is_some() {
        std::fs::write(include("symbols.txt"), &list).expect("the list can be written");
    }
    assert_eq!(
        read("symbols.txt"),
        list,
        "include/symbols.txt differs from include/lazcore.h"
    );
    assert_eq!(
        exported(&build_library()),
        declared,
        "the library differs from include/lazcore.h"
    );
}

#[test]
fn both_headers_declare_the_same() {
    assert_eq!(
        declared(&read("lazcore.h")),
        declared(&read("lazcore_php.h"))
    );
}
