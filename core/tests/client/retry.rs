//! What is tried again, how often and after which pauses.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::RetryPolicy;
use lazcore::transport::replay::Exchange;
use lazcore::transport::{SendFailure, Sent};
use lazcore::{Client, Error, ErrorKind, Executed, Request};

use crate::bench::{
    Bench, FakeClock, SECRET, START_MS, Slow, act_call, config, failing, failure, order, page,
    read_call, refusal, set_call,
};
use crate::gateway::Received;

const PLAIN: &[u128] = &[150, 300, 600, 1200];
const NONE: &[u128] = &[];

/// One class of failure: how it comes, what each effect makes of it, and the pauses between five attempts.
struct Class {
    name: &'static str,
    comes: fn() -> Exchange,
    kind: ErrorKind,
    executed: Executed,
    /// Attempts of a read, a set and an act.
    attempts: [u32; 3],
    pauses: &'static [u128],
}

const fn class(
    name: &'static str,
    comes: fn() -> Exchange,
    kind: ErrorKind,
    executed: Executed,
    attempts: [u32; 3],
    pauses: &'static [u128],
) -> Class {
    Class {
        name,
        comes,
        kind,
        executed,
        attempts,
        pauses,
    }
}

#[rustfmt::skip]
const TABLE: &[Class] = &[
    class("nothing sent", || failing(SendFailure::Connect, Sent::Nothing), ErrorKind::Transport, Executed::No, [5, 5, 5], PLAIN),
    class("time-out before sending", || failing(SendFailure::Timeout, Sent::Nothing), ErrorKind::Timeout, Executed::No, [5, 5, 5], PLAIN),
    class("time-out after sending", || failing(SendFailure::Timeout, Sent::Maybe), ErrorKind::Timeout, Executed::Unknown, [5, 5, 1], PLAIN),
    class("cut answer", || failing(SendFailure::Cut, Sent::Maybe), ErrorKind::Transport, Executed::Unknown, [5, 5, 1], PLAIN),
    class("certificate", || failing(SendFailure::Tls, Sent::Nothing), ErrorKind::Transport, Executed::No, [1, 1, 1], NONE),
    class("refused", || failing(SendFailure::Refused, Sent::Nothing), ErrorKind::Config, Executed::No, [1, 1, 1], NONE),
    class("too large", || failing(SendFailure::TooLarge, Sent::Maybe), ErrorKind::Decode, Executed::Unknown, [1, 1, 1], NONE),
    class("HTML 502", || page(502, "<html>Bad Gateway</html>"), ErrorKind::Transport, Executed::Unknown, [5, 5, 1], PLAIN),
    class("HTML 200", || page(200, "<html>punish</html>"), ErrorKind::Decode, Executed::Unknown, [1, 1, 1], NONE),
    class("empty 200", || page(200, ""), ErrorKind::Decode, Executed::Unknown, [5, 5, 1], PLAIN),
    class("redirect", || page(302, ""), ErrorKind::Transport, Executed::Unknown, [1, 1, 1], NONE),
    class("page 429", || page(429, "slow down"), ErrorKind::Throttled, Executed::No, [5, 5, 5], &[1450, 2900, 4200, 5500]),
    class("ban of 2 s", || refusal("ApiCallLimit", "this ban will last 2 seconds"), ErrorKind::Throttled, Executed::No, [5, 5, 5], &[2150, 2300, 2300, 2300]),
    class("ban of 0 s", || refusal("ApiCallLimit", "this ban will last 0 seconds"), ErrorKind::Throttled, Executed::No, [5, 5, 5], &[1150, 1300, 1300, 1300]),
    class("seller limit", || refusal("SellerCallLimit", "limit"), ErrorKind::Throttled, Executed::No, [5, 5, 5], &[1450, 2900, 4200, 5500]),
    class("901", || refusal("901", "E901: limit"), ErrorKind::Throttled, Executed::No, [5, 5, 5], &[1450, 2900, 4200, 5500]),
    class("code 6", || refusal("6", "E006: internal"), ErrorKind::Api, Executed::Unknown, [5, 5, 1], PLAIN),
    class("unknown code", || refusal("NEVER_SEEN", "?"), ErrorKind::Api, Executed::Unknown, [1, 1, 1], NONE),
    class("missing parameter", || refusal("MissingParameter", "x"), ErrorKind::Api, Executed::No, [1, 1, 1], NONE),
    class("access token", || refusal("IllegalAccessToken", "expired"), ErrorKind::Auth, Executed::No, [1, 1, 1], NONE),
];

#[test]
fn every_effect_meets_every_failure() {
    for class in TABLE {
        let calls = [read_call(), set_call(), act_call()];
        for (call, attempts) in calls.iter().zip(class.attempts) {
            check(class, call, attempts);
        }
    }
}

fn check(class: &Class, call: &Request, attempts: u32) {
    let at = format!("{} of {}", class.name, call.path());
    let bench = Bench::new((0..8).map(|_| (class.comes)()));
    let error = bench.client.send_request(call).unwrap_err();
    let is_act = call.path() == act_call().path();
    let lost_write = is_act && class.executed == Executed::Unknown;
    let kind = if lost_write {
        ErrorKind::Indeterminate
    } else {
        class.kind
    };
    assert_eq!(error.kind(), kind, "{at}: {error}");
    assert_eq!(error.executed(), class.executed, "{at}");
    assert_eq!(
        (error.attempts(), bench.sent()),
        (attempts, attempts as usize),
        "{at}"
    );
    let pauses: &[u128] = if attempts == 1 { NONE } else { class.pauses };
    assert_eq!(bench.clock.sleeps(), pauses, "{at}");
    assert_eq!(error.api(), Some(call.path()), "{at}");
    assert_eq!(error.account(), Some(bench.client.account()), "{at}");
    if lost_write {
        assert!(!error.retryable(), "{at}");
    }
}

