//! The schedule that breaks a walk without the rule, for each rule of the walk.

use super::gateway::{Bounds, Gateway, Habits, Outcome, START, Total, assert_sound, pull};
use crate::jobs::pull::version::{Line, Version};
use crate::jobs::pull::walk::{Shape, Trouble, Walk};

pub(super) const REAL: Shape = Shape {
    page: 100,
    ceiling: 4500,
};

pub(super) fn bulk(counts: &[(i64, usize)]) -> Vec<i64> {
    let seconds = counts.iter();
    seconds
        .flat_map(|(second, count)| std::iter::repeat_n(START + second, *count))
        .collect()
}

pub(super) fn quiet(habits: Habits, seconds: &[i64], shape: Shape) -> (Gateway, Outcome) {
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
    assert_eq!(outcome.unproven, [0_i64; 0]);
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

pub(super) fn good(id: u64, second: i64, revision: u64, updated: i64) -> Line {
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
