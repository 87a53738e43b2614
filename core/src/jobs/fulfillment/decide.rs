//! What a read of an item means, together with what the journal knows. Pure: no client, no clock, no file.
//!
//! Two facts rule it. A write whose answer was lost may be executed up to a while later, and a read may show the
//! state of a while ago; the two together are the quarantine. So progress is believed at once, whoever reads it, and
//! the old status only from a read that began after the quarantine.

use std::time::Duration;

use super::journal::book::{Book, RowState, Success};
use super::journal::line::{Finding, Kind, Package};
use crate::jobs::outcome::{Origin, State};

/// An item as one read showed it.
#[derive(Clone, Debug, Default)]
pub(super) struct Sight {
    pub(super) status: String,
    pub(super) package: Package,
    /// When the read began, by the clock of waits.
    pub(super) begun: Duration,
}

/// Where a status stands on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Unpaid,
    Pending,
    Repacked,
    Packed,
    Shipped,
    Canceled,
    Other,
}

pub(super) fn stage(status: &str) -> Stage {
    match status {
        "unpaid" => Stage::Unpaid,
        "pending" => Stage::Pending,
        "repacked" => Stage::Repacked,
        "packed" => Stage::Packed,
        "ready_to_ship_pending"
        | "ready_to_ship"
        | "shipped"
        | "shipping"
        | "delivered"
        | "confirmed" => Stage::Shipped,
        "canceled" => Stage::Canceled,
        _ => Stage::Other,
    }
}

/// What was settled for a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) quarantine: Duration,
    /// Packages that nobody here made are taken over.
    pub(super) adopt: bool,
}

/// What is to be done with an item.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stand {
    /// It may be packed.
    ToPack,
    /// It is in this package, which is not announced yet.
    Packed(Package, Option<Origin>),
    /// Its package is announced, or further.
    Shipped(Package, Option<Origin>),
    /// An attempt may still be under way, or not be visible yet.
    Doubt(Kind, String),
    /// The attempt is proven not to have been executed.
    NotExecuted(Kind, String),
    /// It is not for this run, or not any more.
    End(State, String),
}

/// Something a read proves about an attempt of unknown fate.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lesson {
    pub(super) kind: Kind,
    pub(super) row: String,
    pub(super) finding: Finding,
    pub(super) package: Package,
}

/// What a read proves: progress, which is believed at once.
pub(super) fn lessons(book: &Book, item: &str, sight: &Sight, rules: &Rules) -> Vec<Lesson> {
    let mut lessons = Vec::new();
    let pack = book.row(Kind::Pack, item);
    if let Some(finding) = pack.and_then(|row| pack_finding(row, sight, rules)) {
        lessons.push(Lesson {
            kind: Kind::Pack,
            row: item.to_owned(),
            finding,
            package: sight.package.clone(),
        });
    }
    let packed_in = pack.and_then(|row| row.success.as_ref()?.package.id.as_deref());
    let shown = sight.package.id.as_deref();
    // Both the package it was packed in and the one it is shown in.
    let mut packages: Vec<&str> = packed_in.into_iter().chain(shown).collect();
    packages.dedup();
    for package in packages {
        lessons.extend(package_lessons(book, package, sight));
    }
    lessons
}

/// What a read of an item proves of a package that it is in, or was.
pub(super) fn package_lessons(book: &Book, package: &str, sight: &Sight) -> Vec<Lesson> {
    let open = |kind: Kind| {
        let row = book.row(kind, package)?;
        row.open.is_some().then_some(row)
    };
    let same = sight.package.id.as_deref() == Some(package);
    let ready = open(Kind::ReadyToShip).and_then(|_| ready_finding(sight, same));
    let repack = open(Kind::Repack).and_then(|_| repack_finding(sight, same));
    let found = [(Kind::ReadyToShip, ready), (Kind::Repack, repack)];
    let lesson = |(kind, finding): (Kind, Option<Finding>)| {
        Some(Lesson {
            kind,
            row: package.to_owned(),
            finding: finding?,
            package: Package::default(),
        })
    };
    found.into_iter().filter_map(lesson).collect()
}

