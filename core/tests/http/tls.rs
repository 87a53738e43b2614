use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::thread;

use lazcore::transport::http::{Http, HttpConfig};
use lazcore::transport::{SendFailure, Sent};

use crate::certificates::{self, trusting};
use crate::server::{Server, answer};
use crate::{get, http, post, send};

fn server(certificate: &str) -> Server {
    Server::tls(certificates::server(certificate), |stream, _| {
        stream.write_all(&answer(200, "", b"{}")).is_ok()
    })
}

#[test]
fn the_authority_of_the_ca_file_is_trusted() {
    let server = server("leaf");
    let http = trusting();
    for host in ["localhost", "127.0.0.1"] {
        let answer = send(&http, &post(&server.https(host, "/rest"), b"a=b")).unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (200, b"{}".as_slice())
        );
    }
    assert_eq!(server.seen()[0].body, b"a=b");
}

#[test]
fn every_certificate_of_the_ca_file_counts() {
    let folder = tempfile::tempdir().unwrap();
    let both = folder.path().join("both.pem");
    let parts = ["unrelated.pem", "ca.pem"].map(|name| fs::read(certificates::path(name)).unwrap());
    fs::write(&both, parts.concat()).unwrap();
    let http = Http::new(HttpConfig {
        ca_file: Some(both),
        ..HttpConfig::default()
    })
    .unwrap();
    assert_eq!(
        send(&http, &get(&server("leaf").https("localhost", "/")))
            .unwrap()
            .status,
        200
    );
}

#[test]
fn an_unknown_authority_is_refused() {
    let server = server("leaf");
    let unrelated = Some(certificates::path("unrelated.pem"));
    let other = Http::new(HttpConfig {
        ca_file: unrelated,
        ..HttpConfig::default()
    })
    .unwrap();
    for http in [http(), other] {
        let error = send(&http, &get(&server.https("localhost", "/"))).unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Tls, Sent::Nothing),
            "{error}"
        );
        assert!(error.detail.contains("UnknownIssuer"), "{error}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let server = server("other");
    let error = send(&trusting(), &get(&server.https("localhost", "/"))).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Tls, Sent::Nothing),
        "{error}"
    );
    assert!(error.detail.contains("not valid for name"), "{error}");
    assert!(server.seen().is_empty());
}

#[test]
fn no_provider_is_installed_for_the_whole_process() {
    assert_eq!(
        send(&trusting(), &get(&server("leaf").https("localhost", "/")))
            .unwrap()
            .status,
        200
    );
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[test]
fn a_peer_that_does_not_speak_tls_is_named_so() {
    let server = Server::raw(|mut stream, _| stream.write_all(&answer(400, "", b"")).unwrap());
    let error = send(&http(), &get(&server.https("localhost", "/"))).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Tls, Sent::Nothing),
        "{error}"
    );
}

#[test]
fn a_peer_that_hangs_up_in_the_handshake_got_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "https://localhost:{}/",
        listener.local_addr().unwrap().port()
    );
    thread::spawn(move || listener.incoming().for_each(drop));
    let error = send(&http(), &get(&url)).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Tls, Sent::Nothing),
        "{error}"
    );
}

#[test]
fn an_answer_cut_within_tls_is_cut() {
    // Without a length only TLS's own farewell tells a whole body from a cut one, and it is missing here.
    let server = Server::tls(certificates::server("leaf"), |stream, _| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"code\":")
            .unwrap();
        false
    });
    let error = send(&trusting(), &get(&server.https("localhost", "/"))).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Cut, Sent::Maybe),
        "{error}"
    );
    assert_eq!(error.status, Some(200));
}
