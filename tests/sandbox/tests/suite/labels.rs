//! Labels and documents.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lazcore_sandbox::{Config, InFile, LabelFault, Misbehavior, Sandbox};

use crate::client::{Answer, Client, batch_code, id_of, pack_rows, packages_request, plain, start};

const PATH: &str = "/order/package/document/get";

/// Packs the first orders; order, first item and package of each.
fn packed(client: &mut Client, sandbox: &Sandbox, count: usize) -> Vec<(u64, u64, String)> {
    let rows = client.orders(sandbox);
    rows[..count]
        .iter()
        .map(|row| {
            let order = id_of(row, "order_id");
            let items = client.items(order);
            let ids = items.iter().map(|item| id_of(item, "order_item_id"));
            let ids: Vec<u64> = ids.collect();
            let first = ids[0];
            let rows = pack_rows(&client.pack(&[(order, ids)]));
            (order, first, rows[0].2.clone())
        })
        .collect()
}

fn print(client: &mut Client, doc_type: &str, ids: &[&str], with_items: bool) -> Answer {
    let request = packages_request(ids).replacen(
        '{',
        &format!("{{\"doc_type\":\"{doc_type}\",\"print_item_list\":{with_items},"),
        1,
    );
    client.post(PATH, &[("getDocumentReq", &request)])
}

