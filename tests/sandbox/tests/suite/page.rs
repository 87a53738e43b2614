//! The page for a browser: what it tells, and to whom.

use serde_json::Value;

use crate::client::{Answer, Client, id_of, owned, pack_rows, plain, sign};

fn get(client: &mut Client, path: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", client.host);
    client.raw(&request).unwrap()
}

fn calls(client: &mut Client) -> Vec<Value> {
    let told = get(client, "/sandbox/page/calls").json();
    told["calls"].as_array().unwrap().clone()
}

#[test]
fn a_call_stands_beside_the_text_that_was_signed() {
    let (_sandbox, mut client) = plain(3);
    client.get("/seller/get", &[]);
    let told = calls(&mut client);
    let signature = &told[0]["signature"];
    assert_eq!(signature["verdict"], "right");
    assert_eq!(signature["came"], signature["expected"]);
    let base = signature["base"].as_str().unwrap();
    assert!(
        base.starts_with(&format!(
            "/seller/getaccess_token{}app_key{}sign_methodsha256timestamp",
            client.token, client.app_key
        )),
        "{base}"
    );
    assert_eq!(told[0]["code"], "0");
    assert!(
        !get(&mut client, "/sandbox/page/calls")
            .text()
            .contains(&client.secret)
    );
}

#[test]
fn a_wrong_signature_is_told_from_small_letters_and_from_none() {
    let (_sandbox, mut client) = plain(3);
    let mut pairs = client.common();
    let right = sign(&client.secret, "/seller/get", &pairs);
    client.exact("/seller/get", &pairs);
    for sent in ["00".repeat(32), right.to_lowercase(), right.clone()] {
        pairs.push(("sign".to_owned(), sent));
        client.exact("/seller/get", &pairs);
        pairs.pop();
    }
    let told = calls(&mut client);
    let verdicts: Vec<&Value> = told
        .iter()
        .map(|call| &call["signature"]["verdict"])
        .collect();
    assert_eq!(verdicts, ["missing", "wrong", "small_letters", "right"]);
    assert!(
        told.iter()
            .all(|call| call["signature"]["expected"] == right.as_str())
    );
    assert_eq!(told[1]["signature"]["came"], "00".repeat(32));
}

#[test]
fn an_unsigned_empty_value_is_left_out_of_the_text() {
    let (_sandbox, mut client) = plain(3);
    let mut pairs = client.common();
    pairs.push((
        "sign".to_owned(),
        sign(&client.secret, "/seller/get", &pairs),
    ));
    pairs.push(("status".to_owned(), String::new()));
    assert_eq!(client.exact("/seller/get", &pairs).code(), "0");
    let told = calls(&mut client);
    assert_eq!(told[0]["signature"]["verdict"], "right");
    assert!(
        !told[0]["signature"]["base"]
            .as_str()
            .unwrap()
            .contains("status")
    );
}

#[test]
fn a_token_of_elsewhere_is_not_shown() {
    let (_sandbox, mut client) = plain(3);
    let token = "50000600b0cXsomebodys";
    let mut pairs = client.common();
    pairs.retain(|pair| pair.0 != "access_token");
    pairs.extend(owned(&[
        ("access_token", token),
        ("refresh_token", token),
        ("code", token),
    ]));
    pairs.push((
        "sign".to_owned(),
        sign(&client.secret, "/seller/get", &pairs),
    ));
    client.exact("/seller/get", &pairs);
    let told = get(&mut client, "/sandbox/page/calls").text();
    assert!(!told.contains(token), "{told}");
    assert_eq!(
        told.matches("[21 characters, not of this sandbox]").count(),
        6
    );
    assert!(told.contains("\"verdict\":\"right\""));
}

#[test]
fn only_newer_calls_come_and_no_more_than_a_page() {
    let (_sandbox, mut client) = plain(3);
    for _ in 0..120 {
        client.get("/seller/get", &[]);
    }
    let numbers = |told: &Value| -> Vec<u64> {
        let calls = told["calls"].as_array().unwrap();
        calls
            .iter()
            .map(|call| call["number"].as_u64().unwrap())
            .collect()
    };
    let all = get(&mut client, "/sandbox/page/calls").json();
    assert_eq!(all["arrived"], 120);
    assert_eq!(numbers(&all), (21..=120).collect::<Vec<u64>>());
    let newer = get(&mut client, "/sandbox/page/calls?after=118").json();
    assert_eq!(numbers(&newer), [119, 120]);
}

