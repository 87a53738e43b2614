//! Reading orders and items.

use std::collections::HashSet;

use lazcore_sandbox::Config;
use serde_json::Value;

use crate::client::{Client, id_of, plain, start};

const PATH: &str = "/orders/get";
const SINCE: (&str, &str) = ("created_after", "2026-10-01T00:00:00+08:00");

fn ids(answer: &crate::client::Answer) -> Vec<u64> {
    let json = answer.json();
    let rows = json["data"]["orders"].as_array().unwrap();
    rows.iter().map(|row| id_of(row, "order_id")).collect()
}

#[test]
fn parameters_are_checked_with_their_codes() {
    let (_sandbox, mut client) = plain(3);
    let cases: [(&[(&str, &str)], &str); 18] = [
        (&[], "18"),
        (&[("updated_after", "2026-10-01T00:00:00+08:00")], "18"),
        (&[("created_before", "2026-10-01T00:00:00+08:00")], "18"),
        (&[("created_after", "2026-10-01")], "17"),
        (&[("created_after", "2026-10-01T00:00:00")], "17"),
        (&[SINCE, ("update_before", "yesterday")], "17"),
        (&[SINCE, ("limit", "0")], "19"),
        (&[SINCE, ("limit", "101")], "19"),
        (&[SINCE, ("limit", "-1")], "19"),
        (&[SINCE, ("limit", "many")], "19"),
        (&[SINCE, ("offset", "4501")], "14"),
        (&[SINCE, ("offset", "-1")], "14"),
        (&[SINCE, ("status", "sleeping")], "36"),
        (&[SINCE, ("status", "pending,packed")], "36"),
        (&[SINCE, ("sort_direction", "UP")], "74"),
        (&[SINCE, ("sort_by", "update_at")], "75"),
        (&[SINCE, ("limit", "100"), ("offset", "4500")], "0"),
        (&[("update_after", "2026-10-01T00:00:00+08:00")], "0"),
    ];
    for (params, code) in cases {
        let answer = client.get(PATH, params);
        assert_eq!(answer.code(), code, "{params:?}");
        assert_eq!(answer.status, 200);
    }
}

#[test]
fn the_offset_ceiling_is_a_setting() {
    let (_sandbox, mut client) = start(Config {
        orders: 1,
        offset_ceiling: 20,
        ..Config::default()
    });
    assert_eq!(client.get(PATH, &[SINCE, ("offset", "20")]).code(), "0");
    assert_eq!(client.get(PATH, &[SINCE, ("offset", "21")]).code(), "14");
}

