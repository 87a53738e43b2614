//! A list that moves, and the clock behind it.

use std::collections::HashSet;

use lazcore_sandbox::{Change, Churn, Config, Misbehavior, Sandbox};
use serde_json::Value;

use crate::client::{Answer, Client, id_of, start};

const LIST: &str = "/orders/get";
/// 2026-11-10T00:00:00+08:00, after every order of the data.
const NOW: i64 = 1_794_240_000;
const NOW_TEXT: &str = "2026-11-10T00:00:00+08:00";
const NOW_PRINTED: &str = "2026-11-10 00:00:00 +0800";

fn frozen(config: Config) -> (Sandbox, Client) {
    start(Config {
        special_orders: false,
        frozen_clock: Some(NOW),
        ..config
    })
}

/// Ids of the orders changed since this time.
fn changed_since(client: &mut Client, time: &str) -> Vec<u64> {
    let answer = client.get(
        LIST,
        &[
            ("update_after", time),
            ("sort_by", "updated_at"),
            ("sort_direction", "ASC"),
            ("limit", "100"),
        ],
    );
    ids(&answer)
}

fn ids(answer: &Answer) -> Vec<u64> {
    let json = answer.json();
    let rows = json["data"]["orders"].as_array().unwrap();
    rows.iter().map(|row| id_of(row, "order_id")).collect()
}

fn control(client: &mut Client, path: &str, body: &str) -> Value {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{body}",
        client.host,
        body.len()
    );
    client.raw(&request).unwrap().json()
}

#[test]
fn churn_moves_the_list_before_each_call() {
    let texts = |seed| {
        let (_sandbox, mut client) = frozen(Config {
            orders: 100,
            seed,
            churn: Churn {
                updates: 3,
                inserts: 1,
                time: None,
            },
            ..Config::default()
        });
        let mut totals = Vec::new();
        let mut texts = String::new();
        for _ in 0..4 {
            let page = client.get(LIST, &[("update_after", NOW_TEXT), ("limit", "100")]);
            totals.push(page.json()["data"]["countTotal"].as_u64().unwrap());
            texts.push_str(&page.json()["data"].to_string());
        }
        // A changed order may change again: the totals need not grow by four each time.
        assert_eq!(totals[0], 4);
        assert!(totals.is_sorted() && (10..=16).contains(&totals[3]));
        let all = client.get(LIST, &[("created_after", "2026-10-01T00:00:00+08:00")]);
        assert_eq!(all.json()["data"]["countTotal"], 105);
        texts
    };
    assert_eq!(texts(5), texts(5));
    assert_ne!(texts(5), texts(6));
}

#[test]
fn a_bulk_change_at_a_certain_call_shares_one_second() {
    let (sandbox, mut client) = frozen(Config {
        orders: 200,
        ..Config::default()
    });
    let bulk = Churn {
        updates: 120,
        inserts: 0,
        time: Some(NOW - 60),
    };
    sandbox.misbehave(Misbehavior::Churn(bulk).after(1).times(1));
    let since = "2026-11-09T23:00:00+08:00";
    assert!(changed_since(&mut client, since).is_empty());
    let page = client.get(LIST, &[("update_after", since), ("limit", "100")]);
    assert_eq!(page.json()["data"]["countTotal"], 120);
    let json = page.json();
    let rows = json["data"]["orders"].as_array().unwrap();
    assert!(
        rows.iter()
            .all(|row| row["updated_at"] == "2026-11-09 23:59:00 +0800")
    );
    let again = client.get(LIST, &[("update_after", since), ("limit", "1")]);
    assert_eq!(again.json()["data"]["countTotal"], 120);
}

#[test]
fn orders_change_and_come_at_will() {
    let (sandbox, mut client) = frozen(Config {
        orders: 50,
        ..Config::default()
    });
    let rows = client.orders(&sandbox);
    let picked: Vec<u64> = [7, 3].map(|at| id_of(&rows[at], "order_id")).to_vec();
    sandbox.touch_orders(0, &picked, None).unwrap();
    let found: HashSet<u64> = changed_since(&mut client, NOW_TEXT).into_iter().collect();
    assert_eq!(found, picked.iter().copied().collect());
    // The second change of one second shows in the row alone.
    let row = |client: &mut Client| {
        let answer = client.get("/order/get", &[("order_id", &picked[0].to_string())]);
        answer.json()["data"].clone()
    };
    let before = row(&mut client);
    sandbox.touch_orders(0, &picked[..1], None).unwrap();
    let after = row(&mut client);
    assert_eq!(before["updated_at"], NOW_PRINTED);
    assert_eq!(after["updated_at"], NOW_PRINTED);
    assert_ne!(before, after);

    let inserted = sandbox.insert_orders(0, 2, Some(NOW - 10)).unwrap();
    let created = client.get(
        LIST,
        &[
            ("created_after", "2026-11-09T00:00:00+08:00"),
            ("sort_direction", "ASC"),
        ],
    );
    assert_eq!(ids(&created), inserted);
    let known: HashSet<u64> = rows.iter().map(|row| id_of(row, "order_id")).collect();
    assert!(inserted.iter().all(|id| !known.contains(id)));
    let items = client.items(inserted[0]);
    let item = id_of(&items[0], "order_item_id");
    assert_eq!(client.pack(&[(inserted[0], vec![item])]).code(), "0");

    assert!(sandbox.touch_orders(0, &[1], None).is_err());
    assert!(sandbox.insert_orders(9, 1, None).is_err());
    let none = sandbox.change_orders(1, &Change::default()).unwrap();
    assert!(none.updated.is_empty() && none.inserted.is_empty());
}

