//! Token pairs against the sandbox, which ends the old pair at every refresh.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Barrier, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use lazcore::client::{
    Clock, FileStore, Rates, RetryPolicy, StoreLock, SystemClock, TextStore, Token, TokenState,
    TokenStore,
};
use lazcore::{Args, Cancel, Client, Config, Error, ErrorKind, Executed, Gateway, Result};
use lazcore_sandbox::{Config as World, Misbehavior, Sandbox};

const REFRESH: &str = "/auth/token/refresh";
const SELLER: &str = "/seller/get";
const MONTH: i64 = 30 * 86_400;
const HALF_YEAR: i64 = 180 * 86_400;

fn sandbox() -> Sandbox {
    sandbox_with(World::default())
}

fn sandbox_with(world: World) -> Sandbox {
    Sandbox::start(World { orders: 5, ..world }).unwrap()
}

fn config_of(url: &str, key: &str, secret: &str) -> Config {
    Config::new(key, secret)
        .gateway(Gateway::url(url).unwrap())
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
        .retry(RetryPolicy {
            base: Duration::from_millis(1),
            ..RetryPolicy::default()
        })
}

fn config(sandbox: &Sandbox) -> Config {
    config_of(&sandbox.url(), sandbox.app_key(), sandbox.app_secret())
}

fn now_ms() -> i64 {
    SystemClock::new().now_ms()
}

/// The first pair of a store, as an ERP would have kept the answer.
fn pair(sandbox: &Sandbox, store: usize, age_seconds: i64) -> Token {
    let (access, refresh) = (
        sandbox.store_token(store).unwrap(),
        sandbox.refresh_token(store).unwrap(),
    );
    pair_of(sandbox.app_key(), access, refresh, age_seconds)
}

fn pair_of(key: &str, access: &str, refresh: &str, age_seconds: i64) -> Token {
    let answer = format!(
        r#"{{"access_token":"{access}","refresh_token":"{refresh}","expires_in":{MONTH},"refresh_expires_in":{HALF_YEAR}}}"#
    );
    Token::from_answer(key, &answer, now_ms() - age_seconds * 1000).unwrap()
}

/// A client and its store in memory, with the first pair of store 0.
fn with_text(sandbox: &Sandbox, age_seconds: i64) -> (Client, Arc<TextStore>) {
    let store = Arc::new(TextStore::of(pair(sandbox, 0, age_seconds)));
    let client = Client::new(config(sandbox).token_store(store.clone())).unwrap();
    (client, store)
}

fn ask(client: &Client) -> Result<String> {
    let reply = client.call("GetSeller", Args::new())?;
    Ok(reply
        .pointer("/seller_id")
        .unwrap()
        .to_text()
        .unwrap()
        .into_owned())
}

fn calls(sandbox: &Sandbox, path: &str) -> usize {
    sandbox
        .calls()
        .iter()
        .filter(|call| call.path == path)
        .count()
}

fn kept(store: &dyn TokenStore) -> Token {
    store.load().unwrap().unwrap()
}

/// Everything an error says, with its causes.
fn said(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}

fn assert_hidden(text: &str, secrets: &[&str]) {
    for secret in secrets {
        // All of the sandbox's tokens start alike; what follows is the secret.
        let end = &secret[secret.len() - 10..];
        assert!(!text.contains(end), "{secret} is seen in: {text}");
    }
}

