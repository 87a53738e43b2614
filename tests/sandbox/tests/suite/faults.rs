//! Each misbehavior, seen by the client that it hits.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use lazcore_sandbox::{Misbehavior, Sandbox};
use serde_json::Value;

use crate::client::{Client, id_of, pack_request, pack_rows, package_rows, plain};

const SELLER: &str = "/seller/get";
const PACK: &str = "/order/fulfill/pack";

fn order(client: &mut Client, sandbox: &Sandbox, at: usize) -> (u64, Vec<u64>) {
    let rows = client.orders(sandbox);
    let order = id_of(&rows[at], "order_id");
    let items = client.items(order);
    let ids = items.iter().map(|item| id_of(item, "order_item_id"));
    (order, ids.collect())
}

fn times_packed(sandbox: &Sandbox) -> usize {
    let books: Value = serde_json::from_str(&sandbox.books()).unwrap();
    books["stores"][0]["items"].as_array().unwrap().len()
}

#[test]
fn latency_holds_answers_back_until_behaving() {
    let (sandbox, mut client) = plain(1);
    let took = |client: &mut Client| {
        let start = Instant::now();
        assert_eq!(client.get(SELLER, &[]).code(), "0");
        start.elapsed()
    };
    sandbox.misbehave(Misbehavior::Latency(120));
    assert!(took(&mut client) >= Duration::from_millis(120));
    assert!(took(&mut client) >= Duration::from_millis(120));
    sandbox.behave();
    assert!(took(&mut client) < Duration::from_millis(120));
}

#[test]
fn a_stalled_call_hears_nothing_until_the_sandbox_stops() {
    let (sandbox, client) = plain(1);
    sandbox.misbehave(Misbehavior::Stall.on(SELLER));
    let mut waiting = client.another();
    let thread = std::thread::spawn(move || waiting.try_get(SELLER, &[]));
    let mut other = client.another();
    while !sandbox.calls().iter().any(|call| call.fault == "stall") {
        std::thread::yield_now();
    }
    // Others are served meanwhile.
    assert_eq!(other.get(SELLER, &[]).code(), "0");
    assert!(!thread.is_finished());
    let stalled = &sandbox.calls()[0];
    assert_eq!((stalled.status, stalled.code.as_str()), (0, ""));
    sandbox.stop();
    assert!(thread.join().unwrap().is_err());
}

#[test]
fn a_slow_answer_does_not_hold_up_the_end() {
    let (sandbox, client) = plain(1);
    sandbox.misbehave(Misbehavior::Latency(600_000));
    let mut waiting = client.another();
    let thread = std::thread::spawn(move || waiting.try_get(SELLER, &[]));
    while sandbox.calls().is_empty() {
        std::thread::yield_now();
    }
    sandbox.stop();
    assert!(thread.join().unwrap().is_err());
}

#[test]
fn a_call_dropped_before_is_not_executed_and_one_dropped_after_is() {
    let (sandbox, mut client) = plain(5);
    let target = order(&mut client, &sandbox, 0);
    let request = pack_request(std::slice::from_ref(&target));
    sandbox.misbehave(Misbehavior::DropBefore.on(PACK));
    sandbox.misbehave(Misbehavior::DropAfter.on(PACK));
    let mut send = || {
        client
            .try_post(PACK, &[("packReq", &request)])
            .err()
            .map(|error| error.kind())
    };
    assert_eq!(send(), Some(ErrorKind::UnexpectedEof));
    assert_eq!(times_packed(&sandbox), 0);
    assert_eq!(send(), Some(ErrorKind::UnexpectedEof));
    assert_eq!(times_packed(&sandbox), target.1.len());
    assert_eq!(send(), None);
}

#[test]
fn a_cut_answer_is_announced_whole_and_executed() {
    let (sandbox, mut client) = plain(5);
    let target = order(&mut client, &sandbox, 0);
    sandbox.misbehave(Misbehavior::CutAnswer.on(PACK));
    let cut = client.try_post(
        PACK,
        &[("packReq", &pack_request(std::slice::from_ref(&target)))],
    );
    assert_eq!(cut.err().unwrap().kind(), ErrorKind::UnexpectedEof);
    assert_eq!(times_packed(&sandbox), target.1.len());
    // The bytes that do come are the first half.
    sandbox.misbehave(Misbehavior::CutAnswer.on(SELLER));
    let whole = client.get("/order/get", &[]).body.len();
    assert!(whole > 0);
    let mut stream = client.connect();
    let request = client.signed_get(SELLER, &[]);
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "));
    let length: usize = length.unwrap().parse().unwrap();
    assert_eq!(body.len(), length / 2);
    assert!(body.starts_with("{\"code\":\"0\""));
}

