//! The schedules that break a band without its proofs, its ceiling or its report.

use super::gateway::{
    Bounds, Gateway, Habits, Outcome, START, TieOrder, Total, assert_sound, pull,
};
use super::rules::{REAL, bulk, good, quiet};
use crate::jobs::pull::version::Line;
use crate::jobs::pull::walk::{Shape, Trouble, Walk};

#[test]
fn p6_a_second_of_a_page_and_a_neighbor_does_not_loop() {
    for seconds in [
        bulk(&[(0, 1), (1, 100), (9, 1)]),
        bulk(&[(0, 60), (1, 60), (2, 60)]),
    ] {
        let (gateway, outcome) = quiet(Habits::default(), &seconds, REAL);
        assert_eq!(outcome.delivered.len(), seconds.len());
        assert!(gateway.requests < 12, "{}", gateway.requests);
    }
}

#[test]
fn p6_without_a_total_a_band_is_proven_by_its_chain() {
    let habits = Habits {
        total: Total::Missing,
        ..Habits::default()
    };
    let seconds = bulk(&[(5, 430), (9, 2)]);
    let (gateway, outcome) = quiet(habits, &seconds, REAL);
    assert_eq!(outcome.unproven, [0_i64; 0]);
    assert!(gateway.requests < 20, "{}", gateway.requests);
}

#[test]
fn p6_two_pages_of_a_band_have_ten_rows_in_common() {
    let mut gateway = Gateway::new(Habits::default(), 3, &bulk(&[(5, 430)]));
    let mut walk = Walk::new(REAL, START, START + 9);
    let mut offsets = Vec::new();
    while let Some(ask) = walk.next() {
        offsets.push(ask.offset);
        let (lines, total) = gateway.answer(ask, REAL);
        walk.feed(ask, &lines, total).unwrap();
    }
    // One page from the edge, one that brings it no further, then the band.
    assert_eq!(offsets[..7], [0, 0, 0, 90, 180, 270, 360], "{offsets:?}");
}

/// Rows leave before every page that would show one certain row as its first new one.
#[test]
fn p6_rows_that_leave_between_two_pages_break_the_chain() {
    const HIDDEN: u64 = 500;
    let shape = Shape {
        page: 6,
        ceiling: 400,
    };
    let mut list: Vec<u64> = (0..60).chain([HIDDEN]).chain(100..130).collect();
    let mut walk = Walk::new(shape, START, START + 9);
    let (mut found, mut unproven) = (false, false);
    while let Some(ask) = walk.next() {
        let offset = ask.offset as usize;
        let place = list.iter().position(|id| *id == HIDDEN).unwrap();
        if offset > 0 && (offset..offset + 6).contains(&place) && place > 8 {
            list.drain(..=place - offset);
        }
        let is_there = (ask.after..=ask.before).contains(&START) && ask.after < START;
        let rows: Vec<Line> = list
            .iter()
            .filter(|_| is_there)
            .skip(offset)
            .take(6)
            .map(|id| good(*id, START, *id, START))
            .collect();
        let fed = walk.feed(ask, &rows, None).unwrap();
        found |= fed
            .deliver
            .iter()
            .any(|index| rows[*index] == good(HIDDEN, START, HIDDEN, START));
        unproven |= fed.unproven.is_some();
    }
    assert!(found || unproven);
}

#[test]
fn p6_a_gap_is_closed_by_going_back_within_the_pass() {
    let shape = Shape {
        page: 6,
        ceiling: 400,
    };
    let mut list: Vec<u64> = (0..40).collect();
    let mut walk = Walk::new(shape, START, START + 9);
    let (mut requests, mut rows_found) = (0, 0);
    while let Some(ask) = walk.next() {
        requests += 1;
        // Once, and by more rows than two pages have in common.
        if ask.offset == 12 && list.len() == 40 {
            list.drain(..4);
        }
        let is_there = ask.after < START && START < ask.before;
        let rows: Vec<Line> = list
            .iter()
            .filter(|_| is_there)
            .skip(ask.offset as usize)
            .take(6)
            .map(|id| good(*id, START, *id, START))
            .collect();
        rows_found += walk.feed(ask, &rows, None).unwrap().deliver.len();
    }
    assert_eq!(rows_found, 40);
    assert!(requests <= 22, "{requests}");
}

