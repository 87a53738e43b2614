//! A job of many calls as a source of events.

use std::sync::{Mutex, MutexGuard, PoisonError};

use lazcore::jobs::Job as CoreJob;
use lazcore::{Cancel, ErrorKind};
use pyo3::prelude::*;

use crate::errors::{Raise, guard, shell_error};
use crate::events;
use crate::interrupt::Interrupt;

/// A job under way.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Job {
    job: Mutex<CoreJob>,
    cancel: Cancel,
    interrupt: Interrupt,
    /// What a signal's handler raised while an event was on its way: raised at the next call.
    late: Mutex<Option<PyErr>>,
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
            late: Mutex::new(None),
            process: std::process::id(),
        }
    }

    /// Before any lock: another thread of the parent may have held it at the fork.
    fn check_process(&self, py: Python<'_>) -> PyResult<()> {
        if self.process == std::process::id() {
            return Ok(());
        }
        let message = "this job belongs to the process that began it";
        Err(shell_error(py, ErrorKind::Forked, None, message))
    }

    fn late(&self) -> MutexGuard<'_, Option<PyErr>> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn job(&self) -> MutexGuard<'_, CoreJob> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Job {
    /// The next event; None at the end.
    fn next_event(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        guard(py, || {
            self.check_process(py)?;
            if let Some(interrupted) = self.late().take() {
                return Err(interrupted);
            }
            let told = py.detach(|| self.job().next());
            if let Some(interrupted) = self.interrupt.take() {
                match &told {
                    // The cursor counts it as handed out, so it is.
                    Some(Ok(_)) => *self.late() = Some(interrupted),
                    _ => return Err(interrupted),
                }
            }
            match told {
                Some(event) => events::object(py, event.or_raise(py)?).map(Some),
                None => Ok(None),
            }
        })
    }

    /// How far an order pull has come, as a text to go on from; None for other jobs.
    fn cursor(&self, py: Python<'_>) -> PyResult<Option<String>> {
        guard(py, || {
            self.check_process(py)?;
            Ok(py.detach(|| self.job().cursor()))
        })
    }

    /// Ends the job from any thread. A job of writes still tells the outcome of every item.
    fn cancel(&self) {
        self.cancel.cancel();
    }
}
