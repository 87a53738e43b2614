//! The state: when it is kept, whose it is, and what is refused.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use lazcore::jobs::{Event, SyncOptions};
use lazcore::{Client, ErrorKind};
use lazcore_sandbox::Sandbox;

use crate::setup::{Database, NOON, Notebook, SINCE, client, config, in_file, sandbox, sync};

#[test]
fn the_state_is_kept_in_front_of_the_end_and_only_once_for_what_did_not_change() {
    let sandbox = sandbox(150);
    let store = Arc::new(Notebook::default());
    let options = || SyncOptions {
        since: Some(SINCE.to_owned()),
        store: Some(store.clone()),
        ..SyncOptions::default()
    };
    let orders = client(&sandbox);
    let mut job = orders.orders().sync(options()).unwrap();
    let mut saves = Vec::new();
    while let Some(event) = job.next() {
        let saved = store.saves.load(Ordering::SeqCst);
        match event.unwrap() {
            Event::Row(_) => saves.push(saved),
            Event::Done(_) => {
                let state = store.state().unwrap();
                assert_eq!(Some(&state), job.cursor().as_ref());
                assert!(state.contains(r#""ended":true"#) && state.contains("updated_at"));
            }
            _ => {}
        }
    }
    assert_eq!(store.state(), job.cursor());
    // 150 rows, two pages: nothing of the first was kept while its rows were in hand.
    assert!(saves[..99].iter().all(|saved| *saved <= 1), "{saves:?}");
    assert!(
        store.saves.load(Ordering::SeqCst) <= 8,
        "{}",
        store.saves.load(Ordering::SeqCst)
    );
    let before = store.saves.load(Ordering::SeqCst);
    // A run that finds nothing ends its window, too.
    sandbox.advance_clock(60);
    Database::default().take(&mut orders.orders().sync(options()).unwrap(), 1);
    let state = store.state().unwrap();
    assert!(state.contains(r#""ended":true"#) && state.contains(&format!(r#""to":{}"#, NOON + 58)));
    assert!(store.saves.load(Ordering::SeqCst) <= before + 2);
}

#[test]
fn a_file_is_for_one_sync_at_a_time() {
    let sandbox = sandbox(150);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let mut first = sync(&sandbox, &path);
    Database::default().take(&mut first, 3);
    let error = client(&sandbox).orders().sync(in_file(&path)).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Io, Some("state"))
    );
    assert!(
        error.message().contains("in use by another sync"),
        "{error}"
    );
    assert!(error.retryable());
    drop(first);
    let mut second = sync(&sandbox, &path);
    Database::default().take(&mut second, usize::MAX).unwrap();
    // Ended: free, though the job is still there.
    let mut third = sync(&sandbox, &path);
    Database::default().take(&mut third, usize::MAX).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let sandbox = sandbox(150);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    Database::default()
        .take(&mut sync(&sandbox, &path), usize::MAX)
        .unwrap();
    let whole = fs::read(&path).unwrap();
    let other = String::from_utf8(whole.clone())
        .unwrap()
        .replace(r#""v":1"#, r#""v":2"#);
    for content in [
        &whole[..whole.len() / 2],
        b"",
        b" \n",
        b"\xff\xfe",
        b"{}",
        other.as_bytes(),
    ] {
        fs::write(&path, content).unwrap();
        let error = client(&sandbox).orders().sync(in_file(&path)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some("state"))
        );
        assert!(error.message().contains(path.to_str().unwrap()), "{error}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    fs::write(&path, whole).unwrap();
    sync(&sandbox, &path);
    // A folder that is not there.
    let nowhere = folder.path().join("missing").join("state");
    let error = client(&sandbox)
        .orders()
        .sync(in_file(&nowhere))
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Io, Some("state"))
    );
}

#[test]
fn p19_a_state_of_another_account_app_or_filter_is_refused() {
    let sandbox = sandbox(50);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    Database::default()
        .take(&mut sync(&sandbox, &path), usize::MAX)
        .unwrap();
    let kept = fs::read(&path).unwrap();
    let refusal = |client: &Client, options: SyncOptions| {
        let error = client.orders().sync(options).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some("state"))
        );
        assert!(error.message().contains("belongs to another"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), kept);
    };
    let other = Client::new(config(&sandbox, 0).account("other")).unwrap();
    refusal(&other, in_file(&path));
    let filtered = SyncOptions {
        status: Some("packed".to_owned()),
        ..in_file(&path)
    };
    refusal(&client(&sandbox), filtered);
    // Given as a text, it is the cursor that is refused.
    let text = SyncOptions {
        cursor: Some(String::from_utf8(kept.clone()).unwrap()),
        ..SyncOptions::default()
    };
    let error = other.orders().sync(text).unwrap_err();
    assert_eq!(error.field(), Some("cursor"));
}

#[test]
fn the_account_is_found_out_so_that_another_token_finds_the_state() {
    let sandbox = sandbox(60);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let of_store = |store| Client::new(config(&sandbox, store)).unwrap();
    let mut database = Database::default();
    let mut job = of_store(0).orders().sync(in_file(&path)).unwrap();
    assert!(
        sandbox.calls().is_empty(),
        "nothing is sent before the first event"
    );
    database.take(&mut job, usize::MAX).unwrap();
    drop(job);
    // A refreshed token of the same seller.
    let refreshed = config(&sandbox, 0).access_token(new_token(&sandbox));
    sandbox
        .touch_orders(0, &[database.came[5].0.parse().unwrap()], None)
        .unwrap();
    sandbox.advance_clock(4);
    let mut job = Client::new(refreshed)
        .unwrap()
        .orders()
        .sync(in_file(&path))
        .unwrap();
    let before = database.came.len();
    database.take(&mut job, usize::MAX).unwrap();
    assert_eq!(database.came.len() - before, 1);
    drop(job);
    // And the token of another seller does not; this shows at the first event, and the file stays.
    let kept = fs::read(&path).unwrap();
    let mut job = of_store(1).orders().sync(in_file(&path)).unwrap();
    let error = job.next().unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Input, Some("state"))
    );
    assert!(job.next().is_none());
    assert_eq!(fs::read(&path).unwrap(), kept);
}

fn new_token(sandbox: &Sandbox) -> String {
    use lazcore::Args;
    let own = client(sandbox);
    let refresh = Args::new().set("refresh_token", sandbox.refresh_token(0).unwrap());
    let reply = own.call("RefreshAccessToken", refresh).unwrap();
    reply
        .pointer("/access_token")
        .unwrap()
        .to_text()
        .unwrap()
        .to_string()
}