#[test]
fn p6_ties_that_vary_prove_nothing_by_their_chain() {
    let is_silent = |seed: &u64| {
        let habits = Habits {
            total: Total::Missing,
            ties: TieOrder::Random,
            // Elsewhere the second is read twice, as the edge and as the one before it.
            bounds: Bounds::Exclusive,
            ..Habits::default()
        };
        let rows = 5 + (seed % 4) as usize;
        let mut gateway = Gateway::new(habits, *seed, &bulk(&[(5, rows)]));
        let shape = Shape {
            page: 4,
            ceiling: 40,
        };
        let outcome = pull(&mut gateway, shape, START, 2000);
        outcome.unproven.is_empty() && outcome.delivered.len() < rows
    };
    assert_eq!((0..2000).filter(is_silent).count(), 0);
}

/// Two copies of a list differ in the place of one row. From the second page on, of the first pass or of all, the
/// copy answers that has the row on the first page; the first page comes from the one that has it on the last.
/// Tells whether the row was found, and whether something was called unproven.
fn two_copies(total: Option<u64>, all_passes: bool) -> (bool, bool) {
    let row = good(500, START, 500, START);
    let others: Vec<Line> = (0..20).map(|id| good(id, START, id, START)).collect();
    let late = [&others[..], &[row]].concat();
    let early = [&[row], &others[..]].concat();
    let shape = Shape {
        page: 6,
        ceiling: 400,
    };
    let mut walk = Walk::new(shape, START, START + 9);
    let (mut found, mut unproven, mut passes) = (false, false, 0);
    while let Some(ask) = walk.next() {
        let is_there = ask.after < START && START < ask.before;
        passes += usize::from(ask.offset == 0);
        // The page from the edge, then the first pass.
        let turned = ask.offset > 0 && (all_passes || passes == 2);
        let list = if turned { &early } else { &late };
        let rows: Vec<Line> = list
            .iter()
            .filter(|_| is_there)
            .skip(ask.offset as usize)
            .take(6)
            .copied()
            .collect();
        let total = total.map(|total| if is_there { total } else { 0 });
        let fed = walk.feed(ask, &rows, total).unwrap();
        found |= fed.deliver.iter().any(|index| rows[*index] == row);
        unproven |= fed.unproven.is_some();
    }
    (found, unproven)
}

#[test]
fn p6_a_chain_that_brought_something_new_is_no_proof() {
    assert_eq!(two_copies(None, false), (true, false));
}

#[test]
fn p6_a_chain_is_no_proof_against_a_total_that_stood_still() {
    assert_eq!(two_copies(Some(21), true), (false, true));
}

/// What no client can tell: these answers are, page by page, those of a list that never had the row.
#[test]
fn p6_copies_that_hide_a_row_from_every_page_answer_as_if_there_were_none() {
    assert_eq!(two_copies(None, true), (false, false));
}

#[test]
fn p7_the_ceiling_is_passed_from_the_other_end_and_never_beyond_it() {
    let seconds = bulk(&[(4, 3), (5, 6000), (6, 7)]);
    for total in [Total::Right, Total::Missing] {
        let habits = Habits {
            total,
            ..Habits::default()
        };
        let (gateway, outcome) = quiet(habits, &seconds, REAL);
        assert_eq!(outcome.delivered.len(), 6010);
        assert_eq!((outcome.trouble, outcome.unproven.len()), (None, 0));
        assert!(gateway.largest_offset > 4400);
    }
}

