//! HTTP: connections, bodies, and requests that are none.

use std::io::Write;

use lazcore_sandbox::{Config, Sandbox};

use crate::client::{Client, encode, owned, plain, read_answer, sign};

const SELLER: &str = "/seller/get";

#[test]
fn one_connection_serves_many_calls() {
    let (sandbox, mut client) = plain(1);
    for _ in 0..50 {
        assert_eq!(client.get(SELLER, &[]).code(), "0");
    }
    assert_eq!(sandbox.connections(), 1);
    assert!(sandbox.calls().iter().all(|call| call.connection == 1));
    assert_eq!(client.another().get(SELLER, &[]).code(), "0");
    assert_eq!(sandbox.connections(), 2);
    assert_eq!(sandbox.calls().last().unwrap().connection, 2);
}

#[test]
fn the_end_of_a_connection_is_announced_when_asked_for() {
    let (sandbox, mut client) = plain(1);
    for request in [
        "GET /sandbox/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /sandbox/health HTTP/1.0\r\n\r\n",
    ] {
        let answer = client.raw(request).unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("connection"), Some("close"));
    }
    assert_eq!(sandbox.connections(), 2);
}

#[test]
fn the_log_shows_what_arrived() {
    let (sandbox, mut client) = plain(1);
    client.post("/order/package/rts", &[("readyToShipReq", "{\"é\":1}")]);
    let call = sandbox.calls().remove(0);
    assert_eq!((call.number, call.method.as_str()), (1, "POST"));
    assert_eq!(call.path, "/order/package/rts");
    assert_eq!(call.param("readyToShipReq"), Some("{\"é\":1}"));
    assert_eq!(call.param("access_token"), Some(sandbox.access_token()));
    assert_eq!((call.status, call.code.as_str()), (200, "700017"));
    let raw = String::from_utf8(call.raw).unwrap();
    let (query, body) = raw.split_once('\n').unwrap();
    assert!(query.contains("app_key=") && query.contains("sign="));
    assert_eq!(body, "readyToShipReq=%7B%22%C3%A9%22%3A1%7D");
    assert!(call.arrived_ms > 0);
}

#[test]
fn bodies_may_come_in_chunks_and_slowly() {
    let (_sandbox, client) = plain(1);
    let path = "/order/package/rts";
    let business = owned(&[(
        "readyToShipReq",
        "{\"packages\":[{\"package_id\":\"FP1\"}]}",
    )]);
    let mut query = client.common();
    let all = [query.clone(), business.clone()].concat();
    query.push(("sign".to_owned(), sign(&client.secret, path, &all)));
    let body = encode(&business);
    let head = format!(
        "POST /rest{path}?{} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n",
        encode(&query)
    );
    let (one, two) = body.split_at(7);
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(
        format!(
            "{:x}\r\n{one}\r\n{:X};x=y\r\n{two}\r\n0\r\nTrailer: 1\r\n\r\n",
            one.len(),
            two.len()
        )
        .as_bytes(),
    );
    let mut stream = client.connect();
    for piece in bytes.chunks(3) {
        stream.write_all(piece).unwrap();
    }
    let answer = read_answer(&mut stream).unwrap();
    assert!(answer.text().contains("600001"), "{}", answer.text());
}

#[test]
fn requests_may_follow_each_other_without_waiting() {
    let (_sandbox, client) = plain(1);
    let mut stream = client.connect();
    let request = client.signed_get(SELLER, &[]);
    stream
        .write_all(format!("{request}{request}{request}").as_bytes())
        .unwrap();
    let mut incoming = Vec::new();
    // Answers may arrive together, so they are counted and not read one by one.
    while String::from_utf8_lossy(&incoming)
        .matches("\"marketplaceEaseMode\"")
        .count()
        < 3
    {
        let mut piece = [0_u8; 4096];
        let count = std::io::Read::read(&mut stream, &mut piece).unwrap();
        assert!(count > 0);
        incoming.extend_from_slice(&piece[..count]);
    }
}

/// Some HTTP libraries ask before they send a long body.
#[test]
fn a_client_that_asks_first_is_told_to_go_on() {
    let (_sandbox, client) = plain(1);
    let mut stream = client.connect();
    stream
        .write_all(b"POST /sandbox/behave HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        .unwrap();
    let mut interim = [0_u8; 25];
    std::io::Read::read_exact(&mut stream, &mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").unwrap();
    assert_eq!(read_answer(&mut stream).unwrap().status, 200);
}

#[test]
fn what_is_no_request_is_refused_and_closed() {
    let (_sandbox, client) = plain(1);
    let long = format!("GET /rest/x?{} HTTP/1.1\r\n\r\n", "a".repeat(70_000));
    let endless = format!("GET /{}", "a".repeat(70_000));
    for (request, status) in [
        ("HELLO\r\n\r\n", 400),
        ("GET /x HTTP/2.0\r\n\r\n", 505),
        ("GET /x HTTP/1.1\r\nnonsense\r\n\r\n", 400),
        ("POST /x HTTP/1.1\r\nContent-Length: many\r\n\r\n", 400),
        (
            "POST /x HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
            413,
        ),
        ("POST /x HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (
            "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            400,
        ),
        (
            "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            413,
        ),
        (
            "POST /x HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
        ),
        (long.as_str(), 431),
        (endless.as_str(), 431),
    ] {
        let answer = client.another().raw(request).unwrap();
        let shown = &request[..request.len().min(60)];
        assert_eq!(answer.status, status, "{shown}");
        assert_eq!(answer.header("connection"), Some("close"));
    }
}

#[test]
fn many_connections_are_served_at_once() {
    let (sandbox, client) = plain(50);
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let mut client = client.another();
            std::thread::spawn(move || {
                for _ in 0..20 {
                    let since = ("created_after", "2026-10-01T00:00:00+08:00");
                    let answer = client.get("/orders/get", &[since, ("limit", "100")]);
                    assert_eq!(answer.json()["data"]["count"], 50);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(sandbox.connections(), 16);
    assert_eq!(sandbox.calls().len(), 320);
}

/// Tests share one sandbox between threads.
#[test]
fn a_sandbox_may_be_shared() {
    fn shared<T: Send + Sync>(_: &T) {}
    let (sandbox, _client) = plain(1);
    shared(&sandbox);
}

#[test]
fn a_stopped_sandbox_serves_nobody() {
    // Below the ports that systems give out, so that no other test gets it next.
    let (sandbox, mut client) = (20_000..20_100)
        .find_map(|port| {
            let config = Config {
                orders: 1,
                port,
                ..Config::default()
            };
            let sandbox = Sandbox::start(config).ok()?;
            let client = Client::of(&sandbox, 0);
            Some((sandbox, client))
        })
        .unwrap();
    assert_eq!(client.get(SELLER, &[]).code(), "0");
    sandbox.stop();
    sandbox.stop();
    assert!(client.try_get(SELLER, &[]).is_err());
    // A program that another test is just starting holds a copy of the socket for a moment.
    let refused = |_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::net::TcpStream::connect(&client.host).is_err()
    };
    assert!((0..250).any(refused));
}