/// Where a package stands that is to be announced or dissolved, by what a read shows of its items, those included
/// that are not in it any more.
pub(super) fn package_stand(
    book: &Book,
    (kind, id): (Kind, &str),
    sights: &[Sight],
    begun: Duration,
    rules: &Rules,
) -> Stand {
    let package = Package {
        id: Some(id.to_owned()),
        ..Package::default()
    };
    let nothing = Sight {
        begun,
        ..Sight::default()
    };
    if let Some(row) = book.row(kind, id) {
        if row.open.is_some() {
            return unknown(kind, id, row, sights.first().unwrap_or(&nothing), rules);
        }
        if row.success.is_some() {
            return Stand::Shipped(package, None);
        }
    }
    let inside = sights
        .iter()
        .filter(|sight| sight.package.id.as_deref() == Some(id));
    let inside: Vec<Stage> = inside.map(|sight| stage(&sight.status)).collect();
    let repacked = sights
        .iter()
        .any(|one| stage(&one.status) == Stage::Repacked);
    let fresh = book
        .packed_in(id)
        .any(|success| begun < success.at.saturating_add(rules.quarantine) && !success.dissolved);
    if inside.contains(&Stage::Shipped) {
        return match kind {
            Kind::Repack => left("already on its way"),
            _ => Stand::Shipped(package, None),
        };
    }
    if inside.contains(&Stage::Packed) || (fresh && !repacked) {
        return Stand::Packed(package, None);
    }
    if kind == Kind::Repack && repacked {
        return Stand::Shipped(package, None);
    }
    if !inside.is_empty() && inside.iter().all(|stage| *stage == Stage::Canceled) {
        return Stand::End(State::Canceled, "its items are canceled".to_owned());
    }
    let reason = "the order has no item in it that could be moved";
    Stand::End(State::PackageChanged, reason.to_owned())
}

fn pack_finding(row: &RowState, sight: &Sight, rules: &Rules) -> Option<Finding> {
    let package = sight.package.id.as_ref();
    if row.open.is_none() {
        // Called packed by an answer that named no package.
        let nameless = row
            .success
            .as_ref()
            .is_some_and(|success| success.package.id.is_none());
        return (nameless && package.is_some()).then_some(Finding::ReadBack);
    }
    match stage(&sight.status) {
        Stage::Packed if package.is_none_or(|id| row.former.contains(id)) => None,
        // An item that was in a package before may be shown in that one.
        Stage::Packed | Stage::Shipped if row.base == "repacked" && row.former.is_empty() => {
            trusted(row, sight, rules).then_some(Finding::ReadBack)
        }
        Stage::Packed | Stage::Shipped => Some(Finding::ReadBack),
        Stage::Canceled | Stage::Other => Some(Finding::Gone),
        Stage::Unpaid | Stage::Pending | Stage::Repacked => None,
    }
}

fn ready_finding(sight: &Sight, same_package: bool) -> Option<Finding> {
    match stage(&sight.status) {
        Stage::Shipped if same_package => Some(Finding::ReadBack),
        Stage::Shipped | Stage::Canceled | Stage::Other => Some(Finding::Gone),
        _ => None,
    }
}

fn repack_finding(sight: &Sight, same_package: bool) -> Option<Finding> {
    match stage(&sight.status) {
        Stage::Repacked => Some(Finding::ReadBack),
        Stage::Packed if !same_package => Some(Finding::ReadBack),
        Stage::Shipped | Stage::Canceled | Stage::Other => Some(Finding::Gone),
        _ => None,
    }
}

/// Whether this read may be believed when it shows the status from before the attempt.
fn trusted(row: &RowState, sight: &Sight, rules: &Rules) -> bool {
    let given_up = row.open.flatten();
    given_up.is_some_and(|since| sight.begun >= since.saturating_add(rules.quarantine))
}

fn unknown(kind: Kind, row_id: &str, row: &RowState, sight: &Sight, rules: &Rules) -> Stand {
    if trusted(row, sight, rules) {
        Stand::NotExecuted(kind, row_id.to_owned())
    } else {
        Stand::Doubt(kind, row_id.to_owned())
    }
}

/// Where an item stands, once the lessons of the read are in the book.
pub(super) fn stand(book: &Book, item: &str, sight: &Sight, rules: &Rules) -> Stand {
    let shown = sight.package.clone();
    match stage(&sight.status) {
        Stage::Canceled => Stand::End(State::Canceled, "the item is canceled".to_owned()),
        Stage::Unpaid => left("not paid yet"),
        Stage::Other if sight.status.is_empty() => left("its status is missing"),
        Stage::Other => left(&format!("its status is {}", sight.status)),
        Stage::Shipped => Stand::Shipped(shown, origin_of(book.row(Kind::Pack, item))),
        Stage::Pending | Stage::Repacked => not_packed(book, item, sight, rules),
        Stage::Packed => packed(book, item, shown, sight, rules),
    }
}

