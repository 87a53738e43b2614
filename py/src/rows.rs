//! Rows of an answer that are not as they should be.

use std::sync::Arc;

use lazcore::protocol::{
    BadRow as CoreBadRow, Evidence as CoreEvidence, FailedRow as CoreFailedRow,
};
use pyo3::prelude::*;

use crate::record::{Record, hash_of};
use crate::reply::Evidence;
use crate::restore::{Reduced, evidence_state, record_state, reduced};

/// A row without its id or sort key, as it came. Never dropped.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct BadRow {
    row: CoreBadRow,
    account: Option<String>,
    evidence: Option<Arc<CoreEvidence>>,
}

impl BadRow {
    pub(crate) fn new(
        row: CoreBadRow,
        account: Option<String>,
        evidence: Option<Arc<CoreEvidence>>,
    ) -> Self {
        Self {
            row,
            account,
            evidence,
        }
    }

    pub(crate) fn of_reply(row: CoreBadRow) -> Self {
        Self {
            row,
            account: None,
            evidence: None,
        }
    }

    pub(crate) fn pulled(row: lazcore::jobs::PulledBadRow) -> Self {
        Self {
            row: row.row,
            account: Some(row.account),
            evidence: Some(row.evidence),
        }
    }
}

#[pymethods]
impl BadRow {
    /// Its position on the page, from 0.
    #[getter]
    fn position(&self) -> usize {
        self.row.position
    }

    /// Its JSON text as it came.
    #[getter]
    fn raw_json(&self) -> &str {
        &self.row.json
    }

    /// What is wrong with it.
    #[getter]
    fn reason(&self) -> &str {
        &self.row.reason
    }

    /// The store, for rows of a job.
    #[getter]
    fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// What to quote to support, for rows of a job.
    #[getter]
    fn evidence(&self) -> Option<Evidence> {
        self.evidence
            .as_ref()
            .map(|evidence| Evidence::new(Arc::clone(evidence)))
    }

    fn __eq__(&self, other: &Self) -> bool {
        let (one, two) = (&self.row, &other.row);
        (one.position, &one.json, &one.reason) == (two.position, &two.json, &two.reason)
            && self.account == other.account
            && self.evidence == other.evidence
    }

    fn __hash__(&self) -> u64 {
        hash_of(&(self.row.position, &self.row.json))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        let row = &self.row;
        let proof = self.evidence.as_deref().map(evidence_state);
        let state = (row.position, &row.json, &row.reason, &self.account, proof);
        reduced(py, "bad_row", state)
    }

    fn __repr__(&self) -> String {
        format!("<BadRow {}: {}>", self.row.position, self.row.reason)
    }
}

/// A row of a batch that failed while the call succeeded.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct FailedRow(CoreFailedRow);

impl FailedRow {
    pub(crate) fn new(row: CoreFailedRow) -> Self {
        Self(row)
    }
}

#[pymethods]
impl FailedRow {
    /// Lazada's code of the row, as text.
    #[getter]
    fn code(&self) -> &str {
        &self.0.code
    }

    /// Its text.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether the platform says that trying again can help.
    #[getter]
    fn retry(&self) -> bool {
        self.0.retry
    }

    /// The row.
    #[getter]
    fn record(&self) -> Record {
        Record::new(self.0.record.clone())
    }

    fn __eq__(&self, other: &Self) -> bool {
        let (one, two) = (&self.0, &other.0);
        one.record == two.record
            && (&one.code, &one.message, one.retry) == (&two.code, &two.message, two.retry)
    }

    fn __hash__(&self) -> u64 {
        hash_of(&(&self.0.code, &self.0.record))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        let row = &self.0;
        let state = (
            &row.code,
            &row.message,
            row.retry,
            record_state(&row.record),
        );
        reduced(py, "failed_row", state)
    }

    fn __repr__(&self) -> String {
        format!("<FailedRow {}: {}>", self.0.code, self.0.message)
    }
}
