//! Each misbehavior of the sandbox under a pull: the right result, or an error that says what is wrong.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use lazcore::client::{Clock, Rates, RetryPolicy, SystemClock};
use lazcore::jobs::{Event, Job, PullOptions};
use lazcore::{Args, Cancel, Client, Config, ErrorKind, Gateway};
use lazcore_sandbox::{
    Churn, Config as World, CountTotal, Late, ListFault, Misbehavior, Plan, Sandbox,
};

use crate::{is_long, sweeps};

const LIST: &str = "/orders/get";
/// Sparse orders, and crowded seconds among them.
const ORDERS: usize = 330;
const DENSE: [u32; 4] = [101, 3, 130, 40];

/// What a pull must come to.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// Every order that rests, each version once, and nothing called unproven.
    Whole,
    /// The same, but seconds may be told as unproven.
    WholeOrTold,
    /// An error of this kind about this field.
    Fails(ErrorKind, Option<&'static str>),
}

use Expected::{Fails, Whole, WholeOrTold};

fn sandbox() -> Sandbox {
    Sandbox::start(World {
        orders: ORDERS,
        stores: 2,
        special_orders: false,
        dense_seconds: DENSE.to_vec(),
        ..World::default()
    })
    .unwrap()
}

fn config(sandbox: &Sandbox, store: usize) -> Config {
    Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .access_token(sandbox.store_token(store).unwrap())
        .account(format!("store {store}"))
        .response_timeout(Duration::from_millis(300))
        .clock(Arc::new(Off(SystemClock::new(), 0)))
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
        .retry(RetryPolicy {
            base: Duration::from_millis(1),
            ..RetryPolicy::default()
        })
}

fn options(by_update: bool) -> PullOptions {
    let since = Some("2026-09-01T00:00:00+08:00".to_owned());
    PullOptions {
        created_after: since.clone().filter(|_| !by_update),
        update_after: since.filter(|_| by_update),
        ..PullOptions::default()
    }
}

/// What a pull came to.
#[derive(Debug, Default)]
struct Came {
    rows: Vec<(String, String)>,
    unproven: usize,
    error: Option<lazcore::Error>,
    cursor: Option<String>,
}

impl Came {
    fn of(mut job: Job) -> Self {
        let mut came = Self::default();
        for event in &mut job {
            match event {
                Ok(Event::Row(row)) => {
                    let id = row.order.id("order_id").unwrap().unwrap();
                    came.rows.push((id, sweeps::version(&row.order)));
                }
                Ok(Event::Done(summary)) => came.unproven = summary.unproven.len(),
                Ok(Event::BadRow(bad)) => panic!("{bad:?}"),
                Ok(_) => {}
                Err(error) => came.error = Some(error),
            }
        }
        came.cursor = job.cursor();
        came
    }

    fn assert(&self, expected: Expected, what: &str, rest: &HashMap<String, String>) {
        let versions: HashSet<&(String, String)> = self.rows.iter().collect();
        assert_eq!(versions.len(), self.rows.len(), "{what}: a version twice");
        if let Fails(kind, field) = expected {
            let error = self
                .error
                .as_ref()
                .unwrap_or_else(|| panic!("{what}: no error"));
            assert_eq!(
                (error.kind(), error.field()),
                (kind, field),
                "{what}: {error}"
            );
            return;
        }
        assert!(self.error.is_none(), "{what}: {:?}", self.error);
        let told = self.unproven > 0;
        assert!(!told || matches!(expected, WholeOrTold), "{what}: unproven");
        let last: HashMap<&String, &String> = self
            .rows
            .iter()
            .map(|(id, version)| (id, version))
            .collect();
        let lost = rest
            .iter()
            .filter(|(id, version)| last.get(id) != Some(version))
            .count();
        assert!(lost == 0 || told, "{what}: {lost} orders lost in silence");
    }
}

/// Orders and their versions; nothing moves and nothing is wrong.
fn all(sandbox: &Sandbox, store: usize) -> HashMap<String, String> {
    let client = Client::new(config(sandbox, store)).unwrap();
    let came = Came::of(client.orders().pull(options(false)).unwrap());
    assert!(came.error.is_none() && came.unproven == 0);
    came.rows.into_iter().collect()
}

