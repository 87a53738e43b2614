//! Limits before one is limited.

use lazcore::ErrorKind;
use lazcore::client::{Rates, RetryPolicy};

use crate::bench::{Bench, call, config, order, page, read_call, refusal};

fn once() -> RetryPolicy {
    RetryPolicy {
        max_attempts: 1,
        ..RetryPolicy::default()
    }
}

#[test]
fn an_announced_ban_is_obeyed_by_the_next_call() {
    let seller = || page(200, r#"{"code":"0","data":{"name":"demo"}}"#);
    let banned = refusal(
        "ApiCallLimit",
        "Api access frequency exceeds the limit. this ban will last 7 seconds",
    );
    let bench = Bench::with(config().retry(once()), [banned, seller(), order(), order()]);
    bench.client.send_request(&read_call()).unwrap_err();
    bench.client.send_request(&call("GetSeller", "")).unwrap();
    assert!(
        bench.clock.sleeps().is_empty(),
        "another path is not banned"
    );
    bench.client.clone().send_request(&read_call()).unwrap();
    assert_eq!(bench.clock.sleeps(), [7000]);
    bench.client.send_request(&read_call()).unwrap();
    // The ban ends. Calls then go out evenly, at 0.7 of a quarter of the 50 a second of the beginning.
    assert_eq!(bench.clock.sleeps(), [7000, 114]);
}

#[test]
fn a_ban_beyond_the_deadline_is_refused_without_a_call() {
    let banned = refusal("ApiCallLimit", "this ban will last 600 seconds");
    let bench = Bench::with(config().retry(once()), [banned, order()]);
    bench.client.send_request(&read_call()).unwrap_err();
    let error = bench.client.send_request(&read_call()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Throttled, 0));
    assert!(error.retryable());
    assert_eq!(bench.sent(), 1);
}

#[test]
fn calls_keep_the_rate_of_their_path() {
    let rates = Rates {
        per_path: 2.0,
        per_account: 0.0,
    };
    let bench = Bench::with(config().rates(rates), (0..9).map(|_| order()));
    for _ in 0..9 {
        bench.client.send_request(&read_call()).unwrap();
    }
    // Two a second: one second may run ahead, then half a second each.
    assert_eq!(bench.clock.sleeps(), [500; 6]);
}

#[test]
fn calls_keep_the_rate_of_their_account_over_all_paths() {
    let rates = Rates {
        per_path: 0.0,
        per_account: 1.0,
    };
    let seller = || page(200, r#"{"code":"0","data":{"name":"demo"}}"#);
    let bench = Bench::with(
        config().rates(rates),
        [order(), seller(), order(), seller()],
    );
    for _ in 0..2 {
        bench.client.send_request(&read_call()).unwrap();
        bench.client.send_request(&call("GetSeller", "")).unwrap();
    }
    assert_eq!(bench.clock.sleeps(), [1000, 1000]);
}

#[test]
fn a_rate_of_next_to_nothing_waits_and_does_not_break() {
    for rate in [1e-300, 1e-18, f64::MIN_POSITIVE] {
        let rates = Rates {
            per_path: rate,
            per_account: rate,
        };
        let bench = Bench::with(config().rates(rates), [order(), order()]);
        bench.client.send_request(&read_call()).unwrap();
        let error = bench.client.send_request(&read_call()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Throttled);
        bench.client.send_request(&read_call()).unwrap_err();
    }
}

#[test]
fn a_ban_announced_to_another_thread_holds_for_those_that_wait() {
    let rates = Rates {
        per_path: 1.0,
        per_account: 0.0,
    };
    let banned = refusal("ApiCallLimit", "this ban will last 30 seconds");
    let answers = [order(), order(), banned, order()];
    let bench = Bench::with(config().rates(rates).retry(once()), answers);
    for _ in 0..2 {
        bench.client.send_request(&read_call()).unwrap();
    }
    let other = bench.client.clone();
    bench.clock.meanwhile(move || {
        // Waits two seconds for its own turn, then learns of the ban.
        other.send_request(&read_call()).unwrap_err();
    });
    bench.client.send_request(&read_call()).unwrap();
    assert_eq!(bench.clock.sleeps(), [2000, 1000, 29_000]);
}

#[test]
fn a_limit_without_an_announcement_holds_for_all_whom_it_concerns() {
    let seller = || page(200, r#"{"code":"0","data":{"name":"demo"}}"#);
    // The wait before a call of the same path, and before one of another.
    for (code, same, other) in [
        ("ApiCallLimit", vec![1300], vec![]),
        ("901", vec![1300], vec![]),
        ("SellerCallLimit", vec![1300], vec![1300]),
        ("AppCallLimit", vec![1300], vec![1300]),
    ] {
        let answers = [refusal(code, "too many"), order()];
        let bench = Bench::with(config().retry(once()), answers);
        bench.client.send_request(&read_call()).unwrap_err();
        bench.client.send_request(&read_call()).unwrap();
        assert_eq!(bench.clock.sleeps(), same, "{code}");
        let answers = [refusal(code, "too many"), seller()];
        let bench = Bench::with(config().retry(once()), answers);
        bench.client.send_request(&read_call()).unwrap_err();
        bench.client.send_request(&call("GetSeller", "")).unwrap();
        assert_eq!(bench.clock.sleeps(), other, "{code}");
    }
}

#[test]
fn an_error_that_is_no_limit_slows_nothing_down() {
    let answers = (0..40).map(|_| refusal("16", "E016: no such order"));
    let bench = Bench::with(config().retry(once()), answers);
    for _ in 0..40 {
        bench.client.send_request(&read_call()).unwrap_err();
    }
    assert!(bench.clock.sleeps().is_empty());
}
