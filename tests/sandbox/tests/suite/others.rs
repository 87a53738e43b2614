//! Other actors: they pack, ship, take apart and cancel, at once or at a planned moment.

use lazcore_sandbox::{Act, Config, Deed, Misbehavior, Sandbox};
use serde_json::{Value, json};

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

fn statuses(client: &mut Client, order: u64) -> Vec<String> {
    let items = client.items(order);
    let status = |item: &Value| item["status"].as_str().unwrap().to_owned();
    items.iter().map(status).collect()
}

#[test]
fn another_actor_packs_ships_takes_apart_and_cancels() {
    let (sandbox, mut client) = frozen();
    let (order, items) = first_orders(&mut client, &sandbox, 1).remove(0);
    let on = |deed| Act::on(deed, &[order]);

    let packed = sandbox.act(0, &on(Deed::Pack)).unwrap();
    assert_eq!(packed.items, items);
    let package = packed.packages[0].clone();
    assert_eq!(client.items(order)[0]["package_id"], package.as_str());
    assert_eq!(
        pack_rows(&client.pack(&[(order, items.clone())]))[0].1,
        "700026"
    );
    // What its status does not permit is left as it is.
    assert!(sandbox.act(0, &on(Deed::Pack)).unwrap().items.is_empty());

    sandbox.act(0, &on(Deed::Repack)).unwrap();
    assert!(
        statuses(&mut client, order)
            .iter()
            .all(|status| status == "repacked")
    );
    assert_eq!(
        package_rows(&client.ready_to_ship(&[&package]))[0].1,
        "600002"
    );

    let ours = pack_rows(&client.pack(&[(order, items.clone())]))[0]
        .2
        .clone();
    assert_eq!(
        sandbox.act(0, &on(Deed::Ship)).unwrap().packages,
        [ours.as_str()]
    );
    assert_eq!(package_rows(&client.ready_to_ship(&[&ours]))[0].1, "700000");

    let one = Act {
        items: vec![items[0]],
        ..on(Deed::Cancel)
    };
    // Of a package, all items.
    assert_eq!(sandbox.act(0, &one).unwrap().items, items);
    assert!(
        statuses(&mut client, order)
            .iter()
            .all(|status| status == "canceled")
    );
    assert_eq!(package_rows(&client.ready_to_ship(&[&ours]))[0].1, "600002");

    let books = store_books(&sandbox, 0);
    let item = &books["items"][0];
    assert_eq!(
        (
            &item["packed"],
            &item["packed_by_others"],
            &item["repacked"]
        ),
        (&json!(1), &json!(1), &json!(1))
    );
    let packages = &books["packages"];
    assert_eq!(
        (&packages[1]["couriers"], &packages[1]["couriers_by_others"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(
        (
            &packages[0]["dissolved"],
            &packages[0]["canceled"],
            &packages[1]["canceled"]
        ),
        (&json!(true), &json!(false), &json!(true))
    );
}

#[test]
fn the_journal_tells_which_call_did_it() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 2);
    let mut second = client.another();
    let one = pack_rows(&client.pack(&orders[..1]))[0].2.clone();
    sandbox.advance_clock(5);
    pack_rows(&second.pack(&orders[1..]));
    sandbox
        .act(0, &Act::on(Deed::Ship, &[orders[1].0]))
        .unwrap();
    client.ready_to_ship(&[&one]);
    client.ready_to_ship(&[&one]);

    let books = store_books(&sandbox, 0);
    let journal = books["journal"].as_array().unwrap();
    let calls = sandbox.calls();
    let call = |fact: &Value| {
        let number = fact["call"].as_u64()?;
        let call = calls.iter().find(|call| call.number == number)?;
        assert_eq!(fact["connection"], call.connection);
        Some(call.path.as_str())
    };
    let told: Vec<_> = journal
        .iter()
        .map(|fact| {
            (
                fact["what"].as_str().unwrap(),
                call(fact),
                fact["at"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("packed", Some(PACK), CLOCK),
            ("packed", Some(PACK), CLOCK + 5),
            ("shipped", None, CLOCK + 5),
            ("shipped", Some(SHIP), CLOCK + 5),
        ]
    );
    assert_ne!(journal[0]["connection"], journal[1]["connection"]);
    assert_eq!(journal[0]["order_item_ids"], json!(orders[0].1));
    assert_eq!(journal[0]["package_id"], one.as_str());
}

#[test]
fn another_actor_comes_between_a_read_and_a_write() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 3);
    // Before the write, on the orders that it names.
    sandbox.misbehave(Misbehavior::Act(Act::on(Deed::Pack, &[])).on(PACK));
    let rows = pack_rows(&client.pack(&orders[..2]));
    assert!(rows.iter().all(|row| row.1 == "700026"), "{rows:?}");
    assert_eq!(store_books(&sandbox, 0)["items"][0]["packed_by_others"], 1);

    // After the write, which itself succeeds: the package is gone when it is to be shipped.
    sandbox.misbehave(
        Misbehavior::Act(Act::on(Deed::Repack, &[]))
            .on(PACK)
            .afterwards(),
    );
    let rows = pack_rows(&client.pack(&orders[2..]));
    assert_eq!(rows[0].1, "0");
    assert_eq!(
        package_rows(&client.ready_to_ship(&[&rows[0].2]))[0].1,
        "600002"
    );

    // By package, before shipping.
    let rows = pack_rows(&client.pack(&orders[2..]));
    sandbox.misbehave(Misbehavior::Act(Act::on(Deed::Cancel, &[])).on(SHIP));
    assert_eq!(
        package_rows(&client.ready_to_ship(&[&rows[0].2]))[0].1,
        "600002"
    );
    // After a read of items by their orders.
    let new = sandbox.insert_orders(0, 1, None).unwrap();
    sandbox.misbehave(
        Misbehavior::Act(Act::on(Deed::Pack, &[]))
            .on("/orders/items/get")
            .afterwards(),
    );
    let ids = format!("{new:?}");
    let read = client.get("/orders/items/get", &[("order_ids", &ids)]);
    assert_eq!(
        read.json()["data"][0]["order_items"][0]["status"],
        "pending"
    );
    assert_eq!(statuses(&mut client, new[0])[0], "packed");
}

#[test]
fn a_planned_deed_waits_for_its_moment() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 2);
    let later = |deed, order, seconds_later| Act {
        seconds_later,
        ..Act::on(deed, &[order])
    };
    // Planned the other way round.
    sandbox.act(0, &later(Deed::Ship, orders[0].0, 9)).unwrap();
    let planned = sandbox.act(0, &later(Deed::Pack, orders[0].0, 4)).unwrap();
    assert!(planned.items.is_empty());
    sandbox.advance_clock(3);
    assert_eq!(statuses(&mut client, orders[0].0)[0], "pending");
    sandbox.advance_clock(1);
    assert_eq!(statuses(&mut client, orders[0].0)[0], "packed");
    sandbox.advance_clock(60);
    assert_eq!(statuses(&mut client, orders[0].0)[0], "ready_to_ship");
    let journal = store_books(&sandbox, 0)["journal"].clone();
    assert_eq!(
        (&journal[0]["at"], &journal[1]["at"]),
        (&json!(CLOCK + 4), &json!(CLOCK + 9))
    );

    assert!(sandbox.act(0, &later(Deed::Pack, 7, 4)).is_err());
    assert!(sandbox.act(9, &later(Deed::Pack, orders[0].0, 0)).is_err());
    assert!(
        sandbox
            .act(
                0,
                &Act {
                    items: vec![7],
                    ..later(Deed::Pack, orders[0].0, 0)
                }
            )
            .is_err()
    );
}

