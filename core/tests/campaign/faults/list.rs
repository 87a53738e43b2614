//! A list that is not as documented, and one that moves.

use std::collections::HashMap;

use lazcore::jobs::PullOptions;
use lazcore::{Client, ErrorKind};
use lazcore_sandbox::{Churn, CountTotal, Late, ListFault, Misbehavior};

use super::Expected::{self, Fails, Whole, WholeOrTold};
use super::{Came, DENSE, ORDERS, all, config, options, sandbox};
use crate::is_long;

/// Pulls by either column while the list misbehaves.
fn under(faults: &[ListFault], columns: &[bool], expected: Expected) {
    let sandbox = sandbox();
    let rest = all(&sandbox, 0);
    assert_eq!(rest.len(), ORDERS + DENSE.iter().sum::<u32>() as usize);
    for fault in faults {
        sandbox.misbehave(Misbehavior::List(fault.clone()));
    }
    let client = Client::new(config(&sandbox, 0)).unwrap();
    for by_update in columns {
        let came = Came::of(client.orders().pull(options(*by_update)).unwrap());
        came.assert(
            expected,
            &format!("{faults:?} by update: {by_update}"),
            &rest,
        );
    }
}

const BOTH: [bool; 2] = [false, true];

#[test]
fn a_list_other_than_documented_is_read_whole() {
    let whole: [&[ListFault]; 10] = [
        &[],
        &[ListFault::ExclusiveBounds],
        &[ListFault::MillisecondIndex],
        &[ListFault::MillisecondIndex, ListFault::ExclusiveBounds],
        &[ListFault::UnstableTies],
        &[ListFault::UnstableTies, ListFault::ExclusiveBounds],
        &[ListFault::CountTotal(CountTotal::Missing)],
        &[ListFault::ShortPages(37)],
        &[ListFault::ShortPages(37), ListFault::UnstableTies],
        &[ListFault::Late(Late::Seconds(8))],
    ];
    for faults in whole {
        under(faults, &BOTH, Whole);
    }
}

#[test]
fn a_wrong_total_loses_nothing_in_silence() {
    let totals = [
        CountTotal::Missing,
        CountTotal::OfPage,
        CountTotal::Off(3),
        CountTotal::Off(-3),
        CountTotal::Off(-100_000),
    ];
    // Without a proof every crowded second takes many passes.
    let (totals, columns) = if is_long() {
        (&totals[..], &BOTH[..])
    } else {
        (&totals[1..4], &BOTH[1..])
    };
    for says in totals {
        let total = ListFault::CountTotal(*says);
        under(std::slice::from_ref(&total), columns, WholeOrTold);
        if is_long() || *says == CountTotal::OfPage {
            under(&[total, ListFault::UnstableTies], columns, WholeOrTold);
        }
    }
}

/// Rows that are printed later than they are sorted by cannot be told from a list that is not sorted.
#[test]
fn times_printed_ahead_are_an_error() {
    let ahead = [ListFault::PrintedAhead(40)];
    under(
        &ahead,
        &[true],
        Fails(ErrorKind::Decode, Some("updated_at")),
    );
    // The time of creation is printed as it is.
    let sandbox = sandbox();
    let count = all(&sandbox, 0).len();
    sandbox.misbehave(Misbehavior::List(ahead[0].clone()));
    assert_eq!(all(&sandbox, 0).len(), count);
}

#[test]
fn an_ignored_parameter_is_noticed_where_it_matters() {
    let ignored = |name: &str| [ListFault::IgnoredParameter(name.to_owned())];
    let decode = |field| Fails(ErrorKind::Decode, Some(field));
    under(&ignored("offset"), &BOTH, decode("offset"));
    // Sorted by creation without it, newest first.
    under(&ignored("sort_by"), &[true], decode("updated_at"));
    under(&ignored("sort_direction"), &[false], decode("created_at"));
    under(&ignored("sort_direction"), &[true], decode("updated_at"));
    // Ten rows a page then.
    under(&ignored("limit"), &BOTH, Whole);
    under(&ignored("created_after"), &[false], decode("created_at"));
    under(&ignored("update_after"), &[true], decode("updated_at"));
    // Nothing lies beyond an open window, but a crowded second is read alone.
    under(&ignored("created_before"), &[false], decode("created_at"));
    under(&ignored("update_before"), &[true], decode("updated_at"));
}

#[test]
fn an_ignored_upper_bound_is_noticed_once_rows_lie_beyond_it() {
    let sandbox = sandbox();
    sandbox.insert_orders(0, 5, None).unwrap();
    for (name, by_update) in [("created_before", false), ("update_before", true)] {
        sandbox.behave();
        sandbox.misbehave(Misbehavior::List(ListFault::IgnoredParameter(
            name.to_owned(),
        )));
        let before = Some("2026-10-20T00:00:00+08:00".to_owned());
        let options = PullOptions {
            created_before: before.clone().filter(|_| !by_update),
            update_before: before.filter(|_| by_update),
            ..options(by_update)
        };
        let client = Client::new(config(&sandbox, 0)).unwrap();
        let came = Came::of(client.orders().pull(options).unwrap());
        let key = if by_update {
            "updated_at"
        } else {
            "created_at"
        };
        came.assert(Fails(ErrorKind::Decode, Some(key)), name, &HashMap::new());
    }
}

#[test]
fn orders_that_change_and_come_between_pages_are_found_by_the_next_pull_at_the_latest() {
    for late in [None, Some(Late::Seconds(3)), Some(Late::Reads(2))] {
        let sandbox = sandbox();
        if let Some(late) = late {
            sandbox.misbehave(Misbehavior::List(ListFault::Late(late)));
        }
        let churn = |updates, inserts| {
            Misbehavior::Churn(Churn {
                updates,
                inserts,
                time: None,
            })
        };
        sandbox.misbehave(churn(9, 2));
        sandbox.misbehave(churn(150, 0).after(4).times(1));
        let client = Client::new(config(&sandbox, 0)).unwrap();
        let first = Came::of(client.orders().pull(options(true)).unwrap());
        sandbox.behave();
        sandbox.advance_clock(15);
        let next = PullOptions {
            cursor: first.cursor.clone(),
            ..options(true)
        };
        let mut both = Came::of(client.orders().pull(next).unwrap());
        both.rows.splice(0..0, first.rows);
        both.assert(Whole, &format!("{late:?}"), &all(&sandbox, 0));
    }
}
