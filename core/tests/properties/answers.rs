//! Answers of any content.

use lazcore::protocol::schema::Api;
use lazcore::protocol::{HttpResponse, ReadLimits, Row, read};
use lazcore::{Reply, Result, api};
use proptest::prelude::*;

use crate::cases;
use crate::json::json;

fn answered(api: Option<&'static Api>, status: u16, body: &[u8]) -> Result<Reply> {
    let answer = HttpResponse {
        status,
        headers: Vec::new(),
        body: body.to_vec(),
    };
    read(api, &answer, ReadLimits::default())
}

/// Reads everything that can be read of an answer.
fn exhaust(reply: &Reply) {
    for row in reply.rows() {
        if let Row::Good(record) = row {
            let names: Vec<String> = record.names().map(|name| name.into_owned()).collect();
            for name in names.iter().map(String::as_str).chain(["never"]) {
                let _ = (
                    record.text(name),
                    record.id(name),
                    record.integer(name),
                    record.money(name),
                );
                let _ = (
                    record
                        .time(name)
                        .map(|time| time.map(|time| time.to_rfc3339())),
                    record.flag(name),
                );
                let _ = (
                    record.texts(name),
                    record.record(name),
                    record.records(name),
                    record.value(name),
                );
            }
            let _ = (record.to_json(), format!("{record:?}"));
        }
    }
    let _ = (
        reply.failed_rows(),
        reply.to_json(),
        reply.value_json(),
        format!("{reply:?}"),
    );
    let _ = (
        reply.pointer("/0/a~1b"),
        reply.pointer("x"),
        reply.pointer("//"),
        reply.record(),
    );
}

/// A page of the kind that GetOrders answers, whose known fields hold anything.
fn page() -> impl Strategy<Value = String> {
    let known: Vec<&'static str> = api::find("GetOrders")
        .ok()
        .map(|api| lazcore_fields(api))
        .unwrap_or_default();
    let token = prop_oneof![
        3 => json(),
        1 => prop::sample::select(vec!["\"2026-03-01 16:00:00 +0800\"", "1772352000123", "\"1772352000\"", "12.50", "\"1,000.00\"", "\"True\"", "1", "\"0\"", "\"null\"", "\" \"", "[]", "[1,\"2\",null]", "{}", "-9223372036854775808", "\"+5\"", "1e5"]).prop_map(str::to_owned),
    ];
    let member = (prop::sample::select(known), token).prop_map(|(name, value)| (name, value));
    let row =
        prop::collection::btree_map(prop::sample::select(vec!["extra", "more"]), json(), 0..2)
            .prop_flat_map(move |extra| {
                prop::collection::vec(member.clone(), 0..10).prop_map(move |known| {
                    let mut members: std::collections::BTreeMap<&str, String> =
                        known.into_iter().collect();
                    members.extend(extra.clone());
                    let members: Vec<String> = members
                        .iter()
                        .map(|(name, value)| format!("\"{name}\":{value}"))
                        .collect();
                    format!("{{{}}}", members.join(","))
                })
            });
    prop::collection::vec(prop_oneof![9 => row, 1 => json()], 0..5).prop_map(|rows| {
        format!(
            "{{\"code\":\"0\",\"data\":{{\"count\":\"1\",\"orders\":[{}]}}}}",
            rows.join(",")
        )
    })
}

fn lazcore_fields(api: &'static Api) -> Vec<&'static str> {
    let mut fields = api.reply;
    for step in ["data", "orders"] {
        fields = fields
            .iter()
            .find(|field| field.name == step)
            .map_or(&[], |field| field.fields);
    }
    fields.iter().map(|field| field.name).collect()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_byte_string_makes_reading_panic(
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..80),
            json().prop_map(String::into_bytes),
            page().prop_map(String::into_bytes),
            json().prop_map(|value| format!("{{\"code\":\"0\",\"data\":{value},\"result\":{value}}}").into_bytes()),
            json().prop_map(|value| format!("{{\"code\":\"0\",\"result\":{{\"success\":true,\"data\":{value}}}}}").into_bytes()),
            json().prop_map(|value| format!("{{\"code\":\"0\",\"result\":{{\"data\":{{\"pack_order_list\":[{{\"order_id\":1,\"order_item_list\":{value}}}],\"packages\":[{value}]}}}}}}").into_bytes()),
            json().prop_map(|value| format!("{{\"code\":{value},\"message\":{value},\"detail\":{value},\"request_id\":{value}}}").into_bytes()),
        ],
        status in prop::sample::select(vec![200_u16, 302, 400, 429, 502, 0, 65535]),
    ) {
        for api in api::APIS.iter().map(|api| Some(*api)).chain([None]) {
            match answered(api, status, &body) {
                Ok(reply) => exhaust(&reply),
                Err(error) => drop(format!("{error} {error:?}")),
            }
        }
    }

    #[test]
    fn normalized_answers_are_json_and_stay_as_they_are(body in page()) {
        let api = api::find("GetOrders").unwrap();
        let reply = answered(Some(api), 200, body.as_bytes()).unwrap();
        let once = reply.to_json();
        prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&once).is_ok(), "{}", once);
        let again = answered(Some(api), 200, once.as_bytes()).unwrap();
        prop_assert_eq!(again.to_json(), once);
        prop_assert_eq!(again.row_count(), reply.row_count(), "no row is lost");
    }

    #[test]
    fn records_keep_the_text_of_every_field(body in page()) {
        let api = api::find("GetOrders").unwrap();
        let reply = answered(Some(api), 200, body.as_bytes()).unwrap();
        let listed: Vec<&str> = reply.pointer("/orders").unwrap().items().map(|row| row.as_str()).collect();
        let rows: Vec<Row> = reply.rows().collect();
        prop_assert_eq!(rows.len(), listed.len());
        for (row, text) in rows.iter().zip(listed) {
            match row {
                Row::Bad(bad) => prop_assert_eq!(&bad.json, text),
                Row::Good(record) => {
                    prop_assert_eq!(record.as_json(), text);
                    let fields: std::collections::HashMap<String, &serde_json::value::RawValue> = serde_json::from_str(text).unwrap();
                    for (name, value) in fields {
                        prop_assert_eq!(record.json(&name).unwrap(), value.get());
                    }
                }
            }
        }
    }
}
