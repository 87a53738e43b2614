//! What may go wrong on the way from the platform to the folder.

use crate::*;

#[test]
fn a_label_that_is_empty_after_packing_is_asked_for_again() {
    let place = place(5);
    place.misbehave(Misbehavior::Label(LabelFault::EmptyFor { seconds: 20 }));
    let (outcomes, _) = place.run(&place.ids(), Until::ReadyToShip, LabelOptions::default());
    assert!(outcomes.iter().all(|outcome| outcome.state == State::Done));
    assert_eq!(place.waits(), [1, 2, 4, 8, 16]);
    assert_eq!(place.prints(), 6);
    assert_eq!(place.files().len(), 1);
}

#[test]
fn a_label_that_stays_empty_holds_up_its_package_alone() {
    let place = place(4);
    let ids = place.ids();
    place.pack(&ids[..3]);
    place.sandbox.advance_clock(1000);
    place.misbehave(Misbehavior::Label(LabelFault::EmptyFor { seconds: 1000 }));
    let begun = place.sandbox.now();
    let (outcomes, summary) = place.run(&ids, Until::ReadyToShip, LabelOptions::default());
    let waited = place.sandbox.now() - begun;
    assert!(
        (120..=121).contains(&waited),
        "and no longer: {waited} seconds"
    );
    for outcome in &outcomes {
        if outcome.order_id == ids[3] {
            assert_eq!(outcome.state, State::Refused);
            assert_eq!(outcome.step, Step::Labels);
            assert!(
                outcome.message.as_ref().unwrap().contains("empty"),
                "{outcome:?}"
            );
        } else {
            assert_eq!(outcome.state, State::Done, "{outcome:?}");
            assert!(outcome.label.is_some());
        }
    }
    assert!(count(&summary, "label_files") >= 1);
    let books: Value = serde_json::from_str(&place.sandbox.books()).unwrap();
    let shipped = books["stores"][0]["packages"].as_array().unwrap().iter();
    let shipped = shipped.filter(|package| package["couriers"] == 1).count();
    assert_eq!(shipped, 3, "no parcel without a label is announced");
}

#[test]
fn how_long_to_wait_is_a_setting() {
    let place = place(1);
    place.misbehave(Misbehavior::Label(LabelFault::EmptyFor { seconds: 1000 }));
    let options = LabelOptions {
        wait: Duration::from_secs(5),
        ..LabelOptions::default()
    };
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, options);
    assert_eq!(outcomes[0].state, State::Refused);
    // Each a moment longer, so that rows that wait together are looked at together.
    assert_eq!(place.waits(), [1, 2, 1]);
}

#[test]
fn an_ended_link_is_replaced_by_a_new_one() {
    let place = place(2);
    place.misbehave(Misbehavior::Label(LabelFault::LinkLife { seconds: 0 }).times(2));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert!(
        outcomes.iter().all(|outcome| outcome.state == State::Done),
        "{outcomes:?}"
    );
    assert_eq!(place.prints(), 3);

    let place = self::place(2);
    place.misbehave(Misbehavior::Label(LabelFault::LinkLife { seconds: 0 }));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert_eq!(place.prints(), 3, "not for ever");
    for outcome in &outcomes {
        assert_eq!(
            (outcome.state, outcome.step),
            (State::Refused, Step::Labels)
        );
        assert!(
            outcome.message.as_ref().unwrap().contains("expired"),
            "{outcome:?}"
        );
        assert!(
            !format!("{outcome:?}").contains("sig="),
            "a link is a secret"
        );
    }
    assert!(place.files().is_empty());
}

#[test]
fn what_is_no_whole_label_is_not_saved() {
    let raw = |body: &str| Misbehavior::Raw {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/pdf".to_owned())],
        body: body.as_bytes().to_owned(),
    };
    for broken in [
        raw("%PDF-1.4\n1 0 obj\n<< /Type /Catalog"),
        raw("<html>please log in</html>"),
        Misbehavior::CutAnswer,
    ] {
        let place = place(1);
        let name = format!("{broken:?}");
        place.misbehave(broken.clone().on("/labels"));
        let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
        assert_eq!(
            outcomes[0].state,
            State::Done,
            "{name}: fetched again: {outcomes:?}"
        );

        let place = self::place(1);
        place.misbehave(broken.on("/labels").times(50));
        let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
        assert_ne!(outcomes[0].state, State::Done, "{name}");
        assert!(outcomes[0].label.is_none());
        let left = fs::read_dir(place.path()).unwrap().count();
        assert_eq!(left, 0, "{name}: nothing is left behind");
    }
}

