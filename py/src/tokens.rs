//! Token pairs: stores of the host's.

use std::fmt;
use std::sync::Arc;

use lazcore::client::{StoreLock, TextStore as CoreTextStore, Token, TokenStore};
use lazcore::{Error, ErrorKind};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use crate::errors::{Raise, config, guard};

/// A store in memory for one token pair, for hosts that keep the pair as a text of their own.
///
/// Give the text in, and after calls take out what has changed. The text is a password in clear: keep
/// it like one. Processes that share a pair need a `token_file`. Any number of threads may use one store.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct TextStore(Arc<CoreTextStore>);

#[pymethods]
impl TextStore {
    /// A store of a text that `take_change` or `text` gave once, or an empty one.
    #[new]
    #[pyo3(signature = (text=None))]
    fn new(py: Python<'_>, text: Option<&str>) -> PyResult<Self> {
        guard(py, || {
            let store = match text {
                Some(text) => CoreTextStore::from_text(text).or_raise(py)?,
                None => CoreTextStore::new(),
            };
            Ok(Self(Arc::new(store)))
        })
    }

    /// The text of the pair, if there is one. It holds secrets.
    fn text(&self) -> Option<String> {
        self.0.text()
    }

    /// The text of the pair if it has changed since it was given or last taken: what to keep now. It holds
    /// secrets.
    fn take_change(&self) -> Option<String> {
        self.0.take_change()
    }

    // Static: the fields are secrets.
    #[expect(clippy::unused_self, reason = "a method of Python")]
    fn __repr__(&self) -> &'static str {
        "<TextStore>"
    }
}

/// The store of a `TextStore` or of an object of the host's.
pub(crate) fn store_of(store: &Bound<'_, PyAny>) -> PyResult<Arc<dyn TokenStore>> {
    if let Ok(text) = store.cast::<TextStore>() {
        return Ok(Arc::<CoreTextStore>::clone(&text.get().0));
    }
    let py = store.py();
    for method in ["load", "save", "try_lock", "unlock"] {
        let found = store.getattr_opt(method)?;
        if !found.is_some_and(|found| found.is_callable()) {
            let kind = store.get_type();
            let problem = format!(
                "expected a TextStore, or an object with load, save, try_lock and unlock; {} has no {method}",
                kind.name()?
            );
            return Err(config(py, "token_store", &problem));
        }
    }
    Ok(Arc::new(HostStore(store.clone().unbind())))
}

/// A store that the host wrote. Its methods are called with the interpreter's lock, which the core's callers
/// have given up: else a thread that waits for another's turn would keep that one from its store.
struct HostStore(Py<PyAny>);

impl HostStore {
    fn call<T>(
        &self,
        method: &'static str,
        act: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>,
    ) -> lazcore::Result<T> {
        let called = Python::try_attach(|py| {
            act(self.0.bind(py))
                .map_err(|error| (is_an_end(py, &error), kind_of(py, &error), error))
        });
        let Some(called) = called else {
            let message = "the interpreter ends";
            return Err(Error::by_host(ErrorKind::Canceled, message, fmt::Error));
        };
        called.map_err(|(ends, kind, error)| {
            let error_kind = if ends {
                ErrorKind::Canceled
            } else {
                ErrorKind::Io
            };
            // What the exception says may be anything, and hold the text that was to be saved.
            let message = format!("{} failed in {method}", self.name());
            Error::by_host(error_kind, message, HostFailure { error, kind })
        })
    }
}

/// Ctrl-C and the like: what `except Exception` lets pass.
fn is_an_end(py: Python<'_>, error: &PyErr) -> bool {
    !error.is_instance_of::<PyException>(py)
}

fn kind_of(py: Python<'_>, error: &PyErr) -> String {
    let name = error.get_type(py).name().map(|name| name.to_string());
    name.unwrap_or_else(|_| "an exception".to_owned())
}

impl TokenStore for HostStore {
    fn load(&self) -> lazcore::Result<Option<Token>> {
        let text: Option<String> =
            self.call("load", |store| store.call_method0("load")?.extract())?;
        text.map(|text| Token::from_text(&text)).transpose()
    }

    fn save(&self, token: &Token) -> lazcore::Result<()> {
        let text = token.to_text();
        self.call("save", |store| {
            store.call_method1("save", (text,)).map(drop)
        })
    }

    fn try_lock(&self) -> lazcore::Result<Option<StoreLock<'_>>> {
        let locked = self.call("try_lock", |store| {
            store.call_method0("try_lock")?.is_truthy()
        })?;
        Ok(locked.then(|| {
            StoreLock::new(|| {
                Python::try_attach(|py| {
                    let store = self.0.bind(py);
                    if let Err(error) = store.call_method0("unlock") {
                        // There is no caller left to tell; Python prints it.
                        error.write_unraisable(py, Some(store));
                    }
                });
            })
        }))
    }

    fn name(&self) -> String {
        let name = Python::try_attach(|py| {
            let name = self.0.bind(py).get_type().name();
            name.map(|name| name.to_string())
        });
        match name {
            Some(Ok(name)) => format!("the token store {name}"),
            _ => "the token store".to_owned(),
        }
    }
}

/// An exception of the host's store. Shown by its class alone.
pub(crate) struct HostFailure {
    error: PyErr,
    kind: String,
}

impl HostFailure {
    /// The exception behind an error of the core, if a host's store raised one.
    pub(crate) fn behind(error: &Error) -> Option<&Self> {
        let mut cause = std::error::Error::source(error);
        while let Some(one) = cause {
            if let Some(failure) = one.downcast_ref() {
                return Some(failure);
            }
            cause = one.source();
        }
        None
    }

    pub(crate) fn error(&self, py: Python<'_>) -> PyErr {
        self.error.clone_ref(py)
    }

    pub(crate) fn is_an_end(&self, py: Python<'_>) -> bool {
        is_an_end(py, &self.error)
    }
}

impl fmt::Display for HostFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)
    }
}

impl fmt::Debug for HostFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HostFailure").field(&self.kind).finish()
    }
}

impl std::error::Error for HostFailure {}