#[test]
fn locks_and_missing_carriers_hold_for_a_while() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 2);
    let code = |client: &mut Client| pack_rows(&client.pack(&orders))[0].1.clone();
    let on = |deed| Act::on(deed, &[orders[0].0]);
    sandbox.act(0, &on(Deed::NoCarrier { seconds: 9 })).unwrap();
    sandbox.act(0, &on(Deed::Lock { seconds: 4 })).unwrap();
    let answer = client.pack(&orders);
    assert_eq!(pack_rows(&answer)[0].1, "700024");
    let json = answer.json();
    let row = &json["result"]["data"]["pack_order_list"][0]["order_item_list"][0];
    assert_eq!(
        (&row["retry"], &row["msg"]),
        (&json!(true), &json!("GET_LOCK_FAILED"))
    );
    // The other order of the batch is not concerned.
    let of_other = pack_rows(&answer).pop().unwrap();
    assert_eq!(of_other.1, "0");
    sandbox.advance_clock(4);
    assert_eq!(code(&mut client), "1003");
    sandbox.advance_clock(5);
    let rows = pack_rows(&client.pack(&orders[..1]));
    assert_eq!(rows[0].1, "0");
    sandbox.act(0, &on(Deed::Lock { seconds: 4 })).unwrap();
    sandbox.act(0, &on(Deed::NoCarrier { seconds: 9 })).unwrap();
    assert_eq!(
        package_rows(&client.ready_to_ship(&[&rows[0].2]))[0].1,
        "700024"
    );
    assert_eq!(package_rows(&client.repack(&[&rows[0].2]))[0].1, "700024");
    sandbox.advance_clock(4);
    assert_eq!(package_rows(&client.ready_to_ship(&[&rows[0].2]))[0].1, "0");
}

#[test]
fn a_buyer_asks_to_cancel() {
    let (sandbox, mut client) = frozen();
    let orders = first_orders(&mut client, &sandbox, 1);
    let asked = sandbox
        .act(0, &Act::on(Deed::AskToCancel, &[orders[0].0]))
        .unwrap();
    assert_eq!(asked.items, orders[0].1);
    assert_eq!(client.items(orders[0].0)[0]["need_cancel_confirm"], true);
}

#[test]
fn acts_are_asked_for_over_http() {
    let (sandbox, mut client) = frozen();
    let order = first_orders(&mut client, &sandbox, 1).remove(0);
    let mut act = |body: String| {
        let request = format!(
            "POST /sandbox/act HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = client.raw(&request).unwrap();
        (answer.status, answer.json())
    };
    let (status, done) = act(format!("{{\"do\":\"pack\",\"orders\":[\"{}\"]}}", order.0));
    assert_eq!(status, 200);
    assert_eq!(done["items"], json!(order.1));
    assert_eq!(done["packages"].as_array().unwrap().len(), 1);
    let (status, refused) = act("{\"do\":\"pack\",\"orders\":[7]}".to_owned());
    assert_eq!((status, &refused["ok"]), (400, &json!(false)));
    let (status, _) = act("{\"do\":\"pack\",\"store\":7}".to_owned());
    assert_eq!(status, 400);
    let (status, _) = act("{\"do\":\"sing\"}".to_owned());
    assert_eq!(status, 400);
    assert_eq!(batch_code(&client.pack(&[])), "700019");
}