#[test]
fn pages_hold_every_order_once_and_in_order() {
    let (sandbox, mut client) = plain(250);
    let rows = client.orders(&sandbox);
    assert_eq!(rows.len(), 250);
    let unique: HashSet<u64> = rows.iter().map(|row| id_of(row, "order_id")).collect();
    assert_eq!(unique.len(), 250);
    let times: Vec<&str> = rows
        .iter()
        .map(|row| row["created_at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted());
    assert!(times.windows(2).any(|pair| pair[0] == pair[1]));

    let first = client.get(PATH, &[SINCE, ("limit", "100"), ("sort_direction", "ASC")]);
    assert_eq!(first.json()["data"]["count"], 100);
    assert_eq!(first.json()["data"]["countTotal"], 250);
    let last = client.get(PATH, &[SINCE, ("limit", "100"), ("offset", "200")]);
    assert_eq!(last.json()["data"]["count"], 50);
    let beyond = client.get(PATH, &[SINCE, ("limit", "100"), ("offset", "300")]);
    assert_eq!(beyond.json()["data"]["count"], 0);
    assert_eq!(beyond.json()["data"]["orders"], serde_json::json!([]));

    let mut down = ids(&client.get(PATH, &[SINCE, ("limit", "100"), ("sort_direction", "DESC")]));
    down.reverse();
    let tail: Vec<u64> = rows[150..]
        .iter()
        .map(|row| id_of(row, "order_id"))
        .collect();
    assert_eq!(down, tail);
}

/// `2026-10-02 00:00:00 +0800` as a request time.
fn as_request(printed: &str) -> String {
    let (day, rest) = printed.split_once(' ').unwrap();
    format!("{day}T{}+08:00", &rest[..8])
}

#[test]
fn bounds_are_inclusive_to_the_second() {
    let (sandbox, mut client) = plain(100);
    for (row, column) in [("created_at", "created"), ("updated_at", "update")] {
        let rows = client.orders(&sandbox);
        let time = rows[40][row].as_str().unwrap().to_owned();
        let same = rows.iter().filter(|order| order[row] == time.as_str());
        let expected: HashSet<u64> = same.map(|order| id_of(order, "order_id")).collect();
        let bound = as_request(&time);
        let after = format!("{column}_after");
        let before = format!("{column}_before");
        let found = client.get(
            PATH,
            &[
                (&after, &bound),
                (&before, &bound),
                ("sort_by", row),
                ("limit", "100"),
            ],
        );
        assert_eq!(ids(&found).into_iter().collect::<HashSet<_>>(), expected);
        assert!(!expected.is_empty());
    }
}

#[test]
fn filters_go_together_and_sorting_by_update_ascends() {
    let (sandbox, mut client) = start(Config::default());
    let rows = client.orders(&sandbox);
    let middle = as_request(rows[150]["created_at"].as_str().unwrap());
    let answer = client.get(
        PATH,
        &[
            ("created_after", &middle),
            ("update_before", "2026-10-30T00:00:00+08:00"),
            ("status", "pending"),
            ("sort_by", "updated_at"),
            ("sort_direction", "ASC"),
            ("limit", "100"),
        ],
    );
    let json = answer.json();
    let found = json["data"]["orders"].as_array().unwrap();
    let expected = rows
        .iter()
        .filter(|row| {
            row["created_at"].as_str().unwrap() >= rows[150]["created_at"].as_str().unwrap()
        })
        .filter(|row| row["updated_at"].as_str().unwrap() <= "2026-10-30 00:00:00 +0800")
        .filter(|row| {
            row["statuses"]
                .as_array()
                .unwrap()
                .contains(&Value::from("pending"))
        })
        .count();
    assert_eq!(
        json["data"]["countTotal"].as_u64().unwrap(),
        expected as u64
    );
    let times = found.iter().map(|row| row["updated_at"].as_str().unwrap());
    assert!(times.is_sorted());
    for status in ["unpaid", "packed", "ready_to_ship", "delivered", "canceled"] {
        let some = client.get(PATH, &[SINCE, ("status", status)]);
        assert!(
            some.json()["data"]["countTotal"].as_u64().unwrap() > 0,
            "{status}"
        );
    }
}

#[test]
fn rows_keep_the_platforms_shapes() {
    let (sandbox, mut client) = plain(40);
    let page = client.get(PATH, &[SINCE, ("limit", "100")]).text();
    // Exact number text, which a parsed value no longer shows.
    assert!(page.contains("\"shipping_fee\":12.50,"));
    assert!(page.contains("\"shipping_fee\":0,"));
    assert!(page.contains("\"shipping_fee\":3.00,"));
    assert!(page.contains("\"addressDsitrict\":"));
    let row = &client.orders(&sandbox)[0];
    let price = row["price"].as_str().unwrap();
    assert_eq!(price.rsplit_once('.').unwrap().1.len(), 2);
    assert!(row["order_id"].is_u64() && row["order_number"] == row["order_id"]);
    assert!(row["created_at"].as_str().unwrap().ends_with(" +0800"));
    assert!(row["extra_attributes"].is_string());
    assert!(row["voucher"].is_number() && row["items_count"].is_u64());

    let id = id_of(row, "order_id").to_string();
    let single = client.get("/order/get", &[("order_id", &id)]);
    assert!(single.text().contains("\"addressDistrict\":"));
    let mut header = single.json()["data"].clone();
    let mut listed = row.clone();
    for value in [&mut header, &mut listed] {
        for address in ["address_billing", "address_shipping"] {
            let address = value[address].as_object_mut().unwrap();
            address.remove("addressDistrict");
            address.remove("addressDsitrict");
        }
    }
    assert_eq!(header, listed);
}

#[test]
fn the_amounts_of_an_order_are_the_sums_of_its_items() {
    let (sandbox, mut client) = start(Config::default());
    let hundredths = |value: &Value| -> i64 {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (text.parse::<f64>().unwrap() * 100.0).round() as i64
    };
    for row in client.orders(&sandbox).iter().take(60) {
        let items = client.items(id_of(row, "order_id"));
        assert_eq!(row["items_count"], items.len());
        for (order_field, item_field) in [
            ("price", "item_price"),
            ("voucher", "voucher_amount"),
            ("voucher_platform", "voucher_platform"),
            ("shipping_fee", "shipping_amount"),
        ] {
            let sum: i64 = items.iter().map(|item| hundredths(&item[item_field])).sum();
            assert_eq!(hundredths(&row[order_field]), sum, "{order_field}");
        }
        for item in &items {
            assert_eq!(
                hundredths(&item["paid_price"]),
                hundredths(&item["item_price"]) - hundredths(&item["voucher_amount"])
            );
        }
    }
}

#[test]
fn orders_of_another_store_are_unknown() {
    let (sandbox, mut client) = plain(40);
    let mut other = Client::of(&sandbox, 1);
    let mine: HashSet<u64> = client
        .orders(&sandbox)
        .iter()
        .map(|r| id_of(r, "order_id"))
        .collect();
    let theirs: HashSet<u64> = other
        .orders(&sandbox)
        .iter()
        .map(|r| id_of(r, "order_id"))
        .collect();
    let shared = mine.intersection(&theirs).count();
    assert!(shared > 0 && shared < 10);
    let foreign = theirs.difference(&mine).next().unwrap().to_string();
    for path in ["/order/get", "/order/items/get"] {
        assert_eq!(client.get(path, &[("order_id", &foreign)]).code(), "16");
        assert_eq!(client.get(path, &[("order_id", "abc")]).code(), "16");
        assert_eq!(client.get(path, &[]).code(), "MissingParameter");
        assert_eq!(other.get(path, &[("order_id", &foreign)]).code(), "0");
    }
    // The same id, another order.
    let common = mine.intersection(&theirs).next().copied().unwrap();
    let item = |client: &mut Client| id_of(&client.items(common)[0], "order_item_id");
    assert_ne!(item(&mut client), item(&mut other));
    let seller =
        |client: &mut Client| client.get("/seller/get", &[]).json()["data"]["seller_id"].clone();
    assert_ne!(seller(&mut client), seller(&mut other));
}

#[test]
fn items_of_several_orders_come_in_no_asked_order() {
    let (sandbox, mut client) = plain(60);
    let all: Vec<u64> = client
        .orders(&sandbox)
        .iter()
        .map(|r| id_of(r, "order_id"))
        .collect();
    let asked = format!("{:?}", &all[..50]);
    let answer = client.get("/orders/items/get", &[("order_ids", &asked)]);
    assert!(answer.text().contains("\"show_gift_wrapping_tag\""));
    let json = answer.json();
    let answered: Vec<u64> = json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| id_of(r, "order_id"))
        .collect();
    assert_ne!(answered, all[..50]);
    assert_eq!(
        answered.iter().collect::<HashSet<_>>(),
        all[..50].iter().collect::<HashSet<_>>()
    );
    for entry in json["data"].as_array().unwrap() {
        let single = client.get(
            "/order/items/get",
            &[("order_id", &entry["order_id"].to_string())],
        );
        assert!(single.text().contains("\"show_giftwrapping_tag\""));
        let listed = entry["order_items"].to_string();
        let listed: Value = serde_json::from_str(
            &listed.replace("show_gift_wrapping_tag", "show_giftwrapping_tag"),
        )
        .unwrap();
        assert_eq!(single.json()["data"], listed);
    }
    let too_many = format!("{:?}", &all[..51]);
    let mixed = format!("[{},1]", all[0]);
    for (ids, code) in [
        (too_many.as_str(), "38"),
        (mixed.as_str(), "37"),
        ("[1,2]", "39"),
        ("[]", "39"),
        ("[\"x\"]", "37"),
        ("[1.5]", "37"),
        ("1,2", "56"),
        ("{}", "56"),
        ("", "MissingParameter"),
    ] {
        let answer = client.get("/orders/items/get", &[("order_ids", ids)]);
        assert_eq!(answer.code(), code, "{ids}");
    }
}

#[test]
fn a_change_moves_the_time_of_update() {
    let (sandbox, mut client) = plain(5);
    let row = client.orders(&sandbox)[0].clone();
    let order = id_of(&row, "order_id");
    let items = client.items(order);
    client.pack(&[(order, vec![id_of(&items[0], "order_item_id")])]);
    // After every time of the data, and the only one there.
    let changed = client.get(PATH, &[("update_after", "2026-11-01T00:00:01+08:00")]);
    assert_eq!(ids(&changed), [order]);
    let newest = client.get(PATH, &[SINCE, ("sort_by", "updated_at"), ("limit", "100")]);
    assert_eq!(newest.json()["data"]["countTotal"], 5);
    assert_eq!(ids(&newest)[0], order);
    let listed = &changed.json()["data"]["orders"][0];
    assert_ne!(listed["updated_at"], row["updated_at"]);
    assert_eq!(listed["created_at"], row["created_at"]);
    assert_eq!(client.items(order)[0]["updated_at"], listed["updated_at"]);
}

#[test]
fn the_seed_decides_data_and_credentials() {
    let config = |seed| Config {
        orders: 30,
        seed,
        ..Config::default()
    };
    let text = |seed| {
        let (sandbox, mut client) = start(config(seed));
        let rows = client.orders(&sandbox);
        let secret = sandbox.app_secret().to_owned();
        (serde_json::to_string(&rows).unwrap(), secret)
    };
    assert_eq!(text(7), text(7));
    let (seven, eight) = (text(7), text(8));
    assert_ne!(seven.0, eight.0);
    assert_ne!(seven.1, eight.1);
}
