//! Errors of the core as the exceptions of `lazcore.errors`.

use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lazcore::{ErrorKind, Executed};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};

use crate::tokens::HostFailure;

/// Runs `body` so that no panic leaves it: a defect is an exception that `except Exception` catches.
///
/// The panic's text is not repeated, since it may quote data.
pub(crate) fn guard<T>(py: Python<'_>, body: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| {
        let message = "a defect of lazcore; the error output of the process tells where";
        Err(shell_error(py, ErrorKind::Internal, None, message))
    })
}

/// A result of the core as a result of Python.
pub(crate) trait Raise<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> Raise<T> for lazcore::Result<T> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| raise(py, &error))
    }
}

/// The exception of an error of the core.
pub(crate) fn raise(py: Python<'_>, error: &lazcore::Error) -> PyErr {
    let host = HostFailure::behind(error);
    if let Some(failure) = host.filter(|failure| failure.is_an_end(py)) {
        return failure.error(py);
    }
    let made = || -> PyResult<PyErr> {
        let details = PyDict::new(py);
        details.set_item("code", error.code())?;
        details.set_item("request_id", error.request_id())?;
        details.set_item("trace_id", error.trace_id())?;
        details.set_item("http_status", error.http_status())?;
        details.set_item("retryable", error.retryable())?;
        details.set_item("executed", executed(error.executed()))?;
        details.set_item("field", error.field())?;
        details.set_item("api", error.api())?;
        details.set_item("attempts", error.attempts())?;
        details.set_item("account", error.account())?;
        details.set_item("answer", error.answer())?;
        let raised = exception(
            py,
            error.kind(),
            &with_causes(error),
            error.message(),
            &details,
        )?;
        if let Some(failure) = host {
            raised.set_cause(py, Some(failure.error(py)));
        }
        Ok(raised)
    };
    made().unwrap_or_else(|failure| failure)
}

/// An error that only this shell can see, such as a float among the parameters.
pub(crate) fn shell_error(
    py: Python<'_>,
    kind: ErrorKind,
    field: Option<&str>,
    problem: &str,
) -> PyErr {
    let message = match field {
        Some(field) => format!("{field}: {problem}"),
        None => problem.to_owned(),
    };
    let made = || -> PyResult<PyErr> {
        let details = PyDict::new(py);
        details.set_item("field", field)?;
        exception(py, kind, &message, &message, &details)
    };
    made().unwrap_or_else(|failure| failure)
}

/// A parameter the caller gave is wrong.
pub(crate) fn input(py: Python<'_>, field: &str, problem: &str) -> PyErr {
    shell_error(py, ErrorKind::Input, Some(field), problem)
}

/// A setting of the client is wrong.
pub(crate) fn config(py: Python<'_>, field: &str, problem: &str) -> PyErr {
    shell_error(py, ErrorKind::Config, Some(field), problem)
}

/// The words of all kinds, for the table of classes and its test.
pub(crate) fn kinds(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, ErrorKind::ALL.iter().map(|kind| kind.as_str()))
}

fn exception(
    py: Python<'_>,
    kind: ErrorKind,
    text: &str,
    message: &str,
    details: &Bound<'_, PyDict>,
) -> PyResult<PyErr> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make = MAKE.import(py, "lazcore.errors", "from_kind")?;
    let made = make.call((kind.as_str(), text, message), Some(details))?;
    Ok(PyErr::from_value(made))
}

fn executed(executed: Executed) -> &'static str {
    match executed {
        Executed::No => "no",
        Executed::Unknown => "unknown",
    }
}

/// The error in one line, followed by what caused it.
fn with_causes(error: &lazcore::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        text.push_str(": ");
        text.push_str(&one.to_string());
        cause = one.source();
    }
    text
}

/// Panics, so that a test can see what becomes of it. Not in release builds.
#[cfg(debug_assertions)]
#[pyfunction]
#[pyo3(name = "_panic_for_test")]
pub(crate) fn panic_for_test(py: Python<'_>) -> PyResult<()> {
    #[allow(clippy::panic, reason = "the panic is what is tested")]
    guard(py, || panic!("on request"))
}
