//! Values of the core as objects of Python.

use lazcore::protocol::{FieldValue, Raw, Token};
use lazcore::{Money, Record as CoreRecord};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyList, PyString};

use crate::args::decimal_type;
use crate::record::Record;
use crate::time::Time;

/// A field as the catalogue says.
pub(crate) fn field<'py>(py: Python<'py>, value: FieldValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        FieldValue::Text(text) => PyString::new(py, &text).into_any(),
        FieldValue::Id(id) => PyString::new(py, id.as_str()).into_any(),
        FieldValue::Integer(number) => number.into_bound_py_any(py)?,
        FieldValue::Money(money) => decimal(py, money)?,
        FieldValue::Time(time) => Bound::new(py, Time::new(time))?.into_any(),
        FieldValue::Flag(flag) => flag.into_bound_py_any(py)?,
        FieldValue::Record(record) => Bound::new(py, Record::new(record))?.into_any(),
        FieldValue::Records(list) => records(py, list)?.into_any(),
        FieldValue::Texts(texts) => PyList::new(py, texts)?.into_any(),
        FieldValue::Json(raw) => json(py, raw)?,
    })
}

/// Records as a list.
pub(crate) fn records(
    py: Python<'_>,
    list: impl IntoIterator<Item = CoreRecord>,
) -> PyResult<Bound<'_, PyList>> {
    let out = PyList::empty(py);
    for record in list {
        out.append(Bound::new(py, Record::new(record))?)?;
    }
    Ok(out)
}

/// An exact amount, with the digits it came with.
pub(crate) fn decimal(py: Python<'_>, money: Money) -> PyResult<Bound<'_, PyAny>> {
    decimal_of(py, &money.to_string())
}

/// A number of these digits.
pub(crate) fn decimal_of<'py>(py: Python<'py>, digits: &str) -> PyResult<Bound<'py, PyAny>> {
    decimal_type(py)?.call1((digits,))
}

/// What the catalogue does not know, as it came: numbers stay exact.
pub(crate) fn json<'py>(py: Python<'py>, raw: Raw<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match raw.token() {
        Token::Null => py.None().into_bound(py),
        Token::Boolean(flag) => flag.into_bound_py_any(py)?,
        Token::Number(text) => number(py, text)?,
        Token::Text(text) => PyString::new(py, &text).into_any(),
        Token::List => {
            let list = PyList::empty(py);
            for item in raw.items() {
                list.append(json(py, item)?)?;
            }
            list.into_any()
        }
        Token::Object => {
            let dict = PyDict::new(py);
            for (name, member) in raw.members() {
                dict.set_item(name, json(py, member)?)?;
            }
            dict.into_any()
        }
    })
}

fn number<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(number) = text.parse::<i64>() {
        return number.into_bound_py_any(py);
    }
    if text.contains(['.', 'e', 'E']) {
        return decimal_of(py, text);
    }
    py.get_type::<PyInt>().call1((text,))
}

/// A record as plain values: texts, numbers, `Decimal`, booleans, lists and dicts, times as ISO 8601 text.
/// What is absent or blank is left out; what does not decode comes as it was sent.
pub(crate) fn plain<'py>(py: Python<'py>, record: &CoreRecord) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for name in record.names() {
        let value = match record.value(&name) {
            Ok(Some(value)) => plain_field(py, value)?,
            Ok(None) => continue,
            Err(_) => match record.raw(&name) {
                Some(raw) => json(py, raw)?,
                None => continue,
            },
        };
        dict.set_item(name, value)?;
    }
    Ok(dict)
}

fn plain_field<'py>(py: Python<'py>, value: FieldValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    match value {
        FieldValue::Time(time) => {
            let text = time
                .to_rfc3339()
                .unwrap_or_else(|| time.as_sent().to_owned());
            Ok(PyString::new(py, &text).into_any())
        }
        FieldValue::Record(record) => Ok(plain(py, &record)?.into_any()),
        FieldValue::Records(records) => {
            let list = PyList::empty(py);
            for record in &records {
                list.append(plain(py, record)?)?;
            }
            Ok(list.into_any())
        }
        other => field(py, other),
    }
}
