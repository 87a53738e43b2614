//! Stores too large to be held whole.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use lazcore_sandbox::{Config, ListFault, Misbehavior, Sandbox};
use serde_json::Value;

use crate::client::{Client, id_of, pack_rows, start};

const LIST: &str = "/orders/get";
const SINCE: (&str, &str) = ("created_after", "2026-10-01T00:00:00+08:00");

fn page(client: &mut Client, params: &[(&str, &str)]) -> (u64, Vec<Value>) {
    let mut all = vec![("sort_direction", "ASC"), ("limit", "100")];
    all.extend(params);
    let json = client.get(LIST, &all).json();
    let total = json["data"]["countTotal"].as_u64().unwrap();
    (total, json["data"]["orders"].as_array().unwrap().clone())
}

#[test]
fn orders_made_when_asked_for_can_be_read_packed_and_changed() {
    let (sandbox, mut client) = start(Config {
        orders: 20_500,
        stores: 1,
        dense_seconds: vec![120],
        ..Config::default()
    });
    let (total, rows) = page(&mut client, &[SINCE, ("offset", "4500")]);
    assert_eq!((total, rows.len()), (20_620, 100));
    assert_eq!(page(&mut client, &[SINCE, ("offset", "4500")]).1, rows);
    let pending = |row: &&Value| row["statuses"] == serde_json::json!(["pending"]);
    let row = rows.iter().find(pending).unwrap();
    let id = id_of(row, "order_id");
    let single = client.get("/order/get", &[("order_id", &id.to_string())]);
    assert_eq!(single.json()["data"]["price"], row["price"]);
    let items = client.items(id);
    assert_eq!(row["items_count"], items.len());
    let ids: Vec<u64> = items.iter().map(|i| id_of(i, "order_item_id")).collect();
    let packed = pack_rows(&client.pack(&[(id, ids.clone())]));
    assert!(packed.iter().all(|row| row.1 == "0"));
    assert!(client.items(id).iter().all(|i| i["status"] == "packed"));
    let books: Value = serde_json::from_str(&sandbox.books()).unwrap();
    let booked = books["stores"][0]["items"].as_array().unwrap();
    assert_eq!(booked.len(), ids.len());
    // Only this one has moved.
    let after = ("update_after", "2026-11-01T00:00:01+08:00");
    let moved = page(&mut client, &[after, ("sort_by", "updated_at")]).1;
    assert_eq!(moved.len(), 1);
    assert_eq!(id_of(&moved[0], "order_id"), id);
    // One in 200 is packed from the start; each of these is found by its status.
    let (total, found) = page(&mut client, &[SINCE, ("status", "packed")]);
    assert_eq!(total, 103 + 1);
    assert!(found.iter().all(|row| row["statuses"][0] == "packed"));
    let new = sandbox.insert_orders(0, 1, None).unwrap()[0];
    assert!(!client.items(new).is_empty());
    // A list that is sorted anew for each call names the same orders.
    let by_update = [after, ("sort_by", "updated_at")];
    sandbox.misbehave(Misbehavior::List(ListFault::UnstableTies));
    assert_eq!(page(&mut client, &by_update).0, 2);
    assert_eq!(page(&mut client, &[SINCE]).0, 20_621);
}

#[test]
fn there_is_an_end_to_orders() {
    for (orders, dense) in [(4_000_001, vec![]), (3_999_999, vec![1, 1])] {
        let config = Config {
            orders,
            dense_seconds: dense,
            ..Config::default()
        };
        assert!(Sandbox::start(config).is_err());
    }
}

/// Kilobytes of memory that a process has used at most, where the system tells.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a_million_orders_fit_into_little_memory() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lazcore-sandbox"))
        .args(["--json", "--until-stdin-closes"])
        .args(["--orders", "1000000", "--stores", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let json: Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| json[name].as_str().unwrap().to_owned();
    let url = text("url");
    let host = url.trim_start_matches("http://").trim_end_matches("/rest");
    let mut client = Client::with(
        host,
        &text("app_key"),
        &text("app_secret"),
        &text("access_token"),
    );
    let bound = ("created_after", "2026-10-20T12:00:00+08:00");
    for offset in (0..4500).step_by(100) {
        let (total, rows) = page(&mut client, &[bound, ("offset", &offset.to_string())]);
        assert!((350_000..450_000).contains(&total));
        assert_eq!(rows.len(), 100);
        assert!(rows[0]["created_at"].as_str().unwrap() >= "2026-10-20 12:00:00");
    }
    assert_eq!(page(&mut client, &[SINCE]).0, 1_000_000);
    if let Some(kilobytes) = peak_memory(child.id()) {
        assert!(kilobytes < 200_000, "{kilobytes} kB");
    }
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}
