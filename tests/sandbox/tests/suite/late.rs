//! Writes that are executed late, shown late, or answered with something else.

use lazcore_sandbox::{Config, Late, ListFault, Misbehavior, Rows, Sandbox};
use serde_json::json;

use crate::client::{
    Client, batch_code, first_orders, pack_rows, package_rows, start, store_books,
};

const PACK: &str = "/order/fulfill/pack";
const SHIP: &str = "/order/package/rts";
const CLOCK: i64 = 1_794_240_000;

fn frozen() -> (Sandbox, Client) {
    start(Config {
        orders: 12,
        special_orders: false,
        frozen_clock: Some(CLOCK),
        ..Config::default()
    })
}

fn status(client: &mut Client, order: u64) -> String {
    client.items(order)[0]["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn try_pack(client: &mut Client, orders: &[(u64, Vec<u64>)]) -> bool {
    let request = crate::client::pack_request(orders);
    client.try_post(PACK, &[("packReq", &request)]).is_ok()
}

#[test]
fn a_write_is_executed_after_its_connection_was_dropped() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 1);
    sandbox.misbehave(Misbehavior::ExecuteLate { seconds: 30 }.on(PACK));
    assert!(!try_pack(&mut client, &orders));
    let number = sandbox.calls().last().unwrap().number;
    sandbox.advance_clock(29);
    assert_eq!(status(&mut client, orders[0].0), "pending");
    sandbox.advance_clock(11);
    assert_eq!(status(&mut client, orders[0].0), "packed");
    let books = store_books(&sandbox, 0);
    assert_eq!(books["items"][0]["packed"], 1);
    let fact = &books["journal"][0];
    assert_eq!(
        (&fact["at"], &fact["call"]),
        (&json!(CLOCK + 30), &json!(number))
    );
}

/// Packing at once what is still on its way packs twice where the gateway accepts repeats.
#[test]
fn a_hasty_repeat_meets_the_late_execution() {
    for (accept_repeats, times) in [(true, 2), (false, 1)] {
        let (sandbox, mut client) = start(Config {
            orders: 4,
            special_orders: false,
            frozen_clock: Some(CLOCK),
            accept_repeats,
            ..Config::default()
        });
        let orders = first_orders(&mut client, &sandbox, 1);
        sandbox.misbehave(Misbehavior::ExecuteLate { seconds: 3 }.on(PACK));
        assert!(!try_pack(&mut client, &orders));
        pack_rows(&client.pack(&orders));
        sandbox.advance_clock(3);
        assert_eq!(store_books(&sandbox, 0)["items"][0]["packed"], times);
    }
}

#[test]
fn a_call_that_is_not_admitted_is_not_executed_later() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 1);
    sandbox.misbehave(Misbehavior::ExecuteLate { seconds: 3 }.on(PACK));
    let mut stranger = client.another();
    stranger.secret = "wrong".to_owned();
    assert!(!try_pack(&mut stranger, &orders));
    sandbox.advance_clock(3);
    assert_eq!(status(&mut client, orders[0].0), "pending");
}

#[test]
fn busy_answers_come_with_and_without_execution() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 4);
    let busy = |code: &str| Misbehavior::RefuseBatch {
        code: code.to_owned(),
    };
    sandbox.misbehave(busy("40011").on(PACK));
    let answer = client.pack(&orders[..1]);
    assert_eq!(batch_code(&answer), "40011");
    assert_eq!(answer.json()["result"]["error_msg"], "RPC_ERROR");
    assert_eq!(status(&mut client, orders[0].0), "pending");

    sandbox.misbehave(busy("6").on(PACK).executed());
    assert_eq!(batch_code(&client.pack(&orders[1..2])), "6");
    assert_eq!(status(&mut client, orders[1].0), "packed");

    sandbox.misbehave(busy("40011").on(PACK).executed_after(8));
    assert_eq!(batch_code(&client.pack(&orders[2..3])), "40011");
    assert_eq!(status(&mut client, orders[2].0), "pending");
    sandbox.advance_clock(8);
    assert_eq!(status(&mut client, orders[2].0), "packed");
    // It concerns batches alone.
    sandbox.misbehave(busy("40011"));
    assert_eq!(status(&mut client, orders[3].0), "pending");
    assert_eq!(batch_code(&client.pack(&orders[3..])), "40011");
}