#[test]
fn a_pair_is_used_while_it_is_fresh() {
    let sandbox = sandbox();
    let (client, store) = with_text(&sandbox, 0);
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

fn raw(body: &str) -> Misbehavior {
    Misbehavior::Raw {
        status: 200,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    }
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

/// The machine's clock, ahead by some milliseconds.
#[derive(Default)]
struct Shifted(AtomicI64);

impl Clock for Shifted {
    fn now_ms(&self) -> i64 {
        now_ms() + self.0.load(Ordering::Relaxed)
    }

    fn elapsed(&self) -> Duration {
        let shift = u64::try_from(self.0.load(Ordering::Relaxed)).unwrap();
        Duration::from_millis(shift) + START.get_or_init(Instant::now).elapsed()
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        SystemClock::new().sleep(duration, cancel)
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

static START: OnceLock<Instant> = OnceLock::new();

#[test]
fn a_code_is_exchanged_and_its_pair_stored() {
    let sandbox = sandbox();
    let store = Arc::new(TextStore::new());
    let client = Client::new(config(&sandbox).token_store(store.clone())).unwrap();
    assert_eq!(client.token_status().unwrap(), None);
    let error = ask(&client).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Auth, Some("access_token"))
    );
    let code = sandbox.auth_code(1).unwrap();
    let token = client.exchange_code(&code).unwrap();
    assert_eq!(token.shops()[0].short_code.as_deref(), Some("SBX00001"));
    let seller = ask(&client).unwrap();
    assert_eq!(token.shops()[0].seller_id.as_deref(), Some(seller.as_str()));
    assert_eq!(client.account(), format!("MY-{seller}"));
    assert_eq!(
        store.take_change().map(|text| text == token.to_text()),
        Some(true)
    );
    let error = client.exchange_code(&code).unwrap_err();
    assert_eq!(error.code(), Some("InvalidCode"));
    // Another seller's pair does not take the place of this one.
    let error = client
        .exchange_code(&sandbox.auth_code(0).unwrap())
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Auth, Some("code"))
    );
    assert_eq!(
        kept(&*store).access_token().expose(),
        token.access_token().expose()
    );
}

#[test]
fn a_client_without_store_hands_the_pair_of_a_code_out() {
    let sandbox = sandbox();
    let client = Client::new(config(&sandbox)).unwrap();
    let token = client
        .exchange_code(&sandbox.auth_code(0).unwrap())
        .unwrap();
    let store = Arc::new(TextStore::from_text(&token.to_text()).unwrap());
    let client = Client::new(config(&sandbox).token_store(store)).unwrap();
    ask(&client).unwrap();
}

#[test]
fn a_bare_token_resolves_its_account_once() {
    let sandbox = sandbox();
    let client = Client::new(config(&sandbox).access_token(sandbox.access_token())).unwrap();
    let before = client.account().to_owned();
    assert!(before.starts_with("http://127.0.0.1"), "{before}");
    let account = client.resolve_account().unwrap();
    assert_eq!(account.country(), Some(lazcore::Country::Sg));
    assert_eq!(account.key(), format!("SG-{}", account.seller_id()));
    assert_eq!(account.app_key(), sandbox.app_key());
    assert_eq!(client.resolve_account().unwrap(), account);
    assert_eq!(calls(&sandbox, SELLER), 1);
    assert_eq!(client.account(), account.key());
    let reply = client.call("GetSeller", Args::new()).unwrap();
    assert_eq!(reply.evidence().account.as_deref(), Some(account.key()));
    // A name that was given stays.
    let named = config(&sandbox)
        .access_token(sandbox.access_token())
        .account("mine");
    let named = Client::new(named).unwrap();
    assert_eq!(named.resolve_account().unwrap(), account);
    assert_eq!(named.account(), "mine");
}

#[test]
fn a_store_tells_the_account_without_a_call() {
    let sandbox = sandbox();
    let bare = Client::new(config(&sandbox)).unwrap();
    let token = bare.exchange_code(&sandbox.auth_code(1).unwrap()).unwrap();
    let seller = token.shops()[0].seller_id.clone().unwrap();
    let store = Arc::new(TextStore::of(token));
    let client = Client::new(config(&sandbox).token_store(store)).unwrap();
    assert_eq!(client.account(), format!("MY-{seller}"));
    assert_eq!(client.resolve_account().unwrap().seller_id(), seller);
    assert_eq!(calls(&sandbox, SELLER), 0);
}

