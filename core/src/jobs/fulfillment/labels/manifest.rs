//! The manifest of a folder: which page of which file is for which package, order and goods, as JSON for
//! programs and as CSV for people.

use std::fs;
use std::io::ErrorKind as IoKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::jobs::label_file;
use crate::protocol::json::write_text;
use crate::protocol::json_object::JsonObject;
use crate::protocol::{Args, Value};

const JSON: &str = "manifest.json";
const CSV: &str = "manifest.csv";
const KIND: &str = "labels";

/// A package that wants a label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parcel {
    pub(super) package_id: String,
    /// Empty when only the package is known.
    pub(super) order_id: String,
    pub(super) tracking_number: Option<String>,
    pub(super) shipment_provider: Option<String>,
    pub(super) items: Vec<Item>,
}

/// One unit in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) order_item_id: String,
    pub(super) sku: Option<String>,
}

/// A package with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Name of the file, in the manifest's folder.
    pub(super) file: String,
    /// Page in the file, from 1, when it is known.
    pub(super) page: Option<u32>,
    pub(super) account: String,
    pub(super) parcel: Parcel,
    pub(super) request_id: Option<String>,
    /// RFC 3339.
    pub(super) saved_at: String,
}

/// Units of one SKU in a package.
struct Line<'a> {
    sku: &'a str,
    items: Vec<&'a str>,
}

impl Parcel {
    pub(super) fn of(package_id: &str) -> Self {
        Self {
            package_id: package_id.to_owned(),
            ..Self::default()
        }
    }

    /// Its units by SKU, in the order in which each SKU comes first.
    fn lines(&self) -> Vec<Line<'_>> {
        let mut lines: Vec<Line<'_>> = Vec::new();
        for item in &self.items {
            let sku = item.sku.as_deref().unwrap_or_default();
            match lines.iter_mut().find(|line| line.sku == sku) {
                Some(line) => line.items.push(&item.order_item_id),
                None => lines.push(Line {
                    sku,
                    items: vec![&item.order_item_id],
                }),
            }
        }
        lines
    }
}

/// The entries of a folder; none when it has no manifest.
pub(super) fn read(folder: &Path) -> Result<Vec<Entry>> {
    let path = folder.join(JSON);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == IoKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let what = format!("{} cannot be read", path.display());
            return Err(Error::io(what, error));
        }
    };
    parse(&text).ok_or_else(|| {
        let what = format!("{} is not a manifest of labels", path.display());
        Error::io(what, IoKind::InvalidData.into())
    })
}

/// Adds entries to a folder's manifest. Processes that share the folder wait for each other.
pub(super) fn add(folder: &Path, entries: &[Entry]) -> Result<()> {
    let lock = label_file::lock(folder)?;
    let mut all = read(folder)?;
    all.extend_from_slice(entries);
    let written = label_file::replace(folder, JSON, json(&all).as_bytes())
        .and_then(|()| label_file::replace(folder, CSV, csv(&all).as_bytes()));
    // A forked child shares the lock, so that closing the file alone may not release it.
    let _ = lock.unlock();
    written
}

fn json(entries: &[Entry]) -> String {
    let mut out = format!("{{\"kind\":\"{KIND}\",\"version\":1,\"packages\":[");
    for (place, entry) in entries.iter().enumerate() {
        out.push_str(if place == 0 { "\n" } else { ",\n" });
        out.push_str(&entry.to_json());
    }
    out.push_str("\n]}\n");
    out
}

impl Entry {
    fn to_json(&self) -> String {
        let parcel = &self.parcel;
        let items = parcel.lines().into_iter().map(|line| {
            let quoted = |id: &&str| {
                let mut out = String::new();
                write_text(&mut out, id);
                out
            };
            JsonObject::new()
                .text("sku", line.sku)
                .number("quantity", line.items.len() as u64)
                .list("order_item_ids", line.items.iter().map(quoted))
                .finish()
        });
        JsonObject::new()
            .text("file", &self.file)
            .json_optional("page", self.page.map(|page| page.to_string()))
            .text("account", &self.account)
            .text("package_id", &parcel.package_id)
            .text("order_id", &parcel.order_id)
            .list("items", items)
            .optional("tracking_number", parcel.tracking_number.as_deref())
            .optional("shipment_provider", parcel.shipment_provider.as_deref())
            .optional("request_id", self.request_id.as_deref())
            .text("saved_at", &self.saved_at)
            .finish()
    }
}

fn parse(text: &str) -> Option<Vec<Entry>> {
    let mut members = Members(Args::from_json(text).ok()?.into_parts().0);
    if members.text("kind")? != KIND || members.number("version")? != 1 {
        return None;
    }
    let packages = members.list("packages")?;
    packages.into_iter().map(entry).collect()
}

