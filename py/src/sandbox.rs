//! The sandbox inside this process.

use lazcore_sandbox::{Act, Change, Config, Plan, Sandbox as Gateway};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::errors::guard;

/// A gateway on loopback with invented orders. It serves until `stop`.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Sandbox {
    gateway: Gateway,
    stores: usize,
    dense_second: i64,
}

#[pymethods]
impl Sandbox {
    #[new]
    #[pyo3(signature = (*, orders=300, seed=1, port=0, stores=2, latency_ms=0, special_orders=true,
        accept_repeats=false, cross_border_stores=None, frozen_clock=None, clock_shift_seconds=0,
        offset_ceiling=4500, last_order_time=None, days=30, dense_seconds=None, two_warehouses=false,
        label_seconds=600, access_token_seconds=2_592_000, refresh_token_seconds=15_552_000,
        cross_border_account=false, logged_calls=100_000))]
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
        clock_shift_seconds: i64,
        offset_ceiling: u32,
        last_order_time: Option<i64>,
        days: u32,
        dense_seconds: Option<Vec<u32>>,
        two_warehouses: bool,
        label_seconds: i64,
        access_token_seconds: i64,
        refresh_token_seconds: i64,
        cross_border_account: bool,
        logged_calls: usize,
    ) -> PyResult<Self> {
        let usual = Config::default();
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
            clock_shift_seconds,
            offset_ceiling,
            last_order_time: last_order_time.unwrap_or(usual.last_order_time),
            days,
            dense_seconds: dense_seconds.unwrap_or_default(),
            two_warehouses,
            label_seconds,
            access_token_seconds,
            refresh_token_seconds,
            cross_border_account,
            logged_calls,
            ..usual
        };
        let dense_second = config.dense_second();
        guard(py, || {
            let gateway = py.detach(|| Gateway::start(config));
            let gateway = gateway.map_err(|error| PyOSError::new_err(error.to_string()))?;
            Ok(Self {
                gateway,
                stores,
                dense_second,
            })
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

    /// The first of the dense seconds, in seconds since 1970.
    #[getter]
    fn dense_second(&self) -> i64 {
        self.dense_second
    }

    /// The gateway's clock, in seconds since 1970.
    #[getter]
    fn now(&self) -> i64 {
        self.gateway.now()
    }

    /// Base URL of the calls of one store.
    fn store_url(&self, store: usize) -> String {
        self.gateway.store_url(store)
    }

    /// The access token of a store that was handed out last.
    fn current_token(&self, store: usize) -> Option<String> {
        self.gateway.current_token(store)
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

    /// Lets the gateway's clock jump.
    fn advance_clock(&self, seconds: i64) {
        self.gateway.advance_clock(seconds);
    }

    /// Changes orders of a store; the ids of those changed and of the new ones.
    fn change(
        &self,
        store: usize,
        ids: Vec<u64>,
        updates: u32,
        inserts: u32,
        time: Option<i64>,
    ) -> PyResult<(Vec<u64>, Vec<u64>)> {
        let change = Change {
            ids,
            updates,
            inserts,
            time,
        };
        let changed = self.gateway.change_orders(store, &change);
        let changed = changed.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok((changed.updated, changed.inserted))
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
