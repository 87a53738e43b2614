//! Going on from a cursor.

use super::*;

/// Answers as a gateway with 250 orders, one every other second, does.
fn list(url: &str, _: usize) -> Answer {
    let time = |name: &str| {
        let text = url.split(name).nth(1).unwrap().split('&').next().unwrap();
        let time = lazcore::Time::parse(&text.replace("%20", " ")).unwrap();
        time.epoch_ms().unwrap() / 1000
    };
    let within = time("update_after=")..=time("update_before=");
    let printed = |second: i64| {
        let of_day = second - (NOON - 28_800);
        format!(
            "2026-03-01 {:02}:{:02}:{:02}",
            of_day / 3600,
            of_day / 60 % 60,
            of_day % 60
        )
    };
    let rows: Vec<String> = (0..250)
        .map(|id| (id, NOON - 900 + id * 2))
        .filter(|(_, second)| within.contains(second))
        .map(|(id, second)| row(id as u64, &printed(second), "pending"))
        .collect();
    (
        Some(NOON_DATE),
        page(&rows[..rows.len().min(100)], Some(rows.len())),
    )
}

fn ids(job: &mut Job, most: usize) -> Vec<String> {
    let rows = job.filter_map(|event| match event.unwrap() {
        Event::Row(row) => row.order.id("order_id").unwrap(),
        _ => None,
    });
    rows.take(most).collect()
}

fn from_cursor(cursor: Option<String>) -> PullOptions {
    PullOptions {
        cursor,
        ..since("2026-03-01T07:00:00+00:00")
    }
}

#[test]
fn p18_a_pull_goes_on_after_any_row_from_its_cursor() {
    for kill in [0, 1, 50, 99, 100, 101, 137, 199, 249, 250] {
        let client = client("key", NOON, list);
        let mut job = client.orders().pull(from_cursor(None)).unwrap();
        assert_eq!(
            job.cursor(),
            None,
            "nothing is known before the first answer"
        );
        let mut all = ids(&mut job, kill);
        let cursor = job.cursor();
        drop(job);
        let mut rest = client.orders().pull(from_cursor(cursor)).unwrap();
        all.extend(ids(&mut rest, usize::MAX));
        assert_eq!(all.len(), 250, "killed after {kill}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 250, "killed after {kill}");
    }
}

#[test]
fn p18_a_bad_row_that_was_handed_out_does_not_come_again() {
    let mut rows: Vec<String> = (1..=60)
        .map(|id| row(id, &format!("2026-03-01 07:{:02}:00", id / 10), "pending"))
        .collect();
    rows.insert(3, r#"{"order_id":5,"updated_at":"soon"}"#.to_owned());
    let client = client("key", NOON, move |_, _| {
        (Some(NOON_DATE), page(&rows, Some(rows.len())))
    });
    for kill in [1, 3, 4, 30] {
        let (mut good, mut bad, mut cursor) = (0, 0, None);
        for most in [kill, usize::MAX] {
            let mut job = client.orders().pull(from_cursor(cursor)).unwrap();
            for event in (&mut job).take_while(|event| !matches!(event, Ok(Event::Done(_)))) {
                match event.unwrap() {
                    Event::Row(_) => good += 1,
                    Event::BadRow(_) => bad += 1,
                    _ => {}
                }
                if good + bad == most {
                    break;
                }
            }
            cursor = job.cursor();
        }
        assert_eq!((good, bad), (60, 1), "killed after {kill}");
    }
}

#[test]
fn p12_and_p13_the_next_pull_reaches_back_and_repeats_nothing() {
    let mut job = client("key", NOON, list)
        .orders()
        .pull(from_cursor(None))
        .unwrap();
    assert_eq!(ids(&mut job, usize::MAX).len(), 250);
    let cursor = job.cursor();
    let next = run(from_cursor(cursor.clone()), NOON, |url, call| {
        // Ten minutes before the end of the first window, and a second wider.
        assert!(
            call > 1 || url.contains("update_after=2026-03-01T07:49:57+00:00"),
            "{url}"
        );
        list(url, call)
    });
    assert_eq!(next.ids(), [""; 0]);
    // An order that changed, or is seen late, comes.
    let changed = run(from_cursor(cursor), NOON, |url, call| {
        let (date, body) = list(url, call);
        (
            date,
            body.replace(
                r#"{"order_id":200,"statuses":["pending"]"#,
                r#"{"order_id":200,"statuses":["packed"]"#,
            ),
        )
    });
    assert_eq!(changed.ids(), ["200"]);
}

#[test]
fn p19_a_cursor_of_another_app_filter_or_column_is_refused() {
    let first = client("key", NOON, list);
    let mut job = first.orders().pull(from_cursor(None)).unwrap();
    ids(&mut job, 3);
    let cursor = job.cursor();
    let refusal = |client: &Client, options: PullOptions| {
        let error = client.orders().pull(options).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some("cursor"))
        );
        error.message().to_owned()
    };
    let other = refusal(&client("other", NOON, list), from_cursor(cursor.clone()));
    assert!(
        other.contains("another gateway, app, account or filter"),
        "{other}"
    );
    let filtered = PullOptions {
        status: Some("packed".to_owned()),
        ..from_cursor(cursor.clone())
    };
    refusal(&first, filtered);
    let by_creation = PullOptions {
        created_after: Some("2026-03-01T07:00:00+00:00".to_owned()),
        cursor: cursor.clone(),
        ..PullOptions::default()
    };
    assert!(refusal(&first, by_creation).contains("column"));
    let elsewhere = |country: Country, account: &str| {
        let config = Config::new("key", "secret")
            .country(country)
            .access_token("token")
            .account(account);
        let options = from_cursor(cursor.clone());
        Client::new(config).unwrap().orders().pull(options)
    };
    for (country, account) in [(Country::My, first.account()), (Country::Sg, "another")] {
        let error = elsewhere(country, account).unwrap_err();
        assert!(error.message().contains("another gateway"), "{error}");
    }
    assert!(elsewhere(Country::Sg, first.account()).is_ok());
    let half = cursor
        .as_ref()
        .map(|text| text[..text.len() / 2].to_owned());
    assert!(refusal(&first, from_cursor(half)).contains("not whole"));
    let alone = PullOptions {
        cursor,
        ..PullOptions::default()
    };
    assert_eq!(
        ids(&mut first.orders().pull(alone).unwrap(), usize::MAX).len(),
        247
    );
}
