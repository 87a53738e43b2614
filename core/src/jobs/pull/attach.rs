//! The items of pulled orders. They are read later than the rows, so they may be newer or older.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::jobs::event::Items;
use crate::jobs::{Context, items};
use crate::protocol::Record;

/// How often orders that an answer left out are asked for again.
const AGAIN: usize = 2;
/// Waits before items that do not fit their row are read again: 2 and 5 seconds after the first reading.
const WAITS: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(3)];
/// The list holds an id that the store does not know; the answer does not say which.
const WRONG_ID: &str = "37";

/// The items of a batch of orders, by order id.
pub(super) struct Found(HashMap<String, Vec<Record>>);

impl Found {
    /// The same in other memory.
    pub(super) fn copied(&self) -> Self {
        Self(self.0.clone())
    }

    /// The items of an order, and whether they do not fit its row.
    pub(super) fn of(&self, order: &Record) -> Result<(Items, bool)> {
        let id = order.id("order_id")?.unwrap_or_default();
        Ok(match self.0.get(&id) {
            Some(items) => (Items::Attached(items.clone()), differ(order, items)),
            None => (Items::Unanswered, false),
        })
    }
}

/// Reads the items of up to [`items::BATCH`] orders.
pub(super) fn read(context: &Context, orders: &[&Record]) -> Result<Found> {
    let mut ids = Vec::new();
    for order in orders {
        if let Some(id) = order.id("order_id")?
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
    let mut found = HashMap::new();
    if ids.is_empty() {
        return Ok(Found(found));
    }
    batch(context, &ids, &mut found)?;
    for _ in 0..AGAIN {
        let missing: Vec<String> = ids
            .iter()
            .filter(|id| !found.contains_key(*id))
            .cloned()
            .collect();
        if missing.is_empty() {
            break;
        }
        batch(context, &missing, &mut found)?;
    }
    for wait in WAITS {
        let odd = odd(orders, &found)?;
        if odd.is_empty() {
            break;
        }
        if !context.client.clock().sleep(wait, &context.cancel) {
            return Err(Error::canceled());
        }
        batch(context, &odd, &mut found)?;
    }
    Ok(Found(found))
}

/// The orders whose items do not fit their row.
fn odd(orders: &[&Record], found: &HashMap<String, Vec<Record>>) -> Result<Vec<String>> {
    let mut odd = Vec::new();
    for order in orders {
        if let Some(id) = order.id("order_id")?
            && found.get(&id).is_some_and(|items| differ(order, items))
            && !odd.contains(&id)
        {
            odd.push(id);
        }
    }
    Ok(odd)
}

fn batch(
    context: &Context,
    ids: &[String],
    found: &mut HashMap<String, Vec<Record>>,
) -> Result<()> {
    let asked: Vec<&str> = ids.iter().map(String::as_str).collect();
    match items::read(context, &asked) {
        Ok(read) => {
            found.extend(read.items);
            Ok(())
        }
        Err(error) if error.code() == Some(WRONG_ID) => {
            if ids.len() < 2 {
                return Ok(());
            }
            let (one, other) = ids.split_at(ids.len() / 2);
            batch(context, one, found)?;
            batch(context, other, found)
        }
        Err(error) => Err(error),
    }
}

/// Whether the statuses of the items are not those of the row. Where either says nothing, they do not differ.
fn differ(order: &Record, items: &[Record]) -> bool {
    let of_row: BTreeSet<String> = order
        .texts("statuses")
        .unwrap_or_default()
        .into_iter()
        .collect();
    let of_items: Option<BTreeSet<String>> = items
        .iter()
        .map(|item| item.text("status").ok().flatten())
        .collect();
    of_items.is_some_and(|of_items| !of_row.is_empty() && of_items != of_row)
}
