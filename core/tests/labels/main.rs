//! Labels against the sandbox: files, pages, manifests, and what may go wrong on the way.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod alone;
mod faults;
mod files;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::{Clock, Rates, RetryPolicy};
use lazcore::jobs::{
    Event, FulfillmentOptions, Job, LabelFiles, LabelFormat, LabelOptions, LabelTarget, Outcome,
    PrintOptions, PullOptions, State, Step, Summary, Target, Until,
};
use lazcore::{Args, Cancel, Client, Config, ErrorKind, Gateway};
use lazcore_sandbox::{Act, Config as World, Deed, InFile, LabelFault, Misbehavior, Plan, Sandbox};
use serde_json::Value;

pub(crate) const PRINT: &str = "/order/package/document/get";
pub(crate) const START: i64 = 1_794_240_000;

/// The gateway's clock, which moves when somebody waits.
pub(crate) struct Moved {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) waits: Arc<Mutex<Vec<u64>>>,
    cancel_after: Option<usize>,
    slept: Mutex<Duration>,
}

impl Clock for Moved {
    fn now_ms(&self) -> i64 {
        self.sandbox.now() * 1000
    }

    fn elapsed(&self) -> Duration {
        let moved = Duration::from_secs((self.sandbox.now() - START).unsigned_abs());
        moved + Duration::from_millis(self.slept.lock().unwrap().subsec_millis().into())
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        let mut waits = self.waits.lock().unwrap();
        waits.push(duration.as_secs());
        // The sandbox's clock has whole seconds.
        let mut slept = self.slept.lock().unwrap();
        let before = slept.as_secs();
        *slept += duration;
        let seconds = slept.as_secs() - before;
        self.sandbox.advance_clock(i64::try_from(seconds).unwrap());
        if self.cancel_after == Some(waits.len()) {
            cancel.cancel();
        }
        !cancel.is_canceled()
    }

    fn chance(&self) -> f64 {
        0.0
    }
}

pub(crate) struct Place {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) client: Client,
    pub(crate) waits: Arc<Mutex<Vec<u64>>>,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn place(orders: usize) -> Place {
    place_of(World {
        orders,
        special_orders: false,
        ..World::default()
    })
}

pub(crate) fn place_of(world: World) -> Place {
    made(world, "store 0/SG", None)
}

pub(crate) fn made(world: World, account: &str, cancel_after: Option<usize>) -> Place {
    let world = World {
        frozen_clock: Some(START),
        ..world
    };
    let sandbox = Arc::new(Sandbox::start(world).unwrap());
    let waits = Arc::new(Mutex::new(Vec::new()));
    let clock = Moved {
        sandbox: Arc::clone(&sandbox),
        waits: Arc::clone(&waits),
        cancel_after,
        slept: Mutex::default(),
    };
    let config = Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .access_token(sandbox.access_token())
        .account(account)
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
        .retry(RetryPolicy {
            base: Duration::from_millis(1),
            ..RetryPolicy::default()
        })
        .clock(Arc::new(clock));
    Place {
        client: Client::new(config).unwrap(),
        sandbox,
        waits,
        folder: tempfile::tempdir().unwrap(),
    }
}

impl Place {
    pub(crate) fn ids(&self) -> Vec<String> {
        let (after, before) = self.sandbox.pull_window();
        let options = PullOptions {
            created_after: Some(after),
            created_before: Some(before),
            ..PullOptions::default()
        };
        let rows = self.client.orders().pull(options).unwrap();
        let rows = rows.filter_map(|event| match event.unwrap() {
            Event::Row(row) => Some(row.order.id("order_id").unwrap().unwrap()),
            _ => None,
        });
        rows.collect()
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn misbehave(&self, plan: impl Into<Plan>) {
        self.sandbox.misbehave(plan);
    }

    pub(crate) fn run(
        &self,
        ids: &[String],
        until: Until,
        labels: LabelOptions,
    ) -> (Vec<Outcome>, Summary) {
        let options = FulfillmentOptions {
            until,
            labels: Some(self.path().to_owned()),
            label_options: labels,
            ..FulfillmentOptions::default()
        };
        let targets = ids.iter().map(Target::order).collect();
        finished(self.client.fulfillment().run(targets, options).unwrap())
    }

    pub(crate) fn pack(&self, ids: &[String]) -> Vec<Outcome> {
        let options = FulfillmentOptions {
            until: Until::Packed,
            ..FulfillmentOptions::default()
        };
        let targets = ids.iter().map(Target::order).collect();
        finished(self.client.fulfillment().run(targets, options).unwrap()).0
    }

    pub(crate) fn labels(
        &self,
        targets: Vec<LabelTarget>,
        labels: LabelOptions,
    ) -> (Vec<Outcome>, Summary) {
        let options = PrintOptions {
            folder: self.path().to_owned(),
            labels,
        };
        finished(self.client.fulfillment().labels(targets, options).unwrap())
    }

    pub(crate) fn prints(&self) -> usize {
        let calls = self.sandbox.calls();
        calls.iter().filter(|call| call.path == PRINT).count()
    }

    pub(crate) fn waits(&self) -> Vec<u64> {
        self.waits.lock().unwrap().clone()
    }

    /// Names of the label files, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.contains("manifest"))
            .collect();
        names.sort();
        names
    }

    pub(crate) fn manifest(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path().join("manifest.json")).unwrap();
        let manifest: Value = serde_json::from_str(&text).unwrap();
        manifest["packages"].as_array().unwrap().clone()
    }

    /// The packages whose labels are on the pages of a file.
    pub(crate) fn pages(&self, file: &str) -> Vec<String> {
        let content = fs::read(self.path().join(file)).unwrap();
        let text = String::from_utf8_lossy(&content).into_owned();
        let pages = text.split("(Package: ").skip(1);
        pages
            .map(|page| page.split(')').next().unwrap().to_owned())
            .collect()
    }
}

pub(crate) fn finished(job: Job) -> (Vec<Outcome>, Summary) {
    let mut outcomes = Vec::new();
    let mut summary = None;
    for event in job {
        match event.unwrap() {
            Event::Outcome(outcome) => outcomes.push(*outcome),
            Event::Done(done) => summary = Some(done),
            _ => {}
        }
    }
    (outcomes, summary.unwrap())
}

pub(crate) fn orders(ids: &[String]) -> Vec<LabelTarget> {
    ids.iter()
        .map(|id| LabelTarget::Order(Target::order(id)))
        .collect()
}

/// Packages in the order in which outcomes name them first.
pub(crate) fn packages(outcomes: &[Outcome]) -> Vec<String> {
    let mut packages: Vec<String> = Vec::new();
    for package in outcomes
        .iter()
        .filter_map(|outcome| outcome.package_id.clone())
    {
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    packages
}

pub(crate) fn single() -> LabelOptions {
    LabelOptions {
        files: LabelFiles::Single,
        ..LabelOptions::default()
    }
}

pub(crate) fn count(summary: &Summary, name: &str) -> u64 {
    let counts = summary.counts.iter();
    counts.clone().find(|count| count.0 == name).unwrap().1
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

pub(crate) fn contents(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let files = place.files().into_iter();
    files
        .map(|name| {
            let content = fs::read(place.path().join(&name)).unwrap();
            (name, content)
        })
        .collect()
}
