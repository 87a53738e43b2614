//! The schedule that breaks a walk without the rule, for each rule of the walk.

use super::gateway::{
    Bounds, Gateway, Habits, Outcome, START, TieOrder, Total, assert_sound, pull,
};
use crate::jobs::pull::version::{Line, Version};
use crate::jobs::pull::walk::{Shape, Trouble, Walk};

const REAL: Shape = Shape {
    page: 100,
    ceiling: 4500,
};

fn bulk(counts: &[(i64, usize)]) -> Vec<i64> {
    let seconds = counts.iter();
    seconds
        .flat_map(|(second, count)| std::iter::repeat_n(START + second, *count))
        .collect()
}

fn quiet(habits: Habits, seconds: &[i64], shape: Shape) -> (Gateway, Outcome) {
    let mut gateway = Gateway::new(habits, 7, seconds);
    let outcome = pull(&mut gateway, shape, START, 2000);
    assert_sound(&gateway, &outcome, START, "quiet");
    (gateway, outcome)
}

#[test]
fn bulk_changes_of_every_awkward_size_are_read_whole() {
    for count in [50, 51, 99, 100, 101, 150, 1000] {
        for neighbor in [0, 1, 50, 100] {
            for bounds in [Bounds::Inclusive, Bounds::Exclusive, Bounds::ExactExclusive] {
                let seconds = bulk(&[(10, neighbor), (11, count), (12, neighbor), (40, 3)]);
                let habits = Habits {
                    bounds,
                    ..Habits::default()
                };
                let (gateway, outcome) = quiet(habits, &seconds, REAL);
                assert_eq!(outcome.delivered.len(), seconds.len());
                assert!(
                    gateway.requests < 50,
                    "{count} {neighbor} {}",
                    gateway.requests
                );
            }
        }
    }
}

#[test]
fn a_short_list_takes_the_fewest_calls() {
    let seconds: Vec<i64> = (0..137).map(|index| START + index * 60).collect();
    let (gateway, outcome) = quiet(Habits::default(), &seconds, REAL);
    assert_eq!((gateway.requests, outcome.delivered.len()), (2, 137));
    let (gateway, _) = quiet(Habits::default(), &[], REAL);
    assert_eq!(gateway.requests, 1);
}

#[test]
fn p2_and_p3_rows_beyond_the_settled_bound_are_asked_for_and_not_delivered() {
    let seconds = bulk(&[(0, 3), (1, 2)]);
    let mut gateway = Gateway::new(Habits::default(), 1, &seconds);
    gateway.now = (START + 3) * 1000 - 800;
    let outcome = pull(&mut gateway, REAL, START, 9);
    assert_eq!(outcome.to, START);
    assert_eq!(outcome.delivered.len(), 3, "{outcome:?}");
}

#[test]
fn p3_both_ends_of_the_window_are_read_whole_whatever_the_bounds_mean() {
    for bounds in [
        Bounds::Inclusive,
        Bounds::Exclusive,
        Bounds::ExactInclusive,
        Bounds::ExactExclusive,
    ] {
        let habits = Habits {
            bounds,
            ..Habits::default()
        };
        // The last order is in the last second of the settled window.
        let seconds = bulk(&[(-1, 4), (0, 4), (1, 20), (2, 4)]);
        let mut gateway = Gateway::new(habits, 3, &seconds);
        gateway.now = (START + 4) * 1000;
        let outcome = pull(
            &mut gateway,
            Shape {
                page: 5,
                ceiling: 40,
            },
            START,
            60,
        );
        assert_eq!(
            (outcome.to, outcome.delivered.len()),
            (START + 2, 28),
            "{bounds:?}"
        );
    }
}

fn trouble(habits: Habits) -> Option<Trouble> {
    let seconds = bulk(&[(0, 2), (3, 3), (9, 22), (12, 5)]);
    let shape = Shape {
        page: 5,
        ceiling: 40,
    };
    pull(
        &mut Gateway::new(habits, 5, &seconds),
        shape,
        START - 9,
        200,
    )
    .trouble
}

#[test]
fn p4_a_gateway_that_ignores_sort_filter_or_offset_is_an_error() {
    let ignores_sort = Habits {
        ignores_sort: true,
        ..Habits::default()
    };
    assert_eq!(trouble(ignores_sort), Some(Trouble::OutOfOrder));
    let ignores_filter = Habits {
        ignores_filter: true,
        ..Habits::default()
    };
    assert_eq!(trouble(ignores_filter), Some(Trouble::OutOfBounds));
    let ignores_offset = Habits {
        ignores_offset: true,
        ..Habits::default()
    };
    assert_eq!(trouble(ignores_offset), Some(Trouble::OffsetIgnored));
    assert_eq!(trouble(Habits::default()), None);
}

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
    assert_eq!(outcome.unproven, []);
    assert!(gateway.requests < 20, "{}", gateway.requests);
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

