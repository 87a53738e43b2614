//! A point in time as the platform printed it.

use std::hash::{DefaultHasher, Hash, Hasher};

use lazcore::Time as CoreTime;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pyclass::CompareOp;

use crate::args::datetime_type;
use crate::restore::{Reduced, reduced};

/// A time as the platform printed it, and what it means.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Time(CoreTime);

impl Time {
    pub(crate) fn new(time: CoreTime) -> Self {
        Self(time)
    }

    pub(crate) fn core(&self) -> &CoreTime {
        &self.0
    }
}

#[pymethods]
impl Time {
    /// As the platform sent it.
    #[getter]
    fn text(&self) -> &str {
        self.0.as_sent()
    }

    /// Milliseconds since 1970 UTC; None when the time came without an offset.
    #[getter]
    fn epoch_ms(&self) -> Option<i64> {
        self.0.epoch_ms()
    }

    /// ISO 8601 with the offset received; as sent when it came without one.
    fn isoformat(&self) -> String {
        let text = self.0.to_rfc3339();
        text.unwrap_or_else(|| self.0.as_sent().to_owned())
    }

    /// An aware datetime with the offset received; None when the time came without one.
    #[getter]
    fn datetime<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(text) = self.0.to_rfc3339() else {
            return Ok(None);
        };
        // Before Python 3.11 `Z` is not understood.
        let text = text.replace('Z', "+00:00");
        datetime_type(py)?
            .call_method1("fromisoformat", (text,))
            .map(Some)
    }

    fn __richcmp__(&self, other: &Self, operation: CompareOp) -> PyResult<bool> {
        match (self.0.epoch_ms(), other.0.epoch_ms()) {
            (Some(one), Some(two)) => Ok(operation.matches(one.cmp(&two))),
            _ => match operation {
                CompareOp::Eq => Ok(self.same_text(other)),
                CompareOp::Ne => Ok(!self.same_text(other)),
                _ => Err(PyTypeError::new_err(
                    "a time without an offset has no order",
                )),
            },
        }
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match self.0.epoch_ms() {
            Some(instant) => instant.hash(&mut hasher),
            None => self.0.as_sent().hash(&mut hasher),
        }
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "time", (self.0.as_sent(), self.0.epoch_ms()))
    }

    fn __str__(&self) -> String {
        self.isoformat()
    }

    fn __repr__(&self) -> String {
        format!("Time({:?})", self.0.as_sent())
    }
}

impl Time {
    fn same_text(&self, other: &Self) -> bool {
        self.0.epoch_ms().is_none()
            && other.0.epoch_ms().is_none()
            && self.0.as_sent() == other.0.as_sent()
    }
}
