//! Stores that are foreign, full or slow.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use lazcore::client::{FileStore, StoreLock, TextStore, Token, TokenStore};
use lazcore::{Client, ErrorKind, Result};
use lazcore_sandbox::Sandbox;

use crate::bench::{REFRESH, ask, calls, config, kept, pair, pair_of, sandbox};

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
