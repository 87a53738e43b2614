//! The orders of a store as they stand, the last changed first, and the labels of their packages.

use super::number;
use crate::clock;
use crate::http::{Params, Reply};
use crate::json::Json;
use crate::labels::{self, Label};
use crate::render::GOODS;
use crate::state::{State, lock};
use crate::world::{Order, Package, Store};

/// Orders of one answer.
const ROWS: usize = 50;

/// `store`, `from` (how many are passed over) and `order` (one alone, by its id).
pub(super) fn list(state: &State, params: &Params) -> Reply {
    let Some(store) = state.stores().get(number(params, "store", 0_usize)) else {
        return Reply::plain(404, "no such store\n");
    };
    let store = lock(store);
    let places: Vec<usize> = match params.get("order").filter(|text| !text.is_empty()) {
        Some(id) => {
            let place = id.parse().ok().and_then(|id| store.order_place(id));
            place.into_iter().collect()
        }
        None => {
            let newest_first = store.by_update().iter().rev();
            let skipped = newest_first.skip(number(params, "from", 0));
            skipped.take(ROWS).map(|entry| entry.1).collect()
        }
    };
    let mut json = Json::default();
    json.open_object();
    json.number_member("total", store.orders.len());
    json.key("orders");
    json.open_array();
    for place in places {
        write_order(&mut json, &store, &store.orders.at(place));
    }
    json.close_array();
    json.close_object();
    Reply::json(json.finish())
}

fn write_order(json: &mut Json, store: &Store, order: &Order) {
    json.open_object();
    json.text_member("order_id", &order.id.to_string());
    json.text_member("created", &clock::printed(order.created));
    json.text_member("updated", &clock::printed(order.updated));
    json.key("items");
    json.open_array();
    for item in &order.items {
        json.open_object();
        json.text_member("order_item_id", &item.id.to_string());
        json.text_member("sku", GOODS[item.goods].0);
        json.text_member("status", item.status.name());
        if let Some(package) = store.package_of(item) {
            json.text_member("package_id", &package.id);
            json.text_member("tracking", &package.tracking);
            json.number_member("printed", package.labels);
            json.flag_member("label", has_label(package));
        }
        json.close_object();
    }
    json.close_array();
    json.close_object();
}

fn has_label(package: &Package) -> bool {
    !(package.own_fleet || package.dissolved || package.canceled)
}

/// The label of a `package` of a `store`, as PDF. Looking at it is not printing it.
pub(super) fn label(state: &State, params: &Params) -> Reply {
    let Some(store) = state.stores().get(number(params, "store", 0_usize)) else {
        return Reply::plain(404, "no such store\n");
    };
    let store = lock(store);
    let place = params.get("package").and_then(|id| store.package_place(id));
    let package = place.map(|place| &store.packages[place]);
    match package.filter(|package| has_label(package)) {
        Some(package) => {
            let label = Label::of(&store, package, true);
            Reply::typed(200, "application/pdf", labels::pdf(&[label], false))
        }
        None => Reply::plain(404, "no such label\n"),
    }
}
