//! A store, what is wrong with its gateway, and the processes that ship from it.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fastrand::Rng;
use lazcore::client::{FileStore, Rates, SystemClock, Token, TokenStore};
use lazcore::jobs::{Event, Items, PullOptions};
use lazcore::{Client, Config, Gateway};
use lazcore_sandbox::{Config as World, Late, ListFault, Misbehavior, Sandbox};
use serde_json::Value;

use super::child;

pub(super) const PACK: &str = "/order/fulfill/pack";
pub(super) const SHIP: &str = "/order/package/rts";

/// How large, how bad and how patient.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) orders: usize,
    pub(super) kills: usize,
    /// Orders that one write carries.
    pub(super) batch: usize,
    /// Of each hundred writes: executed and not answered, executed late, never executed, throttled, met by
    /// an expired token.
    pub(super) percent: [u8; 5],
    /// Writes that are late are executed up to so many seconds later.
    pub(super) late_s: u32,
    /// Reads show a change so many seconds later.
    pub(super) seen_s: u32,
    pub(super) quarantine_s: u64,
    /// What the watched file grows by on average before a kill, in bytes.
    pub(super) growth: u64,
    /// Without growth a process is killed after so long.
    pub(super) limit: Duration,
}

pub(super) struct Scene {
    pub(super) sandbox: Sandbox,
    pub(super) folder: tempfile::TempDir,
    /// The items of the store.
    pub(super) items: Vec<String>,
    shape: Shape,
    rng: Rng,
    runs: usize,
}

impl Scene {
    pub(super) fn new(shape: Shape) -> Self {
        let sandbox = Sandbox::start(World {
            orders: shape.orders,
            stores: 1,
            special_orders: false,
            accept_repeats: true,
            latency_ms: 2,
            ..World::default()
        })
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (orders, items) = pulled(&sandbox);
        fs::write(folder.path().join("orders"), orders.join("\n")).unwrap();
        let scene = Self {
            sandbox,
            folder,
            items,
            shape,
            rng: Rng::with_seed(7),
            runs: 0,
        };
        scene.tokens().save(&scene.pair()).unwrap();
        scene.misbehave();
        scene
    }

    /// Plans what is wrong with each write, call by call, for four times as many as a run without faults has.
    fn misbehave(&self) {
        let mut rng = Rng::with_seed(13);
        let calls = u32::try_from(self.shape.orders / self.shape.batch * 4).unwrap();
        for path in [PACK, SHIP] {
            let mut planned = 0;
            for call in 0..calls {
                if let Some(fault) = self.fault(&mut rng) {
                    // A call that an earlier plan hits is not counted by a later one.
                    self.sandbox.misbehave(fault.on(path).after(call - planned));
                    planned += 1;
                }
            }
        }
        let late = ListFault::Late(Late::Seconds(self.shape.seen_s));
        self.sandbox.misbehave(Misbehavior::List(late));
    }

    fn fault(&self, rng: &mut Rng) -> Option<Misbehavior> {
        let seconds = rng.u32(1..=self.shape.late_s);
        let faults = [
            Misbehavior::DropAfter,
            Misbehavior::ExecuteLate { seconds },
            Misbehavior::DropBefore,
            Misbehavior::Throttle {
                times: 1,
                seconds: 1,
            },
            Misbehavior::ExpireToken,
        ];
        let mut left = rng.u8(0..100);
        for (fault, percent) in faults.into_iter().zip(self.shape.percent) {
            if left < percent {
                return Some(fault);
            }
            left -= percent;
        }
        None
    }

    fn tokens(&self) -> FileStore {
        FileStore::new(self.path("seller.token"))
    }

    fn pair(&self) -> Token {
        let (access, refresh) = (
            self.sandbox.access_token(),
            self.sandbox.refresh_token(0).unwrap(),
        );
        let answer = format!(
            r#"{{"access_token":"{access}","refresh_token":"{refresh}","expires_in":2592000,"refresh_expires_in":15552000}}"#
        );
        let now = lazcore::client::Clock::now_ms(&SystemClock::new());
        Token::from_answer(self.sandbox.app_key(), &answer, now).unwrap()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Ships or resolves in a process of its own; to its end, or until it is killed. Whether it was killed, and what
    /// it had told.
    pub(super) fn run(&mut self, mode: &str, kill: bool) -> (bool, Vec<Value>) {
        self.runs += 1;
        let told = format!("told.{}", self.runs);
        let task = [
            &self.sandbox.url(),
            self.sandbox.app_key(),
            self.sandbox.app_secret(),
            self.folder.path().to_str().unwrap(),
            mode,
            &self.shape.quarantine_s.to_string(),
            &told,
        ]
        .join("\n");
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", child::NAME, "--nocapture"])
            .env(child::TASK, task)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let killed = self.watch(child, "journal", kill);
        let told = fs::read_to_string(self.path(&told)).unwrap_or_default();
        // A line without its end was being written.
        let whole = told.rfind('\n').map_or("", |end| &told[..=end]);
        let told = whole
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        (killed, told.collect())
    }

    /// Waits for a process, or kills it when a file has grown by some bytes. Whether it was killed.
    pub(super) fn watch(&mut self, mut child: Child, file: &str, kill: bool) -> bool {
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |data| data.len());
        let path = self.path(file);
        let goal = size(&path) + self.rng.u64(1..self.shape.growth * 2);
        let pause = Duration::from_micros(self.rng.u64(0..6000));
        let end = Instant::now() + self.shape.limit;
        while kill && size(&path) < goal && Instant::now() < end {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return false;
            }
            std::thread::sleep(Duration::from_micros(300));
        }
        if kill {
            std::thread::sleep(pause);
            // A kill in a refresh costs the pair of tokens and the seller must authorize again: another story.
            let tokens = self.tokens();
            let lock = std::iter::from_fn(|| Some(tokens.try_lock().unwrap()));
            let lock = lock.flatten().next();
            child.kill().unwrap();
            let status = child.wait().unwrap();
            drop(lock);
            return !status.success();
        }
        let status = child.wait().unwrap();
        assert!(status.success(), "{status}");
        false
    }

    /// Writes that met this misbehavior.
    pub(super) fn met(&self, fault: &str) -> usize {
        let calls = self.sandbox.calls();
        let writes = calls
            .iter()
            .filter(|call| [PACK, SHIP].contains(&call.path.as_str()));
        writes.filter(|call| call.fault == fault).count()
    }
}

/// The ids of all orders and of all items.
fn pulled(sandbox: &Sandbox) -> (Vec<String>, Vec<String>) {
    let config = Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .access_token(sandbox.access_token())
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        });
    let options = PullOptions {
        created_after: Some(sandbox.pull_window().0),
        with_items: true,
        ..PullOptions::default()
    };
    let (mut orders, mut all) = (Vec::new(), Vec::new());
    for event in Client::new(config).unwrap().orders().pull(options).unwrap() {
        let Event::Row(row) = event.unwrap() else {
            continue;
        };
        orders.push(row.order.id("order_id").unwrap().unwrap());
        let Items::Attached(items) = row.items else {
            panic!("items were asked for")
        };
        all.extend(
            items
                .iter()
                .map(|item| item.id("order_item_id").unwrap().unwrap()),
        );
    }
    (orders, all)
}
