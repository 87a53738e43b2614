//! What one read means beside one attempt: to the millisecond, and for each thing that it may show.

use std::time::Duration;

use super::super::decide::{Rules, Sight, Stand, lessons, stand};
use super::super::journal::book::{Book, Told};
use super::super::journal::line::{Finding, Kind, Package, RowRef};

const RULES: Rules = Rules {
    quarantine: Duration::from_secs(120),
    adopt: false,
};
/// When the attempt was sent, and when its answer was given up.
const SENT: Duration = Duration::from_secs(50);
const GIVEN_UP: Duration = Duration::from_secs(60);

/// A book with one attempt of unknown fate.
fn attempt(kind: Kind, row: &str) -> Book {
    let mut book = Book::of_process();
    let rows = [self::row(row, "pending")];
    book.intend(kind, &rows, (SENT, 1), None, None).unwrap();
    book.gave_up_waiting(kind, row, None, GIVEN_UP);
    book
}

fn row(row: &str, status: &str) -> RowRef {
    RowRef {
        row: row.to_owned(),
        order: "900".to_owned(),
        status: status.to_owned(),
    }
}

fn seen(status: &str, package: Option<&str>, begun: Duration) -> Sight {
    Sight {
        status: status.to_owned(),
        package: Package {
            id: package.map(str::to_owned),
            ..Package::default()
        },
        begun,
    }
}

#[test]
fn f6_and_f7_the_old_status_is_believed_a_quarantine_after_the_attempt_was_given_up() {
    let book = attempt(Kind::Pack, "1");
    let end = GIVEN_UP + RULES.quarantine;
    for (begun, believed) in [(end - Duration::from_millis(1), false), (end, true)] {
        let sight = seen("pending", None, begun);
        assert_eq!(lessons(&book, "1", &sight, &RULES), []);
        let wanted = if believed {
            Stand::NotExecuted(Kind::Pack, "1".to_owned())
        } else {
            Stand::Doubt(Kind::Pack, "1".to_owned())
        };
        assert_eq!(stand(&book, "1", &sight, &RULES), wanted);
    }
}

#[test]
fn f7_each_thing_that_a_read_proves_is_believed_at_once() {
    use Finding::{Gone, ReadBack};
    let (here, there) = (Some("FP1"), Some("FP2"));
    let cases = [
        (Kind::Pack, "packed", here, Some(ReadBack)),
        (Kind::Pack, "ready_to_ship", here, Some(ReadBack)),
        (Kind::Pack, "canceled", None, Some(Gone)),
        (Kind::Pack, "returned", None, Some(Gone)),
        (Kind::Pack, "pending", None, None),
        // A package is told before its id.
        (Kind::Pack, "packed", None, None),
        (
            Kind::ReadyToShip,
            "ready_to_ship_pending",
            here,
            Some(ReadBack),
        ),
        (Kind::ReadyToShip, "shipped", here, Some(ReadBack)),
        (Kind::ReadyToShip, "packed", here, None),
        (Kind::ReadyToShip, "canceled", here, Some(Gone)),
        (Kind::Repack, "repacked", None, Some(ReadBack)),
        (Kind::Repack, "packed", here, None),
        (Kind::Repack, "shipped", here, Some(Gone)),
        (Kind::Repack, "canceled", here, Some(Gone)),
    ];
    for (kind, status, package, finding) in cases {
        let item = "1";
        let row = if kind == Kind::Pack { item } else { "FP1" };
        let mut book = attempt(kind, row);
        if kind != Kind::Pack {
            pack(&mut book, item, "FP1");
        }
        let found = lessons(&book, item, &seen(status, package, GIVEN_UP), &RULES);
        let found: Vec<_> = found.iter().map(|one| (one.kind, one.finding)).collect();
        let wanted: Vec<_> = finding.map(|finding| (kind, finding)).into_iter().collect();
        assert_eq!(found, wanted, "{kind:?} {status} {package:?}");
    }
    // Someone put the item elsewhere meanwhile, and that package was announced, not ours.
    let mut book = attempt(Kind::ReadyToShip, "FP1");
    pack(&mut book, "1", "FP1");
    let found = lessons(&book, "1", &seen("shipped", there, GIVEN_UP), &RULES);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].row.as_str(), found[0].finding), ("FP1", Gone));
    let mut book = attempt(Kind::Repack, "FP1");
    pack(&mut book, "1", "FP1");
    let found = lessons(&book, "1", &seen("packed", there, GIVEN_UP), &RULES);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].row.as_str(), found[0].finding), ("FP1", ReadBack));
}

#[test]
fn f10_the_package_from_before_an_attempt_is_not_taken_for_its_own() {
    let late = GIVEN_UP + RULES.quarantine;
    let again = |former: Option<&str>| {
        let mut book = Book::of_process();
        if let Some(former) = former {
            book.intend(Kind::Pack, &[row("1", "pending")], (SENT, 1), None, None)
                .unwrap();
            pack(&mut book, "1", former);
        }
        book.intend(Kind::Pack, &[row("1", "repacked")], (SENT, 1), None, None)
            .unwrap();
        book.gave_up_waiting(Kind::Pack, "1", None, GIVEN_UP);
        book
    };
    let found = |book: &Book, package: &str, begun: Duration| {
        let found = lessons(book, "1", &seen("packed", Some(package), begun), &RULES);
        found.first().map(|one| one.finding)
    };
    let known = again(Some("FP1"));
    assert_eq!(found(&known, "FP1", GIVEN_UP), None);
    assert_eq!(found(&known, "FP1", late), None);
    assert_eq!(found(&known, "FP2", GIVEN_UP), Some(Finding::ReadBack));
    let sight = seen("packed", Some("FP1"), GIVEN_UP);
    let doubt = Stand::Doubt(Kind::Pack, "1".to_owned());
    assert_eq!(stand(&known, "1", &sight, &RULES), doubt);
    // Someone else made the former package, and nobody here knows its name.
    let unknown = again(None);
    assert_eq!(found(&unknown, "FP1", GIVEN_UP), None);
    assert_eq!(found(&unknown, "FP1", late), Some(Finding::ReadBack));
}

#[test]
fn f8_no_row_is_announced_while_an_attempt_at_it_is_open() {
    let mut book = attempt(Kind::Pack, "1");
    let refused = book.intend(
        Kind::Pack,
        &[row("2", "pending"), row("1", "pending")],
        (SENT, 1),
        None,
        None,
    );
    assert!(refused.is_err());
    let begun = book.intend(Kind::Pack, &[row("2", "pending")], (SENT, 1), None, None);
    assert!(begun.is_ok());
}

fn pack(book: &mut Book, item: &str, package: &str) {
    let told = Told {
        package: Package {
            id: Some(package.to_owned()),
            ..Package::default()
        },
        ..Told::plain(Finding::Done)
    };
    book.know(Kind::Pack, item, told, (SENT, 1)).unwrap();
}
