//! The shared vectors of `tests/vectors`, which the runners of the other languages read too.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::cell::Cell;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lazcore::api::bill::{self, Bill};
use lazcore::protocol::schema::Method;
use lazcore::protocol::{
    Credentials, Document, HttpResponse, Params, ReadLimits, Signer, explain, prepare, read, sign,
};
use lazcore::{Args, Country, Error, Gateway, Record, Request, Result, Secret, api};
use serde_json::Value;

/// Runs `check` over every case of a file and reports all that fail, by name.
fn run(file: &str, least: usize, check: impl Fn(&Value) -> std::result::Result<(), String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/vectors")
        .join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let cases = document["cases"].as_array().unwrap();
    // A runner that reads nothing must not pass.
    let named = text
        .lines()
        .filter(|line| line.starts_with("  {\"name\":"))
        .count();
    assert_eq!(cases.len(), named, "{file}: one case a line");
    assert!(cases.len() >= least, "{file}: only {} cases", cases.len());
    let mut failed = Vec::new();
    for case in cases {
        assert!(
            !text_of(case, "source").is_empty(),
            "{case} names no source"
        );
        if let Err(problem) = check(case) {
            failed.push(format!("{}: {problem}", text_of(case, "name")));
        }
    }
    assert!(failed.is_empty(), "{file}:\n{}", failed.join("\n"));
}

fn text_of<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name} in {case}"))
}

fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    got: T,
    expected: T,
) -> std::result::Result<(), String> {
    if got == expected {
        return Ok(());
    }
    Err(format!("{what}: expected {expected:?}, got {got:?}"))
}

#[test]
fn explain_vectors() {
    run("explain.json", 40, |case| {
        let args = Args::from_json(text_of(case, "args")).unwrap();
        let received = Some(text_of(case, "received"));
        let (secret, path) = (text_of(case, "secret"), text_of(case, "path"));
        let explained = explain(secret, path, args, received).map_err(|error| error.to_string())?;
        let told: Value = serde_json::from_str(&explained.to_json()).unwrap();
        for name in ["base_string", "sign", "verdict"] {
            let told = &told[if name == "sign" { "signature" } else { name }];
            same(name, told, &case[name])?;
        }
        let codes = told["mistakes"].as_array().unwrap().iter();
        let codes: Vec<Value> = codes.map(|mistake| mistake["code"].clone()).collect();
        same("mistakes", &Value::Array(codes), &case["mistakes"])
    });
}

#[test]
fn sign_vectors() {
    run("sign.json", 25, |case| {
        let expected = text_of(case, "sign");
        let params = case["params"].as_object().unwrap();
        let pairs: Vec<(&str, &str)> = params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let (secret, path) = (text_of(case, "secret"), text_of(case, "path"));
        same(
            "Signer",
            Signer::new(secret).sign(path, &pairs).as_str(),
            expected,
        )?;
        let args = pairs
            .iter()
            .rev()
            .fold(Args::new(), |args, (name, value)| args.set(*name, *value));
        let params = Params::from_args(args).map_err(|error| error.to_string())?;
        let signature = sign(secret, path, &params).map_err(|error| error.to_string())?;
        same("sign", signature.as_str(), expected)
    });
}

fn answer(status: u16, body: Vec<u8>) -> HttpResponse {
    HttpResponse {
        status,
        headers: Vec::new(),
        body,
    }
}

fn record_of(json: &str) -> Record {
    let body = format!("{{\"code\":\"0\",\"v\":{json}}}");
    let reply = read(None, &answer(200, body.into_bytes()), ReadLimits::default()).unwrap();
    reply.record().unwrap()
}

#[test]
fn value_vectors() {
    run("values.json", 140, |case| {
        let record = record_of(text_of(case, "json"));
        let mut epoch_ms = None;
        let got: Result<Option<String>> = match text_of(case, "kind") {
            "money" => record
                .money("v")
                .map(|money| money.map(|money| money.to_string())),
            "id" => record.id("v"),
            "flag" => record
                .flag("v")
                .map(|flag| flag.map(|flag| flag.to_string())),
            "text" => record.text("v"),
            "time" => record.time("v").map(|time| {
                time.map(|time| {
                    epoch_ms = time.epoch_ms();
                    time.to_rfc3339()
                        .unwrap_or_else(|| time.as_sent().to_owned())
                })
            }),
            other => return Err(format!("unknown kind {other}")),
        };
        if case.get("error").is_some() {
            return match got {
                Err(error) => same("field", error.field(), Some("v")),
                Ok(value) => Err(format!("expected an error, got {value:?}")),
            };
        }
        let got = got.map_err(|error| error.to_string())?;
        same("value", got.as_deref(), case["expect"].as_str())?;
        same(
            "epoch_ms",
            epoch_ms,
            case.get("epoch_ms").and_then(Value::as_i64),
        )
    });
}