#[test]
fn chosen_rows_fail_executed_or_not() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 6);
    let items: usize = orders[..3].iter().map(|order| order.1.len()).sum();
    let fail = |code: &str| Misbehavior::FailRow {
        code: code.to_owned(),
    };
    let last = Rows::At(vec![items - 1]);
    sandbox.misbehave(fail("40011").on(PACK).rows(last).executed());
    let rows = pack_rows(&client.pack(&orders[..3]));
    let codes: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
    assert_eq!(codes[..items - 1], vec!["0"; items - 1]);
    assert_eq!(codes[items - 1], "40011");
    // It is packed all the same.
    let of_last = client.items(orders[2].0);
    assert!(of_last.iter().all(|item| item["status"] == "packed"));

    sandbox.misbehave(fail("1003").on(PACK).rows(Rows::All));
    let rows = pack_rows(&client.pack(&orders[3..5]));
    assert!(rows.iter().all(|row| row.1 == "1003"));
    assert_eq!(status(&mut client, orders[3].0), "pending");

    let packages: Vec<String> = pack_rows(&client.pack(&orders[3..6]))
        .into_iter()
        .map(|row| row.2)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let ids: Vec<&str> = packages.iter().map(String::as_str).collect();
    sandbox.misbehave(fail("40011").on(SHIP).rows(Rows::At(vec![1])).executed());
    sandbox.misbehave(fail("700024").on(SHIP).rows(Rows::At(vec![0])));
    let rows = package_rows(&client.ready_to_ship(&ids));
    assert_eq!([&rows[0].1, &rows[1].1, &rows[2].1], ["0", "40011", "0"]);
    let rows = package_rows(&client.ready_to_ship(&ids));
    assert_eq!(
        [&rows[0].1, &rows[1].1, &rows[2].1],
        ["700024", "700000", "700000"]
    );
}

#[test]
fn chosen_rows_are_missing() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 3);
    sandbox.misbehave(Misbehavior::OmitRow.on(PACK).rows(Rows::All));
    assert_eq!(pack_rows(&client.pack(&orders[..1])), []);
    assert_eq!(status(&mut client, orders[0].0), "packed");

    let rows = pack_rows(&client.pack(&orders[1..]));
    let ids: Vec<&str> = [&rows[0].2, &rows[rows.len() - 1].2]
        .map(String::as_str)
        .into();
    sandbox.misbehave(Misbehavior::OmitRow.on(SHIP).rows(Rows::At(vec![1])));
    let shipped = package_rows(&client.ready_to_ship(&ids));
    assert_eq!(shipped, [(ids[0].to_owned(), "0".to_owned())]);

    // Of a read only when it is aimed at.
    let read = |client: &mut Client| {
        let ids = format!("[{},{}]", orders[0].0, orders[1].0);
        let answer = client.get("/orders/items/get", &[("order_ids", &ids)]);
        let json = answer.json();
        let rows = json["data"].as_array().unwrap();
        rows.iter()
            .map(|row| row["order_id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    sandbox.misbehave(Misbehavior::OmitRow);
    assert_eq!(read(&mut client).len(), 2);
    sandbox.behave();
    sandbox.misbehave(
        Misbehavior::OmitRow
            .on("/orders/items/get")
            .rows(Rows::At(vec![1])),
    );
    assert_eq!(read(&mut client), [orders[0].0]);
}

#[test]
fn reads_show_a_write_late() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 1);
    sandbox.misbehave(Misbehavior::List(ListFault::Late(Late::Seconds(8))));
    let package = pack_rows(&client.pack(&orders))[0].2.clone();
    sandbox.advance_clock(7);
    let item = client.items(orders[0].0).remove(0);
    assert_eq!(
        (&item["status"], &item["package_id"]),
        (&json!("pending"), &json!(""))
    );
    // Writes see what is.
    assert_eq!(package_rows(&client.ready_to_ship(&[&package]))[0].1, "0");
    sandbox.advance_clock(1);
    let item = client.items(orders[0].0).remove(0);
    assert_eq!(
        (&item["status"], &item["package_id"]),
        (&json!("packed"), &json!(package))
    );
    sandbox.advance_clock(7);
    assert_eq!(status(&mut client, orders[0].0), "ready_to_ship");
}

/// A lost answer, executed late, shown late: the worst that a client meets, in one go.
#[test]
fn late_execution_and_late_sight_add_up() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 1);
    sandbox.misbehave(Misbehavior::List(ListFault::Late(Late::Seconds(5))));
    sandbox.misbehave(Misbehavior::ExecuteLate { seconds: 10 }.on(PACK));
    assert!(!try_pack(&mut client, &orders));
    sandbox.advance_clock(14);
    assert_eq!(status(&mut client, orders[0].0), "pending");
    assert_eq!(store_books(&sandbox, 0)["items"][0]["packed"], 1);
    sandbox.advance_clock(1);
    assert_eq!(status(&mut client, orders[0].0), "packed");
}
