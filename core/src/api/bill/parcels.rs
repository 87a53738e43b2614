//! What the buyer of each parcel pays: for the driver of a seller's own fleet, who collects it.

use super::super::orders::{Order, OrderItem};
use super::TOO_LARGE;
use crate::error::{Error, Result};
use crate::protocol::{Money, Record};

/// One parcel of an order, and what its goods and their delivery cost the buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The package.
    pub package_id: String,
    /// Delivered by the seller's own fleet (DBS): the seller's driver has to collect what is due.
    pub own_fleet: bool,
    /// The order's `payment_method` is `COD`. The platform publishes no list of these codes, and they differ from country
    /// to country: look at the order's field where another one means payment at the door.
    pub cash_on_delivery: bool,
    /// Sum of `paid_price` and `shipping_amount` of its units: what the buyer pays, whichever way. `None` when a unit
    /// lacks one of them, or has `wallet_credits`, of which the platform does not say whether they are taken off.
    pub amount: Option<Money>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Its units, in the order given; canceled ones are not in it.
    pub order_item_ids: Vec<String>,
}

/// The parcels of an order, in the order of their first units. The platform tells no amount to collect for a package;
/// this is computed from the units in it. Units that are canceled or not packed yet are in none.
///
/// # Errors
/// [`ErrorKind::Decode`](crate::ErrorKind::Decode) naming the row and the field, such as `items[2].paid_price`,
/// when it cannot be read, and for a row without `order_item_id`.
pub fn by_package(order: &Order, items: &[OrderItem]) -> Result<Vec<Parcel>> {
    let method = order.text("payment_method")?.unwrap_or_default();
    let cash_on_delivery = method.trim().eq_ignore_ascii_case("cod");
    let mut parcels: Vec<Parcel> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let named = |error: Error| {
            let field = format!("items[{index}].{}", error.field().unwrap_or_default());
            let message = format!("items[{index}].{}", error.message());
            Error::new(error.kind(), message).with_field(field)
        };
        let Some(unit) = parcel_of(item, cash_on_delivery).map_err(named)? else {
            continue;
        };
        let mut known = parcels.iter_mut();
        match known.find(|parcel| parcel.package_id == unit.package_id) {
            Some(parcel) => parcel.add(unit).map_err(named)?,
            None => parcels.push(unit),
        }
    }
    Ok(parcels)
}

/// The parcel of one unit; `None` when it is in none.
fn parcel_of(item: &Record, cash_on_delivery: bool) -> Result<Option<Parcel>> {
    let id = item
        .id("order_item_id")?
        .ok_or_else(|| Error::decode("order_item_id", "is missing"))?;
    let canceled = item.text("status")?.as_deref() == Some("canceled");
    let package = item.id("package_id")?.filter(|package| !package.is_empty());
    let Some(package_id) = package.filter(|_| !canceled) else {
        return Ok(None);
    };
    let credits = item.money("wallet_credits")?;
    let plain = credits.is_none_or(|credits| Money::parse("0") == Some(credits));
    let amount = match (item.money("paid_price")?, item.money("shipping_amount")?) {
        (Some(goods), Some(delivery)) if plain => Some(sum(goods, delivery)?),
        _ => None,
    };
    Ok(Some(Parcel {
        package_id,
        own_fleet: item.flag("delivery_option_sof")?.unwrap_or(false),
        cash_on_delivery,
        amount,
        currency: item.text("currency")?,
        order_item_ids: vec![id],
    }))
}

fn sum(one: Money, other: Money) -> Result<Money> {
    let sum = one.checked_add(other);
    sum.ok_or_else(|| Error::decode("paid_price", TOO_LARGE))
}

impl Parcel {
    fn add(&mut self, unit: Self) -> Result<()> {
        self.order_item_ids.extend(unit.order_item_ids);
        self.amount = match (self.amount, unit.amount) {
            (Some(amount), Some(more)) => Some(sum(amount, more)?),
            _ => None,
        };
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Bill;
    use super::*;

    fn parcels(order: &str, items: &str) -> Result<Vec<Parcel>> {
        let bill = Bill::from_json(&format!(r#"{{"order":{order},"items":[{items}]}}"#)).unwrap();
        by_package(&bill.order, &bill.items.unwrap())
    }

    const COD: &str = r#"{"order_id":1,"payment_method":"cod"}"#;

    #[test]
    fn the_units_of_each_package_are_added_up_exactly() {
        let found = parcels(
            COD,
            r#"{"order_item_id":1,"package_id":"FP1","paid_price":"12.10","shipping_amount":1.05,"delivery_option_sof":1,"currency":"THB"},
               {"order_item_id":2,"package_id":"FP2","paid_price":7,"shipping_amount":0,"wallet_credits":"0.00"},
               {"order_item_id":3,"package_id":"FP1","paid_price":0.2,"shipping_amount":1},
               {"order_item_id":4,"package_id":"FP1","paid_price":50,"shipping_amount":9,"status":"canceled"},
               {"order_item_id":5,"package_id":"","paid_price":60,"shipping_amount":9}"#,
        )
        .unwrap();
        let [first, second] = &found[..] else {
            unreachable!("{found:?}")
        };
        assert_eq!(first.amount, Money::parse("14.35"));
        assert_eq!(first.order_item_ids, ["1", "3"]);
        assert_eq!(first.currency.as_deref(), Some("THB"));
        assert!(first.own_fleet && first.cash_on_delivery);
        assert_eq!(second.amount, Money::parse("7"));
        assert!(!second.own_fleet);
    }

    #[test]
    fn no_amount_is_told_where_it_is_not_known() {
        for unit in [
            r#""paid_price":5"#,
            r#""shipping_amount":5"#,
            r#""paid_price":5,"shipping_amount":1,"wallet_credits":2"#,
        ] {
            let item = format!(r#"{{"order_item_id":1,"package_id":"FP1",{unit}}}"#);
            let whole =
                r#"{"order_item_id":2,"package_id":"FP1","paid_price":1,"shipping_amount":1}"#;
            for items in [format!("{item},{whole}"), format!("{whole},{item}")] {
                assert_eq!(parcels(COD, &items).unwrap()[0].amount, None, "{items}");
            }
        }
        let other = r#"{"order_id":1,"payment_method":"MIXEDCARD"}"#;
        let item = r#"{"order_item_id":1,"package_id":"FP1","paid_price":1,"shipping_amount":1}"#;
        assert!(!parcels(other, item).unwrap()[0].cash_on_delivery);
        let error = parcels(COD, r#"{"package_id":"FP1"}"#).unwrap_err();
        assert_eq!(error.field(), Some("items[0].order_item_id"));
    }
}
