//! What is around the list: the transport, two stores, tokens, and the client's clock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use lazcore::client::{Clock, SystemClock, TextStore, Token};
use lazcore::jobs::{Event, PullOptions};
use lazcore::{Args, Client, Config, ErrorKind, Gateway};
use lazcore_sandbox::{Config as World, Misbehavior, Plan, Sandbox};

use super::Expected::{Fails, Whole};
use super::{Came, Off, all, config, options, sandbox};
use crate::sweeps;

const LIST: &str = "/orders/get";

#[test]
fn the_transport_may_fail_in_the_middle_and_the_pull_goes_on() {
    let garbage = |body: &str| Misbehavior::Raw {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: body.as_bytes().to_owned(),
    };
    let plans: Vec<Plan> = vec![
        Misbehavior::DropBefore.times(2),
        Misbehavior::DropAfter.times(2),
        Misbehavior::CutAnswer.times(2),
        Misbehavior::Html502.times(2),
        Misbehavior::Stall.times(1),
        Misbehavior::Throttle {
            times: 2,
            seconds: 0,
        }
        .into(),
        Misbehavior::Latency(20).times(3),
        Misbehavior::Drip {
            bytes: 4000,
            pause_ms: 1,
        }
        .times(1),
    ];
    let sandbox = sandbox();
    let rest = all(&sandbox, 0);
    let client = Client::new(config(&sandbox, 0)).unwrap();
    for plan in plans {
        let what = format!("{plan:?}");
        sandbox.behave();
        sandbox.misbehave(plan.on(LIST).after(2));
        let came = Came::of(client.orders().pull(options(true)).unwrap());
        came.assert(Whole, &what, &rest);
    }
    let rows = Some("data.orders");
    let lasting: Vec<(Misbehavior, ErrorKind, Option<&str>)> = vec![
        (Misbehavior::DropBefore, ErrorKind::Transport, None),
        (Misbehavior::Stall, ErrorKind::Timeout, None),
        (garbage("{\"code\":"), ErrorKind::Decode, None),
        (garbage("{\"code\":\"0\"}"), ErrorKind::Decode, rows),
    ];
    for (misbehavior, kind, field) in lasting {
        let what = format!("{misbehavior:?}");
        sandbox.behave();
        sandbox.misbehave(misbehavior.on(LIST).after(2).times(50));
        let came = Came::of(client.orders().pull(options(true)).unwrap());
        came.assert(Fails(kind, field), &what, &rest);
        // What was handed out before it counts, and the rest can be had once all is well.
        sandbox.behave();
        let next = PullOptions {
            cursor: came.cursor.clone(),
            ..options(true)
        };
        let mut both = Came::of(client.orders().pull(next).unwrap());
        both.rows.splice(0..0, came.rows);
        both.assert(Whole, &what, &rest);
    }
}

#[test]
fn ids_that_exist_in_two_stores_stay_apart() {
    let sandbox = sandbox();
    let stores: Vec<HashMap<String, String>> = (0..2).map(|store| all(&sandbox, store)).collect();
    let shared = stores[0].keys().filter(|id| stores[1].contains_key(*id));
    assert!(shared.count() > 0, "or this proves nothing");
    let pull = |store: usize, cursor: Option<String>| {
        let options = PullOptions {
            cursor,
            ..options(true)
        };
        Client::new(config(&sandbox, store))
            .unwrap()
            .orders()
            .pull(options)
    };
    let mut cursors = Vec::new();
    for (store, rest) in stores.iter().enumerate() {
        let mut job = pull(store, None).unwrap();
        for event in &mut job {
            if let Event::Row(row) = event.unwrap() {
                assert_eq!(row.account, format!("store {store}"));
                let id = row.order.id("order_id").unwrap().unwrap();
                assert_eq!(rest[&id], sweeps::version(&row.order));
            }
        }
        cursors.push(job.cursor());
    }
    for store in 0..2 {
        assert_eq!(
            Came::of(pull(store, cursors[store].clone()).unwrap()).rows,
            []
        );
        let error = pull(store, cursors[1 - store].clone()).unwrap_err();
        assert_eq!(error.field(), Some("cursor"), "{error}");
    }
}

#[test]
fn a_token_that_dies_in_the_middle_is_renewed_and_the_pull_goes_on() {
    let sandbox = sandbox();
    let rest = all(&sandbox, 0);
    let (access, refresh) = (sandbox.access_token(), sandbox.refresh_token(0).unwrap());
    let answer = format!(
        r#"{{"access_token":"{access}","refresh_token":"{refresh}","expires_in":2592000,"refresh_expires_in":15552000}}"#
    );
    let now = SystemClock::new().now_ms();
    let pair = Token::from_answer(sandbox.app_key(), &answer, now).unwrap();
    let store = Arc::new(TextStore::of(pair));
    let config = Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .account("store 0")
        .token_store(store);
    let client = Client::new(config).unwrap();
    sandbox.misbehave(Misbehavior::ExpireToken.on(LIST).after(3));
    let came = Came::of(client.orders().pull(options(true)).unwrap());
    came.assert(Whole, "expired", &rest);
    // Without a way to renew it, the pull says so, and not that there are no more orders.
    sandbox.misbehave(Misbehavior::ExpireToken.on(LIST).after(3));
    let alone =
        Client::new(super::config(&sandbox, 0).access_token(sandbox.current_token(0).unwrap()))
            .unwrap();
    let came = Came::of(alone.orders().pull(options(true)).unwrap());
    came.assert(Fails(ErrorKind::Auth, None), "expired for good", &rest);
}

#[test]
fn a_clock_that_is_off_decides_nothing() {
    let still = Sandbox::start(World {
        special_orders: false,
        frozen_clock: Some(World::default().last_order_time + 86_400),
        ..World::default()
    })
    .unwrap();
    let rest = all(&still, 0);
    // Changed now: not settled by the gateway's clock.
    let running = still.insert_orders(0, 3, None).unwrap();
    for off in [-3600, -60, 60, 3600] {
        let clock = Off(SystemClock::new(), off, Mutex::default());
        let client = Client::new(config(&still, 0).clock(Arc::new(clock))).unwrap();
        let came = Came::of(client.orders().pull(options(true)).unwrap());
        came.assert(Whole, &format!("{off} s"), &rest);
        let too_early = |(id, _): &&(String, String)| running.contains(&id.parse().unwrap());
        assert_eq!(came.rows.iter().filter(too_early).count(), 0, "{off} s");
    }
    let sandbox = sandbox();
    // Beyond what the gateway bears it refuses, and the pull says so.
    let clock = Off(SystemClock::new(), 3 * 3600, Mutex::default());
    let client = Client::new(config(&sandbox, 0).clock(Arc::new(clock))).unwrap();
    assert!(client.call("GetSeller", Args::new()).is_err());
    let error = Came::of(client.orders().pull(options(true)).unwrap())
        .error
        .unwrap();
    assert_eq!(error.code(), Some("InvalidTimestamp"), "{error}");
}
