use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};
use std::thread;

use lazcore::transport::http::{Http, HttpConfig, Proxy};
use lazcore::transport::{Cancel, SendFailure, Sent, Transport};
use rustls::{ServerConnection, StreamOwned};

use crate::certificates;
use crate::server::{Server, answer, read_request};
use crate::{checked, get, limits, post, send};

/// A proxy that leads every CONNECT to `target`, and reports the CONNECT.
fn tunnel(target: SocketAddr) -> (Server, mpsc::Receiver<String>) {
    let (report, asked) = mpsc::channel();
    let server = Server::raw(move |mut stream, _| {
        let request = read_request(&mut stream).unwrap();
        report.send(request.head).unwrap();
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
        let onward = TcpStream::connect(target).unwrap();
        let (mut up, mut down) = (stream.try_clone().unwrap(), onward.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut up, &mut { onward }));
        let _ = std::io::copy(&mut down, &mut stream);
        let _ = stream.shutdown(Shutdown::Both);
    });
    (server, asked)
}

fn through(proxy: &Server, user: &str) -> Http {
    let config = HttpConfig {
        ca_file: Some(certificates::path("ca.pem")),
        proxy: Proxy::Url(format!("http://{user}{}", proxy.address)),
        allow_plain_http: true,
        ..HttpConfig::default()
    };
    Http::new(config).unwrap()
}

#[test]
fn the_chosen_proxy_is_used_with_tls_through_it() {
    let gateway = Server::tls(certificates::server("leaf"), |stream, _| {
        stream.write_all(&answer(200, "", b"{}")).is_ok()
    });
    let (proxy, asked) = tunnel(gateway.address);
    let http = through(&proxy, "me:hunter2@");
    for _ in 0..3 {
        let got = send(&http, &post("https://gateway.test/rest", b"a=1")).unwrap();
        assert_eq!(got.body, b"{}");
    }
    let connect = asked.recv().unwrap();
    assert!(
        connect.starts_with("CONNECT gateway.test:443 HTTP/1.1\r\n"),
        "{connect}"
    );
    assert!(
        connect.contains("Proxy-Authorization: Basic bWU6aHVudGVyMg=="),
        "{connect}"
    );
    assert!(!connect.contains("access_token"), "{connect}");
    assert!(asked.try_recv().is_err(), "the tunnel was not kept");
    assert_eq!(gateway.seen().len(), 3);
}

#[test]
fn an_http_failure_beyond_the_proxy_may_have_been_sent() {
    let gateway = Server::recording(|_, _| false);
    let (proxy, _asked) = tunnel(gateway.address);
    let error = send(
        &through(&proxy, ""),
        &post("http://gateway.test/rest", b"a=1"),
    )
    .unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Cut, Sent::Maybe),
        "{error}"
    );
}

#[test]
fn a_proxy_that_refuses_got_nothing_of_the_request() {
    for answer in [
        "HTTP/1.1 407 Authenticate\r\n\r\n",
        "HTTP/1.1 502 Bad\r\n\r\n",
        "nonsense\r\n\r\n",
        "",
    ] {
        let proxy = Server::recording(move |stream, _| {
            stream.write_all(answer.as_bytes()).unwrap();
            false
        });
        let error = send(
            &through(&proxy, "me:hunter2@"),
            &post("https://gateway.test/", b"a=1"),
        );
        let error = error.unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Connect, Sent::Nothing),
            "{answer}: {error}"
        );
        assert_eq!(error.status, None);
    }
}

fn through_tls(proxy: &Server) -> Http {
    let config = HttpConfig {
        ca_file: Some(certificates::path("ca.pem")),
        proxy: Proxy::Url(proxy.https("localhost", "")),
        ..HttpConfig::default()
    };
    Http::new(config).unwrap()
}

#[test]
fn tls_goes_through_a_proxy_that_speaks_tls() {
    let gateway = certificates::server("leaf");
    let proxy = Server::tls(certificates::server("leaf"), move |stream, seen| {
        assert_eq!(seen.line(), "CONNECT gateway.test:443 HTTP/1.1");
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
        let session = ServerConnection::new(Arc::clone(&gateway)).unwrap();
        let mut inner = StreamOwned::new(session, stream);
        let request = read_request(&mut inner).unwrap();
        inner.write_all(&answer(200, "", &request.body)).unwrap();
        false
    });
    let got = send(
        &through_tls(&proxy),
        &post("https://gateway.test/rest", b"a=1"),
    )
    .unwrap();
    assert_eq!(got.body, b"a=1");
}

#[test]
fn a_tls_proxy_that_refuses_got_nothing_of_the_request() {
    for answer in ["HTTP/1.1 407 Authenticate\r\n\r\n", "nonsense\r\n\r\n", ""] {
        let proxy = Server::tls(certificates::server("leaf"), move |stream, _| {
            stream.write_all(answer.as_bytes()).unwrap();
            false
        });
        let error = send(&through_tls(&proxy), &get("https://gateway.test/")).unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Connect, Sent::Nothing),
            "{error}"
        );
    }
}

#[test]
fn cancel_ends_a_wait_for_the_proxy() {
    let (report, stalled) = mpsc::channel();
    let proxy = Server::recording(move |stream, _| {
        report.send(()).unwrap();
        let _ = stream.read(&mut [0]);
        false
    });
    let cancel = Cancel::new();
    let flag = cancel.clone();
    thread::spawn(move || {
        stalled.recv().unwrap();
        flag.cancel();
    });
    let answer = through(&proxy, "").send(&get("https://gateway.test/"), &limits(), &cancel);
    let error = checked(answer).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Canceled, Sent::Nothing),
        "{error}"
    );
}

#[test]
fn this_machine_is_reached_without_the_proxy() {
    let server = Server::answering(|_| answer(200, "", b"{}"));
    let proxy = Server::recording(|_, _| false);
    assert_eq!(
        send(&through(&proxy, ""), &get(&server.url("/")))
            .unwrap()
            .status,
        200
    );
    assert!(proxy.seen().is_empty());
}

#[test]
fn a_wrong_certificate_beyond_the_proxy_is_refused() {
    let gateway = Server::tls(certificates::server("other"), |_, _| false);
    let (proxy, _asked) = tunnel(gateway.address);
    let error = send(&through(&proxy, ""), &get("https://gateway.test/")).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Tls, Sent::Nothing),
        "{error}"
    );
}
