//! The order pull as a job: its calls, the gateway's clock, items and events.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod attached;
mod cursor;
mod pages;
mod window;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::Clock;
use lazcore::jobs::{Event, Items, Job, PullOptions, PulledOrder, Summary};
use lazcore::protocol::{HttpRequest, HttpResponse};
use lazcore::transport::{Limits, SendError, Transport};
use lazcore::{Cancel, Client, Config, Country, ErrorKind};

/// 2026-03-01T08:00:00Z.
const NOON: i64 = 1_772_352_000;
const NOON_DATE: &str = "Sun, 01 Mar 2026 08:00:00 GMT";

/// Answers by a function of the request: a `Date` and a body.
struct Gateway<F>(Mutex<F>, Mutex<Vec<String>>);

type Answer = (Option<&'static str>, String);

impl<F: FnMut(&str, usize) -> Answer + Send> Transport for Gateway<F> {
    fn send(
        &self,
        request: &HttpRequest,
        _: &Limits,
        _: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        let mut urls = self.1.lock().unwrap();
        urls.push(request.url.replace("%3A", ":").replace("%2B", "+"));
        let (date, body) = self.0.lock().unwrap()(&urls[urls.len() - 1], urls.len());
        let date = date.map(|date| ("date".to_owned(), date.to_owned()));
        Ok(HttpResponse {
            status: 200,
            headers: date.into_iter().collect(),
            body: body.into_bytes(),
        })
    }
}

/// A clock that tells a fixed time and notes its sleeps.
struct Still(i64, Mutex<Vec<Duration>>);

impl Clock for Still {
    fn now_ms(&self) -> i64 {
        self.0 * 1000
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        self.1.lock().unwrap().push(duration);
        !cancel.is_canceled()
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

struct Run {
    events: Vec<Event>,
    error: Option<lazcore::Error>,
    urls: Vec<String>,
    sleeps: Vec<Duration>,
}

impl Run {
    fn orders(&self) -> Vec<&PulledOrder> {
        let orders = self.events.iter().filter_map(|event| match event {
            Event::Row(order) => Some(&**order),
            _ => None,
        });
        orders.collect()
    }

    fn ids(&self) -> Vec<String> {
        let ids = self.orders().into_iter();
        ids.map(|row| row.order.id("order_id").unwrap().unwrap())
            .collect()
    }

    fn notices(&self) -> Vec<&str> {
        let notices = self.events.iter().filter_map(|event| match event {
            Event::Notice(notice) => Some(notice.code),
            _ => None,
        });
        notices.collect()
    }

    fn summary(&self) -> &Summary {
        match self.events.last() {
            Some(Event::Done(summary)) => summary,
            other => panic!("no end but {other:?}, {:?}", self.error),
        }
    }

    fn calls(&self, path: &str) -> usize {
        self.urls.iter().filter(|url| url.contains(path)).count()
    }
}

fn client(
    app: &str,
    local: i64,
    answer: impl FnMut(&str, usize) -> Answer + Send + 'static,
) -> Client {
    let config = Config::new(app, "secret")
        .country(Country::Sg)
        .access_token("token")
        .transport(Arc::new(Gateway(Mutex::new(answer), Mutex::default())))
        .clock(Arc::new(Still(local, Mutex::default())));
    Client::new(config).unwrap()
}

fn run(
    options: PullOptions,
    local: i64,
    answer: impl FnMut(&str, usize) -> Answer + Send + 'static,
) -> Run {
    let gateway = Arc::new(Gateway(Mutex::new(answer), Mutex::default()));
    let clock = Arc::new(Still(local, Mutex::default()));
    let config = Config::new("key", "secret")
        .country(Country::Sg)
        .access_token("token")
        .transport(gateway.clone())
        .clock(clock.clone());
    let job: Job = Client::new(config).unwrap().orders().pull(options).unwrap();
    let (mut events, mut error) = (Vec::new(), None);
    for event in job {
        match event {
            Ok(event) => events.push(event),
            Err(failure) => error = Some(failure),
        }
    }
    let urls = gateway.1.lock().unwrap().clone();
    let sleeps = clock.1.lock().unwrap().clone();
    Run {
        events,
        error,
        urls,
        sleeps,
    }
}

fn since(after: &str) -> PullOptions {
    PullOptions {
        update_after: Some(after.to_owned()),
        ..PullOptions::default()
    }
}

fn row(id: u64, time: &str, status: &str) -> String {
    format!(
        r#"{{"order_id":{id},"statuses":["{status}"],"created_at":"{time} +0000","updated_at":"{time} +0000"}}"#
    )
}

fn page(rows: &[String], total: Option<usize>) -> String {
    let total = total.map_or(String::new(), |total| format!(r#","countTotal":{total}"#));
    let (count, rows) = (rows.len(), rows.join(","));
    format!(
        r#"{{"code":"0","request_id":"r","data":{{"count":{count}{total},"orders":[{rows}]}}}}"#
    )
}

fn items(orders: &[(u64, &str)]) -> String {
    let orders: Vec<String> = orders
        .iter()
        .map(|(id, status)| {
            format!(r#"{{"order_id":{id},"order_number":{id},"order_items":[{{"order_item_id":{id}9,"order_id":{id},"status":"{status}"}}]}}"#)
        })
        .collect();
    format!(
        r#"{{"code":"0","request_id":"r","data":[{}]}}"#,
        orders.join(",")
    )
}
