//! Orders and their items.

mod items;
mod list;
mod select;
mod view;

use std::borrow::Cow;

use super::{Call, Failure, Route};
use crate::json::Json;
use crate::render;
use crate::world::{Order, Store};

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
    let store = call.read_store();
    let order = seen_order(call, &store, text)?;
    json.key("data");
    render::write_order(json, &store, &order, "addressDistrict");
    Ok(())
}

/// The order with this id, as the call sees it.
fn seen_order<'a>(
    call: &Call<'_>,
    store: &'a Store,
    text: &str,
) -> Result<Cow<'a, Order>, Failure> {
    text.parse()
        .ok()
        .and_then(|id| store.seen(store.order_place(id)?, call.sight()))
        .ok_or_else(|| invalid_order_id(text))
}

/// Also for the id of an order of another store.
fn invalid_order_id(text: &str) -> Failure {
    Failure::isp("16", &format!("E016: \"{text}\" Invalid Order ID"))
}
