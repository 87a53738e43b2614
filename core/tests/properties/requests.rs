//! What leaves the library, read and verified as a gateway would.

use std::collections::BTreeMap;

use lazcore::protocol::schema::Method;
use lazcore::protocol::{Credentials, File, HttpRequest, Signer, Value, prepare};
use lazcore::{Args, Country, Gateway, Request, Secret};
use proptest::prelude::*;

use crate::gateway::Received;
use crate::{cases, text};

const SECRET: &str = "secret ลับ";

fn credentials() -> Credentials {
    let secret = Secret::new(SECRET);
    let credentials = Credentials::new("123456", &secret, Gateway::country(Country::Th)).unwrap();
    credentials
        .with_access_token(Secret::new("token+/=&%"))
        .unwrap()
}

fn prepared(method: Method, args: Args) -> HttpRequest {
    let request = Request::raw(method, "/a/b", args).unwrap();
    prepare(&request, &credentials(), 1_772_352_000_000).unwrap()
}

fn name() -> impl Strategy<Value = String> {
    let plain = prop_oneof![
        "[0-9]{1,3}",
        "[A-Za-z_][A-Za-z0-9_]{0,8}",
        "[!#$%'()*+,./:;<>?@\\[\\]^`{|}~-]{1,4}"
    ];
    plain.prop_filter("set by the library", |name| {
        ![
            "sign",
            "app_key",
            "timestamp",
            "sign_method",
            "access_token",
        ]
        .contains(&name.as_str())
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::Text),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<i128>().prop_map(Value::from),
        1 => "-?[1-9][0-9]{0,20}\\.[0-9]{1,9}".prop_map(|text| Value::decimal(&text).unwrap()),
        1 => any::<bool>().prop_map(Value::Boolean),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map(text(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn args_of(values: &BTreeMap<String, Value>) -> Args {
    values.iter().fold(Args::new(), |args, (name, value)| {
        args.set(name.clone(), value.clone())
    })
}

/// The value as the gateway should find it, spelled out with serde_json; numbers as their text.
fn told(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => serde_json::Value::from(text.as_str()),
        Value::Number(number) => serde_json::from_str(number).unwrap(),
        Value::Boolean(flag) => serde_json::Value::from(*flag),
        Value::List(items) => items.iter().map(told).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), told(value)));
            serde_json::Value::Object(members.collect())
        }
    }
}

fn check(received: &Received, values: &BTreeMap<String, Value>) {
    assert_eq!(received.path, "/a/b");
    assert_eq!(received.signature_holds(SECRET), (true, true));
    assert_eq!(received.text("app_key"), Some("123456"));
    assert_eq!(received.text("timestamp"), Some("1772352000000"));
    assert_eq!(received.text("sign_method"), Some("sha256"));
    assert_eq!(received.text("access_token"), Some("token+/=&%"));
    let mut expected = 5;
    for (name, value) in values {
        let sent = received.text(name);
        match value {
            Value::Text(text) if text.trim().is_empty() => assert_eq!(sent, None, "blank {name}"),
            Value::Text(text) | Value::Number(text) => assert_eq!(sent, Some(text.as_str())),
            other => {
                let sent: serde_json::Value = serde_json::from_str(sent.unwrap()).unwrap();
                assert_eq!(sent, told(other));
            }
        }
        expected += usize::from(sent.is_some());
    }
    assert_eq!(received.texts.len(), expected, "nothing else is sent");
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn order_never_changes_the_signature(
        pairs in prop::collection::btree_map("[ -~]{1,6}", text(), 0..12).prop_map(|map| map.into_iter().collect::<Vec<_>>())
            .prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle())),
    ) {
        let sign = |pairs: &[(String, String)]| {
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            Signer::new(SECRET).sign("/a/b", &pairs)
        };
        prop_assert_eq!(sign(&pairs.0), sign(&pairs.1));
    }

    #[test]
    fn a_gateway_finds_what_was_given_and_a_valid_signature(
        values in prop::collection::btree_map(name(), value(), 0..8),
    ) {
        for method in [Method::Get, Method::Post] {
            let request = prepared(method, args_of(&values));
            prop_assert_eq!(&request, &prepared(method, args_of(&values)), "equal requests have equal bytes");
            check(&Received::of(&request), &values);
        }
    }

    #[test]
    fn files_travel_beside_and_stay_out_of_the_signature(
        values in prop::collection::btree_map(name(), value(), 0..6),
        file_name in text(),
        content_type in text(),
        content in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            Just(b"\r\n--lazcore-part-00000000\r\n--lazcore-part-00000001--\r\n".to_vec()),
        ],
    ) {
        let file = File { name: "image".to_owned(), file_name, content_type, content: content.clone() };
        let request = prepared(Method::Post, args_of(&values).file(file));
        let received = Received::of(&request);
        check(&received, &values);
        prop_assert_eq!(received.files.len(), 1);
        prop_assert_eq!(&received.files[0].0, "image");
        prop_assert_eq!(&received.files[0].2, &content);
    }
}

#[test]
fn a_payload_of_200_kilobytes_arrives_whole() {
    let long = "Áo thun \"中文\" & cà phê + 100%\r\n".repeat(6000);
    assert!(long.len() > 200_000);
    let nested = Value::Object(vec![("name".to_owned(), Value::Text(long.clone()))]);
    let values = BTreeMap::from([
        ("payload".to_owned(), nested),
        ("text".to_owned(), Value::Text(long)),
    ]);
    for method in [Method::Get, Method::Post] {
        check(&Received::of(&prepared(method, args_of(&values))), &values);
    }
}
