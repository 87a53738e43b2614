//! A job of many calls as a source of events.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lazcore::jobs::Job as CoreJob;
use lazcore::{Cancel, ErrorKind};
use pyo3::prelude::*;

use crate::errors::{guard, raise, shell_error};
use crate::events;
use crate::interrupt::Interrupt;
use crate::state::StateStore;

/// A job under way.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Job {
    /// None once it was closed.
    job: Mutex<Option<CoreJob>>,
    /// Where a sync keeps its state, or a run its journal, if that is an object of the caller's.
    store: Option<Arc<StateStore>>,
    /// The last cursor, once the job was closed.
    cursor: Mutex<Option<String>>,
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
            job: Mutex::new(Some(job.cancel_by(cancel.clone()))),
            store: None,
            cursor: Mutex::default(),
            cancel,
            interrupt,
            late: Mutex::new(None),
            process: std::process::id(),
        }
    }

    pub(crate) fn with_store(mut self, store: Option<Arc<StateStore>>) -> Self {
        self.store = store;
        self
    }

    /// Code that the job calls cannot call the job.
    fn check_entry(&self, py: Python<'_>) -> PyResult<()> {
        self.check_process(py)?;
        let Some(store) = self.store.as_ref().filter(|store| store.is_inside()) else {
            return Ok(());
        };
        let message = "its methods cannot use the job that calls them";
        let field = Some(store.field());
        Err(shell_error(py, ErrorKind::Input, field, message))
    }

    /// Before any lock: another thread of the parent may have held it at the fork.
    fn check_process(&self, py: Python<'_>) -> PyResult<()> {
        if self.process == std::process::id() {
            return Ok(());
        }
        let message = "this job belongs to the process that began it";
        Err(shell_error(py, ErrorKind::Forked, None, message))
    }

    fn explain(&self, py: Python<'_>, error: PyErr) -> PyErr {
        match &self.store {
            Some(store) => store.explain(py, error),
            None => error,
        }
    }

    fn last_cursor(&self) -> MutexGuard<'_, Option<String>> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn late(&self) -> MutexGuard<'_, Option<PyErr>> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn job(&self) -> MutexGuard<'_, Option<CoreJob>> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Job {
    /// The next event; None at the end.
    fn next_event(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        guard(py, || {
            self.check_entry(py)?;
            if let Some(interrupted) = self.late().take() {
                return Err(interrupted);
            }
            let told = py.detach(|| self.job().as_mut().and_then(Iterator::next));
            if let Some(interrupted) = self.interrupt.take() {
                match &told {
                    // The cursor counts it as handed out, so it is.
                    Some(Ok(_)) => *self.late() = Some(interrupted),
                    _ => return Err(interrupted),
                }
            }
            match told {
                Some(Ok(event)) => events::object(py, event).map(Some),
                Some(Err(error)) => Err(self.explain(py, raise(py, &error))),
                None => Ok(None),
            }
        })
    }

    /// Waits until `next_event` returns at once, and hands nothing out: true when an event is there, false at the end
    /// or when `next_event` has an error to raise.
    fn wait(&self, py: Python<'_>) -> PyResult<bool> {
        guard(py, || {
            self.check_entry(py)?;
            Ok(py.detach(|| self.job().as_mut().is_some_and(CoreJob::wait)))
        })
    }

    /// Up to `limit` events: one, after the wait it takes, and those that are there by then. Empty at the end.
    fn next_events(&self, py: Python<'_>, limit: usize) -> PyResult<Vec<Py<PyAny>>> {
        let mut events = Vec::new();
        events.extend(self.next_event(py)?);
        // An interruption waits for the next call: what was taken is the caller's.
        let more = |taken: usize| (1..limit).contains(&taken) && self.late().is_none();
        while more(events.len()) && self.ready() > 0 {
            events.extend(self.next_event(py)?);
        }
        Ok(events)
    }

    /// How many events are there, without any wait; 0 while another thread waits for one.
    fn ready(&self) -> usize {
        if self.process != std::process::id() {
            return 0;
        }
        let job = self.job.try_lock();
        job.map_or(0, |job| job.as_ref().map_or(0, CoreJob::ready))
    }

    /// How far an order pull has come, as a text to go on from; None for other jobs.
    fn cursor(&self, py: Python<'_>) -> PyResult<Option<String>> {
        guard(py, || {
            self.check_entry(py)?;
            Ok(py.detach(|| match &*self.job() {
                Some(job) => job.cursor(),
                None => self.last_cursor().clone(),
            }))
        })
    }

    /// Ends the job where it stands and frees what it holds, such as the file of its state. Waits for an event that is
    /// on its way.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        guard(py, || {
            if self.check_process(py).is_err() {
                return Ok(());
            }
            self.check_entry(py)?;
            py.detach(|| {
                if let Some(job) = self.job().take() {
                    *self.last_cursor() = job.cursor();
                }
            });
            Ok(())
        })
    }

    /// Ends the job from any thread. A job of writes still tells the outcome of every item.
    fn cancel(&self) {
        self.cancel.cancel();
    }
}
