//! What was done to packages, in order: by which call, or by someone else.

use super::Store;

/// What was done to a package.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Packed,
    /// A courier was called.
    Shipped,
    Repacked,
    Canceled,
}

impl What {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Packed => "packed",
            Self::Shipped => "shipped",
            Self::Repacked => "repacked",
            Self::Canceled => "canceled",
        }
    }
}

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A call: its number in the log, and the number of its connection.
    Call { number: u64, connection: u64 },
    /// Another actor.
    Other,
}

/// One fact.
pub(crate) struct Fact {
    pub(crate) what: What,
    pub(crate) package: usize,
    pub(crate) by: By,
    /// The gateway's time.
    pub(crate) at: i64,
}

impl Store {
    /// Notes what was done to a package.
    pub(crate) fn note(&mut self, what: What, package: usize, by: By, at: i64) {
        self.journal.push(Fact {
            what,
            package,
            by,
            at,
        });
    }
}