#[test]
fn p7_a_second_beyond_both_ends_is_an_error_that_names_it() {
    let seconds = bulk(&[(5, 9400)]);
    for total in [Total::Right, Total::Missing] {
        let habits = Habits {
            total,
            ..Habits::default()
        };
        let (_, outcome) = quiet(habits, &seconds, REAL);
        assert_eq!(outcome.trouble, Some(Trouble::TooDense(START + 5)));
    }
}

/// Both ends together reach 400 rows.
const NEAR: Shape = Shape {
    page: 20,
    ceiling: 180,
};

#[test]
fn p7_crowded_neighbors_are_read_alone_where_that_brings_them_whole() {
    let crowds = [
        bulk(&[(4, 3), (5, 260), (6, 260), (7, 2)]),
        bulk(&[(5, 210), (6, 210), (7, 210)]),
    ];
    for seconds in crowds {
        let (_, outcome) = quiet(Habits::default(), &seconds, NEAR);
        assert_eq!((outcome.trouble, outcome.unproven.len()), (None, 0));
        assert_eq!(outcome.delivered.len(), seconds.len());
        // Alone anyway.
        let habits = Habits {
            bounds: Bounds::Exclusive,
            ..Habits::default()
        };
        let (_, outcome) = quiet(habits, &seconds, NEAR);
        assert_eq!(outcome.delivered.len(), seconds.len());
    }
}

/// Neighbors of which some orders changed at the very second, in a list with milliseconds.
fn crowded_with_milliseconds(bounds: Bounds) -> Outcome {
    let seconds = bulk(&[(5, 260), (6, 260), (7, 3)]);
    let habits = Habits {
        bounds,
        ..Habits::default()
    };
    let mut gateway = Gateway::new(habits, 7, &seconds);
    for order in gateway.orders.iter_mut().step_by(4) {
        order.updated = order.updated.div_euclid(1000) * 1000;
    }
    let outcome = pull(&mut gateway, NEAR, START, 2000);
    assert_sound(&gateway, &outcome, START, "milliseconds");
    outcome
}

#[test]
fn p7_crowded_neighbors_are_read_in_pairs_where_bounds_know_milliseconds() {
    let outcome = crowded_with_milliseconds(Bounds::ExactInclusive);
    assert_eq!((outcome.trouble, outcome.unproven.len()), (None, 0));
    assert_eq!(outcome.delivered.len(), 523);
}

#[test]
fn p7_a_second_read_alone_that_is_not_whole_proves_nothing() {
    let seconds = bulk(&[(5, 260), (6, 260), (7, 3)]);
    // Between two requests lie those of the very second.
    let outcome = crowded_with_milliseconds(Bounds::ExactExclusive);
    assert_eq!(outcome.trouble, Some(Trouble::TooDense(START + 6)));
    // A list that changes meanwhile is no proof either.
    let restless = Habits {
        churn: 0.1,
        ..Habits::default()
    };
    let outcome = pull(&mut Gateway::new(restless, 7, &seconds), NEAR, START, 2000);
    assert_eq!(outcome.trouble, Some(Trouble::TooDense(START + 5)));
}

/// Exclusive bounds would bring nothing of it, or be refused.
#[test]
fn p7_no_second_is_asked_for_alone_while_bounds_look_exclusive() {
    let habits = Habits {
        bounds: Bounds::Exclusive,
        ..Habits::default()
    };
    let mut gateway = Gateway::new(habits, 7, &bulk(&[(5, 420), (6, 3)]));
    let mut walk = Walk::new(NEAR, START, START + 9);
    let trouble = loop {
        let ask = walk.next().unwrap();
        assert!(ask.after < ask.before, "{ask:?}");
        let (lines, total) = gateway.answer(ask, NEAR);
        if let Err(trouble) = walk.feed(ask, &lines, total) {
            break trouble;
        }
    };
    assert_eq!(trouble, Trouble::TooDense(START + 5));
}

