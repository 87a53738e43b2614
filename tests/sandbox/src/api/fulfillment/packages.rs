//! What happens to whole packages: shipped, or taken apart.

use super::{message, package_ids, worth_retrying, wrapper};
use crate::api::{Call, Failure};
use crate::json::Json;
use crate::world::{Status, Store, What};

/// What is done to a package; on refusal, its code.
type Operation = fn(&Call<'_>, &mut Store, usize) -> Result<(), &'static str>;

pub(super) fn ready_to_ship(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    run(call, json, "readyToShipReq", ship)
}

pub(super) fn recreate_package(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    run(call, json, "rePackReq", dissolve)
}

fn ship(call: &Call<'_>, store: &mut Store, place: usize) -> Result<(), &'static str> {
    let status = store.package_status(&store.packages[place]);
    let again = call.state.config.accept_repeats && status == Some(Status::ReadyToShip);
    if status != Some(Status::Packed) && !again {
        return Err("700000");
    }
    store.packages[place].couriers += 1;
    store.set_package_status(place, Status::ReadyToShip, call.now);
    store.note(What::Shipped, place, call.by, call.now);
    Ok(())
}

fn dissolve(call: &Call<'_>, store: &mut Store, place: usize) -> Result<(), &'static str> {
    if store.package_status(&store.packages[place]) != Some(Status::Packed) {
        return Err("700000");
    }
    store.dissolve(place, call.now);
    store.note(What::Repacked, place, call.by, call.now);
    Ok(())
}

fn run(call: &Call<'_>, json: &mut Json, name: &str, operation: Operation) -> Result<(), Failure> {
    let request = wrapper(call, name)?;
    let ids = package_ids(&request)?;
    let mut store = call.lock_store();
    let mut rows: Vec<(&str, Result<(), String>)> = Vec::with_capacity(ids.len());
    for (row, id) in ids.into_iter().enumerate() {
        let forced = call.forced_failure(row);
        let outcome = match forced {
            Some((_, false)) => Ok(()),
            _ => operate(call, &mut store, id, operation).map_err(str::to_owned),
        };
        let outcome = forced.map_or(outcome, |(code, _)| Err(code.to_owned()));
        if !call.omits(row) {
            rows.push((id, outcome));
        }
    }
    write(json, &rows);
    Ok(())
}

fn operate(
    call: &Call<'_>,
    store: &mut Store,
    id: &str,
    operation: Operation,
) -> Result<(), &'static str> {
    let place = store.package_place(id).ok_or("600001")?;
    let package = &store.packages[place];
    if package.dissolved || package.canceled {
        return Err("600002");
    }
    if store.hindrance(package.order, call.now) == Some("700024") {
        return Err("700024");
    }
    operation(call, store, place)
}

fn write(json: &mut Json, rows: &[(&str, Result<(), String>)]) {
    json.key("result");
    json.open_object();
    json.flag_member("success", true);
    json.key("data");
    json.open_object();
    json.key("packages");
    json.open_array();
    for (id, outcome) in rows {
        json.open_object();
        json.text_member("package_id", id);
        match outcome {
            Ok(()) => {
                json.text_member("item_err_code", "0");
                json.text_member("msg", "success");
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
    json.close_array();
    json.close_object();
    json.close_object();
}
