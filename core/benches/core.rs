//! What a call costs: signing, encoding, reading a page, and the way over loopback.
//!
//! Only ratios carry over to other machines: each figure stands beside its peer of the same run, where it
//! has one.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lazcore::client::Rates;
use lazcore::protocol::{
    Credentials, HttpResponse, Params, ReadLimits, Row, Signer, prepare, read,
};
use lazcore::{Args, Client, Config, Country, Gateway, Request, Secret, api};
use serde_json::Value;

const SECRET: &str = "helloworldhelloworldhelloworld12";

/// Eleven parameters, about 270 bytes with their names.
const PAIRS: [(&str, &str); 11] = [
    ("app_key", "123456"),
    ("access_token", "50000400112cLeFpbSxvvgAqDh1d22e3de2f"),
    ("timestamp", "1772352000123"),
    ("sign_method", "sha256"),
    ("created_after", "2026-03-01T16:00:00+08:00"),
    ("created_before", "2026-03-31T16:00:00+08:00"),
    ("status", "pending"),
    ("sort_by", "created_at"),
    ("sort_direction", "ASC"),
    ("offset", "1200"),
    ("limit", "100"),
];

fn own_args() -> Args {
    PAIRS[4..]
        .iter()
        .fold(Args::new(), |args, (name, value)| args.set(*name, *value))
}

fn orders_request() -> Request {
    Request::new(api::find("GetOrders").unwrap(), own_args()).unwrap()
}

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("request");
    let signer = Signer::new(SECRET);
    let base: usize = PAIRS
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    group.throughput(Throughput::Bytes((base + "/orders/get".len()) as u64));
    group.bench_function("sign 11 parameters", |bencher| {
        bencher.iter(|| signer.sign(black_box("/orders/get"), black_box(&PAIRS)));
    });
    group.bench_function("HMAC alone over the same bytes", |bencher| {
        use hmac::{Hmac, KeyInit, Mac};
        let keyed = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        let text = "x".repeat(base + "/orders/get".len());
        bencher.iter(|| {
            let mut mac = keyed.clone();
            mac.update(black_box(text.as_bytes()));
            mac.finalize()
        });
    });
    group.bench_function("wire texts of 7 parameters", |bencher| {
        bencher.iter_batched(
            own_args,
            |args| Params::from_args(args).unwrap(),
            criterion::BatchSize::SmallInput,
        );
    });
    group.bench_function("check against the catalogue", |bencher| {
        let api = api::find("GetOrders").unwrap();
        bencher.iter_batched(
            own_args,
            |args| Request::new(api, args).unwrap(),
            criterion::BatchSize::SmallInput,
        );
    });
    let credentials = Credentials::new(
        "123456",
        &Secret::new(SECRET),
        Gateway::country(Country::Sg),
    )
    .unwrap()
    .with_access_token(Secret::new(PAIRS[1].1))
    .unwrap();
    let request = orders_request();
    group.bench_function("prepare: sign and encode", |bencher| {
        bencher.iter(|| prepare(black_box(&request), &credentials, 1_772_352_000_123).unwrap());
    });
    group.finish();
}

/// A page of 100 orders as the gateway prints it.
fn page() -> String {
    let address = |kind: &str, index: usize| {
        format!(
            r#""address_{kind}":{{"country":"Singapore","address3":"Singapore","phone":"65*******{index:02}","address2":"","city":"Singapore","address1":"{index} Example Avenue #0{index}-12 Block {index}, Demo Heights Estate","post_code":"5{index:05}","phone2":"","last_name":"","address5":"","address4":"Demo District","first_name":"Buyer {index} of the Demo Store","addressDsitrict":"Demo District"}}"#
        )
    };
    let mut rows = String::new();
    for index in 0..100 {
        let comma = if index == 0 { "" } else { "," };
        write!(
            rows,
            r#"{comma}{{"voucher_platform":0.00,"voucher":1.50,"warehouse_code":"dropshipping","order_number":{id},"created_at":"2026-03-01 16:{minute:02}:00 +0800","voucher_code":"","gift_option":false,"is_cancel_pending":false,"shipping_fee_discount_platform":0.00,"customer_last_name":"","updated_at":"2026-03-02 10:{minute:02}:00 +0800","promised_shipping_times":"2026-03-04 23:59:59 +0800","price":"{index}8.90","national_registration_number":"","shipping_fee_original":2.49,"payment_method":"MIXEDCARD","buyer_note":"please call before delivery, thank you","customer_first_name":"B**********{minute:02}","shipping_fee_discount_seller":0.00,"shipping_fee":2.49,"branch_number":"","tax_code":"","items_count":{count},"delivery_info":"","statuses":["pending"],{billing},"extra_attributes":"{{\"TaxInvoiceRequested\":\"false\",\"source\":\"app\"}}","order_id":{id},"remarks":"left at the counter of the condominium","gift_message":"","voucher_seller":1.50,"need_cancel_confirm":false,{shipping}}}"#,
            id = 700_000_000_000_101_u64 + index as u64,
            minute = index % 60,
            count = 1 + index % 4,
            billing = address("billing", index),
            shipping = address("shipping", index),
        )
        .unwrap();
    }
    format!(
        r#"{{"data":{{"count":100,"countTotal":4321,"orders":[{rows}]}},"code":"0","request_id":"0a1b2c3d4e5f60718293a4b5c6d7e8f9","_trace_id_":"2140e7aa17723520001234567e1f2a"}}"#
    )
}

