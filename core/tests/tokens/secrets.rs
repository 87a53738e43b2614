//! Tokens are seen nowhere.

use std::fs;
use std::sync::{Arc, Mutex};

use lazcore::Client;
use lazcore::client::TextStore;
use lazcore_sandbox::Misbehavior;

use crate::bench::{
    REFRESH, SELLER, ask, assert_hidden, config, kept, pair, pair_of, raw, said, sandbox,
};

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
