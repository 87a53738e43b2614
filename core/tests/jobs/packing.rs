//! Packing: batches of 20, a verdict per item, and answers that do not come.

use lazcore::jobs::{Step, Unknown};

use super::*;

#[test]
fn orders_are_packed_by_twenty_with_a_verdict_per_item() {
    let sandbox = sandbox(45);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    let (outcomes, summary) = run(&client, &ids, until(Until::Packed));
    assert_eq!(calls(&sandbox, PACK), 3);
    assert_complete(&sandbox, &client, &ids, &outcomes);
    for outcome in &outcomes {
        assert_eq!(outcome.state, State::Done, "{outcome:?}");
        assert!(
            outcome.package_id.is_some() && outcome.tracking_number.is_some(),
            "{outcome:?}"
        );
        assert!(
            outcome
                .request_ids
                .iter()
                .any(|(step, _)| *step == Step::Pack)
        );
    }
    assert!(summary.counts.contains(&("done", outcomes.len() as u64)));
    assert!(packed(&sandbox, 0).values().all(|times| *times == 1));
    assert_eq!(packed(&sandbox, 0).len(), outcomes.len());
}

#[test]
fn an_item_that_failed_inside_a_success_is_refused_alone() {
    let sandbox = sandbox(45);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(
        Misbehavior::FailRow {
            code: "700031".to_owned(),
        }
        .on(PACK)
        .after(1),
    );
    let (outcomes, _) = run(&client, &ids, until(Until::Packed));
    assert_complete(&sandbox, &client, &ids, &outcomes);
    let refused = items_in(&outcomes, State::Refused);
    assert!(!refused.is_empty());
    let books = packed(&sandbox, 0);
    for outcome in &refused {
        assert_eq!(outcome.code.as_deref(), Some("700031"));
        // The first of a batch, whichever batch came second.
        assert_eq!(outcome.order_id, refused[0].order_id);
        assert_eq!(place_of(&ids, outcome) % 20, 0);
        assert_eq!(
            books
                .get(outcome.order_item_id.as_ref().unwrap())
                .copied()
                .unwrap_or(0),
            0
        );
    }
    assert_eq!(
        items_in(&outcomes, State::Done).len(),
        outcomes.len() - refused.len()
    );
}

#[test]
fn an_item_that_the_answer_leaves_out_is_read_back() {
    let sandbox = sandbox(8);
    let client = Client::new(config(&sandbox, 0).clock(Skipping::new())).unwrap();
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(Misbehavior::OmitRow.on(PACK));
    let (outcomes, _) = run(&client, &ids, until(Until::ReadyToShip));
    assert_complete(&sandbox, &client, &ids, &outcomes);
    assert_eq!(items_in(&outcomes, State::Done).len(), outcomes.len());
    let read_back: Vec<&Outcome> = outcomes
        .iter()
        .filter(|outcome| outcome.origin == Some(Origin::ReadBack))
        .collect();
    assert!(!read_back.is_empty());
    assert!(read_back.iter().all(|outcome| outcome.order_id == ids[0]));
    assert!(
        packed(&sandbox, 0).values().all(|times| *times == 1),
        "nothing is packed twice"
    );
    assert_eq!(calls(&sandbox, PACK), 1);
}

#[test]
fn a_pack_without_an_answer_is_sent_again_only_once_it_is_proven_to_have_come_to_nothing() {
    let cases = [
        (Misbehavior::Stall, 3),
        (Misbehavior::DropAfter, 2),
        (Misbehavior::CutAnswer, 2),
        (Misbehavior::DropBefore, 3),
    ];
    for (misbehavior, packs) in cases {
        let sandbox = Sandbox::start(World {
            orders: 24,
            special_orders: false,
            accept_repeats: true,
            ..World::default()
        })
        .unwrap();
        let config = config(&sandbox, 0)
            .response_timeout(Duration::from_millis(800))
            .clock(Skipping::new());
        let client = Client::new(config).unwrap();
        let ids = order_ids(&sandbox, &client);
        let name = format!("{misbehavior:?}");
        sandbox.misbehave(misbehavior.on(PACK));
        let (outcomes, _) = run(&client, &ids, until(Until::Packed));
        assert_complete(&sandbox, &client, &ids, &outcomes);
        assert_eq!(calls(&sandbox, PACK), packs, "{name}");
        assert_eq!(
            items_in(&outcomes, State::Done).len(),
            outcomes.len(),
            "{name}"
        );
        assert!(
            packed(&sandbox, 0).values().all(|times| *times == 1),
            "{name}"
        );
    }
}

#[test]
fn without_repeats_a_pack_that_is_not_to_be_seen_is_indeterminate() {
    let sandbox = sandbox(24);
    let client = Client::new(config(&sandbox, 0).clock(Skipping::new())).unwrap();
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(Misbehavior::DropBefore.on(PACK));
    let options = FulfillmentOptions {
        unknown: Unknown::Report,
        ..until(Until::Packed)
    };
    let (outcomes, summary) = run(&client, &ids, options);
    assert_complete(&sandbox, &client, &ids, &outcomes);
    assert_eq!(calls(&sandbox, PACK), 2);
    let batches = states_of_batches(&ids, &outcomes);
    assert_eq!(
        sorted(&batches),
        [State::Done, State::Indeterminate],
        "{batches:?}"
    );
    let in_doubt = items_in(&outcomes, State::Indeterminate)[0];
    let doubt = in_doubt.indeterminate.clone().unwrap();
    assert_eq!(doubt.kind, Step::Pack);
    assert_eq!(doubt.rows, [in_doubt.order_item_id.clone().unwrap()]);
    assert_eq!((doubt.tries.len(), doubt.package_ids.len()), (1, 0));
    assert_eq!(doubt.sightings.len(), 8);
    assert!(summary.counts.contains(&("unanswered", 0)));
}

#[test]
fn a_read_before_packing_that_fails_leaves_nothing_in_doubt() {
    let sandbox = sandbox(3);
    let client = client(&sandbox, 0);
    let ids = order_ids(&sandbox, &client);
    sandbox.misbehave(
        Misbehavior::Html502
            .on("/order/shipment/providers/get")
            .times(5),
    );
    let (outcomes, _) = run(&client, &ids, until(Until::Packed));
    assert_complete(&sandbox, &client, &ids, &outcomes);
    assert_eq!(calls(&sandbox, PACK), 0);
    for outcome in &outcomes {
        assert_ne!(
            outcome.state,
            State::Indeterminate,
            "Pack was never sent: {outcome:?}"
        );
        assert_ne!(outcome.state, State::Done);
    }
}

#[test]
fn a_wrong_order_id_does_not_sink_the_others() {
    let sandbox = sandbox(12);
    let client = client(&sandbox, 0);
    let mut ids = order_ids(&sandbox, &client);
    ids.insert(5, "999999999999999".to_owned());
    ids.push("1".to_owned());
    let (outcomes, _) = run(&client, &ids, until(Until::Packed));
    let mut orders: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    orders.dedup();
    assert_eq!(orders, ids);
    for outcome in &outcomes {
        let wrong = ["999999999999999", "1"].contains(&outcome.order_id.as_str());
        let state = if wrong { State::Refused } else { State::Done };
        assert_eq!(outcome.state, state, "{outcome:?}");
        if wrong {
            assert!(
                outcome.code.is_some() && outcome.order_item_id.is_none(),
                "{outcome:?}"
            );
        }
    }
}
