//! What a job tells, as small objects.

use lazcore::jobs::{self, Event, Items};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::outcome::Outcome;
use crate::record::{Record, hash_of};
use crate::reply::Evidence;
use crate::restore::{Reduced, order_state, reduced};
use crate::rows::BadRow;
use crate::values;

/// The object of an event.
pub(crate) fn object(py: Python<'_>, event: Event) -> PyResult<Py<PyAny>> {
    Ok(match event {
        Event::Progress(progress) => Bound::new(py, Progress(progress))?.into_any().unbind(),
        Event::Row(order) => PulledOrder::object(py, *order)?,
        Event::BadRow(row) => Bound::new(py, BadRow::pulled(*row))?.into_any().unbind(),
        Event::Outcome(outcome) => Bound::new(py, Outcome::new(*outcome))?.into_any().unbind(),
        Event::Notice(notice) => Bound::new(py, Notice(notice))?.into_any().unbind(),
        Event::Done(summary) => Bound::new(py, Done(summary))?.into_any().unbind(),
        // The core's list of events is open; what this shell does not know is told as a notice.
        other => {
            let message = other.to_json();
            let notice = jobs::Notice {
                code: other.name(),
                message,
            };
            Bound::new(py, Notice(notice))?.into_any().unbind()
        }
    })
}

/// How far a job is.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Progress(pub(crate) jobs::Progress);

#[pymethods]
impl Progress {
    /// What is being done, such as `orders`, `read` or `ship`.
    #[getter]
    fn stage(&self) -> &str {
        self.0.stage
    }

    /// How many are done.
    #[getter]
    fn done(&self) -> u64 {
        self.0.done
    }

    /// Of how many, when that is known. It may change while the list moves.
    #[getter]
    fn total(&self) -> Option<u64> {
        self.0.total
    }

    /// As a JSON object.
    fn to_json(&self) -> String {
        Event::Progress(self.0.clone()).to_json()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&(self.0.stage, self.0.done, self.0.total))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        let one = &self.0;
        reduced(py, "progress", (one.stage, one.done, one.total))
    }

    fn __repr__(&self) -> String {
        match self.0.total {
            Some(total) => format!("<Progress {} {}/{total}>", self.0.stage, self.0.done),
            None => format!("<Progress {} {}>", self.0.stage, self.0.done),
        }
    }
}

/// An order with its items and the evidence of the call that brought it.
#[pyclass(frozen, extends = Record, module = "lazcore")]
pub(crate) struct PulledOrder(jobs::PulledOrder);

impl PulledOrder {
    pub(crate) fn object(py: Python<'_>, order: jobs::PulledOrder) -> PyResult<Py<PyAny>> {
        let base = PyClassInitializer::from(Record::new(order.order.clone()));
        let made = Bound::new(py, base.add_subclass(Self(order)))?;
        Ok(made.into_any().unbind())
    }

    pub(crate) fn items_of(&self) -> &Items {
        &self.0.items
    }
}

#[pymethods]
impl PulledOrder {
    /// The store it belongs to; order ids are unique within one store only.
    #[getter]
    fn account(&self) -> &str {
        &self.0.account
    }

    /// Its items, one record per unit; None when they were not asked for, or the answer left them out.
    #[getter]
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        match &self.0.items {
            Items::Attached(items) => values::records(py, items.iter().cloned()).map(Some),
            Items::NotAsked | Items::Unanswered => Ok(None),
        }
    }

    /// Whether items were asked for and the answer left this order out.
    #[getter]
    fn items_unanswered(&self) -> bool {
        matches!(self.0.items, Items::Unanswered)
    }

    /// Whether the statuses of the items are not those of the order, also after a second look: one of the
    /// two is newer.
    #[getter]
    fn items_differ(&self) -> bool {
        self.0.items_differ
    }

    /// What to quote to support.
    #[getter]
    fn evidence(&self) -> Evidence {
        Evidence::new(self.0.evidence.clone())
    }

    // Not the evidence: what was read twice and has not changed is the same.
    fn __eq__(&self, other: &Self) -> bool {
        let (one, two) = (&self.0, &other.0);
        one.account == two.account
            && one.order == two.order
            && one.items == two.items
            && one.items_differ == two.items_differ
    }

    fn __hash__(&self) -> u64 {
        hash_of(&(&self.0.account, &self.0.order))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "order", order_state(&self.0))
    }

    /// The order, its items and the evidence as a JSON object in normalized form.
    fn to_event_json(&self) -> String {
        Event::Row(Box::new(self.0.clone())).to_json()
    }
}

/// Something a person may want to know; the job goes on.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Notice(pub(crate) jobs::Notice);

#[pymethods]
impl Notice {
    /// A word to branch on.
    #[getter]
    fn code(&self) -> &str {
        self.0.code
    }

    /// One line.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    /// As a JSON object.
    fn to_json(&self) -> String {
        Event::Notice(self.0.clone()).to_json()
    }

    fn __eq__(&self, other: &Self) -> bool {
        (self.0.code, &self.0.message) == (other.0.code, &other.0.message)
    }

    fn __hash__(&self) -> u64 {
        hash_of(&(self.0.code, &self.0.message))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "notice", (self.0.code, &self.0.message))
    }

    fn __repr__(&self) -> String {
        format!("<Notice {}: {}>", self.0.code, self.0.message)
    }
}

/// The end of a job.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Done(pub(crate) jobs::Summary);

#[pymethods]
impl Done {
    /// What was counted, by name.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = PyDict::new(py);
        for (name, count) in &self.0.counts {
            counts.set_item(name, count)?;
        }
        Ok(counts)
    }

    /// Order pull: the seconds whose orders could not be proven to be all. Pull them again.
    #[getter]
    fn unproven(&self) -> Vec<&str> {
        self.0.unproven.iter().map(String::as_str).collect()
    }

    /// Order pull: when the order that changed last of all that came had changed, as RFC 3339; None when none came.
    #[getter]
    fn newest(&self) -> Option<&str> {
        self.0.newest.as_deref()
    }

    /// Order pull: how late that order was, in seconds: from its change to the answer that brought it, both by the
    /// gateway's clock. None when none came, or the answer carried no time.
    #[getter]
    fn lateness_s(&self) -> Option<u64> {
        self.0.lateness_s
    }

    /// The job was canceled; what it had not begun was left.
    #[getter]
    fn canceled(&self) -> bool {
        self.0.canceled
    }

    /// As a JSON object.
    fn to_json(&self) -> String {
        Event::Done(self.0.clone()).to_json()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.to_json() == other.to_json()
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.to_json())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "done", (self.to_json(),))
    }

    fn __repr__(&self) -> String {
        let counts = self
            .0
            .counts
            .iter()
            .map(|(name, count)| format!("{name}={count}"));
        format!("<Done {}>", counts.collect::<Vec<_>>().join(" "))
    }
}