#[test]
fn p9_equal_bad_rows_are_counted_each() {
    let mut gateway = Gateway::new(Habits::default(), 2, &bulk(&[(5, 23)]));
    for order in gateway.orders.iter_mut().take(2) {
        (order.id, order.bad) = (1, true);
        (order.created, order.updated) = (START * 1000 + 5000, START * 1000 + 5000);
    }
    let shape = Shape {
        page: 6,
        ceiling: 40,
    };
    let outcome = pull(&mut gateway, shape, START, 100);
    assert_eq!((outcome.bad.len(), outcome.delivered.len()), (1, 21));
    assert_eq!(outcome.unproven, []);
}

#[test]
fn p9_bad_rows_come_once_and_stop_nothing() {
    for (page, total) in [(5, Total::Right), (5, Total::Missing), (100, Total::Right)] {
        let habits = Habits {
            total,
            ..Habits::default()
        };
        let seconds = bulk(&[(0, 2), (5, 23), (7, 30), (3600, 4)]);
        let mut gateway = Gateway::new(habits, 2, &seconds);
        // The whole of a page and of a second, one at the end, one among good rows.
        for order in &mut gateway.orders {
            order.bad = order.updated / 1000 == START + 7 || [1, 5, 59].contains(&order.id);
        }
        let outcome = pull(&mut gateway, Shape { page, ceiling: 40 }, START, 400);
        assert_sound(&gateway, &outcome, START, "bad rows");
        assert_eq!(
            (outcome.bad.len(), outcome.delivered.len()),
            (33, 26),
            "{page} {total:?}"
        );
    }
}

#[test]
fn p9_a_list_without_a_single_time_is_not_walked_second_by_second() {
    let seconds: Vec<i64> = (0..90).map(|index| START + index * 1000).collect();
    let mut gateway = Gateway::new(Habits::default(), 2, &seconds);
    for order in &mut gateway.orders {
        order.bad = true;
    }
    let outcome = pull(
        &mut gateway,
        Shape {
            page: 10,
            ceiling: 100,
        },
        START,
        40,
    );
    assert_eq!((outcome.bad.len(), outcome.trouble), (90, None));
}

fn good(id: u64, second: i64, revision: u64, updated: i64) -> Line {
    Line::Good {
        id,
        second,
        version: Version {
            updated: Some(updated * 1000),
            digest: revision,
        },
    }
}

/// Feeds pages of two rows to a walk whose list never ends, and tells what is delivered of each.
fn fed(pages: &[&[Line]]) -> Vec<Vec<usize>> {
    let mut walk = Walk::new(
        Shape {
            page: 2,
            ceiling: 20,
        },
        START,
        START + 100,
    );
    let mut delivered = Vec::new();
    for page in pages {
        let ask = walk.next().unwrap();
        delivered.push(walk.feed(ask, page, Some(99)).unwrap().deliver);
    }
    delivered
}

#[test]
fn p10_a_second_change_within_one_second_is_a_version() {
    let pages = fed(&[
        &[good(1, START, 1, START), good(2, START + 1, 1, START + 1)],
        &[good(1, START, 2, START), good(2, START + 1, 1, START + 1)],
    ]);
    assert_eq!(pages, [vec![0, 1], vec![0]]);
}

#[test]
fn p10_an_old_copy_is_dropped_and_one_of_the_same_second_is_put_right() {
    let pages = fed(&[
        &[
            good(1, START, 2, START + 9),
            good(2, START + 1, 5, START + 1),
        ],
        // Older by its time: dropped. Of the same second: nobody can tell, so it comes.
        &[
            good(1, START, 1, START + 8),
            good(2, START + 1, 4, START + 1),
        ],
        // The version that was last is not the one delivered before it, so that one comes again.
        &[
            good(1, START, 2, START + 9),
            good(2, START + 1, 5, START + 1),
        ],
    ]);
    assert_eq!(pages, [vec![0, 1], vec![1], vec![1]]);
}

#[test]
fn p14_a_late_row_of_the_edge_is_delivered() {
    let pages = fed(&[
        &[good(1, START, 1, START), good(2, START + 5, 1, START + 5)],
        &[
            good(3, START + 4, 1, START + 4),
            good(2, START + 5, 1, START + 5),
        ],
    ]);
    assert_eq!(pages, [vec![0, 1], vec![0]]);
}
