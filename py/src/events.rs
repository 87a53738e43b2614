//! What a job tells, as small objects.

use lazcore::jobs::{self, Event, Items};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::record::{Record, hash_of};
use crate::reply::{BadRow, Evidence};
use crate::restore::{Reduced, order_state, reduced};
use crate::values;

/// The object of an event.
pub(crate) fn object(py: Python<'_>, event: Event) -> PyResult<Py<PyAny>> {
    Ok(match event {
        Event::Progress(progress) => Bound::new(py, Progress(progress))?.into_any().unbind(),
        Event::Row(order) => PulledOrder::object(py, *order)?,
        Event::BadRow(row) => Bound::new(py, BadRow::pulled(*row))?.into_any().unbind(),
        Event::Outcome(outcome) => Bound::new(py, Outcome(*outcome))?.into_any().unbind(),
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
pub(crate) struct Progress(jobs::Progress);

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

/// Something a person may want to know; the job goes on.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Notice(jobs::Notice);

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

    fn __repr__(&self) -> String {
        format!("<Notice {}: {}>", self.0.code, self.0.message)
    }
}

/// The end of a job.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Done(jobs::Summary);

impl Done {
    pub(crate) fn new(summary: jobs::Summary) -> Self {
        Self(summary)
    }
}

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