#[test]
fn a_document_inside_the_answer_is_decoded_and_named_by_what_it_is() {
    for (content, ending, pages) in [(InFile::Pdf, "pdf", Some(2)), (InFile::Html, "html", None)] {
        let place = place(2);
        place.misbehave(Misbehavior::Label(LabelFault::InFile(content)));
        let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
        let last = outcomes.last().unwrap();
        let label = last.label.clone().unwrap();
        assert_eq!(label.extension().unwrap(), ending);
        assert_eq!(last.label_page, pages);
        let text = fs::read_to_string(label).unwrap_or_else(|error| {
            assert_eq!(ending, "pdf", "{error}");
            String::new()
        });
        assert!(ending == "pdf" || text.contains(last.package_id.as_ref().unwrap()));
    }
}

#[test]
fn html_that_breaks_off_or_shows_a_link_alone_is_no_label() {
    use base64::Engine as _;
    let answer = |file: &str| {
        let file = base64::engine::general_purpose::STANDARD.encode(file);
        let (first, rest) = file.split_at(8);
        // Some writers of base64 break lines.
        let data = format!(r#"{{"doc_type":"HTML","file":"{first}\r\n{rest}"}}"#);
        let body = format!(r#"{{"code":"0","result":{{"success":true,"data":{data}}}}}"#);
        Misbehavior::Raw {
            status: 200,
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.into_bytes(),
        }
    };
    let place = place(1);
    place.misbehave(answer("<html><p>cut").on(PRINT).times(3));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert_eq!(outcomes[0].state, State::Refused);
    assert!(place.files().is_empty());

    // The link that a frame shows is followed.
    let place = self::place(1);
    let page = format!("{}/nothing", place.sandbox.url());
    place.misbehave(answer(&format!("<iframe src='{page}'></iframe>")).on(PRINT));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert_eq!(outcomes[0].state, State::Done, "{outcomes:?}");
    assert_eq!(place.prints(), 2, "what is behind it is no PDF");

    let place = self::place(1);
    place.misbehave(answer("<html><p>whole</p></html>").on(PRINT));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    let label = outcomes[0].label.clone().unwrap();
    assert_eq!(
        fs::read_to_string(&label).unwrap(),
        "<html><p>whole</p></html>"
    );
    assert_eq!(label.extension().unwrap(), "html");
}

#[test]
fn one_package_without_a_label_does_not_cost_the_others_theirs() {
    let place = place(12);
    let ids = place.ids();
    let packed = packages(&place.pack(&ids));
    let order: u64 = ids[7].parse().unwrap();
    place
        .sandbox
        .act(0, &Act::on(Deed::Cancel, &[order]))
        .unwrap();
    let targets = packed.iter().cloned().map(LabelTarget::Package).collect();
    let (outcomes, _) = place.labels(targets, LabelOptions::default());
    for (outcome, package) in outcomes.iter().zip(&packed) {
        assert_eq!(outcome.package_id.as_ref(), Some(package));
        if *package == packed[7] {
            assert_eq!(
                (outcome.state, outcome.code.as_deref()),
                (State::Refused, Some("700040"))
            );
        } else {
            assert_eq!(outcome.state, State::Done);
        }
    }
    let pages: Vec<String> = place
        .files()
        .iter()
        .flat_map(|file| place.pages(file))
        .collect();
    let kept: Vec<String> = packed
        .into_iter()
        .enumerate()
        .filter(|one| one.0 != 7)
        .map(|one| one.1)
        .collect();
    assert_eq!(pages, kept);
    // By the order, the item itself says so.
    let (outcomes, _) = place.labels(orders(&ids[7..8]), LabelOptions::default());
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.state == State::Canceled)
    );
}

#[test]
fn a_canceled_wait_ends_the_job_and_tells_every_item() {
    let world = World {
        // One file.
        orders: 15,
        special_orders: false,
        ..World::default()
    };
    let place = made(world, "store", Some(2));
    let ids = place.ids();
    place.pack(&ids);
    place.misbehave(Misbehavior::Label(LabelFault::EmptyFor { seconds: 1000 }));
    let (outcomes, summary) = place.labels(orders(&ids), LabelOptions::default());
    assert!(summary.canceled);
    assert_eq!(count(&summary, "stopped_before"), outcomes.len() as u64);
    assert_eq!(place.waits(), [1, 2]);
    let mut told: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    told.dedup();
    assert_eq!(told, ids);
}

#[test]
fn a_dead_token_ends_the_job_after_the_outcomes() {
    let place = place(170);
    let ids = place.ids();
    place.pack(&ids);
    place.misbehave(Misbehavior::ExpireToken.on(PRINT));
    let options = PrintOptions {
        folder: place.path().to_owned(),
        labels: LabelOptions::default(),
    };
    let job = place
        .client
        .fulfillment()
        .labels(orders(&ids), options)
        .unwrap();
    let mut events: Vec<_> = job.collect();
    let error = events.pop().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    let done = events.pop().unwrap().unwrap();
    assert_eq!(done.name(), "done");
    let outcomes = events
        .iter()
        .filter(|event| event.as_ref().unwrap().name() == "outcome");
    assert!(outcomes.count() >= 170);
    // Eight of nine files were asked for side by side.
    assert_eq!(place.prints(), 8);
}
