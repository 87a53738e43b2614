//! The signature of a JSON text against that of the values in it.

use lazcore::protocol::{Params, sign, sign_json};
use lazcore::{Args, Result};
use proptest::prelude::*;

use crate::cases;
use crate::json::json;

/// By the reader that knows every text.
fn by_values(params_json: &str) -> Result<String> {
    sign(
        "secret",
        "/a/b",
        &Params::from_args(Args::from_json(params_json)?)?,
    )
}

/// Mostly what hosts write, and now and then anything.
fn member() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        8 => "[a-z_]{1,16}",
        3 => "[a-c]",
        1 => "[ -~]{0,3}",
        1 => prop::sample::select(vec!["sign", "", "\\u0061", "é"]).prop_map(str::to_owned),
    ];
    let value = prop_oneof![
        4 => "\"[ !#-\\[\\]-~é中😀]{0,40}\"",
        3 => "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?",
        1 => prop::sample::select(vec!["true", "false", "null", "\"\"", "\" \"", "\"\u{3000}\""]).prop_map(str::to_owned),
        1 => "[-0-9.eE+]{1,5}",
        1 => json(),
    ];
    let space = "[ \t\r\n]{0,1}";
    (space, name, space, value, space).prop_map(|(before, name, between, value, after)| {
        format!("{before}\"{name}\"{between}:{between}{value}{after}")
    })
}

fn object() -> impl Strategy<Value = String> {
    let members = prop_oneof![
        9 => prop::collection::vec(member(), 0..8),
        1 => prop::collection::vec(member(), 28..40),
    ];
    members.prop_map(|members| format!("{{{}}}", members.join(",")))
}

/// A text with one character taken out or put in.
fn hurt() -> impl Strategy<Value = String> {
    let mark = prop::sample::select(vec![
        "", "\"", "\\", "{", "}", "[", ",", ":", " ", "0", "-", ".", "e", "\u{a0}", "\n", "é",
    ]);
    (object(), any::<prop::sample::Index>(), any::<bool>(), mark).prop_map(
        |(text, place, takes, mark)| {
            let mut characters: Vec<char> = text.chars().collect();
            let place = place.index(characters.len());
            characters.splice(place..place + usize::from(takes), mark.chars());
            characters.into_iter().collect()
        },
    )
}

fn agree(params_json: &str) -> std::result::Result<(), TestCaseError> {
    match (
        sign_json("secret", "/a/b", params_json),
        by_values(params_json),
    ) {
        (Ok(one), Ok(other)) => prop_assert_eq!(one, other),
        (Err(one), Err(other)) => {
            prop_assert_eq!(one.field(), other.field());
            prop_assert_eq!(one.to_string(), other.to_string());
        }
        (one, other) => prop_assert!(false, "{one:?} {other:?}"),
    }
    Ok(())
}

#[test]
fn of_names_given_twice_the_last_counts() {
    for text in [
        r#"{"a":1,"b":2,"a":3}"#,
        r#"{"a":"1","a":""}"#,
        r#"{"a":"","a":"1"}"#,
        r#"{"a":"1","a":null}"#,
    ] {
        assert_eq!(
            sign_json("secret", "/a/b", text).unwrap(),
            by_values(text).unwrap(),
            "{text}"
        );
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_json_text_is_signed_as_its_values_are(text in object()) {
        agree(&text)?;
    }

    #[test]
    fn a_hurt_json_text_is_refused_as_its_values_are(text in hurt()) {
        agree(&text)?;
    }
}
