//! What a look at the gateway told.

use lazcore::client::Probe;
use pyo3::prelude::*;

use crate::record::hash_of;
use crate::restore::{Reduced, reduced};

/// What one look at the gateway told.
// A `Probe` in Python; what pyo3 makes of `__eq__` has a trait of that name in scope.
#[pyclass(frozen, name = "Probe", module = "lazcore")]
pub(crate) struct Look(Probe);

impl Look {
    pub(crate) fn new(probe: Probe) -> Self {
        Self(probe)
    }
}

#[pymethods]
impl Look {
    /// The address that was asked.
    #[getter]
    fn url(&self) -> &str {
        &self.0.url
    }

    /// HTTP status.
    #[getter]
    fn http_status(&self) -> u16 {
        self.0.http_status
    }

    /// Whether the gateway itself answered, and not a proxy or a log-in page between.
    #[getter]
    fn is_gateway(&self) -> bool {
        self.0.is_gateway()
    }

    /// The code with which the gateway refuses what is not signed.
    #[getter]
    fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The gateway's id of the call.
    #[getter]
    fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Seconds from the request to the end of its answer.
    #[getter]
    fn took(&self) -> f64 {
        seconds(self.0.took_ms)
    }

    /// Seconds that the local clock is ahead of the gateway's (negative: behind), good to a second; None
    /// when the gateway told no time. Calls are refused from two hours on.
    #[getter]
    fn clock_ahead(&self) -> Option<f64> {
        self.0.clock_ahead_ms.map(seconds)
    }

    /// As a JSON object.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.0.to_json())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "probe", (self.0.to_json(),))
    }

    fn __repr__(&self) -> String {
        format!("<Probe {}>", self.0.to_json())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of any clock are exact in a double"
)]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
