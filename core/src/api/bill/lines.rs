//! The unit rows of an order as lines with a quantity.

use std::collections::HashMap;

use super::super::orders::OrderItem;
use super::TOO_LARGE;
use crate::error::{Error, Result};
use crate::protocol::json::write_text;
use crate::protocol::json_object::JsonObject;
use crate::protocol::{Money, Record};

/// Units that are alike in everything an ERP acts upon: order, SKU, prices, currency, status and package. So
/// `quantity` can be taken as it is: no canceled unit hides among pending ones, no line spans two packages, and
/// quantity times unit price is exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The order.
    pub order_id: Option<String>,
    /// Seller SKU.
    pub sku: Option<String>,
    /// Lazada SKU.
    pub shop_sku: Option<String>,
    /// Product title of the first unit.
    pub name: Option<String>,
    /// Variation of the first unit.
    pub variation: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// List price of a unit.
    pub item_price: Option<Money>,
    /// Price of a unit after vouchers.
    pub paid_price: Option<Money>,
    /// The units' status.
    pub status: Option<String>,
    /// The units' package.
    pub package_id: Option<String>,
    /// Number of units.
    pub quantity: u64,
    /// The units, in the order given.
    pub order_item_ids: Vec<String>,
    /// Sum of the units' `item_price`; `None`, as in the sums below, when a unit has none.
    pub item_total: Option<Money>,
    /// Sum of the units' `paid_price`.
    pub paid_total: Option<Money>,
    /// Sum of the units' `voucher_amount`, which may differ by a rounding from unit to unit.
    pub voucher_total: Option<Money>,
    /// Sum of the units' `shipping_amount`.
    pub shipping_total: Option<Money>,
}

/// What the units of a line share. `12.50` and `12.5` are one price.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    texts: [Option<String>; 6],
    item_price: Option<Money>,
    paid_price: Option<Money>,
}

/// Groups unit rows into lines, in the order of their first units.
///
/// # Errors
/// [`ErrorKind::Decode`](crate::ErrorKind::Decode) naming the row and the field, such as `items[2].paid_price`,
/// when it cannot be read, and for a row without `order_item_id`.
pub fn by_sku(items: &[OrderItem]) -> Result<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut places: HashMap<Key, usize> = HashMap::new();
    for (index, item) in items.iter().enumerate() {
        let named = |error: Error| {
            let field = format!("items[{index}].{}", error.field().unwrap_or_default());
            let message = format!("items[{index}].{}", error.message());
            Error::new(error.kind(), message).with_field(field)
        };
        let unit = Line::of(item).map_err(named)?;
        match places.get(&unit.key()) {
            Some(place) => lines[*place].add(unit).map_err(named)?,
            None => {
                places.insert(unit.key(), lines.len());
                lines.push(unit);
            }
        }
    }
    Ok(lines)
}

/// Lines as a JSON list.
pub fn lines_json(lines: &[Line]) -> String {
    let lines: Vec<String> = lines.iter().map(Line::to_json).collect();
    format!("[{}]", lines.join(","))
}

impl Line {
    /// The line of one unit.
    fn of(item: &Record) -> Result<Self> {
        let id = item
            .id("order_item_id")?
            .ok_or_else(|| Error::decode("order_item_id", "is missing"))?;
        let (item_price, paid_price) = (item.money("item_price")?, item.money("paid_price")?);
        Ok(Self {
            order_id: item.id("order_id")?,
            sku: item.text("sku")?,
            shop_sku: item.text("shop_sku")?,
            name: item.text("name")?,
            variation: item.text("variation")?,
            currency: item.text("currency")?,
            item_price,
            paid_price,
            status: item.text("status")?,
            package_id: item.text("package_id")?,
            quantity: 1,
            order_item_ids: vec![id],
            item_total: item_price,
            paid_total: paid_price,
            voucher_total: item.money("voucher_amount")?,
            shipping_total: item.money("shipping_amount")?,
        })
    }

    fn key(&self) -> Key {
        let texts = [
            &self.order_id,
            &self.sku,
            &self.shop_sku,
            &self.currency,
            &self.status,
            &self.package_id,
        ];
        Key {
            texts: texts.map(Clone::clone),
            item_price: self.item_price,
            paid_price: self.paid_price,
        }
    }

    fn add(&mut self, unit: Self) -> Result<()> {
        self.quantity += 1;
        self.order_item_ids.extend(unit.order_item_ids);
        for (total, amount, field) in [
            (&mut self.item_total, unit.item_total, "item_price"),
            (&mut self.paid_total, unit.paid_total, "paid_price"),
            (
                &mut self.voucher_total,
                unit.voucher_total,
                "voucher_amount",
            ),
            (
                &mut self.shipping_total,
                unit.shipping_total,
                "shipping_amount",
            ),
        ] {
            *total = match (*total, amount) {
                (Some(total), Some(amount)) => Some(
                    total
                        .checked_add(amount)
                        .ok_or_else(|| Error::decode(field, TOO_LARGE))?,
                ),
                _ => None,
            };
        }
        Ok(())
    }

    /// As a JSON object; ids and amounts are texts.
    pub fn to_json(&self) -> String {
        let text = |amount: Option<Money>| amount.map(|amount| amount.to_string());
        let quoted = |id: &String| {
            let mut out = String::new();
            write_text(&mut out, id);
            out
        };
        JsonObject::new()
            .optional("order_id", self.order_id.as_deref())
            .optional("sku", self.sku.as_deref())
            .optional("shop_sku", self.shop_sku.as_deref())
            .optional("name", self.name.as_deref())
            .optional("variation", self.variation.as_deref())
            .optional("currency", self.currency.as_deref())
            .optional("item_price", text(self.item_price).as_deref())
            .optional("paid_price", text(self.paid_price).as_deref())
            .optional("status", self.status.as_deref())
            .optional("package_id", self.package_id.as_deref())
            .number("quantity", self.quantity)
            .list("order_item_ids", self.order_item_ids.iter().map(quoted))
            .optional("item_total", text(self.item_total).as_deref())
            .optional("paid_total", text(self.paid_total).as_deref())
            .optional("voucher_total", text(self.voucher_total).as_deref())
            .optional("shipping_total", text(self.shipping_total).as_deref())
            .finish()
    }
}
