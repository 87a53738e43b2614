//! Pack: items into packages.

use serde_json::Value;

use super::carriers::{CARRIERS, allocation};
use super::{message, orders_with_items, refuse, text_of, worth_retrying, wrapper};
use crate::api::{Call, Failure};
use crate::json::Json;
use crate::world::{By, Delivery, Item, Status, Store, What};

/// What became of one item: the place of its package, or a code.
struct Row {
    item: u64,
    outcome: Result<usize, String>,
}

/// What holds for all items of one call.
struct Terms<'a> {
    carrier_code: Option<&'a str>,
    accept_repeats: bool,
    now: i64,
    by: By,
}

/// What each item sent is answered with, whatever becomes of it.
type Forced<'a> = Vec<Option<(&'a str, bool)>>;

pub(super) fn pack(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let request = wrapper(call, "packReq")?;
    let orders = orders_with_items(&request, "pack_order_list", "order_item_list")?;
    if text_of(&request, "delivery_type")? != "dropship" {
        return Err(refuse("700004"));
    }
    let mut store = call.lock_store();
    check_allocation(&request, &store)?;
    let terms = Terms {
        carrier_code: carrier_code(&request)?,
        accept_repeats: call.state.config.accept_repeats,
        now: call.now,
        by: call.by,
    };
    let places = orders
        .iter()
        .map(|(order, _)| store.order_place(*order))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| refuse("700021"))?;
    let mut answers = Vec::with_capacity(orders.len());
    let mut first = 0;
    for ((order, items), place) in orders.iter().zip(places) {
        let numbers = first..first + items.len();
        first = numbers.end;
        let forced = numbers.clone().map(|row| call.forced_failure(row));
        let rows = pack_order(&mut store, place, items, &forced.collect(), &terms);
        let told = numbers.zip(rows).filter(|(row, _)| !call.omits(*row));
        answers.push((*order, told.map(|(_, row)| row).collect()));
    }
    answers.retain(|(_, rows): &(u64, Vec<Row>)| !rows.is_empty());
    write(json, &store, &answers);
    Ok(())
}

fn check_allocation(request: &Value, store: &Store) -> Result<(), Failure> {
    let sent = text_of(request, "shipping_allocate_type")?;
    if sent != "TFS" && sent != "NTFS" {
        return Err(refuse("700004"));
    }
    if sent != allocation(store.cross_border).1 {
        return Err(refuse("700013"));
    }
    Ok(())
}

fn carrier_code(request: &Value) -> Result<Option<&str>, Failure> {
    match request.get("shipment_provider_code") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(code)) if code.is_empty() => Ok(None),
        Some(Value::String(code)) => Ok(Some(code)),
        Some(_) => Err(refuse("700004")),
    }
}

/// Judges every item first and packs those that pass. Items brought by the seller's own fleet never
/// share a package with others, so one order can yield two packages.
fn pack_order(
    store: &mut Store,
    place: usize,
    ids: &[u64],
    forced: &Forced<'_>,
    terms: &Terms<'_>,
) -> Vec<Row> {
    let mut own_fleet = Vec::new();
    let mut by_carrier = Vec::new();
    let mut rows = Vec::with_capacity(ids.len());
    for (id, forced) in ids.iter().zip(forced) {
        let judged = match forced {
            Some((code, false)) => Err((*code).to_owned()),
            _ => judge(store, place, *id, terms),
        };
        let outcome = judged.and_then(|inner| {
            let own = store.orders.at(place).items[inner].delivery == Delivery::OwnFleet;
            let group = if own { &mut own_fleet } else { &mut by_carrier };
            if group.contains(&inner) {
                return Err("700026".to_owned());
            }
            group.push(inner);
            Ok(own)
        });
        rows.push((*id, outcome));
    }
    let carrier = terms
        .carrier_code
        .and_then(carrier_name)
        .unwrap_or(CARRIERS[0].0);
    let by_carrier = make_package(store, place, by_carrier, carrier, terms);
    let own_fleet = make_package(store, place, own_fleet, "Seller Own Fleet", terms);
    let packed = |judged: Result<bool, String>| {
        let package = if judged? { own_fleet } else { by_carrier };
        package.ok_or_else(|| "700029".to_owned())
    };
    rows.into_iter()
        .zip(forced)
        .map(|((item, judged), forced)| Row {
            item,
            outcome: match forced {
                Some((code, _)) => Err((*code).to_owned()),
                None => packed(judged),
            },
        })
        .collect()
}

