//! Orders and their items.

mod items;
mod list;

use super::{Call, Failure, Route};
use crate::json::Json;
use crate::render;

pub(super) const ROUTES: &[Route] = &[
    Route {
        path: "/orders/get",
        methods: &["GET"],
        token: true,
        rows: false,
        handler: list::get_orders,
    },
    Route {
        path: "/order/get",
        methods: &["GET"],
        token: true,
        rows: false,
        handler: get_order,
    },
    Route {
        path: "/order/items/get",
        methods: &["GET"],
        token: true,
        rows: false,
        handler: items::get_order_items,
    },
    Route {
        path: "/orders/items/get",
        methods: &["GET"],
        token: true,
        rows: false,
        handler: items::get_multiple_order_items,
    },
    Route {
        path: "/order/invoice_number/set",
        methods: &["POST"],
        token: true,
        rows: false,
        handler: items::set_invoice_number,
    },
];

fn get_order(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let text = call.required("order_id")?;
    let store = call.lock_store();
    let place = text.parse().ok().and_then(|id| store.order_place(id));
    let place = place.ok_or_else(|| invalid_order_id(text))?;
    json.key("data");
    render::write_order(json, &store, &store.orders[place], "addressDistrict");
    Ok(())
}

/// Also for the id of an order of another store.
fn invalid_order_id(text: &str) -> Failure {
    Failure::isp("16", &format!("E016: \"{text}\" Invalid Order ID"))
}
