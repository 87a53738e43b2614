//! GetOrders: its parameters and its page.

use super::select::{Filter, select};
use super::view::View;
use crate::api::{Call, Failure};
use crate::clock;
use crate::faults::CountTotal;
use crate::json::Json;
use crate::render;
use crate::world::{Change, Store};

/// Rows of a page when the caller does not say; not documented.
const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 100;

/// Values that the filter takes: those of the parameter's description and of its error message.
const STATUS_FILTERS: [&str; 21] = [
    "unpaid",
    "pending",
    "packed",
    "canceled",
    "ready_to_ship",
    "delivered",
    "returned",
    "shipped",
    "failed",
    "topack",
    "toship",
    "shipping",
    "lost",
    "lost_by_3pl",
    "damaged_by_3pl",
    "failed_delivery",
    "shipped_back",
    "shipped_back_success",
    "shipped_back_failed",
    "package_scrapped",
    "confirmed",
];

pub(super) fn get_orders(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let view = View::of(call);
    let filter = read(call, &view)?;
    let mut store = call.read_store();
    churn(call, &mut store);
    let (total, page) = select(&store, &filter, &view);
    json.key("data");
    json.open_object();
    json.number_member("count", page.len());
    let total = match view.count_total {
        None => Some(total),
        Some(CountTotal::Missing) => None,
        Some(CountTotal::OfPage) => Some(page.len()),
        Some(CountTotal::Off(by)) => {
            let by = isize::try_from(by).unwrap_or(isize::MAX);
            Some(total.saturating_add_signed(by))
        }
    };
    if let Some(total) = total {
        json.number_member("countTotal", total);
    }
    json.key("orders");
    json.open_array();
    for place in page {
        write_row(&mut store, place, &view, json);
    }
    json.close_array();
    json.close_object();
    Ok(())
}

/// The list moves before it is read.
fn churn(call: &Call<'_>, store: &mut Store) {
    for churn in std::iter::once(&call.state.config.churn).chain(&call.quirks.churn) {
        let change = Change {
            ids: Vec::new(),
            updates: churn.updates,
            inserts: churn.inserts,
            time: churn.time,
        };
        // Without ids nothing can be missing.
        let _changed = store.change(&change, call.now);
    }
}

fn write_row(store: &mut Store, place: usize, view: &View, json: &mut Json) {
    if view.sight.late.is_none() && view.printed_ahead == 0 {
        json.raw(&render::order_row(store, place));
    } else if let Some(order) = store.seen(place, view.sight) {
        let updated = order.updated + view.ahead(&order);
        json.raw(&render::order_row_at(store, &order, updated));
    }
}

fn read<'a>(call: &'a Call<'_>, view: &View) -> Result<Filter<'a>, Failure> {
    let get = |name| call.params.get(name).filter(|_| !view.ignores(name));
    let created_after = time(get("created_after"))?;
    let created_before = time(get("created_before"))?;
    let update_after = time(get("update_after"))?;
    let update_before = time(get("update_before"))?;
    let sent = |name| call.params.get(name).is_some();
    if !sent("created_after") && !sent("update_after") {
        return Err(Failure::isp(
            "18",
            "E018: Either CreatedAfter or UpdatedAfter is mandatory",
        ));
    }
    let status = get("status");
    if status.is_some_and(|status| !STATUS_FILTERS.contains(&status)) {
        return Err(Failure::isp("36", "E036: Invalid status filter"));
    }
    Ok(Filter {
        created: bounds(created_after, created_before),
        updated: bounds(update_after, update_before),
        status,
        by_update: sort_by_update(get("sort_by"))?,
        descending: descending(get("sort_direction"))?,
        limit: limit(get("limit"))?.min(view.short_pages),
        offset: offset(get("offset"), call.state.config.offset_ceiling)?,
    })
}

fn bounds(after: Option<i64>, before: Option<i64>) -> (i64, i64) {
    (after.unwrap_or(i64::MIN), before.unwrap_or(i64::MAX))
}

fn time(text: Option<&str>) -> Result<Option<i64>, Failure> {
    let Some(text) = text else {
        return Ok(None);
    };
    clock::parse_iso(text)
        .map(Some)
        .ok_or_else(|| Failure::isp("17", &format!("E017: \"{text}\" Invalid Date Format")))
}

fn sort_by_update(text: Option<&str>) -> Result<bool, Failure> {
    match text {
        None | Some("created_at") => Ok(false),
        Some("updated_at") => Ok(true),
        Some(_) => Err(Failure::isp("75", "E075: Invalid sort filter.")),
    }
}

fn descending(text: Option<&str>) -> Result<bool, Failure> {
    match text {
        Some("ASC" | "asc") => Ok(false),
        None | Some("DESC" | "desc") => Ok(true),
        Some(_) => Err(Failure::isp("74", "E074: Invalid sort direction.")),
    }
}

fn limit(text: Option<&str>) -> Result<usize, Failure> {
    let Some(text) = text else {
        return Ok(DEFAULT_LIMIT);
    };
    text.parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or_else(|| Failure::isp("19", &format!("E019: \"{text}\" Invalid Limit")))
}

fn offset(text: Option<&str>, ceiling: u32) -> Result<usize, Failure> {
    let Some(text) = text else {
        return Ok(0);
    };
    text.parse::<u32>()
        .ok()
        .filter(|offset| *offset <= ceiling)
        .and_then(|offset| usize::try_from(offset).ok())
        .ok_or_else(|| Failure::isp("14", &format!("E014: \"{text}\" Invalid Offset")))
}
