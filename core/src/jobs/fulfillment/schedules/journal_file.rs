//! The journal in a file: whole, private, and in one job's hands.

use std::fs;
use std::io::Read as _;
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
fn a_new_file_is_put_in_the_place_of_the_old_one_and_not_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.journal");
    bench(&path).run();
    let before = fs::read_to_string(&path).unwrap();
    let mut old = fs::File::open(&path).unwrap();
    let mut lines = JournalFile::new(&path).open().unwrap();
    lines.replace(&["one".to_owned()]).unwrap();
    lines.append("two").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    // Whoever reads while it is done has the old lines or the new ones.
    let mut kept = String::new();
    old.read_to_string(&mut kept).unwrap();
    assert_eq!(kept, before);
}

#[test]
fn a_line_without_its_break_is_not_glued_to_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.journal");
    let bench = bench(&path);
    bench.run();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.trim_end()).unwrap();
    for id in [1, 2] {
        bench.world().set(id, "repacked", None);
    }
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    assert_eq!(states(&bench.run()), [State::Done; 2]);
    assert_eq!(bench.calls("pack"), 2);
}

/// Set for the process that fills its disk.
const FULL: &str = "LAZCORE_TEST_FULL_DISK";

/// Writes lines until there is no more room.
#[cfg(unix)]
#[test]
fn the_process_that_fills_its_disk() {
    let Some(path) = std::env::var_os(FULL) else {
        return;
    };
    let mut lines = JournalFile::new(path).open().unwrap();
    let line = "x".repeat(300);
    let written = (0..50).take_while(|_| lines.append(&line).is_ok());
    assert!((1..50).contains(&written.count()));
}

#[cfg(unix)]
#[test]
fn on_a_full_disk_no_half_line_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.journal");
    // A limit for files stands for the disk; half of the line that meets it fits.
    let child = std::process::Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 2; exec \"$0\" \"$1\" --exact --test-threads=1",
        ])
        .arg(std::env::current_exe().unwrap())
        .arg(
            concat!(module_path!(), "::the_process_that_fills_its_disk")
                .trim_start_matches("lazcore::"),
        )
        .env(FULL, &path)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(told.contains("1 passed"), "{told}");
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.is_empty());
    assert!(text.ends_with('\n') && text.lines().all(|line| line.len() == 300));
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