#[test]
fn a_pair_of_another_app_is_refused_with_the_path() {
    let sandbox = sandbox();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seller.token");
    let foreign = pair_of("another", "secret-access-1", "secret-refresh-1", 0);
    FileStore::new(&path).save(&foreign).unwrap();
    let error = Client::new(config(&sandbox).token_file(&path)).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Config, Some("token_store"))
    );
    assert!(error.message().contains("seller.token"), "{error}");
    fs::remove_file(&path).unwrap();
    let client = Client::new(config(&sandbox).token_file(&path)).unwrap();
    let error = client.store_token(foreign).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!path.exists());
    client.store_token(pair(&sandbox, 0, 0)).unwrap();
    ask(&client).unwrap();
}

/// A store that will not keep anything for a while.
struct Stubborn {
    pairs: TextStore,
    refuses: std::sync::atomic::AtomicBool,
    ready: bool,
}

impl TokenStore for Stubborn {
    fn load(&self) -> Result<Option<Token>> {
        self.pairs.load()
    }

    fn save(&self, token: &Token) -> Result<()> {
        if self.refuses.load(Ordering::Relaxed) {
            return full();
        }
        self.pairs.save(token)
    }

    fn ready(&self) -> Result<()> {
        if self.ready { Ok(()) } else { full() }
    }

    fn try_lock(&self) -> Result<Option<StoreLock<'_>>> {
        self.pairs.try_lock()
    }

    fn name(&self) -> String {
        "stubborn".to_owned()
    }
}

/// As a full disk says it.
fn full() -> Result<()> {
    FileStore::new("/nowhere/at/all/seller.token").ready()
}

fn stubborn(sandbox: &Sandbox, ready: bool) -> (Client, Arc<Stubborn>) {
    let store = Arc::new(Stubborn {
        pairs: TextStore::of(pair(sandbox, 0, 60)),
        refuses: true.into(),
        ready,
    });
    let client = Client::new(config(sandbox).token_store(store.clone())).unwrap();
    (client, store)
}

