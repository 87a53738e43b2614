//! Labels alone, reprints, and what has no label.

use crate::*;

#[test]
fn a_reprint_is_a_file_of_its_own() {
    let place = place(3);
    let ids = place.ids();
    let (outcomes, _) = place.run(&ids, Until::ReadyToShip, LabelOptions::default());
    let before = contents(&place);
    let (again, summary) = place.labels(orders(&ids), LabelOptions::default());
    assert_eq!(packages(&again), packages(&outcomes));
    assert!(again.iter().all(|outcome| outcome.state == State::Done));
    assert!(
        again
            .iter()
            .all(|outcome| outcome.status.as_deref() == Some("ready_to_ship"))
    );
    assert_eq!(count(&summary, "label_files"), 1);
    let after = contents(&place);
    assert_eq!(after.len(), 2);
    assert!(before.iter().all(|(name, content)| after[name] == *content));
    let last = place.files().pop().unwrap();
    assert!(last.starts_with("0002_"));
    assert!(
        again
            .iter()
            .all(|outcome| name_of(outcome.label.as_ref().unwrap()) == last)
    );
    let books: Value = serde_json::from_str(&place.sandbox.books()).unwrap();
    let packages = books["stores"][0]["packages"].as_array().unwrap();
    assert!(
        packages
            .iter()
            .all(|package| package["couriers"] == 1 && package["labels"] == 2)
    );
}

#[test]
fn labels_alone_keep_the_order_of_orders_and_packages() {
    let place = place(30);
    let ids = place.ids();
    let packed = packages(&place.pack(&ids[..28]));
    // The last two are not packed; a package stands in the middle; one order does not exist.
    let mut targets = orders(&ids[..25]);
    targets.insert(3, LabelTarget::Package(packed[27].clone()));
    targets.push(LabelTarget::Order(Target::order("999999999999999")));
    targets.extend(orders(&ids[28..]));
    let (outcomes, summary) = place.labels(targets, LabelOptions::default());
    let mut told: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    told.dedup();
    let mut wanted: Vec<&str> = ids[..25].iter().map(String::as_str).collect();
    wanted.insert(3, "");
    wanted.push("999999999999999");
    wanted.extend(ids[28..].iter().map(String::as_str));
    assert_eq!(told, wanted);
    let mut printed: Vec<String> = packed[..25].to_vec();
    printed.insert(3, packed[27].clone());
    let pages: Vec<String> = place
        .files()
        .iter()
        .flat_map(|file| place.pages(file))
        .collect();
    assert_eq!(pages, printed);
    for outcome in &outcomes {
        let state = match outcome.order_id.as_str() {
            "999999999999999" => State::Refused,
            id if ids[28..].iter().any(|open| open == id) => State::LeftOut,
            _ => State::Done,
        };
        assert_eq!(outcome.state, state, "{outcome:?}");
        match state {
            State::Done => assert!(outcome.label.is_some() && outcome.label_page.is_some()),
            State::LeftOut => assert_eq!(outcome.message.as_deref(), Some("not packed yet")),
            _ => assert_eq!(outcome.code.as_deref(), Some("39")),
        }
    }
    assert_eq!(count(&summary, "packages"), 26);
    assert_eq!(count(&summary, "label_files"), 2);
    let manifest = place.manifest();
    assert_eq!(manifest[3]["package_id"], packed[27].as_str());
    assert_eq!(manifest[3]["items"].as_array().unwrap().len(), 0);
}

#[test]
fn labels_of_single_items() {
    let place = place(10);
    let ids = place.ids();
    let packed = place.pack(&ids);
    let last = packed.last().unwrap();
    let item = last.order_item_id.clone().unwrap();
    let items = vec![item.clone(), "7".to_owned()];
    let target = LabelTarget::Order(Target::items(&last.order_id, items));
    let (outcomes, _) = place.labels(vec![target], LabelOptions::default());
    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| (outcome.order_item_id.as_deref().unwrap(), outcome.state))
        .collect();
    assert_eq!(told, [(item.as_str(), State::Done), ("7", State::LeftOut)]);
}

