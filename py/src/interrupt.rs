//! What ends a wait of the core from Python: Ctrl-C, and a task that gives its call up.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lazcore::Cancel;
use pyo3::prelude::*;

thread_local! {
    /// The flag of the canceler that runs on this thread.
    static CANCELER: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// Ends calls from another thread: every wait that begins in `run`, and every job that is made there.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Canceler(Arc<AtomicBool>);

#[pymethods]
impl Canceler {
    /// A canceler of nothing yet.
    #[new]
    fn new() -> Self {
        Self(Arc::default())
    }

    /// Ends the waits. Once canceled it stays so: what begins later ends at once.
    fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Calls `function` without arguments, on this thread.
    fn run<'py>(&self, function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let outer = CANCELER.replace(Some(Arc::clone(&self.0)));
        let result = function.call0();
        CANCELER.set(outer);
        result
    }
}

/// A flag that Python's signals set, and the exception that a signal's handler raised.
pub(crate) struct Interrupt {
    cancel: Cancel,
    caught: Arc<Mutex<Option<PyErr>>>,
}

/// The interpreter's lock is contended, so signals are not looked for at every glance at the flag.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

impl Interrupt {
    pub(crate) fn new() -> Self {
        let caught = Arc::new(Mutex::new(None));
        let store = Arc::clone(&caught);
        let last_look = Mutex::new(Instant::now());
        let canceler = CANCELER.with_borrow(Clone::clone);
        let cancel = Cancel::with_probe(move || {
            if let Some(canceled) = &canceler
                && canceled.load(Ordering::Acquire)
            {
                return true;
            }
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
