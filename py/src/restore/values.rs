//! What the smaller objects consist of, and the objects again.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use lazcore::Money;
use lazcore::api::bill;
use lazcore::client::{Account as CoreAccount, Probe, Shop as CoreShop, TokenStatus};
use lazcore::jobs;
use lazcore::protocol::HttpRequest as CoreRequest;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::object;
use crate::bill::{Difference, Reconciliation};
use crate::errors::Raise;
use crate::events::{Done, Notice, Progress};
use crate::http::{HttpRequest, method_of};
use crate::lines::{Line, Parcel};
use crate::outcome::Outcome;
use crate::probe::Look;
use crate::token_status::{Account, Shop, TokenStatus as Status};

type Text = Option<String>;
/// Country, seller, user and short code.
type ShopState = (Text, Text, Text, Text);
/// Method, URL, headers and body.
type RequestState = (String, String, Vec<(String, String)>, Vec<u8>);
/// Field, order, items, items that are not canceled, and whether those explain it.
type DifferenceState = (String, Text, String, Text, bool);
/// Order, what was paid, currency, differences, and what could not be compared.
type ReconciliationState = (
    Text,
    Text,
    Text,
    Vec<DifferenceState>,
    Vec<(String, String)>,
);
/// Package, own fleet, cash on delivery, amount, currency and units.
type ParcelState = (String, bool, bool, Text, Text, Vec<String>);
/// Order, SKU, shop SKU, name, variation, currency, status and package; quantity; units; the prices and totals in
/// the order of the struct.
type LineState = ([Text; 8], u64, Vec<String>, [Text; 6]);

/// The object of a pickle; nothing for a kind that is not of these.
pub(super) fn restore(
    py: Python<'_>,
    kind: &str,
    state: &Bound<'_, PyTuple>,
) -> PyResult<Option<Py<PyAny>>> {
    let json = || state.extract::<(String,)>().map(|(text,)| text);
    Ok(Some(match kind {
        "account" => {
            let account = CoreAccount::from_json(&json()?).or_raise(py)?;
            object(py, Account::new(account))?
        }
        "difference" => object(py, Difference(difference(state.extract()?)))?,
        "done" => object(py, Done(jobs::Summary::from_json(&json()?).or_raise(py)?))?,
        "line" => object(py, Line(line(state.extract()?)?))?,
        "notice" => {
            let (code, message) = state.extract::<(String, String)>()?;
            let code = word(&code);
            object(py, Notice(jobs::Notice { code, message }))?
        }
        "outcome" => {
            let outcome = jobs::Outcome::from_json(&json()?).or_raise(py)?;
            object(py, Outcome::new(outcome))?
        }
        "parcel" => object(py, Parcel(parcel(state.extract()?)?))?,
        "probe" => {
            let probe = Probe::from_json(&json()?).or_raise(py)?;
            object(py, Look::new(probe))?
        }
        "progress" => {
            let (stage, done, total) = state.extract::<(String, u64, Option<u64>)>()?;
            let stage = word(&stage);
            object(py, Progress(jobs::Progress { stage, done, total }))?
        }
        "reconciliation" => object(py, Reconciliation(reconciliation(state.extract()?)?))?,
        "request" => object(py, HttpRequest(request(py, state.extract()?)?))?,
        "shop" => object(py, Shop(shop(state.extract()?)))?,
        "token_status" => {
            let status = TokenStatus::from_json(&json()?).or_raise(py)?;
            object(py, Status::new(status))?
        }
        _ => return Ok(None),
    }))
}

pub(crate) fn shop_state(shop: &CoreShop) -> ShopState {
    let one = shop.clone();
    (one.country, one.seller_id, one.user_id, one.short_code)
}

fn shop((country, seller_id, user_id, short_code): ShopState) -> CoreShop {
    CoreShop {
        country,
        seller_id,
        user_id,
        short_code,
    }
}

pub(crate) fn request_state(request: &CoreRequest) -> RequestState {
    let one = request.clone();
    (
        one.method.as_str().to_owned(),
        one.url,
        one.headers,
        one.body,
    )
}

