//! When a pair is refreshed, and how often.

use std::sync::{Arc, Barrier};
use std::thread;

use lazcore::client::{StoreLock, TextStore, Token, TokenState, TokenStore};
use lazcore::{Args, Client, ErrorKind, Result};
use lazcore_sandbox::{Config as World, Misbehavior};

use crate::bench::{
    REFRESH, SELLER, ask, calls, config, pair, pair_of, sandbox, sandbox_with, with_text,
};

#[test]
fn a_pair_is_used_while_it_is_fresh() {
    let sandbox = sandbox();
    // An hour old, so that the whole days left do not hang on a clock that was set back a little.
    let (client, store) = with_text(&sandbox, 3600);
    for _ in 0..3 {
        ask(&client).unwrap();
    }
    assert_eq!((calls(&sandbox, SELLER), calls(&sandbox, REFRESH)), (3, 0));
    assert_eq!(store.take_change(), None);
    let status = client.token_status().unwrap().unwrap();
    assert_eq!(
        (status.state, status.days_left),
        (TokenState::Fresh, Some(29))
    );
}

#[test]
fn a_pair_is_refreshed_when_its_time_has_come_and_not_before() {
    let sandbox = sandbox();
    let (early, _) = with_text(&sandbox, 28 * 86_400 - 60);
    ask(&early).unwrap();
    assert_eq!(calls(&sandbox, REFRESH), 0);
    let (client, store) = with_text(&sandbox, 28 * 86_400 + 60);
    let due = client.token_status().unwrap().unwrap();
    assert_eq!(due.state, TokenState::DueForRefresh);
    ask(&client).unwrap();
    ask(&client).unwrap();
    assert_eq!(calls(&sandbox, REFRESH), 1);
    let used: Vec<_> = sandbox.calls();
    let tokens: Vec<_> = used
        .iter()
        .filter_map(|call| call.param("access_token"))
        .collect();
    let new = sandbox.current_token(0).unwrap();
    assert_eq!(tokens, [sandbox.access_token(), &new, &new]);
    let text = store
        .take_change()
        .expect("the host has to keep a new pair");
    assert_eq!(
        Token::from_text(&text).unwrap().access_token().expose(),
        new
    );
    let status = client.token_status().unwrap().unwrap();
    assert_eq!(status.state, TokenState::Fresh);
    assert_eq!(status.refresh_days_left, Some(179), "as the answer says");
}

#[test]
fn a_refused_token_is_refreshed_and_the_call_made_again_with_another_signature() {
    let sandbox = sandbox();
    let (client, _) = with_text(&sandbox, 60);
    sandbox.misbehave(Misbehavior::ExpireToken.on(SELLER));
    let reply = client.call("GetSeller", Args::new()).unwrap();
    assert_eq!(reply.evidence().attempts, 2);
    let calls = sandbox.calls();
    let paths: Vec<&str> = calls.iter().map(|call| call.path.as_str()).collect();
    assert_eq!(paths, [SELLER, REFRESH, SELLER]);
    assert_ne!(calls[0].param("sign"), calls[2].param("sign"));
    assert_eq!(
        calls[2].param("access_token"),
        sandbox.current_token(0).as_deref()
    );
    assert_eq!(calls[1].param("access_token"), None);
}

#[test]
fn a_write_that_was_refused_for_its_token_is_made_once() {
    let sandbox = sandbox();
    let (client, _) = with_text(&sandbox, 60);
    sandbox.misbehave(Misbehavior::ExpireToken.on("/order/invoice_number/set"));
    let args = Args::new()
        .set("order_item_id", 1_u64)
        .set("invoice_number", "A");
    let error = client.call("SetInvoiceNumber", args).unwrap_err();
    // There is no such item; what counts is that the second call came past the token.
    assert_ne!(error.code(), Some("IllegalAccessToken"));
    assert_eq!(calls(&sandbox, "/order/invoice_number/set"), 2);
}

#[test]
fn eight_threads_with_an_expired_token_refresh_it_once() {
    let sandbox = sandbox_with(World {
        latency_ms: 100,
        ..World::default()
    });
    let (client, _) = with_text(&sandbox, 60);
    sandbox.misbehave(Misbehavior::ExpireToken.on(SELLER));
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                ask(&client).unwrap();
            });
        }
    });
    assert_eq!(calls(&sandbox, REFRESH), 1);
    let refused = sandbox
        .calls()
        .iter()
        .filter(|call| call.code == "IllegalAccessToken")
        .count();
    assert!(refused > 1, "the threads did not meet");
}