/// Pulls by either column while the list misbehaves.
fn under(faults: &[ListFault], columns: &[bool], expected: Expected) {
    let sandbox = sandbox();
    let rest = all(&sandbox, 0);
    assert_eq!(rest.len(), ORDERS + DENSE.iter().sum::<u32>() as usize);
    for fault in faults {
        sandbox.misbehave(Misbehavior::List(fault.clone()));
    }
    let client = Client::new(config(&sandbox, 0)).unwrap();
    for by_update in columns {
        let came = Came::of(client.orders().pull(options(*by_update)).unwrap());
        came.assert(
            expected,
            &format!("{faults:?} by update: {by_update}"),
            &rest,
        );
    }
}

const BOTH: [bool; 2] = [false, true];

#[test]
fn a_list_other_than_documented_is_read_whole() {
    let whole: [&[ListFault]; 10] = [
        &[],
        &[ListFault::ExclusiveBounds],
        &[ListFault::MillisecondIndex],
        &[ListFault::MillisecondIndex, ListFault::ExclusiveBounds],
        &[ListFault::UnstableTies],
        &[ListFault::UnstableTies, ListFault::ExclusiveBounds],
        &[ListFault::CountTotal(CountTotal::Missing)],
        &[ListFault::ShortPages(37)],
        &[ListFault::ShortPages(37), ListFault::UnstableTies],
        &[ListFault::Late(Late::Seconds(8))],
    ];
    for faults in whole {
        under(faults, &BOTH, Whole);
    }
}

#[test]
fn a_wrong_total_loses_nothing_in_silence() {
    let totals = [
        CountTotal::Missing,
        CountTotal::OfPage,
        CountTotal::Off(3),
        CountTotal::Off(-3),
        CountTotal::Off(-100_000),
    ];
    // Without a proof every crowded second takes many passes.
    let (totals, columns) = if is_long() {
        (&totals[..], &BOTH[..])
    } else {
        (&totals[1..4], &BOTH[1..])
    };
    for says in totals {
        let total = ListFault::CountTotal(*says);
        under(std::slice::from_ref(&total), columns, WholeOrTold);
        if is_long() || *says == CountTotal::OfPage {
            under(&[total, ListFault::UnstableTies], columns, WholeOrTold);
        }
    }
}

/// Rows that are printed later than they are sorted by cannot be told from a list that is not sorted.
#[test]
fn times_printed_ahead_are_an_error() {
    let ahead = [ListFault::PrintedAhead(40)];
    under(
        &ahead,
        &[true],
        Fails(ErrorKind::Decode, Some("updated_at")),
    );
    // The time of creation is printed as it is.
    let sandbox = sandbox();
    let count = all(&sandbox, 0).len();
    sandbox.misbehave(Misbehavior::List(ahead[0].clone()));
    assert_eq!(all(&sandbox, 0).len(), count);
}

#[test]
fn an_ignored_parameter_is_noticed_where_it_matters() {
    let ignored = |name: &str| [ListFault::IgnoredParameter(name.to_owned())];
    let decode = |field| Fails(ErrorKind::Decode, Some(field));
    under(&ignored("offset"), &BOTH, decode("offset"));
    // Sorted by creation without it, newest first.
    under(&ignored("sort_by"), &[true], decode("updated_at"));
    under(&ignored("sort_direction"), &[false], decode("created_at"));
    under(&ignored("sort_direction"), &[true], decode("updated_at"));
    // Ten rows a page then.
    under(&ignored("limit"), &BOTH, Whole);
    under(&ignored("created_after"), &[false], decode("created_at"));
    under(&ignored("update_after"), &[true], decode("updated_at"));
    // Nothing lies beyond an open window, but a crowded second is read alone.
    under(&ignored("created_before"), &[false], decode("created_at"));
    under(&ignored("update_before"), &[true], decode("updated_at"));
}

