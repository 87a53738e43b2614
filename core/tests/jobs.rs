//! Jobs against the sandbox, which keeps books of what really happened.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::{Clock, Rates, RetryPolicy, SystemClock};
use lazcore::jobs::{
    Event, FulfillmentOptions, Items, Job, JournalLines, JournalStore, Origin, Outcome,
    PullOptions, PulledOrder, State, Step, Summary, Target, Unknown, Until,
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

#[test]
fn a_pull_with_items_asks_for_fifty_orders_at_a_time() {
    let sandbox = sandbox(137);
    let client = client(&sandbox, 0);
    let rows = pulled(&sandbox, &client, true);
    assert_eq!(rows.len(), 137);
    let ids: HashSet<String> = rows
        .iter()
        .map(|row| row.order.id("order_id").unwrap().unwrap())
        .collect();
    assert_eq!(ids.len(), 137, "each order once");
    for row in &rows {
        let id = row.order.id("order_id").unwrap();
        let Items::Attached(items) = &row.items else {
            panic!("{id:?} has no items")
        };
        assert!(!items.is_empty());
        assert!(
            items.iter().all(|item| item.id("order_id").unwrap() == id),
            "the right order's items"
        );
        assert!(row.evidence.request_id.is_some());
    }
    assert_eq!(calls(&sandbox, "/orders/items/get"), 3);
    assert_eq!(calls(&sandbox, "/orders/get"), 2);
}

#[test]
fn orders_are_packed_by_twenty_with_a_verdict_per_item() {
    let sandbox = sandbox(45);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let (outcomes, summary) = run(&client, &ids, until(Until::Packed));
    assert_eq!(calls(&sandbox, PACK), 3);
    assert_complete(&sandbox, &client, &ids, &outcomes);
    for outcome in &outcomes {
        assert_eq!(outcome.state, State::Done, "{outcome:?}");
        assert!(
            outcome.package_id.is_some() && outcome.tracking_number.is_some(),
            "{outcome:?}"
        );
        assert!(
            outcome
                .request_ids
                .iter()
                .any(|(step, _)| *step == Step::Pack)
        );
    }
    assert!(summary.counts.contains(&("done", outcomes.len() as u64)));
    assert!(packed(&sandbox, 0).values().all(|times| *times == 1));
    assert_eq!(packed(&sandbox, 0).len(), outcomes.len());
}

#[test]
fn an_item_that_failed_inside_a_success_is_refused_alone() {
    let sandbox = sandbox(45);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(
        Misbehavior::FailRow {
            code: "700031".to_owned(),
        }
        .on(PACK)
        .after(1),
    );
    let (outcomes, _) = run(&client, &ids, until(Until::Packed));
    assert_complete(&sandbox, &client, &ids, &outcomes);
    let refused = items_in(&outcomes, State::Refused);
    assert!(!refused.is_empty());
    let books = packed(&sandbox, 0);
    for outcome in &refused {
        assert_eq!(outcome.code.as_deref(), Some("700031"));
        // The first of a batch, whichever batch came second.
        assert_eq!(outcome.order_id, refused[0].order_id);
        assert_eq!(place_of(&ids, outcome) % 20, 0);
        assert_eq!(
            books
                .get(outcome.order_item_id.as_ref().unwrap())
                .copied()
                .unwrap_or(0),
            0
        );
    }
    assert_eq!(
        items_in(&outcomes, State::Done).len(),
        outcomes.len() - refused.len()
    );
}

#[test]
fn an_item_that_the_answer_leaves_out_is_read_back() {
    let sandbox = sandbox(8);
    let client = Client::new(config(&sandbox, 0).clock(Skipping::new())).unwrap();
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(Misbehavior::OmitRow.on(PACK));
    let (outcomes, _) = run(&client, &ids, until(Until::ReadyToShip));
    assert_complete(&sandbox, &client, &ids, &outcomes);
    assert_eq!(items_in(&outcomes, State::Done).len(), outcomes.len());
    let read_back: Vec<&Outcome> = outcomes
        .iter()
        .filter(|outcome| outcome.origin == Some(Origin::ReadBack))
        .collect();
    assert!(!read_back.is_empty());
    assert!(read_back.iter().all(|outcome| outcome.order_id == ids[0]));
    assert!(
        packed(&sandbox, 0).values().all(|times| *times == 1),
        "nothing is packed twice"
    );
    assert_eq!(calls(&sandbox, PACK), 1);
}

#[test]
fn a_pack_without_an_answer_is_sent_again_only_once_it_is_proven_to_have_come_to_nothing() {
    let cases = [
        (Misbehavior::Stall, 3),
        (Misbehavior::DropAfter, 2),
        (Misbehavior::CutAnswer, 2),
        (Misbehavior::DropBefore, 3),
    ];
    for (misbehavior, packs) in cases {
        let sandbox = Sandbox::start(World {
            orders: 24,
            special_orders: false,
            accept_repeats: true,
            ..World::default()
        })
        .unwrap();
        let config = config(&sandbox, 0)
            .response_timeout(Duration::from_millis(800))
            .clock(Skipping::new());
        let client = Client::new(config).unwrap();
        let ids = order_ids(&sandbox, &client);
        let name = format!("{misbehavior:?}");
        sandbox.misbehave(misbehavior.on(PACK));
        let (outcomes, _) = run(&client, &ids, until(Until::Packed));
        assert_complete(&sandbox, &client, &ids, &outcomes);
        assert_eq!(calls(&sandbox, PACK), packs, "{name}");
        assert_eq!(
            items_in(&outcomes, State::Done).len(),
            outcomes.len(),
            "{name}"
        );
        assert!(
            packed(&sandbox, 0).values().all(|times| *times == 1),
            "{name}"
        );
    }
}

#[test]
fn without_repeats_a_pack_that_is_not_to_be_seen_is_indeterminate() {
    let sandbox = sandbox(24);
    let client = Client::new(config(&sandbox, 0).clock(Skipping::new())).unwrap();
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(Misbehavior::DropBefore.on(PACK));
    let options = FulfillmentOptions {
        unknown: Unknown::Report,
        ..until(Until::Packed)
    };
    let (outcomes, summary) = run(&client, &ids, options);
    assert_complete(&sandbox, &client, &ids, &outcomes);
    assert_eq!(calls(&sandbox, PACK), 2);
    let batches = states_of_batches(&ids, &outcomes);
    assert_eq!(
        sorted(&batches),
        [State::Done, State::Indeterminate],
        "{batches:?}"
    );
    let in_doubt = items_in(&outcomes, State::Indeterminate)[0];
    let doubt = in_doubt.indeterminate.clone().unwrap();
    assert_eq!(doubt.kind, Step::Pack);
    assert_eq!(doubt.rows, [in_doubt.order_item_id.clone().unwrap()]);
    assert_eq!((doubt.tries.len(), doubt.package_ids.len()), (1, 0));
    assert_eq!(doubt.sightings.len(), 8);
    assert!(summary.counts.contains(&("unanswered", 0)));
}

#[test]
fn a_read_before_packing_that_fails_leaves_nothing_in_doubt() {
    let sandbox = sandbox(3);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(
        Misbehavior::Html502
            .on("/order/shipment/providers/get")
            .times(5),
    );
    let (outcomes, _) = run(&client, &ids, until(Until::Packed));
    assert_complete(&sandbox, &client, &ids, &outcomes);
    assert_eq!(calls(&sandbox, PACK), 0);
    for outcome in &outcomes {
        assert_ne!(
            outcome.state,
            State::Indeterminate,
            "Pack was never sent: {outcome:?}"
        );
        assert_ne!(outcome.state, State::Done);
    }
}

#[test]
fn a_job_canceled_from_another_thread_tells_of_every_item() {
    let sandbox = sandbox(100);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(Misbehavior::Stall.on(PACK).after(1));
    let job = client
        .fulfillment()
        .run(targets(&ids), until(Until::Packed))
        .unwrap();
    let cancel = job.cancel_flag();
    let (outcomes, summary) = std::thread::scope(|scope| {
        scope.spawn(|| {
            while calls(&sandbox, PACK) < 4 {
                std::thread::yield_now();
            }
            cancel.cancel();
        });
        finished(job)
    });
    assert_complete(&sandbox, &client, &ids, &outcomes);
    assert!(summary.canceled);
    // Two calls read all orders, so that four batches were under way; one of them has its answer at least.
    assert_eq!(calls(&sandbox, PACK), 4);
    let batches = states_of_batches(&ids, &outcomes);
    assert_eq!(batches[4], State::StoppedBefore);
    assert!(batches[..4].contains(&State::Indeterminate));
    assert!(!batches[..4].contains(&State::StoppedBefore), "{batches:?}");
}

#[test]
fn a_job_canceled_before_it_begins_sends_nothing() {
    let sandbox = sandbox(5);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let before = sandbox.calls().len();
    let job = client
        .fulfillment()
        .run(targets(&ids), until(Until::ReadyToShip))
        .unwrap();
    job.cancel_flag().cancel();
    let (outcomes, summary) = finished(job);
    assert!(summary.canceled);
    let orders: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    assert_eq!(orders, ids, "one outcome for each order that was not read");
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.state == State::StoppedBefore)
    );
    assert_eq!(sandbox.calls().len(), before);
}