#[test]
fn envelope_vectors() {
    run("envelope.json", 100, |case| {
        let api = case["api"].as_str().map(|name| api::find(name).unwrap());
        let body = match case.get("body_base64") {
            Some(coded) => STANDARD.decode(coded.as_str().unwrap()).unwrap(),
            None => text_of(case, "body").as_bytes().to_vec(),
        };
        let status = u16::try_from(case["status"].as_u64().unwrap()).unwrap();
        let expect = &case["expect"];
        match read(api, &answer(status, body), ReadLimits::default()) {
            Ok(_) => same("accepted", true, expect.get("ok").is_some()),
            Err(error) => {
                judge(&error, status, expect).map_err(|problem| format!("{problem} ({error})"))
            }
        }
    });
}

fn judge(error: &Error, status: u16, expect: &Value) -> std::result::Result<(), String> {
    if expect.get("ok").is_some() {
        return Err("expected acceptance".to_owned());
    }
    same("http_status", error.http_status(), Some(status))?;
    same("kind", Some(error.kind().as_str()), expect["kind"].as_str())?;
    if let Some(code) = expect.get("code") {
        same("code", error.code(), code.as_str())?;
    }
    if let Some(id) = expect.get("request_id") {
        same("request_id", error.request_id(), id.as_str())?;
    }
    if let Some(retryable) = expect.get("retryable") {
        same("retryable", Some(error.retryable()), retryable.as_bool())?;
    }
    let executed = match error.executed() {
        lazcore::Executed::No => "no",
        lazcore::Executed::Unknown => "unknown",
    };
    same("executed", Some(executed), expect["executed"].as_str())
}

#[test]
fn params_vectors() {
    let credentials = Credentials::new(
        "123456",
        &Secret::new("secret"),
        Gateway::country(Country::Sg),
    )
    .unwrap()
    .with_access_token(Secret::new("token"))
    .unwrap();
    run("params.json", 95, |case| {
        let request =
            Args::from_json(text_of(case, "args")).and_then(|args| match case["api"].as_str() {
                Some(name) => Request::new(api::find(name)?, args),
                None => {
                    let get = text_of(case, "method") == "GET";
                    let method = if get { Method::Get } else { Method::Post };
                    Request::raw(method, text_of(case, "path"), args)
                }
            });
        let prepared = request.and_then(|request| {
            prepare(&request, &credentials, 0)?;
            Ok(request)
        });
        match (prepared, case["error_field"].as_str()) {
            (Err(error), Some(field)) => {
                same("kind", error.kind(), lazcore::ErrorKind::Input)?;
                same("field", error.field(), Some(field))
            }
            (Err(error), None) => Err(error.to_string()),
            (Ok(_), Some(field)) => Err(format!("expected an error of {field:?}")),
            (Ok(request), None) => {
                let sent: serde_json::Map<String, Value> = request
                    .params()
                    .texts()
                    .map(|(name, value)| (name.to_owned(), Value::from(value)))
                    .collect();
                same("wire", &Value::Object(sent), &case["wire"])
            }
        }
    });
}

#[test]
fn bill_vectors() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/bills.json");
    // Amounts count to the letter, so header and items are cut out of the text.
    let file = Document::parse(std::fs::read_to_string(path).unwrap()).unwrap();
    let number = Cell::new(0);
    run("bills.json", 24, |case| {
        let raw = |name: &str| {
            let pointer = format!("/cases/{}/{name}", number.get());
            file.pointer(&pointer).map(|raw| raw.as_str().to_owned())
        };
        let found = check_bill(case, raw);
        number.set(number.get() + 1);
        found
    });
}

fn check_bill(
    case: &Value,
    raw: impl Fn(&str) -> Option<String>,
) -> std::result::Result<(), String> {
    let text = format!(
        "{{\"order\":{},\"items\":{}}}",
        raw("order").unwrap(),
        raw("items").unwrap()
    );
    let read = Bill::from_json(&text).unwrap();
    let items = read.items.unwrap();
    let paid = read.order.buyer_paid();
    match case["buyer_paid_error"].as_str() {
        Some(field) => same("buyer_paid", paid.unwrap_err().field(), Some(field))?,
        None => same(
            "buyer_paid",
            Some(paid.unwrap().to_string().as_str()),
            case["buyer_paid"].as_str(),
        )?,
    }
    let report = bill::reconcile(&read.order, &items);
    same("reconcile", Some(report.to_json()), raw("reconcile"))?;
    let lines = bill::by_sku(&items);
    match case["lines_error"].as_str() {
        Some(field) => same("lines", lines.unwrap_err().field(), Some(field)),
        None => same(
            "lines",
            Some(bill::lines_json(&lines.unwrap())),
            raw("lines"),
        ),
    }
}
