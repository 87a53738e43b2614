//! What is known of one row of the journal.

use std::time::Duration;

use super::line::{Finding, Package, RowRef};

/// One attempt that left this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::jobs::fulfillment) struct Attempt {
    pub(in crate::jobs::fulfillment) time_ms: i64,
    pub(in crate::jobs::fulfillment) request_id: Option<String>,
}

/// A write of the row that is known to have happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::jobs::fulfillment) struct Success {
    pub(in crate::jobs::fulfillment) package: Package,
    /// It was seen in a read; the answer was lost.
    pub(in crate::jobs::fulfillment) read_back: bool,
    /// When it became known, counted by the clock of waits; after a restart, when the journal was taken.
    pub(in crate::jobs::fulfillment) at: Duration,
    /// The package was dissolved by a later write of this journal.
    pub(in crate::jobs::fulfillment) dissolved: bool,
    /// It is known from before a restart, and nobody can tell for how long.
    pub(in crate::jobs::fulfillment) from_before: bool,
}

/// All that is known of one row and one kind of write.
#[derive(Clone, Debug, Default)]
pub(in crate::jobs::fulfillment) struct RowState {
    pub(in crate::jobs::fulfillment) order: String,
    /// The status the last attempt was based on.
    pub(in crate::jobs::fulfillment) base: String,
    /// Attempts since the row was last known to have moved or was given up.
    pub(in crate::jobs::fulfillment) tries: u32,
    pub(in crate::jobs::fulfillment) attempts: Vec<Attempt>,
    /// An attempt whose fate is not known, and since when nothing of it is sent any more.
    pub(in crate::jobs::fulfillment) open: Option<Option<Duration>>,
    pub(in crate::jobs::fulfillment) success: Option<Success>,
    /// Packages that the item was in before.
    pub(in crate::jobs::fulfillment) former: Vec<String>,
    pub(in crate::jobs::fulfillment) actor: Option<String>,
    pub(super) last_ms: i64,
}

impl RowState {
    pub(super) fn intended(&mut self, row: &RowRef, time_ms: i64, actor: Option<&str>) {
        self.order.clone_from(&row.order);
        self.base.clone_from(&row.status);
        self.actor = actor.map(str::to_owned);
        self.last_ms = time_ms;
        if self.tries == 0 {
            self.attempts.clear();
        }
        self.tries += 1;
        self.attempts.push(Attempt {
            time_ms,
            request_id: None,
        });
        self.open = Some(None);
        // A new attempt at a packed item means that its package was dissolved.
        if let Some(package) = self.success.take().and_then(|success| success.package.id) {
            self.former.push(package);
        }
    }

    pub(super) fn note_request_id(&mut self, id: Option<&str>) {
        if let (Some(attempt), Some(id)) = (self.attempts.last_mut(), id) {
            attempt.request_id = Some(id.to_owned());
        }
    }

    pub(super) fn known(&mut self, finding: Finding, package: &Package, now: Duration) {
        self.open = None;
        match finding {
            Finding::Done | Finding::ReadBack => {
                self.tries = 0;
                self.success = Some(Success {
                    package: package.clone(),
                    read_back: finding == Finding::ReadBack,
                    at: now,
                    dissolved: false,
                    from_before: false,
                });
            }
            Finding::Refused | Finding::Gone => self.tries = 0,
            Finding::NotExecuted => {}
            Finding::NotSent => {
                self.tries = self.tries.saturating_sub(1);
                self.attempts.pop();
            }
        }
    }
}
