//! The memory of a pull does not grow with its length. A binary of its own, since the peak of resident memory is one of the
//! whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::sync::Arc;

use lazcore::client::Rates;
use lazcore::jobs::{Event, PullOptions};
use lazcore::protocol::{HttpRequest, HttpResponse};
use lazcore::transport::{Limits, SendError, Transport};
use lazcore::{Cancel, Client, Config, Country};

/// 2026-03-01T00:00:00Z; the answers are of two days later.
const START: u64 = 1_772_323_200;
const DAY: u64 = 86_400;
/// Bytes of a row that say nothing.
const FILLING: usize = 2000;

/// Orders at even intervals over a day.
struct Gateway {
    orders: u64,
}

impl Gateway {
    /// The first order at or after a second.
    fn first_at(&self, second: u64) -> u64 {
        let since = second.saturating_sub(START);
        (since * self.orders).div_ceil(DAY).min(self.orders)
    }
}

fn time(url: &str, name: &str) -> u64 {
    let rest = url.split(name).nth(1).unwrap();
    let text = rest.split('&').next().unwrap();
    let text = text.replace("%3A", ":").replace("%2B", "+");
    let ms = lazcore::Time::parse(&text).unwrap().epoch_ms().unwrap();
    u64::try_from(ms / 1000).unwrap()
}

impl Transport for Gateway {
    fn send(
        &self,
        request: &HttpRequest,
        _: &Limits,
        _: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        let first = self.first_at(time(&request.url, "created_after="));
        let end = self.first_at(time(&request.url, "created_before=") + 1);
        let filling = "x".repeat(FILLING);
        let rows: Vec<String> = (first..end)
            .take(100)
            .map(|id| {
                let ms = (START + id * DAY / self.orders) * 1000;
                format!(r#"{{"order_id":{id},"created_at":{ms},"updated_at":{ms},"remarks":"{filling}"}}"#)
            })
            .collect();
        let body = format!(
            r#"{{"code":"0","request_id":"r","data":{{"countTotal":{},"orders":[{}]}}}}"#,
            end - first,
            rows.join(",")
        );
        let date = "Tue, 03 Mar 2026 08:00:00 GMT".to_owned();
        Ok(HttpResponse {
            status: 200,
            headers: vec![("date".to_owned(), date)],
            body: body.into_bytes(),
        })
    }
}

/// How many orders a pull of so many brings.
fn pull(orders: u64) -> usize {
    let config = Config::new("key", "secret")
        .country(Country::Sg)
        .access_token("token")
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
        .transport(Arc::new(Gateway { orders }));
    let options = PullOptions {
        created_after: Some("2026-03-01T00:00:00+00:00".to_owned()),
        created_before: Some("2026-03-01T23:59:59+00:00".to_owned()),
        ..PullOptions::default()
    };
    let job = Client::new(config).unwrap().orders().pull(options).unwrap();
    job.filter(|event| matches!(event.as_ref().unwrap(), Event::Row(_)))
        .count()
}

/// The most memory that was resident so far, in kB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

#[test]
fn a_long_pull_needs_no_more_memory_than_a_short_one() {
    assert_eq!(pull(3000), 3000);
    let before = peak();
    assert_eq!(pull(30_000), 30_000);
    let grown = peak() - before;
    // Its rows have 60 MB. What remains is the allocator's, which serves each thread from another place.
    assert!(grown < 20_000, "{grown} kB more than {before} kB");
}
