//! The sandbox as a list that moves. Its clock stands still, and goes on a second with every fifth request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use lazcore::protocol::{HttpRequest, HttpResponse};
use lazcore::transport::http::{Http, HttpConfig};
use lazcore::transport::{Limits, SendError, Transport};
use lazcore::{Args, Cancel, Client, Config, Gateway};
use lazcore_sandbox::{Change, Config as World, Late, ListFault, Misbehavior, Sandbox};

use crate::door::{Kind, List};
use crate::sweeps;

/// Requests in a second of the gateway's clock.
const PER_SECOND: i64 = 5;
/// Seconds between two bulk changes.
const BULK_EVERY: i64 = 20;
const HOUR: i64 = 3600;

pub(crate) struct Witness {
    sandbox: Sandbox,
    http: Http,
    kind: Kind,
    orders: usize,
    /// Changes a second.
    rate: i64,
    requests: AtomicI64,
    rests: AtomicBool,
}

impl Witness {
    pub(crate) fn new(kind: Kind, orders: usize, rate: i64, seed: u64) -> Self {
        let world = World::default();
        let sandbox = Sandbox::start(World {
            orders,
            seed,
            stores: 1,
            days: 1,
            special_orders: false,
            frozen_clock: Some(world.last_order_time + 3 * HOUR),
            // The loops of tutorials would end at the documented one.
            offset_ceiling: 1_000_000,
            ..world
        })
        .unwrap();
        let fault = |is_there: bool, fault: ListFault| {
            if is_there {
                sandbox.misbehave(Misbehavior::List(fault));
            }
        };
        fault(kind.exclusive, ListFault::ExclusiveBounds);
        fault(kind.ties_vary, ListFault::UnstableTies);
        fault(kind.shortens, ListFault::ShortPages(70));
        let late = u32::try_from(kind.late_seconds).unwrap();
        fault(late > 0, ListFault::Late(Late::Seconds(late)));
        Self {
            sandbox,
            http: Http::new(HttpConfig::default()).unwrap(),
            kind,
            orders,
            rate,
            requests: AtomicI64::new(0),
            rests: AtomicBool::new(false),
        }
    }

    pub(crate) fn config(&self) -> Config {
        let sandbox = &self.sandbox;
        Config::new(sandbox.app_key(), sandbox.app_secret())
            .gateway(Gateway::url(&sandbox.url()).unwrap())
            .access_token(sandbox.access_token())
    }

    /// So many orders change now, one in five of them new.
    fn churn(&self, changes: i64) {
        if self.rests.load(Ordering::SeqCst) {
            return;
        }
        let inserts = u32::try_from(changes / 5).unwrap();
        let change = Change {
            updates: u32::try_from(changes).unwrap() - inserts,
            inserts,
            ..Change::default()
        };
        self.sandbox.change_orders(0, &change).unwrap();
    }

    fn second(&self) {
        self.sandbox.advance_clock(1);
        if self.kind.bulk && self.sandbox.now() % BULK_EVERY == 0 {
            self.churn(i64::try_from(self.orders / 20).unwrap());
        }
    }
}

impl List for Witness {
    fn answer(
        &self,
        request: &HttpRequest,
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        let request_number = self.requests.fetch_add(1, Ordering::SeqCst);
        self.churn(self.rate / PER_SECOND);
        if request_number % PER_SECOND == 0 {
            self.second();
        }
        self.http.send(request, limits, cancel)
    }

    fn now_ms(&self) -> i64 {
        self.sandbox.now() * 1000
    }

    fn pass(&self, ms: i64) {
        for _ in 0..ms / 1000 {
            self.second();
            self.churn(self.rate);
        }
    }

    fn rest(&self) {
        self.rests.store(true, Ordering::SeqCst);
    }

    /// Read by offsets, which is right now that nothing moves.
    fn truth(&self) -> HashMap<String, String> {
        self.sandbox.behave();
        let client = Client::new(self.config()).unwrap();
        let mut truth = HashMap::new();
        for offset in (0_u32..).step_by(100) {
            let args = Args::new()
                .set("created_after", "2026-01-01T00:00:00+00:00")
                .set("sort_by", "created_at")
                .set("sort_direction", "ASC")
                .set("offset", offset)
                .set("limit", 100_u32);
            let before = truth.len();
            for order in sweeps::page(&client, args) {
                let id = order.id("order_id").unwrap().unwrap();
                truth.insert(id, sweeps::version(&order));
            }
            if truth.len() == before {
                break;
            }
        }
        assert!(truth.len() >= self.orders);
        truth
    }
}
