//! What the gateway in memory answers, and what it does besides.

use serde_json::{Value, json};

use super::world::{Deviation as D, FREEZE_MS, LAG_MS, LATE_MS, RowResult, SLOW_MS, World, Write};
use crate::transport::SendFailure;

impl World {
    pub(super) fn write(
        &mut self,
        write: &Write,
        deviation: Option<D>,
    ) -> Result<Value, SendFailure> {
        match deviation {
            Some(D::Actor) => self.act(write),
            Some(D::KillBefore) => {
                self.killed = true;
                return Err(SendFailure::Cut);
            }
            Some(D::FreezeKillLate) => self.pass(FREEZE_MS),
            _ => {}
        }
        let later = self.now + LATE_MS;
        match deviation {
            Some(D::Lost | D::KillAfter) => {
                self.execute(write, usize::MAX);
                self.killed |= deviation == Some(D::KillAfter);
                return Err(SendFailure::Timeout);
            }
            Some(D::Never) => return Err(SendFailure::Timeout),
            Some(D::Late | D::KillLate | D::FreezeKillLate) => {
                self.late.push((later, write.clone()));
                self.killed |= deviation != Some(D::Late);
                return Err(SendFailure::Timeout);
            }
            Some(D::Partial) => {
                self.execute(write, 1);
                return Err(SendFailure::Cut);
            }
            Some(D::Whole(code)) => {
                return Ok(json!({"code": "0", "request_id": "r",
                    "result": {"success": false, "error_code": code, "error_msg": code}}));
            }
            Some(D::Throttled | D::Held) => {
                let seconds = if deviation == Some(D::Held) { 30 } else { 90 };
                let message = format!("ban will last {seconds} seconds");
                return Ok(json!({"code": "ApiCallLimit", "type": "ISV",
                    "message": message, "request_id": "r"}));
            }
            _ => {}
        }
        Ok(self.answer(write, deviation, later))
    }

    fn answer(&mut self, write: &Write, deviation: Option<D>, later: u64) -> Value {
        let spared = matches!(
            deviation,
            Some(D::OmittedNever | D::BusyLate | D::BusyNever | D::Refused | D::Locked)
        );
        let (first, rest) = split(write);
        if deviation == Some(D::BusyLate) {
            self.late.push((later, first.clone()));
        }
        let results = if spared {
            self.execute(&rest, usize::MAX)
        } else {
            self.execute(write, usize::MAX)
        };
        let mut rows: Vec<(String, Option<RowResult>)> = Vec::new();
        let mut results = results.into_iter();
        for (index, id) in ids(write).into_iter().enumerate() {
            let own = (index > 0 || !spared).then(|| results.next().unwrap());
            let told = match deviation {
                Some(D::Omitted | D::OmittedNever) if index == 0 => None,
                Some(D::Busy | D::BusyLate | D::BusyNever) if index == 0 => Some(Err("40011")),
                Some(D::Refused) if index == 0 => Some(Err("700031")),
                Some(D::Locked) if index == 0 => Some(Err("700024")),
                _ => own,
            };
            rows.push((id, told));
        }
        let row = |(id, told): (String, Option<RowResult>)| {
            let (code, package) = match told? {
                Ok(package) => ("0", package),
                Err(code) => (code, None),
            };
            Some((id, code, package))
        };
        let rows: Vec<_> = rows.into_iter().filter_map(row).collect();
        let data = match write {
            Write::Pack(_) => {
                let orders = rows.into_iter().map(|(id, code, package)| {
                    let item = self.item(id.parse().unwrap());
                    json!({"order_id": item.order, "order_item_list": [{"order_item_id": item.id,
                        "item_err_code": code, "msg": code, "package_id": package,
                        "tracking_number": package.as_ref().map(|id| format!("T{id}"))}]})
                });
                json!({"pack_order_list": orders.collect::<Vec<_>>()})
            }
            Write::Ready(_) | Write::Repack(_) => {
                let packages = rows.into_iter().map(
                    |(id, code, _)| json!({"package_id": id, "item_err_code": code, "msg": code}),
                );
                json!({"packages": packages.collect::<Vec<_>>()})
            }
        };
        json!({"code": "0", "request_id": format!("r{}", self.calls.len()),
            "result": {"success": true, "data": data}})
    }

    pub(super) fn read(
        &mut self,
        orders: &[u64],
        deviation: Option<D>,
    ) -> Result<Value, SendFailure> {
        let unreadable = self.unreadable.is_some_and(|order| orders.contains(&order));
        match deviation {
            Some(D::Lost) => return Err(SendFailure::Timeout),
            Some(D::KillAfter) => {
                self.killed = true;
                return Err(SendFailure::Cut);
            }
            _ if unreadable => return Err(SendFailure::Timeout),
            _ => {}
        }
        let old = if deviation == Some(D::Old) { LAG_MS } else { 0 };
        let time = self.now.saturating_sub(self.lag.max(old));
        let listed = orders.iter().filter(|order| self.unlisted != Some(**order));
        let orders = listed.map(|order| {
            let items = self.items.iter().filter(|item| item.order == *order);
            let items = items.map(|item| {
                let picture = item.at(time);
                json!({"order_item_id": item.id, "order_id": order, "status": picture.status,
                    "package_id": picture.package.clone().unwrap_or_default()})
            });
            json!({"order_id": order, "order_items": items.collect::<Vec<_>>()})
        });
        let orders: Vec<Value> = orders.collect();
        if deviation == Some(D::Slow) {
            self.pass(SLOW_MS);
        }
        Ok(json!({"code": "0", "request_id": "read", "data": orders}))
    }
}

fn ids(write: &Write) -> Vec<String> {
    match write {
        Write::Pack(ids) => ids.iter().map(u64::to_string).collect(),
        Write::Ready(ids) | Write::Repack(ids) => ids.clone(),
    }
}

fn split(write: &Write) -> (Write, Write) {
    match write {
        Write::Pack(ids) => (
            Write::Pack(ids[..1].to_vec()),
            Write::Pack(ids[1..].to_vec()),
        ),
        Write::Ready(ids) => (
            Write::Ready(ids[..1].to_vec()),
            Write::Ready(ids[1..].to_vec()),
        ),
        Write::Repack(ids) => (
            Write::Repack(ids[..1].to_vec()),
            Write::Repack(ids[1..].to_vec()),
        ),
    }
}
