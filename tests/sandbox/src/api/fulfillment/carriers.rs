//! Which carriers may be chosen.

use super::{orders_with_items, refuse, wrapper};
use crate::api::{Call, Failure};
use crate::json::Json;

/// Carriers of stores whose seller must choose: name and code.
pub(super) const CARRIERS: [(&str, &str); 2] = [
    ("Sandbox Express", "SBX-EXPRESS"),
    ("Sandbox Economy", "SBX-ECONOMY"),
];

pub(super) fn get_shipment_provider(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let request = wrapper(call, "getShipmentProvidersReq")?;
    let orders = orders_with_items(&request, "orders", "order_item_ids")?;
    let store = call.lock_store();
    for (order, items) in &orders {
        let place = store.order_place(*order).ok_or_else(|| refuse("700021"))?;
        let belongs = |item: &u64| store.item_place(*item).is_some_and(|at| at.0 == place);
        if !items.iter().all(belongs) {
            return Err(refuse("700025"));
        }
    }
    let (default, kind) = allocation(store.cross_border);
    json.key("result");
    json.open_object();
    json.flag_member("success", true);
    json.key("data");
    json.open_object();
    json.number_member("platform_default", default);
    json.text_member("shipping_allocate_type", kind);
    json.key("shipment_providers");
    json.open_array();
    if store.cross_border {
        for (name, code) in CARRIERS {
            json.open_object();
            json.text_member("name", name);
            json.text_member("provider_code", code);
            json.close_object();
        }
    }
    json.close_array();
    json.close_object();
    json.close_object();
    Ok(())
}

/// `platform_default` and `shipping_allocate_type` of a store.
pub(super) fn allocation(cross_border: bool) -> (u8, &'static str) {
    if cross_border {
        (0, "NTFS")
    } else {
        (1, "TFS")
    }
}
