//! A long pull: slices side by side, handed out in order.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::Rates;
use lazcore::jobs::{Event, Items, Job, PullOptions};
use lazcore::protocol::{HttpRequest, HttpResponse};
use lazcore::transport::{Limits, SendError, SendFailure, Sent, Transport};
use lazcore::{Cancel, Client, Config, Country};

/// 2026-03-01T00:00:00Z; the answers are of the next day.
const START: i64 = 1_772_323_200;
const DAY: i64 = 86_400;

/// A gateway of `orders` orders, spread unevenly over a day.
struct Gateway {
    orders: u64,
    under_way: AtomicUsize,
    most: AtomicUsize,
    calls: Mutex<Vec<String>>,
    /// Fails every list that begins in this span.
    broken: Option<(i64, i64)>,
    /// All orders in the first seconds of the day.
    early: Option<i64>,
    /// Lists that begin before this time take long, and so do then all items.
    slow: AtomicI64,
    threads: Arc<Threads>,
}

/// The threads that made calls, but for the test's own.
#[derive(Default)]
struct Threads {
    met: AtomicUsize,
    alive: AtomicUsize,
}

/// Noted in a thread until it ends.
struct Alive(Arc<Threads>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

thread_local! {
    static ALIVE: OnceCell<Alive> = const { OnceCell::new() };
}

impl Threads {
    fn note(self: &Arc<Self>) {
        if std::thread::current().name() != Some("lazcore-pull") {
            return;
        }
        ALIVE.with(|alive| {
            alive.get_or_init(|| {
                self.met.fetch_add(1, Ordering::SeqCst);
                self.alive.fetch_add(1, Ordering::SeqCst);
                Alive(Arc::clone(self))
            });
        });
    }

    fn alive(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }
}

impl Gateway {
    fn new(orders: u64) -> Self {
        Self {
            orders,
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            calls: Mutex::default(),
            broken: None,
            early: None,
            slow: AtomicI64::new(0),
            threads: Arc::default(),
        }
    }

    fn second(&self, id: u64) -> i64 {
        if let Some(seconds) = self.early {
            return START + id as i64 * seconds / self.orders as i64;
        }
        // Denser towards the evening.
        let share = (id as f64 / self.orders as f64).sqrt();
        START + (share * DAY as f64) as i64
    }

    fn list(&self, url: &str) -> Result<String, SendError> {
        let (after, before) = (time(url, "created_after="), time(url, "created_before="));
        if self
            .broken
            .is_some_and(|(from, to)| (from..to).contains(&after))
        {
            return Err(SendError {
                cause: SendFailure::TooLarge,
                sent: Sent::Maybe,
                status: None,
                detail: "broken".to_owned(),
            });
        }
        if after < self.slow.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let offset: usize = parameter(url, "offset=").parse().unwrap();
        let rows: Vec<(u64, i64)> = (0..self.orders)
            .map(|id| (id, self.second(id)))
            .filter(|(_, second)| (after..=before).contains(second))
            .collect();
        let total = rows.len();
        let rows: Vec<String> = rows
            .into_iter()
            .skip(offset)
            .take(100)
            .map(|(id, second)| {
                let bad = self.early.is_some() && id.is_multiple_of(5);
                let time = if bad { r#""soon""#.to_owned() } else { (second * 1000).to_string() };
                format!(r#"{{"order_id":{id},"statuses":["pending"],"created_at":{time},"updated_at":{time}}}"#)
            })
            .collect();
        Ok(format!(
            r#"{{"code":"0","request_id":"r","data":{{"countTotal":{total},"orders":[{}]}}}}"#,
            rows.join(",")
        ))
    }
}

fn parameter<'a>(url: &'a str, name: &str) -> &'a str {
    let rest = url.split(name).nth(1).unwrap();
    rest.split('&').next().unwrap()
}

fn time(url: &str, name: &str) -> i64 {
    let text = parameter(url, name).replace("%3A", ":").replace("%2B", "+");
    lazcore::Time::parse(&text).unwrap().epoch_ms().unwrap() / 1000
}

fn items(url: &str) -> String {
    let ids = parameter(url, "order_ids=")
        .replace("%5B", "")
        .replace("%5D", "")
        .replace("%2C", ",");
    let orders: Vec<String> = ids
        .split(',')
        .map(|id| format!(r#"{{"order_id":{id},"order_items":[{{"order_item_id":{id},"order_id":{id},"status":"pending"}}]}}"#))
        .collect();
    format!(
        r#"{{"code":"0","request_id":"r","data":[{}]}}"#,
        orders.join(",")
    )
}

impl Transport for Gateway {
    fn send(
        &self,
        request: &HttpRequest,
        _: &Limits,
        _: &Cancel,
    ) -> Result<HttpResponse, SendError> {
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        self.threads.note();
        std::thread::sleep(Duration::from_millis(2));
        self.calls.lock().unwrap().push(request.url.clone());
        let body = if request.url.contains("/orders/items/get") {
            if self.slow.load(Ordering::SeqCst) > 0 {
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(items(&request.url))
        } else {
            self.list(&request.url)
        };
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        Ok(HttpResponse {
            status: 200,
            headers: vec![(
                "date".to_owned(),
                "Tue, 03 Mar 2026 08:00:00 GMT".to_owned(),
            )],
            body: body?.into_bytes(),
        })
    }
}

fn pull(gateway: &Arc<Gateway>, with_items: bool, cursor: Option<String>) -> Job {
    let config = Config::new("key", "secret")
        .country(Country::Sg)
        .access_token("token")
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
        .transport(gateway.clone());
    let options = PullOptions {
        created_after: Some("2026-03-01T00:00:00+00:00".to_owned()),
        created_before: Some("2026-03-01T23:59:59+00:00".to_owned()),
        with_items,
        cursor,
        ..PullOptions::default()
    };
    Client::new(config).unwrap().orders().pull(options).unwrap()
}

fn ids(job: &mut Job, most: usize) -> Vec<u64> {
    let rows = job.filter_map(|event| match event {
        Ok(Event::Row(row)) => {
            assert!(!matches!(row.items, Items::Unanswered));
            row.order
                .id("order_id")
                .unwrap()
                .map(|id| id.parse().unwrap())
        }
        _ => None,
    });
    rows.take(most).collect()
}

#[test]
fn p16_slices_are_read_side_by_side_and_handed_out_in_order() {
    let gateway = Arc::new(Gateway::new(6000));
    let rows = ids(&mut pull(&gateway, true, None), usize::MAX);
    let seconds: Vec<i64> = rows.iter().map(|id| gateway.second(*id)).collect();
    assert!(seconds.is_sorted(), "in order");
    assert_eq!(rows.len(), 6000);
    assert_eq!(rows.iter().collect::<HashSet<_>>().len(), 6000);
    let lists = gateway
        .calls
        .lock()
        .unwrap()
        .iter()
        .filter(|url| url.contains("/orders/get"))
        .count();
    assert!(lists < 90, "{lists} lists, 60 by one walk");
    let most = gateway.most.load(Ordering::SeqCst);
    assert!((3..=10).contains(&most), "{most} calls at a time");
}

#[test]
fn p16_slices_are_read_side_by_side_without_items_too() {
    let gateway = Arc::new(Gateway::new(3000));
    assert_eq!(
        ids(&mut pull(&gateway, false, None), usize::MAX).len(),
        3000
    );
    let most = gateway.most.load(Ordering::SeqCst);
    assert!((2..=4).contains(&most), "{most} calls at a time");
}

#[test]
fn p16_a_slice_whose_turn_is_far_is_not_read_to_its_end() {
    // Two of fifty slices hold everything: a hundred pages each.
    let gateway = Arc::new(Gateway {
        early: Some(DAY / 25),
        ..Gateway::new(20_000)
    });
    assert_eq!(ids(&mut pull(&gateway, false, None), 4000).len(), 4000);
    let calls = gateway.calls.lock().unwrap().len();
    assert!(calls < 80, "{calls} for 50 pages");
}

/// Pages that were read and not handed out, at most, while the front is slow.
fn most_waiting(gateway: &Arc<Gateway>, with_items: bool) -> usize {
    let mut most = 0;
    let (mut pages, mut rows) = (0, 0);
    let mut last = None;
    for event in pull(gateway, with_items, None) {
        match event.unwrap() {
            Event::Row(row) => {
                let id: u64 = row.order.id("order_id").unwrap().unwrap().parse().unwrap();
                let due = gateway.second(id) + DAY / 400;
                gateway.slow.store(due, Ordering::SeqCst);
                // A page is one answer; its batches share the evidence.
                let evidence = Some(row.evidence);
                pages += usize::from(
                    last.as_ref().map(Arc::as_ptr) != evidence.as_ref().map(Arc::as_ptr),
                );
                last = evidence;
                rows += 1;
            }
            Event::Progress(_) => {
                pages += usize::from(rows == 0);
                rows = 0;
                let calls = gateway.calls.lock().unwrap();
                let lists = calls
                    .iter()
                    .filter(|url| url.contains("/orders/get"))
                    .count();
                most = most.max(lists.saturating_sub(pages));
            }
            _ => {}
        }
    }
    most
}

#[test]
fn p16_no_more_pages_wait_for_their_turn_where_slices_turn_out_long() {
    for (with_items, allowed) in [(false, 14), (true, 20)] {
        let gateway = Arc::new(Gateway {
            early: Some(DAY / 8),
            ..Gateway::new(8_000)
        });
        let most = most_waiting(&gateway, with_items);
        // The front may have one more, and there is the one being handed out.
        assert!((8..=allowed + 2).contains(&most), "{most} pages wait");
    }
}

#[test]
fn p9_and_p16_a_bad_row_at_the_border_of_two_slices_comes_once() {
    let gateway = Arc::new(Gateway {
        early: Some(DAY / 8),
        ..Gateway::new(20_000)
    });
    let job = pull(&gateway, false, None);
    let bad: Vec<String> = job
        .filter_map(|event| match event.unwrap() {
            Event::BadRow(bad) => Some(bad.row.json),
            _ => None,
        })
        .collect();
    assert_eq!(bad.iter().collect::<HashSet<_>>().len(), 4000);
    assert_eq!(bad.len(), 4000);
}

#[test]
fn a_short_pull_is_not_cut() {
    let gateway = Arc::new(Gateway::new(900));
    assert_eq!(ids(&mut pull(&gateway, false, None), usize::MAX).len(), 900);
    let lists = gateway.calls.lock().unwrap().len();
    assert!(lists <= 10, "{lists}");
    assert_eq!(gateway.most.load(Ordering::SeqCst), 1);
}

#[test]
fn between_two_steps_no_call_begins_and_little_is_read_ahead() {
    let gateway = Arc::new(Gateway::new(20_000));
    let mut job = pull(&gateway, false, None);
    assert_eq!(ids(&mut job, 150).len(), 150);
    // What was under way comes to its end.
    std::thread::sleep(Duration::from_millis(300));
    let calls = gateway.calls.lock().unwrap().len();
    assert!(calls <= 16, "{calls}");
    std::thread::sleep(Duration::from_millis(30));
    assert_eq!(gateway.calls.lock().unwrap().len(), calls);
    assert_eq!(gateway.under_way.load(Ordering::SeqCst), 0);
}

#[test]
fn a_few_threads_make_all_calls_of_a_job_and_end_with_it() {
    for (with_items, most) in [(false, 4), (true, 8)] {
        let gateway = Arc::new(Gateway::new(3000));
        let mut job = pull(&gateway, with_items, None);
        assert_eq!(ids(&mut job, 1500).len(), 1500);
        let met = gateway.threads.met.load(Ordering::SeqCst);
        assert!((2..=most).contains(&met), "{met} threads");
        assert_eq!(gateway.threads.alive(), met, "they wait for the next step");
        assert_eq!(ids(&mut job, usize::MAX).len(), 1500);
        assert_eq!(
            gateway.threads.alive(),
            0,
            "the job is kept, and at its end"
        );
        let met = gateway.threads.met.load(Ordering::SeqCst);
        assert!(met <= most, "{met} threads");

        let mut job = pull(&gateway, with_items, None);
        ids(&mut job, 1500);
        drop(job);
        assert_eq!(gateway.threads.alive(), 0, "the job was dropped");

        let broken = Arc::new(Gateway {
            broken: Some((START + DAY / 2, START + DAY)),
            ..Gateway::new(3000)
        });
        let mut job = pull(&broken, with_items, None);
        assert!(job.any(|event| event.is_err()));
        assert_eq!(broken.threads.alive(), 0, "the job is kept, and failed");
    }
}

#[test]
fn a_dropped_job_leaves_no_call_behind() {
    let gateway = Arc::new(Gateway::new(20_000));
    for most in [1, 150, 1000] {
        let mut job = pull(&gateway, true, None);
        ids(&mut job, most);
        drop(job);
        assert_eq!(gateway.under_way.load(Ordering::SeqCst), 0);
        let handles = Arc::strong_count(&gateway);
        assert_eq!(handles, 1, "a thread still holds the client");
    }
}

#[test]
fn p16_and_p18_a_cut_pull_goes_on_after_any_row() {
    for kill in [1, 100, 101, 399, 1000, 2500, 2999] {
        let gateway = Arc::new(Gateway::new(3000));
        let mut job = pull(&gateway, kill % 2 == 0, None);
        let mut rows = ids(&mut job, kill);
        let cursor = job.cursor();
        drop(job);
        rows.extend(ids(&mut pull(&gateway, false, cursor), usize::MAX));
        assert_eq!(rows.len(), 3000, "killed after {kill}");
        assert_eq!(
            rows.iter().collect::<HashSet<_>>().len(),
            3000,
            "killed after {kill}"
        );
    }
}

#[test]
fn p16_a_slice_that_fails_fails_the_pull_at_its_place() {
    for with_items in [false, true] {
        let broken = START + DAY / 2;
        let gateway = Arc::new(Gateway {
            broken: Some((broken, START + DAY)),
            ..Gateway::new(6000)
        });
        let mut job = pull(&gateway, with_items, None);
        let mut rows = Vec::new();
        let mut error = None;
        for event in &mut job {
            match event {
                Ok(Event::Row(row)) => rows.push(
                    row.order
                        .id("order_id")
                        .unwrap()
                        .unwrap()
                        .parse::<u64>()
                        .unwrap(),
                ),
                Ok(_) => assert!(error.is_none()),
                Err(failure) => error = Some(failure),
            }
        }
        assert!(error.unwrap().message().contains("broken"));
        let all: Vec<u64> = (0..6000)
            .filter(|id| gateway.second(*id) < broken)
            .collect();
        assert!(rows.len() >= all.len(), "{} of {}", rows.len(), all.len());
        assert!(rows.iter().copied().eq(0..rows.len() as u64));
        // And the rest can be had once it is mended.
        let mended = Arc::new(Gateway::new(6000));
        assert_eq!(
            rows.len() + ids(&mut pull(&mended, false, job.cursor()), usize::MAX).len(),
            6000
        );
    }
}
