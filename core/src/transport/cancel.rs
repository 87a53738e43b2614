//! The flag that ends a wait from another thread.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

type Probe = dyn Fn() -> bool + Send + Sync;

/// A flag shared by the one who waits and the one who may end the wait. Clones are the same flag.
///
/// Once set it stays set: a canceled call or job does not come back to life.
#[derive(Clone, Default)]
pub struct Cancel {
    flag: Arc<AtomicBool>,
    probe: Option<Arc<Probe>>,
}

impl Cancel {
    /// A flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// A flag that `probe` sets too, by answering true. It is asked from the waiting thread, at least ten
    /// times a second: for hosts that learn of an interruption only when they are asked.
    pub fn with_probe(probe: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self {
            flag: Arc::default(),
            probe: Some(Arc::new(probe)),
        }
    }

    /// Ends every wait on this flag. May be called from any thread, any number of times.
    pub fn cancel(&self) {
        self.flag.store(true, Ordering::Release);
    }

    /// Whether [`cancel`](Self::cancel) was called, or the probe answered true.
    pub fn is_canceled(&self) -> bool {
        if self.flag.load(Ordering::Acquire) {
            return true;
        }
        let probed = self.probe.as_ref().is_some_and(|probe| probe());
        if probed {
            self.cancel();
        }
        probed
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let canceled = self.flag.load(Ordering::Acquire);
        f.debug_struct("Cancel")
            .field("canceled", &canceled)
            .finish_non_exhaustive()
    }
}