#[test]
fn an_ignored_upper_bound_is_noticed_once_rows_lie_beyond_it() {
    let sandbox = sandbox();
    sandbox.insert_orders(0, 5, None).unwrap();
    for (name, by_update) in [("created_before", false), ("update_before", true)] {
        sandbox.behave();
        sandbox.misbehave(Misbehavior::List(ListFault::IgnoredParameter(
            name.to_owned(),
        )));
        let before = Some("2026-10-20T00:00:00+08:00".to_owned());
        let options = PullOptions {
            created_before: before.clone().filter(|_| !by_update),
            update_before: before.filter(|_| by_update),
            ..options(by_update)
        };
        let client = Client::new(config(&sandbox, 0)).unwrap();
        let came = Came::of(client.orders().pull(options).unwrap());
        let key = if by_update {
            "updated_at"
        } else {
            "created_at"
        };
        came.assert(Fails(ErrorKind::Decode, Some(key)), name, &HashMap::new());
    }
}

#[test]
fn orders_that_change_and_come_between_pages_are_found_by_the_next_pull_at_the_latest() {
    for late in [None, Some(Late::Seconds(3)), Some(Late::Reads(2))] {
        let sandbox = sandbox();
        if let Some(late) = late {
            sandbox.misbehave(Misbehavior::List(ListFault::Late(late)));
        }
        let churn = |updates, inserts| {
            Misbehavior::Churn(Churn {
                updates,
                inserts,
                time: None,
            })
        };
        sandbox.misbehave(churn(9, 2));
        sandbox.misbehave(churn(150, 0).after(4).times(1));
        let client = Client::new(config(&sandbox, 0)).unwrap();
        let first = Came::of(client.orders().pull(options(true)).unwrap());
        sandbox.behave();
        sandbox.advance_clock(15);
        let next = PullOptions {
            cursor: first.cursor.clone(),
            ..options(true)
        };
        let mut both = Came::of(client.orders().pull(next).unwrap());
        both.rows.splice(0..0, first.rows);
        both.assert(Whole, &format!("{late:?}"), &all(&sandbox, 0));
    }
}

#[test]
fn the_transport_may_fail_in_the_middle_and_the_pull_goes_on() {
    let garbage = |body: &str| Misbehavior::Raw {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: body.as_bytes().to_owned(),
    };
    let plans: Vec<Plan> = vec![
        Misbehavior::DropBefore.times(2),
        Misbehavior::DropAfter.times(2),
        Misbehavior::CutAnswer.times(2),
        Misbehavior::Html502.times(2),
        Misbehavior::Stall.times(1),
        Misbehavior::Throttle {
            times: 2,
            seconds: 0,
        }
        .into(),
        Misbehavior::Latency(20).times(3),
        Misbehavior::Drip {
            bytes: 4000,
            pause_ms: 1,
        }
        .times(1),
    ];
    let sandbox = sandbox();
    let rest = all(&sandbox, 0);
    let client = Client::new(config(&sandbox, 0)).unwrap();
    for plan in plans {
        let what = format!("{plan:?}");
        sandbox.behave();
        sandbox.misbehave(plan.on(LIST).after(2));
        let came = Came::of(client.orders().pull(options(true)).unwrap());
        came.assert(Whole, &what, &rest);
    }
    let rows = Some("data.orders");
    let lasting: Vec<(Misbehavior, ErrorKind, Option<&str>)> = vec![
        (Misbehavior::DropBefore, ErrorKind::Transport, None),
        (Misbehavior::Stall, ErrorKind::Timeout, None),
        (garbage("{\"code\":"), ErrorKind::Decode, None),
        (garbage("{\"code\":\"0\"}"), ErrorKind::Decode, rows),
    ];
    for (misbehavior, kind, field) in lasting {
        let what = format!("{misbehavior:?}");
        sandbox.behave();
        sandbox.misbehave(misbehavior.on(LIST).after(2).times(50));
        let came = Came::of(client.orders().pull(options(true)).unwrap());
        came.assert(Fails(kind, field), &what, &rest);
        // What was handed out before it counts, and the rest can be had once all is well.
        sandbox.behave();
        let next = PullOptions {
            cursor: came.cursor.clone(),
            ..options(true)
        };
        let mut both = Came::of(client.orders().pull(next).unwrap());
        both.rows.splice(0..0, came.rows);
        both.assert(Whole, &what, &rest);
    }
}

