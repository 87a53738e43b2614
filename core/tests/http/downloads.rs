use std::time::Duration;

use lazcore::transport::replay::{Exchange, Replay};
use lazcore::transport::{Cancel, HttpResponse, Limits, SendError, SendFailure, Sent, Transport};

use crate::server::{Server, answer};
use crate::{http, limits};

fn download(transport: &dyn Transport, url: &str) -> Result<HttpResponse, SendError> {
    transport.get(url, 3, &limits(), &Cancel::new())
}

fn redirect(location: &str) -> Exchange {
    let headers = vec![("location".to_owned(), location.to_owned())];
    Exchange::with(Ok(HttpResponse {
        status: 302,
        headers,
        body: vec![],
    }))
}

fn asked(replay: &Replay) -> Vec<String> {
    replay
        .requests()
        .into_iter()
        .map(|request| request.url)
        .collect()
}

#[test]
fn a_redirect_is_followed_on_loopback() {
    let server = Server::answering(|seen| match seen.line() {
        "GET /label HTTP/1.1" => answer(302, "Location: /files/a.pdf?x=1#top\r\n", b"moved"),
        _ => answer(200, "content-type: application/pdf\r\n", b"%PDF"),
    });
    let got = download(&http(), &server.url("/label")).unwrap();
    assert_eq!((got.status, got.body.as_slice()), (200, b"%PDF".as_slice()));
    assert_eq!(server.seen()[1].line(), "GET /files/a.pdf?x=1 HTTP/1.1");
}

#[test]
fn relative_redirects_are_resolved() {
    let cases = [
        ("https://b.test/x", "https://b.test/x"),
        ("//b.test/x", "https://b.test/x"),
        ("/x?y=1", "https://a.test/x?y=1"),
        ("?y=2", "https://a.test/one/two?y=2"),
        ("x.pdf", "https://a.test/one/x.pdf"),
        (
            "x.pdf?u=https://c.test/",
            "https://a.test/one/x.pdf?u=https://c.test/",
        ),
    ];
    for (location, expected) in cases {
        let replay = Replay::new([redirect(location), Exchange::answer(200, "")]);
        download(&replay, "https://a.test/one/two?q=http://x").unwrap();
        assert_eq!(asked(&replay)[1], expected, "{location}");
        assert!(
            replay
                .requests()
                .iter()
                .all(|request| request.headers.is_empty())
        );
    }
}

#[test]
fn a_redirect_away_from_https_or_to_this_machine_is_refused() {
    for location in [
        "http://b.test/?token=hunter2",
        "http://127.0.0.1:8080/",
        "https://localhost/",
        "https://[::1]/",
        "file:///etc/passwd",
        "ftp://b.test/",
        "https://user:hunter2@b.test/",
        "",
    ] {
        let replay = Replay::new([redirect(location), Exchange::answer(200, "")]);
        let error = download(&replay, "https://a.test/label?sign=hunter2").unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Refused, Sent::Maybe),
            "{location}"
        );
        assert_eq!(error.status, Some(302));
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert_eq!(asked(&replay).len(), 1, "{location}");
    }
}

#[test]
fn a_download_starts_with_https() {
    for url in ["http://a.test/label", "file:///etc/passwd", "a.test/label"] {
        let replay = Replay::new([Exchange::answer(200, "")]);
        let error = download(&replay, url).unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Refused, Sent::Nothing),
            "{url}"
        );
        assert!(asked(&replay).is_empty());
    }
}

#[test]
fn redirects_are_bounded() {
    let replay = Replay::new((0..9).map(|_| redirect("/again")));
    let error = download(&replay, "https://a.test/label").unwrap_err();
    assert_eq!(error.cause, SendFailure::Refused);
    assert!(error.detail.contains("more than 3 redirects"), "{error}");
    assert_eq!(asked(&replay).len(), 4);
}

#[test]
fn an_error_status_and_a_redirect_without_target_end_the_download() {
    let replay = Replay::new([Exchange::answer(404, "gone")]);
    assert_eq!(
        download(&replay, "https://a.test/label").unwrap().status,
        404
    );
    let replay = Replay::new([Exchange::answer(302, "")]);
    let error = download(&replay, "https://a.test/label").unwrap_err();
    assert_eq!(
        (error.cause, error.status),
        (SendFailure::Refused, Some(302))
    );
}

#[test]
fn the_total_limit_is_for_all_hops_together() {
    let server = Server::answering(|_| answer(302, "Location: /again\r\n", b""));
    let soon = Limits {
        total: Duration::from_millis(100),
        ..limits()
    };
    let error = http()
        .get(&server.url("/"), u32::MAX, &soon, &Cancel::new())
        .unwrap_err();
    assert_eq!(error.cause, SendFailure::Timeout, "{error}");
}
