//! Pickles: what an object consists of, and the object again.
//!
//! A record names what the catalogue knows of it by an API and a path of fields below it, since a pickle may be
//! read by another version.

mod values;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use lazcore::api::{self, APIS};
use lazcore::jobs::{self, Items};
use lazcore::protocol::schema::Field;
use lazcore::protocol::{self as core, BadRow as CoreBadRow, HttpResponse, ReadLimits};
use lazcore::{Record as CoreRecord, Time as CoreTime};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;

use crate::errors::{Raise, guard};
use crate::events::PulledOrder;
use crate::record::Record;
use crate::reply::{Evidence, Reply};
use crate::rows::{BadRow, FailedRow};
use crate::time::Time;

pub(crate) use values::{
    difference_state, line_state, parcel_state, reconciliation_state, request_state, shop_state,
};

/// What `__reduce__` answers.
pub(crate) type Reduced<'py> = PyResult<(&'py Bound<'py, PyAny>, Bound<'py, PyTuple>)>;

/// The answer of `__reduce__`: the function that restores, and what it is given.
pub(crate) fn reduced<'py, S>(py: Python<'py>, kind: &str, state: S) -> Reduced<'py>
where
    S: IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>, Error = PyErr>,
{
    static RESTORE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let restore = RESTORE.import(py, "lazcore._restore", "restore")?;
    let mut given = vec![kind.into_pyobject(py)?.into_any()];
    given.extend(state.into_pyobject(py)?.iter());
    Ok((restore, PyTuple::new(py, given)?))
}

/// Schema and JSON.
pub(crate) type RecordState = (String, String);
/// Api, request id, trace id, account, time, attempts, HTTP status and gateway date.
pub(crate) type EvidenceState = (
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    i64,
    u32,
    u16,
    Option<String>,
);
/// Order; 0 for items not asked for, 1 for those that came, 2 for those left out; items; account; whether items
/// differ; evidence.
pub(crate) type OrderState = (
    RecordState,
    u8,
    Vec<RecordState>,
    String,
    bool,
    EvidenceState,
);

pub(crate) fn record_state(record: &CoreRecord) -> RecordState {
    (schema_of(record.fields()), record.as_json().to_owned())
}

pub(crate) fn evidence_state(evidence: &core::Evidence) -> EvidenceState {
    let one = evidence.clone();
    (
        one.api,
        one.request_id,
        one.trace_id,
        one.account,
        one.time_ms,
        one.attempts,
        one.http_status,
        one.gateway_date,
    )
}

pub(crate) fn order_state(order: &jobs::PulledOrder) -> OrderState {
    let (kind, items) = match &order.items {
        Items::NotAsked => (0, Vec::new()),
        Items::Attached(items) => (1, items.iter().map(record_state).collect()),
        Items::Unanswered => (2, Vec::new()),
    };
    (
        record_state(&order.order),
        kind,
        items,
        order.account.clone(),
        order.items_differ,
        evidence_state(&order.evidence),
    )
}

/// The object of a pickle.
#[pyfunction]
#[pyo3(name = "_restore")]
pub(crate) fn restore(
    py: Python<'_>,
    kind: &str,
    state: &Bound<'_, PyTuple>,
) -> PyResult<Py<PyAny>> {
    guard(py, || {
        Ok(match kind {
            "record" => object(py, Record::new(record(py, state.extract()?)?))?,
            "order" => PulledOrder::object(py, order(py, state.extract()?)?)?,
            "evidence" => object(py, Evidence::new(Arc::new(evidence(state.extract()?))))?,
            "reply" => object(py, Reply::new(reply(py, state.extract()?)?))?,
            "bad_row" => object(py, bad_row(state.extract()?))?,
            "failed_row" => {
                let (code, message, retry, row) = state.extract()?;
                let row = core::FailedRow {
                    code,
                    message,
                    retry,
                    record: record(py, row)?,
                };
                object(py, FailedRow::new(row))?
            }
            "time" => object(py, Time::new(time(state.extract()?)?))?,
            _ => values::restore(py, kind, state)?.ok_or_else(|| {
                let problem = format!("a pickle of a newer lazcore: {kind:?} is not known");
                PyValueError::new_err(problem)
            })?,
        })
    })
}

