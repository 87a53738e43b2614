//! What changes during the backfill and between runs, and the hand-over.

use std::sync::Arc;

use lazcore::ErrorKind;
use lazcore::jobs::{PullOptions, SyncOptions};
use lazcore_sandbox::{Change, Sandbox};

use crate::setup::{Database, Notebook, SINCE, client, sandbox, sync};

#[test]
fn orders_that_change_during_the_backfill_and_between_runs_come() {
    let sandbox = sandbox(350);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let mut database = Database::default();
    // The first pages are read, then change the first orders of them.
    let mut job = sync(&sandbox, &path);
    database.take(&mut job, 120);
    let seen: Vec<u64> = database.came[..40]
        .iter()
        .map(|row| row.0.parse().unwrap())
        .collect();
    sandbox.advance_clock(900);
    sandbox.touch_orders(0, &seen, None).unwrap();
    sandbox.insert_orders(0, 7, None).unwrap();
    sandbox.advance_clock(900);
    let summary = database.take(&mut job, usize::MAX).unwrap();
    database.assert_in_step(&sandbox, "after the backfill");
    assert_eq!(database.stages, ["backfill", "changes"]);
    assert_eq!(database.repeated(), 0);
    assert_eq!(summary.counts, [("orders", 397), ("bad_rows", 0)]);
    assert_eq!(summary.newest.as_deref(), Some("2026-03-01T08:15:00+00:00"));
    assert_eq!(summary.lateness_s, Some(900));
    // And then from run to run.
    for run in 0..4_u32 {
        let change = Change {
            updates: 20 * run,
            inserts: 3,
            ..Change::default()
        };
        sandbox.change_orders(0, &change).unwrap();
        sandbox.advance_clock(5);
        let before = database.came.len();
        let mut job = sync(&sandbox, &path);
        let summary = database.take(&mut job, usize::MAX).unwrap();
        assert_eq!(summary.lateness_s, Some(5));
        database.assert_in_step(&sandbox, &format!("run {run}"));
        assert!(database.came.len() - before <= 20 * run as usize + 3);
    }
    assert_eq!(database.repeated(), 0);
    let mut job = sync(&sandbox, &path);
    let summary = database.take(&mut job, usize::MAX).unwrap();
    assert_eq!((summary.newest, summary.lateness_s), (None, None));
}

#[test]
fn p5_the_changes_begin_where_the_backfill_closed_its_window_and_not_where_it_ended() {
    let sandbox = sandbox(120);
    let mut job = client(&sandbox)
        .orders()
        .sync(SyncOptions {
            since: Some(SINCE.to_owned()),
            ..SyncOptions::default()
        })
        .unwrap();
    let mut database = Database::default();
    database.take(&mut job, 1);
    // The backfill takes an hour, longer than any overlap.
    sandbox.advance_clock(3600);
    database.take(&mut job, usize::MAX);
    // 07:59:58 less ten minutes, and a second wider.
    assert_eq!(bounds_by_update(&sandbox)[0], "2026-03-01T07:49:57+00:00");
}

/// The lower bounds of the lists by update.
fn bounds_by_update(sandbox: &Sandbox) -> Vec<String> {
    let calls = sandbox.calls().into_iter();
    let bounds = calls.filter_map(|call| call.param("update_after").map(str::to_owned));
    bounds.collect()
}

#[test]
fn options_are_checked_before_anything_is_sent() {
    let sandbox = sandbox(5);
    let client = client(&sandbox);
    let field = |options: SyncOptions| {
        let error = client.orders().sync(options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        error.field().unwrap().to_owned()
    };
    let since = |since: &str| SyncOptions {
        since: Some(since.to_owned()),
        ..SyncOptions::default()
    };
    assert_eq!(field(SyncOptions::default()), "since");
    assert_eq!(field(since(" ")), "since");
    assert_eq!(field(since("2026-03-01")), "since");
    for overlap_s in [0, 604_801] {
        let options = SyncOptions {
            overlap_s: Some(overlap_s),
            ..since(SINCE)
        };
        assert_eq!(field(options), "overlap_s");
    }
    let both = SyncOptions {
        cursor: Some("text".to_owned()),
        store: Some(Arc::new(Notebook::default())),
        ..since(SINCE)
    };
    assert_eq!(field(both), "cursor");
    assert!(sandbox.calls().is_empty());
}

#[test]
fn those_who_drive_pulls_hand_over_by_the_cursor_of_the_backfill() {
    let sandbox = sandbox(130);
    let client = client(&sandbox);
    let by_creation = |cursor| PullOptions {
        created_after: Some(SINCE.to_owned()),
        cursor,
        overlap_s: Some(300),
        ..PullOptions::default()
    };
    let by_update = |cursor| PullOptions {
        update_after: Some(SINCE.to_owned()),
        cursor,
        overlap_s: Some(300),
        ..PullOptions::default()
    };
    let mut database = Database::default();
    let mut job = client.orders().pull(by_creation(None)).unwrap();
    database.take(&mut job, 110);
    let error = client.orders().pull(by_update(job.cursor())).unwrap_err();
    assert_eq!(error.field(), Some("cursor"));
    assert!(error.message().contains("has not ended"), "{error}");
    sandbox.advance_clock(1000);
    let changed: Vec<u64> = database.came[..9]
        .iter()
        .map(|row| row.0.parse().unwrap())
        .collect();
    sandbox.touch_orders(0, &changed, None).unwrap();
    sandbox.advance_clock(10);
    database.take(&mut job, usize::MAX).unwrap();
    let mut job = client.orders().pull(by_update(job.cursor())).unwrap();
    let summary = database.take(&mut job, usize::MAX).unwrap();
    assert_eq!(summary.counts[0], ("orders", 9));
    database.assert_in_step(&sandbox, "handed over");
    assert_eq!(database.repeated(), 0);
    assert_eq!(bounds_by_update(&sandbox)[0], "2026-03-01T07:54:57+00:00");
    // A sync goes on from the cursors of pulls, too.
    let options = SyncOptions {
        cursor: job.cursor(),
        ..SyncOptions::default()
    };
    let mut job = client.orders().sync(options).unwrap();
    assert_eq!(
        database.take(&mut job, usize::MAX).unwrap().counts[0],
        ("orders", 0)
    );
}
