//! pending -> packed.

use std::collections::HashMap;

use super::Run;
use super::desk::Sent;
use super::journal::line::{Kind, Package, RowRef};
use super::verdict::{self, Verdict};
use super::wait::{Wait, Why};
use crate::api;
use crate::error::{Error, Executed, Result};
use crate::jobs::Context;
use crate::jobs::items::number;
use crate::jobs::outcome::{Origin, State, Step};
use crate::protocol::{Args, Record, Reply, Request, Row, Value};

/// How a batch is to be packed.
struct Carrier {
    allocate_type: String,
    provider: Option<String>,
}

impl Run {
    /// Packs what wants packing. Items of the seller's own fleet go in a call of their own, since they take
    /// no carrier.
    pub(super) fn pack(&mut self, context: &Context, batch: &[usize]) {
        for own_fleet in [false, true] {
            let wants = |index: &&usize| {
                let unit = &self.units[**index];
                unit.wants_packing() && unit.own_fleet == own_fleet
            };
            let indexes: Vec<usize> = batch.iter().filter(wants).copied().collect();
            if indexes.is_empty() || self.stopped.is_some() {
                continue;
            }
            if let Err(error) = self.pack_together(context, &indexes, own_fleet) {
                // A lost answer of a read leaves nothing in doubt: Pack was not sent.
                self.call_failed(&indexes, Step::Pack, error.executed_is(Executed::No));
            }
        }
    }

    fn pack_together(
        &mut self,
        context: &Context,
        indexes: &[usize],
        own_fleet: bool,
    ) -> Result<()> {
        let Some(carrier) = self.carrier(context, indexes, own_fleet)? else {
            return Ok(());
        };
        let orders = self.orders_of(indexes, "order_item_list")?;
        let args = Args::new()
            .set("pack_order_list", orders)
            .set("delivery_type", "dropship")
            .set("shipping_allocate_type", carrier.allocate_type)
            .set_optional("shipment_provider_code", carrier.provider);
        let request = Request::new(api::find("Pack")?, args)?;
        let row = |index: &usize| {
            let unit = &self.units[*index];
            RowRef {
                row: unit.order_item_id.clone().unwrap_or_default(),
                order: unit.order_id.clone(),
                status: unit.status.clone().unwrap_or_default(),
            }
        };
        let rows = indexes.iter().map(row).collect();
        match self.write(context, Kind::Pack, rows, indexes, &request)? {
            Sent::Stale => self.take_again(indexes),
            Sent::Answered(reply) => self.note_packed(context, indexes, &reply)?,
            Sent::Failed(error, None) => self.call_failed(indexes, Step::Pack, error),
            Sent::Failed(error, Some(verdict)) => {
                for index in indexes {
                    let id = error.request_id();
                    self.note_row(context, Kind::Pack, &[*index], &verdict, id)?;
                }
            }
        }
        Ok(())
    }

    /// Who carries the batch; `None` when the seller has to say and has not, which ends its items.
    fn carrier(
        &mut self,
        context: &Context,
        indexes: &[usize],
        own_fleet: bool,
    ) -> Result<Option<Carrier>> {
        let orders = self.orders_of(indexes, "order_item_ids")?;
        let args = Args::new().set("orders", orders);
        let reply = context.send(&Request::new(api::find("GetShipmentProvider")?, args)?)?;
        let missing = || Error::decode("result.data", "expected an object");
        let offer = reply.record().ok_or_else(missing)?;
        let allocate_type = offer
            .text("shipping_allocate_type")?
            .unwrap_or_else(|| "TFS".to_owned());
        let platform_chooses = offer.integer("platform_default")?.unwrap_or(1) == 1;
        if own_fleet || platform_chooses {
            return Ok(Some(Carrier {
                allocate_type,
                provider: None,
            }));
        }
        if let Some(provider) = self.options.provider.clone() {
            return Ok(Some(Carrier {
                allocate_type,
                provider: Some(provider),
            }));
        }
        let reason = format!(
            "a carrier has to be chosen: provider = {}",
            choices(&offer)?
        );
        for index in indexes {
            self.units[*index].end(State::LeftOut, None, Some(reason.clone()));
        }
        Ok(None)
    }

