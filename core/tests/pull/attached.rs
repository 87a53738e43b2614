//! Items attached to orders, which are read later than the rows.

use std::collections::HashSet;

use lazcore::Gateway;
use lazcore_sandbox::{Config as World, Sandbox};

use super::*;

#[test]
fn a_pull_with_items_asks_for_fifty_orders_at_a_time() {
    let sandbox = Sandbox::start(World {
        orders: 137,
        special_orders: false,
        ..World::default()
    })
    .unwrap();
    let config = Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .access_token(sandbox.store_token(0).unwrap());
    let (after, before) = sandbox.pull_window();
    let options = PullOptions {
        created_after: Some(after),
        created_before: Some(before),
        with_items: true,
        ..PullOptions::default()
    };
    let job = Client::new(config).unwrap().orders().pull(options).unwrap();
    let rows: Vec<_> = job
        .filter_map(|event| match event.unwrap() {
            Event::Row(row) => Some(*row),
            Event::BadRow(bad) => panic!("{bad:?}"),
            _ => None,
        })
        .collect();
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
    let calls = sandbox.calls();
    let calls = |path: &str| calls.iter().filter(|call| call.path == path).count();
    assert_eq!((calls("/orders/items/get"), calls("/orders/get")), (3, 2));
}

fn with_items(
    answer: impl FnMut(&str, usize) -> String + Send + 'static,
    orders: &'static [(u64, &'static str)],
) -> Run {
    let options = PullOptions {
        with_items: true,
        ..since("2026-03-01T07:00:00+00:00")
    };
    let mut answer = answer;
    let rows: Vec<String> = orders
        .iter()
        .map(|(id, status)| row(*id, "2026-03-01 07:00:00", status))
        .collect();
    let mut calls = 0;
    run(options, NOON, move |url, _| {
        if url.contains("/orders/get") {
            return (Some(NOON_DATE), page(&rows, Some(rows.len())));
        }
        calls += 1;
        (Some(NOON_DATE), answer(url, calls))
    })
}

#[test]
fn p17_items_that_do_not_fit_their_row_are_read_again_after_two_and_five_seconds() {
    let orders = &[(1, "pending"), (2, "packed")];
    let settled = with_items(
        |_, call| match call {
            1 => items(&[(1, "pending"), (2, "pending")]),
            _ => items(&[(2, "packed")]),
        },
        orders,
    );
    assert_eq!(settled.calls("/orders/items/get"), 2);
    assert!(
        settled.urls[2].contains("order_ids=%5B2%5D"),
        "only those that differ: {}",
        settled.urls[2]
    );
    assert_eq!(settled.sleeps, [Duration::from_secs(2)]);
    assert!(settled.orders().iter().all(|order| !order.items_differ));

    let differing = with_items(|_, _| items(&[(1, "pending"), (2, "pending")]), orders);
    assert_eq!(
        differing.sleeps.iter().sum::<Duration>(),
        Duration::from_secs(5)
    );
    let marked: Vec<bool> = differing
        .orders()
        .iter()
        .map(|order| order.items_differ)
        .collect();
    assert_eq!(marked, [false, true]);
    assert!(
        differing.events[1]
            .to_json()
            .contains(r#""items_differ":true"#),
        "{}",
        differing.events[1].to_json()
    );
    assert!(!differing.events[0].to_json().contains("items_differ"));
}

#[test]
fn p17_orders_that_an_answer_left_out_are_asked_for_alone_and_twice() {
    let run = with_items(
        |_, _| items(&[(1, "pending")]),
        &[(1, "pending"), (2, "pending")],
    );
    assert_eq!(run.calls("/orders/items/get"), 3);
    assert!(run.urls[2].contains("order_ids=%5B2%5D") && run.urls[3].contains("order_ids=%5B2%5D"));
    assert!(matches!(run.orders()[0].items, Items::Attached(_)));
    assert!(matches!(run.orders()[1].items, Items::Unanswered));
    assert!(run.sleeps.is_empty());
}

#[test]
fn p17_a_batch_with_a_wrong_id_is_halved_until_the_others_have_their_items() {
    let run = with_items(
        |url, _| {
            if url.contains("3")
                && url
                    .split("order_ids=")
                    .nth(1)
                    .is_some_and(|ids| ids.split('&').next().unwrap().contains("33"))
            {
                return r#"{"code":"37","type":"ISV","message":"E037: One or more order id in the list are incorrect","request_id":"r"}"#.to_owned();
            }
            items(&[(11, "pending"), (22, "pending"), (44, "pending")])
        },
        &[
            (11, "pending"),
            (22, "pending"),
            (33, "pending"),
            (44, "pending"),
        ],
    );
    let attached: Vec<bool> = run
        .orders()
        .iter()
        .map(|order| matches!(order.items, Items::Attached(_)))
        .collect();
    assert_eq!(attached, [true, true, false, true]);
}
