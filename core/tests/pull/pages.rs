//! Pages that are not what was asked for, or prove too little.

use super::*;

#[test]
fn p4_a_page_out_of_order_is_asked_for_again_and_then_an_error() {
    let sorted = [
        row(1, "2026-03-01 07:00:01", "pending"),
        row(2, "2026-03-01 07:00:02", "pending"),
    ];
    let mixed = [sorted[1].clone(), sorted[0].clone()];
    let never = mixed.clone();
    let once = run(since("2026-03-01T07:00:00+00:00"), NOON, move |_, call| {
        (
            Some(NOON_DATE),
            page(if call == 1 { &mixed } else { &sorted }, Some(2)),
        )
    });
    assert_eq!(once.ids(), ["1", "2"]);
    assert_eq!(once.sleeps, [Duration::from_secs(1)]);
    let failed = run(since("2026-03-01T07:00:00+00:00"), NOON, move |_, _| {
        (Some(NOON_DATE), page(&never, Some(2)))
    });
    let error = failed.error.unwrap();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Decode, Some("updated_at"))
    );
    assert_eq!(error.request_id(), Some("r"));
    assert_eq!((failed.urls.len(), failed.events.len()), (3, 0));
}

#[test]
fn p7_a_second_that_is_too_dense_is_named_with_the_way_out() {
    // Full pages for ever, each of other orders of one second.
    let run = run(since("2026-03-01T07:00:00+00:00"), NOON, |_, call| {
        let rows: Vec<String> = (0..100)
            .map(|n| row((call * 1000 + n) as u64, "2026-03-01 07:00:00", "pending"))
            .collect();
        (Some(NOON_DATE), page(&rows, None))
    });
    let error = run.error.unwrap();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Input, Some("status"))
    );
    assert!(
        error.message().contains("2026-03-01T07:00:00+00:00"),
        "{error}"
    );
    assert!(
        run.events
            .iter()
            .any(|event| matches!(event, Event::Row(_)))
    );
}

#[test]
fn p8_what_is_unproven_is_a_notice_and_stands_in_the_summary() {
    let run = run(since("2026-03-01T07:00:00+00:00"), NOON, |url, _| {
        let all = [row(1, "2026-03-01 07:00:00", "pending")];
        let first = url.contains("offset=0&") || url.ends_with("offset=0");
        let in_band = url.contains("update_after=2026-03-01T06:59:59");
        (
            Some(NOON_DATE),
            page(
                if first && in_band { &all } else { &[] },
                Some(if in_band { 3 } else { 0 }),
            ),
        )
    });
    assert_eq!(run.ids(), ["1"]);
    assert_eq!(run.notices(), ["unproven"]);
    assert_eq!(run.summary().unproven, ["2026-03-01T07:00:00+00:00"]);
    let done = run.events.last().unwrap().to_json();
    assert!(
        done.contains(r#""unproven":["2026-03-01T07:00:00+00:00"]"#),
        "{done}"
    );
}

/// Keeps the warnings of this program.
struct Warnings(Mutex<Vec<String>>);

static WARNINGS: Warnings = Warnings(Mutex::new(Vec::new()));

impl log::Log for Warnings {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() == log::Level::Warn
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.lock().unwrap().push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

#[test]
fn p8_whoever_only_iterates_finds_what_is_unproven_in_the_log() {
    log::set_logger(&WARNINGS).unwrap();
    log::set_max_level(log::LevelFilter::Warn);
    // The total counts an order of 06:30:00 that never comes.
    run(since("2026-03-01T06:30:00+00:00"), NOON, |_, _| {
        (Some(NOON_DATE), page(&[], Some(1)))
    });
    let warnings = WARNINGS.0.lock().unwrap();
    let told = warnings
        .iter()
        .filter(|text| text.contains("2026-03-01T06:30:00+00:00 could not be proven"));
    assert_eq!(told.count(), 1, "{warnings:?}");
}

#[test]
fn p9_a_row_without_a_readable_time_is_handed_over_as_it_came() {
    let rows = [
        r#"{"order_id":5,"updated_at":"soon"}"#.to_owned(),
        row(1, "2026-03-01 07:00:00", "pending"),
    ];
    let run = run(since("2026-03-01T07:00:00+00:00"), NOON, move |_, _| {
        (Some(NOON_DATE), page(&rows, Some(2)))
    });
    let bad: Vec<_> = run
        .events
        .iter()
        .filter_map(|event| match event {
            Event::BadRow(bad) => Some((bad.row.position, bad.row.json.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(bad, [(0, r#"{"order_id":5,"updated_at":"soon"}"#)]);
    assert_eq!(run.summary().counts, [("orders", 1), ("bad_rows", 1)]);
}

#[test]
fn p10_an_order_that_changes_between_two_pages_comes_again_by_its_creation() {
    let first: Vec<String> = (1..=100)
        .map(|id| row(id, &format!("2026-03-01 06:{:02}:00", id / 10), "pending"))
        .collect();
    let changed = first[99].replace(r#"["pending"]"#, r#"["packed"]"#);
    let options = PullOptions {
        created_after: Some("2026-03-01T06:00:00+00:00".to_owned()),
        ..PullOptions::default()
    };
    let run = run(options, NOON, move |_, call| match call {
        1 => (Some(NOON_DATE), page(&first, Some(101))),
        _ => (
            Some(NOON_DATE),
            page(std::slice::from_ref(&changed), Some(1)),
        ),
    });
    assert_eq!(run.ids().len(), 101, "the newer version comes later");
    assert_eq!(run.ids()[99], run.ids()[100]);
}
