//! One order's whole way against the sandbox: pull, pack, labels, ready to ship.
//!
//! `cargo run -p lazcore --example whole_way`
#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::collections::BTreeMap;

use lazcore::jobs::{Event, FulfillmentOptions, PullOptions, Target};
use lazcore::{Client, Config, Gateway};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = lazcore_sandbox::Sandbox::start(lazcore_sandbox::Config {
        orders: 60,
        ..Default::default()
    })?;
    let config = Config::new(sandbox.app_key(), sandbox.app_secret());
    let config = config
        .gateway(Gateway::url(&sandbox.url())?)
        .access_token(sandbox.access_token());
    let client = Client::new(config)?;

    let (after, before) = sandbox.pull_window();
    let options = PullOptions {
        created_after: Some(after),
        created_before: Some(before),
        with_items: true,
        ..PullOptions::default()
    };
    let mut targets = Vec::new();
    for event in client.orders().pull(options)? {
        if let Event::Row(row) = event? {
            targets.extend(row.order.id("order_id")?.map(Target::order));
        }
    }
    println!("{} orders", targets.len());

    let options = FulfillmentOptions {
        labels: Some("target/labels".into()),
        ..FulfillmentOptions::default()
    };
    let mut reasons = BTreeMap::new();
    for event in client.fulfillment().run(targets, options)? {
        match event? {
            Event::Outcome(outcome) => {
                let why = outcome.message.clone().unwrap_or_default();
                *reasons
                    .entry((outcome.state.as_str(), outcome.code.clone(), why))
                    .or_insert(0) += 1;
            }
            Event::Done(summary) => println!("{:?}", summary.counts),
            _ => {}
        }
    }
    for ((state, code, why), count) in reasons {
        println!("{count:4} {state} {} {why}", code.unwrap_or_default());
    }
    Ok(())
}
