//! What an order costs: header and items against each other.

use lazcore::api::bill;
use lazcore::api::orders::{Order, OrderItem};
use lazcore::jobs::Items;
use lazcore::{Country, Money};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::errors::{Raise, guard, input};
use crate::events::PulledOrder;
use crate::lines::{Line, Parcel};
use crate::record::{Record, hash_of};
use crate::restore::{Reduced, difference_state, reconciliation_state, reduced};
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

pub(crate) fn amount(py: Python<'_>, amount: Option<Money>) -> PyResult<Option<Bound<'_, PyAny>>> {
    amount.map(|amount| values::decimal(py, amount)).transpose()
}

/// What an order's header says and what its items add up to.
#[pyclass(frozen, module = "lazcore")]
pub(crate) struct Reconciliation(pub(crate) bill::Reconciliation);

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

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&self.0.to_json())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "reconciliation", reconciliation_state(&self.0))
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
pub(crate) struct Difference(pub(crate) bill::Difference);

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

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> u64 {
        hash_of(&(self.0.field, &self.0.order, &self.0.items))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Reduced<'py> {
        reduced(py, "difference", difference_state(&self.0))
    }

    fn __repr__(&self) -> String {
        let order = self.0.order.as_deref().unwrap_or("-");
        format!(
            "<Difference {}: order {order}, items {}>",
            self.0.field, self.0.items
        )
    }
}