#[test]
fn a_store_that_cannot_be_written_is_found_out_before_the_old_pair_is_spent() {
    let sandbox = sandbox();
    let (client, _) = stubborn(&sandbox, false);
    assert_eq!(client.refresh_token().unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(calls(&sandbox, REFRESH), 0);
    ask(&client).unwrap();
}

#[test]
fn a_pair_that_could_not_be_stored_is_neither_used_nor_forgotten() {
    let sandbox = sandbox();
    let (client, store) = stubborn(&sandbox, true);
    assert_eq!(client.refresh_token().unwrap_err().kind(), ErrorKind::Io);
    let new = sandbox.current_token(0).unwrap();
    // The old pair is spent, and the new one is not used before it is stored.
    assert_eq!(ask(&client).unwrap_err().code(), Some("IllegalAccessToken"));
    assert!(
        sandbox
            .calls()
            .iter()
            .all(|call| call.param("access_token") != Some(&new))
    );
    store.refuses.store(false, Ordering::Relaxed);
    ask(&client).unwrap();
    assert_eq!(kept(&*store).access_token().expose(), new);
    assert_eq!(calls(&sandbox, REFRESH), 1);
}

#[test]
fn the_new_pair_is_stored_before_it_is_used() {
    let sandbox = sandbox();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seller.token");
    let store = FileStore::new(&path);
    store.save(&pair(&sandbox, 0, 29 * 86_400)).unwrap();
    let client = Client::new(config(&sandbox).token_file(&path)).unwrap();
    ask(&client).unwrap();
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    let used = sandbox.calls().last().unwrap().arrived_ms;
    let written = written
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    assert!(written <= u128::from(used) + 20, "{written} {used}");
    assert_eq!(
        kept(&store).access_token().expose(),
        sandbox.current_token(0).unwrap()
    );
}

#[test]
fn tokens_are_seen_nowhere() {
    log::set_logger(&LOGGED).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let sandbox = sandbox();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("calls.jsonl");
    let store = Arc::new(TextStore::of(pair(&sandbox, 0, 60)));
    let settings = config(&sandbox).token_store(store.clone()).call_log(&log);
    let client = Client::new(settings.clone()).unwrap();
    let first = kept(&*store);
    client.refresh_token().unwrap();
    let second = kept(&*store);
    let secrets: Vec<&str> = [&first, &second]
        .iter()
        .flat_map(|token| {
            [
                token.access_token().expose(),
                token.refresh_token().unwrap().expose(),
            ]
        })
        .collect();
    // The gateway repeats tokens old and new in what it says.
    let message = secrets.join(" ");
    let refusal = |code: &str| Misbehavior::Raw {
        status: 200,
        headers: Vec::new(),
        body: format!(r#"{{"type":"ISV","code":"{code}","message":"{message}","request_id":"r"}}"#)
            .into_bytes(),
    };
    sandbox.misbehave(refusal("IllegalAccessToken").on(SELLER));
    sandbox.misbehave(refusal("Whatever").on(REFRESH));
    let mut seen = said(&ask(&client).unwrap_err());
    assert!(seen.contains("Whatever"), "{seen}");
    sandbox.misbehave(refusal("Whatever").on(REFRESH));
    seen.push_str(&said(&client.refresh_token().unwrap_err()));
    sandbox.misbehave(refusal("Whatever").on(SELLER));
    seen.push_str(&said(&ask(&client).unwrap_err()));
    let status = client.token_status().unwrap().unwrap();
    seen.push_str(&format!(
        "{client:?} {settings:?} {store:?} {first:?} {second:#?}"
    ));
    seen.push_str(&format!(
        "{status:?} {} {:?}",
        status.to_json(),
        client.credentials()
    ));
    seen.push_str(&fs::read_to_string(&log).unwrap());
    // A client that knows the second pair alone has its refresh fail silently.
    let own = secrets[2..].join(" ");
    sandbox.misbehave(raw(&format!(r#"{{"code":"Whatever","message":"{own}"}}"#)).on(REFRESH));
    let due = Arc::new(TextStore::of(pair_of(
        sandbox.app_key(),
        second.access_token().expose(),
        second.refresh_token().unwrap().expose(),
        29 * 86_400,
    )));
    ask(&Client::new(config(&sandbox).token_store(due)).unwrap()).unwrap();
    let logged = LOGGED.0.lock().unwrap().clone();
    assert!(logged.contains("could not be refreshed"), "{logged}");
    seen.push_str(&logged);
    assert_hidden(&seen, &secrets);
    let code = sandbox.auth_code(0).unwrap();
    let refused = Misbehavior::Raw {
        status: 200,
        headers: Vec::new(),
        body: format!(r#"{{"type":"ISV","code":"InvalidCode","message":"not {code}"}}"#)
            .into_bytes(),
    };
    sandbox.misbehave(refused.on("/auth/token/create"));
    assert_hidden(&said(&client.exchange_code(&code).unwrap_err()), &[&code]);
}

/// Everything logged by any test of this file.
struct Logged(Mutex<String>);

static LOGGED: Logged = Logged(Mutex::new(String::new()));

impl log::Log for Logged {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        // The HTTP client's own trace prints whole URLs; it is the host's to switch off.
        if record.target().starts_with("lazcore") {
            self.0.lock().unwrap().push_str(&line);
        }
    }

    fn flush(&self) {}
}

// --- Processes: the test binary runs itself, and the child does what the environment says.

const TASK: &str = "LAZCORE_TEST_TOKEN_TASK";

/// Url, app key, app secret and store file, one a line.
struct Task {
    url: String,
    key: String,
    secret: String,
    path: PathBuf,
}

fn spawn(sandbox: &Sandbox, path: &Path) -> Child {
    let (url, key, secret) = (sandbox.url(), sandbox.app_key(), sandbox.app_secret());
    let task = format!("{url}\n{key}\n{secret}\n{}", path.display());
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_child_process", "--nocapture"])
        .env(TASK, task)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn the_child_process() {
    let Ok(task) = env::var(TASK) else {
        return;
    };
    let mut lines = task.lines().map(str::to_owned);
    let mut next = || lines.next().unwrap();
    let task = Task {
        url: next(),
        key: next(),
        secret: next(),
        path: next().into(),
    };
    let config = config_of(&task.url, &task.key, &task.secret).token_file(&task.path);
    let client = Client::new(config).unwrap();
    ask(&client).unwrap();
}

fn stored(sandbox: &Sandbox, path: &Path, age_seconds: i64) -> FileStore {
    let store = FileStore::new(path);
    store.save(&pair(sandbox, 0, age_seconds)).unwrap();
    store
}

#[test]
fn four_processes_refresh_a_due_pair_once() {
    let sandbox = sandbox_with(World {
        latency_ms: 200,
        ..World::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seller.token");
    let store = stored(&sandbox, &path, 29 * 86_400);
    let children: Vec<Child> = (0..4).map(|_| spawn(&sandbox, &path)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!((calls(&sandbox, REFRESH), calls(&sandbox, SELLER)), (1, 4));
    let new = sandbox.current_token(0).unwrap();
    assert_eq!(kept(&store).access_token().expose(), new);
    assert!(
        sandbox
            .calls()
            .iter()
            .filter(|call| call.path == SELLER)
            .all(|call| call.param("access_token") == Some(&new))
    );
}

#[test]
fn four_processes_with_a_refused_token_refresh_it_once() {
    let sandbox = sandbox_with(World {
        latency_ms: 100,
        ..World::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seller.token");
    stored(&sandbox, &path, 60);
    sandbox.misbehave(Misbehavior::ExpireToken.on(SELLER));
    let children: Vec<Child> = (0..4).map(|_| spawn(&sandbox, &path)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(calls(&sandbox, REFRESH), 1);
}

fn wait_for(what: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !what() {
        assert!(Instant::now() < end, "it never came");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_process_killed_before_its_refresh_arrived_leaves_the_pair_and_the_lock() {
    let sandbox = sandbox();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seller.token");
    let store = stored(&sandbox, &path, 29 * 86_400);
    sandbox.misbehave(Misbehavior::Stall.on(REFRESH));
    let mut child = spawn(&sandbox, &path);
    wait_for(|| calls(&sandbox, REFRESH) == 1);
    assert!(store.try_lock().unwrap().is_none(), "the child has no lock");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(kept(&store).access_token().expose(), sandbox.access_token());
    let client = Client::new(config(&sandbox).token_file(&path)).unwrap();
    ask(&client).unwrap();
    assert_eq!(
        kept(&store).access_token().expose(),
        sandbox.current_token(0).unwrap()
    );
}

#[test]
fn a_process_killed_after_its_refresh_was_executed_leaves_a_state_that_is_seen() {
    let sandbox = sandbox();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seller.token");
    let store = stored(&sandbox, &path, 29 * 86_400);
    sandbox.misbehave(Misbehavior::Stall.on(REFRESH).executed());
    let mut child = spawn(&sandbox, &path);
    wait_for(|| sandbox.current_token(0).unwrap() != sandbox.access_token());
    child.kill().unwrap();
    child.wait().unwrap();
    // The pair that the platform made is lost; the old one is still there, and dead.
    assert_eq!(kept(&store).access_token().expose(), sandbox.access_token());
    let client = Client::new(config(&sandbox).token_file(&path)).unwrap();
    assert_eq!(ask(&client).unwrap_err().code(), Some("IllegalAccessToken"));
    let status = client.token_status().unwrap().unwrap();
    assert_eq!(status.state, TokenState::RefreshExpired);
    client
        .exchange_code(&sandbox.auth_code(0).unwrap())
        .unwrap();
    ask(&client).unwrap();
}

#[test]
fn who_waits_for_another_process_can_be_canceled_and_ends_at_the_deadline() {
    let sandbox = sandbox();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seller.token");
    let store = stored(&sandbox, &path, 60);
    let _lock = store.try_lock().unwrap().unwrap();
    let settings = config(&sandbox).token_file(&path);
    let client = Client::new(settings.clone()).unwrap();
    let cancel = Cancel::new();
    cancel.cancel();
    let error = client.refresh_token_cancelable(&cancel).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    let client = Client::new(settings.deadline(Duration::from_millis(100))).unwrap();
    let error = client.refresh_token().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(calls(&sandbox, REFRESH), 0);
}
