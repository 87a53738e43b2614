//! Jobs against the sandbox, which keeps books of what really happened.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod interrupted;
mod journal;
mod labels;
mod left_out;
mod packing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::{Clock, Rates, RetryPolicy, SystemClock};
use lazcore::jobs::{
    Event, FulfillmentOptions, Items, Job, Origin, Outcome, PullOptions, PulledOrder, State,
    Summary, Target, Until,
};
use lazcore::{Cancel, Client, Config, ErrorKind, Gateway};
use lazcore_sandbox::{Config as World, Misbehavior, Sandbox};

const PACK: &str = "/order/fulfill/pack";

fn sandbox(orders: usize) -> Sandbox {
    Sandbox::start(World {
        orders,
        special_orders: false,
        ..World::default()
    })
    .unwrap()
}

fn config(sandbox: &Sandbox, store: usize) -> Config {
    Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .access_token(sandbox.store_token(store).unwrap())
        .account(format!("store-{store}"))
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
        .retry(RetryPolicy {
            base: Duration::from_millis(1),
            ..RetryPolicy::default()
        })
}

fn client(sandbox: &Sandbox, store: usize) -> Client {
    Client::new(config(sandbox, store)).unwrap()
}

fn place_of(ids: &[String], outcome: &Outcome) -> usize {
    let mut places = ids.iter();
    places.position(|id| *id == outcome.order_id).unwrap()
}

/// The one state of each batch of 20 orders.
fn states_of_batches(ids: &[String], outcomes: &[Outcome]) -> Vec<State> {
    let batches = ids.chunks(20).map(|batch| {
        let of_batch = outcomes
            .iter()
            .filter(|outcome| batch.contains(&outcome.order_id));
        let mut states: Vec<State> = of_batch.map(|outcome| outcome.state).collect();
        states.dedup();
        assert_eq!(states.len(), 1, "{states:?}");
        states[0]
    });
    batches.collect()
}

fn sorted(states: &[State]) -> Vec<State> {
    let mut states = states.to_vec();
    states.sort_by_key(|state| state.as_str());
    states
}

/// The machine's clock, without waiting: what a job sleeps goes by at once.
struct Skipping {
    clock: SystemClock,
    skipped: Mutex<Duration>,
}

impl Skipping {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            clock: SystemClock::new(),
            skipped: Mutex::new(Duration::ZERO),
        })
    }
}

impl Clock for Skipping {
    fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    fn elapsed(&self) -> Duration {
        self.clock.elapsed() + *self.skipped.lock().unwrap()
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        *self.skipped.lock().unwrap() += duration;
        !cancel.is_canceled()
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

fn pulled(sandbox: &Sandbox, client: &Client, with_items: bool) -> Vec<PulledOrder> {
    let (after, before) = sandbox.pull_window();
    let options = PullOptions {
        created_after: Some(after),
        created_before: Some(before),
        with_items,
        ..PullOptions::default()
    };
    let rows = client
        .orders()
        .pull(options)
        .unwrap()
        .filter_map(|event| match event.unwrap() {
            Event::Row(row) => Some(*row),
            Event::BadRow(bad) => panic!("{bad:?}"),
            _ => None,
        });
    rows.collect()
}

fn order_ids(sandbox: &Sandbox, client: &Client) -> Vec<String> {
    let rows = pulled(sandbox, client, false);
    rows.iter()
        .map(|row| row.order.id("order_id").unwrap().unwrap())
        .collect()
}

fn calls(sandbox: &Sandbox, path: &str) -> usize {
    sandbox
        .calls()
        .iter()
        .filter(|call| call.path == path)
        .count()
}

fn targets(ids: &[String]) -> Vec<Target> {
    ids.iter().map(Target::order).collect()
}

fn until(until: Until) -> FulfillmentOptions {
    FulfillmentOptions {
        until,
        ..FulfillmentOptions::default()
    }
}

/// The outcomes and the summary of a job that ends well.
fn finished(job: Job) -> (Vec<Outcome>, Summary) {
    let mut outcomes = Vec::new();
    let mut summary = None;
    for event in job {
        assert!(summary.is_none(), "nothing follows the end");
        match event.unwrap() {
            Event::Outcome(outcome) => outcomes.push(*outcome),
            Event::Done(done) => summary = Some(done),
            _ => {}
        }
    }
    (outcomes, summary.unwrap())
}

fn run(client: &Client, ids: &[String], options: FulfillmentOptions) -> (Vec<Outcome>, Summary) {
    finished(client.fulfillment().run(targets(ids), options).unwrap())
}

fn items_in(outcomes: &[Outcome], state: State) -> Vec<&Outcome> {
    outcomes
        .iter()
        .filter(|outcome| outcome.state == state)
        .collect()
}

/// How often each item of a store was packed.
fn packed(sandbox: &Sandbox, store: usize) -> BTreeMap<String, u64> {
    let books: serde_json::Value = serde_json::from_str(&sandbox.books()).unwrap();
    let items = books["stores"][store]["items"].as_array().unwrap().clone();
    let text = |value: &serde_json::Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    items
        .iter()
        .map(|item| {
            (
                text(&item["order_item_id"]),
                item["packed"].as_u64().unwrap(),
            )
        })
        .collect()
}

/// Every item of these orders has one outcome, in the order given.
fn assert_complete(sandbox: &Sandbox, client: &Client, ids: &[String], outcomes: &[Outcome]) {
    let rows = pulled(sandbox, client, true);
    let items: BTreeMap<String, BTreeSet<String>> = rows
        .iter()
        .map(|row| {
            let Items::Attached(items) = &row.items else {
                panic!("items are attached")
            };
            let of_order = items
                .iter()
                .map(|item| item.id("order_item_id").unwrap().unwrap());
            (
                row.order.id("order_id").unwrap().unwrap(),
                of_order.collect(),
            )
        })
        .collect();
    let mut orders: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    orders.dedup();
    assert_eq!(
        orders,
        ids.iter().map(String::as_str).collect::<Vec<_>>(),
        "in the order given"
    );
    for id in ids {
        let told: Vec<String> = outcomes
            .iter()
            .filter(|outcome| outcome.order_id == *id)
            .map(|outcome| outcome.order_item_id.clone().unwrap())
            .collect();
        assert_eq!(
            told.iter().cloned().collect::<BTreeSet<_>>(),
            items[id],
            "{id}"
        );
        assert_eq!(told.len(), items[id].len(), "no item twice");
    }
}
