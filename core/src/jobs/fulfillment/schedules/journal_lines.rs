//! What a journal remembers and for how long, and what makes it refused.

use sha2::{Digest, Sha256};

use super::super::{Package, Target, Unknown, Until};
use super::bench::{Bench, TWO_ORDERS, states};
use super::world::{Deviation as D, LAG_MS};
use crate::ErrorKind;
use crate::jobs::{Event, Job, Outcome, State};

const DAY_MS: u64 = 24 * 3_600_000;
const PACK: usize = 2;

fn packing(orders: &[&[u64]]) -> Bench {
    let mut bench = Bench::new(orders);
    bench.options.until = Until::Packed;
    bench
}

fn outcomes(job: Job) -> Vec<Outcome> {
    let told = job.filter_map(|event| match event.unwrap() {
        Event::Outcome(outcome) => Some(*outcome),
        _ => None,
    });
    told.collect()
}

/// One order alone.
fn run(bench: &Bench, order: &str) -> Vec<Outcome> {
    let client = bench.client();
    let targets = vec![Target::order(order)];
    let job = client.fulfillment().run(targets, bench.options.clone());
    outcomes(job.unwrap())
}

#[test]
fn nothing_is_added_to_a_journal_that_failed() {
    let orders: Vec<[u64; 1]> = (1..=45).map(|id| [id]).collect();
    let orders: Vec<&[u64]> = orders.iter().map(<[u64; 1]>::as_slice).collect();
    let bench = packing(&orders);
    // Three batches side by side, each with an intent and twenty rows or five.
    bench.paper.sheet.lock().unwrap().fail_append_at = Some(7);
    let failure = bench.job().filter_map(Result::err).last();
    assert_eq!(failure.unwrap().kind(), ErrorKind::Io);
    let sheet = bench.paper.sheet.lock().unwrap();
    let tried = sheet.did.iter().filter(|did| **did == "append");
    assert_eq!(tried.count(), 8);
}

#[test]
fn f4_a_row_is_remembered_for_a_month() {
    let bench = packing(TWO_ORDERS);
    assert_eq!(states(&run(&bench, "900")), [State::Done]);
    bench.world().pass(29 * DAY_MS);
    // The journal is as old as its newest line.
    assert_eq!(states(&run(&bench, "901")), [State::Done]);
    // A list that shows what was before must not have it packed again.
    bench.world().lag = 30 * DAY_MS;
    assert_eq!(states(&run(&bench, "900")), [State::Done]);
    assert_eq!(bench.calls("pack"), 2);
    // What need not be forgotten leaves the file as it is.
    let sheet = bench.paper.sheet.lock().unwrap();
    let rewritten = sheet.did.iter().filter(|did| **did == "replace");
    assert_eq!(rewritten.count(), 1, "{:?}", sheet.did);
}

#[test]
fn f4_a_row_in_doubt_is_remembered_for_ever() {
    let mut bench = packing(TWO_ORDERS);
    bench.options.unknown = Unknown::Report;
    bench.world().schedule = [(PACK, D::Never)].into();
    assert_eq!(states(&run(&bench, "900")), [State::Indeterminate]);
    bench.world().pass(40 * DAY_MS);
    assert_eq!(states(&run(&bench, "901")), [State::Done]);
    let client = bench.client();
    let job = client.fulfillment().resolve(bench.options.clone());
    let resolved = outcomes(job.unwrap());
    assert_eq!(resolved.len(), 1);
    assert_eq!(resolved[0].order_id, "900");
}

#[test]
fn f4_an_item_is_packed_as_often_as_its_package_is_dissolved_and_no_more() {
    let bench = packing(&[&[1]]);
    let packed = |package: &str, packs: usize| {
        let outcomes = bench.run();
        let name = outcomes[0].package_id.clone().unwrap_or_default();
        let seen = (outcomes[0].state, name.as_str(), bench.calls("pack"));
        assert_eq!(seen, (State::Done, package, packs), "{outcomes:?}");
    };
    let dissolved = || {
        bench.world().pass(300_000);
        bench.world().set(1, "repacked", None);
    };
    packed("FP0001", 1);
    dissolved();
    packed("FP0002", 2);
    // An old picture shows the former package.
    bench.world().lag = LAG_MS;
    packed("FP0002", 2);
    dissolved();
    bench.world().pass(LAG_MS + 5_000);
    packed("FP0003", 3);
    // One shows what was before the item was packed again.
    packed("FP0003", 3);
    // The same picture, and this time it is so.
    dissolved();
    bench.world().pass(LAG_MS + 5_000);
    packed("FP0004", 4);
    // What a job of this journal dissolves is known at once.
    bench.world().pass(300_000);
    bench.world().lag = 0;
    let client = bench.client();
    let packages = vec![Package::new("FP0004")];
    let job = client.fulfillment().repack(packages, bench.options.clone());
    assert_eq!(states(&outcomes(job.unwrap())), [State::Done]);
    let begun = bench.world().now;
    packed("FP0005", 5);
    assert!(bench.world().now - begun < 10_000);
    assert_eq!(bench.world().doubles, Vec::<String>::new());
}

/// A line with its checksum.
fn summed(body: &str) -> String {
    let sum = hex::encode(&Sha256::digest(format!("{body}}}").as_bytes())[..4]);
    format!(r#"{body},"sum":"{sum}"}}"#)
}

#[test]
fn f3_a_whole_line_that_is_not_understood_stops_wherever_it_stands() {
    let begin = |version: u8| {
        summed(&format!(
            r#"{{"line":"begin","v":{version},"account":"store","time":1"#
        ))
    };
    let wish = summed(r#"{"line":"wish","time":1"#);
    let end = summed(r#"{"line":"end","kind":"pack","row":"1","time":1"#);
    let cases = [
        (vec![begin(2)], "of another version"),
        (vec![begin(1), wish.clone()], "none that this version"),
        (vec![begin(1), wish, end.clone()], "none that this version"),
        (vec![end.clone(), end.clone()], "does not begin"),
    ];
    for (lines, problem) in cases {
        let bench = packing(&[&[1]]);
        bench.paper.sheet.lock().unwrap().lines = lines;
        let error = bench.job().next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.message().contains(problem), "{error}");
        assert_eq!(bench.world().calls.len(), 0);
    }
    let bench = packing(&[&[1]]);
    bench.paper.sheet.lock().unwrap().lines = vec![begin(1), end];
    assert_eq!(states(&bench.run()), [State::Done]);
}