fn request(py: Python<'_>, (method, url, headers, body): RequestState) -> PyResult<CoreRequest> {
    Ok(CoreRequest {
        method: method_of(py, &method)?,
        url,
        headers,
        body,
    })
}

pub(crate) fn difference_state(difference: &bill::Difference) -> DifferenceState {
    let one = difference.clone();
    (
        one.field.to_owned(),
        one.order,
        one.items,
        one.items_not_canceled,
        one.explained_by_canceled,
    )
}

fn difference(state: DifferenceState) -> bill::Difference {
    let (field, order, items, items_not_canceled, explained_by_canceled) = state;
    bill::Difference {
        field: word(&field),
        order,
        items,
        items_not_canceled,
        explained_by_canceled,
    }
}

pub(crate) fn reconciliation_state(whole: &bill::Reconciliation) -> ReconciliationState {
    let skipped = whole.not_compared.iter();
    (
        whole.order_id.clone(),
        shown(whole.buyer_paid),
        whole.currency.clone(),
        whole.differences.iter().map(difference_state).collect(),
        skipped
            .map(|one| (one.field.to_owned(), one.reason.clone()))
            .collect(),
    )
}

fn reconciliation(state: ReconciliationState) -> PyResult<bill::Reconciliation> {
    let (order_id, buyer_paid, currency, differences, skipped) = state;
    let skipped = skipped
        .into_iter()
        .map(|(field, reason)| bill::NotCompared {
            field: word(&field),
            reason,
        });
    Ok(bill::Reconciliation {
        order_id,
        buyer_paid: money(buyer_paid)?,
        currency,
        differences: differences.into_iter().map(difference).collect(),
        not_compared: skipped.collect(),
    })
}

pub(crate) fn parcel_state(parcel: &bill::Parcel) -> ParcelState {
    let one = parcel.clone();
    (
        one.package_id,
        one.own_fleet,
        one.cash_on_delivery,
        shown(one.amount),
        one.currency,
        one.order_item_ids,
    )
}

fn parcel(state: ParcelState) -> PyResult<bill::Parcel> {
    let (package_id, own_fleet, cash_on_delivery, amount, currency, order_item_ids) = state;
    Ok(bill::Parcel {
        package_id,
        own_fleet,
        cash_on_delivery,
        amount: money(amount)?,
        currency,
        order_item_ids,
    })
}

pub(crate) fn line_state(line: &bill::Line) -> LineState {
    let one = line.clone();
    let texts = [
        one.order_id,
        one.sku,
        one.shop_sku,
        one.name,
        one.variation,
        one.currency,
        one.status,
        one.package_id,
    ];
    let amounts = [
        one.item_price,
        one.paid_price,
        one.item_total,
        one.paid_total,
        one.voucher_total,
        one.shipping_total,
    ];
    (texts, one.quantity, one.order_item_ids, amounts.map(shown))
}

fn line((texts, quantity, order_item_ids, amounts): LineState) -> PyResult<bill::Line> {
    let [
        order_id,
        sku,
        shop_sku,
        name,
        variation,
        currency,
        status,
        package_id,
    ] = texts;
    let [
        item_price,
        paid_price,
        item_total,
        paid_total,
        voucher_total,
        shipping_total,
    ] = amounts;
    Ok(bill::Line {
        order_id,
        sku,
        shop_sku,
        name,
        variation,
        currency,
        item_price: money(item_price)?,
        paid_price: money(paid_price)?,
        status,
        package_id,
        quantity,
        order_item_ids,
        item_total: money(item_total)?,
        paid_total: money(paid_total)?,
        voucher_total: money(voucher_total)?,
        shipping_total: money(shipping_total)?,
    })
}

fn shown(amount: Option<Money>) -> Text {
    amount.map(|amount| amount.to_string())
}

fn money(text: Text) -> PyResult<Option<Money>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let amount = Money::parse(&text);
    let amount = amount.ok_or_else(|| PyValueError::new_err(format!("no amount: {text:?}")))?;
    Ok(Some(amount))
}

/// A text for good. There are few different ones, since the library itself wrote them.
fn word(text: &str) -> &'static str {
    static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(text) {
        return known;
    }
    let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
    words.insert(kept);
    kept
}
