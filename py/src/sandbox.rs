//! The sandbox inside this process.

use lazcore_sandbox::{Act, Config, Plan, Sandbox as Gateway};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::errors::guard;

/// A gateway on loopback with invented orders. It serves until `stop`.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Sandbox {
    gateway: Gateway,
    stores: usize,
}

#[pymethods]
impl Sandbox {
    #[new]
    #[pyo3(signature = (*, orders=300, seed=1, port=0, stores=2, latency_ms=0, special_orders=true,
        accept_repeats=false, cross_border_stores=None, frozen_clock=None))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn new(
        py: Python<'_>,
        orders: usize,
        seed: u64,
        port: u16,
        stores: usize,
        latency_ms: u64,
        special_orders: bool,
        accept_repeats: bool,
        cross_border_stores: Option<Vec<usize>>,
        frozen_clock: Option<i64>,
    ) -> PyResult<Self> {
        let config = Config {
            orders,
            seed,
            port,
            stores,
            latency_ms,
            special_orders,
            accept_repeats,
            cross_border_stores: cross_border_stores.unwrap_or_default(),
            frozen_clock,
            ..Config::default()
        };
        guard(py, || {
            let gateway = py.detach(|| Gateway::start(config));
            let gateway = gateway.map_err(|error| PyOSError::new_err(error.to_string()))?;
            Ok(Self { gateway, stores })
        })
    }

    /// Base URL of all calls, ending in /rest.
    #[getter]
    fn url(&self) -> String {
        self.gateway.url()
    }

    /// The only app key that the sandbox knows.
    #[getter]
    fn app_key(&self) -> &str {
        self.gateway.app_key()
    }

    /// The secret of the app.
    #[getter]
    fn app_secret(&self) -> &str {
        self.gateway.app_secret()
    }

    /// The access token of each store.
    #[getter]
    fn access_tokens(&self) -> Vec<&str> {
        (0..self.stores)
            .filter_map(|store| self.gateway.store_token(store))
            .collect()
    }

    /// The refresh token of each store.
    #[getter]
    fn refresh_tokens(&self) -> Vec<&str> {
        (0..self.stores)
            .filter_map(|store| self.gateway.refresh_token(store))
            .collect()
    }

    /// An authorization code of each store, which works once.
    #[getter]
    fn auth_codes(&self) -> Vec<String> {
        (0..self.stores)
            .filter_map(|store| self.gateway.auth_code(store))
            .collect()
    }

    /// Bounds between which every order was created.
    #[getter]
    fn window(&self) -> (String, String) {
        self.gateway.pull_window()
    }

    /// TCP connections accepted so far.
    #[getter]
    fn connections(&self) -> usize {
        self.gateway.connections()
    }

    /// Plans a misbehavior, given as a JSON object.
    fn misbehave(&self, plan: &str) -> PyResult<()> {
        let plan: Plan = plan.parse().map_err(PyValueError::new_err)?;
        self.gateway.misbehave(plan);
        Ok(())
    }

    /// Forgets every misbehavior that has not happened yet.
    fn behave(&self) {
        self.gateway.behave();
    }

    /// Lets another actor act at a store; given as a JSON object, with what has changed: items, packages.
    fn act(&self, store: usize, act: &str) -> PyResult<(Vec<u64>, Vec<String>)> {
        let act: Act = act.parse().map_err(PyValueError::new_err)?;
        let acted = self.gateway.act(store, &act);
        let acted = acted.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok((acted.items, acted.packages))
    }

    /// Lets the gateway's clock jump by so many seconds.
    fn advance_clock(&self, seconds: i64) {
        self.gateway.advance_clock(seconds);
    }

    /// The calls that arrived.
    fn calls<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for call in self.gateway.calls() {
            let params = PyDict::new(py);
            for (name, value) in &call.params {
                params.set_item(name, value)?;
            }
            let dict = PyDict::new(py);
            dict.set_item("number", call.number)?;
            dict.set_item("path", &call.path)?;
            dict.set_item("method", &call.method)?;
            dict.set_item("params", params)?;
            dict.set_item("raw", PyBytes::new(py, &call.raw))?;
            dict.set_item("connection", call.connection)?;
            dict.set_item("status", call.status)?;
            dict.set_item("code", &call.code)?;
            dict.set_item("fault", call.fault)?;
            list.append(dict)?;
        }
        Ok(list)
    }

    /// What really happened, as JSON.
    fn books(&self) -> String {
        self.gateway.books()
    }

    /// Stops to serve and closes every connection.
    fn stop(&self, py: Python<'_>) {
        py.detach(|| self.gateway.stop());
    }

    fn __repr__(&self) -> String {
        format!("<Sandbox {}>", self.gateway.url())
    }
}
