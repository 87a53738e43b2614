//! What really happened, for comparison with what a client believes.

use crate::json::Json;
use crate::state::{State, lock};
use crate::world::{By, Package, Store};

/// Items that calls have packed, and packages, per store.
pub(crate) fn to_json(state: &State) -> String {
    let mut json = Json::default();
    json.open_object();
    json.key("stores");
    json.open_array();
    for store in state.stores() {
        write_store(&mut json, &lock(store));
    }
    json.close_array();
    json.close_object();
    json.finish()
}

fn write_store(json: &mut Json, store: &Store) {
    json.open_object();
    json.number_member("store", store.number);
    json.key("items");
    json.open_array();
    for order in store.orders.held() {
        for item in &order.items {
            if item.times_packed + item.times_packed_by_others == 0 {
                continue;
            }
            json.open_object();
            json.number_member("order_id", order.id);
            json.number_member("order_item_id", item.id);
            json.text_member("status", item.status.name());
            json.number_member("packed", item.times_packed);
            json.number_member("packed_by_others", item.times_packed_by_others);
            json.number_member("repacked", item.times_repacked);
            json.close_object();
        }
    }
    json.close_array();
    json.key("packages");
    json.open_array();
    for package in &store.packages {
        json.open_object();
        write_contents(json, store, package);
        json.flag_member("dissolved", package.dissolved);
        json.flag_member("canceled", package.canceled);
        json.number_member("couriers", package.couriers);
        json.number_member("couriers_by_others", package.couriers_by_others);
        json.number_member("labels", package.labels);
        json.close_object();
    }
    json.close_array();
    write_journal(json, store);
    json.close_object();
}

fn write_contents(json: &mut Json, store: &Store, package: &Package) {
    let order = store.orders.at(package.order);
    json.text_member("package_id", &package.id);
    json.number_member("order_id", order.id);
    json.key("order_item_ids");
    json.open_array();
    for inner in &package.items {
        json.number(order.items[*inner].id);
    }
    json.close_array();
}

fn write_journal(json: &mut Json, store: &Store) {
    json.key("journal");
    json.open_array();
    for fact in &store.journal {
        json.open_object();
        json.text_member("what", fact.what.name());
        write_contents(json, store, &store.packages[fact.package]);
        json.number_member("at", fact.at);
        if let By::Call { number, connection } = fact.by {
            json.number_member("call", number);
            json.number_member("connection", connection);
        }
        json.close_object();
    }
    json.close_array();
}
