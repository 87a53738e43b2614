use std::io::Write;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use lazcore::transport::http::{Http, HttpConfig};
use lazcore::transport::{Cancel, Limits, SendFailure, Sent, Transport};

use crate::server::{Server, answer};
use crate::{checked, get, http, limits, post, send};

#[test]
fn a_post_arrives_as_it_was_made() {
    let server = Server::answering(|_| answer(200, "X-Trace: A b\r\n", b"{\"code\":\"0\"}"));
    let got = send(
        &http(),
        &post(&server.url("/rest/order/pack"), b"a=1&b=%20"),
    )
    .unwrap();
    assert_eq!((got.status, got.header("x-trace")), (200, Some("A b")));
    assert_eq!(got.body, b"{\"code\":\"0\"}");
    let seen = &server.seen()[0];
    assert_eq!(
        seen.line(),
        "POST /rest/order/pack?access_token=hunter2&sign=hunter2 HTTP/1.1"
    );
    assert_eq!(seen.body, b"a=1&b=%20");
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        seen.header("user-agent"),
        Some(concat!("lazcore/", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(seen.header("accept-encoding"), Some("gzip"));
    assert_eq!(seen.header("expect"), None);
    assert_eq!(seen.header("cookie"), None);
}

#[test]
fn an_empty_post_has_a_length_and_a_get_has_none() {
    let server = Server::answering(|_| answer(200, "", b""));
    let http = http();
    send(&http, &post(&server.url("/"), b"")).unwrap();
    send(&http, &get(&server.url("/"))).unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].header("content-length"), Some("0"));
    assert_eq!(
        (
            seen[1].header("content-length"),
            seen[1].header("transfer-encoding")
        ),
        (None, None)
    );
}

#[test]
fn a_large_post_does_not_wait_for_a_100() {
    let server = Server::answering(|seen| answer(200, "", seen.body.len().to_string().as_bytes()));
    let got = send(&http(), &post(&server.url("/"), &vec![b'x'; 3_000_000])).unwrap();
    assert_eq!(got.body, b"3000000");
    assert_eq!(server.seen()[0].header("expect"), None);
}

#[test]
fn an_error_status_is_an_answer() {
    for status in [400, 401, 429, 500, 502] {
        let server = Server::answering(move |_| answer(status, "", b"why"));
        let got = send(&http(), &post(&server.url("/"), b"a=1")).unwrap();
        assert_eq!(
            (got.status, got.body.as_slice()),
            (status, b"why".as_slice())
        );
    }
}

#[test]
fn a_redirect_is_an_answer_and_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let server =
            Server::answering(move |_| answer(status, "Location: /elsewhere\r\n", b"moved"));
        let got = send(&http(), &post(&server.url("/"), b"a=1")).unwrap();
        assert_eq!(
            (got.status, got.header("location")),
            (status, Some("/elsewhere"))
        );
        assert_eq!(got.body, b"moved");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn cookies_are_not_kept() {
    let server = Server::answering(|_| answer(200, "Set-Cookie: a=b\r\n", b""));
    let http = http();
    send(&http, &get(&server.url("/"))).unwrap();
    send(&http, &get(&server.url("/"))).unwrap();
    assert_eq!(server.seen()[1].header("cookie"), None);
}

#[test]
fn the_user_agent_is_a_setting() {
    let server = Server::answering(|_| answer(200, "", b""));
    let config = HttpConfig {
        user_agent: "my-erp/2".to_owned(),
        ..HttpConfig::default()
    };
    send(&Http::new(config).unwrap(), &get(&server.url("/"))).unwrap();
    assert_eq!(server.seen()[0].header("user-agent"), Some("my-erp/2"));
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    // The address is reserved for documentation: with the refusal missing, the call would try to connect.
    for url in [
        "http://192.0.2.1/rest",
        "http://localhost.example/rest",
        "http://u@127.0.0.1/rest",
    ] {
        let error = send(&http(), &get(url)).unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Refused, Sent::Nothing),
            "{error}"
        );
    }
    let open = HttpConfig {
        allow_plain_http: true,
        ..HttpConfig::default()
    };
    let soon = Limits {
        connect: Duration::from_millis(1),
        ..limits()
    };
    let error = Http::new(open)
        .unwrap()
        .send(&get("http://192.0.2.1/rest"), &soon, &Cancel::new());
    assert_ne!(error.unwrap_err().cause, SendFailure::Refused);
}

#[test]
fn what_is_not_a_url_is_refused() {
    for url in [
        "",
        "rest/order/get",
        "ftp://127.0.0.1/",
        "http://127.0.0.1:port/",
    ] {
        let error = send(&http(), &get(url)).unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Refused, Sent::Nothing),
            "{error}"
        );
    }
    let mut request = get("http://127.0.0.1/");
    request
        .headers
        .push(("x".to_owned(), "a\r\nhost: b".to_owned()));
    assert_eq!(
        send(&http(), &request).unwrap_err().cause,
        SendFailure::Refused
    );
}

