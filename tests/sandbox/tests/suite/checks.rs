//! What the gateway checks before any API sees a call.

use lazcore_sandbox::Config;

use crate::client::{Client, encode, now_ms, owned, plain, sign, start};

const PATH: &str = "/seller/get";

/// The code of a signed call with these pairs besides `sign`.
fn code_of(client: &mut Client, path: &str, pairs: Vec<(String, String)>) -> String {
    let sign = sign(&client.secret, path, &pairs);
    code_with_sign(client, path, pairs, &sign)
}

fn code_with_sign(
    client: &mut Client,
    path: &str,
    mut pairs: Vec<(String, String)>,
    sign: &str,
) -> String {
    pairs.push(("sign".to_owned(), sign.to_owned()));
    client.exact(path, &pairs).code()
}

fn without(client: &Client, name: &str) -> Vec<(String, String)> {
    let mut pairs = client.common();
    pairs.retain(|pair| pair.0 != name);
    pairs
}

fn with(client: &Client, name: &str, value: &str) -> Vec<(String, String)> {
    let mut pairs = without(client, name);
    pairs.push((name.to_owned(), value.to_owned()));
    pairs
}

/// The published sample: the client of these tests signs as the platform says.
#[test]
fn the_witness_signs_like_the_published_sample() {
    let pairs = owned(&[
        ("app_key", "123456"),
        ("access_token", "test"),
        ("timestamp", "1517820392000"),
        ("sign_method", "sha256"),
        ("order_id", "1234"),
    ]);
    assert_eq!(
        sign("helloworld", "/order/get", &pairs),
        "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A"
    );
}

#[test]
fn a_good_call_passes_and_every_answer_has_its_ids() {
    let (_sandbox, mut client) = plain(1);
    for (path, code) in [(PATH, "0"), ("/nothing/here", "InvalidApiPath")] {
        let answer = client.get(path, &[]);
        let json = answer.json();
        assert_eq!(answer.status, 200);
        assert_eq!(json["code"], code);
        assert!(!json["request_id"].as_str().unwrap().is_empty());
        assert!(!json["_trace_id_"].as_str().unwrap().is_empty());
        assert!(answer.header("date").unwrap().ends_with(" GMT"));
    }
    let json = client.get("/nothing/here", &[]).json();
    assert_eq!(json["type"], "ISV");
    assert!(json["message"].is_string());
    assert!(json.get("data").is_none());
}

