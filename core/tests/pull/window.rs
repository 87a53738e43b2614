//! The window: which orders are asked for, and by whose clock it ends.

use super::*;

#[test]
fn p1_and_p2_the_window_ends_two_seconds_before_the_gateways_time() {
    // The client is a minute ahead; by its clock all four would be settled.
    let rows = ["07:59:50", "07:59:58", "07:59:59", "08:00:00"];
    let rows: Vec<String> = (1..)
        .zip(rows)
        .map(|(id, at)| row(id, &format!("2026-03-01 {at}"), "pending"))
        .collect();
    let run = run(
        since("2026-03-01T07:00:00+00:00"),
        NOON + 60,
        move |_, _| (Some(NOON_DATE), page(&rows, Some(rows.len()))),
    );
    assert_eq!(run.ids(), ["1", "2"]);
    assert_eq!(run.notices(), [""; 0]);
    assert_eq!(run.urls.len(), 1);
    // Wider than any clock is off.
    assert!(
        run.urls[0].contains("update_before=2026-03-01T10:01:00+00:00"),
        "{}",
        run.urls[0]
    );
}

#[test]
fn p2_an_upper_bound_that_is_not_settled_is_lowered() {
    let rows = [
        row(1, "2026-03-01 07:59:58", "pending"),
        row(2, "2026-03-01 07:59:59", "pending"),
    ];
    let options = PullOptions {
        update_before: Some("2026-03-01T09:00:00+00:00".to_owned()),
        ..since("2026-03-01T07:00:00+00:00")
    };
    let run = run(options, NOON, move |_, _| {
        (Some(NOON_DATE), page(&rows, Some(2)))
    });
    assert_eq!(run.ids(), ["1"], "the other second is still running");
}

#[test]
fn p1_without_a_date_the_local_clock_serves_and_that_is_said() {
    let rows = [
        row(1, "2026-03-01 07:59:58", "pending"),
        row(2, "2026-03-01 07:59:59", "pending"),
    ];
    let answer = move |_: &str, _: usize| (None, page(&rows, Some(2)));
    let open = run(since("2026-03-01T07:00:00+00:00"), NOON, answer.clone());
    assert_eq!(open.ids(), ["1"]);
    assert_eq!(open.notices(), ["local_clock"]);
    let closed = PullOptions {
        update_before: Some("2026-03-01T07:59:58+00:00".to_owned()),
        ..since("2026-03-01T07:00:00+00:00")
    };
    let closed = run(closed, NOON + 86_400, answer);
    assert_eq!(closed.notices(), [""; 0], "the clock decided nothing");
}

#[test]
fn p3_every_request_asks_a_second_wider_and_the_bound_stays() {
    let first: Vec<String> = (1..=100)
        .map(|id| row(id, &format!("2026-03-01 07:{:02}:00", id / 10), "pending"))
        .collect();
    let run = run(
        since("2026-03-01T15:00:00+08:00"),
        NOON,
        move |_, call| match call {
            1 => (Some(NOON_DATE), page(&first, Some(101))),
            _ => (
                Some("Sun, 01 Mar 2026 08:00:40 GMT"),
                page(
                    &[
                        first[99].clone(),
                        row(101, "2026-03-01 07:59:00", "pending"),
                    ],
                    Some(2),
                ),
            ),
        },
    );
    assert_eq!(run.ids().len(), 101);
    assert!(
        run.urls[0].contains("update_after=2026-03-01T06:59:59+00:00"),
        "{}",
        run.urls[0]
    );
    assert!(
        run.urls[1].contains("update_after=2026-03-01T07:09:59+00:00"),
        "{}",
        run.urls[1]
    );
    assert!(
        run.urls[1].contains("update_before=2026-03-01T07:59:59+00:00"),
        "{}",
        run.urls[1]
    );
    assert!(
        run.urls
            .iter()
            .all(|url| url.contains("sort_by=updated_at") && url.contains("sort_direction=ASC"))
    );
    assert_eq!(run.summary().counts, [("orders", 101), ("bad_rows", 0)]);
}