/// They have no second to be read alone by, and the window may be as long as it likes.
#[test]
fn p7_a_crowd_of_bad_rows_is_an_error_and_not_read_second_by_second() {
    // The good ones behind them are of the second after the window, by which bounds are seen to be inclusive.
    let seconds = bulk(&[(5, 260), (900, 260), (905, 5)]);
    let mut gateway = Gateway::new(Habits::default(), 7, &seconds);
    gateway.now = (START + 907) * 1000 - 500;
    for order in &mut gateway.orders {
        order.bad = order.updated / 1000 < START + 905;
    }
    let outcome = pull(&mut gateway, NEAR, START, 2000);
    assert_eq!(outcome.to, START + 904);
    assert_eq!(outcome.trouble, Some(Trouble::TooDense(START)));
    assert!(gateway.requests < 60, "{}", gateway.requests);
}

#[test]
fn p8_a_band_without_proof_is_told() {
    let habits = Habits {
        total: Total::High(1),
        ..Habits::default()
    };
    let (gateway, outcome) = quiet(habits, &bulk(&[(5, 300), (9, 1)]), REAL);
    assert_eq!(outcome.delivered.len(), 301, "what was found is delivered");
    assert!(outcome.unproven.contains(&(START + 5)), "{outcome:?}");
    assert!(gateway.requests < 400, "{}", gateway.requests);
}

#[test]
fn p8_a_total_over_an_empty_list_is_told() {
    let habits = Habits {
        total: Total::High(3),
        ..Habits::default()
    };
    let (gateway, outcome) = quiet(habits, &[], REAL);
    assert_eq!(outcome.unproven, [START]);
    assert_eq!(gateway.requests, 3, "asked for again first");
}

#[test]
fn p8_passes_go_on_while_ties_vary_and_rows_are_missing() {
    let unproven = |seed: &u64| {
        let habits = Habits {
            ties: TieOrder::Random,
            ..Habits::default()
        };
        let mut gateway = Gateway::new(habits, *seed, &bulk(&[(5, 20)]));
        let shape = Shape {
            page: 6,
            ceiling: 40,
        };
        !pull(&mut gateway, shape, START, 2000).unproven.is_empty()
    };
    let unproven = (0..400).filter(unproven).count();
    assert_eq!(unproven, 0);
}

/// A list that shows one row more each time it is read.
#[test]
fn p8_passes_go_on_while_they_bring_new_rows() {
    let shape = Shape {
        page: 6,
        ceiling: 400,
    };
    let mut walk = Walk::new(shape, START, START + 9);
    let (mut found, mut unproven, mut passes) = (0, false, 0);
    while let Some(ask) = walk.next() {
        passes += u64::from(ask.offset == 0);
        let is_there = ask.after < START && START < ask.before;
        let rows: Vec<Line> = (0..12 + passes.min(14))
            .filter(|_| is_there)
            .skip(ask.offset as usize)
            .take(6)
            .map(|id| good(id, START, id, START))
            .collect();
        let fed = walk.feed(ask, &rows, None).unwrap();
        found += fed.deliver.len();
        unproven |= fed.unproven.is_some();
    }
    assert_eq!((found, unproven), (26, false));
}

/// After the second itself, the band of the next one holds the same rows: none is new, and still they are to be counted.
#[test]
fn p8_passes_go_on_while_they_bring_the_count_nearer() {
    let told = |seed: &u64| {
        let habits = Habits {
            ties: TieOrder::Random,
            ..Habits::default()
        };
        let mut gateway = Gateway::new(habits, *seed, &bulk(&[(5, 380)]));
        let outcome = pull(&mut gateway, NEAR, START, 4000);
        assert_sound(&gateway, &outcome, START, &format!("seed {seed}"));
        !outcome.unproven.is_empty() || outcome.trouble.is_some()
    };
    let told = (0..20).filter(told).count();
    assert_eq!(told, 0);
}