fn left(reason: &str) -> Stand {
    Stand::End(State::LeftOut, reason.to_owned())
}

/// The read shows an item that waits to be packed.
fn not_packed(book: &Book, item: &str, sight: &Sight, rules: &Rules) -> Stand {
    let Some(row) = book.row(Kind::Pack, item) else {
        return Stand::ToPack;
    };
    if row.open.is_some() {
        return unknown(Kind::Pack, item, row, sight, rules);
    }
    let Some(success) = &row.success else {
        return Stand::ToPack;
    };
    let late = sight.begun >= success.at.saturating_add(rules.quarantine);
    let anew = stage(&sight.status) == Stage::Repacked
        && (late || success.dissolved || row.base != "repacked");
    if anew {
        return Stand::ToPack;
    }
    // A picture from before it was packed again, or the package was dissolved since: the quarantine tells.
    if stage(&sight.status) == Stage::Repacked && success.from_before {
        return Stand::Doubt(Kind::Pack, item.to_owned());
    }
    match &success.package.id {
        // A picture from before; the item is not sent again.
        Some(_) if !late => on_the_way(book, success, row, sight, rules),
        Some(id) => Stand::End(
            State::PackageChanged,
            format!("was packed in {id}, and is not any more"),
        ),
        None if !late => Stand::Doubt(Kind::Pack, item.to_owned()),
        None => Stand::End(
            State::Indeterminate,
            "called packed, but no package is to be seen".to_owned(),
        ),
    }
}

/// The read shows an item in a package.
fn packed(book: &Book, item: &str, shown: Package, sight: &Sight, rules: &Rules) -> Stand {
    let Some(id) = shown.id.clone() else {
        return left("is packed, but no package is told");
    };
    let row = book.row(Kind::Pack, item);
    if let Some(row) = row.filter(|row| row.open.is_some()) {
        // Not believed above, so it is the package from before the attempt.
        return unknown(Kind::Pack, item, row, sight, rules);
    }
    if let Some((row, success)) = row.and_then(|row| Some((row, row.success.as_ref()?))) {
        let late = sight.begun >= success.at.saturating_add(rules.quarantine);
        if success.package.id.as_ref() == Some(&id) || (!late && row.former.contains(&id)) {
            return on_the_way(book, success, row, sight, rules);
        }
        let was = success.package.id.as_deref().unwrap_or("no package");
        return Stand::End(
            State::PackageChanged,
            format!("was packed in {was}, and is in {id} now"),
        );
    }
    let announced_here = book.row(Kind::ReadyToShip, &id).is_some();
    if rules.adopt || announced_here {
        return announced(book, shown, Origin::Adopted, sight, rules);
    }
    let reason = format!("packed in {id} by someone else; adopt takes it over");
    Stand::End(State::PackedElsewhere, reason)
}

fn on_the_way(
    book: &Book,
    success: &Success,
    row: &RowState,
    sight: &Sight,
    rules: &Rules,
) -> Stand {
    let mut package = success.package.clone();
    // A read tells what an answer that was lost did not.
    if sight.package.id == package.id {
        let shown = sight.package.clone();
        package.tracking_number = package.tracking_number.or(shown.tracking_number);
        package.shipment_provider = package.shipment_provider.or(shown.shipment_provider);
    }
    let origin = origin_of(Some(row)).unwrap_or(Origin::Answer);
    announced(book, package, origin, sight, rules)
}

fn announced(book: &Book, package: Package, origin: Origin, sight: &Sight, rules: &Rules) -> Stand {
    let id = package.id.clone().unwrap_or_default();
    match book.row(Kind::ReadyToShip, &id) {
        Some(row) if row.open.is_some() => unknown(Kind::ReadyToShip, &id, row, sight, rules),
        Some(row) if row.success.is_some() => Stand::Shipped(package, Some(origin)),
        _ => Stand::Packed(package, Some(origin)),
    }
}

fn origin_of(row: Option<&RowState>) -> Option<Origin> {
    let success = row?.success.as_ref()?;
    Some(if success.read_back {
        Origin::ReadBack
    } else {
        Origin::Answer
    })
}
