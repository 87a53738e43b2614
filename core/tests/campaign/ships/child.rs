//! The process that ships and is killed: the test binary, run again.

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lazcore::client::Rates;
use lazcore::jobs::{Event, FulfillmentOptions, JournalFile, Target, Unknown};
use lazcore::{Client, Config, Gateway};

pub(super) const TASK: &str = "LAZCORE_TEST_SHIP_TASK";
pub(super) const NAME: &str = "ships::child::the_child_process";

/// Url, app key, app secret, folder, mode, seconds of quarantine and the file of outcomes, one a line. The mode is
/// what becomes of unknown writes, or `resolve`.
#[test]
fn the_child_process() {
    let Ok(task) = env::var(TASK) else {
        return;
    };
    let lines: Vec<&str> = task.lines().collect();
    let [url, key, secret, folder, mode, quarantine, told] = lines[..] else {
        panic!("seven lines")
    };
    let folder = Path::new(folder);
    let config = Config::new(key, secret)
        .gateway(Gateway::url(url).unwrap())
        .token_file(folder.join("seller.token"))
        .account("store")
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        });
    let client = Client::new(config).unwrap();
    let resolves = mode == "resolve";
    let options = FulfillmentOptions {
        labels: Some(folder.join("labels")),
        journal: Some(Arc::new(JournalFile::new(folder.join("journal")))),
        unknown: if resolves {
            Unknown::Report
        } else {
            mode.parse().unwrap()
        },
        quarantine: Duration::from_secs(quarantine.parse().unwrap()),
        ..FulfillmentOptions::default()
    };
    let ids = fs::read_to_string(folder.join("orders")).unwrap();
    let job = if resolves {
        client.fulfillment().resolve(options)
    } else {
        let targets = ids.lines().map(Target::order).collect();
        client.fulfillment().run(targets, options)
    };
    let mut told = File::create_new(folder.join(told)).unwrap();
    for event in job.unwrap() {
        let event = event.unwrap();
        if let Event::Outcome(_) = event {
            let line = format!("{}\n", event.to_json());
            told.write_all(line.as_bytes()).unwrap();
        }
    }
}