#[test]
fn control_over_http_changes_orders_and_the_clock() {
    let (_sandbox, mut client) = frozen(Config {
        orders: 20,
        ..Config::default()
    });
    let first = ids(&client.get(LIST, &[("created_after", "2026-10-01T00:00:00+08:00")]))[0];
    let body = format!(
        "{{\"store\":0,\"update\":[{first}],\"updates\":2,\"inserts\":150,\"time\":\"{NOW_TEXT}\"}}"
    );
    let answer = control(&mut client, "/sandbox/change", &body);
    assert_eq!(answer["ok"], true);
    assert_eq!(answer["updated"][0], first);
    assert_eq!(answer["updated"].as_array().unwrap().len(), 3);
    assert_eq!(answer["inserted"].as_array().unwrap().len(), 150);
    let second = [("created_after", NOW_TEXT), ("created_before", NOW_TEXT)];
    let page = client.get(LIST, &second);
    assert_eq!(page.json()["data"]["countTotal"], 150);
    for body in [
        "",
        "{\"update\":[1]}",
        "{\"store\":7}",
        "{\"time\":\"now\"}",
    ] {
        let answer = control(&mut client, "/sandbox/change", body);
        assert_eq!(answer["ok"], false, "{body}");
    }
    assert_eq!(control(&mut client, "/sandbox/clock", "{}")["ok"], false);
    let answer = control(&mut client, "/sandbox/clock", "{\"advance\":61}");
    assert_eq!(answer["ok"], true);
    let date = client.get("/seller/get", &[]);
    assert_eq!(date.header("date"), Some("Mon, 09 Nov 2026 16:01:01 GMT"));
}

#[test]
fn a_frozen_clock_moves_only_when_told() {
    let (sandbox, mut client) = frozen(Config {
        orders: 1,
        ..Config::default()
    });
    let date = |client: &mut Client| {
        let answer = client.get("/seller/get", &[]);
        assert_eq!(answer.code(), "0");
        answer.header("date").unwrap().to_owned()
    };
    assert_eq!(date(&mut client), "Mon, 09 Nov 2026 16:00:00 GMT");
    sandbox.advance_clock(5);
    assert_eq!(date(&mut client), "Mon, 09 Nov 2026 16:00:05 GMT");
    sandbox.misbehave(Misbehavior::AdvanceClock(-3).after(1));
    assert_eq!(date(&mut client), "Mon, 09 Nov 2026 16:00:05 GMT");
    assert_eq!(date(&mut client), "Mon, 09 Nov 2026 16:00:02 GMT");
    assert_eq!(date(&mut client), "Mon, 09 Nov 2026 16:00:02 GMT");
    assert_eq!(sandbox.now(), NOW + 2);
}

/// Seconds since 1970 of `2026-11-10 00:00:00 +0800` or of an HTTP date of the same day.
fn clock_of(text: &str) -> i64 {
    let place = text.find(':').unwrap() - 2;
    let part = |at: usize| text[place + at..place + at + 2].parse::<i64>().unwrap();
    part(0) * 3600 + part(3) * 60 + part(6)
}

#[test]
fn a_shifted_clock_shows_in_the_date_and_in_the_times_of_changes() {
    let (sandbox, mut client) = start(Config {
        orders: 5,
        clock_shift_seconds: 3000,
        ..Config::default()
    });
    let machine = i64::try_from(crate::client::now_ms() / 1000).unwrap();
    let id = sandbox.insert_orders(0, 1, None).unwrap()[0];
    let answer = client.get("/order/get", &[("order_id", &id.to_string())]);
    let printed = answer.json()["data"]["created_at"]
        .as_str()
        .unwrap()
        .to_owned();
    let ahead =
        |text: &str, offset: i64| (clock_of(text) - offset - machine - 3000).rem_euclid(86_400);
    assert!(ahead(answer.header("date").unwrap(), 0) < 60);
    assert!(ahead(&printed, 8 * 3600) < 60);
}
