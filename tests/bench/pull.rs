//! One order pull with the default settings, and what it took.
//!
//! Settings come from the environment: URL, CA, APP_KEY, APP_SECRET, TOKEN, AFTER, BEFORE, ITEMS for items, UNPACED for no ceilings,
//! LOG for a log of the calls. Prints a line
//! of JSON: orders, items, seconds, and the peak of resident memory in kB.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs
)]

use std::env::var;
use std::time::Instant;

use lazcore::client::Rates;
use lazcore::jobs::{Event, Items, PullOptions};
use lazcore::{Client, Config, Gateway};

fn main() {
    let get = |name: &str| var(name).expect(name);
    let mut config = Config::new(get("APP_KEY"), get("APP_SECRET"))
        .gateway(Gateway::url(&get("URL")).unwrap())
        .access_token(get("TOKEN"));
    if let Ok(ca) = var("CA") {
        config = config.ca_file(ca);
    }
    if let Ok(log) = var("LOG") {
        config = config.call_log(log);
    }
    if var("UNPACED").is_ok() {
        config = config.rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        });
    }
    let options = PullOptions {
        created_after: Some(get("AFTER")),
        created_before: Some(get("BEFORE")),
        with_items: var("ITEMS").is_ok(),
        ..PullOptions::default()
    };
    let client = Client::new(config).unwrap();
    let start = Instant::now();
    let (mut orders, mut lines) = (0, 0);
    for event in client.orders().pull(options).unwrap() {
        if let Event::Row(row) = event.unwrap() {
            orders += 1;
            if let Items::Attached(items) = &row.items {
                lines += items.len();
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        r#"{{"orders":{orders},"items":{lines},"seconds":{seconds:.3},"peak_kb":{}}}"#,
        peak()
    );
}

/// The most memory that was resident at any time; 0 where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_default()
}
