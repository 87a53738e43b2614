//! Limits before one is limited: a steady rate per path and per account, and announced bans obeyed by all
//! threads. Per process: two processes with one app share the platform's limits without knowing of each
//! other.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Calls a second that a client allows itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// For each API path; 0 for no limit.
    pub per_path: f64,
    /// For each account, over all paths; 0 for no limit.
    pub per_account: f64,
}

impl Default for Rates {
    /// No rate is published for most APIs, so this starts low: 20 a second and path, 40 a second and account.
    fn default() -> Self {
        Self {
            per_path: 20.0,
            per_account: 40.0,
        }
    }
}

/// The pacing of one client, shared by its clones.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    lanes: Mutex<HashMap<String, Lane>>,
}

#[derive(Debug, Default)]
struct Lane {
    /// When the calls let through so far would be paid off at the steady rate.
    paid_until: Duration,
    banned_until: Duration,
}

/// How much may run ahead of the steady rate.
const BURST: Duration = Duration::from_secs(1);

impl Throttle {
    /// Takes a place in the lanes of a path and an account; the caller waits for the time returned.
    pub(crate) fn take(&self, path: &str, account: &str, rates: Rates, now: Duration) -> Duration {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wait = Duration::ZERO;
        for (name, rate) in [(path, rates.per_path), (account, rates.per_account)] {
            let lane = match lanes.get_mut(name) {
                Some(lane) => lane,
                None => lanes.entry(name.to_owned()).or_default(),
            };
            wait = wait.max(lane.take(rate, now));
        }
        wait
    }

    /// How long nobody may call `path` yet.
    pub(crate) fn banned_for(&self, path: &str, now: Duration) -> Duration {
        let lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let ban = lanes.get(path).map(|lane| lane.banned_until);
        ban.unwrap_or_default().saturating_sub(now)
    }

    /// Nobody calls `path` until `until`.
    pub(crate) fn ban(&self, path: &str, until: Duration) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(path.to_owned()).or_default();
        lane.banned_until = lane.banned_until.max(until);
    }
}

impl Lane {
    fn take(&mut self, rate: f64, now: Duration) -> Duration {
        let ban = self.banned_until.saturating_sub(now);
        if rate <= 0.0 {
            return ban;
        }
        let starts = self.paid_until.max(now);
        // A rate of next to nothing makes a turn that never comes.
        let turn = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::MAX);
        self.paid_until = starts.saturating_add(turn);
        let pace = starts.saturating_sub(now + BURST);
        ban.max(pace)
    }
}
