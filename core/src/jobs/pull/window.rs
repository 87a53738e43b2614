//! Which orders to pull, and up to when the list has settled.

use crate::error::{Error, Result};
use crate::protocol::{Args, Time};

use super::walk::{Ask, Shape};

/// Which orders to pull. One lower bound is needed; all bounds are inclusive and carry an offset, as in
/// `2026-03-01T00:00:00+08:00`. They have a resolution of a second.
///
/// A pull by creation finds everything that is there, and no change. So fill a new database by creation, then follow by
/// `update_after` from ten minutes before that pull began, and from then on by cursor alone. A window by update that ended
/// is not all that changed in it: an order that changes during the pull leaves the window, and the next pull from the
/// cursor brings it.
#[derive(Clone, Debug, Default)]
pub struct PullOptions {
    /// Created at or after.
    pub created_after: Option<String>,
    /// Created at or before; now when left out.
    pub created_before: Option<String>,
    /// Changed at or after.
    pub update_after: Option<String>,
    /// Changed at or before; now when left out.
    pub update_before: Option<String>,
    /// Only orders with an item of this status.
    pub status: Option<String>,
    /// Attach the items.
    pub with_items: bool,
    /// Go on from where an earlier pull was: see [`Job::cursor`](crate::jobs::Job::cursor). The lower bound is then
    /// the cursor's, and the others given only begin a chain of pulls. The rest of a pull that did not end keeps
    /// its upper bound too.
    ///
    /// The cursor of a pull by creation that has ended also begins a chain of pulls by update: give it with any
    /// `update_after`. That pull then starts where the first one ended, less the overlap, and leaves out the versions that
    /// the first one handed out.
    pub cursor: Option<String>,
    /// How far the next pull reaches back over this one, in seconds: 1 to 604,800; ten minutes when left out.
    ///
    /// It must exceed the longest delay until a change is visible in the list, the spread between copies of the list
    /// that may answer, and where answers carry no time also the error of the local clock. What becomes visible later than
    /// that is lost, and no client can know. A longer one costs requests, and memory in the cursor. Give a chain of pulls
    /// one overlap: the first pull with a longer one may repeat versions.
    pub overlap_s: Option<u32>,
}

/// Longer than changes are known to take until they are seen.
const OVERLAP: u32 = 600;
/// Beyond a week it is another window, not an overlap.
const LONGEST_OVERLAP: u32 = 7 * 86_400;

impl PullOptions {
    /// The overlap in seconds.
    pub(super) fn overlap(&self) -> Result<i64> {
        overlap(self.overlap_s)
    }

    /// A bound by update is given.
    pub(super) fn is_by_update(&self) -> bool {
        given(&self.update_after).is_some() || given(&self.update_before).is_some()
    }
}

pub(in crate::jobs) fn overlap(seconds: Option<u32>) -> Result<i64> {
    let seconds = seconds.unwrap_or(OVERLAP);
    if !(1..=LONGEST_OVERLAP).contains(&seconds) {
        let problem = format!("expected seconds from 1 to {LONGEST_OVERLAP}, got {seconds}");
        return Err(Error::input("overlap_s", problem));
    }
    Ok(i64::from(seconds))
}

/// A blank text is as good as none.
fn given(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.trim().is_empty())
}

/// The columns by which GetOrders filters; sorting by another loses orders.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    after: &'static str,
    before: &'static str,
    /// What the list is sorted by: the name of the row's field too.
    pub(super) key: &'static str,
}

pub(super) const CREATED: Column = Column {
    after: "created_after",
    before: "created_before",
    key: "created_at",
};
pub(super) const UPDATED: Column = Column {
    after: "update_after",
    before: "update_before",
    key: "updated_at",
};

/// The window asked for, in epoch seconds.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) column: Column,
    /// Where a pull without a cursor begins.
    pub(super) from: i64,
    pub(super) to: Option<i64>,
    pub(super) status: Option<String>,
}

impl Window {
    /// The window of these options; `earlier` are column and lower bound of the cursor.
    pub(super) fn new(options: &PullOptions, earlier: Option<(&str, i64)>) -> Result<Self> {
        let created = (
            given(&options.created_after),
            given(&options.created_before),
        );
        let updated = (given(&options.update_after), given(&options.update_before));
        let is_given =
            |bounds: &(Option<String>, Option<String>)| bounds.0.is_some() || bounds.1.is_some();
        if is_given(&created) && is_given(&updated) {
            let problem =
                "cannot stand beside created_after: expected one column for the whole window";
            return Err(Error::input("update_after", problem));
        }
        let follows_updates = earlier.is_some_and(|(key, _)| key == UPDATED.key);
        let (column, (after, before)) =
            if is_given(&updated) || follows_updates && !is_given(&created) {
                (UPDATED, updated)
            } else {
                (CREATED, created)
            };
        if earlier.is_some_and(|(key, _)| key != column.key) {
            let problem = format!("is of another column: expected one by {}", column.key);
            return Err(Error::input("cursor", problem));
        }
        let from = match (&after, earlier) {
            (Some(after), _) => bound(column.after, after)?,
            (None, Some((_, from))) => from,
            (None, None) => {
                let problem = "is required: the window needs a lower bound";
                return Err(Error::input(column.after, problem));
            }
        };
        let to = before
            .as_deref()
            .map(|before| bound(column.before, before))
            .transpose()?;
        if let (Some(to), Some(after), Some(before)) = (to, after, before)
            && to < from
        {
            return Err(Error::input(
                column.before,
                format_args!("expected a time not before {after}, got {before}"),
            ));
        }
        Ok(Self {
            column,
            from,
            to,
            status: options.status.clone(),
        })
    }

    /// The arguments of GetOrders for a page.
    pub(super) fn args(&self, ask: Ask, shape: Shape) -> Args {
        Args::new()
            .set(self.column.after, printed(ask.after))
            .set(self.column.before, printed(ask.before))
            .set("sort_by", self.column.key)
            .set(
                "sort_direction",
                if ask.descending { "DESC" } else { "ASC" },
            )
            .set("offset", ask.offset)
            .set("limit", shape.page)
            .set_optional("status", self.status.as_deref())
    }
}

pub(in crate::jobs) fn bound(field: &str, text: &str) -> Result<i64> {
    let time = Time::parse(text).and_then(|time| time.epoch_ms());
    time.filter(|_| text.as_bytes().get(10) == Some(&b'T'))
        .map(|ms| ms.div_euclid(1000))
        .ok_or_else(|| {
            let problem = format!(
                "expected a time with offset such as 2026-03-01T00:00:00+08:00, got {text:?}"
            );
            Error::input(field, problem)
        })
}

/// A second as GetOrders reads it: ISO 8601 with a colon in the offset.
pub(super) fn printed(second: i64) -> String {
    Time::from_epoch_ms(second.saturating_mul(1000))
        .to_rfc3339()
        .unwrap_or_default()
        .replace('Z', "+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_printed_with_a_colon_in_the_offset() {
        assert_eq!(printed(1_772_352_000), "2026-03-01T08:00:00+00:00");
    }
}
