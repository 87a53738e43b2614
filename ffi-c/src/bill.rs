//! What an order costs: header and items against each other, from their JSON.

use std::ffi::c_char;

use lazcore::Country;
use lazcore::api::bill::{self, Bill};

use crate::boundary::{Fault, Output, guard, text};
use crate::error::laz_error_t;
use crate::status::laz_status;
use crate::value::laz_value_t;

/// What the buyer pays, price - voucher + shipping_fee, as exact decimal text at the pointer "" of the value. The
/// header has no currency: it is the one of laz_country_currency, or the items'.
///
/// `order_json` is {"order": {...}, "items": [...]}, such as the JSON of a row of an order pull, or the order alone;
/// normalized or as the platform sent it. LAZ_STATUS_DECODE when one of the three amounts is missing or cannot be
/// read; the error names it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_order_buyer_paid(
    order_json: *const c_char,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let compute = |json: &str| {
        let paid = Bill::from_json(json)?.order.buyer_paid()?;
        Ok(laz_value_t::text(paid.to_string()))
    };
    // SAFETY: the header asks for NULL, a text that ends with a NUL and places to write to.
    unsafe { computed("order_json", order_json, value_out, error_out, compute) }
}

/// Compares the header of an order with its unit rows, canceled ones included, and repairs nothing.
///
/// `order_json` is as in laz_order_buyer_paid, with "items". The value's JSON is {"order_id", "buyer_paid",
/// "currency", "agrees", "differences": [{"field", "order", "items", "items_not_canceled",
/// "explained_by_canceled"}], "not_compared": [{"field", "reason"}]}; amounts are texts. "agrees" is true when
/// everything could be compared and nothing differs but by canceled items.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_order_reconcile(
    order_json: *const c_char,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let compute = |json: &str| {
        let report = Bill::from_json(json)?.reconcile()?;
        Ok(laz_value_t::json(report.to_json()))
    };
    // SAFETY: the header asks for NULL, a text that ends with a NUL and places to write to.
    unsafe { computed("order_json", order_json, value_out, error_out, compute) }
}

/// Groups unit rows into lines with a quantity. Units of one line share order, SKU, prices, currency, status and
/// package.
///
/// `items_json` is a list of items, or an object with the member "items". The value's JSON is a list of
/// {"order_id", "sku", "shop_sku", "name", "variation", "currency", "item_price", "paid_price", "status",
/// "package_id", "quantity", "order_item_ids", "item_total", "paid_total", "voucher_total", "shipping_total"}; ids
/// and amounts are texts, what is absent is left out. LAZ_STATUS_DECODE names a row without its id, or with an amount
/// that cannot be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_items_by_sku(
    items_json: *const c_char,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let compute = |json: &str| {
        let lines = bill::by_sku(&bill::items_from_json(json)?)?;
        Ok(laz_value_t::json(bill::lines_json(&lines)))
    };
    // SAFETY: the header asks for NULL, a text that ends with a NUL and places to write to.
    unsafe { computed("items_json", items_json, value_out, error_out, compute) }
}

/// The currency (ISO 4217) of a country's orders, such as "SGD" for "SG": the text at the pointer "" of the value.
/// LAZ_STATUS_CONFIG for an unknown country.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_country_currency(
    country: *const c_char,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let compute = |country: &str| {
        let country: Country = country.parse()?;
        Ok(laz_value_t::text(country.currency().to_owned()))
    };
    // SAFETY: the header asks for NULL, a text that ends with a NUL and places to write to.
    unsafe { computed("country", country, value_out, error_out, compute) }
}

/// # Safety
/// `argument` is NULL or ends with a NUL, the outputs are NULL or places to write to.
unsafe fn computed(
    name: &'static str,
    argument: *const c_char,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
    compute: impl FnOnce(&str) -> Result<laz_value_t, Fault>,
) -> i32 {
    let body = || -> Result<laz_status, Fault> {
        // SAFETY: the caller vouches for what is not NULL.
        let (out, argument) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            (out, text(name, argument)?)
        };
        out.hand_over(compute(argument)?)
    };
    // SAFETY: the caller vouches for what is not NULL.
    unsafe { guard(error_out, body) }
}
