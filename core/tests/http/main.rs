//! The built-in transport against raw servers on loopback.
#![cfg(feature = "http")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cancel;
mod certificates;
mod connections;
mod downloads;
mod logs;
mod plain;
mod proxy;
mod replay;
mod server;
mod sizes;
mod tls;

use std::time::Duration;

use lazcore::protocol::HttpRequest;
use lazcore::protocol::schema::Method;
use lazcore::transport::http::{Http, HttpConfig};
use lazcore::transport::{Cancel, HttpResponse, Limits, SendError, Transport};

/// What must never be seen in an error.
const SECRET: &str = "hunter2";

fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(20),
        response: Duration::from_secs(20),
        total: Duration::from_secs(30),
        max_body: 1 << 20,
    }
}

fn http() -> Http {
    Http::new(HttpConfig::default()).unwrap()
}

fn get(url: &str) -> HttpRequest {
    let url = format!("{url}?access_token={SECRET}&sign={SECRET}");
    HttpRequest {
        method: Method::Get,
        url,
        headers: vec![],
        body: vec![],
    }
}

fn post(url: &str, body: &[u8]) -> HttpRequest {
    let kind = (
        "content-type".to_owned(),
        "application/x-www-form-urlencoded".to_owned(),
    );
    HttpRequest {
        method: Method::Post,
        headers: vec![kind],
        body: body.to_vec(),
        ..get(url)
    }
}

fn send(http: &Http, request: &HttpRequest) -> Result<HttpResponse, SendError> {
    checked(http.send(request, &limits(), &Cancel::new()))
}

/// Every error that a test meets passes here.
fn checked(answer: Result<HttpResponse, SendError>) -> Result<HttpResponse, SendError> {
    if let Err(error) = &answer {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(SECRET), "a secret in {shown}");
        assert!(
            !error.detail.contains(['\n', '?']),
            "not one line without query: {}",
            error.detail
        );
    }
    answer
}
