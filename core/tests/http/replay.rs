use lazcore::protocol::schema::Method;
use lazcore::transport::replay::{Exchange, Replay};
use lazcore::transport::{Cancel, SendFailure, Sent};

use crate::{checked, get, limits, post};
use lazcore::transport::Transport;

#[test]
fn answers_come_in_order_and_requests_are_remembered() {
    let replay = Replay::new([
        Exchange::answer(200, "one").expect(Method::Get, "/rest/order/get"),
        Exchange::answer(500, "two"),
    ]);
    let first = replay.send(
        &get("https://a.test/rest/order/get"),
        &limits(),
        &Cancel::new(),
    );
    let second = replay.send(
        &post("https://a.test/rest/x", b"a=1"),
        &limits(),
        &Cancel::new(),
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(
        (first.status, first.body.as_slice()),
        (200, b"one".as_slice())
    );
    assert_eq!(
        (second.status, second.body.as_slice()),
        (500, b"two".as_slice())
    );
    let requests = replay.requests();
    assert_eq!(
        (requests.len(), requests[1].body.as_slice()),
        (2, b"a=1".as_slice())
    );
    assert_eq!(replay.left(), 0);
}

#[test]
fn the_unexpected_is_refused_and_uses_up_no_answer() {
    let replay = Replay::new([Exchange::answer(200, "").expect(Method::Post, "/order/pack")]);
    for request in [
        get("https://a.test/order/pack"),
        post("https://a.test/order/rts", b""),
    ] {
        let error = checked(replay.send(&request, &limits(), &Cancel::new())).unwrap_err();
        assert_eq!(
            (error.cause, error.sent),
            (SendFailure::Refused, Sent::Nothing)
        );
        assert!(
            error.detail.ends_with("expected POST /order/pack"),
            "{error}"
        );
    }
    replay
        .send(
            &post("https://a.test/order/pack", b""),
            &limits(),
            &Cancel::new(),
        )
        .unwrap();
    let error = replay.send(
        &post("https://a.test/order/pack", b""),
        &limits(),
        &Cancel::new(),
    );
    assert!(
        error
            .unwrap_err()
            .detail
            .contains("no recorded answer is left")
    );
    assert_eq!(replay.requests().len(), 4);
}

#[test]
fn cancel_is_obeyed() {
    let replay = Replay::new([Exchange::answer(200, "")]);
    let cancel = Cancel::new();
    cancel.cancel();
    let error = replay
        .send(&get("https://a.test/"), &limits(), &cancel)
        .unwrap_err();
    assert_eq!(error.cause, SendFailure::Canceled);
    assert_eq!(replay.left(), 1);
}
