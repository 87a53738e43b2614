//! What an order costs: its header, its unit rows, and the two against each other. Pure; nothing is repaired.

mod lines;
mod parcels;
mod reconcile;

pub use lines::{Line, by_sku, lines_json};
pub use parcels::{Parcel, by_package};
pub use reconcile::{Difference, NotCompared, Reconciliation, reconcile};

use super::orders::{Order, OrderItem};
use super::table;
use crate::error::{Error, Result};
use crate::protocol::schema::Field;
use crate::protocol::{Document, Money, Record, Token};

impl Order {
    /// What the buyer pays: `price - voucher + shipping_fee` (platform guide, "Order management"). The header
    /// has no currency: it is the one of the account's country, [`Country::currency`](crate::Country::currency).
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) naming the first of the three fields that is missing or
    /// cannot be read.
    pub fn buyer_paid(&self) -> Result<Money> {
        let (price, voucher) = (needed(self, "price")?, needed(self, "voucher")?);
        let shipping_fee = needed(self, "shipping_fee")?;
        price
            .checked_sub(voucher)
            .and_then(|goods| goods.checked_add(shipping_fee))
            .ok_or_else(|| Error::decode("price", TOO_LARGE))
    }

    /// Whether a record is an order's header, as the catalogue has it.
    pub fn describes(record: &Record) -> bool {
        std::ptr::eq(record.fields(), order_fields())
    }
}

const TOO_LARGE: &str = "the sum has more digits than can be kept exactly";

/// An amount that must be there.
fn needed(record: &Record, name: &str) -> Result<Money> {
    record
        .money(name)?
        .ok_or_else(|| Error::decode(name, "is missing"))
}

/// An order with its items, for languages that hand over JSON.
#[derive(Clone, Debug)]
pub struct Bill {
    /// The header.
    pub order: Order,
    /// One row per unit; `None` when none were given.
    pub items: Option<Vec<OrderItem>>,
}

impl Bill {
    /// From `{"order": {...}, "items": [...]}`, such as the `row` event of a pull, or from the order alone.
    /// Normalized JSON will do as well as what the platform sent.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming what is no object or list.
    pub fn from_json(text: &str) -> Result<Self> {
        let document = Document::parse(text)?;
        let root = document.root();
        let header = root.get("order").unwrap_or(root);
        let order = Record::from_raw(header, order_fields())
            .ok_or_else(|| Error::input("order", "expected an object"))?;
        // An order of its own has no list of items.
        let items = root.get("order").and_then(|_| root.get("items"));
        let items = items.filter(|raw| raw.token() != Token::Null);
        Ok(Self {
            order: Order::from(order),
            items: items.map(items_of).transpose()?,
        })
    }

    /// [`reconcile`] of what was read.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when no items were given.
    pub fn reconcile(&self) -> Result<Reconciliation> {
        let items = self
            .items
            .as_deref()
            .ok_or_else(|| Error::input("items", "expected the items of the order"))?;
        Ok(reconcile(&self.order, items))
    }
}

/// The unit rows in a JSON text: a list of items, or an object with the member `items`.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) naming what is no list of objects.
pub fn items_from_json(text: &str) -> Result<Vec<OrderItem>> {
    let document = Document::parse(text)?;
    let root = document.root();
    items_of(root.get("items").unwrap_or(root))
}

fn items_of(raw: crate::protocol::Raw<'_>) -> Result<Vec<OrderItem>> {
    if raw.token() != Token::List {
        return Err(Error::input("items", "expected a list of objects"));
    }
    let fields = item_fields();
    let items = raw.items().enumerate().map(|(index, item)| {
        Record::from_raw(item, fields)
            .map(OrderItem::from)
            .ok_or_else(|| Error::input(format!("items[{index}]"), "expected an object"))
    });
    items.collect()
}

fn order_fields() -> &'static [Field] {
    below(table::GET_ORDER.reply)
}

fn item_fields() -> &'static [Field] {
    below(table::GET_ORDER_ITEMS.reply)
}

/// The fields of the payload.
fn below(reply: &'static [Field]) -> &'static [Field] {
    reply.first().map_or(&[], |payload| payload.fields)
}