fn with_labels(folder: &Path) -> FulfillmentOptions {
    FulfillmentOptions {
        until: Until::Labels,
        labels: Some(folder.to_owned()),
        ..FulfillmentOptions::default()
    }
}

/// The label files of a folder, each a whole PDF for its owner's eyes.
fn label_files(folder: &Path) -> BTreeSet<std::path::PathBuf> {
    let files: BTreeSet<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().contains("manifest"))
        .collect();
    for file in &files {
        let content = std::fs::read(file).unwrap();
        assert!(content.starts_with(b"%PDF"), "{}", file.display());
        assert!(
            content.trim_ascii_end().ends_with(b"%%EOF"),
            "{} is whole",
            file.display()
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
    }
    files
}

#[test]
fn labels_are_saved_whole_and_private() {
    let sandbox = sandbox(25);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let folder = tempfile::tempdir().unwrap();
    let (outcomes, summary) = run(&client, &ids, with_labels(folder.path()));
    assert_complete(&sandbox, &client, &ids, &outcomes);
    let files = label_files(folder.path());
    let told: BTreeSet<_> = outcomes
        .iter()
        .map(|outcome| outcome.label.clone().unwrap())
        .collect();
    assert_eq!(files, told, "exactly the files that outcomes name");
    assert!(
        summary
            .counts
            .contains(&("label_files", files.len() as u64))
    );
    assert!(outcomes.iter().all(|outcome| outcome.state == State::Done));
    assert!(
        files
            .iter()
            .all(|file| file.to_string_lossy().contains("store-0"))
    );
}

