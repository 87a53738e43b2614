//! The order pull as a job: its calls, the gateway's clock, items and events.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

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

#[test]
fn p1_and_p2_the_window_ends_two_seconds_before_the_gateways_time() {
    // The client is a minute ahead; by its clock all four would be settled.
    let rows = ["07:59:50", "07:59:58", "07:59:59", "08:00:00"];
    let rows: Vec<String> = (1..)
        .zip(rows)
        .map(|(id, at)| row(id, &format!("2026-03-01 {at}"), "pending"))
        .collect();
    let run = run(
        since("2026-03-01T07:00:00+00:00"),
        NOON + 60,
        move |_, _| (Some(NOON_DATE), page(&rows, Some(rows.len()))),
    );
    assert_eq!(run.ids(), ["1", "2"]);
    assert_eq!(run.notices(), [""; 0]);
    assert_eq!(run.urls.len(), 1);
    // Wider than any clock is off.
    assert!(
        run.urls[0].contains("update_before=2026-03-01T10:01:00+00:00"),
        "{}",
        run.urls[0]
    );
}

#[test]
fn p2_an_upper_bound_that_is_not_settled_is_lowered() {
    let rows = [
        row(1, "2026-03-01 07:59:58", "pending"),
        row(2, "2026-03-01 07:59:59", "pending"),
    ];
    let options = PullOptions {
        update_before: Some("2026-03-01T09:00:00+00:00".to_owned()),
        ..since("2026-03-01T07:00:00+00:00")
    };
    let run = run(options, NOON, move |_, _| {
        (Some(NOON_DATE), page(&rows, Some(2)))
    });
    assert_eq!(run.ids(), ["1"], "the other second is still running");
}

#[test]
fn p1_without_a_date_the_local_clock_serves_and_that_is_said() {
    let rows = [
        row(1, "2026-03-01 07:59:58", "pending"),
        row(2, "2026-03-01 07:59:59", "pending"),
    ];
    let answer = move |_: &str, _: usize| (None, page(&rows, Some(2)));
    let open = run(since("2026-03-01T07:00:00+00:00"), NOON, answer.clone());
    assert_eq!(open.ids(), ["1"]);
    assert_eq!(open.notices(), ["local_clock"]);
    let closed = PullOptions {
        update_before: Some("2026-03-01T07:59:58+00:00".to_owned()),
        ..since("2026-03-01T07:00:00+00:00")
    };
    let closed = run(closed, NOON + 86_400, answer);
    assert_eq!(closed.notices(), [""; 0], "the clock decided nothing");
}

#[test]
fn p3_every_request_asks_a_second_wider_and_the_bound_stays() {
    let first: Vec<String> = (1..=100)
        .map(|id| row(id, &format!("2026-03-01 07:{:02}:00", id / 10), "pending"))
        .collect();
    let run = run(
        since("2026-03-01T15:00:00+08:00"),
        NOON,
        move |_, call| match call {
            1 => (Some(NOON_DATE), page(&first, Some(101))),
            _ => (
                Some("Sun, 01 Mar 2026 08:00:40 GMT"),
                page(
                    &[
                        first[99].clone(),
                        row(101, "2026-03-01 07:59:00", "pending"),
                    ],
                    Some(2),
                ),
            ),
        },
    );
    assert_eq!(run.ids().len(), 101);
    assert!(
        run.urls[0].contains("update_after=2026-03-01T06:59:59+00:00"),
        "{}",
        run.urls[0]
    );
    assert!(
        run.urls[1].contains("update_after=2026-03-01T07:09:59+00:00"),
        "{}",
        run.urls[1]
    );
    assert!(
        run.urls[1].contains("update_before=2026-03-01T07:59:59+00:00"),
        "{}",
        run.urls[1]
    );
    assert!(
        run.urls
            .iter()
            .all(|url| url.contains("sort_by=updated_at") && url.contains("sort_direction=ASC"))
    );
    assert_eq!(run.summary().counts, [("orders", 101), ("bad_rows", 0)]);
}

