//! Packages alone: announced, or dissolved.

use super::super::{FulfillmentOptions, Package};
use super::bench::{Bench, TWO_ORDERS, states};
use super::world::{Call, Deviation as D, OF_READS, OF_WRITES};
use crate::jobs::{Event, Outcome, State};

/// Two packages of someone else's making, in two orders.
fn packed(schedule: &[(usize, D)]) -> Bench {
    let bench = Bench::new(TWO_ORDERS);
    let mut world = bench.world();
    for (id, package) in [(1, "FP7001"), (2, "FP7002")] {
        world.set(id, "packed", Some(package.to_owned()));
    }
    world.pass(60_000);
    world.schedule = schedule.iter().copied().collect();
    drop(world);
    bench
}

fn packages(orders: bool) -> Vec<Package> {
    if orders {
        return vec![
            Package::of_order("FP7001", "900"),
            Package::of_order("FP7002", "901"),
        ];
    }
    vec![Package::new("FP7001"), Package::new("FP7002")]
}

/// Runs until a job is not killed.
fn run(bench: &Bench, dissolve: bool, orders: bool) -> Vec<Outcome> {
    loop {
        let client = bench.client();
        let jobs = client.fulfillment();
        let (packages, options) = (packages(orders), bench.options.clone());
        let mut job = if dissolve {
            jobs.repack(packages, options).unwrap()
        } else {
            jobs.ready_to_ship(packages, options).unwrap()
        };
        let mut outcomes = Vec::new();
        loop {
            let event = job.next();
            if std::mem::take(&mut bench.world().killed) {
                bench.paper.kill();
                break;
            }
            match event {
                Some(Ok(Event::Outcome(outcome))) => outcomes.push(*outcome),
                Some(event) => drop(event.unwrap()),
                None => return outcomes,
            }
        }
    }
}

#[test]
fn packages_are_announced_or_dissolved_once_in_any_schedule_of_one_deviation() {
    for dissolve in [false, true] {
        let plain = packed(&[]);
        assert_eq!(states(&run(&plain, dissolve, true)), [State::Done; 2]);
        for (at, call) in plain.call_kinds().into_iter().enumerate() {
            let kinds = match call {
                Call::Read => OF_READS,
                _ => OF_WRITES,
            };
            for deviation in kinds {
                let bench = packed(&[(at, *deviation)]);
                let outcomes = run(&bench, dissolve, true);
                let name = format!("{dissolve} {at} {deviation:?}: {outcomes:?}");
                let wanted = if *deviation == D::Refused {
                    [State::Refused, State::Done]
                } else {
                    [State::Done; 2]
                };
                assert_eq!(states(&outcomes), wanted, "{name}");
                let again = run(&bench, dissolve, true);
                assert_eq!(again.len(), 2, "{name}");
                let world = bench.world();
                assert_eq!(world.doubles, Vec::<String>::new(), "{name}");
                for item in &world.items {
                    let status = if dissolve {
                        "repacked"
                    } else {
                        "ready_to_ship"
                    };
                    assert_eq!(item.status(), status, "{name}");
                }
            }
        }
    }
}

#[test]
fn a_package_that_cannot_be_read_back_is_sent_once_and_stays_in_doubt() {
    let bench = packed(&[]);
    let outcomes = run(&bench, false, false);
    assert_eq!(states(&outcomes), [State::Done; 2]);
    assert_eq!((bench.calls("ready"), bench.calls("read")), (1, 0));
    let bench = packed(&[(0, D::Lost)]);
    let begun = bench.world().now;
    let outcomes = run(&bench, false, false);
    assert_eq!(states(&outcomes), [State::Indeterminate; 2]);
    assert!(bench.world().now - begun < 10_000, "nothing is waited for");
    assert_eq!(bench.calls("ready"), 1);
}

#[test]
fn a_package_that_is_gone_or_on_its_way_is_not_written_to() {
    let bench = packed(&[]);
    bench.world().set(1, "repacked", None);
    bench.world().set(2, "shipped", Some("FP7002".to_owned()));
    let outcomes = run(&bench, false, true);
    assert_eq!(states(&outcomes), [State::PackageChanged, State::Done]);
    let outcomes = run(&bench, true, true);
    assert_eq!(states(&outcomes), [State::PackageChanged, State::LeftOut]);
    assert_eq!(bench.calls("ready") + bench.calls("repack"), 0);
}

#[test]
fn what_was_dissolved_here_is_packed_again() {
    let mut bench = Bench::new(TWO_ORDERS);
    bench.options.until = super::super::Until::Packed;
    bench.run();
    let client = bench.client();
    // The journal knows the order.
    let packages = vec![Package::new("FP0001")];
    let job = client
        .fulfillment()
        .repack(packages, bench.options.clone())
        .unwrap();
    let told = job.filter_map(|event| match event.unwrap() {
        Event::Outcome(outcome) => Some((outcome.state, outcome.order_id)),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [(State::Done, "900".to_owned())]);
    let outcomes = bench.run();
    assert_eq!(states(&outcomes), [State::Done; 2]);
    assert_eq!(outcomes[0].package_id.as_deref(), Some("FP0003"));
    assert_eq!(bench.calls("pack"), 2);
}

#[test]
fn two_jobs_of_one_client_do_not_take_the_same_order() {
    let bench = packed(&[]);
    let client = bench.client();
    let options = FulfillmentOptions::default();
    let first = client.fulfillment().repack(packages(true), options.clone());
    let mut first = first.unwrap();
    first.next().unwrap().unwrap();
    let second = client.fulfillment().ready_to_ship(packages(true), options);
    let told = |job: crate::jobs::Job| -> Vec<Outcome> {
        let outcomes = job.filter_map(|event| match event.unwrap() {
            Event::Outcome(outcome) => Some(*outcome),
            _ => None,
        });
        outcomes.collect()
    };
    assert_eq!(states(&told(second.unwrap())), [State::LeftOut; 2]);
    assert_eq!(states(&told(first)), [State::Done; 2]);
    assert_eq!((bench.calls("ready"), bench.calls("repack")), (0, 1));
}
