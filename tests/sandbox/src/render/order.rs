//! Order headers.

use std::sync::Arc;

use super::{amount, decimal};
use crate::clock;
use crate::json::Json;
use crate::world::{Order, Store};

/// The row of GetOrders. That of an order that is held is kept until the order changes.
pub(crate) fn order_row(store: &mut Store, place: usize) -> Arc<str> {
    let order = store.orders.at(place);
    if let Some(row) = &order.row {
        return Arc::clone(row);
    }
    let mut json = Json::with_capacity(2048);
    write_order(&mut json, store, &order, "addressDsitrict");
    let row: Arc<str> = json.finish().into();
    if let Some(held) = store.orders.held_mut(place) {
        held.row = Some(Arc::clone(&row));
    }
    row
}

/// A row that is not kept, as it is printed with another time of update.
pub(crate) fn order_row_at(store: &Store, order: &Order, updated: i64) -> String {
    let mut json = Json::with_capacity(2048);
    let shown = Order {
        updated,
        row: None,
        ..order.clone()
    };
    write_order(&mut json, store, &shown, "addressDsitrict");
    json.finish()
}

/// Writes the header. The district key is misspelled in lists and right in the single order.
pub(crate) fn write_order(
    json: &mut Json,
    store: &Store,
    order: &Order,
    district_key: &'static str,
) {
    json.open_object();
    json.number_member("order_id", order.id);
    json.number_member("order_number", order.id);
    write_statuses(json, order);
    write_money(json, order);
    json.number_member("items_count", order.items.len());
    let payment = ["COD", "MIXEDCARD", "PAYMENT_ACCOUNT"][order.number % 3];
    json.text_member("payment_method", payment);
    json.text_member("created_at", &clock::printed(order.created));
    json.text_member("updated_at", &clock::printed(order.updated));
    json.text_member("address_updated_at", &clock::printed(order.created));
    json.text_member("promised_shipping_times", "");
    json.text_member("customer_first_name", &buyer(store, order));
    json.text_member("customer_last_name", "");
    json.flag_member("gift_option", order.number.is_multiple_of(25));
    let gift = if order.number.is_multiple_of(25) {
        "Best wishes, ünïcode 🎁"
    } else {
        ""
    };
    json.text_member("gift_message", gift);
    let remarks = match order.revision {
        0 => String::new(),
        count => format!("change {count}"),
    };
    json.text_member("remarks", &remarks);
    json.text_member("buyer_note", "");
    json.text_member("delivery_info", "");
    json.text_member("national_registration_number", "");
    json.text_member("tax_code", "");
    json.text_member("branch_number", "");
    let extra = match order.number % 10 {
        0 => "null",
        1 => "",
        _ => "{\"TaxInvoiceRequested\":false}",
    };
    json.text_member("extra_attributes", extra);
    json.text_member("warehouse_code", "dropshipping");
    let confirm = order.items.iter().any(|item| item.need_cancel_confirm);
    json.flag_member("need_cancel_confirm", confirm);
    let pending = order.items.iter().any(|item| item.is_cancel_pending);
    json.flag_member("is_cancel_pending", pending);
    write_address(json, "address_billing", store, order, district_key);
    write_address(json, "address_shipping", store, order, district_key);
    json.close_object();
}

fn write_statuses(json: &mut Json, order: &Order) {
    let mut names: Vec<&str> = Vec::with_capacity(1);
    for item in &order.items {
        if !names.contains(&item.status.name()) {
            names.push(item.status.name());
        }
    }
    json.key("statuses");
    json.open_array();
    for name in names {
        json.text(name);
    }
    json.close_array();
}

/// Only the price is text. What the buyer paid is price - voucher + shipping fee.
fn write_money(json: &mut Json, order: &Order) {
    let sum = |of: fn(&crate::world::Item) -> i64| order.items.iter().map(of).sum::<i64>();
    let shipping = sum(|item| item.shipping);
    let discount = sum(|item| item.shipping_discount);
    json.text_member("price", &decimal(sum(|item| item.price)));
    json.raw_member("shipping_fee", &amount(shipping));
    json.raw_member("shipping_fee_original", &amount(shipping + discount));
    json.raw_member("shipping_fee_discount_seller", "0");
    json.raw_member("shipping_fee_discount_platform", &amount(discount));
    json.raw_member("voucher", &amount(sum(|item| item.voucher())));
    json.raw_member(
        "voucher_platform",
        &amount(sum(|item| item.voucher_platform)),
    );
    json.raw_member("voucher_seller", &amount(sum(|item| item.voucher_seller)));
    json.text_member("voucher_code", "");
}

fn buyer(store: &Store, order: &Order) -> String {
    format!("Sample Buyer {}", store.number * 1_000_000 + order.number)
}

fn write_address(
    json: &mut Json,
    key: &'static str,
    store: &Store,
    order: &Order,
    district_key: &'static str,
) {
    json.key(key);
    json.open_object();
    json.text_member("first_name", &buyer(store, order));
    json.text_member("last_name", "");
    json.text_member("phone", "00********00");
    json.text_member("phone2", "");
    let street = format!(
        "{} Example Road, #0{}-00",
        order.number + 1,
        order.number % 9
    );
    json.text_member("address1", &street);
    json.text_member("address2", "");
    json.text_member("address3", "Example State");
    json.text_member("address4", "Example City");
    json.text_member("address5", "0***0");
    json.text_member("city", "示例市 / Example City");
    json.text_member("post_code", "000000");
    json.text_member("country", store.country_name);
    json.text_member("customer_email", "");
    json.text_member(district_key, "Example District");
    json.close_object();
}
