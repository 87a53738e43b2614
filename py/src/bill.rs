//! What an order costs: header and items against each other.

use lazcore::api::bill;
use lazcore::api::orders::{Order, OrderItem};
use lazcore::jobs::Items;
use lazcore::{Country, Money};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::errors::{Raise, guard, input};
use crate::events::PulledOrder;
use crate::record::Record;
use crate::values;

/// Compares the header of an order with its unit rows, canceled ones included, and repairs nothing. A
/// pulled order brings its items; of another order they are given.
#[pyfunction]
#[pyo3(signature = (order, items=None))]
pub(crate) fn reconcile(
    py: Python<'_>,
    order: &Bound<'_, Record>,
    items: Option<&Bound<'_, PyAny>>,
) -> PyResult<Reconciliation> {
    guard(py, || {
        let items = items_of(order, items)?;
        let order = Order::from(order.get().core().clone());
        Ok(Reconciliation(bill::reconcile(&order, &items)))
    })
}

/// The parcels of an order, each with what its buyer pays: for the driver of the seller's own fleet. Units that are
/// canceled or not packed yet are in none. Of an order that was not pulled, the items are given.
#[pyfunction]
#[pyo3(signature = (order, items=None))]
pub(crate) fn by_package<'py>(
    py: Python<'py>,
    order: &Bound<'py, Record>,
    items: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    guard(py, || {
        let items = items_of(order, items)?;
        let order = Order::from(order.get().core().clone());
        let parcels = bill::by_package(&order, &items).or_raise(py)?;
        let parcels = parcels
            .into_iter()
            .map(|parcel| Bound::new(py, Parcel(parcel)));
        PyList::new(py, parcels.collect::<PyResult<Vec<_>>>()?)
    })
}

fn items_of(
    order: &Bound<'_, Record>,
    items: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<OrderItem>> {
    let py = order.py();
    match (items, order.cast::<PulledOrder>()) {
        (Some(items), _) => rows(items),
        (None, Ok(pulled)) => match pulled.get().items_of() {
            Items::Attached(items) => Ok(items.iter().cloned().map(OrderItem::from).collect()),
            _ => Err(input(py, "items", "this order came without its items")),
        },
        (None, Err(_)) => Err(input(py, "items", "expected the items of the order")),
    }
}

/// Groups unit rows into lines with a quantity, in the order of their first units.
#[pyfunction]
#[pyo3(signature = (items, /))]
pub(crate) fn by_sku<'py>(
    py: Python<'py>,
    items: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    guard(py, || {
        let lines = bill::by_sku(&rows(items)?).or_raise(py)?;
        let lines = lines.into_iter().map(|line| Bound::new(py, Line(line)));
        PyList::new(py, lines.collect::<PyResult<Vec<_>>>()?)
    })
}

/// The currency of a country's orders, such as SGD for SG. Order headers carry none.
#[pyfunction]
#[pyo3(signature = (country, /))]
pub(crate) fn currency_of(py: Python<'_>, country: &str) -> PyResult<&'static str> {
    let country: Country = country.parse().or_raise(py)?;
    Ok(country.currency())
}

fn rows(items: &Bound<'_, PyAny>) -> PyResult<Vec<OrderItem>> {
    let mut out = Vec::new();
    for (index, item) in items.try_iter()?.enumerate() {
        let item = item?;
        let Ok(record) = item.cast::<Record>() else {
            let field = format!("items[{index}]");
            return Err(input(items.py(), &field, "expected a record of an item"));
        };
        out.push(OrderItem::from(record.get().core().clone()));
    }
    Ok(out)
}

fn amount(py: Python<'_>, amount: Option<Money>) -> PyResult<Option<Bound<'_, PyAny>>> {
    amount.map(|amount| values::decimal(py, amount)).transpose()
}

/// What an order's header says and what its items add up to.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Reconciliation(bill::Reconciliation);

#[pymethods]
impl Reconciliation {
    /// Everything could be compared and agrees, canceled items apart.
    #[getter]
    fn agrees(&self) -> bool {
        self.0.agrees()
    }

    /// The order.
    #[getter]
    fn order_id(&self) -> Option<&str> {
        self.0.order_id.as_deref()
    }

    /// What the buyer pays; None when an amount is missing.
    #[getter]
    fn buyer_paid<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        amount(py, self.0.buyer_paid)
    }

    /// The items' currency, when they have one and the same.
    #[getter]
    fn currency(&self) -> Option<&str> {
        self.0.currency.as_deref()
    }

    /// Where header and items differ.
    #[getter]
    fn differences<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let all = self.0.differences.iter().cloned();
        PyList::new(
            py,
            all.map(Difference)
                .map(|one| Bound::new(py, one))
                .collect::<PyResult<Vec<_>>>()?,
        )
    }

    /// Field and reason of what could not be compared.
    #[getter]
    fn not_compared(&self) -> Vec<(&str, &str)> {
        let all = self.0.not_compared.iter();
        all.map(|one| (one.field, one.reason.as_str())).collect()
    }

    /// As a JSON object.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self) -> String {
        let id = self.0.order_id.as_deref().unwrap_or("-");
        if self.0.agrees() {
            return format!("<Reconciliation order {id}: agrees>");
        }
        let differences = self.0.differences.iter().map(|one| one.field);
        let skipped = self.0.not_compared.iter().map(|one| one.field);
        let fields: Vec<&str> = differences.chain(skipped).collect();
        format!("<Reconciliation order {id}: {}>", fields.join(", "))
    }
}

/// One difference. Which side is right is not decided.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Difference(bill::Difference);

#[pymethods]
impl Difference {
    /// price, voucher, voucher_platform, voucher_seller, shipping_fee, buyer_paid, items_count, statuses; or
    /// currency, order_id, order_item_id where the items contradict each other.
    #[getter]
    fn field(&self) -> &str {
        self.0.field
    }

    /// The header's value as text; None where it has none.
    #[getter]
    fn order(&self) -> Option<&str> {
        self.0.order.as_deref()
    }

    /// What the items add up to, as text.
    #[getter]
    fn items(&self) -> &str {
        &self.0.items
    }

    /// As `items`, without the canceled ones; None when none is canceled or the field is no sum.
    #[getter]
    fn items_not_canceled(&self) -> Option<&str> {
        self.0.items_not_canceled.as_deref()
    }

    /// The header agrees with the items that are not canceled.
    #[getter]
    fn explained_by_canceled(&self) -> bool {
        self.0.explained_by_canceled
    }

    fn __repr__(&self) -> String {
        let order = self.0.order.as_deref().unwrap_or("-");
        format!(
            "<Difference {}: order {order}, items {}>",
            self.0.field, self.0.items
        )
    }
}

/// One parcel of an order, and what its buyer pays for it.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Parcel(bill::Parcel);

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

    fn __repr__(&self) -> String {
        format!("<Parcel {}>", self.0.package_id)
    }
}

/// Units that are alike in order, SKU, prices, currency, status and package.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Line(bill::Line);

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

    fn __repr__(&self) -> String {
        let sku = self.0.sku.as_deref().unwrap_or("-");
        let status = self.0.status.as_deref().unwrap_or("-");
        format!("<Line {} x {sku} ({status})>", self.0.quantity)
    }
}