#[test]
fn a_dripping_answer_is_slow_and_whole() {
    let (sandbox, mut client) = plain(1);
    sandbox.misbehave(Misbehavior::Drip {
        bytes: 100,
        pause_ms: 20,
    });
    let start = Instant::now();
    assert_eq!(client.get(SELLER, &[]).code(), "0");
    // Some 600 bytes; the pause after the last piece is not waited for.
    assert!(start.elapsed() >= Duration::from_millis(80));
    assert_eq!(client.get(SELLER, &[]).code(), "0");
    assert_eq!(sandbox.connections(), 1);
}

#[test]
fn proxies_answer_with_pages() {
    let (sandbox, mut client) = plain(5);
    sandbox.misbehave(Misbehavior::Html502);
    let answer = client.get(SELLER, &[]);
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("content-type"), Some("text/html"));
    assert!(answer.header("date").is_some());
    assert!(answer.text().contains("502 Bad Gateway"));
    let target = order(&mut client, &sandbox, 0);
    let request = pack_request(std::slice::from_ref(&target));
    sandbox.misbehave(Misbehavior::Html502.on(PACK));
    assert_eq!(client.post(PACK, &[("packReq", &request)]).status, 502);
    assert_eq!(times_packed(&sandbox), 0);
    sandbox.misbehave(Misbehavior::Html502.on(PACK).executed());
    assert_eq!(client.post(PACK, &[("packReq", &request)]).status, 502);
    assert_eq!(times_packed(&sandbox), target.1.len());
}

#[test]
fn throttling_names_the_ban() {
    let (sandbox, mut client) = plain(1);
    sandbox.misbehave(
        Misbehavior::Throttle {
            times: 2,
            seconds: 3,
        }
        .on(SELLER),
    );
    for _ in 0..2 {
        let answer = client.get(SELLER, &[]);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.code(), "ApiCallLimit");
        let message = answer.json()["message"].to_string();
        assert!(message.contains("this ban will last 3 seconds"));
        // Other APIs are not meant.
        assert_eq!(client.get("/order/get", &[("order_id", "1")]).code(), "16");
    }
    assert_eq!(client.get(SELLER, &[]).code(), "0");
}

#[test]
fn a_row_fails_inside_a_successful_batch() {
    let (sandbox, mut client) = plain(20);
    let one = order(&mut client, &sandbox, 0);
    let two = order(&mut client, &sandbox, 1);
    sandbox.misbehave(Misbehavior::FailRow {
        code: "700024".to_owned(),
    });
    let rows = pack_rows(&client.pack(&[one.clone(), two.clone()]));
    assert_eq!(rows[0].1, "700024");
    assert!(rows[1..].iter().all(|row| row.1 == "0"));
    assert_eq!(client.items(one.0)[0]["status"], "pending");
    assert_eq!(
        pack_rows(&client.pack(&[(one.0, vec![one.1[0]])]))[0].1,
        "0"
    );

    let package = rows.last().unwrap().2.clone();
    sandbox.misbehave(
        Misbehavior::FailRow {
            code: "40011".to_owned(),
        }
        .on("/order/package/rts"),
    );
    assert_eq!(
        package_rows(&client.ready_to_ship(&[&package]))[0].1,
        "40011"
    );
    assert_eq!(client.items(two.0)[0]["status"], "packed");
    assert_eq!(package_rows(&client.ready_to_ship(&[&package]))[0].1, "0");
}

#[test]
fn an_omitted_row_is_executed_all_the_same() {
    let (sandbox, mut client) = plain(20);
    let one = order(&mut client, &sandbox, 0);
    let two = order(&mut client, &sandbox, 1);
    sandbox.misbehave(Misbehavior::OmitRow.on(PACK));
    let rows = pack_rows(&client.pack(&[(one.0, vec![one.1[0]]), two.clone()]));
    let answered: Vec<u64> = rows.iter().map(|row| row.0).collect();
    assert_eq!(answered, two.1);
    let item = client.items(one.0).remove(0);
    assert_eq!(item["status"], "packed");

    let omitted = item["package_id"].as_str().unwrap().to_owned();
    sandbox.misbehave(Misbehavior::OmitRow);
    let shipped = package_rows(&client.ready_to_ship(&[&omitted, &rows[0].2]));
    assert_eq!(shipped.len(), 1);
    assert_eq!(shipped[0].0, rows[0].2);
    assert_eq!(client.items(one.0)[0]["status"], "ready_to_ship");
}

