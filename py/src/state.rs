//! An object of the caller's that a job calls, and the state of a sync in one.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use lazcore::jobs::CursorStore;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::input;

/// What an object has to have.
#[derive(Clone, Copy)]
pub(crate) struct Callee {
    /// The argument that it is given as.
    pub(crate) field: &'static str,
    pub(crate) methods: &'static [&'static str],
    pub(crate) expected: &'static str,
}

/// An object whose methods a job calls: `load() -> str | None` and `save(str)` of a sync, or those of a journal.
pub(crate) struct StateStore {
    object: Py<PyAny>,
    name: String,
    callee: Callee,
    /// What the object raised last.
    raised: Mutex<Option<PyErr>>,
    /// The thread that is in the object's code.
    inside: Mutex<Option<ThreadId>>,
}

impl StateStore {
    pub(crate) fn new(object: &Bound<'_, PyAny>) -> PyResult<Arc<Self>> {
        let callee = Callee {
            field: "state",
            methods: &["load", "save"],
            expected: "expected a path, or an object with load() and save(text)",
        };
        Self::of(object, callee)
    }

    pub(crate) fn of(object: &Bound<'_, PyAny>, callee: Callee) -> PyResult<Arc<Self>> {
        for name in callee.methods {
            if !object.hasattr(*name)? {
                return Err(input(object.py(), callee.field, callee.expected));
            }
        }
        Ok(Arc::new(Self {
            object: object.clone().unbind(),
            name: object.get_type().name()?.to_cow()?.into_owned(),
            callee,
            raised: Mutex::default(),
            inside: Mutex::default(),
        }))
    }

    /// The argument that the object was given as.
    pub(crate) fn field(&self) -> &'static str {
        self.callee.field
    }

    /// What it is called in messages: its `name`, or else its class.
    pub(crate) fn title(&self) -> String {
        let named = Python::try_attach(|py| {
            let name = self.object(py).getattr("name").ok()?;
            name.extract::<String>().ok()
        });
        named.flatten().unwrap_or_else(|| self.name.clone())
    }

    pub(crate) fn object<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        self.object.bind(py)
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

    pub(crate) fn call<T>(&self, act: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>) -> io::Result<T> {
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

impl fmt::Debug for StateStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StateStore").field(&self.name).finish()
    }
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
