//! Items that are not for the job, each with its reason, and those that take another way.

use super::*;

const OWN_FLEET: &str =
    "done: no label: the seller's own fleet delivers it, and Lazada issues none";

/// Two hundred orders with one of each kind that cannot simply be packed.
fn with_special_orders(config_of: impl FnOnce(World) -> World) -> Sandbox {
    Sandbox::start(config_of(World {
        orders: 200,
        ..World::default()
    }))
    .unwrap()
}

#[test]
fn each_item_that_is_left_out_tells_why() {
    let sandbox = with_special_orders(|world| world);
    let client = Client::new(config(&sandbox, 0).clock(Skipping::new())).unwrap();
    let ids = order_ids(&sandbox, &client);
    let folder = tempfile::tempdir().unwrap();
    let options = FulfillmentOptions {
        labels: Some(folder.path().to_owned()),
        ..until(Until::ReadyToShip)
    };
    let (outcomes, _) = run(&client, &ids, options);
    assert_complete(&sandbox, &client, &ids, &outcomes);
    let mut told: BTreeMap<String, u32> = BTreeMap::new();
    for outcome in &outcomes {
        let why = outcome.code.as_deref().or(outcome.message.as_deref());
        let told = told.entry(format!("{}: {}", outcome.state.as_str(), why.unwrap_or("")));
        *told.or_default() += 1;
    }
    let told: Vec<(&str, u32)> = told
        .iter()
        .map(|(why, count)| (why.as_str(), *count))
        .collect();
    assert_eq!(
        told,
        [
            ("canceled: the item is canceled", 1),
            ("done: ", 478),
            ("done: already on its way", 5),
            (OWN_FLEET, 4),
            ("left_out: a cancellation is pending", 1),
            ("left_out: digital goods are not packed", 2),
            ("left_out: fulfilled by Lazada", 4),
            ("left_out: not paid yet", 4),
            ("left_out: picked up in the store", 3),
            (
                "left_out: the buyer asks to cancel, and the seller has to answer first",
                1
            ),
            (
                "packed_elsewhere: packed in FP000000000000001 by someone else; adopt takes it over",
                2
            ),
            ("refused: 1003", 1),
            ("refused: 700031", 1),
        ]
    );
    // No other item was written to.
    let packed = packed(&sandbox, 0);
    for outcome in &outcomes {
        let packs = packed.get(outcome.order_item_id.as_ref().unwrap());
        let here = outcome.state == State::Done && outcome.origin == Some(Origin::Answer);
        assert_eq!(
            packs.copied().unwrap_or_default(),
            u64::from(here),
            "{outcome:?}"
        );
    }
}

#[test]
fn a_carrier_is_named_where_the_seller_has_to_choose_one_and_nowhere_else() {
    let sandbox = with_special_orders(|world| World {
        cross_border_stores: vec![0],
        ..world
    });
    let client = Client::new(config(&sandbox, 0).clock(Skipping::new())).unwrap();
    let ids = order_ids(&sandbox, &client);
    let (outcomes, _) = run(&client, &ids, until(Until::Packed));
    let done = items_in(&outcomes, State::Done);
    let own_fleet = |outcome: &&&Outcome| outcome.origin == Some(Origin::Answer);
    assert_eq!(
        done.iter().filter(own_fleet).count(),
        4,
        "those of the seller's own fleet"
    );
    let left: Vec<&str> = items_in(&outcomes, State::LeftOut)
        .iter()
        .filter_map(|outcome| outcome.message.as_deref())
        .filter(|message| message.starts_with("a carrier has to be chosen"))
        .collect();
    assert_eq!(left.len(), 480, "{left:?}");
    let choices = "provider = SBX-EXPRESS (Sandbox Express), SBX-ECONOMY (Sandbox Economy)";
    assert!(left[0].ends_with(choices), "{}", left[0]);
    let options = FulfillmentOptions {
        provider: Some("SBX-ECONOMY".to_owned()),
        ..until(Until::Packed)
    };
    let (outcomes, _) = run(&client, &ids, options);
    let carried =
        |outcome: &&&Outcome| outcome.shipment_provider.as_deref() == Some("Sandbox Economy");
    let done = items_in(&outcomes, State::Done);
    assert_eq!(done.iter().filter(carried).count(), 478);
    assert_eq!(items_in(&outcomes, State::Refused).len(), 2);
}

#[test]
fn an_order_that_no_answer_tells_of_has_an_outcome() {
    let sandbox = sandbox(5);
    let client = Client::new(config(&sandbox, 0).clock(Skipping::new())).unwrap();
    let ids = order_ids(&sandbox, &client);
    // It is asked for alone, and twice.
    sandbox.misbehave(Misbehavior::OmitRow.on("/orders/items/get").times(3));
    let (outcomes, summary) = run(&client, &ids, until(Until::Packed));
    assert_eq!(calls(&sandbox, "/orders/items/get"), 3);
    let unanswered = items_in(&outcomes, State::Unanswered);
    assert_eq!(unanswered.len(), 1);
    assert_eq!(unanswered[0].order_id, ids[0]);
    assert_eq!(items_in(&outcomes, State::Done).len(), outcomes.len() - 1);
    assert!(summary.counts.contains(&("unanswered", 1)));
}
