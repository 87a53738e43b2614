//! Until when an item waits, and when it is looked at meanwhile.

use std::collections::VecDeque;
use std::time::Duration;

use super::journal::line::Kind;

/// When an attempt of unknown fate is read back, in seconds after it was given up. Progress mostly shows at once.
const READ_BACK: [u64; 7] = [1, 2, 4, 8, 16, 32, 64];
/// When the read after the quarantine is made again, in seconds after it, if it brought no answer.
const AFTER: [u64; 5] = [0, 15, 30, 60, 120];
/// The pauses before a row is sent again that was refused for now: another operation holds the order, or no
/// carrier was to be had.
const LATER: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(8)];
/// How often a row that was refused for now is sent again.
pub(super) const LATER_TIMES: u32 = LATER.len() as u32;

/// A row that the platform said no to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) kind: Kind,
    pub(super) code: String,
    pub(super) message: Option<String>,
}

/// What an item waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The fate of an attempt. With a refusal: the platform says that the row stands elsewhere, which an
    /// earlier attempt may have brought about.
    Unknown(Kind, String, Option<Refusal>),
    /// To see where the row stands that was refused because of where it stands.
    Standing(Refusal),
    /// The time to try again.
    Later,
    /// A label that is not ready yet.
    Label,
}

/// An item that waits.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    pub(super) why: Why,
    /// From when the quarantine counts.
    pub(super) since: Duration,
    /// When it is looked at next, and after that.
    due: VecDeque<Duration>,
}

impl Wait {
    /// For what became of an attempt that was given up at `since`.
    pub(super) fn unknown(why: Why, since: Duration, quarantine: Duration) -> Self {
        let early = READ_BACK.iter().map(|second| Duration::from_secs(*second));
        let early = early.filter(|offset| *offset < quarantine);
        let late = AFTER
            .iter()
            .map(|second| quarantine + Duration::from_secs(*second));
        Self {
            why,
            since,
            due: early
                .chain(late)
                .map(|offset| since.saturating_add(offset))
                .collect(),
        }
    }

    /// Before the next attempt, `times` after refusals so far.
    pub(super) fn later(times: u32, now: Duration) -> Self {
        let pause = LATER.get(times as usize).copied().unwrap_or(LATER[1]);
        let due = AFTER
            .iter()
            .map(|second| now + pause + Duration::from_secs(*second));
        Self {
            why: Why::Later,
            since: now,
            due: due.collect(),
        }
    }

    /// For a label, asked for `times` before, which is worth asking for until then.
    pub(super) fn label(now: Duration, times: u32, until: Duration) -> Self {
        let pause = Duration::from_secs(1 << times.min(6)).min(until.saturating_sub(now));
        let due = AFTER
            .iter()
            .map(|second| now + pause + Duration::from_secs(*second));
        Self {
            why: Why::Label,
            since: now,
            due: due.collect(),
        }
    }

    /// When it is looked at next; `None` when it was looked at often enough.
    pub(super) fn due(&self) -> Option<Duration> {
        self.due.front().copied()
    }

    /// It is being looked at.
    pub(super) fn look(&mut self, now: Duration) {
        while self.due.front().is_some_and(|due| *due <= now) {
            self.due.pop_front();
        }
    }
}
