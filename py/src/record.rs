//! A row of an answer, read like attributes and like a mapping.

use std::hash::{DefaultHasher, Hash, Hasher};

use lazcore::api::orders::Order;
use lazcore::protocol::schema::{Field, Kind};
use lazcore::{Money, Record as CoreRecord};
use pyo3::exceptions::{PyAttributeError, PyKeyError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyList, PyString};

use crate::errors::{Raise, guard};
use crate::names::{Attribute, Names};
use crate::restore::{Reduced, record_state, reduced};
use crate::values;

/// One object of an answer. Fields are decoded when they are read, as the catalogue says.
#[pyclass(frozen, subclass, mapping, module = "lazcore")]
pub(crate) struct Record(CoreRecord);

impl Record {
    pub(crate) fn new(record: CoreRecord) -> Self {
        Self(record)
    }

    pub(crate) fn core(&self) -> &CoreRecord {
        &self.0
    }

    /// The field an attribute stands for, by the spelling that came.
    fn known(&self, attribute: &Attribute) -> Option<&'static Field> {
        let mut known = None;
        for wire in &attribute.wire {
            if let Some(field) = attribute.field(self.0.fields(), wire) {
                if attribute.wire.len() == 1 || self.0.raw(wire).is_some() {
                    return Some(field);
                }
                known = known.or(Some(field));
            }
        }
        known
    }

    fn read<'py>(&self, py: Python<'py>, field: &'static Field) -> PyResult<Bound<'py, PyAny>> {
        if matches!(field.kind, Kind::Money | Kind::Decimal)
            && let Some(digits) = self.0.raw(field.name).and_then(Money::digits)
        {
            return values::decimal_of(py, digits);
        }
        match self.0.field_value(field).or_raise(py)? {
            Some(value) => values::field(py, value),
            None if matches!(field.kind, Kind::Objects | Kind::Texts) => {
                Ok(PyList::empty(py).into_any())
            }
            None => Ok(py.None().into_bound(py)),
        }
    }

    /// A field by its name on the wire; `None` when it did not come.
    fn wire<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.0.raw(name).is_none() {
            return Ok(None);
        }
        match self.0.value(name).or_raise(py)? {
            Some(value) => values::field(py, value).map(Some),
            None => Ok(Some(py.None().into_bound(py))),
        }
    }

    /// An attribute whose name is not interned, and a field newer than the catalogue.
    fn unusual<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyString>,
        missing: PyErr,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Ok(text) = name.to_cow() else {
            return Err(missing);
        };
        if let Some(field) = Names::of(py)
            .by_text(&text)
            .and_then(|name| self.known(name))
        {
            return self.read(py, field);
        }
        // Names of the language's own protocols are asked for all the time and never fields.
        if text.starts_with("__") {
            return Err(missing);
        }
        self.wire(py, &text)?.ok_or(missing)
    }
}

#[pymethods]
impl Record {
    fn __getattribute__<'py>(
        slf: &Bound<'py, Self>,
        name: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let record = slf.get();
        guard(py, || {
            let attribute = Names::of(py).by_address(name);
            if let Some(field) = attribute.and_then(|attribute| record.known(attribute)) {
                return record.read(py, field);
            }
            match generic_attribute(slf, name) {
                Err(missing) if missing.is_instance_of::<PyAttributeError>(py) => {
                    record.unusual(py, name, missing)
                }
                found => found,
            }
        })
    }

    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        guard(py, || match self.wire(py, name)? {
            Some(value) => Ok(value),
            None => Err(PyKeyError::new_err(name.to_owned())),
        })
    }

    /// A field by its name on the wire, or `default` when it did not come.
    #[pyo3(signature = (name, default=None, /))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        guard(py, || Ok(self.wire(py, name)?.or(default)))
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        let Ok(text) = name.cast::<PyString>() else {
            return false;
        };
        text.to_cow().is_ok_and(|text| self.0.raw(&text).is_some())
    }

    fn __len__(&self) -> usize {
        self.0.names().count()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.keys(py)?.try_iter()
    }

    /// The names on the wire of all fields that came, in order, unknown ones included.
    fn keys<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.names().collect::<Vec<_>>())
    }

    /// Of an order: what the buyer pays, `price - voucher + shipping_fee`. DecodeError names an amount that
    /// is missing. Other records have no such attribute.
    #[getter]
    fn buyer_paid<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(py, || {
            if !Order::describes(&self.0) {
                return Err(PyAttributeError::new_err("buyer_paid"));
            }
            let paid = Order::from(self.0.clone()).buyer_paid().or_raise(py)?;
            values::decimal(py, paid)
        })
    }

    /// Plain values: str, int, Decimal, bool, list and dict, times as ISO 8601 text. What is blank is left
    /// out; a field that does not decode comes as it was sent.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard(py, || values::plain(py, &self.0))
    }

    /// Normalized JSON: ids and amounts as text, times as RFC 3339, blank fields left out.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || Ok(self.0.to_json()))
    }

    /// The JSON text as it came.
    #[getter]
    fn raw_json(&self) -> &str {
        self.0.as_json()
    }

    /// The JSON text as it came: `raw_json` by its short name.
    #[getter]
    fn raw(&self) -> &str {
        self.0.as_json()
    }

    // The same JSON, whatever the order of members. Of another class, such as a pulled order beside its header, is
    // another thing.
    fn __eq__(slf: &Bound<'_, Self>, other: &Bound<'_, Self>) -> bool {
        slf.get_type().is(other.get_type()) && slf.get().0 == other.get().0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.0)
    }

    // Nothing in it changes.
    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "record", record_state(&self.0))
    }

    fn __dir__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let names = py.get_type::<PyAny>().call_method1("__dir__", (slf,))?;
        let names = names.cast_into::<PyList>()?;
        for name in Names::of(py).of_fields(slf.get().0.fields()) {
            names.append(name)?;
        }
        Ok(names)
    }

    // Ids only: the other fields hold buyers' data.
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let record = &slf.get().0;
        let mut out = format!("<{}", slf.get_type().name()?);
        let ids = record
            .fields()
            .iter()
            .filter(|field| field.kind == Kind::Id);
        let ids = ids.filter_map(|field| Some((field.name, record.id(field.name).ok()??)));
        for (name, id) in ids.take(2) {
            out.push_str(&format!(" {name}={id:?}"));
        }
        let count = record.names().count();
        out.push_str(&format!(" ({count} fields)>"));
        Ok(out)
    }
}

/// Python's hash of what Rust can hash.
pub(crate) fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What `object.__getattribute__` answers: methods, and attributes of subclasses.
fn generic_attribute<'py>(
    record: &Bound<'py, Record>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: both are live objects while the interpreter's lock is held, and the answer is a new
    // reference, or null with an exception set.
    unsafe {
        let found = ffi::PyObject_GenericGetAttr(record.as_ptr(), name.as_ptr());
        Bound::from_owned_ptr_or_err(record.py(), found)
    }
}