#[test]
fn raw_answers_are_sent_as_they_are() {
    let (sandbox, mut client) = plain(1);
    let raw = |status, headers: &[(&str, &str)], body: &[u8]| Misbehavior::Raw {
        status,
        headers: crate::client::owned(headers),
        body: body.to_vec(),
    };
    sandbox.misbehave(raw(200, &[("Content-Type", "application/json")], b""));
    sandbox.misbehave(raw(302, &[("Location", "http://127.0.0.1:1/")], b"moved"));
    sandbox.misbehave(raw(
        200,
        &[("Content-Encoding", "gzip")],
        &[0x1F, 0x8B, 0xFF],
    ));
    let empty = client.get(SELLER, &[]);
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    let moved = client.get(SELLER, &[]);
    assert_eq!(moved.status, 302);
    assert_eq!(moved.header("location"), Some("http://127.0.0.1:1/"));
    assert!(moved.header("date").is_some());
    let packed = client.get(SELLER, &[]);
    assert_eq!(packed.body, [0x1F, 0x8B, 0xFF]);
    assert_eq!(client.get(SELLER, &[]).code(), "0");
    // A length that is too long ends with the connection.
    sandbox.misbehave(raw(200, &[("Content-Length", "10")], b"{}"));
    let short = client.try_get(SELLER, &[]);
    assert_eq!(short.err().unwrap().kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn long_answers_are_streamed() {
    let (sandbox, mut client) = plain(1);
    for bytes in [0, 3, 22, 300_000] {
        sandbox.misbehave(Misbehavior::RawStream { bytes });
        let answer = client.get(SELLER, &[]);
        assert_eq!(answer.body.len() as u64, bytes);
        if bytes >= 22 {
            assert_eq!(answer.code(), "0");
        }
    }
}

#[test]
fn label_downloads_misbehave_when_they_are_meant() {
    let (sandbox, mut client) = plain(1);
    let download = |client: &mut Client| {
        client
            .raw("GET /labels/none.pdf HTTP/1.1\r\nHost: x\r\n\r\n")
            .map(|answer| answer.status)
            .ok()
    };
    sandbox.misbehave(Misbehavior::Html502);
    assert_eq!(download(&mut client), Some(403));
    assert_eq!(client.get(SELLER, &[]).status, 502);
    sandbox.misbehave(Misbehavior::Html502.on("/labels"));
    sandbox.misbehave(Misbehavior::DropBefore.on("/labels"));
    sandbox.misbehave(Misbehavior::CutAnswer.on("/labels"));
    assert_eq!(download(&mut client), Some(502));
    assert_eq!(download(&mut client), None);
    assert_eq!(download(&mut client), None);
    assert_eq!(download(&mut client), Some(403));
}

#[test]
fn behaving_forgets_what_was_planned() {
    let (sandbox, mut client) = plain(1);
    sandbox.misbehave(Misbehavior::Html502.times(5));
    assert_eq!(client.get(SELLER, &[]).status, 502);
    sandbox.behave();
    assert_eq!(client.get(SELLER, &[]).status, 200);
}

#[test]
fn tests_in_other_languages_misbehave_over_http() {
    let (sandbox, mut client) = plain(1);
    let mut control = client.another();
    let mut post = |path: &str, body: &str| {
        let length = body.len();
        control
            .raw(&format!(
                "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"
            ))
            .unwrap()
    };
    let plan = "{\"kind\":\"throttle\",\"path\":\"/seller/get\",\"times\":2,\"seconds\":1}";
    assert_eq!(post("/sandbox/misbehave", plan).status, 200);
    assert_eq!(client.get(SELLER, &[]).code(), "ApiCallLimit");
    assert_eq!(post("/sandbox/behave", "").status, 200);
    assert_eq!(client.get(SELLER, &[]).code(), "0");
    let wrong = post("/sandbox/misbehave", "{\"kind\":\"dance\"}");
    assert_eq!(wrong.status, 400);
    assert!(wrong.json()["error"].to_string().contains("dance"));
    assert_eq!(post("/sandbox/health", "").status, 405);
    assert_eq!(post("/sandbox/nothing", "").status, 404);

    let mut get = |path: &str| {
        control
            .raw(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
            .unwrap()
    };
    assert_eq!(get("/sandbox/health").json()["status"], "ok");
    assert_eq!(get("/sandbox/books").text(), sandbox.books());
    let calls = get("/sandbox/calls");
    let list = calls.json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(list[0]["path"], SELLER);
    assert_eq!(list[0]["method"], "GET");
    assert_eq!(list[0]["code"], "ApiCallLimit");
    assert_eq!(list[0]["fault"], "throttle");
    assert_eq!(list[1]["code"], "0");
    assert_eq!(list[1]["params"]["app_key"], sandbox.app_key());
    for secret in [sandbox.access_token(), sandbox.app_secret()] {
        assert!(!calls.text().contains(secret));
        assert!(!format!("{:?}", sandbox.calls()).contains(secret));
    }
    assert!(list[0]["params"].get("sign").is_none());
}
