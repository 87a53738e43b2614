//! The header of an order against its unit rows.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::super::orders::{Order, OrderItem};
use super::TOO_LARGE;
use crate::protocol::json_object::JsonObject;
use crate::protocol::{Money, Record};

/// What an order's header says and what its items add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// The order.
    pub order_id: Option<String>,
    /// What the buyer pays, when it can be told; otherwise [`not_compared`](Self::not_compared) says why.
    pub buyer_paid: Option<Money>,
    /// The items' currency (ISO 4217), when they have one and the same.
    pub currency: Option<String>,
    /// Where header and items differ.
    pub differences: Vec<Difference>,
    /// What could not be compared, each with the reason.
    pub not_compared: Vec<NotCompared>,
}

/// One difference. Which side is right is not decided here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `price`, `voucher`, `voucher_platform`, `voucher_seller`, `shipping_fee`, `buyer_paid`, `items_count`,
    /// `statuses`; or `currency`, `order_id`, `order_item_id` where the items contradict each other.
    pub field: &'static str,
    /// The header's value; statuses are joined by blanks. `None` where the header has none.
    pub order: Option<String>,
    /// What the items add up to, or their values joined by blanks.
    pub items: String,
    /// As `items`, without the canceled ones; `None` when no item is canceled or the field is no sum.
    pub items_not_canceled: Option<String>,
    /// The header agrees with the items that are not canceled. Whether a header shrinks when an item is
    /// canceled is not published.
    pub explained_by_canceled: bool,
}

/// A comparison that could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCompared {
    /// As [`Difference::field`].
    pub field: &'static str,
    /// One line.
    pub reason: String,
}

/// A header's amount and the items' fields that add up to it.
struct Sum {
    field: &'static str,
    of: &'static [&'static str],
    /// Optional fields are compared where both sides have them.
    optional: bool,
}

