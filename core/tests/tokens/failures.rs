//! Refreshes that fail, and the states they lead to.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use lazcore::client::{TextStore, Token, TokenState};
use lazcore::{Cancel, Client, ErrorKind, Executed};
use lazcore_sandbox::{Config as World, Misbehavior};

use crate::bench::{
    REFRESH, SELLER, Shifted, ask, calls, config, kept, pair, raw, sandbox, sandbox_with, wait_for,
    with_text,
};

#[test]
fn an_expired_refresh_token_is_a_visible_state_that_a_person_must_end() {
    let sandbox = sandbox_with(World {
        refresh_token_seconds: -1,
        ..World::default()
    });
    let (client, store) = with_text(&sandbox, 60);
    sandbox.misbehave(Misbehavior::ExpireToken.on(SELLER));
    let error = ask(&client).unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.executed()),
        (ErrorKind::Auth, Some("IllegalAccessToken"), Executed::No)
    );
    let status = client.token_status().unwrap().unwrap();
    assert_eq!(status.state, TokenState::RefreshExpired);
    assert!(status.state.needs_person());
    assert!(store.take_change().is_some(), "the host sees it too");
    for _ in 0..3 {
        let error = client.refresh_token().unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Auth, Some("IllegalRefreshToken"))
        );
        assert!(error.message().contains("authorize again"), "{error}");
        assert!(ask(&client).is_err());
    }
    assert_eq!(calls(&sandbox, REFRESH), 1);
    // A new authorization ends it.
    client
        .exchange_code(&sandbox.auth_code(0).unwrap())
        .unwrap();
    ask(&client).unwrap();
}

#[test]
fn a_pair_that_is_not_refreshable_is_a_visible_state() {
    let sandbox = sandbox_with(World {
        refresh_token_seconds: 0,
        ..World::default()
    });
    let (client, _) = with_text(&sandbox, 29 * 86_400);
    // The old pair goes on as long as it lives.
    ask(&client).unwrap();
    ask(&client).unwrap();
    assert_eq!(calls(&sandbox, REFRESH), 1);
    let status = client.token_status().unwrap().unwrap();
    assert_eq!(status.state, TokenState::NotRefreshable);
    let error = client.refresh_token().unwrap_err();
    assert_eq!(error.code(), Some("AUTH_TYPE_UNSUPPORTED"));
    assert_eq!(calls(&sandbox, REFRESH), 1);
}

#[test]
fn a_refresh_whose_answer_is_lost_is_indeterminate_and_not_repeated() {
    let sandbox = sandbox();
    let (client, store) = with_text(&sandbox, 60);
    sandbox.misbehave(Misbehavior::DropAfter.on(REFRESH));
    let error = client.refresh_token().unwrap_err();
    assert_eq!(
        (error.kind(), error.executed()),
        (ErrorKind::Indeterminate, Executed::Unknown)
    );
    assert_eq!(calls(&sandbox, REFRESH), 1);
    // The old pair is still stored. Calls try it, and do not refresh at once again.
    assert_eq!(
        kept(&*store).access_token().expose(),
        sandbox.access_token()
    );
    for _ in 0..3 {
        let error = ask(&client).unwrap_err();
        assert_eq!(
            (error.kind(), error.executed()),
            (ErrorKind::Auth, Executed::No)
        );
    }
    assert_eq!(calls(&sandbox, REFRESH), 1);
    // Whoever asks for it learns that the old refresh token is spent.
    assert_eq!(
        client.refresh_token().unwrap_err().code(),
        Some("IllegalRefreshToken")
    );
}

#[test]
fn a_refresh_whose_answer_holds_no_token_is_indeterminate() {
    let sandbox = sandbox();
    let (client, store) = with_text(&sandbox, 60);
    sandbox.misbehave(raw(r#"{"code":"0","request_id":"r9"}"#).on(REFRESH));
    let error = client.refresh_token().unwrap_err();
    assert_eq!(
        (error.kind(), error.executed(), error.request_id()),
        (ErrorKind::Indeterminate, Executed::Unknown, Some("r9"))
    );
    assert_eq!(error.api(), Some(REFRESH));
    assert_eq!(store.take_change(), None);
}

#[test]
fn what_the_answer_to_a_refresh_leaves_out_stays() {
    let sandbox = sandbox();
    let client = Client::new(config(&sandbox)).unwrap();
    let first = client
        .exchange_code(&sandbox.auth_code(0).unwrap())
        .unwrap();
    let store = Arc::new(TextStore::of(first.clone()));
    let client = Client::new(config(&sandbox).token_store(store.clone())).unwrap();
    sandbox.misbehave(raw(r#"{"code":"0","access_token":"another","expires_in":50}"#).on(REFRESH));
    client.refresh_token().unwrap();
    let second = kept(&*store);
    assert_eq!(second.access_token().expose(), "another");
    assert_eq!(
        (second.shops(), second.country()),
        (first.shops(), first.country())
    );
    let refresh = |token: &Token| token.refresh_token().unwrap().expose().to_owned();
    assert_eq!(refresh(&second), refresh(&first));
}

#[test]
fn a_refresh_under_way_is_not_given_up() {
    let sandbox = sandbox();
    let (client, store) = with_text(&sandbox, 60);
    sandbox.misbehave(Misbehavior::Latency(500).on(REFRESH).times(1));
    let cancel = Cancel::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            wait_for(|| calls(&sandbox, REFRESH) == 1);
            cancel.cancel();
        });
        client.refresh_token_cancelable(&cancel).unwrap();
    });
    assert!(cancel.is_canceled());
    assert_eq!(
        kept(&*store).access_token().expose(),
        sandbox.current_token(0).unwrap()
    );
}

#[test]
fn a_due_refresh_that_fails_leaves_the_living_token_in_use_and_rests() {
    let sandbox = sandbox();
    let clock = Arc::new(Shifted::default());
    let store = Arc::new(TextStore::of(pair(&sandbox, 0, 29 * 86_400)));
    let config = config(&sandbox).token_store(store).clock(clock.clone());
    let client = Client::new(config).unwrap();
    sandbox.misbehave(
        Misbehavior::Raw {
            status: 200,
            headers: Vec::new(),
            body: b"<html>".to_vec(),
        }
        .on(REFRESH),
    );
    for _ in 0..3 {
        ask(&client).unwrap();
    }
    assert_eq!((calls(&sandbox, SELLER), calls(&sandbox, REFRESH)), (3, 1));
    clock.0.store(61_000, Ordering::Relaxed);
    ask(&client).unwrap();
    assert_eq!(calls(&sandbox, REFRESH), 2);
}
