//! How token pairs stand, and whose they are.

use lazcore::client::{Account as CoreAccount, Shop as CoreShop, TokenStatus as CoreStatus};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::record::hash_of;
use crate::restore::{Reduced, reduced, shop_state};
use crate::time::Time;

/// How a token pair stands, without its secrets.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct TokenStatus(CoreStatus);

impl TokenStatus {
    pub(crate) fn new(status: CoreStatus) -> Self {
        Self(status)
    }
}

fn time(ms: Option<i64>) -> Option<Time> {
    ms.map(|ms| Time::new(lazcore::Time::from_epoch_ms(ms)))
}

#[pymethods]
impl TokenStatus {
    /// `fresh`, `due_for_refresh`, `expired`, `refresh_expired` or `not_refreshable`.
    #[getter]
    fn state(&self) -> &'static str {
        self.0.state.as_str()
    }

    /// Whether the seller must authorize or subscribe again: the library cannot go on by itself.
    #[getter]
    fn needs_person(&self) -> bool {
        self.0.state.needs_person()
    }

    /// When the access token ends; None when the platform did not say.
    #[getter]
    fn expires_at(&self) -> Option<Time> {
        time(self.0.expires_at_ms)
    }

    /// When the refresh token ends. A refresh does not move it.
    #[getter]
    fn refresh_expires_at(&self) -> Option<Time> {
        time(self.0.refresh_expires_at_ms)
    }

    /// Whole days of the access token left; 0 from its last day on.
    #[getter]
    fn days_left(&self) -> Option<i64> {
        self.0.days_left
    }

    /// Whole days of the refresh token left; 0 from its last day on.
    #[getter]
    fn refresh_days_left(&self) -> Option<i64> {
        self.0.refresh_days_left
    }

    /// The shops that the pair serves.
    #[getter]
    fn shops(&self) -> Vec<Shop> {
        self.0.shops.iter().cloned().map(Shop).collect()
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
        reduced(py, "token_status", (self.0.to_json(),))
    }

    fn __repr__(&self) -> String {
        format!("<TokenStatus {}>", self.0.to_json())
    }
}

/// One shop that a token serves.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Shop(pub(crate) CoreShop);

#[pymethods]
impl Shop {
    /// Two letters, as the platform wrote them.
    #[getter]
    fn country(&self) -> Option<&str> {
        self.0.country.as_deref()
    }

    /// The seller's id in that country.
    #[getter]
    fn seller_id(&self) -> Option<&str> {
        self.0.seller_id.as_deref()
    }

    /// The user's id in that country.
    #[getter]
    fn user_id(&self) -> Option<&str> {
        self.0.user_id.as_deref()
    }

    /// The shop's code in Seller Center.
    #[getter]
    fn short_code(&self) -> Option<&str> {
        self.0.short_code.as_deref()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&shop_state(&self.0))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "shop", shop_state(&self.0))
    }

    fn __repr__(&self) -> String {
        format!("<Shop {}>", self.0.to_json())
    }
}

/// A seller's shop in one country, as one app sees it.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Account(CoreAccount);

impl Account {
    pub(crate) fn new(account: CoreAccount) -> Self {
        Self(account)
    }
}

#[pymethods]
impl Account {
    /// The app.
    #[getter]
    fn app_key(&self) -> &str {
        self.0.app_key()
    }

    /// Two letters; None where the gateway is none of Lazada's and nothing told it.
    #[getter]
    fn country(&self) -> Option<&'static str> {
        self.0.country().map(lazcore::Country::as_str)
    }

    /// The seller's id in that country.
    #[getter]
    fn seller_id(&self) -> &str {
        self.0.seller_id()
    }

    /// The account in outcomes, exports and file names, such as `SG-1000001`.
    #[getter]
    fn key(&self) -> &str {
        self.0.key()
    }

    fn __repr__(&self) -> String {
        format!("<Account {}>", self.0.key())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        PyTuple::new(py, [self.0.app_key(), self.0.key()])?.hash()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "account", (self.0.to_json(),))
    }
}
