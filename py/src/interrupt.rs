//! Ctrl-C during a wait of the core.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lazcore::Cancel;
use pyo3::prelude::*;

/// A flag that Python's signals set, and the exception that a signal's handler raised.
pub(crate) struct Interrupt {
    cancel: Cancel,
    caught: Arc<Mutex<Option<PyErr>>>,
}

/// The interpreter's lock is contended, so signals are not looked for at every glance at the flag.
const BETWEEN_LOOKS: Duration = Duration::from_millis(40);

impl Interrupt {
    pub(crate) fn new() -> Self {
        let caught = Arc::new(Mutex::new(None));
        let store = Arc::clone(&caught);
        let last_look = Mutex::new(Instant::now());
        let cancel = Cancel::with_probe(move || {
            let mut last = last_look.lock().unwrap_or_else(PoisonError::into_inner);
            if last.elapsed() < BETWEEN_LOOKS {
                return false;
            }
            *last = Instant::now();
            drop(last);
            // An interpreter that is going away ends the wait too.
            let Some(looked) = Python::try_attach(|py| py.check_signals()) else {
                return true;
            };
            match looked {
                Ok(()) => false,
                Err(error) => {
                    *store.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    true
                }
            }
        });
        Self { cancel, caught }
    }

    pub(crate) fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// What the handler raised, once.
    pub(crate) fn take(&self) -> Option<PyErr> {
        let mut caught = self.caught.lock().unwrap_or_else(PoisonError::into_inner);
        caught.take()
    }
}
