//! GetOrders: filters, order and pages.

use crate::api::{Call, Failure};
use crate::clock;
use crate::json::Json;
use crate::render;
use crate::world::{Order, Status, Store};

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

struct Filter<'a> {
    created: (i64, i64),
    updated: (i64, i64),
    status: Option<&'a str>,
    by_update: bool,
    descending: bool,
    limit: usize,
    offset: usize,
}

pub(super) fn get_orders(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let filter = read(call)?;
    let mut store = call.lock_store();
    let (total, page) = select(&store, &filter);
    json.key("data");
    json.open_object();
    json.number_member("count", page.len());
    json.number_member("countTotal", total);
    json.key("orders");
    json.open_array();
    for place in page {
        json.raw(&render::order_row(&mut store, place));
    }
    json.close_array();
    json.close_object();
    Ok(())
}

fn read<'a>(call: &'a Call<'_>) -> Result<Filter<'a>, Failure> {
    let created_after = time(call, "created_after")?;
    let created_before = time(call, "created_before")?;
    let update_after = time(call, "update_after")?;
    let update_before = time(call, "update_before")?;
    if created_after.is_none() && update_after.is_none() {
        return Err(Failure::isp(
            "18",
            "E018: Either CreatedAfter or UpdatedAfter is mandatory",
        ));
    }
    let status = call.params.get("status");
    if status.is_some_and(|status| !STATUS_FILTERS.contains(&status)) {
        return Err(Failure::isp("36", "E036: Invalid status filter"));
    }
    Ok(Filter {
        created: bounds(created_after, created_before),
        updated: bounds(update_after, update_before),
        status,
        by_update: sort_by_update(call)?,
        descending: descending(call)?,
        limit: limit(call)?,
        offset: offset(call)?,
    })
}

fn bounds(after: Option<i64>, before: Option<i64>) -> (i64, i64) {
    (after.unwrap_or(i64::MIN), before.unwrap_or(i64::MAX))
}

fn time(call: &Call<'_>, name: &str) -> Result<Option<i64>, Failure> {
    let Some(text) = call.params.get(name) else {
        return Ok(None);
    };
    clock::parse_iso(text)
        .map(Some)
        .ok_or_else(|| Failure::isp("17", &format!("E017: \"{text}\" Invalid Date Format")))
}

fn sort_by_update(call: &Call<'_>) -> Result<bool, Failure> {
    match call.params.get("sort_by") {
        None | Some("created_at") => Ok(false),
        Some("updated_at") => Ok(true),
        Some(_) => Err(Failure::isp("75", "E075: Invalid sort filter.")),
    }
}

fn descending(call: &Call<'_>) -> Result<bool, Failure> {
    match call.params.get("sort_direction") {
        Some("ASC" | "asc") => Ok(false),
        None | Some("DESC" | "desc") => Ok(true),
        Some(_) => Err(Failure::isp("74", "E074: Invalid sort direction.")),
    }
}

fn limit(call: &Call<'_>) -> Result<usize, Failure> {
    let Some(text) = call.params.get("limit") else {
        return Ok(DEFAULT_LIMIT);
    };
    text.parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or_else(|| Failure::isp("19", &format!("E019: \"{text}\" Invalid Limit")))
}

fn offset(call: &Call<'_>) -> Result<usize, Failure> {
    let Some(text) = call.params.get("offset") else {
        return Ok(0);
    };
    let ceiling = call.state.config.offset_ceiling;
    text.parse::<u32>()
        .ok()
        .filter(|offset| *offset <= ceiling)
        .and_then(|offset| usize::try_from(offset).ok())
        .ok_or_else(|| Failure::isp("14", &format!("E014: \"{text}\" Invalid Offset")))
}

/// How many orders pass, and the places of those on the page.
fn select(store: &Store, filter: &Filter<'_>) -> (usize, Vec<usize>) {
    let open = (i64::MIN, i64::MAX);
    let (span, other) = if filter.by_update {
        (filter.updated, filter.created)
    } else {
        (filter.created, filter.updated)
    };
    let candidates = candidates(store, filter.by_update, span);
    if other == open && filter.status.is_none() {
        let total = candidates.len();
        return (total, page(filter, total, |rank| candidates.place(rank)));
    }
    let passing: Vec<usize> = (0..candidates.len())
        .map(|rank| candidates.place(rank))
        .filter(|place| passes(&store.orders[*place], filter))
        .collect();
    let total = passing.len();
    (total, page(filter, total, |rank| passing[rank]))
}

/// A run of one of the two sorted lists: long lists are not walked for a page.
enum Run<'a> {
    ByCreation(usize, usize),
    ByUpdate(&'a [(i64, usize)]),
}

impl Run<'_> {
    fn len(&self) -> usize {
        match self {
            Self::ByCreation(from, to) => to - from,
            Self::ByUpdate(entries) => entries.len(),
        }
    }

    fn place(&self, rank: usize) -> usize {
        match self {
            Self::ByCreation(from, _) => from + rank,
            Self::ByUpdate(entries) => entries[rank].1,
        }
    }
}

fn candidates(store: &Store, by_update: bool, (after, before): (i64, i64)) -> Run<'_> {
    if by_update {
        let entries = store.by_update();
        let from = entries.partition_point(|entry| entry.0 < after);
        let to = entries.partition_point(|entry| entry.0 <= before);
        Run::ByUpdate(&entries[from.min(to)..to])
    } else {
        let from = store.orders.partition_point(|order| order.created < after);
        let to = store
            .orders
            .partition_point(|order| order.created <= before);
        Run::ByCreation(from.min(to), to)
    }
}

fn page(filter: &Filter<'_>, total: usize, place: impl Fn(usize) -> usize) -> Vec<usize> {
    let from = filter.offset.min(total);
    let to = (from + filter.limit).min(total);
    (from..to)
        .map(|rank| {
            place(if filter.descending {
                total - 1 - rank
            } else {
                rank
            })
        })
        .collect()
}

fn passes(order: &Order, filter: &Filter<'_>) -> bool {
    let within = |time: i64, span: (i64, i64)| (span.0..=span.1).contains(&time);
    within(order.created, filter.created)
        && within(order.updated, filter.updated)
        && filter.status.is_none_or(|wanted| {
            order
                .items
                .iter()
                .any(|item| shows_under(item.status, wanted))
        })
}

/// `topack` and `toship` look like the buckets of Seller Center.
fn shows_under(status: Status, filter: &str) -> bool {
    match filter {
        "topack" => matches!(status, Status::Pending | Status::Repacked),
        "toship" => matches!(status, Status::Packed),
        name => status.name() == name,
    }
}