/// Packs a group, unless it is empty or lies in several warehouses; the place of the package.
fn make_package(
    store: &mut Store,
    place: usize,
    items: Vec<usize>,
    provider: &str,
    terms: &Terms<'_>,
) -> Option<usize> {
    let order = store.orders.at(place);
    let warehouse = |inner: &usize| order.items[*inner].warehouse;
    let first = items.first().map(warehouse)?;
    if items.iter().any(|inner| warehouse(inner) != first) {
        return None;
    }
    for inner in &items {
        store.orders.at_mut(place).items[*inner].times_packed += 1;
    }
    let package = store.pack(place, items, provider, terms.now);
    store.note(What::Packed, package, terms.by, terms.now);
    Some(package)
}

/// The item's place in the order, or the code that it is refused with.
fn judge(store: &Store, place: usize, id: u64, terms: &Terms<'_>) -> Result<usize, String> {
    let inner = match store.item_place(id) {
        Some((order, inner)) if order == place => inner,
        _ => return Err("700025".to_owned()),
    };
    let order = store.orders.at(place);
    let item = &order.items[inner];
    let refused = refusal(item, store.cross_border, terms);
    match refused.or_else(|| store.hindrance(place, terms.now)) {
        Some(code) => Err(code.to_owned()),
        None => Ok(inner),
    }
}

fn refusal(item: &Item, cross_border: bool, terms: &Terms<'_>) -> Option<&'static str> {
    match item.delivery {
        Delivery::Lazada => return Some("700027"),
        Delivery::Digital => return Some("700030"),
        Delivery::PickUp => return Some("700023"),
        Delivery::Carrier | Delivery::OwnFleet => {}
    }
    let packable = match item.status {
        Status::Pending | Status::Repacked => true,
        Status::Packed => terms.accept_repeats,
        _ => false,
    };
    if !packable {
        return Some("700026");
    }
    if item.refused_with.is_some() {
        return item.refused_with;
    }
    // A carrier is chosen in cross-border stores only, and never for the seller's own fleet.
    let chooses = cross_border && item.delivery == Delivery::Carrier;
    let right = match terms.carrier_code {
        Some(code) => chooses && carrier_name(code).is_some(),
        None => !chooses,
    };
    (!right).then_some("700001")
}

fn carrier_name(code: &str) -> Option<&'static str> {
    CARRIERS
        .iter()
        .find(|carrier| carrier.1 == code)
        .map(|carrier| carrier.0)
}

fn write(json: &mut Json, store: &Store, answers: &[(u64, Vec<Row>)]) {
    json.key("result");
    json.open_object();
    json.flag_member("success", true);
    json.key("data");
    json.open_object();
    json.key("pack_order_list");
    json.open_array();
    for (order, rows) in answers {
        json.open_object();
        json.number_member("order_id", order);
        json.key("order_item_list");
        json.open_array();
        for row in rows {
            write_row(json, store, row);
        }
        json.close_array();
        json.close_object();
    }
    json.close_array();
    json.close_object();
    json.close_object();
}

fn write_row(json: &mut Json, store: &Store, row: &Row) {
    json.open_object();
    json.number_member("order_item_id", row.item);
    match &row.outcome {
        Ok(place) => {
            let package = &store.packages[*place];
            json.text_member("item_err_code", "0");
            json.text_member("msg", "success");
            json.text_member("package_id", &package.id);
            json.text_member("tracking_number", &package.tracking);
            json.text_member("shipment_provider", &package.provider);
            json.flag_member("retry", false);
        }
        Err(code) => {
            json.text_member("item_err_code", code);
            json.text_member("msg", message(code));
            json.flag_member("retry", worth_retrying(code));
        }
    }
    json.close_object();
}
