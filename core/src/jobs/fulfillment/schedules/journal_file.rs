//! The journal in a file: whole, private, and in one job's hands.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::super::journal::{JournalFile, JournalStore};
use super::bench::{Bench, TWO_ORDERS, states};
use super::world::Deviation as D;
use crate::ErrorKind;
use crate::jobs::State;

fn bench(path: &Path) -> Bench {
    let mut bench = Bench::new(TWO_ORDERS);
    bench.options.journal = Some(Arc::new(JournalFile::new(path)));
    bench.options.actor = Some("anna \"night\"".to_owned());
    bench
}

#[test]
fn it_is_private_and_each_line_carries_its_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.journal");
    let outcomes = bench(&path).run();
    assert_eq!(outcomes[0].actor.as_deref(), Some("anna \"night\""));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.ends_with('\n'));
    let kinds: Vec<String> = text
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["sum"].as_str().unwrap().len(), 8);
            line["line"].as_str().unwrap().to_owned()
        })
        .collect();
    let one = [
        "begin", "intent", "known", "known", "intent", "known", "known",
    ];
    assert_eq!(kinds, one);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for file in [path.clone(), folder.path().join("store.journal.lock")] {
            let mode = fs::metadata(file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

#[test]
fn one_job_has_it_at_a_time_and_another_store_never() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.journal");
    let bench = bench(&path);
    let mut first = bench.job();
    first.next().unwrap().unwrap();
    let error = bench.job().next().unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Input, Some("journal"))
    );
    assert!(error.message().contains("in use"), "{error}");
    drop(first);
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let begin = super::super::journal::line::Line::Begin {
        account: "another".to_owned(),
        time: 1,
    };
    fs::write(&path, format!("{}\n{}\n", begin.to_text(), lines[1])).unwrap();
    let error = bench.job().next().unwrap().unwrap_err();
    assert!(error.message().contains("another"), "{error}");
}

#[test]
fn a_killed_process_leaves_a_journal_that_the_next_one_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.journal");
    let bench = bench(&path);
    bench.world().schedule = [(2, D::KillLate)].into();
    assert!(!bench.run_once().1);
    let mut half = fs::read_to_string(&path).unwrap();
    half.push_str("{\"line\":\"known\",\"ki");
    fs::write(&path, half).unwrap();
    assert_eq!(states(&bench.check("killed")), [State::Done; 2]);
    assert_eq!(bench.calls("pack"), 1);
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("\"ki\n") && text.contains("read_back"));
}

#[test]
fn what_is_older_than_a_month_is_left_out_by_a_new_file_under_the_same_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.journal");
    let bench = bench(&path);
    bench.run();
    bench.world().pass(40 * 24 * 3_600_000);
    for id in [1, 2] {
        bench.world().set(id, "repacked", None);
    }
    bench.run();
    let before = fs::read_to_string(&path).unwrap();
    assert!(before.contains("FP0001"), "read before it was written");
    let store = JournalFile::new(&path);
    assert_eq!(
        store.open().unwrap().read().unwrap().len(),
        before.lines().count()
    );
    bench.run();
    let after = fs::read_to_string(&path).unwrap();
    // Rows that were written to again are remembered with all their lines; old packages are not.
    assert!(!after.contains("\"row\":\"FP0001\""), "{after}");
    assert!(after.contains("FP0003"), "{after}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_folder_that_is_not_there_is_told_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let bench = bench(&folder.path().join("missing").join("store.journal"));
    let error = bench.job().next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.message().contains("store.journal"), "{error}");
    assert_eq!(bench.world().calls.len(), 0);
}