#[test]
fn p4_a_page_out_of_order_is_asked_for_again_and_then_an_error() {
    let sorted = [
        row(1, "2026-03-01 07:00:01", "pending"),
        row(2, "2026-03-01 07:00:02", "pending"),
    ];
    let mixed = [sorted[1].clone(), sorted[0].clone()];
    let never = mixed.clone();
    let once = run(since("2026-03-01T07:00:00+00:00"), NOON, move |_, call| {
        (
            Some(NOON_DATE),
            page(if call == 1 { &mixed } else { &sorted }, Some(2)),
        )
    });
    assert_eq!(once.ids(), ["1", "2"]);
    assert_eq!(once.sleeps, [Duration::from_secs(1)]);
    let failed = run(since("2026-03-01T07:00:00+00:00"), NOON, move |_, _| {
        (Some(NOON_DATE), page(&never, Some(2)))
    });
    let error = failed.error.unwrap();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Decode, Some("updated_at"))
    );
    assert_eq!(error.request_id(), Some("r"));
    assert_eq!((failed.urls.len(), failed.events.len()), (3, 0));
}

#[test]
fn p7_a_second_that_is_too_dense_is_named_with_the_way_out() {
    // Full pages for ever, each of other orders of one second.
    let run = run(since("2026-03-01T07:00:00+00:00"), NOON, |_, call| {
        let rows: Vec<String> = (0..100)
            .map(|n| row((call * 1000 + n) as u64, "2026-03-01 07:00:00", "pending"))
            .collect();
        (Some(NOON_DATE), page(&rows, None))
    });
    let error = run.error.unwrap();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Input, Some("status"))
    );
    assert!(
        error.message().contains("2026-03-01T07:00:00+00:00"),
        "{error}"
    );
    assert!(
        run.events
            .iter()
            .any(|event| matches!(event, Event::Row(_)))
    );
}