#[test]
fn the_sellers_own_fleet_has_no_labels_and_that_is_said() {
    let place = place_of(World {
        orders: 200,
        ..World::default()
    });
    let ids = place.ids();
    let (outcomes, _) = place.run(&ids, Until::ReadyToShip, LabelOptions::default());
    let own = |outcome: &&Outcome| {
        let message = outcome.message.as_deref().unwrap_or_default();
        message.contains("own fleet")
    };
    let own_fleet: Vec<&Outcome> = outcomes.iter().filter(own).collect();
    assert!(own_fleet.len() >= 2);
    for outcome in &own_fleet {
        assert_eq!(
            (outcome.state, outcome.step),
            (State::Done, Step::ReadyToShip)
        );
        assert!(outcome.label.is_none() && outcome.package_id.is_some());
    }
    let unlabeled = |outcome: &&Outcome| {
        outcome.state == State::Done && outcome.step == Step::ReadyToShip && outcome.label.is_none()
    };
    assert_eq!(outcomes.iter().filter(unlabeled).count(), own_fleet.len());

    let again = vec![LabelTarget::Order(Target::order(&own_fleet[0].order_id))];
    let before = place.prints();
    let (outcomes, _) = place.labels(again, LabelOptions::default());
    let left = outcomes.iter().find(|outcome| own(outcome)).unwrap();
    assert_eq!(left.state, State::LeftOut);
    assert!(place.prints() <= before + 1);
}

#[test]
fn a_folder_that_does_not_serve_is_found_before_anything_is_sent() {
    let place = place(2);
    let ids = place.ids();
    let calls = place.sandbox.calls().len();
    fs::write(place.path().join("manifest.json"), "{\"name\":\"an app\"}").unwrap();
    let options = FulfillmentOptions {
        labels: Some(place.path().to_owned()),
        ..FulfillmentOptions::default()
    };
    let targets = ids.iter().map(Target::order).collect();
    let error = place
        .client
        .fulfillment()
        .run(targets, options)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("manifest.json"), "{error}");
    let print = PrintOptions::default();
    let error = place
        .client
        .fulfillment()
        .labels(orders(&ids), print)
        .unwrap_err();
    assert_eq!(error.field(), Some("labels"));
    let print = PrintOptions {
        folder: PathBuf::from("somewhere"),
        ..PrintOptions::default()
    };
    let twice = [orders(&ids), orders(&ids[..1])].concat();
    let error = place.client.fulfillment().labels(twice, print).unwrap_err();
    assert_eq!(error.field(), Some("order_id"));
    assert_eq!(place.sandbox.calls().len(), calls);
}

#[test]
fn options_and_targets_are_read_by_name() {
    let args = |json: &str| Args::from_json(json).unwrap();
    let options = PrintOptions::from_args(args(
        r#"{"labels":"l","label_files":"single","label_format":"html","label_item_list":true,"label_wait":7}"#,
    ))
    .unwrap();
    let wanted = PrintOptions {
        folder: PathBuf::from("l"),
        labels: LabelOptions {
            files: LabelFiles::Single,
            format: LabelFormat::Html,
            item_list: true,
            wait: Duration::from_secs(7),
        },
    };
    assert_eq!(options, wanted);
    let run = FulfillmentOptions::from_args(args(r#"{"labels":"l","label_files":"single"}"#));
    assert_eq!(run.unwrap().label_options.files, LabelFiles::Single);
    for (json, field) in [
        (r#"{}"#, "labels"),
        (r#"{"labels":"l","label_files":"both"}"#, "label_files"),
        (r#"{"labels":"l","label_format":"png"}"#, "label_format"),
        (r#"{"labels":"l","label_wait":1.5}"#, "label_wait"),
        (r#"{"labels":"l","label_wait":0}"#, "label_wait"),
        (r#"{"labels":"l","label_item_list":1}"#, "label_item_list"),
        (r#"{"labels":"l","until":"packed"}"#, "until"),
    ] {
        let error = PrintOptions::from_args(args(json)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some(field)),
            "{json}"
        );
    }
    let targets = LabelTarget::list_from_json(
        r#"["1",2,{"order_id":3,"order_item_ids":[4]},{"package_id":"FP1"},{"package_id":7}]"#,
    );
    assert_eq!(
        targets.unwrap(),
        [
            LabelTarget::Order(Target::order("1")),
            LabelTarget::Order(Target::order("2")),
            LabelTarget::Order(Target::items("3", vec!["4".to_owned()])),
            LabelTarget::Package("FP1".to_owned()),
            LabelTarget::Package("7".to_owned()),
        ]
    );
    for (json, field) in [
        (r#"{"package_id":"FP1"}"#, "orders"),
        (r#"[{"package_id":7.5}]"#, "orders[0].package_id"),
        (r#"[{"package_id":true}]"#, "orders[0].package_id"),
        (r#"[{"package_id":"FP1","order_id":1}]"#, "order_id"),
        (r#"["1",true]"#, "orders[1]"),
    ] {
        let error = LabelTarget::list_from_json(json).unwrap_err();
        assert_eq!(error.field(), Some(field), "{json}");
    }
}
