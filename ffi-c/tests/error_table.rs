//! The table of `docs/errors.md` against the kinds of the core and the statuses of the header.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lazcore::ErrorKind;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// Kind -> status name and number, as the page says.
fn documented() -> BTreeMap<String, (String, i32)> {
    let page = read("docs/errors.md");
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("LAZ_STATUS_"));
    let cells = rows.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    cells
        .map(|cells| {
            (
                cells[1].to_owned(),
                (cells[3].to_owned(), cells[4].parse().unwrap()),
            )
        })
        .collect()
}

/// Status name -> number, as the header says.
fn declared() -> BTreeMap<String, i32> {
    let header = read("include/lazcore.h");
    let lines = header
        .lines()
        .filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = "));
    let statuses = lines.filter(|(name, _)| name.starts_with("LAZ_STATUS_"));
    statuses
        .filter_map(|(name, number)| Some((name.to_owned(), number.parse().ok()?)))
        .collect()
}

#[test]
fn every_kind_stands_in_the_page_with_the_number_of_the_header() {
    let (documented, declared) = (documented(), declared());
    for kind in ErrorKind::ALL {
        let (status, number) = &documented[kind.as_str()];
        assert_eq!(
            *status,
            format!("LAZ_STATUS_{}", kind.as_str().to_uppercase())
        );
        assert_eq!(declared[status], *number, "{status}");
    }
    assert_eq!(documented.len(), ErrorKind::ALL.len());
}

#[test]
fn statuses_without_a_kind_stand_in_the_page_too() {
    let page = read("docs/errors.md");
    for (status, number) in declared() {
        let in_text = page.contains(&format!("`{status}` {number}"));
        let in_table = page.contains(&format!("| {status} | {number} |"));
        assert!(in_text || in_table, "{status} {number}");
    }
}
