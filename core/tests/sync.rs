//! Sync: a backfill and then the changes, from run to run, killed at any moment.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::{Clock, Rates};
use lazcore::jobs::{CursorStore, Event, FileCursor, Job, PullOptions, Summary, SyncOptions};
use lazcore::protocol::{HttpRequest, HttpResponse};
use lazcore::transport::{Limits, SendError, Transport};
use lazcore::{Cancel, Client, Config, Country, ErrorKind, Gateway};
use lazcore_sandbox::{Change, Config as World, Sandbox};

/// 2026-03-01T08:00:00Z, and the last order of the beginning.
const NOON: i64 = 1_772_352_000;
const SINCE: &str = "2026-02-01T00:00:00+00:00";

fn world(orders: usize) -> World {
    World {
        orders,
        special_orders: false,
        last_order_time: NOON - 60,
        days: 10,
        frozen_clock: Some(NOON),
        ..World::default()
    }
}

fn sandbox(orders: usize) -> Sandbox {
    Sandbox::start(world(orders)).unwrap()
}

/// The time of the frozen gateway, without waits.
struct Still;

impl Clock for Still {
    fn now_ms(&self) -> i64 {
        NOON * 1000
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn sleep(&self, _: Duration, cancel: &Cancel) -> bool {
        !cancel.is_canceled()
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

fn config(sandbox: &Sandbox, store: usize) -> Config {
    Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .access_token(sandbox.store_token(store).unwrap())
        .clock(Arc::new(Still))
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
}

fn client(sandbox: &Sandbox) -> Client {
    Client::new(config(sandbox, 0).account("store")).unwrap()
}

fn in_file(path: &Path) -> SyncOptions {
    SyncOptions {
        since: Some(SINCE.to_owned()),
        store: Some(Arc::new(FileCursor::new(path))),
        ..SyncOptions::default()
    }
}

/// What a caller holds: orders by id, as they came last, and what came.
#[derive(Default)]
struct Database {
    orders: HashMap<String, String>,
    came: Vec<(String, String)>,
    stages: Vec<&'static str>,
}

impl Database {
    /// Takes rows until the end, or until `most` came.
    fn take(&mut self, job: &mut Job, most: usize) -> Option<Summary> {
        let mut rows = 0;
        while rows < most {
            match job.next()?.unwrap() {
                Event::Row(row) => {
                    let id = row.order.id("order_id").unwrap().unwrap();
                    let version = row.order.as_json().to_owned();
                    self.came.push((id.clone(), version.clone()));
                    self.orders.insert(id, version);
                    rows += 1;
                }
                Event::Progress(progress) => {
                    if self.stages.last() != Some(&progress.stage) {
                        self.stages.push(progress.stage);
                    }
                }
                Event::Done(summary) => return Some(summary),
                Event::BadRow(bad) => panic!("{bad:?}"),
                Event::Notice(notice) => panic!("{notice:?}"),
                other => panic!("{other:?}"),
            }
        }
        None
    }

    /// Every order of the gateway, in its last version.
    fn assert_in_step(&self, sandbox: &Sandbox, what: &str) {
        let options = PullOptions {
            created_after: Some(SINCE.to_owned()),
            ..PullOptions::default()
        };
        let (mut all, mut lost) = (0, Vec::new());
        for event in client(sandbox).orders().pull(options).unwrap() {
            if let Event::Row(row) = event.unwrap() {
                all += 1;
                let id = row.order.id("order_id").unwrap().unwrap();
                if self.orders.get(&id).map(String::as_str) != Some(row.order.as_json()) {
                    lost.push(id);
                }
            }
        }
        assert!(
            lost.is_empty(),
            "{what}: {} of {all} orders lost or old: {lost:?}",
            lost.len()
        );
        assert_eq!(self.orders.len(), all, "{what}");
    }

    /// How often one version came beyond once.
    fn repeated(&self) -> usize {
        let mut times: BTreeMap<&(String, String), usize> = BTreeMap::new();
        for row in &self.came {
            *times.entry(row).or_default() += 1;
        }
        times.values().map(|times| times - 1).sum()
    }
}

fn sync(sandbox: &Sandbox, path: &Path) -> Job {
    client(sandbox).orders().sync(in_file(path)).unwrap()
}

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
    let lists = lists(&sandbox);
    let changes = lists
        .iter()
        .find(|url| url.contains("update_after"))
        .unwrap();
    // 07:59:58 less ten minutes, and a second wider.
    assert!(
        changes.contains("update_after=2026-03-01T07:49:57"),
        "{changes}"
    );
}

fn lists(sandbox: &Sandbox) -> Vec<String> {
    let calls = sandbox.calls().into_iter();
    let lists = calls.filter(|call| call.path == "/orders/get");
    lists
        .map(|call| format!("{:?}", call.params).replace("\", \"", "="))
        .collect()
}

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
fn the_state_is_kept_in_front_of_the_end_and_only_once_for_what_did_not_change() {
    let sandbox = sandbox(150);
    let store = Arc::new(Notebook::default());
    let options = || SyncOptions {
        since: Some(SINCE.to_owned()),
        store: Some(store.clone()),
        ..SyncOptions::default()
    };
    let orders = client(&sandbox);
    let mut job = orders.orders().sync(options()).unwrap();
    let mut saves = Vec::new();
    while let Some(event) = job.next() {
        let saved = store.saves.load(Ordering::SeqCst);
        match event.unwrap() {
            Event::Row(_) => saves.push(saved),
            Event::Done(_) => {
                let state = store.state().unwrap();
                assert_eq!(Some(&state), job.cursor().as_ref());
                assert!(state.contains(r#""ended":true"#) && state.contains("updated_at"));
            }
            _ => {}
        }
    }
    assert_eq!(store.state(), job.cursor());
    // 150 rows, two pages: nothing of the first was kept while its rows were in hand.
    assert!(saves[..99].iter().all(|saved| *saved <= 1), "{saves:?}");
    assert!(
        store.saves.load(Ordering::SeqCst) <= 8,
        "{}",
        store.saves.load(Ordering::SeqCst)
    );
    let before = store.saves.load(Ordering::SeqCst);
    // A run that finds nothing ends its window, too.
    sandbox.advance_clock(60);
    Database::default().take(&mut orders.orders().sync(options()).unwrap(), 1);
    let state = store.state().unwrap();
    assert!(state.contains(r#""ended":true"#) && state.contains(&format!(r#""to":{}"#, NOON + 58)));
    assert!(store.saves.load(Ordering::SeqCst) <= before + 2);
}

/// A store of the host's, that may fail.
#[derive(Default)]
struct Notebook {
    state: Mutex<Option<String>>,
    saves: AtomicUsize,
    fails_after: Option<usize>,
}

impl Notebook {
    fn state(&self) -> Option<String> {
        self.state.lock().unwrap().clone()
    }
}

impl CursorStore for Notebook {
    fn load(&self) -> io::Result<Option<String>> {
        Ok(self.state())
    }

    fn save(&self, state: &str) -> io::Result<()> {
        let saves = self.saves.fetch_add(1, Ordering::SeqCst);
        if self.fails_after.is_some_and(|most| saves >= most) {
            return Err(io::Error::other("the disk is full"));
        }
        *self.state.lock().unwrap() = Some(state.to_owned());
        Ok(())
    }

    fn name(&self) -> String {
        "the notebook".to_owned()
    }
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

#[test]
fn a_file_is_for_one_sync_at_a_time() {
    let sandbox = sandbox(150);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let mut first = sync(&sandbox, &path);
    Database::default().take(&mut first, 3);
    let error = client(&sandbox).orders().sync(in_file(&path)).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Io, Some("state"))
    );
    assert!(
        error.message().contains("in use by another sync"),
        "{error}"
    );
    assert!(error.retryable());
    drop(first);
    let mut second = sync(&sandbox, &path);
    Database::default().take(&mut second, usize::MAX).unwrap();
    // Ended: free, though the job is still there.
    let mut third = sync(&sandbox, &path);
    Database::default().take(&mut third, usize::MAX).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let sandbox = sandbox(150);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    Database::default()
        .take(&mut sync(&sandbox, &path), usize::MAX)
        .unwrap();
    let whole = fs::read(&path).unwrap();
    let other = String::from_utf8(whole.clone())
        .unwrap()
        .replace(r#""v":1"#, r#""v":2"#);
    for content in [
        &whole[..whole.len() / 2],
        b"",
        b" \n",
        b"\xff\xfe",
        b"{}",
        other.as_bytes(),
    ] {
        fs::write(&path, content).unwrap();
        let error = client(&sandbox).orders().sync(in_file(&path)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some("state"))
        );
        assert!(error.message().contains(path.to_str().unwrap()), "{error}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    fs::write(&path, whole).unwrap();
    sync(&sandbox, &path);
    // A folder that is not there.
    let nowhere = folder.path().join("missing").join("state");
    let error = client(&sandbox)
        .orders()
        .sync(in_file(&nowhere))
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Io, Some("state"))
    );
}

#[test]
fn p19_a_state_of_another_account_app_or_filter_is_refused() {
    let sandbox = sandbox(50);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    Database::default()
        .take(&mut sync(&sandbox, &path), usize::MAX)
        .unwrap();
    let kept = fs::read(&path).unwrap();
    let refusal = |client: &Client, options: SyncOptions| {
        let error = client.orders().sync(options).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some("state"))
        );
        assert!(error.message().contains("belongs to another"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), kept);
    };
    let other = Client::new(config(&sandbox, 0).account("other")).unwrap();
    refusal(&other, in_file(&path));
    let filtered = SyncOptions {
        status: Some("packed".to_owned()),
        ..in_file(&path)
    };
    refusal(&client(&sandbox), filtered);
    // Given as a text, it is the cursor that is refused.
    let text = SyncOptions {
        cursor: Some(String::from_utf8(kept.clone()).unwrap()),
        ..SyncOptions::default()
    };
    let error = other.orders().sync(text).unwrap_err();
    assert_eq!(error.field(), Some("cursor"));
}

#[test]
fn the_account_is_found_out_so_that_another_token_finds_the_state() {
    let sandbox = sandbox(60);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let of_store = |store| Client::new(config(&sandbox, store)).unwrap();
    let mut database = Database::default();
    let mut job = of_store(0).orders().sync(in_file(&path)).unwrap();
    assert!(
        sandbox.calls().is_empty(),
        "nothing is sent before the first event"
    );
    database.take(&mut job, usize::MAX).unwrap();
    drop(job);
    // A refreshed token of the same seller.
    let refreshed = config(&sandbox, 0).access_token(new_token(&sandbox));
    sandbox
        .touch_orders(0, &[database.came[5].0.parse().unwrap()], None)
        .unwrap();
    sandbox.advance_clock(4);
    let mut job = Client::new(refreshed)
        .unwrap()
        .orders()
        .sync(in_file(&path))
        .unwrap();
    let before = database.came.len();
    database.take(&mut job, usize::MAX).unwrap();
    assert_eq!(database.came.len() - before, 1);
    drop(job);
    // And the token of another seller does not; this shows at the first event, and the file stays.
    let kept = fs::read(&path).unwrap();
    let mut job = of_store(1).orders().sync(in_file(&path)).unwrap();
    let error = job.next().unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Input, Some("state"))
    );
    assert!(job.next().is_none());
    assert_eq!(fs::read(&path).unwrap(), kept);
}

fn new_token(sandbox: &Sandbox) -> String {
    use lazcore::Args;
    let own = client(sandbox);
    let refresh = Args::new().set("refresh_token", sandbox.refresh_token(0).unwrap());
    let reply = own.call("RefreshAccessToken", refresh).unwrap();
    reply
        .pointer("/access_token")
        .unwrap()
        .to_text()
        .unwrap()
        .to_string()
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
    let lists = lists(&sandbox);
    assert!(
        lists
            .iter()
            .any(|list| list.contains("update_after=2026-03-01T07:54:57")),
        "{lists:?}"
    );
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
