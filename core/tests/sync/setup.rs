//! A gateway whose clock stands still, and a caller that keeps what it is handed.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::{Clock, Rates};
use lazcore::jobs::{CursorStore, Event, FileCursor, Job, PullOptions, Summary, SyncOptions};
use lazcore::{Cancel, Client, Config, Gateway};
use lazcore_sandbox::{Config as World, Sandbox};

/// 2026-03-01T08:00:00Z, and the last order of the beginning.
pub(crate) const NOON: i64 = 1_772_352_000;
pub(crate) const SINCE: &str = "2026-02-01T00:00:00+00:00";

pub(crate) fn world(orders: usize) -> World {
    World {
        orders,
        special_orders: false,
        last_order_time: NOON - 60,
        days: 10,
        frozen_clock: Some(NOON),
        ..World::default()
    }
}

pub(crate) fn sandbox(orders: usize) -> Sandbox {
    Sandbox::start(world(orders)).unwrap()
}

/// The time of the frozen gateway, without waits.
pub(crate) struct Still;

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

pub(crate) fn config(sandbox: &Sandbox, store: usize) -> Config {
    Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .access_token(sandbox.store_token(store).unwrap())
        .clock(Arc::new(Still))
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
}

pub(crate) fn client(sandbox: &Sandbox) -> Client {
    Client::new(config(sandbox, 0).account("store")).unwrap()
}

pub(crate) fn in_file(path: &Path) -> SyncOptions {
    SyncOptions {
        since: Some(SINCE.to_owned()),
        store: Some(Arc::new(FileCursor::new(path))),
        ..SyncOptions::default()
    }
}

/// What a caller holds: orders by id, as they came last, and what came.
#[derive(Default)]
pub(crate) struct Database {
    pub(crate) orders: HashMap<String, String>,
    pub(crate) came: Vec<(String, String)>,
    pub(crate) stages: Vec<&'static str>,
}

impl Database {
    /// Takes rows until the end, or until `most` came.
    pub(crate) fn take(&mut self, job: &mut Job, most: usize) -> Option<Summary> {
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
    pub(crate) fn assert_in_step(&self, sandbox: &Sandbox, what: &str) {
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
    pub(crate) fn repeated(&self) -> usize {
        let mut times: BTreeMap<&(String, String), usize> = BTreeMap::new();
        for row in &self.came {
            *times.entry(row).or_default() += 1;
        }
        times.values().map(|times| times - 1).sum()
    }
}

pub(crate) fn sync(sandbox: &Sandbox, path: &Path) -> Job {
    client(sandbox).orders().sync(in_file(path)).unwrap()
}

/// A store of the host's, that may fail.
#[derive(Default)]
pub(crate) struct Notebook {
    pub(crate) state: Mutex<Option<String>>,
    pub(crate) saves: AtomicUsize,
    pub(crate) fails_after: Option<usize>,
}

impl Notebook {
    pub(crate) fn state(&self) -> Option<String> {
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
