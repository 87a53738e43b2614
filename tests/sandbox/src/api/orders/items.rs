//! Items of one or several orders, and their invoice numbers.

use std::borrow::Cow;

use serde_json::Value;

use super::seen_order;
use crate::api::{Call, Failure};
use crate::json::Json;
use crate::render::write_item;
use crate::seeded::mix;
use crate::world::Order;

const MAX_ORDERS: usize = 50;

pub(super) fn get_order_items(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let text = call.required("order_id")?;
    let store = call.read_store();
    let order = seen_order(call, &store, text)?;
    json.key("data");
    json.open_array();
    for item in &order.items {
        write_item(json, &store, &order, item, "show_giftwrapping_tag");
    }
    json.close_array();
    Ok(())
}

pub(super) fn get_multiple_order_items(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let ids = order_ids(call.required("order_ids")?)?;
    let store = call.read_store();
    let sight = call.sight();
    let mut orders: Vec<Cow<'_, Order>> = ids
        .iter()
        .filter_map(|id| store.seen(store.order_place(*id)?, sight))
        .collect();
    if orders.is_empty() {
        return Err(Failure::isp("39", "E039: No orders were found"));
    }
    if orders.len() < ids.len() {
        return Err(incorrect_ids());
    }
    // The reference promises no order; an arbitrary one that repeats shows who relies on one.
    orders.sort_unstable_by_key(|order| mix(order.id));
    orders.dedup_by_key(|order| order.id);
    json.key("data");
    json.open_array();
    let place = |order: &Order| ids.iter().position(|id| *id == order.id);
    for order in orders {
        if place(&order).is_some_and(|row| call.omits(row)) {
            continue;
        }
        json.open_object();
        json.number_member("order_id", order.id);
        json.number_member("order_number", order.id);
        json.key("order_items");
        json.open_array();
        for item in &order.items {
            write_item(json, &store, &order, item, "show_gift_wrapping_tag");
        }
        json.close_array();
        json.close_object();
    }
    json.close_array();
    Ok(())
}

/// `[1,2]`, brackets included.
fn order_ids(text: &str) -> Result<Vec<u64>, Failure> {
    let Ok(Value::Array(values)) = serde_json::from_str(text) else {
        return Err(Failure::isp(
            "56",
            "E056: Invalid OrdersIdList format. Must use array format [1,2]",
        ));
    };
    if values.len() > MAX_ORDERS {
        return Err(Failure::isp("38", "E038: Too many orders were requested"));
    }
    values
        .iter()
        .map(|value| value.as_u64().ok_or_else(incorrect_ids))
        .collect()
}

fn incorrect_ids() -> Failure {
    Failure::isp("37", "E037: One or more order id in the list are incorrect")
}

pub(super) fn set_invoice_number(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let text = call.required("order_item_id")?;
    let number = call.required("invoice_number")?;
    let mut store = call.lock_store();
    let place = text.parse().ok().and_then(|id| store.item_place(id));
    let place =
        place.ok_or_else(|| Failure::isp("20", &format!("E020: {text} Invalid Order Item ID")))?;
    if !store.item(place).status.in_package() {
        return Err(Failure::isp(
            "34",
            "E034: Order Item must be packed. Please call setStatusToReadyToShip before",
        ));
    }
    store.set_invoice(place, number, call.now);
    json.key("data");
    json.open_object();
    json.text_member("order_item_id", text);
    json.text_member("invoice_number", number);
    json.close_object();
    Ok(())
}