#[test]
fn orders_stand_newest_first_with_their_labels() {
    let (sandbox, mut client) = plain(60);
    let order = id_of(&client.orders(&sandbox)[5], "order_id");
    let items = client.items(order);
    let ids: Vec<u64> = items
        .iter()
        .map(|item| id_of(item, "order_item_id"))
        .collect();
    let package = pack_rows(&client.pack(&[(order, ids)]))[0].2.clone();
    let told = get(&mut client, "/sandbox/page/orders?store=0").json();
    assert_eq!(told["total"], 60);
    let rows = told["orders"].as_array().unwrap();
    assert_eq!(rows.len(), 50);
    assert_eq!(rows[0]["order_id"], order.to_string());
    let item = &rows[0]["items"][0];
    assert_eq!(
        (&item["status"], &item["package_id"]),
        (&"packed".into(), &package.as_str().into())
    );
    assert_eq!(item["label"], true);
    let rest = get(&mut client, "/sandbox/page/orders?store=0&from=50").json();
    assert_eq!(rest["orders"].as_array().unwrap().len(), 10);
    let one = get(&mut client, &format!("/sandbox/page/orders?order={order}")).json();
    assert_eq!(one["orders"].as_array().unwrap().len(), 1);
    let none = get(&mut client, "/sandbox/page/orders?order=12").json();
    assert!(none["orders"].as_array().unwrap().is_empty());
    assert_eq!(get(&mut client, "/sandbox/page/orders?store=9").status, 404);

    let label = get(
        &mut client,
        &format!("/sandbox/page/label?store=0&package={package}"),
    );
    assert!(label.body.starts_with(b"%PDF-"));
    assert!(
        sandbox.books().contains("\"labels\":0"),
        "looking is not printing"
    );
    assert_eq!(
        get(&mut client, "/sandbox/page/label?package=FP9").status,
        404
    );
}

#[test]
fn the_overview_tells_what_is_planned() {
    let (sandbox, mut client) = plain(3);
    sandbox.misbehave(
        lazcore_sandbox::Misbehavior::Stall
            .on("/seller/get")
            .times(2)
            .after(1),
    );
    sandbox.misbehave(lazcore_sandbox::Misbehavior::Latency(0));
    let told = get(&mut client, "/sandbox/page/overview").json();
    let planned: Vec<&Value> = told["planned"].as_array().unwrap().iter().collect();
    assert_eq!(
        planned,
        [
            "stall /seller/get, 2 times, after 1 more calls",
            "latency, until told to behave"
        ]
    );
    assert_eq!(told["stores"][1]["orders"], 3);
    assert_eq!(told["stores"][0]["access_token"], client.token.as_str());
}

#[test]
fn the_files_name_nothing_elsewhere_and_allow_nothing_else() {
    let (sandbox, mut client) = plain(3);
    assert!(sandbox.page_url().ends_with(&format!("{}/", client.host)));
    for (path, kind) in [
        ("/", "text/html"),
        ("/sandbox/page.css", "text/css"),
        ("/sandbox/page.js", "text/javascript"),
    ] {
        let file = get(&mut client, path);
        assert_eq!(file.status, 200);
        assert!(file.header("content-type").unwrap().starts_with(kind));
        let policy = file.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"));
        assert!(!file.text().contains("//cdn") && !file.text().contains("https:"));
    }
    assert_eq!(get(&mut client, "/sandbox/page/nothing").status, 404);
}

/// A page elsewhere may point a name of its own at this machine, or post here without reading.
#[test]
fn only_pages_of_this_machine_may_read_and_steer() {
    let (_sandbox, mut client) = plain(3);
    let host = client.host.clone();
    let port = host.rsplit(':').next().unwrap().to_owned();
    let mut read = |name: &str, path: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {name}\r\n\r\n");
        client.raw(&request).unwrap().status
    };
    for path in ["/", "/sandbox/page/overview", "/sandbox/page/calls"] {
        assert_eq!(read(&format!("localhost:{port}"), path), 200);
        assert_eq!(read(&format!("evil.example:{port}"), path), 403);
    }
    let mut behave = |name: &str, origin: &str| {
        let request = format!(
            "POST /sandbox/behave HTTP/1.1\r\nHost: {name}\r\n{origin}Content-Length: 0\r\n\r\n"
        );
        client.raw(&request).unwrap().status
    };
    assert_eq!(behave(&host, ""), 200);
    assert_eq!(behave(&host, &format!("Origin: http://{host}\r\n")), 200);
    assert_eq!(behave(&host, "Origin: http://evil.example\r\n"), 403);
    assert_eq!(
        behave("evil.example", "Origin: http://evil.example\r\n"),
        403
    );
}
