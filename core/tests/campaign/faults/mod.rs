//! Each misbehavior of the sandbox under a pull: the right result, or an error that says what is wrong.

mod around;
mod list;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::{Clock, Rates, RetryPolicy, SystemClock};
use lazcore::jobs::{Event, Job, PullOptions};
use lazcore::{Cancel, Client, Config, ErrorKind, Gateway};
use lazcore_sandbox::{Config as World, Sandbox};

use crate::sweeps;

/// Sparse orders, and crowded seconds among them.
const ORDERS: usize = 330;
const DENSE: [u32; 4] = [101, 3, 130, 40];

/// What a pull must come to.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// Every order that rests, each version once, and nothing called unproven.
    Whole,
    /// The same, but seconds may be told as unproven.
    WholeOrTold,
    /// An error of this kind about this field.
    Fails(ErrorKind, Option<&'static str>),
}

use Expected::{Fails, WholeOrTold};

fn sandbox() -> Sandbox {
    Sandbox::start(World {
        orders: ORDERS,
        stores: 2,
        special_orders: false,
        dense_seconds: DENSE.to_vec(),
        ..World::default()
    })
    .unwrap()
}

fn config(sandbox: &Sandbox, store: usize) -> Config {
    Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .access_token(sandbox.store_token(store).unwrap())
        .account(format!("store {store}"))
        .response_timeout(Duration::from_millis(300))
        .clock(Arc::new(Off(SystemClock::new(), 0, Mutex::default())))
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
        .retry(RetryPolicy {
            base: Duration::from_millis(1),
            ..RetryPolicy::default()
        })
}

fn options(by_update: bool) -> PullOptions {
    let since = Some("2026-09-01T00:00:00+08:00".to_owned());
    PullOptions {
        created_after: since.clone().filter(|_| !by_update),
        update_after: since.filter(|_| by_update),
        ..PullOptions::default()
    }
}

/// What a pull came to.
#[derive(Debug, Default)]
struct Came {
    rows: Vec<(String, String)>,
    unproven: usize,
    error: Option<lazcore::Error>,
    cursor: Option<String>,
}

impl Came {
    fn of(mut job: Job) -> Self {
        let mut came = Self::default();
        for event in &mut job {
            match event {
                Ok(Event::Row(row)) => {
                    let id = row.order.id("order_id").unwrap().unwrap();
                    came.rows.push((id, sweeps::version(&row.order)));
                }
                Ok(Event::Done(summary)) => came.unproven = summary.unproven.len(),
                Ok(Event::BadRow(bad)) => panic!("{bad:?}"),
                Ok(_) => {}
                Err(error) => came.error = Some(error),
            }
        }
        came.cursor = job.cursor();
        came
    }

    fn assert(&self, expected: Expected, what: &str, rest: &HashMap<String, String>) {
        let versions: HashSet<&(String, String)> = self.rows.iter().collect();
        assert_eq!(versions.len(), self.rows.len(), "{what}: a version twice");
        if let Fails(kind, field) = expected {
            let error = self
                .error
                .as_ref()
                .unwrap_or_else(|| panic!("{what}: no error"));
            assert_eq!(
                (error.kind(), error.field()),
                (kind, field),
                "{what}: {error}"
            );
            return;
        }
        assert!(self.error.is_none(), "{what}: {:?}", self.error);
        let told = self.unproven > 0;
        assert!(!told || matches!(expected, WholeOrTold), "{what}: unproven");
        let last: HashMap<&String, &String> = self
            .rows
            .iter()
            .map(|(id, version)| (id, version))
            .collect();
        let lost = rest
            .iter()
            .filter(|(id, version)| last.get(id) != Some(version))
            .count();
        assert!(lost == 0 || told, "{what}: {lost} orders lost in silence");
    }
}

/// Orders and their versions; nothing moves and nothing is wrong.
fn all(sandbox: &Sandbox, store: usize) -> HashMap<String, String> {
    let client = Client::new(config(sandbox, store)).unwrap();
    let came = Came::of(client.orders().pull(options(false)).unwrap());
    assert!(came.error.is_none() && came.unproven == 0);
    came.rows.into_iter().collect()
}

/// The machine's clock, off by so many seconds; nobody waits for it.
struct Off(SystemClock, i64, Mutex<Duration>);

impl Clock for Off {
    fn now_ms(&self) -> i64 {
        self.0.now_ms() + self.1 * 1000
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed() + *self.2.lock().unwrap()
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        *self.2.lock().unwrap() += duration;
        !cancel.is_canceled()
    }

    fn chance(&self) -> f64 {
        0.5
    }
}