#[test]
fn paths_must_be_exact() {
    let (_sandbox, mut client) = plain(1);
    for path in ["/seller/get/", "//seller/get", "/Seller/get", "", "/"] {
        assert_eq!(client.get(path, &[]).code(), "InvalidApiPath", "{path}");
    }
    let outside = client.raw("GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(outside.unwrap().status, 404);
}

#[test]
fn methods_are_those_of_the_api() {
    let (_sandbox, mut client) = plain(1);
    assert_eq!(client.post(PATH, &[]).code(), "UnsupportedHTTPMethod");
    for path in ["/order/fulfill/pack", "/order/package/rts"] {
        assert_eq!(client.get(path, &[]).code(), "UnsupportedHTTPMethod");
    }
    let sent = client.raw("PUT /rest/seller/get HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(sent.unwrap().code(), "UnsupportedHTTPMethod");
}

#[test]
fn common_parameters_must_be_there() {
    let (_sandbox, mut client) = plain(1);
    for name in ["app_key", "timestamp", "sign_method", "access_token"] {
        let pairs = without(&client, name);
        assert_eq!(
            code_of(&mut client, PATH, pairs),
            "MissingParameter",
            "{name}"
        );
        let pairs = with(&client, name, "");
        assert_eq!(
            code_of(&mut client, PATH, pairs),
            "MissingParameter",
            "{name}"
        );
    }
    let pairs = client.common();
    assert_eq!(client.exact(PATH, &pairs).code(), "MissingParameter");
}

#[test]
fn wrong_keys_methods_and_tokens_are_told_apart() {
    let (_sandbox, mut client) = plain(1);
    for (name, value, code) in [
        ("app_key", "999", "InvalidAppKey"),
        ("sign_method", "md5", "InvalidParameter"),
        ("sign_method", "hmac", "InvalidParameter"),
        ("access_token", "nonsense", "IllegalAccessToken"),
    ] {
        let pairs = with(&client, name, value);
        assert_eq!(code_of(&mut client, PATH, pairs), code, "{name}={value}");
    }
    let pairs = client.common();
    client.secret.push('x');
    assert_eq!(code_of(&mut client, PATH, pairs), "IncompleteSignature");
}

#[test]
fn the_clock_may_be_two_hours_off() {
    let (_sandbox, mut client) = plain(1);
    let now = i64::try_from(now_ms()).unwrap();
    let hours = |count: i64| (now + count * 3_600_000).to_string();
    for (stamp, code) in [
        (hours(0), "0"),
        ((now + 7_190_000).to_string(), "0"),
        ((now - 7_190_000).to_string(), "0"),
        (hours(3), "InvalidTimestamp"),
        (hours(-3), "InvalidTimestamp"),
        ((now / 1000).to_string(), "InvalidTimestamp"),
        ("soon".to_owned(), "InvalidTimestamp"),
        ("2017-11-11T12:00:00Z".to_owned(), "InvalidTimestamp"),
    ] {
        let pairs = with(&client, "timestamp", &stamp);
        assert_eq!(code_of(&mut client, PATH, pairs), code, "{stamp}");
    }
}

#[test]
fn a_shifted_gateway_clock_shows_in_the_date_and_in_the_check() {
    let (_sandbox, mut client) = start(Config {
        orders: 1,
        clock_shift_seconds: 3 * 3600,
        ..Config::default()
    });
    let hour = |answer: &crate::client::Answer| -> u32 {
        let date = answer.header("date").unwrap();
        date[17..19].parse().unwrap()
    };
    let (_right, mut punctual) = plain(1);
    let true_hour = hour(&punctual.get(PATH, &[]));
    let answer = client.get(PATH, &[]);
    assert_eq!(answer.code(), "InvalidTimestamp");
    // One more if the hour ended between the two.
    assert!([3, 4].contains(&((hour(&answer) + 24 - true_hour) % 24)));
    let ahead = (now_ms() + 3 * 3_600_000).to_string();
    let pairs = with(&client, "timestamp", &ahead);
    assert_eq!(code_of(&mut client, PATH, pairs), "0");
}

#[test]
fn signatures_must_be_upper_case_and_complete() {
    let (_sandbox, mut client) = plain(1);
    let pairs = client.common();
    let good = sign(&client.secret, PATH, &pairs);
    let other_path = sign(&client.secret, "/seller/gets", &pairs);
    for (text, code) in [
        (good.clone(), "0"),
        (good.to_lowercase(), "IncompleteSignature"),
        (good[..63].to_owned(), "IncompleteSignature"),
        (other_path, "IncompleteSignature"),
    ] {
        assert_eq!(
            code_with_sign(&mut client, PATH, pairs.clone(), &text),
            code
        );
    }
    // A parameter that was added after signing.
    let mut more = pairs.clone();
    more.push(("extra".to_owned(), "1".to_owned()));
    assert_eq!(
        code_with_sign(&mut client, PATH, more, &good),
        "IncompleteSignature"
    );
}

#[test]
fn an_empty_value_may_be_signed_or_skipped() {
    let (_sandbox, mut client) = plain(1);
    let skipped = client.common();
    let mut signed = skipped.clone();
    signed.push(("status".to_owned(), String::new()));
    for reading in [&skipped, &signed] {
        let text = sign(&client.secret, PATH, reading);
        assert_eq!(
            code_with_sign(&mut client, PATH, signed.clone(), &text),
            "0"
        );
    }
}

#[test]
fn values_are_signed_as_they_are_meant() {
    let (_sandbox, mut client) = plain(1);
    for value in [
        "Áo thun 中文 & café",
        "2026-03-01T16:00:00+08:00",
        "a b+c%20d",
        "100%",
        "a=b&c=d",
        "line\r\nbreak\ttab",
        "{\"k\":\"v\"}",
        "🎁",
        " ",
    ] {
        let answer = client.get(PATH, &[("note", value), ("Upper", "1")]);
        assert_eq!(answer.code(), "0", "{value:?}");
    }
}

#[test]
fn plus_and_percent_twenty_are_the_same_space() {
    let (_sandbox, mut client) = plain(1);
    for space in ["+", "%20"] {
        let mut pairs = client.common();
        pairs.push(("note".to_owned(), "a b".to_owned()));
        let text = sign(&client.secret, PATH, &pairs);
        pairs.pop();
        pairs.push(("sign".to_owned(), text));
        let query = encode(&pairs);
        let answer = client
            .raw(&format!(
                "GET /rest{PATH}?{query}&note=a{space}b HTTP/1.1\r\nHost: x\r\n\r\n"
            ))
            .unwrap();
        assert_eq!(answer.code(), "0", "{space}");
    }
}

#[test]
fn all_parameters_may_travel_in_the_form() {
    let (_sandbox, mut client) = plain(1);
    let path = "/order/package/rts";
    let mut pairs = client.common();
    pairs.extend(owned(&[(
        "readyToShipReq",
        "{\"packages\":[{\"package_id\":\"é +\"}]}",
    )]));
    pairs.push(("sign".to_owned(), sign(&client.secret, path, &pairs)));
    let body = encode(&pairs);
    let answer = client
        .raw(&format!(
            "POST /rest{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
        .unwrap();
    assert!(answer.text().contains("600001"), "{}", answer.text());
}

/// Text parts are signed, files are not.
#[test]
fn multipart_bodies_are_read() {
    let (_sandbox, mut client) = plain(1);
    let path = "/order/package/rts";
    let wrapper = "{\"packages\":[{\"package_id\":\"中\"}]}";
    let mut pairs = client.common();
    let all = [pairs.clone(), owned(&[("readyToShipReq", wrapper)])].concat();
    pairs.push(("sign".to_owned(), sign(&client.secret, path, &all)));
    let body = format!(
        "--X\r\nContent-Disposition: form-data; name=\"readyToShipReq\"\r\n\r\n{wrapper}\r\n\
         --X\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\
         Content-Type: image/png\r\n\r\nnot signed\r\n--X--\r\n"
    );
    let answer = client
        .raw(&format!(
            "POST /rest{path}?{} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: {}\r\n\r\n{body}",
            encode(&pairs),
            body.len()
        ))
        .unwrap();
    assert!(answer.text().contains("600001"), "{}", answer.text());
}

/// A JSON body carries no parameters; the signature over them cannot hold.
#[test]
fn json_bodies_are_not_read() {
    let (_sandbox, mut client) = plain(1);
    let path = "/order/package/rts";
    let mut pairs = client.common();
    let all = [pairs.clone(), owned(&[("readyToShipReq", "{}")])].concat();
    pairs.push(("sign".to_owned(), sign(&client.secret, path, &all)));
    let body = "{\"readyToShipReq\":\"{}\"}";
    let answer = client
        .raw(&format!(
            "POST /rest{path}?{} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            encode(&pairs),
            body.len()
        ))
        .unwrap();
    assert_eq!(answer.code(), "IncompleteSignature");
}
