//! Labels of packages and documents of items.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{package_ids, refuse, text_of, wrapper};
use crate::api::{Call, Failure};
use crate::faults::{InFile, LabelFault};
use crate::json::Json;
use crate::labels::{self, Label};
use crate::world::{Delivery, Place, Store};

const MAX_ITEMS: usize = 100;

/// PrintAWB. The `file` holds HTML in both modes; in PDF mode it only shows the link.
pub(super) fn print_awb(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let request = wrapper(call, "getDocumentReq")?;
    let doc_type = text_of(&request, "doc_type")?;
    if doc_type != "PDF" && doc_type != "HTML" {
        return Err(refuse("700004"));
    }
    let ids = package_ids(&request)?;
    let with_items = request.get("print_item_list") == Some(&Value::Bool(true));
    let labels = print(call, &ids, with_items)?;
    let (file, link) = match labels {
        Some(labels) => files(call, &labels, doc_type),
        None => (Vec::new(), None),
    };
    json.key("result");
    json.open_object();
    json.flag_member("success", true);
    json.key("data");
    json.open_object();
    json.text_member("doc_type", doc_type);
    json.text_member("file", &STANDARD.encode(file));
    if let Some(link) = &link {
        json.text_member("pdf_url", link);
    }
    json.close_object();
    json.close_object();
    Ok(())
}

/// The labels of packages; None while there is nothing on them yet.
fn print(call: &Call<'_>, ids: &[&str], with_items: bool) -> Result<Option<Vec<Label>>, Failure> {
    let mut store = call.lock_store();
    let labels = ids
        .iter()
        .map(|id| label(&store, id, with_items))
        .collect::<Result<Vec<_>, _>>()?;
    let places: Vec<usize> = ids
        .iter()
        .filter_map(|id| store.package_place(id))
        .collect();
    let empty = call.label_faults().iter().any(|fault| match fault {
        LabelFault::Empty => true,
        LabelFault::EmptyFor { seconds } => places
            .iter()
            .any(|place| call.now < store.packages[*place].made + i64::from(*seconds)),
        _ => false,
    });
    if empty {
        return Ok(None);
    }
    for place in places {
        store.packages[place].labels += 1;
    }
    Ok(Some(labels))
}

/// What `file` holds, and the link.
fn files(call: &Call<'_>, labels: &[Label], doc_type: &str) -> (Vec<u8>, Option<String>) {
    let html = || labels::html(labels).into_bytes();
    if doc_type == "HTML" {
        return (html(), None);
    }
    let (mut extra, mut life, mut in_file) = (false, call.state.config.label_seconds, None);
    for fault in call.label_faults() {
        match fault {
            LabelFault::ExtraPage => extra = true,
            LabelFault::LinkLife { seconds } => life = i64::from(*seconds),
            LabelFault::InFile(content) => in_file = Some(*content),
            LabelFault::Empty | LabelFault::EmptyFor { .. } => {}
        }
    }
    let pdf = labels::pdf(labels, extra);
    match in_file {
        Some(InFile::Pdf) => (pdf, None),
        Some(InFile::Html) => (html(), None),
        None => {
            let link = call.state.shelve(pdf, call.now, life);
            (labels::frame(&link).into_bytes(), Some(link))
        }
    }
}

fn label(store: &Store, id: &str, with_items: bool) -> Result<Label, Failure> {
    let package = store
        .package_place(id)
        .map(|place| &store.packages[place])
        .filter(|package| !package.dissolved && !package.canceled)
        .ok_or_else(|| refuse("700040"))?;
    if package.own_fleet {
        return Err(refuse("50008"));
    }
    Ok(Label::of(store, package, with_items))
}

/// GetDocument: documents by item, as HTML.
pub(super) fn get_document(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let doc_type = call.required("doc_type")?;
    let text = call.required("order_item_ids")?;
    if !["invoice", "shippingLabel", "carrierManifest"].contains(&doc_type) {
        let message = format!("E032: Document type \"{doc_type}\" is not valid");
        return Err(Failure::isp("32", &message));
    }
    let ids = item_ids(text)?;
    let store = call.lock_store();
    let places = ids
        .iter()
        .map(|id| store.item_place(*id))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| invalid_item_ids(text))?;
    for place in &places {
        check_printable(&store, *place, doc_type)?;
    }
    let html = document(&store, &places, doc_type);
    json.key("data");
    json.open_object();
    json.key("document");
    json.open_object();
    json.text_member("file", &STANDARD.encode(html));
    json.text_member("mime_type", "text/html");
    json.text_member("document_type", doc_type);
    json.close_object();
    json.close_object();
    Ok(())
}

fn item_ids(text: &str) -> Result<Vec<u64>, Failure> {
    let Ok(Value::Array(values)) = serde_json::from_str(text) else {
        return Err(Failure::isp("6", "For input string: \"\""));
    };
    let ids: Option<Vec<u64>> = values.iter().map(Value::as_u64).collect();
    ids.filter(|ids| (1..=MAX_ITEMS).contains(&ids.len()))
        .ok_or_else(|| invalid_item_ids(text))
}

fn invalid_item_ids(text: &str) -> Failure {
    Failure::isp("20", &format!("E020: \"{text}\" Invalid Order Item IDs"))
}

fn check_printable(store: &Store, place: Place, doc_type: &str) -> Result<(), Failure> {
    let item = store.item(place);
    let is_label = doc_type == "shippingLabel";
    if is_label && item.delivery == Delivery::OwnFleet {
        return Err(Failure::isp("50008", super::message("50008")));
    }
    if item.status.in_package() {
        return Ok(());
    }
    if is_label {
        return Err(Failure::isp("700040", super::message("700040")));
    }
    Err(Failure::isp(
        "34",
        "E034: Order Item must be packed. Please call SetStatusToReadyToShip before",
    ))
}

/// One section per package, in the order in which the items name them.
fn document(store: &Store, places: &[Place], title: &str) -> String {
    let mut seen = Vec::new();
    for place in places {
        if let Some(package) = store.item(*place).package
            && !seen.contains(&package)
        {
            seen.push(package);
        }
    }
    let labels: Vec<Label> = seen
        .iter()
        .map(|package| Label::of(store, &store.packages[*package], true))
        .collect();
    format!("<!-- {title} -->{}", labels::html(&labels))
}