#[test]
fn eight_threads_refresh_a_due_pair_once() {
    let sandbox = sandbox_with(World {
        latency_ms: 100,
        ..World::default()
    });
    let (client, _) = with_text(&sandbox, 29 * 86_400);
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                ask(&client).unwrap();
            });
        }
    });
    assert_eq!((calls(&sandbox, REFRESH), calls(&sandbox, SELLER)), (1, 8));
}

#[test]
fn a_call_whose_new_token_is_refused_too_ends_and_later_calls_do_not_refresh() {
    let sandbox = sandbox();
    let (client, store) = with_text(&sandbox, 60);
    let refusal = || Misbehavior::Raw {
        status: 200,
        headers: Vec::new(),
        body: br#"{"type":"ISV","code":"IllegalAccessToken","message":"no","request_id":"r"}"#
            .to_vec(),
    };
    sandbox.misbehave(refusal().on(SELLER).times(5));
    for expected in [2, 3, 4] {
        let error = ask(&client).unwrap_err();
        assert_eq!(error.code(), Some("IllegalAccessToken"));
        assert_eq!(
            (calls(&sandbox, SELLER), calls(&sandbox, REFRESH)),
            (expected, 1)
        );
    }
    // Nor does another process, which knows only what is stored.
    let text = store.take_change().unwrap();
    let store = Arc::new(TextStore::from_text(&text).unwrap());
    let other = Client::new(config(&sandbox).token_store(store)).unwrap();
    assert!(ask(&other).is_err());
    assert_eq!(calls(&sandbox, REFRESH), 1);
    // Once a token has worked, it may be refreshed again when it is refused.
    ask(&client).unwrap();
    sandbox.misbehave(Misbehavior::ExpireToken.on(SELLER));
    ask(&client).unwrap();
    assert_eq!(calls(&sandbox, REFRESH), 2);
}

#[test]
fn a_fixed_access_token_is_never_refreshed() {
    let sandbox = sandbox();
    let client = Client::new(config(&sandbox).access_token(sandbox.access_token())).unwrap();
    ask(&client).unwrap();
    sandbox.misbehave(Misbehavior::ExpireToken.on(SELLER));
    let error = ask(&client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert_eq!((calls(&sandbox, SELLER), calls(&sandbox, REFRESH)), (2, 0));
    assert_eq!(client.token_status().unwrap(), None);
    assert_eq!(
        client.refresh_token().unwrap_err().field(),
        Some("token_store")
    );
    let both = config(&sandbox)
        .access_token("a")
        .token_store(Arc::new(TextStore::new()));
    assert_eq!(Client::new(both).unwrap_err().field(), Some("access_token"));
}

#[test]
fn a_call_is_made_again_once_whoever_renewed_the_pair() {
    let sandbox = sandbox();
    let (client, store) = with_text(&sandbox, 60);
    // Another process has stored a pair that is no better.
    let other = pair_of(sandbox.app_key(), "not-a-token-1", "not-a-token-2", 30);
    store.save(&other).unwrap();
    sandbox.misbehave(Misbehavior::ExpireToken.on(SELLER));
    let error = ask(&client).unwrap_err();
    assert_eq!(
        (error.code(), error.attempts()),
        (Some("IllegalAccessToken"), 2)
    );
    assert_eq!((calls(&sandbox, SELLER), calls(&sandbox, REFRESH)), (2, 0));
}

#[test]
fn threads_refresh_once_also_with_a_store_that_locks_nobody_out() {
    struct Open(TextStore);
    impl TokenStore for Open {
        fn load(&self) -> Result<Option<Token>> {
            self.0.load()
        }
        fn save(&self, token: &Token) -> Result<()> {
            self.0.save(token)
        }
        fn try_lock(&self) -> Result<Option<StoreLock<'_>>> {
            Ok(Some(StoreLock::new(|| ())))
        }
        fn name(&self) -> String {
            "open".to_owned()
        }
    }
    let sandbox = sandbox_with(World {
        latency_ms: 100,
        ..World::default()
    });
    let store = Arc::new(Open(TextStore::of(pair(&sandbox, 0, 29 * 86_400))));
    let client = Client::new(config(&sandbox).token_store(store)).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| ask(&client).unwrap());
        }
    });
    assert_eq!((calls(&sandbox, REFRESH), calls(&sandbox, SELLER)), (1, 8));
}
