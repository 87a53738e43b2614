//! The files that labels lie in, and the manifest beside them.

use crate::*;

#[test]
fn combined_files_follow_the_order_given_and_the_manifest_finds_every_page() {
    let place = place(25);
    let mut ids = place.ids();
    ids.reverse();
    let (outcomes, summary) = place.run(&ids, Until::Labels, LabelOptions::default());
    assert!(outcomes.iter().all(|outcome| outcome.state == State::Done));
    assert_eq!(count(&summary, "label_files"), 2);

    let wanted = packages(&outcomes);
    let files = place.files();
    let name = |number: u32, first: &str, more: usize| {
        format!("{number:04}_store-0-SG_{first}_and_{more}_more.pdf")
    };
    assert_eq!(files, [name(1, &wanted[0], 19), name(2, &wanted[20], 4)]);
    let printed: Vec<String> = files.iter().flat_map(|file| place.pages(file)).collect();
    assert_eq!(printed, wanted);

    // The manifest leads to each label.
    let manifest = place.manifest();
    let listed: Vec<&str> = manifest
        .iter()
        .map(|entry| entry["package_id"].as_str().unwrap())
        .collect();
    assert_eq!(listed, wanted);
    for entry in &manifest {
        let page = usize::try_from(entry["page"].as_u64().unwrap()).unwrap();
        let on_page = &place.pages(entry["file"].as_str().unwrap())[page - 1];
        assert_eq!(entry["package_id"], on_page.as_str());
        assert_eq!(entry["account"], "store 0/SG");
    }
    for outcome in &outcomes {
        let entry = manifest
            .iter()
            .find(|entry| entry["package_id"] == outcome.package_id.as_deref().unwrap())
            .unwrap();
        assert_eq!(
            entry["file"],
            name_of(outcome.label.as_ref().unwrap()).as_str()
        );
        assert_eq!(entry["page"], outcome.label_page.unwrap());
        assert_eq!(entry["order_id"], outcome.order_id.as_str());
        assert_eq!(
            entry["tracking_number"],
            outcome.tracking_number.as_deref().unwrap()
        );
        assert_eq!(entry["shipment_provider"], "Sandbox Express");
        let item = outcome.order_item_id.as_deref().unwrap();
        let lines = entry["items"].as_array().unwrap();
        let line = lines
            .iter()
            .find(|line| {
                line["order_item_ids"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|id| id == item)
            })
            .unwrap();
        assert_eq!(
            line["quantity"].as_u64().unwrap(),
            line["order_item_ids"].as_array().unwrap().len() as u64
        );
        assert!(!line["sku"].as_str().unwrap().is_empty());
        assert!(outcome.time_ms >= START * 1000);
        let mut labels = outcome
            .request_ids
            .iter()
            .filter(|(step, _)| *step == Step::Labels);
        assert_eq!(entry["request_id"], labels.next_back().unwrap().1.as_str());
    }
}

#[test]
fn the_table_says_the_same_as_the_json() {
    let place = place(6);
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    let table = fs::read_to_string(place.path().join("manifest.csv")).unwrap();
    let mut rows = table.split_terminator("\r\n");
    let head: Vec<&str> = rows.next().unwrap().split(',').collect();
    let rows: Vec<BTreeMap<&str, &str>> = rows
        .map(|row| head.iter().copied().zip(row.split(',')).collect())
        .collect();
    let units: usize = rows
        .iter()
        .map(|row| row["quantity"].parse::<usize>().unwrap())
        .sum();
    assert_eq!(units, outcomes.len());
    for outcome in &outcomes {
        let item = outcome.order_item_id.as_deref().unwrap();
        let row = rows
            .iter()
            .find(|row| {
                let ids = row["order_item_ids"].trim_start_matches('\'');
                ids.split(' ').any(|id| id == item)
            })
            .unwrap();
        // A spreadsheet would round it.
        assert_eq!(row["order_id"], format!("'{}", outcome.order_id));
        assert_eq!(row["package_id"], outcome.package_id.as_deref().unwrap());
        assert_eq!(row["page"], outcome.label_page.unwrap().to_string());
        assert_eq!(row["file"], name_of(outcome.label.as_ref().unwrap()));
        assert_eq!(
            row["tracking_number"],
            outcome.tracking_number.as_deref().unwrap()
        );
        assert!(!row["sku"].is_empty() && !row["shipment_provider"].is_empty());
    }
}

#[test]
fn single_files_hold_one_package_each() {
    let place = place(7);
    let ids = place.ids();
    let (outcomes, summary) = place.run(&ids, Until::Labels, single());
    let wanted = packages(&outcomes);
    let names: Vec<String> = wanted
        .iter()
        .enumerate()
        .map(|(place, package)| format!("{:04}_store-0-SG_{package}.pdf", place + 1))
        .collect();
    assert_eq!(place.files(), names);
    assert_eq!(count(&summary, "label_files"), 7);
    for (file, package) in names.iter().zip(&wanted) {
        assert_eq!(place.pages(file), [package.as_str()]);
    }
    assert!(place.manifest().iter().all(|entry| entry["page"] == 1));
    assert!(outcomes.iter().all(|outcome| outcome.label_page == Some(1)));
}

