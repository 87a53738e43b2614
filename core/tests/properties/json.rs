//! The scanner against serde_json.

use std::collections::HashMap;

use lazcore::protocol::{HttpResponse, ReadLimits, read};
use lazcore::{ErrorKind, Reply, Result};
use proptest::prelude::*;
use serde_json::value::RawValue;

use crate::cases;

pub(crate) fn answered(body: &[u8]) -> Result<Reply> {
    let answer = HttpResponse {
        status: 200,
        headers: Vec::new(),
        body: body.to_vec(),
    };
    read(None, &answer, ReadLimits::default())
}

/// Whether the scanner took the text for JSON, whatever it says.
fn scanned(body: &[u8]) -> bool {
    match answered(body) {
        Ok(_) => true,
        Err(error) => {
            let not_json = ["is not the expected JSON", "is not UTF-8"];
            error.kind() != ErrorKind::Decode
                || !not_json.iter().any(|text| error.message().contains(text))
        }
    }
}

/// serde_json passes values over as the scanner does: lone surrogates and repeated names are grammar too.
fn accepted_by_serde(body: &[u8]) -> bool {
    let whole = serde_json::from_slice::<&RawValue>(body);
    whole.is_ok_and(|raw| raw.get().trim_start().starts_with('{'))
}

pub(crate) fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?",
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        "\"(\\\\u[0-9a-fA-F]{4}|\\\\[\"\\\\/bfnrt]|[ !#-\\[\\]-~é中😀]){0,8}\"",
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let space = "[ \t\r\n]{0,2}";
        let item =
            (space, inner, space).prop_map(|(before, value, after)| before + &value + &after);
        let name = prop_oneof!["\"[a-e]\"", "\"(\\\\u00[0-9]{2}|[ !#-\\[\\]-~é]){0,4}\""];
        let member = (name, item.clone()).prop_map(|(name, value)| format!(" {name} :{value}"));
        prop_oneof![
            prop::collection::vec(item, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..6)
                .prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

fn body_of(value: &str) -> Vec<u8> {
    format!("{{\"code\":\"0\",\"x\":{value}}}").into_bytes()
}

fn agree(body: &[u8]) -> std::result::Result<(), TestCaseError> {
    let shown = String::from_utf8_lossy(body).into_owned();
    prop_assert_eq!(scanned(body), accepted_by_serde(body), "{}", shown);
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn json_is_accepted_and_its_slices_are_those_of_serde(value in json()) {
        let body = body_of(&value);
        prop_assert!(accepted_by_serde(&body), "the generator makes JSON: {value}");
        let reply = answered(&body).unwrap();
        prop_assert_eq!(reply.pointer("/x").unwrap().as_str(), value.trim());
        same_members(value.trim(), reply.pointer("/x").unwrap())?;
    }

    #[test]
    fn mutated_json_is_accepted_when_serde_accepts_it(
        value in json(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",:\\0123456789.eE+-tfnul \n\x00\x1f".to_vec())]), 1..4),
    ) {
        let mut body = body_of(&value);
        for (index, how, byte) in changes {
            let at = index.index(body.len());
            match how {
                0 => body[at] = byte,
                1 => body.insert(at, byte),
                _ => drop(body.remove(at)),
            }
            if body.is_empty() { break; }
        }
        agree(&body)?;
    }

    #[test]
    fn marks_in_any_order_are_judged_as_serde_does(text in "[\\[\\]{}\",:0-9eE+.\\\\ unltrfasd-]{0,30}") {
        agree(text.as_bytes())?;
        agree(&body_of(&text))?;
    }

    #[test]
    fn any_bytes_are_judged_as_serde_does(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        agree(&bytes)?;
        let mut body = b"{\"code\":\"".to_vec();
        body.extend(&bytes);
        body.extend(b"\"}");
        agree(&body)?;
    }

    #[test]
    fn texts_of_every_length_end_where_serde_ends_them(text in "[a-z\u{80}-\u{2ff}]{0,40}", tail in prop::sample::select(vec!["\"", "\\\"\"", "\\u0022\"", "\u{1f}\"", "\n\"", ""])) {
        agree(&body_of(&format!("\"{text}{tail}")))?;
    }
}

/// The members of an object, one by one, are the slices that serde_json cuts out.
fn same_members(
    text: &str,
    raw: lazcore::protocol::Raw<'_>,
) -> std::result::Result<(), TestCaseError> {
    if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) {
        let expected: Vec<&str> = items.iter().map(|item| item.get()).collect();
        let got: Vec<&str> = raw.items().map(|item| item.as_str()).collect();
        prop_assert_eq!(got, expected);
    }
    // Names with a lone surrogate are no texts for serde_json.
    if let Ok(members) = serde_json::from_str::<HashMap<String, &RawValue>>(text) {
        // A name that stands there both plain and escaped is found under its plain spelling.
        let twice = raw.members().count() != members.len();
        if twice && text.contains('\\') {
            return Ok(());
        }
        for (name, value) in &members {
            prop_assert_eq!(
                raw.get(name).map(|raw| raw.as_str()),
                Some(value.get()),
                "{}",
                name
            );
            same_members(value.get(), raw.get(name).unwrap())?;
        }
        let names: std::collections::HashSet<_> =
            raw.members().map(|(name, _)| name.into_owned()).collect();
        prop_assert_eq!(names.len(), members.len());
    }
    Ok(())
}

#[test]
fn nesting_is_counted_and_never_exhausts_the_stack() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for (depth, accepted) in [(127, true), (128, false), (1_000_000, false)] {
            let value = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert_eq!(scanned(&body_of(&value)), accepted, "{depth} of {open}");
        }
    }
}

#[test]
fn the_deepest_answer_that_can_be_allowed_is_normalized() {
    use lazcore::api;
    let list = format!("{}{}", "[".repeat(990), "]".repeat(990));
    let body = format!(
        "{{\"code\":\"0\",\"data\":{{\"orders\":[{{\"order_id\":1,\"address_billing\":{list}}}]}}}}"
    );
    let answer = HttpResponse {
        status: 200,
        headers: Vec::new(),
        body: body.into_bytes(),
    };
    let api = api::find("GetOrders").unwrap();
    let reply = read(Some(api), &answer, ReadLimits { depth: usize::MAX }).unwrap();
    assert!(reply.to_json().contains(&list));
}
