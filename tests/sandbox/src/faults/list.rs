//! How the list of orders may differ from its documentation, and how it may move.

/// A way in which the order list of another gateway differs. The default is inclusive bounds, whole
/// seconds, ties in a fixed order, and every change visible at once. Several go together; also a
/// setting, [`crate::Config::list_faults`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListFault {
    /// This parameter of GetOrders is ignored, as if it had not been sent: `offset`, `sort_by`,
    /// `update_before`. A parameter that the platform does not know is always ignored.
    IgnoredParameter(String),
    /// The bounds `*_after` and `*_before` are exclusive.
    ExclusiveBounds,
    /// The list is filtered and sorted by milliseconds, which the printed times do not show.
    MillisecondIndex,
    /// `updated_at` is printed up to this many seconds later than the list is filtered and sorted
    /// by, another amount for each order and change.
    PrintedAhead(u32),
    /// Orders of one second come in another order at each call.
    UnstableTies,
    /// What `countTotal` says.
    CountTotal(CountTotal),
    /// No page holds more rows than this, whatever the limit and the total are.
    ShortPages(u32),
    /// A change made while this is in force shows later; until then the order reads as before, and
    /// an inserted order does not exist.
    Late(Late),
}

/// What `countTotal` says instead of the number of orders that pass the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CountTotal {
    /// It is absent.
    Missing,
    /// The rows of the page.
    OfPage,
    /// The number of orders plus this, at least 0.
    Off(i64),
}

/// When a change shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Late {
    /// After this many further reads of the store's orders (list, single order or items).
    Reads(u64),
    /// After this many seconds of the gateway's clock.
    Seconds(u32),
}

/// Orders that change. Which ones follows from the seed and from the changes before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Churn {
    /// Orders changed, picked among all of the store.
    pub updates: u32,
    /// Orders that are new.
    pub inserts: u32,
    /// Time of all these changes in seconds since 1970; the gateway's clock when absent. Many
    /// changes are a bulk change: they share one second.
    pub time: Option<i64>,
}

impl ListFault {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::IgnoredParameter(_) => "ignored_parameter",
            Self::ExclusiveBounds => "exclusive_bounds",
            Self::MillisecondIndex => "millisecond_index",
            Self::PrintedAhead(_) => "printed_ahead",
            Self::UnstableTies => "unstable_ties",
            Self::CountTotal(_) => "count_total",
            Self::ShortPages(_) => "short_pages",
            Self::Late(_) => "late",
        }
    }
}
