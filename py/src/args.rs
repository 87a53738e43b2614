//! Values of Python as values of the core, without floats and without guesses.

use std::fmt;

use lazcore::protocol::File;
use lazcore::{Args, Value};
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple, PyType,
};

use crate::errors::{Raise, input};
use crate::record::Record;
use crate::time::Time;

/// Deeper values are taken for a structure that contains itself.
const DEEPEST: usize = 100;

/// The parameters of a call: a mapping, keywords, or both. `None` stands for an absent parameter.
pub(crate) fn args(
    py: Python<'_>,
    params: Option<&Bound<'_, PyAny>>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Args> {
    let mut args = Args::new();
    if let Some(params) = params {
        args = add(args, params)?;
    }
    let Some(keywords) = keywords else {
        return Ok(args);
    };
    for (name, value) in keywords {
        let name = name.cast::<PyString>()?.to_cow()?.into_owned();
        if args.values().iter().any(|(known, _)| *known == name) {
            return Err(input(py, &name, "is given twice"));
        }
        args = set(args, name, &value)?;
    }
    Ok(args)
}

/// The values with files, each given as bytes, `(file name, bytes)` or `(file name, bytes, content type)`.
pub(crate) fn with_files(mut args: Args, files: Option<&Bound<'_, PyDict>>) -> PyResult<Args> {
    for (name, given) in files.into_iter().flatten() {
        let name = parameter_name(&name)?;
        args = args.file(file(name, &given)?);
    }
    Ok(args)
}

fn file(name: String, given: &Bound<'_, PyAny>) -> PyResult<File> {
    const BINARY: &str = "application/octet-stream";
    let (file_name, content, content_type) = if let Ok(content) = given.cast::<PyBytes>() {
        (name.clone(), content.as_bytes().to_vec(), BINARY.to_owned())
    } else if let Ok((file_name, content)) = given.extract::<(String, Bound<'_, PyBytes>)>() {
        (file_name, content.as_bytes().to_vec(), BINARY.to_owned())
    } else if let Ok(parts) = given.extract::<(String, Bound<'_, PyBytes>, String)>() {
        (parts.0, parts.1.as_bytes().to_vec(), parts.2)
    } else {
        let problem = "expected bytes, or a tuple of file name, bytes and perhaps content type";
        return Err(input(given.py(), &name, problem));
    };
    Ok(File {
        name,
        file_name,
        content_type,
        content,
    })
}

fn add(mut args: Args, params: &Bound<'_, PyAny>) -> PyResult<Args> {
    let py = params.py();
    if let Ok(dict) = params.cast::<PyDict>() {
        for (name, value) in dict {
            args = set(args, parameter_name(&name)?, &value)?;
        }
        return Ok(args);
    }
    if let Ok(record) = params.cast::<Record>() {
        return Args::from_json(record.get().core().as_json()).or_raise(py);
    }
    let Ok(mapping) = params.cast::<PyMapping>() else {
        let problem = format!(
            "expected a mapping of names to values, got {}",
            kind_of(params)?
        );
        return Err(input(py, "params", &problem));
    };
    for pair in mapping.items()? {
        let (name, value) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        args = set(args, parameter_name(&name)?, &value)?;
    }
    Ok(args)
}

fn set(args: Args, name: String, given: &Bound<'_, PyAny>) -> PyResult<Args> {
    if given.is_none() {
        return Ok(args);
    }
    let value = value(given, &Place::Name(&name), 0)?;
    Ok(args.set(name, value))
}

fn parameter_name(name: &Bound<'_, PyAny>) -> PyResult<String> {
    match name.cast::<PyString>() {
        Ok(text) => text_of(text, &Place::Name("params")),
        Err(_) => {
            let problem = format!("expected names of type str, got {}", kind_of(name)?);
            Err(input(name.py(), "params", &problem))
        }
    }
}

/// Where a value stands, for the error that names it.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    Name(&'a str),
    Member(&'a Place<'a>, &'a str),
    Element(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Member(of, name) => write!(f, "{of}.{name}"),
            Self::Element(of, index) => write!(f, "{of}[{index}]"),
        }
    }
}

impl Place<'_> {
    fn refuse(&self, py: Python<'_>, problem: &str) -> PyErr {
        input(py, &self.to_string(), problem)
    }
}

/// A value of any depth.
pub(crate) fn value(given: &Bound<'_, PyAny>, place: &Place<'_>, depth: usize) -> PyResult<Value> {
    let py = given.py();
    if let Ok(text) = given.cast::<PyString>() {
        return text_of(text, place).map(Value::Text);
    }
    if let Ok(flag) = given.cast::<PyBool>() {
        return Ok(Value::Boolean(flag.is_true()));
    }
    if given.is_instance_of::<PyInt>() {
        return integer(given);
    }
    if depth > DEEPEST {
        return Err(place.refuse(py, "is nested too deep"));
    }
    if let Ok(list) = given.cast::<PyList>() {
        return elements(list.iter(), place, depth);
    }
    if let Ok(tuple) = given.cast::<PyTuple>() {
        return elements(tuple.iter(), place, depth);
    }
    if let Ok(dict) = given.cast::<PyDict>() {
        return members(dict, place, depth);
    }
    if given.is_none() {
        return Err(place.refuse(py, "None cannot be sent; leave it out"));
    }
    if given.is_instance_of::<PyFloat>() {
        let problem = "a float has no exact text; use Decimal or a text";
        return Err(place.refuse(py, problem));
    }
    rarer(given, place, depth)
}

