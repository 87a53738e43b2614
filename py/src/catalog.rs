//! The catalogue, for the command line and for tools.

use lazcore::api::APIS;
use lazcore::protocol::schema::{Api, Effect};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Every API of the catalogue, as dicts.
#[pyfunction]
pub(crate) fn apis(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for api in APIS {
        list.append(row(py, api)?)?;
    }
    Ok(list)
}

fn row<'py>(py: Python<'py>, api: &'static Api) -> PyResult<Bound<'py, PyDict>> {
    let methods: Vec<&str> = api.methods.iter().map(|method| method.as_str()).collect();
    let effect = match api.effect {
        Effect::Read => "read",
        Effect::Set => "set",
        Effect::Act => "act",
    };
    let params = PyList::empty(py);
    for param in api.params {
        let one = PyDict::new(py);
        one.set_item("name", param.name)?;
        one.set_item("required", param.required)?;
        one.set_item("doc", param.doc)?;
        params.append(one)?;
    }
    let dict = PyDict::new(py);
    dict.set_item("id", api.id)?;
    dict.set_item("group", api.group)?;
    dict.set_item("name", api.name)?;
    dict.set_item("path", api.path)?;
    dict.set_item("methods", methods)?;
    dict.set_item("effect", effect)?;
    dict.set_item("doc", api.doc)?;
    dict.set_item("params", params)?;
    Ok(dict)
}
