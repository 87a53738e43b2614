//! All orders of a store from pending to ready to ship, with labels and journal, and what it took.
//!
//! Settings come from the environment: URL, CA, APP_KEY, APP_SECRET, TOKEN, AFTER, FOLDER for labels and journal. Prints
//! a line of JSON once the orders are known, waits for a line of input, ships, and prints another: items, packages' label
//! files, seconds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs
)]

use std::env::var;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use lazcore::jobs::{Event, FulfillmentOptions, JournalFile, PullOptions, State, Target};
use lazcore::{Client, Config, Gateway};

fn main() {
    let get = |name: &str| var(name).expect(name);
    let mut config = Config::new(get("APP_KEY"), get("APP_SECRET"))
        .gateway(Gateway::url(&get("URL")).unwrap())
        .access_token(get("TOKEN"))
        .account("store");
    if let Ok(ca) = var("CA") {
        config = config.ca_file(ca);
    }
    let client = || Client::new(config.clone()).unwrap();
    let targets = targets(&client(), get("AFTER"));
    println!(r#"{{"orders":{}}}"#, targets.len());
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let folder = get("FOLDER");
    let folder = Path::new(&folder);
    let options = FulfillmentOptions {
        labels: Some(folder.join("labels")),
        journal: Some(Arc::new(JournalFile::new(folder.join("journal")))),
        ..FulfillmentOptions::default()
    };
    // A client of its own, so that its connections are counted too.
    let client = client();
    let start = Instant::now();
    let (mut items, mut files) = (0, 0);
    for event in client.fulfillment().run(targets, options).unwrap() {
        match event.unwrap() {
            Event::Outcome(outcome) => {
                assert_eq!(outcome.state, State::Done, "{outcome:?}");
                items += 1;
            }
            Event::Done(summary) => {
                let labels = summary.counts.iter().find(|count| count.0 == "label_files");
                files = labels.map_or(0, |count| count.1);
            }
            _ => {}
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(r#"{{"items":{items},"label_files":{files},"seconds":{seconds:.3}}}"#);
}

fn targets(client: &Client, after: String) -> Vec<Target> {
    let options = PullOptions {
        created_after: Some(after),
        ..PullOptions::default()
    };
    let rows = client
        .orders()
        .pull(options)
        .unwrap()
        .filter_map(|event| match event.unwrap() {
            Event::Row(row) => row.order.id("order_id").unwrap(),
            _ => None,
        });
    rows.map(Target::order).collect()
}
