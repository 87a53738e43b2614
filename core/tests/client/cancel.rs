//! The caller's way out.

use lazcore::transport::{SendFailure, Sent};
use lazcore::{Cancel, ErrorKind, Executed};

use crate::bench::{Bench, act_call, failing, order, read_call, refusal, set_call};

#[test]
fn canceled_before_the_call_nothing_is_executed() {
    let bench = Bench::new([order()]);
    let cancel = Cancel::new();
    cancel.cancel();
    let error = bench
        .client
        .send_cancelable(&act_call(), &cancel)
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.executed()),
        (ErrorKind::Canceled, Executed::No)
    );
    assert_eq!(bench.replay.left(), 1);
}

#[test]
fn canceled_during_back_off() {
    let bench = Bench::new([failing(SendFailure::Connect, Sent::Nothing), order()]);
    bench.clock.cancel_next_sleep();
    let error = bench.client.send_request(&read_call()).unwrap_err();
    assert_eq!(
        (error.kind(), error.executed()),
        (ErrorKind::Canceled, Executed::No)
    );
    assert_eq!((error.attempts(), bench.sent()), (1, 1));
    assert_eq!(error.api(), Some("/order/get"));
    assert_eq!(error.account(), Some(bench.client.account()));
    assert_eq!(bench.clock.sleeps(), [150]);
}

#[test]
fn canceled_during_back_off_after_a_set_that_may_have_been_executed() {
    let bench = Bench::new([failing(SendFailure::Timeout, Sent::Maybe), order()]);
    bench.clock.cancel_next_sleep();
    let error = bench.client.send_request(&set_call()).unwrap_err();
    assert_eq!(
        (error.kind(), error.executed()),
        (ErrorKind::Canceled, Executed::Unknown)
    );
}

#[test]
fn canceled_while_waiting_for_a_turn() {
    let once = lazcore::client::RetryPolicy {
        max_attempts: 1,
        ..Default::default()
    };
    let banned = refusal("ApiCallLimit", "this ban will last 9 seconds");
    let bench = Bench::with(crate::bench::config().retry(once), [banned, order()]);
    bench.client.send_request(&act_call()).unwrap_err();
    bench.clock.cancel_next_sleep();
    let error = bench.client.send_request(&act_call()).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Canceled, 0));
    assert_eq!(bench.sent(), 1);
}

#[test]
fn canceled_during_an_exchange() {
    let canceled = || failing(SendFailure::Canceled, Sent::Maybe);
    let bench = Bench::new([canceled(), canceled(), canceled(), order()]);
    let kinds = [read_call(), set_call(), act_call()].map(|call| {
        let error = bench.client.send_request(&call).unwrap_err();
        assert_eq!(error.attempts(), 1);
        (error.kind(), error.executed())
    });
    assert_eq!(
        kinds,
        [
            (ErrorKind::Canceled, Executed::Unknown),
            (ErrorKind::Canceled, Executed::Unknown),
            (ErrorKind::Indeterminate, Executed::Unknown),
        ]
    );
}
