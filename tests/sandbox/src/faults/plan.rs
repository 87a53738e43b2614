//! A misbehavior and the calls it is meant for.

use std::fmt;

use super::{ITEM_BATCH, LABELS, LabelFault, ListFault, Misbehavior, Rows};

/// A misbehavior with its aim.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) misbehavior: Misbehavior,
    pub(crate) executed: bool,
    /// Seconds after which the call is executed although its answer is replaced.
    pub(crate) executed_after: Option<u32>,
    pub(crate) rows: Rows,
    pub(super) afterwards: bool,
    path: Option<String>,
    pub(super) times: u32,
    pub(super) after: u32,
}

impl From<Misbehavior> for Plan {
    fn from(misbehavior: Misbehavior) -> Self {
        let times = match &misbehavior {
            Misbehavior::Latency(_)
            | Misbehavior::List(_)
            | Misbehavior::Churn(_)
            | Misbehavior::Label(
                LabelFault::EmptyFor { .. }
                | LabelFault::LinkLife { .. }
                | LabelFault::InFile(_)
                | LabelFault::ExtraPage,
            )
            | Misbehavior::CountryInfoObject => u32::MAX,
            Misbehavior::Throttle { times, .. } => *times,
            _ => 1,
        };
        let executed_after = match &misbehavior {
            Misbehavior::ExecuteLate { seconds } => Some(*seconds),
            _ => None,
        };
        Self {
            misbehavior,
            executed: false,
            executed_after,
            rows: Rows::default(),
            afterwards: false,
            path: None,
            times,
            after: 0,
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.misbehavior.name())?;
        if let Some(path) = &self.path {
            write!(f, " {path}")?;
        }
        match self.times {
            u32::MAX => f.write_str(", until told to behave")?,
            1 => f.write_str(", once")?,
            times => write!(f, ", {times} times")?,
        }
        match self.after {
            0 => Ok(()),
            after => write!(f, ", after {after} more calls"),
        }
    }
}

impl Plan {
    /// See [`Misbehavior::on`].
    #[must_use]
    pub fn on(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// See [`Misbehavior::times`].
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// See [`Misbehavior::after`].
    #[must_use]
    pub fn after(mut self, count: u32) -> Self {
        self.after = count;
        self
    }

    /// See [`Misbehavior::executed`].
    #[must_use]
    pub fn executed(mut self) -> Self {
        self.executed = true;
        self
    }

    /// See [`Misbehavior::executed_after`].
    #[must_use]
    pub fn executed_after(mut self, seconds: u32) -> Self {
        self.executed_after = Some(seconds);
        self
    }

    /// See [`Misbehavior::rows`].
    #[must_use]
    pub fn rows(mut self, rows: Rows) -> Self {
        self.rows = rows;
        self
    }

    /// See [`Misbehavior::afterwards`].
    #[must_use]
    pub fn afterwards(mut self) -> Self {
        self.afterwards = true;
        self
    }

    /// Whether it hits rows of a batch.
    pub(super) fn has_rows(&self) -> bool {
        matches!(
            self.misbehavior,
            Misbehavior::FailRow { .. } | Misbehavior::OmitRow
        )
    }

    /// Whether changes must be remembered for it.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self.misbehavior, Misbehavior::List(ListFault::Late(_)))
    }

    pub(super) fn matches(&self, path: &str, has_rows: bool) -> bool {
        let omits_orders = matches!(self.misbehavior, Misbehavior::OmitRow)
            && self.path.as_deref() == Some(ITEM_BATCH);
        let concerned = self.misbehavior.concerns(path, has_rows) || omits_orders;
        if self.times == 0 || !concerned {
            return false;
        }
        match &self.path {
            Some(wanted) => wanted == path,
            // Downloads are no calls; they misbehave only when they are meant.
            None => path != LABELS,
        }
    }
}
