//! Changes on request: orders that move in the list, and new ones.

use super::{Store, make};
use crate::seeded::Seeded;

/// Orders to change, see [`crate::Sandbox::change_orders`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Orders to change, by id.
    pub ids: Vec<u64>,
    /// As many others, picked by the seed among all orders of the store.
    pub updates: u32,
    /// Orders to add. They can be packed.
    pub inserts: u32,
    /// Time of all these changes in seconds since 1970; the gateway's clock when absent.
    pub time: Option<i64>,
}

/// Ids of the orders that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Those that were there.
    pub updated: Vec<u64>,
    /// The new ones.
    pub inserted: Vec<u64>,
}

impl Store {
    /// Changes orders; `now` is the gateway's time. On failure an id that the store does not have,
    /// and nothing has changed.
    pub(crate) fn change(&mut self, change: &Change, now: i64) -> Result<Changed, u64> {
        let mut places = Vec::with_capacity(change.ids.len());
        for id in &change.ids {
            places.push(self.order_place(*id).ok_or(*id)?);
        }
        let time = change.time.unwrap_or(now);
        places.extend(self.pick(change.updates as usize));
        let mut changed = Changed::default();
        for place in places {
            self.revise(place, time, now);
            changed.updated.push(self.orders.key(place).id);
        }
        for _ in 0..change.inserts {
            let index = self.orders.len();
            let order = make::plain_order(&self.config, self.number, index, time);
            changed.inserted.push(order.id);
            self.insert(order, now);
        }
        Ok(changed)
    }

    /// Different orders each; all of them when there are fewer.
    fn pick(&mut self, count: usize) -> Vec<usize> {
        let total = self.orders.len();
        if count >= total {
            return (0..total).collect();
        }
        self.churned += 1;
        let parts = [self.config.seed, self.number as u64, self.churned, 37];
        let mut dice = Seeded::new(&parts);
        let mut picked = Vec::with_capacity(count);
        let mut known = std::collections::HashSet::new();
        while picked.len() < count {
            let place = usize::try_from(dice.below(total as u64)).unwrap_or(0);
            if known.insert(place) {
                picked.push(place);
            }
        }
        picked
    }
}