const fn sum(field: &'static str, of: &'static [&'static str]) -> Sum {
    Sum {
        field,
        of,
        optional: false,
    }
}

const fn optional(field: &'static str, of: &'static [&'static str]) -> Sum {
    Sum {
        field,
        of,
        optional: true,
    }
}

/// The platform publishes no such equations; they follow from the meaning of the fields (order fields:
/// "goods total", "total voucher"; item fields: "unit price after vouchers", "share of the shipping fee").
const SUMS: &[Sum] = &[
    sum("price", &["item_price"]),
    sum("voucher", &["voucher_amount"]),
    optional("voucher_platform", &["voucher_platform"]),
    optional("voucher_seller", &["voucher_seller"]),
    sum("shipping_fee", &["shipping_amount"]),
    sum("buyer_paid", &["paid_price", "shipping_amount"]),
];

/// Compares a header with the rows of all its units, canceled ones included, and repairs nothing.
pub fn reconcile(order: &Order, items: &[OrderItem]) -> Reconciliation {
    let mut out = Reconciliation {
        order_id: order.order_id().ok().flatten(),
        buyer_paid: order.buyer_paid().ok(),
        ..Reconciliation::default()
    };
    let mut units = Vec::with_capacity(items.len());
    for item in items {
        units.push((&**item, item.status().ok().flatten()));
    }
    for sum in SUMS {
        out.amount(order, &units, sum);
    }
    out.count(order, &units);
    out.statuses(order, &units);
    out.belonging(items);
    out
}

/// An item and its status.
type Unit<'a> = (&'a Record, Option<String>);

fn is_canceled(unit: &Unit<'_>) -> bool {
    unit.1.as_deref() == Some("canceled")
}

impl Reconciliation {
    /// Everything could be compared and agrees, canceled items apart.
    pub fn agrees(&self) -> bool {
        self.not_compared.is_empty() && self.differences.iter().all(|one| one.explained_by_canceled)
    }

    fn skip(&mut self, field: &'static str, reason: impl Display) {
        let reason = reason.to_string();
        self.not_compared.push(NotCompared { field, reason });
    }

    fn amount(&mut self, order: &Order, units: &[Unit<'_>], sum: &Sum) {
        let header = match sum.field {
            "buyer_paid" => order.buyer_paid().map(Some),
            field => order.money(field),
        };
        let header = match header {
            Ok(Some(header)) => header,
            Ok(None) if sum.optional => return,
            Ok(None) => return self.skip(sum.field, "the header has none"),
            Err(error) => return self.skip(sum.field, error.message()),
        };
        let (all, living) = match (
            total(units, sum.of, |_| true),
            total(units, sum.of, |unit| !is_canceled(unit)),
        ) {
            (Ok(all), Ok(living)) => (all, living),
            (Err(Missing(_)), _) if sum.optional => return,
            (Err(Missing(reason)), _) | (_, Err(Missing(reason))) => {
                return self.skip(sum.field, reason);
            }
        };
        self.compare(
            sum.field,
            header,
            all,
            living,
            units.iter().any(is_canceled),
        );
    }

    fn count(&mut self, order: &Order, units: &[Unit<'_>]) {
        let all = i64::try_from(units.len()).unwrap_or(i64::MAX);
        let canceled = units.iter().filter(|unit| is_canceled(unit)).count();
        let living = all - i64::try_from(canceled).unwrap_or(i64::MAX);
        match order.items_count() {
            Ok(Some(count)) => self.compare("items_count", count, all, living, canceled > 0),
            Ok(None) => self.skip("items_count", "the header has none"),
            Err(error) => self.skip("items_count", error.message()),
        }
    }

    fn compare<T: PartialEq + Display>(
        &mut self,
        field: &'static str,
        order: T,
        all: T,
        living: T,
        any_canceled: bool,
    ) {
        if order == all {
            return;
        }
        self.differences.push(Difference {
            field,
            explained_by_canceled: any_canceled && order == living,
            order: Some(order.to_string()),
            items: all.to_string(),
            items_not_canceled: any_canceled.then(|| living.to_string()),
        });
    }

    fn statuses(&mut self, order: &Order, units: &[Unit<'_>]) {
        let header = match order.statuses() {
            Ok(statuses) if !statuses.is_empty() => statuses.into_iter().collect::<BTreeSet<_>>(),
            Ok(_) => return self.skip("statuses", "the header has none"),
            Err(error) => return self.skip("statuses", error.message()),
        };
        if let Some(place) = units.iter().position(|unit| unit.1.is_none()) {
            return self.skip("statuses", format_args!("items[{place}].status is missing"));
        }
        let items: BTreeSet<String> = units.iter().filter_map(|unit| unit.1.clone()).collect();
        if header != items {
            self.contradiction("statuses", Some(joined(&header)), joined(&items));
        }
    }

    /// Whether the rows are of one currency, of this order, and each there once.
    fn belonging(&mut self, items: &[OrderItem]) {
        let values = |read: fn(&OrderItem) -> crate::Result<Option<String>>| {
            items.iter().filter_map(move |item| read(item).ok()?)
        };
        let currencies: BTreeSet<String> = values(OrderItem::currency).collect();
        if currencies.len() > 1 {
            self.contradiction("currency", None, joined(&currencies));
        } else {
            self.currency = currencies.into_iter().next();
        }
        let own = self.order_id.clone();
        let orders: BTreeSet<String> = values(OrderItem::order_id).collect();
        if orders
            .iter()
            .any(|id| own.as_ref().is_some_and(|own| own != id))
        {
            self.contradiction("order_id", own, joined(&orders));
        }
        let mut seen = BTreeSet::new();
        let repeated: BTreeSet<String> = values(OrderItem::order_item_id)
            .filter(|id| !seen.insert(id.clone()))
            .collect();
        if !repeated.is_empty() {
            self.contradiction("order_item_id", None, joined(&repeated));
        }
    }

    fn contradiction(&mut self, field: &'static str, order: Option<String>, items: String) {
        self.differences.push(Difference {
            field,
            order,
            items,
            items_not_canceled: None,
            explained_by_canceled: false,
        });
    }

    /// As a JSON object; amounts are texts.
    pub fn to_json(&self) -> String {
        let paid = self.buyer_paid.map(|amount| amount.to_string());
        JsonObject::new()
            .optional("order_id", self.order_id.as_deref())
            .optional("buyer_paid", paid.as_deref())
            .optional("currency", self.currency.as_deref())
            .flag("agrees", self.agrees())
            .list(
                "differences",
                self.differences.iter().map(Difference::to_json),
            )
            .list(
                "not_compared",
                self.not_compared.iter().map(NotCompared::to_json),
            )
            .finish()
    }
}

impl Difference {
    /// As a JSON object.
    pub fn to_json(&self) -> String {
        JsonObject::new()
            .text("field", self.field)
            .optional("order", self.order.as_deref())
            .text("items", &self.items)
            .optional("items_not_canceled", self.items_not_canceled.as_deref())
            .flag("explained_by_canceled", self.explained_by_canceled)
            .finish()
    }
}

impl NotCompared {
    /// As a JSON object.
    pub fn to_json(&self) -> String {
        JsonObject::new()
            .text("field", self.field)
            .text("reason", &self.reason)
            .finish()
    }
}

fn joined(values: &BTreeSet<String>) -> String {
    values
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Why there is no sum.
struct Missing(String);

fn total(
    units: &[Unit<'_>],
    fields: &[&str],
    counts: impl Fn(&Unit<'_>) -> bool,
) -> Result<Money, Missing> {
    let mut total = Money::ZERO;
    for (place, unit) in units.iter().enumerate() {
        // Also of rows that do not count: a sum of some is no sum.
        for field in fields {
            let amount = match unit.0.money(field) {
                Ok(Some(amount)) => amount,
                Ok(None) => return Err(Missing(format!("items[{place}].{field} is missing"))),
                Err(error) => return Err(Missing(format!("items[{place}].{}", error.message()))),
            };
            if counts(unit) {
                let sum = total.checked_add(amount);
                total = sum.ok_or_else(|| Missing(TOO_LARGE.to_owned()))?;
            }
        }
    }
    Ok(total)
}