    /// Orders with their items, as the documents of the platform want them.
    fn orders_of(&self, indexes: &[usize], items_name: &str) -> Result<Value> {
        let mut orders: Vec<(&str, Vec<Value>)> = Vec::new();
        for index in indexes {
            let unit = &self.units[*index];
            let item = number(unit.order_item_id.as_deref().unwrap_or_default())?;
            match orders.last_mut() {
                Some((order, items)) if *order == unit.order_id => items.push(item),
                _ => orders.push((&unit.order_id, vec![item])),
            }
        }
        let documents = orders.into_iter().map(|(order, items)| {
            let members = vec![
                ("order_id".to_owned(), number(order)?),
                (items_name.to_owned(), Value::List(items)),
            ];
            Ok(Value::Object(members))
        });
        Ok(Value::List(documents.collect::<Result<_>>()?))
    }

    /// One verdict per item sent; an item the answer leaves out stays unknown.
    fn note_packed(&mut self, context: &Context, indexes: &[usize], reply: &Reply) -> Result<()> {
        let rows = rows_of(reply);
        let request_id = reply.evidence().request_id.as_deref();
        for index in indexes {
            let unit = &self.units[*index];
            let row = unit.order_item_id.as_ref().and_then(|id| rows.get(id));
            let verdict = verdict::of_row(row);
            if let Some(row) = row.filter(|_| verdict == Verdict::Done) {
                self.note_package(context, *index, package_of(row), request_id)?;
            } else {
                self.note_row(context, Kind::Pack, &[*index], &verdict, request_id)?;
            }
        }
        Ok(())
    }

    fn note_package(
        &mut self,
        context: &Context,
        index: usize,
        package: Package,
        request_id: Option<&str>,
    ) -> Result<()> {
        let desk = self.desk()?;
        let item = self.units[index].order_item_id.clone().unwrap_or_default();
        desk.done(context, (Kind::Pack, &item), package.clone(), request_id)?;
        let (now, actor, rules) = (context.client.clock().elapsed(), desk.actor(), desk.rules);
        let unit = &mut self.units[index];
        unit.passed(Step::Pack, request_id);
        unit.actor = actor;
        unit.wrote = true;
        unit.seen = now;
        if package.id.is_some() {
            unit.is_in(package, Some(Origin::Answer), now);
        } else {
            // A read will tell of the package.
            let why = Why::Unknown(Kind::Pack, item, None);
            self.wait(index, Wait::unknown(why, now, rules.quarantine));
        }
        Ok(())
    }
}

fn package_of(row: &Record) -> Package {
    Package {
        id: row.id("package_id").ok().flatten(),
        tracking_number: row.text("tracking_number").ok().flatten(),
        shipment_provider: row.text("shipment_provider").ok().flatten(),
    }
}

fn choices(offer: &Record) -> Result<String> {
    let providers = offer.records("shipment_providers")?;
    let codes = providers.iter().map(|provider| {
        let code = provider.text("provider_code")?.unwrap_or_default();
        let name = provider.text("name")?.unwrap_or_default();
        Ok(format!("{code} ({name})"))
    });
    Ok(codes.collect::<Result<Vec<_>>>()?.join(", "))
}

fn rows_of(reply: &Reply) -> HashMap<String, Record> {
    let mut rows = HashMap::new();
    for row in reply.rows() {
        let Row::Good(order) = row else { continue };
        for item in order.records("order_item_list").unwrap_or_default() {
            if let Ok(Some(id)) = item.id("order_item_id") {
                rows.insert(id, item);
            }
        }
    }
    rows
}