#[test]
fn ids_that_exist_in_two_stores_stay_apart() {
    let sandbox = sandbox();
    let stores: Vec<HashMap<String, String>> = (0..2).map(|store| all(&sandbox, store)).collect();
    let shared = stores[0].keys().filter(|id| stores[1].contains_key(*id));
    assert!(shared.count() > 0, "or this proves nothing");
    let pull = |store: usize, cursor: Option<String>| {
        let options = PullOptions {
            cursor,
            ..options(true)
        };
        Client::new(config(&sandbox, store))
            .unwrap()
            .orders()
            .pull(options)
    };
    let mut cursors = Vec::new();
    for (store, rest) in stores.iter().enumerate() {
        let mut job = pull(store, None).unwrap();
        for event in &mut job {
            if let Event::Row(row) = event.unwrap() {
                assert_eq!(row.account, format!("store {store}"));
                let id = row.order.id("order_id").unwrap().unwrap();
                assert_eq!(rest[&id], sweeps::version(&row.order));
            }
        }
        cursors.push(job.cursor());
    }
    for store in 0..2 {
        assert_eq!(
            Came::of(pull(store, cursors[store].clone()).unwrap()).rows,
            []
        );
        let error = pull(store, cursors[1 - store].clone()).unwrap_err();
        assert_eq!(error.field(), Some("cursor"), "{error}");
    }
}

#[test]
fn a_token_that_dies_in_the_middle_is_renewed_and_the_pull_goes_on() {
    let sandbox = sandbox();
    let rest = all(&sandbox, 0);
    let (access, refresh) = (sandbox.access_token(), sandbox.refresh_token(0).unwrap());
    let answer = format!(
        r#"{{"access_token":"{access}","refresh_token":"{refresh}","expires_in":2592000,"refresh_expires_in":15552000}}"#
    );
    let now = SystemClock::new().now_ms();
    let pair = lazcore::client::Token::from_answer(sandbox.app_key(), &answer, now).unwrap();
    let store = Arc::new(lazcore::client::TextStore::of(pair));
    let config = Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .account("store 0")
        .token_store(store);
    let client = Client::new(config).unwrap();
    sandbox.misbehave(Misbehavior::ExpireToken.on(LIST).after(3));
    let came = Came::of(client.orders().pull(options(true)).unwrap());
    came.assert(Whole, "expired", &rest);
    // Without a way to renew it, the pull says so, and not that there are no more orders.
    sandbox.misbehave(Misbehavior::ExpireToken.on(LIST).after(3));
    let alone =
        Client::new(self::config(&sandbox, 0).access_token(sandbox.current_token(0).unwrap()))
            .unwrap();
    let came = Came::of(alone.orders().pull(options(true)).unwrap());
    came.assert(Fails(ErrorKind::Auth, None), "expired for good", &rest);
}

/// The machine's clock, off by so many seconds; nobody waits for it.
struct Off(SystemClock, i64);

impl Clock for Off {
    fn now_ms(&self) -> i64 {
        self.0.now_ms() + self.1 * 1000
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, _: Duration, cancel: &Cancel) -> bool {
        !cancel.is_canceled()
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

#[test]
fn a_clock_that_is_off_decides_nothing() {
    let still = Sandbox::start(World {
        special_orders: false,
        frozen_clock: Some(World::default().last_order_time + 86_400),
        ..World::default()
    })
    .unwrap();
    let rest = all(&still, 0);
    // Changed now: not settled by the gateway's clock.
    let running = still.insert_orders(0, 3, None).unwrap();
    for off in [-3600, -60, 60, 3600] {
        let clock = Off(SystemClock::new(), off);
        let client = Client::new(config(&still, 0).clock(Arc::new(clock))).unwrap();
        let came = Came::of(client.orders().pull(options(true)).unwrap());
        came.assert(Whole, &format!("{off} s"), &rest);
        let too_early = |(id, _): &&(String, String)| running.contains(&id.parse().unwrap());
        assert_eq!(came.rows.iter().filter(too_early).count(), 0, "{off} s");
    }
    let sandbox = sandbox();
    // Beyond what the gateway bears it refuses, and the pull says so.
    let clock = Off(SystemClock::new(), 3 * 3600);
    let client = Client::new(config(&sandbox, 0).clock(Arc::new(clock))).unwrap();
    assert!(client.call("GetSeller", Args::new()).is_err());
    let error = Came::of(client.orders().pull(options(true)).unwrap())
        .error
        .unwrap();
    assert_eq!(error.code(), Some("InvalidTimestamp"), "{error}");
}