#[test]
fn a_failure_is_followed_by_success_with_a_fresh_signature() {
    let bench = Bench::new([
        failing(SendFailure::Connect, Sent::Nothing),
        refusal("ApiCallLimit", "this ban will last 1 seconds"),
        order(),
    ]);
    let reply = bench.client.send_request(&read_call()).unwrap();
    let evidence = reply.evidence();
    assert_eq!(evidence.attempts, 3);
    assert_eq!(evidence.request_id.as_deref(), Some("r0"));
    assert_eq!(evidence.trace_id.as_deref(), Some("t0"));
    assert_eq!(evidence.account.as_deref(), Some(bench.client.account()));
    assert_eq!(evidence.time_ms, START_MS + 150 + 1300);
    let received: Vec<Received> = bench.replay.requests().iter().map(Received::of).collect();
    let stamps: Vec<&str> = received
        .iter()
        .map(|request| request.text("timestamp").unwrap())
        .collect();
    assert_eq!(stamps, ["1772352000000", "1772352000150", "1772352001450"]);
    for request in &received {
        assert_eq!(request.signature_holds(SECRET), (true, true));
    }
}

#[test]
fn a_set_that_may_have_been_executed_is_never_reported_as_not() {
    let bench = Bench::new([
        failing(SendFailure::Timeout, Sent::Maybe),
        failing(SendFailure::Connect, Sent::Nothing),
        refusal("IllegalAccessToken", "expired"),
    ]);
    let error = bench.client.send_request(&set_call()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!(error.attempts(), 3);
    assert_eq!(error.executed(), Executed::Unknown);
}

#[test]
fn repeats_are_budgeted_over_all_calls_and_earned_again() {
    let down = || failing(SendFailure::Connect, Sent::Nothing);
    let attempts = |error: Error| error.attempts();
    let answers = (0..27)
        .map(|_| down())
        .chain((0..10).map(|_| order()))
        .chain((0..2).map(|_| down()));
    let bench = Bench::new(answers);
    let fail = || attempts(bench.client.clone().send_request(&read_call()).unwrap_err());
    let spent: Vec<u32> = (0..7).map(|_| fail()).collect();
    assert_eq!(
        spent,
        [5, 5, 5, 5, 5, 1, 1],
        "20 repeats for all calls together"
    );
    for _ in 0..10 {
        bench.client.send_request(&read_call()).unwrap();
    }
    assert_eq!(fail(), 2, "ten calls earn one repeat");
}

#[test]
fn a_deadline_ends_all_attempts() {
    let clock = Arc::new(FakeClock::default());
    let slow = Arc::new(Slow {
        clock: clock.clone(),
        takes: Duration::from_secs(50),
        failure: || failure(SendFailure::Timeout, Sent::Maybe),
        limits: Mutex::default(),
    });
    let config = config()
        .clock(clock.clone())
        .transport(slow.clone())
        .deadline(Duration::from_secs(120));
    let error = Client::new(config)
        .unwrap()
        .send_request(&read_call())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert_eq!(error.attempts(), 3);
    let totals: Vec<u128> = slow
        .limits
        .lock()
        .unwrap()
        .iter()
        .map(|limits| limits.total.as_millis())
        .collect();
    assert_eq!(
        totals,
        [60_000, 60_000, 120_000 - 100_000 - 450],
        "the last exchange gets what is left"
    );
}

#[test]
fn a_pause_beyond_the_deadline_is_not_begun() {
    let bench = Bench::new([
        refusal("ApiCallLimit", "this ban will last 500 seconds"),
        order(),
    ]);
    let error = bench.client.send_request(&read_call()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Throttled, 1));
    assert!(error.retryable());
    assert!(bench.clock.sleeps().is_empty());
}

#[test]
fn an_absurd_announcement_is_survived() {
    let slow_policy = RetryPolicy {
        base: Duration::from_secs(30),
        cap: Duration::from_secs(60),
        ..RetryPolicy::default()
    };
    let bench = Bench::with(
        config().retry(slow_policy),
        [refusal(
            "ApiCallLimit",
            "this ban will last 18446744073709551615 seconds",
        )],
    );
    let error = bench.client.send_request(&read_call()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Throttled, 1));
}

#[test]
fn one_attempt_means_one() {
    let policy = RetryPolicy {
        max_attempts: 1,
        ..RetryPolicy::default()
    };
    let bench = Bench::with(
        config().retry(policy),
        [failing(SendFailure::Connect, Sent::Nothing), order()],
    );
    assert_eq!(
        bench
            .client
            .send_request(&read_call())
            .unwrap_err()
            .attempts(),
        1
    );
    assert_eq!(bench.replay.left(), 1);
}

#[test]
fn a_call_by_path_counts_as_an_act() {
    use lazcore::Args;
    use lazcore::protocol::schema::{Effect, Method};
    let timeout = || failing(SendFailure::Timeout, Sent::Maybe);
    let bench = Bench::new((0..6).map(|_| timeout()));
    let request = Request::raw(Method::Get, "/new/api", Args::new()).unwrap();
    let error = bench.client.send_request(&request).unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Indeterminate, 1)
    );
    let error = bench
        .client
        .send_request(&request.with_effect(Effect::Read))
        .unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 5));
}

#[test]
fn without_a_token_nothing_is_sent() {
    let bench = Bench::with(
        lazcore::Config::new("123456", SECRET).country(lazcore::Country::Sg),
        [order()],
    );
    let error = bench.client.send_request(&read_call()).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Auth, Some("access_token"))
    );
    assert_eq!((error.executed(), bench.sent()), (Executed::No, 0));
}
