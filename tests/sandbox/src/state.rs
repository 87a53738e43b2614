//! Everything the connections of one sandbox share.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::agenda::{Agenda, Task};
use crate::calls::CallLog;
use crate::clock;
use crate::config::Config;
use crate::faults::{Faults, ListFault, Plan};
use crate::labels::Shelf;
use crate::seeded::Seeded;
use crate::tokens::Tokens;
use crate::world::{Act, Acted, Change, Changed, Store, make_store};

/// The state of a running sandbox.
pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) address: SocketAddr,
    pub(crate) app_key: String,
    pub(crate) app_secret: String,
    pub(crate) faults: Faults,
    agenda: Agenda,
    pub(crate) stopping: AtomicBool,
    pub(crate) connections: AtomicU64,
    stores: Vec<Mutex<Store>>,
    tokens: Mutex<Tokens>,
    log: Mutex<CallLog>,
    shelf: Mutex<Shelf>,
    requests: AtomicU64,
    /// Seconds that the clock was told to jump.
    jumped: AtomicI64,
}

impl State {
    pub(crate) fn new(config: Config, address: SocketAddr) -> Self {
        let mut dice = Seeded::new(&[config.seed, 31]);
        let app_key = (100_000 + config.seed % 800_000).to_string();
        let app_secret = format!("sandbox-secret-{:016x}", dice.next());
        let now = start_of_clock(&config);
        let tokens = Tokens::new(&config, &app_key, now);
        let shelf = Shelf::new(format!("shelf-{:016x}", dice.next()));
        Self {
            stores: (0..config.stores)
                .map(|number| Mutex::new(new_store(&config, number)))
                .collect(),
            tokens: Mutex::new(tokens),
            log: Mutex::new(CallLog::new(config.logged_calls)),
            shelf: Mutex::new(shelf),
            requests: AtomicU64::new(0),
            jumped: AtomicI64::new(0),
            faults: Faults::default(),
            agenda: Agenda::default(),
            stopping: AtomicBool::new(false),
            connections: AtomicU64::new(0),
            address,
            app_key,
            app_secret,
            config,
        }
    }

    /// The gateway's clock, in seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        start_of_clock(&self.config) + self.jumped.load(Ordering::Acquire)
    }

    /// Lets the clock jump.
    pub(crate) fn advance(&self, seconds: i64) {
        self.jumped.fetch_add(seconds, Ordering::AcqRel);
        self.catch_up();
    }

    /// Does what was planned for a moment that has come.
    pub(crate) fn catch_up(&self) {
        self.agenda.catch_up(self);
    }

    /// Plans something for so many seconds from now.
    pub(crate) fn later(&self, seconds: u32, task: Task) {
        self.agenda.add(self.now() + i64::from(seconds), task);
    }

    /// Lets another actor act, now or later; what is wrong if the store, an order or an item is not
    /// there.
    pub(crate) fn act(&self, store: usize, act: &Act) -> Result<Acted, String> {
        self.catch_up();
        let mutex = self
            .stores
            .get(store)
            .ok_or_else(|| format!("there is no store {store}"))?;
        let unknown = |id| format!("the store has no order or item {id}");
        if act.seconds_later == 0 {
            return lock(mutex).act(act, self.now()).map_err(unknown);
        }
        lock(mutex).check(act).map_err(unknown)?;
        self.later(act.seconds_later, Task::Act(store, act.clone()));
        Ok(Acted::default())
    }

    /// Takes up a plan.
    pub(crate) fn plan(&self, plan: Plan) {
        if plan.is_late() {
            for store in &self.stores {
                lock(store).history.ask();
            }
        }
        self.faults.add(plan);
    }

    /// Changes orders; what is wrong if the store or an order is not there.
    pub(crate) fn change(&self, store: usize, change: &Change) -> Result<Changed, String> {
        let store = self
            .stores
            .get(store)
            .ok_or_else(|| format!("there is no store {store}"))?;
        let now = self.now();
        lock(store)
            .change(change, now)
            .map_err(|id| format!("the store has no order {id}"))
    }

    pub(crate) fn stores(&self) -> &[Mutex<Store>] {
        &self.stores
    }

    pub(crate) fn lock_store(&self, number: usize) -> MutexGuard<'_, Store> {
        lock(&self.stores[number])
    }

    pub(crate) fn lock_tokens(&self) -> MutexGuard<'_, Tokens> {
        lock(&self.tokens)
    }

    pub(crate) fn lock_log(&self) -> MutexGuard<'_, CallLog> {
        lock(&self.log)
    }

    pub(crate) fn lock_shelf(&self) -> MutexGuard<'_, Shelf> {
        lock(&self.shelf)
    }

    /// Keeps a file for download for so many seconds; its link.
    pub(crate) fn shelve(&self, file: Vec<u8>, now: i64, life: i64) -> String {
        let (name, signature) = self.lock_shelf().put(file, now, now + life);
        format!("http://{}/labels/{name}?sig={signature}", self.address)
    }

    /// Ids for one answer: request id and trace id.
    pub(crate) fn answer_ids(&self) -> (String, String) {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let seed = self.config.seed % 0x1_0000;
        (
            format!("5a{seed:04x}{number:014x}"),
            format!("21{seed:04x}{number:026x}"),
        )
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Waits so long, or until the sandbox stops, which waits for the calls under way.
    pub(crate) fn pause(&self, milliseconds: u64) {
        let end = Instant::now() + Duration::from_millis(milliseconds);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || self.is_stopping() {
                return;
            }
            thread::sleep(left.min(Duration::from_millis(50)));
        }
    }
}

/// The clock before any jump.
fn start_of_clock(config: &Config) -> i64 {
    config
        .frozen_clock
        .unwrap_or_else(|| clock::machine_seconds() + config.clock_shift_seconds)
}

fn new_store(config: &Config, number: usize) -> Store {
    let mut store = make_store(config, number);
    let late = |fault: &ListFault| matches!(fault, ListFault::Late(_));
    if config.list_faults.iter().any(late) {
        store.history.ask();
    }
    store
}

/// A panic of one connection must not end the others.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