#[test]
fn a_page_that_cannot_be_known_is_not_guessed() {
    let place = place(3);
    place.misbehave(Misbehavior::Label(LabelFault::ExtraPage));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert!(outcomes.iter().all(|outcome| outcome.label.is_some()));
    assert!(outcomes.iter().all(|outcome| outcome.label_page.is_none()));
    assert!(
        place
            .manifest()
            .iter()
            .all(|entry| entry.get("page").is_none())
    );
}

#[test]
fn a_saved_label_serves_again_only_where_it_is_what_is_wanted() {
    let place = place(3);
    let ids = place.ids();
    place.run(&ids, Until::Labels, LabelOptions::default());
    place.run(&ids, Until::Labels, LabelOptions::default());
    assert_eq!(place.prints(), 1);
    place.run(&ids, Until::Labels, single());
    assert_eq!(place.prints(), 4, "each in a file of its own");
    place.run(&ids, Until::Labels, LabelOptions::default());
    let html = LabelOptions {
        format: LabelFormat::Html,
        ..LabelOptions::default()
    };
    assert_eq!(place.prints(), 4);
    place.run(&ids, Until::Labels, html);
    assert_eq!(place.prints(), 5);
}

#[test]
fn html_and_item_lists_are_had_for_the_asking() {
    let place = place(2);
    let options = LabelOptions {
        format: LabelFormat::Html,
        item_list: true,
        files: LabelFiles::Single,
        ..LabelOptions::default()
    };
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, options);
    let entries = place.manifest();
    for outcome in &outcomes {
        let page = fs::read_to_string(outcome.label.as_ref().unwrap()).unwrap();
        let page = page.replace("&amp;", "&");
        assert!(page.ends_with("</html>"));
        let entry = entries
            .iter()
            .find(|entry| entry["package_id"] == outcome.package_id.as_deref().unwrap())
            .unwrap();
        for line in entry["items"].as_array().unwrap() {
            assert!(
                page.contains(line["sku"].as_str().unwrap()),
                "{line} of {page}"
            );
        }
    }
}

#[test]
fn files_are_for_their_owner_alone() {
    let place = place(2);
    place.run(&place.ids(), Until::Labels, LabelOptions::default());
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(place.path()).unwrap() {
        let path = entry.unwrap().path();
        names.push(name_of(&path));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        }
    }
    for name in ["manifest.json", "manifest.csv"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
}

#[test]
fn a_resumed_run_goes_on_in_the_same_folder() {
    let place = place(6);
    let ids = place.ids();
    place.run(&ids[..2], Until::Labels, single());
    let before = contents(&place);
    let (outcomes, summary) = place.run(&ids, Until::Labels, single());
    // What was saved is not fetched again, and the numbers go on.
    assert_eq!(count(&summary, "label_files"), 4);
    assert_eq!(place.prints(), 6);
    let wanted = packages(&outcomes);
    let names: Vec<String> = wanted
        .iter()
        .enumerate()
        .map(|(place, package)| format!("{:04}_store-0-SG_{package}.pdf", place + 1))
        .collect();
    assert_eq!(place.files(), names);
    for outcome in &outcomes {
        let package = outcome.package_id.as_ref().unwrap();
        let name = name_of(outcome.label.as_ref().unwrap());
        assert!(name.contains(package.as_str()), "{name}");
        assert_eq!((outcome.state, outcome.label_page), (State::Done, Some(1)));
    }
    let after = contents(&place);
    assert!(before.iter().all(|(name, content)| after[name] == *content));
    assert_eq!(place.manifest().len(), 6);

    // A saved label that is gone is fetched.
    fs::remove_file(place.path().join(&names[0])).unwrap();
    let (outcomes, _) = place.run(&ids[..1], Until::Labels, single());
    assert_eq!(
        name_of(outcomes[0].label.as_ref().unwrap()),
        format!("0007_store-0-SG_{}.pdf", wanted[0])
    );
}

#[test]
fn two_that_print_into_one_folder_do_not_harm_each_other() {
    let place = place(16);
    let ids = place.ids();
    place.pack(&ids);
    let begin = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for half in ids.chunks(8) {
            let (place, begin) = (&place, &begin);
            scope.spawn(move || {
                begin.wait();
                let (outcomes, _) = place.labels(orders(half), single());
                assert!(outcomes.iter().all(|outcome| outcome.state == State::Done));
            });
        }
    });
    let files = place.files();
    assert_eq!(files.len(), 16);
    let manifest = place.manifest();
    assert_eq!(manifest.len(), 16);
    for entry in &manifest {
        let pages = place.pages(entry["file"].as_str().unwrap());
        assert_eq!(pages, [entry["package_id"].as_str().unwrap()]);
    }
    let left = fs::read_dir(place.path()).unwrap().count();
    assert_eq!(left, 18, "the files and two manifests");
}
