//! Time and chance as seen by the client, so that tests can bring their own.

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::transport::Cancel;

/// Where the client takes time and chance from.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970 UTC, for signatures.
    fn now_ms(&self) -> i64;

    /// Time since a fixed moment, never going back, for waits and deadlines.
    fn elapsed(&self) -> Duration;

    /// Waits; false when canceled.
    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool;

    /// A number from 0 up to, not including, 1.
    fn chance(&self) -> f64;
}

/// The machine's clock. All of a process have the same fixed moment, since clients of one app share bans.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl SystemClock {
    /// The machine's clock; [`elapsed`](Clock::elapsed) counts from the first one of the process.
    pub fn new() -> Self {
        Self { start: *START }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

/// The longest stretch without a look at the cancel flag.
const SLICE: Duration = Duration::from_millis(25);

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        let end = Instant::now() + duration;
        loop {
            if cancel.is_canceled() {
                return false;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(SLICE));
        }
    }

    fn chance(&self) -> f64 {
        fastrand::f64()
    }
}
