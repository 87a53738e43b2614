//! The list as one call sees it: what of its documentation does not hold.

use crate::api::Call;
use crate::faults::{CountTotal, ListFault};
use crate::seeded::mix;
use crate::world::{Order, Sight};

/// What one call of GetOrders gets instead of the documented list.
pub(super) struct View {
    ignored: Vec<String>,
    pub(super) exclusive: bool,
    pub(super) milliseconds: bool,
    pub(super) printed_ahead: u32,
    pub(super) unstable_ties: bool,
    pub(super) count_total: Option<CountTotal>,
    /// Most rows of a page.
    pub(super) short_pages: usize,
    pub(super) sight: Sight,
    seed: u64,
}

impl View {
    pub(super) fn of(call: &Call<'_>) -> Self {
        let mut view = Self {
            ignored: Vec::new(),
            exclusive: false,
            milliseconds: false,
            printed_ahead: 0,
            unstable_ties: false,
            count_total: None,
            short_pages: usize::MAX,
            sight: call.sight(),
            seed: call.state.config.seed,
        };
        for fault in call.list_faults() {
            match fault {
                ListFault::IgnoredParameter(name) => view.ignored.push(name.clone()),
                ListFault::ExclusiveBounds => view.exclusive = true,
                ListFault::MillisecondIndex => view.milliseconds = true,
                ListFault::PrintedAhead(seconds) => view.printed_ahead = *seconds,
                ListFault::UnstableTies => view.unstable_ties = true,
                ListFault::CountTotal(says) => view.count_total = Some(*says),
                ListFault::ShortPages(rows) => {
                    view.short_pages = usize::try_from(*rows).unwrap_or(usize::MAX);
                }
                ListFault::Late(_) => {}
            }
        }
        view
    }

    pub(super) fn ignores(&self, name: &str) -> bool {
        self.ignored.iter().any(|ignored| ignored == name)
    }

    /// Whether the sorted lists of the store answer for this view.
    pub(super) fn is_plain(&self) -> bool {
        !self.exclusive && !self.milliseconds && !self.unstable_ties && self.sight.late.is_none()
    }

    /// What the list is filtered and sorted by: milliseconds since 1970.
    pub(super) fn key(&self, id: u64, time: i64) -> i64 {
        let within = if self.milliseconds {
            i64::try_from(mix(id ^ time.unsigned_abs()) % 1000).unwrap_or(0)
        } else {
            0
        };
        time * 1000 + within
    }

    /// Whether a time lies between the bounds, in seconds.
    pub(super) fn within(&self, key: i64, (after, before): (i64, i64)) -> bool {
        let (after, before) = (after.saturating_mul(1000), before.saturating_mul(1000));
        if self.exclusive {
            after < key && key < before
        } else {
            (after..=before).contains(&key)
        }
    }

    /// Order among orders of the same time.
    pub(super) fn tie(&self, id: u64, place: usize, read: u64) -> u64 {
        if self.unstable_ties {
            mix(id ^ mix(self.seed ^ mix(read)))
        } else {
            place as u64
        }
    }

    /// Seconds that the printed time of update is later than the real one.
    pub(super) fn ahead(&self, order: &Order) -> i64 {
        let changes = mix(order.id ^ mix(order.updated.unsigned_abs()));
        i64::try_from(changes % (u64::from(self.printed_ahead) + 1)).unwrap_or(0)
    }
}