fn answer(body: &str) -> HttpResponse {
    HttpResponse {
        status: 200,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    }
}

/// Bytes of the five fields of every record.
fn five_fields_of_records(answer: &HttpResponse) -> usize {
    let api = api::find("GetOrders").unwrap();
    let reply = read(Some(api), answer, ReadLimits::default()).unwrap();
    let mut total = 0;
    for row in reply.rows() {
        let Row::Good(order) = row else { continue };
        total += order.id("order_id").unwrap().unwrap().len();
        total += usize::from(order.money("price").unwrap().is_some());
        total += order.time("created_at").unwrap().unwrap().as_sent().len();
        total += order.texts("statuses").unwrap().len();
        total += order.text("customer_first_name").unwrap().unwrap().len();
    }
    total
}

fn five_fields_of_values(body: &str) -> usize {
    let value: Value = serde_json::from_str(body).unwrap();
    let mut total = 0;
    for order in value["data"]["orders"].as_array().unwrap() {
        total += order["order_id"].to_string().len();
        total += usize::from(order["price"].as_str().is_some());
        total += order["created_at"].as_str().unwrap().len();
        total += order["statuses"].as_array().unwrap().len();
        total += order["customer_first_name"].as_str().unwrap().len();
    }
    total
}

fn pages(criterion: &mut Criterion) {
    let body = page();
    let answer = answer(&body);
    assert_eq!(
        five_fields_of_records(&answer),
        five_fields_of_values(&body)
    );
    let mut group = criterion.benchmark_group("page of 100 orders");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("five fields of each record", |bencher| {
        bencher.iter(|| five_fields_of_records(black_box(&answer)));
    });
    group.bench_function("five fields of serde_json::Value", |bencher| {
        bencher.iter(|| five_fields_of_values(black_box(&body)));
    });
    let api = api::find("GetOrders").unwrap();
    group.bench_function("read alone", |bencher| {
        bencher.iter(|| read(Some(api), black_box(&answer), ReadLimits::default()).unwrap());
    });
    group.bench_function("read a call by path", |bencher| {
        bencher.iter(|| read(None, black_box(&answer), ReadLimits::default()).unwrap());
    });
    group.bench_function("serde_json passing over", |bencher| {
        bencher.iter(|| {
            serde_json::from_str::<&serde_json::value::RawValue>(black_box(&body)).unwrap()
        });
    });
    group.bench_function("normalized JSON", |bencher| {
        let reply = read(Some(api), &answer, ReadLimits::default()).unwrap();
        bencher.iter(|| black_box(&reply).to_json());
    });
    group.finish();
}

/// Answers every request of every connection with `body`.
fn serve(body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/rest", listener.local_addr().unwrap());
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut writer) = stream else { return };
            let answer = answer.clone();
            std::thread::spawn(move || {
                let _ = writer.set_nodelay(true);
                let mut reader = BufReader::new(writer.try_clone().unwrap());
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|count| count > 0) {
                    // Requests of these calls have no body.
                    if line == "\r\n" && writer.write_all(answer.as_bytes()).is_err() {
                        break;
                    }
                    line.clear();
                }
                let _ = reader.read(&mut [0]);
            });
        }
    });
    url
}

fn loopback(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("call over loopback");
    let small = r#"{"code":"0","data":{"count":0,"countTotal":0,"orders":[]}}"#;
    for (name, body) in [
        ("small answer", small.to_owned()),
        ("page of 100 orders", page()),
    ] {
        let config = Config::new("123456", SECRET)
            .gateway(Gateway::url(&serve(&body)).unwrap())
            .access_token("token")
            .rates(Rates {
                per_path: 0.0,
                per_account: 0.0,
            });
        let client = Client::new(config).unwrap();
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter(|| client.call("GetOrders", own_args()).unwrap());
        });
    }
    group.finish();
}

criterion_group! {
    name = core;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3)).sample_size(40);
    targets = requests, pages, loopback
}
criterion_main!(core);
