//! Whose package it is, and who is in it.

use super::super::Until;
use super::bench::{Bench, TWO_ORDERS, states};
use super::world::Deviation as D;
use crate::jobs::{Event, Origin, State, Target};

// Calls of a run: 0 read, 1 provider, 2 pack, 3 ready.
const PACK: usize = 2;

#[test]
fn f9_another_package_than_the_journals_stops_the_row() {
    let mut bench = Bench::new(TWO_ORDERS);
    bench.options.until = Until::Packed;
    bench.run();
    bench.world().set(1, "packed", Some("FP9999".to_owned()));
    bench.options.until = Until::ReadyToShip;
    let outcomes = bench.run();
    assert_eq!(states(&outcomes), [State::PackageChanged, State::Done]);
    assert!(!bench.world().couriers.contains_key("FP9999"));
}

/// What becomes of the first item of a package, with how many announcements and which message, when the job is told of
/// these of its items while the second one has this status.
fn announced(told: &[&str], status: &'static str) -> (State, usize, String) {
    let mut bench = Bench::new(&[&[1, 2]]);
    bench.options.adopt = true;
    for (id, status) in [(1, "packed"), (2, status)] {
        bench.world().set(id, status, Some("FP7777".to_owned()));
    }
    let client = bench.client();
    let items = told.iter().map(|id| (*id).to_owned()).collect();
    let targets = vec![Target::items("900", items)];
    let job = client.fulfillment().run(targets, bench.options.clone());
    let mut outcomes = job.unwrap().filter_map(|event| match event.unwrap() {
        Event::Outcome(outcome) => Some(outcome),
        _ => None,
    });
    let first = outcomes.next().unwrap();
    let message = first.message.unwrap_or_default();
    (first.state, bench.calls("ready"), message)
}

#[test]
fn f9_a_package_with_items_outside_the_job_is_not_announced() {
    let done = (State::Done, 1, String::new());
    let shared = |why: &str| {
        let message = format!("FP7777 holds item 2, which is {why}");
        (State::PackageShared, 0, message)
    };
    assert_eq!(announced(&["1", "2"], "packed"), done);
    assert_eq!(announced(&["1"], "packed"), shared("not of this job"));
    // Nor is one with an item that the job leaves where it is, though that stands behind the first.
    let left = announced(&["1", "2"], "failed_delivery");
    assert_eq!(left, shared("left out"));
    // One that is canceled is in no parcel.
    assert_eq!(announced(&["1"], "canceled"), done);
}

#[test]
fn f10_what_someone_else_packed_is_left_alone_unless_adopted() {
    let mut bench = Bench::new(TWO_ORDERS);
    bench.world().set(1, "packed", Some("FP7777".to_owned()));
    let item = |bench: &Bench| {
        let mut world = bench.world();
        let item = world.items.iter_mut().find(|item| item.id == 1).unwrap();
        item.foreign.push("FP7777".to_owned());
    };
    item(&bench);
    assert_eq!(states(&bench.run()), [State::PackedElsewhere, State::Done]);
    bench.options.adopt = true;
    let outcomes = bench.run();
    assert_eq!(states(&outcomes), [State::Done; 2]);
    assert_eq!(outcomes[0].origin, Some(Origin::Adopted));
    assert_eq!(outcomes[1].origin, Some(Origin::Answer));
}

#[test]
fn f10_an_order_that_was_packed_in_two_goes_is_told_to_have_two_packages() {
    let bench = Bench::new(&[&[1, 2], &[3]]);
    bench.world().schedule = [(PACK, D::Partial)].into();
    let outcomes = bench.check("packed in part");
    assert_eq!(states(&outcomes), [State::Done; 3]);
    let packages: Vec<_> = outcomes
        .iter()
        .map(|one| one.package_id.as_deref())
        .collect();
    assert_ne!(packages[0], packages[1]);
    let told: Vec<bool> = outcomes
        .iter()
        .map(|one| {
            one.message
                .as_deref()
                .is_some_and(|text| text.contains("more than one package"))
        })
        .collect();
    assert_eq!(told, [false, true, false], "{outcomes:?}");
}

#[test]
fn f10_a_package_that_this_journal_announced_is_ours_though_someone_else_made_it() {
    let mut bench = Bench::new(&[&[1]]);
    bench.world().set(1, "packed", Some("FP7777".to_owned()));
    bench.world().schedule = [(1, D::KillLate)].into();
    bench.options.adopt = true;
    assert!(!bench.run_once().1);
    assert_eq!(bench.calls("ready"), 1);
    bench.options.adopt = false;
    assert_eq!(states(&bench.check("killed")), [State::Done]);
    assert_eq!(bench.calls("ready"), 1);
}
