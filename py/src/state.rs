//! The state of a sync in an object of the caller's.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use lazcore::jobs::CursorStore;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::input;

/// An object with `load() -> str | None` and `save(str)`.
pub(crate) struct StateStore {
    object: Py<PyAny>,
    name: String,
    /// What the object raised last.
    raised: Mutex<Option<PyErr>>,
    /// The thread that is in the object's code.
    inside: Mutex<Option<ThreadId>>,
}

impl StateStore {
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Arc<Self>> {
        for name in ["load", "save"] {
            if !object.hasattr(name)? {
                let problem = "expected a path, or an object with load() and save(text)";
                return Err(input(object.py(), "state", problem));
            }
        }
        Ok(Arc::new(Self {
            object: object.clone().unbind(),
            name: object.get_type().name()?.to_cow()?.into_owned(),
            raised: Mutex::default(),
            inside: Mutex::default(),
        }))
    }

    /// Whether this thread is in the object's code, called by the job, which it then cannot use.
    pub(crate) fn is_inside(&self) -> bool {
        *lock(&self.inside) == Some(thread::current().id())
    }

    /// The error of a job, with what the object raised as its cause. Ctrl-C and the like stay what they are.
    pub(crate) fn explain(&self, py: Python<'_>, error: PyErr) -> PyErr {
        match lock(&self.raised).take() {
            Some(raised) if raised.is_instance_of::<PyException>(py) => {
                error.set_cause(py, Some(raised));
                error
            }
            Some(raised) => raised,
            None => error,
        }
    }

    fn call<T>(&self, act: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>) -> io::Result<T> {
        *lock(&self.inside) = Some(thread::current().id());
        let acted = Python::try_attach(|py| {
            act(self.object.bind(py)).map_err(|raised| {
                let text = raised.to_string();
                *lock(&self.raised) = Some(raised);
                io::Error::other(text)
            })
        });
        *lock(&self.inside) = None;
        acted.unwrap_or_else(|| Err(io::Error::other("the interpreter is going away")))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CursorStore for StateStore {
    fn load(&self) -> io::Result<Option<String>> {
        self.call(|object| {
            let state = object.call_method0("load")?;
            if state.is_none() {
                return Ok(None);
            }
            match state.cast::<PyString>() {
                Ok(text) => Ok(Some(text.to_cow()?.into_owned())),
                Err(_) => {
                    let kind = state.get_type().name()?.to_cow()?.into_owned();
                    let problem = format!("expected str or None from load(), got {kind}");
                    Err(input(object.py(), "state", &problem))
                }
            }
        })
    }

    fn save(&self, state: &str) -> io::Result<()> {
        self.call(|object| object.call_method1("save", (state,)).map(drop))
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