#[test]
fn a_label_that_breaks_off_leaves_no_file() {
    let sandbox = sandbox(3);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let folder = tempfile::tempdir().unwrap();
    sandbox.misbehave(Misbehavior::CutAnswer.on("/labels").times(20));
    let (outcomes, _) = run(&client, &ids, with_labels(folder.path()));
    assert!(label_files(folder.path()).is_empty());
    for outcome in &outcomes {
        assert_ne!(outcome.state, State::Done, "{outcome:?}");
        assert_ne!(
            outcome.state,
            State::Indeterminate,
            "printing changes nothing: {outcome:?}"
        );
        assert!(outcome.package_id.is_some(), "it is packed all the same");
    }
}

#[test]
fn a_wrong_order_id_does_not_sink_the_others() {
    let sandbox = sandbox(12);
    let client = client(&sandbox, 0);
    let mut ids = order_ids(&sandbox, &client);
    ids.insert(5, "999999999999999".to_owned());
    ids.push("1".to_owned());
    let (outcomes, _) = run(&client, &ids, until(Until::Packed));
    let mut orders: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    orders.dedup();
    assert_eq!(orders, ids);
    for outcome in &outcomes {
        let wrong = ["999999999999999", "1"].contains(&outcome.order_id.as_str());
        let state = if wrong { State::Refused } else { State::Done };
        assert_eq!(outcome.state, state, "{outcome:?}");
        if wrong {
            assert!(
                outcome.code.is_some() && outcome.order_item_id.is_none(),
                "{outcome:?}"
            );
        }
    }
}

#[test]
fn stores_that_share_an_order_id_are_kept_apart() {
    let sandbox = sandbox(60);
    let clients = [client(&sandbox, 0), client(&sandbox, 1)];
    let ids = clients.each_ref().map(|client| order_ids(&sandbox, client));
    let shared: Vec<String> = ids[0]
        .iter()
        .filter(|id| ids[1].contains(id))
        .cloned()
        .collect();
    assert!(!shared.is_empty(), "the sandbox repeats ids across stores");
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = run(&clients[0], &shared, with_labels(folder.path()));
    assert!(
        first
            .iter()
            .all(|outcome| outcome.account == "store-0" && outcome.state == State::Done)
    );
    assert!(!packed(&sandbox, 0).is_empty());
    assert!(
        packed(&sandbox, 1).is_empty(),
        "the other store is untouched"
    );
    let (second, _) = run(&clients[1], &shared, with_labels(folder.path()));
    assert!(
        second
            .iter()
            .all(|outcome| outcome.account == "store-1" && outcome.state == State::Done)
    );
    let labels = |outcomes: &[Outcome]| -> BTreeSet<_> {
        outcomes
            .iter()
            .map(|outcome| outcome.label.clone().unwrap())
            .collect()
    };
    assert!(
        labels(&first).is_disjoint(&labels(&second)),
        "one folder serves both stores"
    );
    assert_eq!(
        label_files(folder.path()).len(),
        labels(&first).len() + labels(&second).len()
    );
}