fn rarer(given: &Bound<'_, PyAny>, place: &Place<'_>, depth: usize) -> PyResult<Value> {
    let py = given.py();
    if given.is_instance(decimal_type(py)?)? {
        return decimal(given, place);
    }
    if given.is_instance(datetime_type(py)?)? {
        return datetime(given, place);
    }
    if let Ok(time) = given.cast::<Time>() {
        return match time.get().core().to_rfc3339() {
            Some(text) => Ok(Value::Text(text.replace('Z', "+00:00"))),
            None => Err(place.refuse(py, "the time came without an offset")),
        };
    }
    if let Ok(record) = given.cast::<Record>() {
        let args = Args::from_json(record.get().core().as_json()).or_raise(py)?;
        return Ok(Value::Object(args.values().to_vec()));
    }
    if let Ok(mapping) = given.cast::<PyMapping>() {
        let dict = PyDict::from_sequence(mapping.items()?.as_any())?;
        return members(&dict, place, depth);
    }
    if given.hasattr("__index__")? {
        return integer(&given.call_method0("__index__")?);
    }
    let problem = format!(
        "expected str, int, bool, Decimal, datetime, list, tuple or dict, got {}",
        kind_of(given)?
    );
    Err(place.refuse(py, &problem))
}

fn text_of(text: &Bound<'_, PyString>, place: &Place<'_>) -> PyResult<String> {
    text.to_cow()
        .map(std::borrow::Cow::into_owned)
        .map_err(|error| {
            if error.is_instance_of::<PyUnicodeEncodeError>(text.py()) {
                place.refuse(text.py(), "holds half a surrogate pair, which is no text")
            } else {
                error
            }
        })
}

/// Of any size. Subclasses such as `IntEnum` print themselves by name, so the plain number is asked for.
fn integer(given: &Bound<'_, PyAny>) -> PyResult<Value> {
    if let Ok(number) = given.extract::<i64>() {
        return Ok(Value::Number(number.to_string()));
    }
    let plain = given.py().get_type::<PyInt>().call1((given,))?;
    Ok(Value::Number(plain.str()?.to_cow()?.into_owned()))
}

/// The digits as they are, never with an exponent.
fn decimal(given: &Bound<'_, PyAny>, place: &Place<'_>) -> PyResult<Value> {
    let py = given.py();
    let text = given.call_method1("__format__", ("f",))?;
    let text = text.cast::<PyString>()?.to_cow()?.into_owned();
    Value::decimal(&text).map_err(|_| place.refuse(py, "expected a finite Decimal"))
}

fn datetime(given: &Bound<'_, PyAny>, place: &Place<'_>) -> PyResult<Value> {
    let py = given.py();
    if given.call_method0("utcoffset")?.is_none() {
        let problem = "the datetime has no time zone; give it one, such as \
                       datetime(..., tzinfo=timezone(timedelta(hours=8)))";
        return Err(place.refuse(py, problem));
    }
    // The platform's times have whole seconds.
    let text = given.call_method1("isoformat", ("T", "seconds"))?;
    Ok(Value::Text(text.cast::<PyString>()?.to_cow()?.into_owned()))
}

fn elements<'py>(
    items: impl Iterator<Item = Bound<'py, PyAny>>,
    place: &Place<'_>,
    depth: usize,
) -> PyResult<Value> {
    let items = items
        .enumerate()
        .map(|(index, item)| value(&item, &Place::Element(place, index), depth + 1));
    items.collect::<PyResult<_>>().map(Value::List)
}

fn members(dict: &Bound<'_, PyDict>, place: &Place<'_>, depth: usize) -> PyResult<Value> {
    let mut object = Vec::with_capacity(dict.len());
    for (name, member) in dict {
        let Ok(name) = name.cast::<PyString>() else {
            let problem = format!("expected names of type str, got {}", kind_of(&name)?);
            return Err(place.refuse(dict.py(), &problem));
        };
        let name = text_of(name, place)?;
        let member = value(&member, &Place::Member(place, &name), depth + 1)?;
        object.push((name, member));
    }
    Ok(Value::Object(object))
}

fn kind_of(given: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(given.get_type().name()?.to_cow()?.into_owned())
}

/// `decimal.Decimal`.
pub(crate) fn decimal_type<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyType>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    TYPE.import(py, "decimal", "Decimal")
}

/// `datetime.datetime`.
pub(crate) fn datetime_type<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyType>> {
    static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    TYPE.import(py, "datetime", "datetime")
}

/// The texts of HTTP headers: a mapping or pairs.
pub(crate) fn headers(given: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let pairs = match given.cast::<PyMapping>() {
        Ok(mapping) => mapping.items()?.into_any(),
        Err(_) => given.clone(),
    };
    let mut headers = Vec::new();
    for pair in pairs.try_iter()? {
        let (name, value) = pair?
            .extract::<(String, String)>()
            .map_err(|_| PyTypeError::new_err("headers: expected a mapping or pairs of texts"))?;
        headers.push((name.to_ascii_lowercase(), value));
    }
    Ok(headers)
}
