//! An accepted answer with its rows and its evidence.

use std::sync::Arc;

use lazcore::Reply as CoreReply;
use lazcore::protocol::{Evidence as CoreEvidence, Row, Token};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};

use crate::errors::guard;
use crate::record::{Record, hash_of};
use crate::restore::{Reduced, evidence_state, reduced};
use crate::rows::{BadRow, FailedRow};
use crate::time::Time;
use crate::values;

/// An answer that the gateway and the API call successful. Single rows of a batch may have failed all the
/// same: see `failed_rows`.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Reply {
    reply: CoreReply,
    split: PyOnceLock<(Py<PyList>, Py<PyList>)>,
}

impl Reply {
    pub(crate) fn new(reply: CoreReply) -> Self {
        Self {
            reply,
            split: PyOnceLock::new(),
        }
    }

    /// Good and bad rows, split once.
    fn split<'a>(&'a self, py: Python<'a>) -> PyResult<&'a (Py<PyList>, Py<PyList>)> {
        self.split.get_or_try_init(py, || {
            let (good, bad) = (PyList::empty(py), PyList::empty(py));
            for row in self.reply.rows() {
                match row {
                    Row::Good(record) => good.append(Bound::new(py, Record::new(record))?)?,
                    Row::Bad(row) => bad.append(Bound::new(py, BadRow::of_reply(row))?)?,
                }
            }
            Ok((good.unbind(), bad.unbind()))
        })
    }

    fn evidence(&self) -> &CoreEvidence {
        self.reply.evidence()
    }
}

#[pymethods]
impl Reply {
    /// The payload: a Record, the rows where it is a list of objects, or a plain value.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(py, || {
            if let Some(record) = self.reply.record() {
                return Ok(Bound::new(py, Record::new(record))?.into_any());
            }
            let value = self.reply.value();
            if value.token() == Token::List && self.reply.row_count() > 0 {
                return Ok(self.split(py)?.0.bind(py).clone().into_any());
            }
            values::json(py, value)
        })
    }

    /// The rows of a list; where an API answers with one object, that object alone.
    #[getter]
    fn rows<'py>(&'py self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        guard(py, || Ok(self.split(py)?.0.bind(py).clone()))
    }

    /// Rows without their id, as they came.
    #[getter]
    fn bad_rows<'py>(&'py self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        guard(py, || Ok(self.split(py)?.1.bind(py).clone()))
    }

    /// Rows of a batch that failed although the call succeeded.
    #[getter]
    fn failed_rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        guard(py, || {
            let rows = self.reply.failed_rows().into_iter();
            let rows = rows.map(|row| Bound::new(py, FailedRow::new(row)));
            PyList::new(py, rows.collect::<PyResult<Vec<_>>>()?)
        })
    }

    /// The JSON text as it came.
    #[getter]
    fn body(&self) -> &str {
        self.reply.body()
    }

    /// The exact text at a JSON pointer below the payload, such as `/orders/0/order_id`: of a text, a
    /// number or a boolean the text itself, of lists and objects their JSON; None when there is nothing.
    #[pyo3(signature = (pointer, /))]
    fn pointer(&self, py: Python<'_>, pointer: &str) -> PyResult<Option<String>> {
        guard(py, || {
            let Some(raw) = self.reply.pointer(pointer) else {
                return Ok(None);
            };
            Ok(match raw.token() {
                Token::Null => None,
                Token::List | Token::Object => Some(raw.as_str().to_owned()),
                _ => raw.to_text().map(std::borrow::Cow::into_owned),
            })
        })
    }

    /// The payload as normalized JSON.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || Ok(self.reply.value_json()))
    }

    /// The payload as plain values; a list or a plain value comes under the name `data`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard(py, || {
            if let Some(record) = self.reply.record() {
                return values::plain(py, &record);
            }
            let dict = PyDict::new(py);
            if self.reply.value().token() == Token::List && self.reply.row_count() > 0 {
                let list = PyList::empty(py);
                for row in self.reply.rows() {
                    if let Row::Good(record) = row {
                        list.append(values::plain(py, &record)?)?;
                    }
                }
                dict.set_item("data", list)?;
            } else {
                dict.set_item("data", values::json(py, self.reply.value())?)?;
            }
            Ok(dict)
        })
    }

    /// What to quote to support, as one object.
    #[getter]
    #[pyo3(name = "evidence")]
    fn evidence_object(&self) -> Evidence {
        Evidence(Arc::new(self.evidence().clone()))
    }

    /// What to quote to Lazada's support.
    #[getter]
    fn request_id(&self) -> Option<&str> {
        self.evidence().request_id.as_deref()
    }

    /// The gateway's second id of the call.
    #[getter]
    fn trace_id(&self) -> Option<&str> {
        self.evidence().trace_id.as_deref()
    }

    /// The account the call was made for.
    #[getter]
    fn account(&self) -> Option<&str> {
        self.evidence().account.as_deref()
    }

    /// How many times the request was sent.
    #[getter]
    fn attempts(&self) -> u32 {
        self.evidence().attempts
    }

    /// HTTP status.
    #[getter]
    fn http_status(&self) -> u16 {
        self.evidence().http_status
    }

    fn __eq__(&self, other: &Self) -> bool {
        let api = |one: &Self| one.reply.api().map(|api| api.path);
        api(self) == api(other)
            && self.body() == other.body()
            && self.evidence() == other.evidence()
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.body())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        let api = self.reply.api().map(|api| api.path);
        reduced(
            py,
            "reply",
            (api, self.body(), evidence_state(self.evidence())),
        )
    }

    fn __repr__(&self) -> String {
        let id = self.evidence().request_id.as_deref().unwrap_or("none");
        let (api, rows) = (&self.evidence().api, self.reply.row_count());
        format!("<Reply {api} request_id={id} ({rows} rows)>")
    }
}

/// What to quote when something has to be proved later.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Evidence(Arc<CoreEvidence>);

impl Evidence {
    pub(crate) fn new(evidence: Arc<CoreEvidence>) -> Self {
        Self(evidence)
    }
}

#[pymethods]
impl Evidence {
    /// Path of the API.
    #[getter]
    fn api(&self) -> &str {
        &self.0.api
    }

    /// The gateway's id of the call.
    #[getter]
    fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The gateway's second id of the call.
    #[getter]
    fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// The account the call was made for.
    #[getter]
    fn account(&self) -> Option<&str> {
        self.0.account.as_deref()
    }

    /// When the answer came, by the local clock; None when it was read outside a client.
    #[getter]
    fn time(&self) -> Option<Time> {
        let time = Some(self.0.time_ms).filter(|time| *time > 0)?;
        Some(Time::new(lazcore::Time::from_epoch_ms(time)))
    }

    /// How many times the request was sent.
    #[getter]
    fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// HTTP status.
    #[getter]
    fn http_status(&self) -> u16 {
        self.0.http_status
    }

    /// The gateway's own clock: the answer's Date header.
    #[getter]
    fn gateway_date(&self) -> Option<&str> {
        self.0.gateway_date.as_deref()
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
        reduced(py, "evidence", evidence_state(&self.0))
    }

    fn __repr__(&self) -> String {
        format!("<Evidence {}>", self.0.to_json())
    }
}