#[test]
fn a_lost_token_ends_the_job_after_its_outcomes() {
    let sandbox = sandbox(45);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(Misbehavior::ExpireToken.on(PACK).after(1));
    let mut outcomes = Vec::new();
    let mut failure = None;
    for event in client
        .fulfillment()
        .run(targets(&ids), until(Until::Packed))
        .unwrap()
    {
        match event {
            Ok(Event::Outcome(outcome)) => outcomes.push(*outcome),
            Ok(_) => {}
            Err(error) => failure = Some(error),
        }
    }
    assert_eq!(failure.unwrap().kind(), ErrorKind::Auth);
    let mut orders: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    orders.dedup();
    assert_eq!(orders, ids);
    let batches = states_of_batches(&ids, &outcomes);
    assert_eq!(sorted(&batches)[..2], [State::Done, State::StoppedBefore]);
    let stopped = |state: &&State| **state == State::StoppedBefore;
    assert_eq!(batches.iter().filter(stopped).count(), batches.len() - 1);
}

#[test]
fn jobs_of_one_client_know_of_each_other_without_a_journal() {
    let sandbox = sandbox(6);
    let first = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &first);
    let (packed, _) = run(&first, &ids, until(Until::Packed));
    // Another client knows nothing of it, and leaves alone what it did not pack.
    let (other, _) = run(&client(&sandbox, 0), &ids[..3], until(Until::ReadyToShip));
    assert!(
        other
            .iter()
            .all(|outcome| outcome.state == State::PackedElsewhere)
    );
    let adopting = FulfillmentOptions {
        adopt: true,
        ..until(Until::ReadyToShip)
    };
    let (adopted, _) = run(&client(&sandbox, 0), &ids[..1], adopting);
    for outcome in &adopted {
        assert_eq!(
            (outcome.state, outcome.origin),
            (State::Done, Some(Origin::Adopted))
        );
    }
    let (shipped, _) = run(&first, &ids, until(Until::ReadyToShip));
    assert_eq!(items_in(&shipped, State::Done).len(), packed.len());
    assert_eq!(calls(&sandbox, PACK), 1);
}

#[test]
fn two_jobs_of_one_client_do_not_take_the_same_order() {
    let sandbox = sandbox(2);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let mut first = client
        .fulfillment()
        .run(targets(&ids[..1]), until(Until::Packed))
        .unwrap();
    first.next().unwrap().unwrap();
    let (outcomes, _) = run(&client, &ids, until(Until::Packed));
    for outcome in &outcomes {
        let taken = outcome.order_id == ids[0];
        let state = if taken { State::LeftOut } else { State::Done };
        assert_eq!(outcome.state, state, "{outcome:?}");
    }
    let (outcomes, _) = finished(first);
    assert_eq!(items_in(&outcomes, State::Done).len(), outcomes.len());
    assert!(packed(&sandbox, 0).values().all(|times| *times == 1));
}

/// A journal in a host's own database.
#[derive(Clone, Debug, Default)]
struct Table {
    rows: Arc<Mutex<Vec<String>>>,
    taken: Arc<Mutex<bool>>,
}

impl JournalStore for Table {
    fn open(&self) -> io::Result<Box<dyn JournalLines>> {
        let mut taken = self.taken.lock().unwrap();
        if std::mem::replace(&mut *taken, true) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(Session(self.clone())))
    }

    fn name(&self) -> String {
        "table lazada_journal".to_owned()
    }
}

struct Session(Table);

impl JournalLines for Session {
    fn read(&mut self) -> io::Result<Vec<String>> {
        Ok(self.0.rows.lock().unwrap().clone())
    }

    fn append(&mut self, line: &str) -> io::Result<()> {
        self.0.rows.lock().unwrap().push(line.to_owned());
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn replace(&mut self, lines: &[String]) -> io::Result<()> {
        *self.0.rows.lock().unwrap() = lines.to_vec();
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap() = false;
    }
}

#[test]
fn a_host_keeps_the_journal_where_it_likes() {
    let sandbox = sandbox(5);
    let table = Table::default();
    let journaled = |until| FulfillmentOptions {
        journal: Some(Arc::new(table.clone())),
        actor: Some("night shift".to_owned()),
        until,
        ..FulfillmentOptions::default()
    };
    let ids = order_ids(&sandbox, &client(&sandbox, 0));
    let (packed, _) = run(&client(&sandbox, 0), &ids, journaled(Until::Packed));
    let mut first = client(&sandbox, 0)
        .fulfillment()
        .run(targets(&ids), journaled(Until::ReadyToShip))
        .unwrap();
    first.next().unwrap().unwrap();
    let mut second = client(&sandbox, 0)
        .fulfillment()
        .run(targets(&ids), journaled(Until::ReadyToShip))
        .unwrap();
    let error = second.next().unwrap().unwrap_err();
    assert!(error.message().contains("table lazada_journal is in use"));
    let (shipped, _) = finished(first);
    assert_eq!(shipped.len(), packed.len());
    for outcome in &shipped {
        assert_eq!(outcome.state, State::Done, "{outcome:?}");
        assert_eq!(outcome.actor.as_deref(), Some("night shift"));
    }
    assert_eq!(calls(&sandbox, PACK), 1);
}
