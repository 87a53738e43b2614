//! What became of one item.

use lazcore::jobs;
use pyo3::prelude::*;

use crate::record::hash_of;
use crate::restore::{Reduced, reduced};

/// What became of one item.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Outcome(jobs::Outcome);

impl Outcome {
    pub(crate) fn new(outcome: jobs::Outcome) -> Self {
        Self(outcome)
    }
}

#[pymethods]
impl Outcome {
    /// The store.
    #[getter]
    fn account(&self) -> &str {
        &self.0.account
    }

    /// The order.
    #[getter]
    fn order_id(&self) -> &str {
        &self.0.order_id
    }

    /// The item; None when the order itself could not be read.
    #[getter]
    fn order_item_id(&self) -> Option<&str> {
        self.0.order_item_id.as_deref()
    }

    /// done, left_out, refused, canceled, unanswered, packed_elsewhere, package_changed, package_shared,
    /// indeterminate or stopped_before.
    #[getter]
    fn state(&self) -> &str {
        self.0.state.as_str()
    }

    /// The last step that was tried: read, pack, labels, ready_to_ship or repack.
    #[getter]
    fn step(&self) -> &str {
        self.0.step.as_str()
    }

    /// The item's status when it was read.
    #[getter]
    fn status(&self) -> Option<&str> {
        self.0.status.as_deref()
    }

    /// Lazada's code of a refusal, as text.
    #[getter]
    fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Why, for a person.
    #[getter]
    fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The package.
    #[getter]
    fn package_id(&self) -> Option<&str> {
        self.0.package_id.as_deref()
    }

    /// Its tracking number.
    #[getter]
    fn tracking_number(&self) -> Option<&str> {
        self.0.tracking_number.as_deref()
    }

    /// Its carrier.
    #[getter]
    fn shipment_provider(&self) -> Option<&str> {
        self.0.shipment_provider.as_deref()
    }

    /// The file that holds its label.
    #[getter]
    fn label(&self) -> Option<String> {
        self.0.label.as_ref().map(|path| path.display().to_string())
    }

    /// How it is known to be in its package: answer, read_back or adopted.
    #[getter]
    fn origin(&self) -> Option<&str> {
        self.0.origin.map(jobs::Origin::as_str)
    }

    /// Who began the write that brought it here, as that run's `actor`.
    #[getter]
    fn actor(&self) -> Option<&str> {
        self.0.actor.as_deref()
    }

    /// For an indeterminate item all that is known of its write: kind, rows, tries, sightings, package_ids and
    /// next_step.
    #[getter]
    fn indeterminate<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.0.indeterminate {
            None => Ok(None),
            Some(doubt) => {
                let json = py.import("json")?;
                json.call_method1("loads", (doubt.to_json(),)).map(Some)
            }
        }
    }

    /// The page of that file, from 1; None when it is not known.
    #[getter]
    fn label_page(&self) -> Option<u32> {
        self.0.label_page
    }

    /// When this was known, as RFC 3339.
    #[getter]
    fn time(&self) -> Option<String> {
        self.0.time()
    }

    /// What to quote to support: the id of the last call that concerned it.
    #[getter]
    fn request_id(&self) -> Option<&str> {
        self.0.request_ids.last().map(|(_, id)| id.as_str())
    }

    /// Step and request id of the calls that concerned it, in order.
    #[getter]
    fn request_ids(&self) -> Vec<(&str, &str)> {
        self.0
            .request_ids
            .iter()
            .map(|(step, id)| (step.as_str(), id.as_str()))
            .collect()
    }

    /// As a JSON object.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.to_json() == other.0.to_json()
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.0.to_json())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "outcome", (self.0.to_json(),))
    }

    fn __repr__(&self) -> String {
        let item = self.0.order_item_id.as_deref().unwrap_or("-");
        let (order, state, step) = (
            &self.0.order_id,
            self.0.state.as_str(),
            self.0.step.as_str(),
        );
        format!("<Outcome order {order} item {item}: {state} at {step}>")
    }
}
