//! What units add up to: lines with a quantity, and parcels.

use lazcore::api::bill;
use pyo3::prelude::*;

use crate::bill::amount;
use crate::record::hash_of;
use crate::restore::{Reduced, line_state, parcel_state, reduced};

/// One parcel of an order, and what its buyer pays for it.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Parcel(pub(crate) bill::Parcel);

#[pymethods]
impl Parcel {
    /// The package.
    #[getter]
    fn package_id(&self) -> &str {
        &self.0.package_id
    }

    /// Delivered by the seller's own fleet, whose driver has to collect what is due.
    #[getter]
    fn own_fleet(&self) -> bool {
        self.0.own_fleet
    }

    /// The order's payment_method is COD. Other codes may mean payment at the door too: none are published.
    #[getter]
    fn cash_on_delivery(&self) -> bool {
        self.0.cash_on_delivery
    }

    /// Sum of paid_price and shipping_amount of its units; None when a unit lacks one, or has wallet_credits.
    #[getter]
    fn amount<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        amount(py, self.0.amount)
    }

    /// ISO 4217.
    #[getter]
    fn currency(&self) -> Option<&str> {
        self.0.currency.as_deref()
    }

    /// Its units; canceled ones are not in it.
    #[getter]
    fn order_item_ids(&self) -> Vec<String> {
        self.0.order_item_ids.clone()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&(&self.0.package_id, &self.0.order_item_ids))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "parcel", parcel_state(&self.0))
    }

    fn __repr__(&self) -> String {
        format!("<Parcel {}>", self.0.package_id)
    }
}

/// Units that are alike in order, SKU, prices, currency, status and package.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Line(pub(crate) bill::Line);

#[pymethods]
impl Line {
    /// The order.
    #[getter]
    fn order_id(&self) -> Option<&str> {
        self.0.order_id.as_deref()
    }

    /// Seller SKU.
    #[getter]
    fn sku(&self) -> Option<&str> {
        self.0.sku.as_deref()
    }

    /// Lazada SKU.
    #[getter]
    fn shop_sku(&self) -> Option<&str> {
        self.0.shop_sku.as_deref()
    }

    /// Product title of the first unit.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// Variation of the first unit.
    #[getter]
    fn variation(&self) -> Option<&str> {
        self.0.variation.as_deref()
    }

    /// ISO 4217.
    #[getter]
    fn currency(&self) -> Option<&str> {
        self.0.currency.as_deref()
    }

    /// The units' status.
    #[getter]
    fn status(&self) -> Option<&str> {
        self.0.status.as_deref()
    }

    /// The units' package.
    #[getter]
    fn package_id(&self) -> Option<&str> {
        self.0.package_id.as_deref()
    }

    /// Number of units.
    #[getter]
    fn quantity(&self) -> u64 {
        self.0.quantity
    }

    /// The units, in the order given.
    #[getter]
    fn order_item_ids(&self) -> Vec<&str> {
        self.0.order_item_ids.iter().map(String::as_str).collect()
    }

    /// List price of a unit.
    #[getter]
    fn item_price<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        amount(py, self.0.item_price)
    }

    /// Price of a unit after vouchers.
    #[getter]
    fn paid_price<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        amount(py, self.0.paid_price)
    }

    /// Sum of the list prices; None, as in the other sums, when a unit has none.
    #[getter]
    fn item_total<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        amount(py, self.0.item_total)
    }

    /// Sum of the prices after vouchers.
    #[getter]
    fn paid_total<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        amount(py, self.0.paid_total)
    }

    /// Sum of the vouchers, which may differ by a rounding from unit to unit.
    #[getter]
    fn voucher_total<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        amount(py, self.0.voucher_total)
    }

    /// Sum of the shares of the shipping fee.
    #[getter]
    fn shipping_total<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        amount(py, self.0.shipping_total)
    }

    /// As a JSON object; ids and amounts are texts.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.0.order_item_ids)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "line", line_state(&self.0))
    }

    fn __repr__(&self) -> String {
        let sku = self.0.sku.as_deref().unwrap_or("-");
        let status = self.0.status.as_deref().unwrap_or("-");
        format!("<Line {} x {sku} ({status})>", self.0.quantity)
    }
}