#[test]
fn an_unreachable_peer_got_nothing() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = send(
        &http(),
        &post(&format!("http://{free}/rest/order/pack"), b"a=1"),
    )
    .unwrap_err();
    assert_eq!(
        (error.cause, error.sent, error.status),
        (SendFailure::Connect, Sent::Nothing, None)
    );
    assert!(
        error
            .detail
            .starts_with(&format!("POST {free}/rest/order/pack: ")),
        "{error}"
    );
}

fn silent(text: &'static str) -> Server {
    Server::recording(move |stream, _| {
        stream.write_all(text.as_bytes()).unwrap();
        let _ = std::io::Read::read(stream, &mut [0]);
        false
    })
}

#[test]
fn the_response_limit_ends_a_wait_for_the_header() {
    for text in ["", "HTTP/1.1 200 OK\r\ncontent-le"] {
        let server = silent(text);
        let soon = Limits {
            response: Duration::from_millis(120),
            ..limits()
        };
        let start = Instant::now();
        let error =
            checked(http().send(&get(&server.url("/")), &soon, &Cancel::new())).unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Timeout, Sent::Maybe),
            "{error}"
        );
        assert!(error.detail.ends_with("no answer within 120ms"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn the_total_limit_ends_a_wait_within_the_body() {
    let server = silent("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{");
    let soon = Limits {
        total: Duration::from_millis(120),
        ..limits()
    };
    let error = checked(http().send(&get(&server.url("/")), &soon, &Cancel::new())).unwrap_err();
    assert_eq!(
        (error.cause, error.sent, error.status),
        (SendFailure::Timeout, Sent::Maybe, Some(200))
    );
    assert!(
        error.detail.ends_with("not finished within 120ms"),
        "{error}"
    );
}

#[test]
fn the_connect_limit_covers_the_handshake() {
    let server = Server::raw(|mut stream, _| {
        std::io::copy(&mut stream, &mut std::io::sink()).ok();
    });
    let soon = Limits {
        connect: Duration::from_millis(120),
        ..limits()
    };
    let request = get(&server.https("localhost", "/"));
    let error = checked(http().send(&request, &soon, &Cancel::new())).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Timeout, Sent::Nothing),
        "{error}"
    );
    assert!(
        error.detail.ends_with("no connection within 120ms"),
        "{error}"
    );
}

#[test]
fn what_is_not_http_is_malformed() {
    for text in [
        "SSH-2.0-OpenSSH_9\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "<html>502</html>\r\n\r\n",
    ] {
        let server = silent(text);
        let error = send(&http(), &get(&server.url("/rest"))).unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Malformed, Sent::Maybe),
            "{text}: {error}"
        );
        assert!(error.detail.contains("not valid HTTP"), "{error}");
    }
}

#[test]
fn a_broken_chunk_is_malformed() {
    let server = silent("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{");
    let error = send(&http(), &get(&server.url("/"))).unwrap_err();
    assert_eq!(
        (error.cause, error.status),
        (SendFailure::Malformed, Some(200)),
        "{error}"
    );
}

#[test]
fn endless_limits_are_limits() {
    let server = Server::answering(|_| answer(200, "", b"{}"));
    let forever = Duration::MAX;
    let endless = Limits {
        connect: forever,
        response: forever,
        total: forever,
        max_body: usize::MAX,
    };
    assert_eq!(
        http()
            .send(&get(&server.url("/")), &endless, &Cancel::new())
            .unwrap()
            .body,
        b"{}"
    );
}

#[test]
fn a_body_that_lasts_until_the_end_is_read() {
    let server = Server::recording(|stream, _| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\n\r\n{\"code\":\"0\"}")
            .unwrap();
        false
    });
    assert_eq!(
        send(&http(), &get(&server.url("/"))).unwrap().body,
        b"{\"code\":\"0\"}"
    );
}

#[test]
fn an_endless_header_is_malformed() {
    let server = Server::recording(|stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream
            .write_all(b"x-padding: 0123456789012345678901234567890123456789\r\n")
            .is_ok()
        {}
        false
    });
    let error = send(&http(), &get(&server.url("/"))).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Malformed, Sent::Maybe),
        "{error}"
    );
}

#[test]
fn a_connection_that_ends_early_is_cut() {
    let texts = [
        ("", None),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n", None),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", Some(200)),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{",
            Some(200),
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n",
            Some(200),
        ),
    ];
    for (text, status) in texts {
        let server = Server::recording(move |stream, _| {
            stream.write_all(text.as_bytes()).unwrap();
            false
        });
        let error = send(&http(), &get(&server.url("/"))).unwrap_err();
        assert_eq!(
            (error.cause, error.sent, error.status),
            (SendFailure::Cut, Sent::Maybe, status),
            "{text}: {error}"
        );
    }
}
