//! The memory of a pull does not grow with its length. The peak of resident memory is one of the whole process, so the test
//! binary runs itself for each pull.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fmt::Write;
use std::process::Command;
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
/// Tells the process that is measured how many orders to pull.
const ORDERS: &str = "LAZCORE_TEST_PULL";

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
        let mut body = format!(
            r#"{{"code":"0","request_id":"r","data":{{"countTotal":{},"orders":["#,
            end - first
        );
        for id in (first..end).take(100) {
            let ms = (START + id * DAY / self.orders) * 1000;
            let comma = if id == first { "" } else { "," };
            write!(
                body,
                r#"{comma}{{"order_id":{id},"created_at":{ms},"updated_at":{ms},"remarks":"{filling}"}}"#
            )
            .unwrap();
        }
        body.push_str("]}}");
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

/// What a process of its own needs for a pull of so many orders, in kB.
fn peak_of(orders: u64) -> u64 {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program)
        .args(["--exact", "the_child_process", "--nocapture"])
        .env(ORDERS, orders.to_string())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.split_once("peak "));
    let (_, peak) = line.unwrap_or_else(|| panic!("{text}"));
    peak.trim().parse().unwrap()
}

#[test]
fn the_child_process() {
    let Ok(orders) = std::env::var(ORDERS) else {
        return;
    };
    let orders = orders.parse().unwrap();
    assert_eq!(pull(orders) as u64, orders);
    println!("peak {}", peak());
}

/// With the allocator's own settings, which serve each thread from another place: a pull that makes its calls from ever
/// new threads, or keeps what came where it came, needs a fifth more. What is left to grow are the pages that wait for their
/// turn, which a short pull has not always at their most.
#[test]
fn a_long_pull_needs_no_more_memory_than_a_short_one() {
    let (mut short, mut long) = (0, 0);
    for _ in 0..3 {
        short += peak_of(10_000);
        long += peak_of(100_000);
    }
    assert!(
        long * 100 <= short * 110,
        "{} kB instead of {} kB",
        long / 3,
        short / 3
    );
}