fn pdf_url(answer: &Answer) -> String {
    let json = answer.json();
    json["result"]["data"]["pdf_url"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn fetch(client: &mut Client, url: &str) -> Answer {
    let path = url
        .strip_prefix(&format!("http://{}", client.host))
        .unwrap();
    client
        .raw(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
        .unwrap()
}

/// The objects of a PDF, found by way of its cross-reference table.
fn objects(file: &[u8]) -> Vec<String> {
    assert!(file.starts_with(b"%PDF-1.4\n"));
    assert!(file.ends_with(b"%%EOF\n"));
    // Bytes and characters agree, so that offsets hold.
    let text: String = file
        .iter()
        .map(|byte| {
            if byte.is_ascii() {
                char::from(*byte)
            } else {
                '?'
            }
        })
        .collect();
    let (_, tail) = text.rsplit_once("startxref\n").unwrap();
    let start: usize = tail.lines().next().unwrap().parse().unwrap();
    let table = &text[start..];
    assert!(table.starts_with("xref\n0 "), "startxref points elsewhere");
    let size: usize = table.lines().nth(1).unwrap()[2..].parse().unwrap();
    assert!(table.contains(&format!("/Size {size} ")));
    let entries = &table[table.find("65535 f \n").unwrap() + 9..];
    (1..size)
        .map(|number| {
            let entry = &entries[(number - 1) * 20..number * 20];
            assert!(entry.ends_with(" 00000 n \n"), "{entry:?}");
            let offset: usize = entry[..10].parse().unwrap();
            let opening = format!("{number} 0 obj\n");
            assert!(text[offset..].starts_with(&opening), "object {number}");
            let body = &text[offset + opening.len()..];
            body[..body.find("\nendobj\n").unwrap()].to_owned()
        })
        .collect()
}

/// The text of each page.
fn pages(file: &[u8]) -> Vec<String> {
    let objects = objects(file);
    let streams: Vec<String> = objects
        .iter()
        .filter_map(|object| {
            let (head, stream) = object.split_once("\nstream\n")?;
            let stream = stream.strip_suffix("\nendstream").unwrap();
            assert_eq!(head, format!("<< /Length {} >>", stream.len()));
            Some(stream.to_owned())
        })
        .collect();
    assert!(objects[1].contains(&format!("/Count {} ", streams.len())));
    streams
}

#[test]
fn a_pdf_label_has_one_readable_page_per_package() {
    let (sandbox, mut client) = plain(10);
    let packed = packed(&mut client, &sandbox, 3);
    let ids: Vec<&str> = packed.iter().map(|row| row.2.as_str()).collect();
    let answer = print(&mut client, "PDF", &ids, false);
    assert_eq!(answer.json()["result"]["data"]["doc_type"], "PDF");
    let url = pdf_url(&answer);
    // The file only shows the link.
    let file = answer.json()["result"]["data"]["file"]
        .as_str()
        .unwrap()
        .to_owned();
    let html = String::from_utf8(STANDARD.decode(file).unwrap()).unwrap();
    assert!(html.contains(&format!("<iframe src=\"{url}\"")), "{html}");

    let label = fetch(&mut client, &url);
    assert_eq!(label.status, 200);
    assert_eq!(label.header("content-type"), Some("application/pdf"));
    let pages = pages(&label.body);
    assert_eq!(pages.len(), 3);
    for (page, (order, _, package)) in pages.iter().zip(&packed) {
        let tracking = client.items(*order)[0]["tracking_code"]
            .as_str()
            .unwrap()
            .to_owned();
        for words in [order.to_string(), package.clone(), tracking] {
            assert!(
                page.contains(&format!(": {words}) Tj")),
                "{words} in {page}"
            );
        }
        assert!(page.contains(" re f"));
        assert!(!page.contains("SAMPLE"));
    }
    let with_items = pdf_url(&print(&mut client, "PDF", &ids, true));
    let label = fetch(&mut client, &with_items);
    assert!(self::pages(&label.body)[0].contains("SAMPLE"));
    // Printing changes nothing and may be repeated.
    assert_eq!(client.items(packed[0].0)[0]["status"], "packed");
}

#[test]
fn html_labels_have_no_link() {
    let (sandbox, mut client) = plain(10);
    let packed = packed(&mut client, &sandbox, 1);
    let answer = print(&mut client, "HTML", &[&packed[0].2], false);
    let json = answer.json();
    assert!(json["result"]["data"].get("pdf_url").is_none());
    let file = json["result"]["data"]["file"].as_str().unwrap();
    let html = String::from_utf8(STANDARD.decode(file).unwrap()).unwrap();
    assert!(html.contains(&packed[0].0.to_string()) && html.contains(&packed[0].2));
}

#[test]
fn links_end_and_are_signed() {
    let (sandbox, mut client) = plain(10);
    let one = packed(&mut client, &sandbox, 1).remove(0).2;
    let url = pdf_url(&print(&mut client, "PDF", &[&one], false));
    for wrong in [
        url.replace("sig=", "sig=0"),
        url.replace("?sig=", "?x="),
        url.replace("label-", "other-"),
    ] {
        let answer = fetch(&mut client, &wrong);
        assert_eq!(answer.status, 403, "{wrong}");
        assert!(answer.text().starts_with("<?xml"));
    }
    let (sandbox, mut client) = start(Config {
        special_orders: false,
        label_seconds: 0,
        ..Config::default()
    });
    let one = packed(&mut client, &sandbox, 1).remove(0).2;
    let url = pdf_url(&print(&mut client, "PDF", &[&one], false));
    assert_eq!(fetch(&mut client, &url).status, 403);
}

#[test]
fn print_requests_are_checked_with_their_codes() {
    let (sandbox, mut client) = plain(25);
    let one = packed(&mut client, &sandbox, 1).remove(0).2;
    for (answer, code) in [
        (print(&mut client, "PNG", &[&one], false), "700004"),
        (print(&mut client, "", &[&one], false), "700017"),
        (print(&mut client, "PDF", &[], false), "700019"),
        (
            print(&mut client, "PDF", &vec![one.as_str(); 21], false),
            "700022",
        ),
        (print(&mut client, "PDF", &[&one, "FP1"], false), "700040"),
    ] {
        assert_eq!(batch_code(&answer), code);
    }
    client.repack(&[&one]);
    let gone = print(&mut client, "PDF", &[&one], false);
    assert_eq!(batch_code(&gone), "700040");
}

#[test]
fn own_fleet_packages_have_no_label() {
    let (sandbox, mut client) = start(Config {
        orders: 200,
        ..Config::default()
    });
    let rows = client.orders(&sandbox);
    let own = rows
        .iter()
        .map(|row| id_of(row, "order_id"))
        .find_map(|order| {
            let items = client.items(order);
            (items[0]["delivery_option_sof"] == 1)
                .then(|| (order, id_of(&items[0], "order_item_id")))
        });
    let (order, item) = own.unwrap();
    let package = pack_rows(&client.pack(&[(order, vec![item])]))[0].2.clone();
    assert_eq!(
        batch_code(&print(&mut client, "PDF", &[&package], false)),
        "50008"
    );
    let ids = format!("[{item}]");
    let document = client.get(
        "/order/document/get",
        &[("doc_type", "shippingLabel"), ("order_item_ids", &ids)],
    );
    assert_eq!(document.code(), "50008");
}

#[test]
fn documents_of_items_are_html() {
    let (sandbox, mut client) = plain(10);
    let packed = packed(&mut client, &sandbox, 2);
    let ids = format!("[{},{}]", packed[0].1, packed[1].1);
    let path = "/order/document/get";
    for doc_type in ["invoice", "shippingLabel", "carrierManifest"] {
        let answer = client.get(path, &[("doc_type", doc_type), ("order_item_ids", &ids)]);
        let document = answer.json()["data"]["document"].clone();
        assert_eq!(document["document_type"], doc_type);
        assert_eq!(document["mime_type"], "text/html");
        let html = STANDARD.decode(document["file"].as_str().unwrap()).unwrap();
        let html = String::from_utf8(html).unwrap();
        assert!(html.contains(&packed[0].2) && html.contains(&packed[1].2));
    }
    let rows = client.orders(&sandbox);
    let pending = client.items(id_of(&rows[5], "order_id"));
    let pending = format!("[{}]", id_of(&pending[0], "order_item_id"));
    let many = format!("{:?}", vec![packed[0].1; 101]);
    for (doc_type, ids, code) in [
        ("label", ids.as_str(), "32"),
        ("invoice", "[1]", "20"),
        ("invoice", "[]", "20"),
        ("invoice", many.as_str(), "20"),
        ("invoice", "5", "6"),
        ("invoice", pending.as_str(), "34"),
        ("shippingLabel", pending.as_str(), "700040"),
        ("invoice", "", "MissingParameter"),
    ] {
        let answer = client.get(path, &[("doc_type", doc_type), ("order_item_ids", ids)]);
        assert_eq!(answer.code(), code, "{doc_type} {ids}");
    }
}

fn frozen() -> (Sandbox, Client) {
    start(Config {
        orders: 6,
        special_orders: false,
        frozen_clock: Some(1_794_240_000),
        ..Config::default()
    })
}

fn file_of(answer: &Answer) -> Vec<u8> {
    let json = answer.json();
    let data = &json["result"]["data"];
    STANDARD.decode(data["file"].as_str().unwrap()).unwrap()
}

fn has_link(answer: &Answer) -> bool {
    answer.json()["result"]["data"].get("pdf_url").is_some()
}

#[test]
fn links_live_as_long_as_they_are_told_to() {
    let (sandbox, mut client) = frozen();
    let orders = packed(&mut client, &sandbox, 1);
    let package = orders[0].2.as_str();
    sandbox.misbehave(Misbehavior::Label(LabelFault::LinkLife { seconds: 2 }).times(1));
    let short = pdf_url(&print(&mut client, "PDF", &[package], false));
    let long = pdf_url(&print(&mut client, "PDF", &[package], false));
    sandbox.advance_clock(1);
    assert_eq!(fetch(&mut client, &short).status, 200);
    sandbox.advance_clock(1);
    assert_eq!(fetch(&mut client, &short).status, 403);
    assert_eq!(fetch(&mut client, &long).status, 200);
    sandbox.misbehave(Misbehavior::Label(LabelFault::LinkLife { seconds: 0 }));
    let dead = pdf_url(&print(&mut client, "PDF", &[package], false));
    assert_eq!(fetch(&mut client, &dead).status, 403);
}

#[test]
fn labels_are_empty_for_a_while() {
    let (sandbox, mut client) = frozen();
    let orders = packed(&mut client, &sandbox, 1);
    let old = orders[0].2.as_str();
    sandbox.misbehave(Misbehavior::Label(LabelFault::Empty));
    let answer = print(&mut client, "PDF", &[old], false);
    assert_eq!(answer.json()["result"]["success"], true);
    assert!(file_of(&answer).is_empty() && !has_link(&answer));
    assert!(has_link(&print(&mut client, "PDF", &[old], false)));

    sandbox.misbehave(Misbehavior::Label(LabelFault::EmptyFor { seconds: 20 }));
    sandbox.advance_clock(20);
    let new = packed(&mut client, &sandbox, 2)[1].2.clone();
    assert!(has_link(&print(&mut client, "PDF", &[old], false)));
    for doc_type in ["PDF", "HTML"] {
        let answer = print(&mut client, doc_type, &[old, &new], false);
        assert!(file_of(&answer).is_empty() && !has_link(&answer));
    }
    sandbox.advance_clock(20);
    assert!(has_link(&print(&mut client, "PDF", &[old, &new], false)));
    let books = crate::client::store_books(&sandbox, 0);
    let labels = |place: usize| books["packages"][place]["labels"].as_u64().unwrap();
    assert_eq!((labels(0), labels(1)), (3, 1));
}

#[test]
fn labels_come_without_a_link_or_with_a_page_more() {
    let (sandbox, mut client) = frozen();
    let orders = packed(&mut client, &sandbox, 1);
    let package = orders[0].2.as_str();
    for (content, start) in [(InFile::Pdf, "%PDF-1.4"), (InFile::Html, "<!DOCTYPE html>")] {
        sandbox.misbehave(Misbehavior::Label(LabelFault::InFile(content)).times(1));
        let answer = print(&mut client, "PDF", &[package], false);
        assert!(!has_link(&answer));
        assert!(file_of(&answer).starts_with(start.as_bytes()));
    }
    let pages = |client: &mut Client| {
        let url = pdf_url(&print(client, "PDF", &[package], false));
        let objects = objects(&fetch(client, &url).body);
        let pages = objects
            .iter()
            .filter(|object| object.contains("/Type /Page "));
        pages.count()
    };
    assert_eq!(pages(&mut client), 1);
    sandbox.misbehave(Misbehavior::Label(LabelFault::ExtraPage));
    assert_eq!(pages(&mut client), 2);
}
