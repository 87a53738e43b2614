//! Killed, canceled, failed: nothing is lost, and only what was in hand comes again.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use lazcore::jobs::{Event, SyncOptions};
use lazcore::protocol::{HttpRequest, HttpResponse};
use lazcore::transport::{Limits, SendError, Transport};
use lazcore::{Cancel, Client, Config, Country, ErrorKind};
use lazcore_sandbox::{Change, Config as World, Sandbox};

use crate::setup::{Database, Notebook, SINCE, Still, client, sandbox, sync, world};

#[test]
fn a_sync_dropped_at_any_row_goes_on_from_its_file_and_repeats_only_what_was_in_hand() {
    for seed in 0..3_u64 {
        let sandbox = Sandbox::start(World { seed, ..world(240) }).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let mut database = Database::default();
        let mut random = seed;
        let mut killed = 0;
        for run in 0..28 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let most = if run > 22 {
                usize::MAX
            } else {
                (random >> 33) as usize % 200
            };
            let change = Change {
                updates: (random >> 40) as u32 % 30,
                inserts: (random >> 50) as u32 % 3,
                ..Change::default()
            };
            let mut job = sync(&sandbox, &path);
            let ended = database.take(&mut job, most).is_some();
            killed += usize::from(!ended);
            drop(job);
            if run < 22 {
                sandbox.advance_clock((random >> 45) as i64 % 400);
                sandbox.change_orders(0, &change).unwrap();
            }
            sandbox.advance_clock(3);
        }
        database.assert_in_step(&sandbox, &format!("seed {seed}"));
        // At most the pages of one step each time.
        assert!(
            database.repeated() <= killed * 300,
            "seed {seed}: {}",
            database.repeated()
        );
    }
}

#[test]
fn with_a_cursor_kept_by_the_host_after_each_row_nothing_is_repeated() {
    let sandbox = sandbox(230);
    let mut database = Database::default();
    let mut cursor = None;
    for run in 0..30 {
        let options = SyncOptions {
            since: Some(SINCE.to_owned()),
            cursor,
            ..SyncOptions::default()
        };
        let mut job = client(&sandbox).orders().sync(options).unwrap();
        database.take(&mut job, 7 + run * 3);
        cursor = job.cursor();
        sandbox
            .touch_orders(0, &[database.came[run].0.parse().unwrap()], None)
            .unwrap();
        sandbox.advance_clock(2 + 7 * run as i64);
    }
    let options = SyncOptions {
        cursor,
        ..SyncOptions::default()
    };
    let mut job = client(&sandbox).orders().sync(options).unwrap();
    database.take(&mut job, usize::MAX).unwrap();
    database.assert_in_step(&sandbox, "by text");
    assert_eq!(database.repeated(), 0);
}

#[test]
fn a_save_that_fails_ends_the_job_and_the_last_good_state_serves() {
    let sandbox = sandbox(250);
    let mut database = Database::default();
    let broken = Arc::new(Notebook {
        fails_after: Some(2),
        ..Notebook::default()
    });
    let options = |store: &Arc<Notebook>| SyncOptions {
        since: Some(SINCE.to_owned()),
        store: Some(store.clone()),
        ..SyncOptions::default()
    };
    let mut job = client(&sandbox).orders().sync(options(&broken)).unwrap();
    let error = loop {
        match job.next().unwrap() {
            Ok(Event::Row(row)) => {
                let id = row.order.id("order_id").unwrap().unwrap();
                let version = row.order.as_json().to_owned();
                database.came.push((id.clone(), version.clone()));
                database.orders.insert(id, version);
            }
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Io, Some("state"))
    );
    assert!(
        error.message().contains("the notebook cannot be saved"),
        "{error}"
    );
    assert!(job.next().is_none());
    assert_eq!(
        broken.saves.load(Ordering::SeqCst),
        3,
        "a failed save is not tried again"
    );
    let mended = Arc::new(Notebook {
        state: Mutex::new(broken.state()),
        ..Notebook::default()
    });
    let mut job = client(&sandbox).orders().sync(options(&mended)).unwrap();
    database.take(&mut job, usize::MAX).unwrap();
    database.assert_in_step(&sandbox, "after the failure");
    assert!(
        (1..=100).contains(&database.repeated()),
        "{}",
        database.repeated()
    );
}

#[test]
fn a_canceled_sync_keeps_what_the_caller_is_done_with() {
    let sandbox = sandbox(250);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let mut database = Database::default();
    let mut job = sync(&sandbox, &path);
    database.take(&mut job, 130);
    job.cancel_flag().cancel();
    let mut rest = 0;
    let error = loop {
        match job.next().unwrap() {
            Ok(_) => rest += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert!(rest < 200);
    // Its end frees the file, though the job is still there.
    let mut next = sync(&sandbox, &path);
    let before = database.came.len();
    database.take(&mut next, usize::MAX).unwrap();
    assert_eq!(database.repeated(), 0);
    assert!(database.came.len() - before < 130);
    drop(job);
}

/// A hundred orders; the items of the second fifty are refused.
struct Refusing;

impl Transport for Refusing {
    fn send(
        &self,
        request: &HttpRequest,
        _: &Limits,
        _: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        let row = |id: u64| {
            format!(
                r#"{{"order_id":{id},"created_at":"2026-03-01 07:00:00 +0000","updated_at":"2026-03-01 07:00:00 +0000","statuses":["pending"]}}"#
            )
        };
        let items = |id: u64| {
            format!(
                r#"{{"order_id":{id},"order_items":[{{"order_item_id":{id},"order_id":{id},"status":"pending"}}]}}"#
            )
        };
        let body = if !request.url.contains("/orders/items/get") {
            let rows: Vec<String> = (1000..1100).map(row).collect();
            format!(
                r#"{{"code":"0","data":{{"countTotal":200,"orders":[{}]}}}}"#,
                rows.join(",")
            )
        } else if request.url.contains("1099") {
            r#"{"code":"IllegalAccessToken","message":"no"}"#.to_owned()
        } else {
            let orders: Vec<String> = (1000..1050).map(items).collect();
            format!(r#"{{"code":"0","data":[{}]}}"#, orders.join(","))
        };
        Ok(HttpResponse {
            status: 200,
            headers: vec![(
                "date".to_owned(),
                "Sun, 01 Mar 2026 08:00:00 GMT".to_owned(),
            )],
            body: body.into_bytes(),
        })
    }
}

#[test]
fn a_failed_sync_keeps_what_was_handed_out_before() {
    let store = Arc::new(Notebook::default());
    let options = SyncOptions {
        since: Some(SINCE.to_owned()),
        store: Some(store.clone()),
        with_items: true,
        ..SyncOptions::default()
    };
    let config = Config::new("key", "secret")
        .country(Country::Sg)
        .access_token("token")
        .account("store")
        .clock(Arc::new(Still))
        .transport(Arc::new(Refusing));
    let mut job = Client::new(config).unwrap().orders().sync(options).unwrap();
    let (mut rows, mut before) = (0, None);
    for event in &mut job {
        match event {
            Ok(Event::Row(_)) => rows += 1,
            Ok(_) => before = store.state(),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Auth),
        }
    }
    assert_eq!(rows, 50);
    assert_ne!(
        store.state(),
        before,
        "what came before the failure is done with"
    );
    assert_eq!(store.state(), job.cursor());
}
