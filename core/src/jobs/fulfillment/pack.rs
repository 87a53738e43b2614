//! pending -> packed.

use std::collections::HashMap;

use super::Run;
use super::abreast::abreast;
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

/// Items that go in one call.
struct Part {
    indexes: Vec<usize>,
    own_fleet: bool,
}

impl Run {
    /// Packs what wants packing, the batches side by side.
    pub(super) fn pack(&mut self, context: &Context, turn: &[usize]) {
        let parts = self.parts(turn);
        let mut carried = self.carriers(context, parts);
        // Answers come in any order.
        carried.sort_by_key(|(part, _)| part.indexes.first().copied());
        let mut loads = Vec::with_capacity(carried.len());
        for (part, carrier) in carried {
            match self.pack_request(&part.indexes, carrier) {
                Ok(request) => {
                    let rows = part.indexes.iter().map(|index| self.row_of_item(*index));
                    let rows = rows.collect();
                    loads.push(self.load(Kind::Pack, part.indexes, rows, request));
                }
                Err(error) => self.call_failed(&part.indexes, Step::Pack, error),
            }
        }
        if self.stopped.is_none() {
            self.send(context, loads);
        }
    }

    /// What wants packing, by 20 orders. Items of the seller's own fleet go in a call of their own, since they take no
    /// carrier.
    fn parts(&self, turn: &[usize]) -> Vec<Part> {
        let mut parts = Vec::new();
        for batch in self.batches(turn) {
            for own_fleet in [false, true] {
                let wants = |index: &&usize| {
                    let unit = &self.units[**index];
                    unit.wants_packing() && unit.own_fleet == own_fleet
                };
                let indexes: Vec<usize> = batch.iter().filter(wants).copied().collect();
                if !indexes.is_empty() {
                    parts.push(Part { indexes, own_fleet });
                }
            }
        }
        parts
    }

    /// Asks who carries each part. Parts whose seller has to say and has not, or whose call failed, are ended.
    ///
    /// Once for each, though it is a call in five: the platform answers for the items it is asked about, and what one part
    /// may be packed with (which carriers, TFS or NTFS) is not said of another.
    fn carriers(&mut self, context: &Context, parts: Vec<Part>) -> Vec<(Part, Carrier)> {
        let mut asked = Vec::with_capacity(parts.len());
        for part in parts {
            match self.carrier_request(&part.indexes) {
                _ if self.stopped.is_some() => {}
                Ok(request) => asked.push((part, request)),
                Err(error) => self.call_failed(&part.indexes, Step::Pack, error),
            }
        }
        let ask = |context: &Context, (part, request): (Part, Request)| {
            let offer = context.send(&request);
            (part, offer)
        };
        let mut carried = Vec::with_capacity(asked.len());
        abreast(context, asked, ask, |(part, offer)| {
            let carrier = offer.and_then(|reply| self.carrier(&part, &reply));
            match carrier {
                Ok(Some(carrier)) => carried.push((part, carrier)),
                Ok(None) => {}
                // A lost answer of a read leaves nothing in doubt: Pack was not sent.
                Err(error) => {
                    let error = error.executed_is(Executed::No);
                    self.call_failed(&part.indexes, Step::Pack, error);
                }
            }
        });
        carried
    }

    fn carrier_request(&self, indexes: &[usize]) -> Result<Request> {
        let orders = self.orders_of(indexes, "order_item_ids")?;
        let args = Args::new().set("orders", orders);
        Request::new(api::find("GetShipmentProvider")?, args)
    }

    fn pack_request(&self, indexes: &[usize], carrier: Carrier) -> Result<Request> {
        let orders = self.orders_of(indexes, "order_item_list")?;
        let args = Args::new()
            .set("pack_order_list", orders)
            .set("delivery_type", "dropship")
            .set("shipping_allocate_type", carrier.allocate_type)
            .set_optional("shipment_provider_code", carrier.provider);
        Request::new(api::find("Pack")?, args)
    }

    fn row_of_item(&self, index: usize) -> RowRef {
        let unit = &self.units[index];
        RowRef {
            row: unit.order_item_id.clone().unwrap_or_default(),
            order: unit.order_id.clone(),
            status: unit.status.clone().unwrap_or_default(),
        }
    }

    /// Who carries a part; `None` when the seller has to say and has not, which ends its items.
    fn carrier(&mut self, part: &Part, reply: &Reply) -> Result<Option<Carrier>> {
        let missing = || Error::decode("result.data", "expected an object");
        let offer = reply.record().ok_or_else(missing)?;
        let allocate_type = offer
            .text("shipping_allocate_type")?
            .unwrap_or_else(|| "TFS".to_owned());
        let platform_chooses = offer.integer("platform_default")?.unwrap_or(1) == 1;
        if part.own_fleet || platform_chooses {
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
        for index in &part.indexes {
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
    pub(super) fn note_packed(
        &mut self,
        context: &Context,
        indexes: &[usize],
        reply: &Reply,
    ) -> Result<()> {
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
