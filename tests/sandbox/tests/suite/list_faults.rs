//! Order lists that differ from the documentation.

use std::collections::{HashMap, HashSet};

use lazcore_sandbox::{Config, CountTotal, Late, ListFault, Misbehavior, Sandbox};
use serde_json::Value;

use crate::client::{Answer, Client, id_of, plain, start};

const LIST: &str = "/orders/get";
const SINCE: (&str, &str) = ("created_after", "2026-10-01T00:00:00+08:00");
const UPDATED_SINCE: (&str, &str) = ("update_after", "2026-10-01T00:00:00+08:00");
const ASC: (&str, &str) = ("sort_direction", "ASC");
const ALL: (&str, &str) = ("limit", "100");
const BY_UPDATE: (&str, &str) = ("sort_by", "updated_at");
/// The first dense second: the middle of the month.
const DENSE: &str = "2026-10-17T00:00:00+08:00";
const AFTER_DENSE: &str = "2026-10-17T00:00:01+08:00";

fn rows(answer: &Answer) -> Vec<Value> {
    answer.json()["data"]["orders"].as_array().unwrap().clone()
}

fn ids(answer: &Answer) -> Vec<u64> {
    rows(answer)
        .iter()
        .map(|row| id_of(row, "order_id"))
        .collect()
}

fn total(answer: &Answer) -> Value {
    answer.json()["data"]["countTotal"].clone()
}

fn with(faults: Vec<ListFault>) -> (Sandbox, Client) {
    start(Config {
        orders: 40,
        dense_seconds: vec![30, 20],
        special_orders: false,
        list_faults: faults,
        ..Config::default()
    })
}

fn in_dense(client: &mut Client, from: &str, to: &str) -> Answer {
    client.get(
        LIST,
        &[
            ("update_after", from),
            ("update_before", to),
            BY_UPDATE,
            ASC,
            ALL,
        ],
    )
}

#[test]
fn dense_seconds_hold_their_orders() {
    let counts = [50, 51, 99, 100, 150, 6000];
    let (_sandbox, mut client) = start(Config {
        orders: 100,
        dense_seconds: counts.to_vec(),
        ..Config::default()
    });
    for (second, count) in counts.iter().enumerate() {
        let time = format!("2026-10-17T00:00:0{second}+08:00");
        assert_eq!(total(&in_dense(&mut client, &time, &time)), *count);
        let created = client.get(
            LIST,
            &[("created_after", &time), ("created_before", &time), ALL],
        );
        assert_eq!(total(&created), *count);
        assert_eq!(rows(&created).len(), (*count as usize).min(100));
    }
    assert_eq!(total(&client.get(LIST, &[SINCE])), 100 + 6450);
}

#[test]
fn stores_share_order_ids_in_every_data_set() {
    for (orders, dense, special_orders) in [
        (4, vec![], true),
        (0, vec![25, 30], false),
        (250, vec![50], true),
    ] {
        let (sandbox, mut client) = start(Config {
            orders,
            dense_seconds: dense,
            special_orders,
            ..Config::default()
        });
        let mut other = Client::of(&sandbox, 1);
        let known = |client: &mut Client| -> HashSet<u64> {
            client
                .orders(&sandbox)
                .iter()
                .map(|row| id_of(row, "order_id"))
                .collect()
        };
        let (mine, theirs) = (known(&mut client), known(&mut other));
        let shared: Vec<u64> = mine.intersection(&theirs).copied().collect();
        assert!(!shared.is_empty() && shared.len() <= mine.len() / 4);
        let item = |client: &mut Client| id_of(&client.items(shared[0])[0], "order_item_id");
        assert_ne!(item(&mut client), item(&mut other));
    }
}

#[test]
fn a_parameter_that_is_unknown_or_told_to_be_is_ignored() {
    // Close enough together that sorting by update is another order.
    let (sandbox, mut client) = plain(600);
    let page = |client: &mut Client, extra: &[(&str, &str)]| {
        let mut params = vec![SINCE, ASC, ("limit", "10")];
        params.extend(extra);
        let answer = client.get(LIST, &params);
        (ids(&answer), total(&answer))
    };
    let first = page(&mut client, &[]);
    // Misspelled, as the platform's own columns suggest.
    let misspelled = ("updated_after", "2026-10-31T00:00:00+08:00");
    assert_eq!(page(&mut client, &[misspelled]), first);
    for (name, value) in [
        ("offset", "10"),
        ("sort_by", "updated_at"),
        ("update_before", "2026-10-02T05:00:00+08:00"),
        ("status", "canceled"),
        ("limit", "3"),
    ] {
        let own = |client: &mut Client| {
            let mut params = vec![SINCE, ASC, ("limit", "10")];
            params.retain(|pair| pair.0 != name);
            params.push((name, value));
            ids(&client.get(LIST, &params))
        };
        assert_ne!(own(&mut client), first.0, "{name}");
        let fault = ListFault::IgnoredParameter(name.to_owned());
        sandbox.misbehave(Misbehavior::List(fault));
        // Ignored, a limit is the ten of the default.
        assert_eq!(own(&mut client), first.0, "{name}");
        sandbox.behave();
    }
    let direction = ListFault::IgnoredParameter("sort_direction".to_owned());
    sandbox.misbehave(Misbehavior::List(direction));
    assert_ne!(page(&mut client, &[]), first);
}