#[test]
fn p8_what_is_unproven_is_a_notice_and_stands_in_the_summary() {
    let run = run(since("2026-03-01T07:00:00+00:00"), NOON, |url, _| {
        let all = [row(1, "2026-03-01 07:00:00", "pending")];
        let first = url.contains("offset=0&") || url.ends_with("offset=0");
        let in_band = url.contains("update_after=2026-03-01T06:59:59");
        (
            Some(NOON_DATE),
            page(
                if first && in_band { &all } else { &[] },
                Some(if in_band { 3 } else { 0 }),
            ),
        )
    });
    assert_eq!(run.ids(), ["1"]);
    assert_eq!(run.notices(), ["unproven"]);
    assert_eq!(run.summary().unproven, ["2026-03-01T07:00:00+00:00"]);
    let done = run.events.last().unwrap().to_json();
    assert!(
        done.contains(r#""unproven":["2026-03-01T07:00:00+00:00"]"#),
        "{done}"
    );
}

/// Keeps the warnings of this program.
struct Warnings(Mutex<Vec<String>>);

static WARNINGS: Warnings = Warnings(Mutex::new(Vec::new()));

impl log::Log for Warnings {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() == log::Level::Warn
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.lock().unwrap().push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

#[test]
fn p8_whoever_only_iterates_finds_what_is_unproven_in_the_log() {
    log::set_logger(&WARNINGS).unwrap();
    log::set_max_level(log::LevelFilter::Warn);
    // The total counts an order of 06:30:00 that never comes.
    run(since("2026-03-01T06:30:00+00:00"), NOON, |_, _| {
        (Some(NOON_DATE), page(&[], Some(1)))
    });
    let warnings = WARNINGS.0.lock().unwrap();
    let told = warnings
        .iter()
        .filter(|text| text.contains("2026-03-01T06:30:00+00:00 could not be proven"));
    assert_eq!(told.count(), 1, "{warnings:?}");
}

#[test]
fn p9_a_row_without_a_readable_time_is_handed_over_as_it_came() {
    let rows = [
        r#"{"order_id":5,"updated_at":"soon"}"#.to_owned(),
        row(1, "2026-03-01 07:00:00", "pending"),
    ];
    let run = run(since("2026-03-01T07:00:00+00:00"), NOON, move |_, _| {
        (Some(NOON_DATE), page(&rows, Some(2)))
    });
    let bad: Vec<_> = run
        .events
        .iter()
        .filter_map(|event| match event {
            Event::BadRow(bad) => Some((bad.row.position, bad.row.json.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(bad, [(0, r#"{"order_id":5,"updated_at":"soon"}"#)]);
    assert_eq!(run.summary().counts, [("orders", 1), ("bad_rows", 1)]);
}

fn with_items(
    answer: impl FnMut(&str, usize) -> String + Send + 'static,
    orders: &'static [(u64, &'static str)],
) -> Run {
    let options = PullOptions {
        with_items: true,
        ..since("2026-03-01T07:00:00+00:00")
    };
    let mut answer = answer;
    let rows: Vec<String> = orders
        .iter()
        .map(|(id, status)| row(*id, "2026-03-01 07:00:00", status))
        .collect();
    let mut calls = 0;
    run(options, NOON, move |url, _| {
        if url.contains("/orders/get") {
            return (Some(NOON_DATE), page(&rows, Some(rows.len())));
        }
        calls += 1;
        (Some(NOON_DATE), answer(url, calls))
    })
}

#[test]
fn p17_items_that_do_not_fit_their_row_are_read_again_after_two_and_five_seconds() {
    let orders = &[(1, "pending"), (2, "packed")];
    let settled = with_items(
        |_, call| match call {
            1 => items(&[(1, "pending"), (2, "pending")]),
            _ => items(&[(2, "packed")]),
        },
        orders,
    );
    assert_eq!(settled.calls("/orders/items/get"), 2);
    assert!(
        settled.urls[2].contains("order_ids=%5B2%5D"),
        "only those that differ: {}",
        settled.urls[2]
    );
    assert_eq!(settled.sleeps, [Duration::from_secs(2)]);
    assert!(settled.orders().iter().all(|order| !order.items_differ));

    let differing = with_items(|_, _| items(&[(1, "pending"), (2, "pending")]), orders);
    assert_eq!(
        differing.sleeps.iter().sum::<Duration>(),
        Duration::from_secs(5)
    );
    let marked: Vec<bool> = differing
        .orders()
        .iter()
        .map(|order| order.items_differ)
        .collect();
    assert_eq!(marked, [false, true]);
    assert!(
        differing.events[1]
            .to_json()
            .contains(r#""items_differ":true"#),
        "{}",
        differing.events[1].to_json()
    );
    assert!(!differing.events[0].to_json().contains("items_differ"));
}

#[test]
fn p17_orders_that_an_answer_left_out_are_asked_for_alone_and_twice() {
    let run = with_items(
        |_, _| items(&[(1, "pending")]),
        &[(1, "pending"), (2, "pending")],
    );
    assert_eq!(run.calls("/orders/items/get"), 3);
    assert!(run.urls[2].contains("order_ids=%5B2%5D") && run.urls[3].contains("order_ids=%5B2%5D"));
    assert!(matches!(run.orders()[0].items, Items::Attached(_)));
    assert!(matches!(run.orders()[1].items, Items::Unanswered));
    assert!(run.sleeps.is_empty());
}

#[test]
fn p17_a_batch_with_a_wrong_id_is_halved_until_the_others_have_their_items() {
    let run = with_items(
        |url, _| {
            if url.contains("3")
                && url
                    .split("order_ids=")
                    .nth(1)
                    .is_some_and(|ids| ids.split('&').next().unwrap().contains("33"))
            {
                return r#"{"code":"37","type":"ISV","message":"E037: One or more order id in the list are incorrect","request_id":"r"}"#.to_owned();
            }
            items(&[(11, "pending"), (22, "pending"), (44, "pending")])
        },
        &[
            (11, "pending"),
            (22, "pending"),
            (33, "pending"),
            (44, "pending"),
        ],
    );
    let attached: Vec<bool> = run
        .orders()
        .iter()
        .map(|order| matches!(order.items, Items::Attached(_)))
        .collect();
    assert_eq!(attached, [true, true, false, true]);
}

#[test]
fn p10_an_order_that_changes_between_two_pages_comes_again_by_its_creation() {
    let first: Vec<String> = (1..=100)
        .map(|id| row(id, &format!("2026-03-01 06:{:02}:00", id / 10), "pending"))
        .collect();
    let changed = first[99].replace(r#"["pending"]"#, r#"["packed"]"#);
    let options = PullOptions {
        created_after: Some("2026-03-01T06:00:00+00:00".to_owned()),
        ..PullOptions::default()
    };
    let run = run(options, NOON, move |_, call| match call {
        1 => (Some(NOON_DATE), page(&first, Some(101))),
        _ => (
            Some(NOON_DATE),
            page(std::slice::from_ref(&changed), Some(1)),
        ),
    });
    assert_eq!(run.ids().len(), 101, "the newer version comes later");
    assert_eq!(run.ids()[99], run.ids()[100]);
}

/// Answers as a gateway with 250 orders, one every other second, does.
fn list(url: &str, _: usize) -> Answer {
    let time = |name: &str| {
        let text = url.split(name).nth(1).unwrap().split('&').next().unwrap();
        let time = lazcore::Time::parse(&text.replace("%20", " ")).unwrap();
        time.epoch_ms().unwrap() / 1000
    };
    let within = time("update_after=")..=time("update_before=");
    let printed = |second: i64| {
        let of_day = second - (NOON - 28_800);
        format!(
            "2026-03-01 {:02}:{:02}:{:02}",
            of_day / 3600,
            of_day / 60 % 60,
            of_day % 60
        )
    };
    let rows: Vec<String> = (0..250)
        .map(|id| (id, NOON - 900 + id * 2))
        .filter(|(_, second)| within.contains(second))
        .map(|(id, second)| row(id as u64, &printed(second), "pending"))
        .collect();
    (
        Some(NOON_DATE),
        page(&rows[..rows.len().min(100)], Some(rows.len())),
    )
}

fn ids(job: &mut Job, most: usize) -> Vec<String> {
    let rows = job.filter_map(|event| match event.unwrap() {
        Event::Row(row) => row.order.id("order_id").unwrap(),
        _ => None,
    });
    rows.take(most).collect()
}

fn from_cursor(cursor: Option<String>) -> PullOptions {
    PullOptions {
        cursor,
        ..since("2026-03-01T07:00:00+00:00")
    }
}

#[test]
fn p18_a_pull_goes_on_after_any_row_from_its_cursor() {
    for kill in [0, 1, 50, 99, 100, 101, 137, 199, 249, 250] {
        let client = client("key", NOON, list);
        let mut job = client.orders().pull(from_cursor(None)).unwrap();
        assert_eq!(
            job.cursor(),
            None,
            "nothing is known before the first answer"
        );
        let mut all = ids(&mut job, kill);
        let cursor = job.cursor();
        drop(job);
        let mut rest = client.orders().pull(from_cursor(cursor)).unwrap();
        all.extend(ids(&mut rest, usize::MAX));
        assert_eq!(all.len(), 250, "killed after {kill}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 250, "killed after {kill}");
    }
}

#[test]
fn p18_a_bad_row_that_was_handed_out_does_not_come_again() {
    let mut rows: Vec<String> = (1..=60)
        .map(|id| row(id, &format!("2026-03-01 07:{:02}:00", id / 10), "pending"))
        .collect();
    rows.insert(3, r#"{"order_id":5,"updated_at":"soon"}"#.to_owned());
    let client = client("key", NOON, move |_, _| {
        (Some(NOON_DATE), page(&rows, Some(rows.len())))
    });
    for kill in [1, 3, 4, 30] {
        let (mut good, mut bad, mut cursor) = (0, 0, None);
        for most in [kill, usize::MAX] {
            let mut job = client.orders().pull(from_cursor(cursor)).unwrap();
            for event in (&mut job).take_while(|event| !matches!(event, Ok(Event::Done(_)))) {
                match event.unwrap() {
                    Event::Row(_) => good += 1,
                    Event::BadRow(_) => bad += 1,
                    _ => {}
                }
                if good + bad == most {
                    break;
                }
            }
            cursor = job.cursor();
        }
        assert_eq!((good, bad), (60, 1), "killed after {kill}");
    }
}

#[test]
fn p12_and_p13_the_next_pull_reaches_back_and_repeats_nothing() {
    let mut job = client("key", NOON, list)
        .orders()
        .pull(from_cursor(None))
        .unwrap();
    assert_eq!(ids(&mut job, usize::MAX).len(), 250);
    let cursor = job.cursor();
    let next = run(from_cursor(cursor.clone()), NOON, |url, call| {
        // Ten minutes before the end of the first window, and a second wider.
        assert!(
            call > 1 || url.contains("update_after=2026-03-01T07:49:57+00:00"),
            "{url}"
        );
        list(url, call)
    });
    assert_eq!(next.ids(), [""; 0]);
    // An order that changed, or is seen late, comes.
    let changed = run(from_cursor(cursor), NOON, |url, call| {
        let (date, body) = list(url, call);
        (
            date,
            body.replace(
                r#"{"order_id":200,"statuses":["pending"]"#,
                r#"{"order_id":200,"statuses":["packed"]"#,
            ),
        )
    });
    assert_eq!(changed.ids(), ["200"]);
}

#[test]
fn p19_a_cursor_of_another_app_filter_or_column_is_refused() {
    let first = client("key", NOON, list);
    let mut job = first.orders().pull(from_cursor(None)).unwrap();
    ids(&mut job, 3);
    let cursor = job.cursor();
    let refusal = |client: &Client, options: PullOptions| {
        let error = client.orders().pull(options).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some("cursor"))
        );
        error.message().to_owned()
    };
    let other = refusal(&client("other", NOON, list), from_cursor(cursor.clone()));
    assert!(
        other.contains("another gateway, app, account or filter"),
        "{other}"
    );
    let filtered = PullOptions {
        status: Some("packed".to_owned()),
        ..from_cursor(cursor.clone())
    };
    refusal(&first, filtered);
    let by_creation = PullOptions {
        created_after: Some("2026-03-01T07:00:00+00:00".to_owned()),
        cursor: cursor.clone(),
        ..PullOptions::default()
    };
    assert!(refusal(&first, by_creation).contains("column"));
    let elsewhere = |country: Country, account: &str| {
        let config = Config::new("key", "secret")
            .country(country)
            .access_token("token")
            .account(account);
        let options = from_cursor(cursor.clone());
        Client::new(config).unwrap().orders().pull(options)
    };
    for (country, account) in [(Country::My, first.account()), (Country::Sg, "another")] {
        let error = elsewhere(country, account).unwrap_err();
        assert!(error.message().contains("another gateway"), "{error}");
    }
    assert!(elsewhere(Country::Sg, first.account()).is_ok());
    let half = cursor
        .as_ref()
        .map(|text| text[..text.len() / 2].to_owned());
    assert!(refusal(&first, from_cursor(half)).contains("not whole"));
    let alone = PullOptions {
        cursor,
        ..PullOptions::default()
    };
    assert_eq!(
        ids(&mut first.orders().pull(alone).unwrap(), usize::MAX).len(),
        247
    );
}
