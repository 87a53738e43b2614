//! Pack, ReadyToShip, RecreatePackage, carriers and invoices.

use lazcore_sandbox::Config;
use serde_json::Value;

use crate::client::{
    Client, batch_code, id_of, pack_request, pack_rows, package_rows, packages_request, plain,
    start,
};

/// Order and item ids of the first orders.
fn first(
    client: &mut Client,
    sandbox: &lazcore_sandbox::Sandbox,
    count: usize,
) -> Vec<(u64, Vec<u64>)> {
    let rows = client.orders(sandbox);
    rows[..count]
        .iter()
        .map(|row| {
            let order = id_of(row, "order_id");
            let items = client.items(order);
            let ids = items.iter().map(|item| id_of(item, "order_item_id"));
            (order, ids.collect())
        })
        .collect()
}

#[test]
fn the_main_line_from_order_to_courier() {
    let (sandbox, mut client) = plain(30);
    let orders = first(&mut client, &sandbox, 20);
    let answer = client.pack(&orders);
    let rows = pack_rows(&answer);
    let sent: Vec<u64> = orders.iter().flat_map(|order| order.1.clone()).collect();
    let answered: Vec<u64> = rows.iter().map(|row| row.0).collect();
    assert_eq!(answered, sent);
    assert!(
        rows.iter()
            .all(|row| row.1 == "0" && row.2.starts_with("FP"))
    );
    let json = answer.json();
    let row = &json["result"]["data"]["pack_order_list"][0]["order_item_list"][0];
    assert_eq!(row["msg"], "success");
    assert_eq!(row["retry"], false);
    assert_eq!(row["shipment_provider"], "Sandbox Express");

    // One package per order, seen again in the items.
    let items = client.items(orders[0].0);
    assert!(items.iter().all(|item| item["status"] == "packed"
        && item["package_id"] == rows[0].2.as_str()
        && item["tracking_code"] == row["tracking_number"]));

    let mut ids: Vec<&str> = rows.iter().map(|row| row.2.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 20);
    let shipped = client.ready_to_ship(&ids);
    assert!(package_rows(&shipped).iter().all(|row| row.1 == "0"));
    let order = client.get("/order/get", &[("order_id", &orders[0].0.to_string())]);
    assert_eq!(
        order.json()["data"]["statuses"],
        serde_json::json!(["ready_to_ship"])
    );

    let books: Value = serde_json::from_str(&sandbox.books()).unwrap();
    let store = &books["stores"][0];
    assert_eq!(store["items"].as_array().unwrap().len(), sent.len());
    assert!(
        store["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["packed"] == 1)
    );
    assert!(
        store["packages"]
            .as_array()
            .unwrap()
            .iter()
            .all(|package| package["couriers"] == 1)
    );
    assert_eq!(books["stores"][1]["packages"].as_array().unwrap().len(), 0);
}

/// A refused batch for each shape of a wrong request.
#[test]
fn pack_requests_are_checked_with_their_codes() {
    let (sandbox, mut client) = plain(25);
    let orders = first(&mut client, &sandbox, 21);
    let good = pack_request(&orders[..1]);
    let too_many = pack_request(&orders);
    let unknown = pack_request(&[(1, vec![2])]);
    let with = |from: &str, to: &str| {
        let changed = good.replace(from, to);
        assert_ne!(changed, good);
        changed
    };
    for (request, code) in [
        (too_many, "700022"),
        (unknown, "700021"),
        ("[]".to_owned(), "700004"),
        ("pack them".to_owned(), "700004"),
        ("{}".to_owned(), "700017"),
        (pack_request(&[]), "700019"),
        (pack_request(&[(orders[0].0, vec![])]), "700019"),
        (with("\"dropship\"", "\"pickup\""), "700004"),
        (with("\"delivery_type\":\"dropship\",", ""), "700017"),
        (with("\"TFS\"", "\"OTHER\""), "700004"),
        (with("\"TFS\"", "\"NTFS\""), "700013"),
        (with("\"TFS\"", "null"), "700017"),
        (with("\"order_id\":", "\"order_id\":[],\"x\":"), "700004"),
        (
            with("\"order_item_list\":[", "\"order_item_list\":[1.5,"),
            "700004",
        ),
    ] {
        let answer = client.post("/order/fulfill/pack", &[("packReq", &request)]);
        assert_eq!(batch_code(&answer), code, "{request}");
    }
    let bare = client.post("/order/fulfill/pack", &[("pack_order_list", "[]")]);
    assert_eq!(bare.code(), "MissingParameter");
    assert!(
        client
            .items(orders[0].0)
            .iter()
            .all(|item| item["status"] == "pending")
    );
}

#[test]
fn ids_may_be_sent_as_text() {
    let (sandbox, mut client) = plain(2);
    let (order, items) = first(&mut client, &sandbox, 1).remove(0);
    let request = format!(
        "{{\"pack_order_list\":[{{\"order_id\":\"{order}\",\"order_item_list\":[\"{}\"]}}],\
         \"delivery_type\":\"dropship\",\"shipping_allocate_type\":\"TFS\"}}",
        items[0]
    );
    let answer = client.post("/order/fulfill/pack", &[("packReq", &request)]);
    assert_eq!(pack_rows(&answer)[0].1, "0");
}

#[test]
fn statuses_move_only_where_they_may() {
    let (sandbox, mut client) = plain(10);
    let orders = first(&mut client, &sandbox, 2);
    let other_item = orders[1].1[0];
    let (order, items) = orders[0].clone();
    // An item of another order, and one that does not exist.
    let strange = pack_rows(&client.pack(&[(order, vec![other_item, 5])]));
    assert!(strange.iter().all(|row| row.1 == "700025"));

    let packed = pack_rows(&client.pack(&[(order, vec![items[0], items[0]])]));
    assert_eq!(
        (packed[0].1.as_str(), packed[1].1.as_str()),
        ("0", "700026")
    );
    let package = packed[0].2.clone();
    assert_eq!(
        pack_rows(&client.pack(&[(order, vec![items[0]])]))[0].1,
        "700026"
    );
    // What was left out stays pending.
    for item in &client.items(order)[1..] {
        assert_eq!(item["status"], "pending");
    }

    assert_eq!(package_rows(&client.repack(&[&package]))[0].1, "0");
    let item = &client.items(order)[0];
    assert_eq!(item["status"], "repacked");
    assert_eq!(item["package_id"], "");
    assert_eq!(package_rows(&client.repack(&[&package]))[0].1, "600002");
    assert_eq!(
        package_rows(&client.ready_to_ship(&[&package]))[0].1,
        "600002"
    );

    let again = pack_rows(&client.pack(&[(order, items.clone())]));
    assert!(again.iter().all(|row| row.1 == "0"));
    let package = again[0].2.as_str();
    assert_eq!(
        package_rows(&client.ready_to_ship(&["FP1", package, package])),
        [
            ("FP1".to_owned(), "600001".to_owned()),
            (package.to_owned(), "0".to_owned()),
            (package.to_owned(), "700000".to_owned()),
        ]
    );
    assert_eq!(package_rows(&client.repack(&[package]))[0].1, "700000");
    assert_eq!(pack_rows(&client.pack(&[(order, items)]))[0].1, "700026");

    let books: Value = serde_json::from_str(&sandbox.books()).unwrap();
    let first = &books["stores"][0]["items"][0];
    assert_eq!(
        (&first["packed"], &first["repacked"]),
        (&2.into(), &1.into())
    );
    let packages = books["stores"][0]["packages"].as_array().unwrap();
    assert_eq!(packages[0]["dissolved"], true);
    assert_eq!(
        (&packages[0]["couriers"], &packages[1]["couriers"]),
        (&0.into(), &1.into())
    );
}

#[test]
fn package_requests_are_checked_with_their_codes() {
    let (_sandbox, mut client) = plain(1);
    let many = vec!["FP1"; 21];
    for (path, wrapper) in [
        ("/order/package/rts", "readyToShipReq"),
        ("/order/package/repack", "rePackReq"),
    ] {
        for (request, code) in [
            (packages_request(&many), "700022"),
            (packages_request(&[]), "700019"),
            (packages_request(&[""]), "700017"),
            ("{\"packages\":[{}]}".to_owned(), "700017"),
            ("{\"packages\":\"FP1\"}".to_owned(), "700004"),
            ("{\"packages\":[{\"package_id\":1}]}".to_owned(), "700004"),
            ("FP1".to_owned(), "700004"),
        ] {
            let answer = client.post(path, &[(wrapper, &request)]);
            assert_eq!(batch_code(&answer), code, "{path} {request}");
        }
        assert_eq!(client.post(path, &[]).code(), "MissingParameter");
    }
}

/// Every special kind of order, packed whole: which items are refused, and why.
#[test]
fn special_items_are_refused_each_with_its_code() {
    let (sandbox, mut client) = start(Config {
        orders: 200,
        ..Config::default()
    });
    let mut codes = std::collections::BTreeMap::new();
    for row in client.orders(&sandbox) {
        let order = id_of(&row, "order_id");
        let items = client.items(order);
        let ids = items
            .iter()
            .map(|item| id_of(item, "order_item_id"))
            .collect();
        let rows = pack_rows(&client.pack(&[(order, ids)]));
        for (item, (_, code, _)) in items.iter().zip(rows) {
            let expected = match item["status"].as_str().unwrap() {
                "pending" if item["is_fbl"] == 1 => "700027",
                "pending" if item["is_digital"] == 1 => "700030",
                "pending" if item["shipping_provider_type"] == "pickup_in_store" => "700023",
                "pending" if ["700031", "1003"].contains(&code.as_str()) => &code,
                "pending" => "0",
                _ => "700026",
            };
            assert_eq!(code, expected, "{item}");
            *codes.entry(code).or_insert(0) += 1;
        }
    }
    for code in [
        "0", "1003", "700023", "700026", "700027", "700030", "700031",
    ] {
        assert!(codes.contains_key(code), "{code} of {codes:?}");
    }
    assert!(codes["0"] > 400);
}

#[test]
fn own_fleet_and_carrier_never_share_a_package() {
    let (sandbox, mut client) = start(Config {
        orders: 200,
        ..Config::default()
    });
    let (order, items) = client
        .orders(&sandbox)
        .iter()
        .map(|row| id_of(row, "order_id"))
        .map(|order| (order, client.items(order)))
        .find(|(_, items)| {
            items[0]["delivery_option_sof"] == 1 && items[1]["delivery_option_sof"] == 0
        })
        .unwrap();
    let ids = items
        .iter()
        .map(|item| id_of(item, "order_item_id"))
        .collect();
    let rows = pack_rows(&client.pack(&[(order, ids)]));
    assert!(rows.iter().all(|row| row.1 == "0"));
    assert_ne!(rows[0].2, rows[1].2);
    assert!(rows[2..].iter().all(|row| row.2 == rows[1].2));
    // Both are shipped with the ordinary call.
    let shipped = client.ready_to_ship(&[&rows[0].2, &rows[1].2]);
    assert!(package_rows(&shipped).iter().all(|row| row.1 == "0"));
}

#[test]
fn items_of_two_warehouses_are_packed_apart() {
    let (sandbox, mut client) = start(Config {
        orders: 40,
        special_orders: false,
        two_warehouses: true,
        ..Config::default()
    });
    let (order, items) = first(&mut client, &sandbox, 40)
        .into_iter()
        .find(|(order, items)| {
            let rows = client.items(*order);
            items.len() > 1 && rows[0]["warehouse_code"] != rows[items.len() - 1]["warehouse_code"]
        })
        .unwrap();
    let together = pack_rows(&client.pack(&[(order, items.clone())]));
    assert!(together.iter().all(|row| row.1 == "700029"));
    let (last, others) = items.split_last().unwrap();
    let one = pack_rows(&client.pack(&[(order, others.to_vec())]));
    let two = pack_rows(&client.pack(&[(order, vec![*last])]));
    assert_eq!((one[0].1.as_str(), two[0].1.as_str()), ("0", "0"));
    assert_ne!(one[0].2, two[0].2);
}

#[test]
fn carriers_are_chosen_in_cross_border_stores_only() {
    let (sandbox, mut local) = start(Config {
        orders: 10,
        special_orders: false,
        cross_border_stores: vec![1],
        ..Config::default()
    });
    let mut abroad = Client::of(&sandbox, 1);
    for (client, default, kind, carriers) in
        [(&mut local, 1, "TFS", 0), (&mut abroad, 0, "NTFS", 2)]
    {
        let (order, items) = first(client, &sandbox, 1).remove(0);
        let request =
            format!("{{\"orders\":[{{\"order_id\":{order},\"order_item_ids\":{items:?}}}]}}");
        let path = "/order/shipment/providers/get";
        let answer = client.post(path, &[("getShipmentProvidersReq", &request)]);
        let json = answer.json();
        let data = &json["result"]["data"];
        assert_eq!(data["platform_default"], default);
        assert_eq!(data["shipping_allocate_type"], kind);
        assert_eq!(
            data["shipment_providers"].as_array().unwrap().len(),
            carriers
        );
        assert_eq!(
            client
                .get(path, &[("getShipmentProvidersReq", &request)])
                .code(),
            "0"
        );
        let wrong = request.replace(&items[0].to_string(), "7");
        assert_eq!(
            batch_code(&client.post(path, &[("getShipmentProvidersReq", &wrong)])),
            "700025"
        );
        let wrong = request.replace(&order.to_string(), "7");
        assert_eq!(
            batch_code(&client.post(path, &[("getShipmentProvidersReq", &wrong)])),
            "700021"
        );

        let mut pack = |carrier: &str| {
            let request = pack_request(&[(order, items.clone())])
                .replace("\"TFS\"", &format!("\"{kind}\"{carrier}"));
            let answer = client.post("/order/fulfill/pack", &[("packReq", &request)]);
            pack_rows(&answer)[0].1.clone()
        };
        let unknown = ",\"shipment_provider_code\":\"NOBODY\"";
        let known = ",\"shipment_provider_code\":\"SBX-ECONOMY\"";
        assert_eq!(pack(unknown), "700001");
        if carriers == 0 {
            assert_eq!(pack(known), "700001");
            assert_eq!(pack(""), "0");
        } else {
            assert_eq!(pack(""), "700001");
            assert_eq!(pack(known), "0");
            assert_eq!(
                client.items(order)[0]["shipment_provider"],
                "Sandbox Economy"
            );
        }
    }
}

#[test]
fn packages_belong_to_their_store() {
    let (sandbox, mut client) = plain(5);
    let order = first(&mut client, &sandbox, 1);
    let package = pack_rows(&client.pack(&order))[0].2.clone();
    let mut other = Client::of(&sandbox, 1);
    assert_eq!(
        package_rows(&other.ready_to_ship(&[&package]))[0].1,
        "600001"
    );
    assert_eq!(package_rows(&client.ready_to_ship(&[&package]))[0].1, "0");
}

#[test]
fn a_lenient_gateway_shows_who_repeats_blindly() {
    let (sandbox, mut client) = start(Config {
        orders: 5,
        special_orders: false,
        accept_repeats: true,
        ..Config::default()
    });
    let order = first(&mut client, &sandbox, 1);
    let one = pack_rows(&client.pack(&order))[0].2.clone();
    let two = pack_rows(&client.pack(&order))[0].2.clone();
    assert_ne!(one, two);
    client.ready_to_ship(&[&two]);
    client.ready_to_ship(&[&two]);
    let books: Value = serde_json::from_str(&sandbox.books()).unwrap();
    assert_eq!(books["stores"][0]["items"][0]["packed"], 2);
    assert_eq!(books["stores"][0]["packages"][1]["couriers"], 2);
}

#[test]
fn invoice_numbers_need_a_package() {
    let (sandbox, mut client) = plain(3);
    let orders = first(&mut client, &sandbox, 1);
    let item = orders[0].1[0].to_string();
    let path = "/order/invoice_number/set";
    let number = "INV-0001 é";
    let set = |client: &mut Client, item: &str, number: &str| {
        client.post(path, &[("order_item_id", item), ("invoice_number", number)])
    };
    assert_eq!(set(&mut client, &item, number).code(), "34");
    assert_eq!(set(&mut client, "12", number).code(), "20");
    assert_eq!(set(&mut client, "x", number).code(), "20");
    assert_eq!(set(&mut client, &item, "").code(), "MissingParameter");
    client.pack(&orders);
    let answer = set(&mut client, &item, number);
    assert_eq!(answer.json()["data"]["order_item_id"], item.as_str());
    assert_eq!(answer.json()["data"]["invoice_number"], number);
    assert_eq!(client.items(orders[0].0)[0]["invoice_number"], number);
}
