//! The items of many orders, read in batches.

use std::collections::HashMap;

use super::Context;
use crate::api;
use crate::error::{Error, Result};
use crate::protocol::{Args, Evidence, Record, Request, Row, Value};

/// The platform's text allows 50 orders a call, one of its tables 100; 50 is safe under both.
pub(crate) const BATCH: usize = 50;

/// The items of a batch of orders, by order id. An order the answer left out is not in it.
pub(crate) struct ItemBatch {
    pub(crate) items: HashMap<String, Vec<Record>>,
    pub(crate) evidence: Evidence,
}

/// Reads the items of up to [`BATCH`] orders in one call. The answer's order is not the request's.
pub(crate) fn read(context: &Context, order_ids: &[&str]) -> Result<ItemBatch> {
    let ids = order_ids
        .iter()
        .map(|id| number(id))
        .collect::<Result<Vec<Value>>>()?;
    let args = Args::new().set("order_ids", Value::List(ids));
    let reply = context.send(&Request::new(api::find("GetMultipleOrderItems")?, args)?)?;
    let mut items: HashMap<String, Vec<Record>> = HashMap::with_capacity(order_ids.len());
    for row in reply.rows() {
        let Row::Good(order) = row else { continue };
        if let Some(id) = order.id("order_id")? {
            items
                .entry(id)
                .or_default()
                .extend(order.records("order_items")?);
        }
    }
    Ok(ItemBatch {
        items,
        evidence: reply.evidence().clone(),
    })
}

/// An id as the number that lists and documents want.
pub(crate) fn number(id: &str) -> Result<Value> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::input(
            "order_id",
            format_args!("expected an id of digits, got {id:?}"),
        ));
    }
    Ok(Value::Number(id.to_owned()))
}
