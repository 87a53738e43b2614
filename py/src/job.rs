//! A job of many calls as a source of events.

use std::sync::{Mutex, PoisonError};

use lazcore::jobs::{Event, Job as CoreJob};
use lazcore::{Cancel, ErrorKind};
use pyo3::prelude::*;

use crate::errors::{Raise, guard, shell_error};
use crate::events;
use crate::interrupt::Interrupt;

type Told = Option<lazcore::Result<Event>>;

/// A job under way.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Job {
    job: Mutex<CoreJob>,
    cancel: Cancel,
    interrupt: Interrupt,
    /// What the core told while a signal arrived: handed out after the signal's exception.
    held: Mutex<Option<Told>>,
    process: u32,
}

impl Job {
    pub(crate) fn new(job: CoreJob) -> Self {
        let interrupt = Interrupt::new();
        let cancel = interrupt.cancel().clone();
        Self {
            job: Mutex::new(job.cancel_by(cancel.clone())),
            cancel,
            interrupt,
            held: Mutex::new(None),
            process: std::process::id(),
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Told>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Job {
    /// The next event; None at the end.
    fn next_event(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        guard(py, || {
            // Before the lock: another thread of the parent may have held it at the fork.
            if self.process != std::process::id() {
                let message = "this job belongs to the process that began it";
                return Err(shell_error(py, ErrorKind::Forked, None, message));
            }
            let held = self.held().take();
            let told = match held {
                Some(told) => told,
                None => {
                    let told = py.detach(|| {
                        let mut job = self.job.lock().unwrap_or_else(PoisonError::into_inner);
                        job.next()
                    });
                    if let Some(interrupted) = self.interrupt.take() {
                        *self.held() = Some(told);
                        return Err(interrupted);
                    }
                    told
                }
            };
            match told {
                Some(event) => events::object(py, event.or_raise(py)?).map(Some),
                None => Ok(None),
            }
        })
    }

    /// Ends the job from any thread. A job of writes still tells the outcome of every item.
    fn cancel(&self) {
        self.cancel.cancel();
    }
}
