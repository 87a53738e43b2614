use std::io::Write;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use lazcore::protocol::HttpRequest;
use lazcore::transport::http::Http;
use lazcore::transport::{Cancel, SendError, SendFailure, Sent, Transport};

use crate::certificates::{self, trusting};
use crate::server::{Server, Stream, answer};
use crate::{checked, get, http, limits, post};

/// It takes a tenth of this; the rest is for a busy machine.
const PROMPT: Duration = Duration::from_secs(1);

/// What lazcore promises. A busy machine may miss it once, but not five times in a row.
const PROMISE: Duration = Duration::from_millis(200);

/// Cancels when the server says that it has gone silent.
fn cancel_when(stalled: Receiver<()>, http: &Http, request: &HttpRequest) -> SendError {
    let (error, late) = timed_cancel(stalled, http, request);
    assert!(late < PROMPT, "{late:?}");
    error
}

/// The error, and how long after the cancel it came.
fn timed_cancel(
    stalled: Receiver<()>,
    http: &Http,
    request: &HttpRequest,
) -> (SendError, Duration) {
    let cancel = Cancel::new();
    let flag = cancel.clone();
    thread::scope(|scope| {
        let canceler = scope.spawn(move || {
            stalled.recv().unwrap();
            // What the server wrote should have been read, so that the call stalls where it is meant to.
            thread::sleep(Duration::from_millis(30));
            flag.cancel();
            Instant::now()
        });
        let error = checked(http.send(request, &limits(), &cancel)).unwrap_err();
        let late = canceler.join().unwrap().elapsed();
        assert_eq!(error.cause, SendFailure::Canceled, "{error}");
        (error, late)
    })
}

/// Writes `text`, reports, and never says another word.
fn stall(text: &'static str, stalled: Sender<()>) -> impl Fn(&mut dyn Stream) + Send + Sync {
    move |stream| {
        stream.write_all(text.as_bytes()).unwrap();
        stream.flush().unwrap();
        stalled.send(()).unwrap();
        let _ = stream.read(&mut [0]);
    }
}

const STALLS: [(&str, Option<u16>); 4] = [
    ("", None),
    ("HTTP/1.1 200 OK\r\ncontent-", None),
    ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", Some(200)),
    (
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 90\r\n\r\n\x1f",
        Some(200),
    ),
];

#[test]
fn cancel_ends_a_stalled_call_within_200_ms_over_plain_and_tls() {
    for tls in [false, true] {
        let quickest = (0..5).map(|_| {
            let (report, stalled) = mpsc::channel();
            let stall = stall("", report);
            let (server, http) = if tls {
                let silent = Server::tls(certificates::server("leaf"), move |stream, _| {
                    stall(stream);
                    false
                });
                (silent, trusting())
            } else {
                let silent = Server::recording(move |stream, _| {
                    stall(stream);
                    false
                });
                (silent, http())
            };
            let url = if tls {
                server.https("localhost", "/")
            } else {
                server.url("/")
            };
            timed_cancel(stalled, &http, &post(&url, b"a=1")).1
        });
        let quickest = quickest.min().unwrap();
        assert!(quickest < PROMISE, "{quickest:?}, tls {tls}");
    }
}

#[test]
fn cancel_ends_a_wait_for_header_or_body() {
    for (text, status) in STALLS {
        let (report, stalled) = mpsc::channel();
        let stall = stall(text, report);
        let server = Server::recording(move |stream, _| {
            stall(stream);
            false
        });
        let error = cancel_when(stalled, &http(), &post(&server.url("/"), b"a=1"));
        assert_eq!(error.sent, Sent::Maybe, "{text}");
        // None where the machine was too busy to read the header in time.
        assert!(error.status.is_none() || error.status == status, "{text}");
    }
}

#[test]
fn cancel_ends_a_wait_for_header_or_body_within_tls() {
    for (text, status) in STALLS {
        let (report, stalled) = mpsc::channel();
        let stall = stall(text, report);
        let server = Server::tls(certificates::server("leaf"), move |stream, _| {
            stall(stream);
            false
        });
        let error = cancel_when(
            stalled,
            &trusting(),
            &post(&server.https("localhost", "/"), b"a=1"),
        );
        assert_eq!(error.sent, Sent::Maybe, "{text}");
        // None where the machine was too busy to read the header in time.
        assert!(error.status.is_none() || error.status == status, "{text}");
    }
}

#[test]
fn cancel_ends_a_handshake_that_gets_no_answer() {
    let (report, stalled) = mpsc::channel();
    let server = Server::raw(move |mut stream, _| {
        std::io::Read::read_exact(&mut stream, &mut [0; 5]).unwrap();
        report.send(()).unwrap();
        std::io::copy(&mut stream, &mut std::io::sink()).ok();
    });
    let error = cancel_when(stalled, &trusting(), &get(&server.https("localhost", "/")));
    assert_eq!(error.sent, Sent::Nothing);
}

#[test]
fn cancel_ends_a_write_that_nobody_reads() {
    let (report, stalled) = mpsc::channel();
    let server = Server::raw(move |stream, _| {
        report.send(()).unwrap();
        thread::park();
        drop(stream);
    });
    let error = cancel_when(
        stalled,
        &http(),
        &post(&server.url("/"), &vec![b'x'; 64 << 20]),
    );
    // The cancel may come before the first byte was written, or within the writing.
    assert_eq!(error.status, None);
}

#[test]
fn a_kept_connection_obeys_the_cancel_of_the_call_that_uses_it() {
    let (report, stalled) = mpsc::channel();
    let server = Server::recording(move |stream, seen| {
        if seen.line().starts_with("GET") {
            return stream.write_all(&answer(200, "", b"{}")).is_ok();
        }
        report.send(()).unwrap();
        true
    });
    let http = http();
    let first = Cancel::new();
    http.send(&get(&server.url("/")), &limits(), &first)
        .unwrap();
    // The flag of the call that opened the connection no longer matters.
    first.cancel();
    http.send(&get(&server.url("/")), &limits(), &Cancel::new())
        .unwrap();
    let error = cancel_when(stalled, &http, &post(&server.url("/"), b"a=1"));
    assert_eq!(error.sent, Sent::Maybe);
    assert!(server.seen().iter().all(|seen| seen.connection == 0));
}

#[test]
fn a_canceled_call_does_not_begin() {
    let server = Server::answering(|_| answer(200, "", b"{}"));
    let http = http();
    let cancel = Cancel::new();
    http.send(&get(&server.url("/")), &limits(), &cancel)
        .unwrap();
    cancel.cancel();
    let error = checked(http.send(&get(&server.url("/")), &limits(), &cancel)).unwrap_err();
    assert_eq!(
        (error.cause, error.sent),
        (SendFailure::Canceled, Sent::Nothing)
    );
    assert_eq!(server.seen().len(), 1);
}
