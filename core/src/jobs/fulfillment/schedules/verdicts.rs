//! What each answer of the platform means for a row.

use super::super::verdict::{Verdict, of_row};
use super::bench::{Bench, states};
use super::world::Deviation;
use crate::jobs::State;
use crate::protocol::{Record, json};

/// `done`, `no`, `later` or `unknown`.
fn word(row: &str) -> &'static str {
    let record = Record::from_raw(json::parse(row, 8).unwrap(), &[]).unwrap();
    match of_row(Some(&record)) {
        Verdict::Done => "done",
        Verdict::Unknown => "unknown",
        Verdict::Refused { later: true, .. } => "later",
        Verdict::Refused { later: false, .. } => "no",
    }
}

#[test]
fn a_row_is_done_refused_refused_for_now_or_unknown() {
    for (code, wanted) in [
        ("0", "done"),
        ("700026", "no"),
        ("700031", "no"),
        ("600001", "no"),
        // Another operation holds the order; no carrier could be assigned.
        ("700024", "later"),
        ("1003", "later"),
        // Not executed, by the meaning of the code.
        ("ApiCallLimit", "no"),
        ("IllegalAccessToken", "no"),
        // Busy, and codes that nobody has described.
        ("6", "unknown"),
        ("40011", "unknown"),
        ("70002", "unknown"),
        ("7100260", "unknown"),
        ("ServiceTimeout", "unknown"),
        ("SomethingNew", "unknown"),
    ] {
        let row = format!(r#"{{"item_err_code":"{code}"}}"#);
        assert_eq!(word(&row), wanted, "{code}");
    }
    assert_eq!(word("{}"), "unknown");
    assert_eq!(of_row(None), Verdict::Unknown, "the answer left it out");
}

#[test]
fn what_is_said_of_a_batch_holds_for_each_of_its_rows() {
    let outcome = |code: &'static str| {
        let bench = Bench::with(&[(2, Deviation::Whole(code))]);
        let begun = bench.world().now;
        let outcomes = bench.check(code);
        let told = states(&outcomes[..1])[0];
        assert_eq!(states(&outcomes), [told; 2]);
        let waited = bench.world().calls[bench.calls_of_first_job.get() - 1].2 - begun;
        (told, outcomes[0].code.clone(), waited > 120_000)
    };
    let refused = (State::Refused, Some("700031".to_owned()), false);
    assert_eq!(outcome("700031"), refused);
    // For now: sent again after a moment.
    assert_eq!(outcome("700024"), (State::Done, None, false));
    // Perhaps it was executed.
    assert_eq!(outcome("40011"), (State::Done, None, true));
    assert_eq!(outcome("SomethingNew"), (State::Done, None, true));
}

#[test]
fn a_refused_row_that_is_marked_so_is_tried_again() {
    for (mark, wanted) in [
        ("true", "later"),
        (r#""true""#, "later"),
        ("false", "no"),
        ("null", "no"),
    ] {
        let row = format!(r#"{{"item_err_code":"700031","retry":{mark}}}"#);
        assert_eq!(word(&row), wanted, "{mark}");
    }
    // What may have been executed is not sent again for a mark.
    let busy = r#"{"item_err_code":"40011","retry":true}"#;
    assert_eq!(word(busy), "unknown");
}