#[test]
fn bounds_can_be_exclusive() {
    let (_sandbox, mut client) = with(vec![ListFault::ExclusiveBounds]);
    let before = "2026-10-16T23:59:59+08:00";
    assert_eq!(total(&in_dense(&mut client, DENSE, DENSE)), 0);
    assert_eq!(total(&in_dense(&mut client, before, DENSE)), 0);
    assert_eq!(total(&in_dense(&mut client, before, AFTER_DENSE)), 30);
    let created = client.get(
        LIST,
        &[("created_after", DENSE), ("created_before", AFTER_DENSE)],
    );
    assert_eq!(total(&created), 0);
}

#[test]
fn the_list_can_know_milliseconds_that_it_does_not_print() {
    let (_sandbox, mut client) = with(vec![ListFault::MillisecondIndex]);
    assert!(
        total(&in_dense(&mut client, DENSE, DENSE))
            .as_u64()
            .unwrap()
            < 5
    );
    let two = in_dense(&mut client, DENSE, AFTER_DENSE);
    assert!((30..35).contains(&total(&two).as_u64().unwrap()));
    let printed = rows(&two)[0]["updated_at"].as_str().unwrap().to_owned();
    assert_eq!(printed, "2026-10-17 00:00:00 +0800");
    // The order within the second is that of the milliseconds, and it holds.
    let (_sandbox, mut whole) = with(Vec::new());
    let listed = in_dense(&mut whole, DENSE, DENSE);
    assert_ne!(ids(&two)[..30], ids(&listed)[..]);
    assert_eq!(ids(&in_dense(&mut client, DENSE, AFTER_DENSE)), ids(&two));
}

#[test]
fn the_printed_time_can_be_newer_than_the_one_sorted_by() {
    let (sandbox, mut client) = plain(80);
    let list = |client: &mut Client| {
        let answer = client.get(LIST, &[UPDATED_SINCE, BY_UPDATE, ASC, ALL]);
        let rows = rows(&answer);
        let pair = |row: &Value| {
            let time = row["updated_at"].as_str().unwrap().to_owned();
            (id_of(row, "order_id"), time)
        };
        rows.iter().map(pair).collect::<Vec<_>>()
    };
    let real = list(&mut client);
    let fault = Misbehavior::List(ListFault::PrintedAhead(7200));
    sandbox.misbehave(fault.times(1));
    let ahead = list(&mut client);
    assert!(
        real.iter()
            .zip(&ahead)
            .all(|(a, b)| a.0 == b.0 && a.1 <= b.1)
    );
    let later = real.iter().zip(&ahead).filter(|(a, b)| a.1 < b.1).count();
    assert!(later > 60);
    assert!(!ahead.iter().map(|row| &row.1).is_sorted());
    assert_eq!(list(&mut client), real);
}

#[test]
fn ties_can_come_in_another_order_at_each_call() {
    let calls = |faults: Vec<ListFault>| -> Vec<Vec<u64>> {
        let (_sandbox, mut client) = with(faults);
        (0..4)
            .map(|_| ids(&in_dense(&mut client, DENSE, AFTER_DENSE)))
            .collect()
    };
    let stable = calls(Vec::new());
    assert!(stable.iter().all(|call| *call == stable[0]));
    let unstable = calls(vec![ListFault::UnstableTies]);
    assert_ne!(unstable[0], unstable[1]);
    assert_ne!(unstable[1], unstable[2]);
    let set = |ids: &[u64]| ids.iter().copied().collect::<HashSet<_>>();
    for call in &unstable {
        // Only ties are stirred: the seconds stay apart.
        assert_eq!(set(&call[..30]), set(&stable[0][..30]));
        assert_eq!(set(&call[30..]), set(&stable[0][30..]));
    }
    assert_eq!(unstable, calls(vec![ListFault::UnstableTies]));
}

#[test]
fn the_total_can_be_missing_or_wrong() {
    let (sandbox, mut client) = plain(30);
    let params = [SINCE, ("limit", "20"), ("offset", "20")];
    for (says, expected) in [
        (CountTotal::Missing, Value::Null),
        (CountTotal::OfPage, 10.into()),
        (CountTotal::Off(7), 37.into()),
        (CountTotal::Off(-3), 27.into()),
        (CountTotal::Off(-300), 0.into()),
    ] {
        sandbox.misbehave(Misbehavior::List(ListFault::CountTotal(says)).times(1));
        let answer = client.get(LIST, &params);
        assert_eq!(total(&answer), expected);
        assert_eq!(answer.text().contains("countTotal"), !expected.is_null());
        assert_eq!(rows(&answer).len(), 10);
    }
    assert_eq!(total(&client.get(LIST, &params)), 30);
}

