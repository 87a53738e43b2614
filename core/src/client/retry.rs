//! Whether and when a failed attempt is followed by another. Pure: it never waits.

use std::time::Duration;

use crate::error::{Error, ErrorKind, Executed};
use crate::protocol::schema::Effect;

/// How often and how long a call is tried.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    /// The most attempts of one call, the first included.
    pub max_attempts: u32,
    /// The first pause; doubled each time.
    pub base: Duration,
    /// The longest pause of our own choosing. Announced bans may be longer.
    pub cap: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            base: Duration::from_millis(300),
            cap: Duration::from_secs(10),
        }
    }
}

/// The pause after a throttle that announces none; public connectors live well with it.
pub(super) const UNANNOUNCED_BAN: Duration = Duration::from_millis(1300);

/// Everything a decision depends on.
pub(crate) struct Situation<'a> {
    pub(crate) error: &'a Error,
    pub(crate) effect: Effect,
    /// Attempts made so far.
    pub(crate) attempts: u32,
    /// What the platform announced, in seconds.
    pub(crate) announced: Option<u64>,
    /// Time left until the call's deadline.
    pub(crate) left: Duration,
    /// From 0 up to 1.
    pub(crate) chance: f64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Stop,
    After(Duration),
}

impl RetryPolicy {
    pub(crate) fn decide(&self, situation: &Situation<'_>) -> Decision {
        let error = situation.error;
        // A write that may have been executed is never sent twice; setting the same value again is harmless.
        let unsafe_to_repeat =
            error.executed() == Executed::Unknown && situation.effect == Effect::Act;
        if !error.retryable() || unsafe_to_repeat || situation.attempts >= self.max_attempts {
            return Decision::Stop;
        }
        let pause = self.pause(situation);
        if pause >= situation.left {
            Decision::Stop
        } else {
            Decision::After(pause)
        }
    }

    fn pause(&self, situation: &Situation<'_>) -> Duration {
        let exponent = situation.attempts.saturating_sub(1).min(16);
        let ceiling = self.base.saturating_mul(1 << exponent).min(self.cap);
        // Full jitter: clients that failed together do not come back together.
        let jitter = ceiling.mul_f64(situation.chance);
        if situation.error.kind() != ErrorKind::Throttled {
            return jitter;
        }
        let ban = match situation.announced {
            // "0 seconds" is announced too, and is not taken at its word.
            Some(seconds) => Duration::from_secs(seconds.max(1)),
            None => UNANNOUNCED_BAN.saturating_mul(situation.attempts),
        };
        ban.saturating_add(jitter.min(self.base))
    }
}

/// Bounds repeats over all calls of a client: when most calls fail, repeating them makes things worse.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    /// In tenths of a repeat.
    tenths: u32,
}

const BUDGET_TENTHS: u32 = 200;

impl Default for RetryBudget {
    fn default() -> Self {
        Self {
            tenths: BUDGET_TENTHS,
        }
    }
}

impl RetryBudget {
    /// Ten calls earn one repeat.
    pub(crate) fn earn(&mut self) {
        self.tenths = (self.tenths + 1).min(BUDGET_TENTHS);
    }

    /// Takes one repeat; false when none is left.
    pub(crate) fn spend(&mut self) -> bool {
        match self.tenths.checked_sub(10) {
            Some(left) => {
                self.tenths = left;
                true
            }
            None => false,
        }
    }
}
