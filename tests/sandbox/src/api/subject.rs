//! Which orders a call is about.

use serde_json::Value;

use super::Call;

/// Parameters that hold a document with orders or packages.
const WRAPPERS: [&str; 5] = [
    "packReq",
    "getShipmentProvidersReq",
    "getDocumentReq",
    "readyToShipReq",
    "rePackReq",
];

/// Ids of the orders that a call names, or whose packages it names.
pub(super) fn orders(call: &Call<'_>) -> Vec<u64> {
    let mut orders = Vec::new();
    if let Some(id) = call.params.get("order_id") {
        orders.extend(id.parse::<u64>());
    }
    if let Some(Value::Array(ids)) = call.params.get("order_ids").and_then(parsed) {
        orders.extend(ids.iter().filter_map(number));
    }
    for document in WRAPPERS.iter().filter_map(|name| call.params.get(name)) {
        orders.extend(parsed(document).iter().flat_map(|it| in_document(call, it)));
    }
    orders.sort_unstable();
    orders.dedup();
    orders
}

fn in_document(call: &Call<'_>, document: &Value) -> Vec<u64> {
    let list = |name: &str| document.get(name).and_then(Value::as_array);
    let entries = list("pack_order_list").or_else(|| list("orders"));
    let named = entries.into_iter().flatten();
    let mut orders: Vec<u64> = named
        .filter_map(|entry| number(entry.get("order_id")?))
        .collect();
    let store = call.lock_store();
    for package in list("packages").into_iter().flatten() {
        let id = package.get("package_id").and_then(Value::as_str);
        if let Some(place) = id.and_then(|id| store.package_place(id)) {
            orders.push(store.orders.key(store.packages[place].order).id);
        }
    }
    orders
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
