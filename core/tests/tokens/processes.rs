//! Several processes and one file: the test binary runs itself, and the child does what the environment says.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use lazcore::client::{FileStore, TokenState, TokenStore};
use lazcore::{Cancel, Client, ErrorKind};
use lazcore_sandbox::{Config as World, Misbehavior, Sandbox};

use crate::bench::{
    REFRESH, SELLER, ask, calls, config, config_of, kept, pair, sandbox, sandbox_with, wait_for,
};

const PROCESSES: usize = 4;
const THREADS: usize = 8;
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
        .args(["--exact", "processes::the_child_process", "--nocapture"])
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
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| ask(&client).unwrap());
        }
    });
}

fn stored(sandbox: &Sandbox, path: &Path, age_seconds: i64) -> FileStore {
    let store = FileStore::new(path);
    store.save(&pair(sandbox, 0, age_seconds)).unwrap();
    store
}

#[test]
fn four_processes_with_eight_threads_each_refresh_a_due_pair_once() {
    let sandbox = sandbox_with(World {
        latency_ms: 200,
        ..World::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seller.token");
    let store = stored(&sandbox, &path, 29 * 86_400);
    let children: Vec<Child> = (0..PROCESSES).map(|_| spawn(&sandbox, &path)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(
        (calls(&sandbox, REFRESH), calls(&sandbox, SELLER)),
        (1, PROCESSES * THREADS)
    );
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
fn four_processes_with_eight_threads_each_refresh_a_refused_token_once() {
    let sandbox = sandbox_with(World {
        latency_ms: 100,
        ..World::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seller.token");
    stored(&sandbox, &path, 60);
    sandbox.misbehave(Misbehavior::ExpireToken.on(SELLER));
    let children: Vec<Child> = (0..PROCESSES).map(|_| spawn(&sandbox, &path)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(calls(&sandbox, REFRESH), 1);
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
