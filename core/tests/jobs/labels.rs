//! Labels in a run, from the first order to the files.

use std::path::Path;

use super::*;

fn with_labels(folder: &Path) -> FulfillmentOptions {
    FulfillmentOptions {
        until: Until::Labels,
        labels: Some(folder.to_owned()),
        ..FulfillmentOptions::default()
    }
}

/// The label files of a folder, each a whole PDF for its owner's eyes.
fn label_files(folder: &Path) -> BTreeSet<std::path::PathBuf> {
    let files: BTreeSet<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().contains("manifest"))
        .collect();
    for file in &files {
        let content = std::fs::read(file).unwrap();
        assert!(content.starts_with(b"%PDF"), "{}", file.display());
        assert!(
            content.trim_ascii_end().ends_with(b"%%EOF"),
            "{} is whole",
            file.display()
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
    }
    files
}

#[test]
fn labels_are_saved_whole_and_private() {
    let sandbox = sandbox(25);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let folder = tempfile::tempdir().unwrap();
    let (outcomes, summary) = run(&client, &ids, with_labels(folder.path()));
    assert_complete(&sandbox, &client, &ids, &outcomes);
    let files = label_files(folder.path());
    let told: BTreeSet<_> = outcomes
        .iter()
        .map(|outcome| outcome.label.clone().unwrap())
        .collect();
    assert_eq!(files, told, "exactly the files that outcomes name");
    assert!(
        summary
            .counts
            .contains(&("label_files", files.len() as u64))
    );
    assert!(outcomes.iter().all(|outcome| outcome.state == State::Done));
    assert!(
        files
            .iter()
            .all(|file| file.to_string_lossy().contains("store-0"))
    );
}

#[test]
fn a_label_that_breaks_off_leaves_no_file() {
    let sandbox = sandbox(3);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let folder = tempfile::tempdir().unwrap();
    sandbox.misbehave(Misbehavior::CutAnswer.on("/labels").times(20));
    let (outcomes, _) = run(&client, &ids, with_labels(folder.path()));
    assert!(label_files(folder.path()).is_empty());
    for outcome in &outcomes {
        assert_ne!(outcome.state, State::Done, "{outcome:?}");
        assert_ne!(
            outcome.state,
            State::Indeterminate,
            "printing changes nothing: {outcome:?}"
        );
        assert!(outcome.package_id.is_some(), "it is packed all the same");
    }
}

#[test]
fn stores_that_share_an_order_id_are_kept_apart() {
    let sandbox = sandbox(60);
    let clients = [client(&sandbox, 0), client(&sandbox, 1)];
    let ids = clients.each_ref().map(|client| order_ids(&sandbox, client));
    let shared: Vec<String> = ids[0]
        .iter()
        .filter(|id| ids[1].contains(id))
        .cloned()
        .collect();
    assert!(!shared.is_empty(), "the sandbox repeats ids across stores");
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = run(&clients[0], &shared, with_labels(folder.path()));
    assert!(
        first
            .iter()
            .all(|outcome| outcome.account == "store-0" && outcome.state == State::Done)
    );
    assert!(!packed(&sandbox, 0).is_empty());
    assert!(
        packed(&sandbox, 1).is_empty(),
        "the other store is untouched"
    );
    let (second, _) = run(&clients[1], &shared, with_labels(folder.path()));
    assert!(
        second
            .iter()
            .all(|outcome| outcome.account == "store-1" && outcome.state == State::Done)
    );
    let labels = |outcomes: &[Outcome]| -> BTreeSet<_> {
        outcomes
            .iter()
            .map(|outcome| outcome.label.clone().unwrap())
            .collect()
    };
    assert!(
        labels(&first).is_disjoint(&labels(&second)),
        "one folder serves both stores"
    );
    assert_eq!(
        label_files(folder.path()).len(),
        labels(&first).len() + labels(&second).len()
    );
}