fn entry(value: Value) -> Option<Entry> {
    let mut members = Members::of(value)?;
    let mut items = Vec::new();
    for line in members.list("items")? {
        let mut line = Members::of(line)?;
        let sku = line.text("sku")?;
        for item in line.list("order_item_ids")? {
            let Value::Text(order_item_id) = item else {
                return None;
            };
            let sku = Some(sku.clone()).filter(|sku| !sku.is_empty());
            items.push(Item { order_item_id, sku });
        }
    }
    let file = members.text("file")?;
    if Path::new(&file).file_name() != Some(file.as_ref()) {
        return None;
    }
    Some(Entry {
        file,
        page: members.number("page"),
        account: members.text("account")?,
        parcel: Parcel {
            package_id: members.text("package_id")?,
            order_id: members.text("order_id")?,
            tracking_number: members.text("tracking_number"),
            shipment_provider: members.text("shipment_provider"),
            items,
        },
        request_id: members.text("request_id"),
        saved_at: members.text("saved_at")?,
    })
}

/// The members of a JSON object, to be taken by name.
struct Members(Vec<(String, Value)>);

impl Members {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(members) => Some(Self(members)),
            _ => None,
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let index = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(index).1)
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&mut self, name: &str) -> Option<u32> {
        match self.take(name)? {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn list(&mut self, name: &str) -> Option<Vec<Value>> {
        match self.take(name)? {
            Value::List(values) => Some(values),
            _ => None,
        }
    }
}

/// One row for each SKU of a package; a package whose goods are not known has one row. A text that a spreadsheet
/// would run as a formula or round as a number begins with an apostrophe.
fn csv(entries: &[Entry]) -> String {
    let mut out = String::from(
        "file,page,account,package_id,order_id,order_item_ids,sku,quantity,tracking_number,\
         shipment_provider,request_id,saved_at\r\n",
    );
    for entry in entries {
        let mut lines = entry.parcel.lines();
        if lines.is_empty() {
            lines.push(Line {
                sku: "",
                items: Vec::new(),
            });
        }
        for line in lines {
            write_row(&mut out, entry, &line);
        }
    }
    out
}

fn write_row(out: &mut String, entry: &Entry, line: &Line<'_>) {
    let parcel = &entry.parcel;
    let page = entry.page.map(|page| page.to_string()).unwrap_or_default();
    let quantity = match line.items.len() {
        0 => String::new(),
        quantity => quantity.to_string(),
    };
    let text = |text: Option<&str>| cell(text.unwrap_or_default());
    let fields = [
        cell(&entry.file),
        page,
        cell(&entry.account),
        cell(&parcel.package_id),
        cell(&parcel.order_id),
        cell(&line.items.join(" ")),
        cell(line.sku),
        quantity,
        text(parcel.tracking_number.as_deref()),
        text(parcel.shipment_provider.as_deref()),
        text(entry.request_id.as_deref()),
        entry.saved_at.clone(),
    ];
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        write_field(out, field);
    }
    out.push_str("\r\n");
}

/// A text that a spreadsheet leaves as it is.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
    let number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if formula || number {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// As RFC 4180 has it.
fn write_field(out: &mut String, field: &str) {
    if !field.contains([',', '"', '\r', '\n']) {
        return out.push_str(field);
    }
    out.push('"');
    out.push_str(&field.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, sku: Option<&str>) -> Item {
        Item {
            order_item_id: id.to_owned(),
            sku: sku.map(str::to_owned),
        }
    }

    fn entries() -> Vec<Entry> {
        let parcel = Parcel {
            order_id: "1".to_owned(),
            tracking_number: Some("T1".to_owned()),
            shipment_provider: Some("Swift, \"Ltd\"".to_owned()),
            items: vec![
                item("11", Some("RED")),
                item("12", Some("=BLUE\n2")),
                item("13", Some("RED")),
            ],
            ..Parcel::of("FP1")
        };
        let entry = |parcel, page| Entry {
            file: "0001_a_FP1_and_1_more.pdf".to_owned(),
            page,
            account: "a".to_owned(),
            parcel,
            request_id: Some("r1".to_owned()),
            saved_at: "2026-03-01T00:00:00Z".to_owned(),
        };
        vec![entry(parcel, Some(1)), entry(Parcel::of("FP2"), None)]
    }

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()).unwrap(), []);
        let entries = entries();
        add(folder.path(), &entries[..1]).unwrap();
        add(folder.path(), &entries[1..]).unwrap();
        let mut read = read(folder.path()).unwrap();
        // Units of one SKU stand together.
        read[0]
            .parcel
            .items
            .sort_by(|a, b| a.order_item_id.cmp(&b.order_item_id));
        assert_eq!(read, entries);
    }

    #[test]
    fn the_table_has_a_row_for_each_sku() {
        let table = csv(&entries());
        let start = "0001_a_FP1_and_1_more.pdf,1,a,FP1,'1,";
        let end = ",T1,\"Swift, \"\"Ltd\"\"\",r1,2026-03-01T00:00:00Z\r\n";
        let rows = format!("{start}11 13,RED,2{end}{start}'12,\"'=BLUE\n2\",1{end}");
        let (head, body) = table.split_once("\r\n").unwrap();
        assert_eq!(head.split(',').count(), 12);
        assert!(body.starts_with(&rows), "{body}");
        assert!(
            body.ends_with("pdf,,a,FP2,,,,,,,r1,2026-03-01T00:00:00Z\r\n"),
            "{body}"
        );
    }
}
