//! Carriers, packages and labels.

mod carriers;
mod documents;
mod pack;
mod packages;

use serde_json::Value;

use super::{Call, Failure, Route};

pub(super) const ROUTES: &[Route] = &[
    Route {
        path: "/order/shipment/providers/get",
        methods: &["GET", "POST"],
        token: true,
        rows: false,
        handler: carriers::get_shipment_provider,
    },
    Route {
        path: "/order/fulfill/pack",
        methods: &["POST"],
        token: true,
        rows: true,
        handler: pack::pack,
    },
    Route {
        path: "/order/package/rts",
        methods: &["POST"],
        token: true,
        rows: true,
        handler: packages::ready_to_ship,
    },
    Route {
        path: "/order/package/repack",
        methods: &["GET", "POST"],
        token: true,
        rows: true,
        handler: packages::recreate_package,
    },
    Route {
        path: "/order/package/document/get",
        methods: &["GET", "POST"],
        token: true,
        rows: false,
        handler: documents::print_awb,
    },
    Route {
        path: "/order/document/get",
        methods: &["GET"],
        token: true,
        rows: false,
        handler: documents::get_document,
    },
];

/// Orders or packages in one call.
const MAX_BATCH: usize = 20;

/// A refusal of the whole batch.
fn refuse(code: &'static str) -> Failure {
    refusal_of_batch(code)
}

/// A refusal of a whole batch with any code.
pub(crate) fn refusal_of_batch(code: &str) -> Failure {
    Failure::Batch {
        code: code.to_owned(),
        message: message(code).to_owned(),
    }
}

/// The text that goes with a code, of a batch or of a row.
fn message(code: &str) -> &'static str {
    match code {
        "6" => "SYSTEM_ERROR",
        "1003" => "E1003_3PL_ALLOCATION_FAIL",
        "40011" => "RPC_ERROR",
        "50008" => "not support operation for sof order",
        "600001" => "package not found",
        "600002" => "package already cancelled",
        "700000" => "PACKAGE_STATUS_NOT_ALLOW_TO_OP",
        "700001" => "DBS_SHIPMENT_PROVIDER_CODE_NOT_EXITS",
        "700004" => "PARAM_ILLEGAL",
        "700013" => "OP_NOT_SUPPORT",
        "700017" => "PARAM_IS_NULL",
        "700019" => "PARAM_MIN_ERROR",
        "700021" => "ORDER_NOT_FOUND",
        "700022" => "BATCH_SIZE_OUT_OF_LIMIT",
        "700023" => "PICKUP_IN_STORE_NO_SUPPORT",
        "700024" => "GET_LOCK_FAILED",
        "700025" => "ORDER_ITEM_NOT_FOUND",
        "700026" => "item current status not allow to pack",
        "700027" => "NOT_SUPPORT_FBL_TO_PACK",
        "700029" => "ITEM_MUST_BELONG_SAME_WAREHOUSE",
        "700030" => "NOT_SUPPORT_DG_SERVICE_TO_PACK",
        "700031" => "ITEM_NOT_READY_TO_FULFILL",
        "700040" => "There are no packages that support printing!",
        _ => "refused by the sandbox",
    }
}

/// Whether trying again can help, by the sense of the code.
fn worth_retrying(code: &str) -> bool {
    matches!(code, "6" | "1003" | "40011" | "700024")
}

/// The one parameter of a call: a JSON object as text.
fn wrapper(call: &Call<'_>, name: &str) -> Result<Value, Failure> {
    let text = call.required(name)?;
    serde_json::from_str::<Value>(text)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| refuse("700004"))
}

/// A member that must be there and not null.
fn member<'a>(object: &'a Value, name: &str) -> Result<&'a Value, Failure> {
    object
        .get(name)
        .filter(|value| !value.is_null())
        .ok_or_else(|| refuse("700017"))
}

fn text_of<'a>(object: &'a Value, name: &str) -> Result<&'a str, Failure> {
    let text = member(object, name)?
        .as_str()
        .ok_or_else(|| refuse("700004"))?;
    if text.is_empty() {
        return Err(refuse("700017"));
    }
    Ok(text)
}

/// A list that must have 1 to [`MAX_BATCH`] members.
fn batch<'a>(object: &'a Value, name: &str) -> Result<&'a [Value], Failure> {
    let list = list(object, name)?;
    if list.len() > MAX_BATCH {
        return Err(refuse("700022"));
    }
    Ok(list)
}

fn list<'a>(object: &'a Value, name: &str) -> Result<&'a [Value], Failure> {
    let list = member(object, name)?
        .as_array()
        .ok_or_else(|| refuse("700004"))?;
    if list.is_empty() {
        return Err(refuse("700019"));
    }
    Ok(list)
}

/// A number, or its text: some clients send ids as text and are understood.
fn id(value: &Value) -> Result<u64, Failure> {
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
        .ok_or_else(|| refuse("700004"))
}

/// Order ids with the item ids under `items_name`.
fn orders_with_items(
    object: &Value,
    orders_name: &str,
    items_name: &str,
) -> Result<Vec<(u64, Vec<u64>)>, Failure> {
    batch(object, orders_name)?
        .iter()
        .map(|entry| {
            let order = id(member(entry, "order_id")?)?;
            let items = list(entry, items_name)?
                .iter()
                .map(id)
                .collect::<Result<_, _>>()?;
            Ok((order, items))
        })
        .collect()
}

/// The package ids of a call.
fn package_ids(object: &Value) -> Result<Vec<&str>, Failure> {
    batch(object, "packages")?
        .iter()
        .map(|entry| text_of(entry, "package_id"))
        .collect()
}
