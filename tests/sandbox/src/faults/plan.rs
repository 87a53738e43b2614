//! A misbehavior and the calls it is meant for.

use super::{LABELS, ListFault, Misbehavior};

/// A misbehavior with its aim.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) misbehavior: Misbehavior,
    pub(crate) executed: bool,
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
            | Misbehavior::CountryInfoObject => u32::MAX,
            Misbehavior::Throttle { times, .. } => *times,
            _ => 1,
        };
        Self {
            misbehavior,
            executed: false,
            path: None,
            times,
            after: 0,
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

    /// Whether changes must be remembered for it.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self.misbehavior, Misbehavior::List(ListFault::Late(_)))
    }

    pub(super) fn matches(&self, path: &str, has_rows: bool) -> bool {
        if self.times == 0 || !self.misbehavior.concerns(path, has_rows) {
            return false;
        }
        match &self.path {
            Some(wanted) => wanted == path,
            // Downloads are no calls; they misbehave only when they are meant.
            None => path != LABELS,
        }
    }
}