fn object<T: pyo3::PyClass<BaseType = PyAny> + Into<PyClassInitializer<T>>>(
    py: Python<'_>,
    made: T,
) -> PyResult<Py<PyAny>> {
    Ok(Bound::new(py, made)?.into_any().unbind())
}

fn record(py: Python<'_>, (schema, text): RecordState) -> PyResult<CoreRecord> {
    CoreRecord::parse(&text, fields_of(&schema)).or_raise(py)
}

fn order(py: Python<'_>, state: OrderState) -> PyResult<jobs::PulledOrder> {
    let (header, kind, items, account, items_differ, proof) = state;
    let items = items.into_iter().map(|item| record(py, item));
    let items = items.collect::<PyResult<Vec<_>>>()?;
    Ok(jobs::PulledOrder {
        account,
        order: record(py, header)?,
        items: match kind {
            0 => Items::NotAsked,
            1 => Items::Attached(items),
            _ => Items::Unanswered,
        },
        items_differ,
        evidence: Arc::new(evidence(proof)),
    })
}

fn evidence(state: EvidenceState) -> core::Evidence {
    let (api, request_id, trace_id, account, time_ms, attempts, http_status, gateway_date) = state;
    core::Evidence {
        api,
        request_id,
        trace_id,
        account,
        time_ms,
        attempts,
        http_status,
        gateway_date,
    }
}

fn reply(
    py: Python<'_>,
    (api, body, proof): (Option<String>, String, EvidenceState),
) -> PyResult<lazcore::Reply> {
    let response = HttpResponse {
        status: proof.6,
        headers: Vec::new(),
        body: body.into_bytes(),
    };
    let api = api.as_deref().map(api::find).transpose().or_raise(py)?;
    let reply = core::read(api, &response, ReadLimits::default()).or_raise(py)?;
    Ok(reply.with_evidence(evidence(proof)))
}

type BadRowState = (usize, String, String, Option<String>, Option<EvidenceState>);

fn bad_row((position, json, reason, account, proof): BadRowState) -> BadRow {
    let row = CoreBadRow {
        position,
        json,
        reason,
    };
    BadRow::new(row, account, proof.map(|proof| Arc::new(evidence(proof))))
}

fn time((text, epoch_ms): (String, Option<i64>)) -> PyResult<CoreTime> {
    let read = CoreTime::parse(&text).filter(|time| time.epoch_ms() == epoch_ms);
    read.or_else(|| epoch_ms.map(CoreTime::from_epoch_ms))
        .ok_or_else(|| PyValueError::new_err("not a time"))
}

/// The fields of an API, or of a field below it: `get_orders`, `get_orders/data/orders`. Blank for none.
fn schema_of(fields: &'static [Field]) -> String {
    static SCHEMAS: OnceLock<HashMap<usize, String>> = OnceLock::new();
    if fields.is_empty() {
        return String::new();
    }
    let schemas = SCHEMAS.get_or_init(|| {
        let mut schemas = HashMap::new();
        for api in APIS {
            collect(&mut schemas, api.reply, api.id.to_owned());
        }
        schemas
    });
    let schema = schemas.get(&(fields.as_ptr() as usize));
    schema.cloned().unwrap_or_default()
}

fn collect(schemas: &mut HashMap<usize, String>, fields: &'static [Field], place: String) {
    if fields.is_empty() {
        return;
    }
    for field in fields {
        collect(schemas, field.fields, format!("{place}/{}", field.name));
    }
    schemas.entry(fields.as_ptr() as usize).or_insert(place);
}

/// None for what this version does not know: such a record is read as its JSON says.
fn fields_of(schema: &str) -> &'static [Field] {
    let mut path = schema.split('/');
    let api = path
        .next()
        .and_then(|id| APIS.iter().find(|api| api.id == id));
    let top = api.map_or(&[][..], |api| api.reply);
    path.fold(top, |fields, name| {
        let field = fields.iter().find(|field| field.name == name);
        field.map_or(&[][..], |field| field.fields)
    })
}
