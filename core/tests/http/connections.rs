use std::io::Write;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use lazcore::transport::http::{Http, HttpConfig};
use lazcore::transport::{SendFailure, Sent};
use rustls::{ServerConnection, StreamOwned};

use crate::certificates::{self, trusting};
use crate::server::{Server, answer, read_request};
use crate::{get, http, post, send};

fn connections(server: &Server) -> usize {
    let mut numbers: Vec<usize> = server.seen().iter().map(|seen| seen.connection).collect();
    numbers.dedup();
    numbers.len()
}

#[test]
fn many_calls_share_one_connection() {
    let server = Server::answering(|_| answer(200, "", b"{}"));
    let http = http();
    for _ in 0..20 {
        send(&http, &post(&server.url("/"), b"a=1")).unwrap();
        send(&http, &get(&server.url("/"))).unwrap();
    }
    assert_eq!(connections(&server), 1);
}

#[test]
fn many_calls_share_one_tls_connection() {
    let server = Server::tls(certificates::server("leaf"), |stream, _| {
        stream.write_all(&answer(200, "", b"{}")).is_ok()
    });
    let http = trusting();
    for _ in 0..20 {
        send(&http, &post(&server.https("localhost", "/"), b"a=1")).unwrap();
    }
    assert_eq!(connections(&server), 1);
}

#[test]
fn threads_share_one_transport() {
    let server = Server::answering(|seen| answer(200, "", &seen.body));
    let http = http();
    thread::scope(|scope| {
        for number in 0..8 {
            let (http, url) = (&http, server.url("/"));
            scope.spawn(move || {
                for call in 0..20 {
                    let body = format!("{number}-{call}");
                    assert_eq!(
                        send(http, &post(&url, body.as_bytes())).unwrap().body,
                        body.as_bytes()
                    );
                }
            });
        }
    });
}

#[test]
fn a_connection_idle_for_too_long_is_not_used_again() {
    let server = Server::answering(|_| answer(200, "", b"{}"));
    let idle_age = Duration::from_millis(50);
    let http = Http::new(HttpConfig {
        idle_age,
        ..HttpConfig::default()
    })
    .unwrap();
    send(&http, &get(&server.url("/"))).unwrap();
    thread::sleep(2 * idle_age);
    send(&http, &get(&server.url("/"))).unwrap();
    assert_eq!(connections(&server), 2);
    assert!(HttpConfig::default().idle_age <= Duration::from_secs(5));
}

#[test]
fn a_connection_closed_meanwhile_is_not_used_again() {
    let server = Server::recording(|stream, _| {
        stream.write_all(&answer(200, "", b"{}")).unwrap();
        false
    });
    let http = http();
    for _ in 0..5 {
        send(&http, &get(&server.url("/"))).unwrap();
        // The server's farewell may come a moment after its answer.
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(connections(&server), 5);
}

#[test]
fn a_request_is_never_sent_twice() {
    // The first answer is good; then the kept connection ends in the middle of the second exchange.
    let server = Server::recording(|stream, seen| {
        seen.line().starts_with("GET") && stream.write_all(&answer(200, "", b"{}")).is_ok()
    });
    let http = http();
    send(&http, &get(&server.url("/"))).unwrap();
    let error = send(&http, &post(&server.url("/rest/order/pack"), b"a=1")).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Cut, Sent::Maybe),
        "{error}"
    );
    // Longer than a new connection would have taken.
    thread::sleep(Duration::from_millis(100));
    let seen = server.seen();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert_eq!(connections(&server), 1);
}

#[test]
fn a_connection_with_bytes_left_over_is_not_used_again() {
    let server =
        Server::answering(|_| [answer(200, "", b"{}"), answer(500, "", b"stale")].concat());
    let http = http();
    for _ in 0..3 {
        let got = send(&http, &get(&server.url("/"))).unwrap();
        assert_eq!((got.status, got.body), (200, b"{}".to_vec()));
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_tls_connection_with_bytes_left_over_is_not_used_again() {
    let server = Server::tls(certificates::server("leaf"), |stream, _| {
        let two = [answer(200, "", b"{}"), answer(500, "", b"stale")].concat();
        stream.write_all(&two).is_ok()
    });
    let http = trusting();
    for _ in 0..3 {
        let got = send(&http, &get(&server.https("localhost", "/"))).unwrap();
        assert_eq!((got.status, got.body), (200, b"{}".to_vec()));
    }
    // A second record that was read together with the first, or waits in the socket.
    let server = Server::tls(certificates::server("leaf"), |stream, _| {
        stream.write_all(&answer(200, "", b"{}")).is_ok()
            && stream.write_all(&answer(500, "", b"stale")).is_ok()
    });
    for _ in 0..3 {
        let got = send(&http, &get(&server.https("localhost", "/"))).unwrap();
        assert_eq!((got.status, got.body), (200, b"{}".to_vec()));
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_connection_after_tls_said_farewell_is_not_used_again() {
    let config = certificates::server("leaf");
    let (report, accepted) = mpsc::channel();
    let server = Server::raw(move |stream, number| {
        report.send(number).unwrap();
        let session = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(session, stream);
        read_request(&mut stream).unwrap();
        // Answer and farewell in one write, while TCP stays open.
        stream
            .conn
            .writer()
            .write_all(&answer(200, "", b"{}"))
            .unwrap();
        stream.conn.send_close_notify();
        stream.conn.complete_io(&mut stream.sock).unwrap();
        let _ = std::io::copy(&mut stream.sock, &mut std::io::sink());
    });
    let http = trusting();
    for _ in 0..2 {
        send(&http, &get(&server.https("localhost", "/"))).unwrap();
    }
    assert_eq!(accepted.try_iter().count(), 2);
}

#[test]
fn no_connection_is_kept_when_none_may_be() {
    let server = Server::answering(|_| answer(200, "", b"{}"));
    let config = HttpConfig {
        max_idle_connections: 0,
        ..HttpConfig::default()
    };
    let http = Http::new(config).unwrap();
    send(&http, &get(&server.url("/"))).unwrap();
    send(&http, &get(&server.url("/"))).unwrap();
    assert_eq!(connections(&server), 2);
}