#[test]
fn pages_can_be_shortened() {
    let (_sandbox, mut client) = start(Config {
        orders: 30,
        list_faults: vec![ListFault::ShortPages(7)],
        ..Config::default()
    });
    let mut known = HashSet::new();
    for offset in ["0", "7", "14", "21", "28"] {
        let answer = client.get(LIST, &[SINCE, ALL, ASC, ("offset", offset)]);
        assert_eq!(total(&answer), 30);
        assert_eq!(rows(&answer).len(), if offset == "28" { 2 } else { 7 });
        known.extend(ids(&answer));
    }
    assert_eq!(known.len(), 30);
}

/// What each of the reads shows of an order: its time in the list, alone and of its items.
fn seen(client: &mut Client, id: u64) -> HashMap<&'static str, String> {
    let text = id.to_string();
    let time = |value: &Value| value["updated_at"].as_str().unwrap_or("absent").to_owned();
    let list = client.get(LIST, &[UPDATED_SINCE, BY_UPDATE, ALL]);
    let row = rows(&list).into_iter().find(|row| row["order_id"] == id);
    let single = client.get("/order/get", &[("order_id", &text)]).json();
    let items = client
        .get("/order/items/get", &[("order_id", &text)])
        .json();
    HashMap::from([
        ("list", row.map_or("absent".to_owned(), |row| time(&row))),
        ("single", time(&single["data"])),
        ("items", time(&items["data"][0])),
    ])
}

#[test]
fn changes_can_show_seconds_later() {
    let (sandbox, mut client) = start(Config {
        orders: 40,
        special_orders: false,
        frozen_clock: Some(1_794_240_000),
        list_faults: vec![ListFault::Late(Late::Seconds(8))],
        ..Config::default()
    });
    let old = client.orders(&sandbox)[5].clone();
    let id = id_of(&old, "order_id");
    let before = seen(&mut client, id);
    let fresh = sandbox.insert_orders(0, 1, None).unwrap()[0];
    sandbox.touch_orders(0, &[id], None).unwrap();
    sandbox.advance_clock(7);
    // The order is still in a window that it has left.
    let closed = [
        UPDATED_SINCE,
        ("update_before", "2026-11-01T00:00:00+08:00"),
        BY_UPDATE,
    ];
    assert_eq!(total(&client.get(LIST, &closed)), 40);
    assert_eq!(seen(&mut client, id), before);
    assert!(
        seen(&mut client, fresh)
            .values()
            .all(|time| time == "absent")
    );
    // Later the changes carry the times at which they were made.
    sandbox.advance_clock(1);
    assert_eq!(total(&client.get(LIST, &closed)), 39);
    let made = "2026-11-10 00:00:00 +0800";
    assert!(seen(&mut client, id).values().all(|time| time == made));
    assert!(seen(&mut client, fresh).values().all(|time| time == made));
    assert_eq!(total(&client.get(LIST, &[SINCE])), 41);
}

#[test]
fn changes_can_show_reads_later_and_one_after_the_other() {
    let (sandbox, mut client) = plain(20);
    sandbox.misbehave(Misbehavior::List(ListFault::Late(Late::Reads(2))));
    let row = client.orders(&sandbox)[0].clone();
    let id = id_of(&row, "order_id");
    let remarks = |client: &mut Client| {
        let answer = client.get("/order/get", &[("order_id", &id.to_string())]);
        answer.json()["data"]["remarks"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    sandbox.touch_orders(0, &[id], None).unwrap();
    assert_eq!(remarks(&mut client), "");
    sandbox.touch_orders(0, &[id], None).unwrap();
    assert_eq!(remarks(&mut client), "");
    assert_eq!(remarks(&mut client), "change 1");
    assert_eq!(remarks(&mut client), "change 2");
    // A late list has the row at its old place.
    let newest = |client: &mut Client| ids(&client.get(LIST, &[UPDATED_SINCE, BY_UPDATE]))[0];
    assert_eq!(newest(&mut client), id);
    let other = sandbox.insert_orders(0, 1, None).unwrap()[0];
    assert_eq!(newest(&mut client), id);
    assert_eq!(newest(&mut client), id);
    assert_eq!(newest(&mut client), other);
}

#[test]
fn list_faults_keep_to_the_list_and_go_with_others() {
    let (sandbox, mut client) = plain(30);
    for text in [
        "{\"kind\":\"short_pages\",\"rows\":4}",
        "{\"kind\":\"count_total\",\"says\":\"page\"}",
        "{\"kind\":\"html_502\",\"path\":\"/orders/get\"}",
    ] {
        sandbox.misbehave(text.parse::<lazcore_sandbox::Plan>().unwrap());
    }
    assert_eq!(client.get("/seller/get", &[]).code(), "0");
    assert_eq!(client.get(LIST, &[SINCE]).status, 502);
    for _ in 0..2 {
        let answer = client.get(LIST, &[SINCE]);
        assert_eq!((rows(&answer).len(), total(&answer)), (4, 4.into()));
    }
    sandbox.behave();
    assert_eq!(total(&client.get(LIST, &[SINCE])), 30);
}
