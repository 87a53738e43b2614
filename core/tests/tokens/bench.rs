//! What the tests of tokens share: a sandbox, its first pairs, and what was seen.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use lazcore::client::{Clock, Rates, RetryPolicy, SystemClock, TextStore, Token, TokenStore};
use lazcore::{Args, Cancel, Client, Config, Error, Gateway, Result};
use lazcore_sandbox::{Config as World, Misbehavior, Sandbox};

pub(crate) const REFRESH: &str = "/auth/token/refresh";
pub(crate) const SELLER: &str = "/seller/get";
pub(crate) const MONTH: i64 = 30 * 86_400;
pub(crate) const HALF_YEAR: i64 = 180 * 86_400;
pub(crate) fn sandbox() -> Sandbox {
    sandbox_with(World::default())
}

pub(crate) fn sandbox_with(world: World) -> Sandbox {
    Sandbox::start(World { orders: 5, ..world }).unwrap()
}

pub(crate) fn config_of(url: &str, key: &str, secret: &str) -> Config {
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

pub(crate) fn config(sandbox: &Sandbox) -> Config {
    config_of(&sandbox.url(), sandbox.app_key(), sandbox.app_secret())
}

pub(crate) fn now_ms() -> i64 {
    SystemClock::new().now_ms()
}

/// The first pair of a store, as an ERP would have kept the answer.
pub(crate) fn pair(sandbox: &Sandbox, store: usize, age_seconds: i64) -> Token {
    let (access, refresh) = (
        sandbox.store_token(store).unwrap(),
        sandbox.refresh_token(store).unwrap(),
    );
    pair_of(sandbox.app_key(), access, refresh, age_seconds)
}

pub(crate) fn pair_of(key: &str, access: &str, refresh: &str, age_seconds: i64) -> Token {
    let answer = format!(
        r#"{{"access_token":"{access}","refresh_token":"{refresh}","expires_in":{MONTH},"refresh_expires_in":{HALF_YEAR}}}"#
    );
    Token::from_answer(key, &answer, now_ms() - age_seconds * 1000).unwrap()
}

/// A client and its store in memory, with the first pair of store 0.
pub(crate) fn with_text(sandbox: &Sandbox, age_seconds: i64) -> (Client, Arc<TextStore>) {
    let store = Arc::new(TextStore::of(pair(sandbox, 0, age_seconds)));
    let client = Client::new(config(sandbox).token_store(store.clone())).unwrap();
    (client, store)
}

pub(crate) fn ask(client: &Client) -> Result<String> {
    let reply = client.call("GetSeller", Args::new())?;
    Ok(reply
        .pointer("/seller_id")
        .unwrap()
        .to_text()
        .unwrap()
        .into_owned())
}

pub(crate) fn calls(sandbox: &Sandbox, path: &str) -> usize {
    sandbox
        .calls()
        .iter()
        .filter(|call| call.path == path)
        .count()
}

pub(crate) fn kept(store: &dyn TokenStore) -> Token {
    store.load().unwrap().unwrap()
}

/// Everything an error says, with its causes.
pub(crate) fn said(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    text
}

pub(crate) fn assert_hidden(text: &str, secrets: &[&str]) {
    for secret in secrets {
        // All of the sandbox's tokens start alike; what follows is the secret.
        let end = &secret[secret.len() - 10..];
        assert!(!text.contains(end), "{secret} is seen in: {text}");
    }
}

pub(crate) fn raw(body: &str) -> Misbehavior {
    Misbehavior::Raw {
        status: 200,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    }
}

/// The machine's clock, ahead by some milliseconds.
#[derive(Default)]
pub(crate) struct Shifted(pub(crate) AtomicI64);

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

pub(crate) fn wait_for(what: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !what() {
        assert!(Instant::now() < end, "it never came");
        thread::sleep(Duration::from_millis(5));
    }
}
