//! Whether two JSON values are the same, and a hash that agrees with it.
//!
//! Members of objects may stand in any order. Texts are the same when they are so unescaped; numbers to the letter,
//! since `12.50` and `12.5` were not printed for the same amount by chance.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use super::{Raw, Token};

/// Whether two values are the same.
pub(crate) fn same(one: Raw<'_>, two: Raw<'_>) -> bool {
    if one.as_str() == two.as_str() {
        return true;
    }
    match (one.token(), two.token()) {
        (Token::Null, Token::Null) => true,
        (Token::Boolean(one), Token::Boolean(two)) => one == two,
        (Token::Number(one), Token::Number(two)) => one == two,
        (Token::Text(one), Token::Text(two)) => one == two,
        (Token::List, Token::List) => {
            let (mut one, mut two) = (one.items(), two.items());
            loop {
                match (one.next(), two.next()) {
                    (None, None) => return true,
                    (Some(one), Some(two)) if same(one, two) => {}
                    _ => return false,
                }
            }
        }
        (Token::Object, Token::Object) => {
            let (one, two) = (members(one), members(two));
            let pairs = one.iter().zip(&two);
            one.len() == two.len()
                && pairs
                    .into_iter()
                    .all(|((name, value), (other, its))| name == other && same(*value, *its))
        }
        _ => false,
    }
}

/// Feeds a value to a hasher: the same values alike.
pub(crate) fn hash(value: Raw<'_>, hasher: &mut impl Hasher) {
    match value.token() {
        Token::Null => 0_u8.hash(hasher),
        Token::Boolean(flag) => flag.hash(hasher),
        Token::Number(text) => text.hash(hasher),
        Token::Text(text) => text.hash(hasher),
        Token::List => {
            for item in value.items() {
                hash(item, hasher);
            }
            1_u8.hash(hasher);
        }
        Token::Object => {
            for (name, member) in members(value) {
                name.hash(hasher);
                hash(member, hasher);
            }
            2_u8.hash(hasher);
        }
    }
}

/// By name; of members with one name the last counts.
fn members(object: Raw<'_>) -> Vec<(Cow<'_, str>, Raw<'_>)> {
    let mut members: Vec<_> = object.members().collect();
    members.sort_by(|one, two| one.0.cmp(&two.0));
    members.reverse();
    members.dedup_by(|later, kept| later.0 == kept.0);
    members
}

#[cfg(test)]
mod tests {
    use std::hash::DefaultHasher;

    use super::*;

    fn hashed(text: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        hash(Raw::checked(text), &mut hasher);
        hasher.finish()
    }

    #[test]
    fn order_spaces_and_escapes_do_not_count() {
        for (one, two) in [
            (
                r#"{"a":1,"b":[true,null]}"#,
                r#"{ "b" : [true, null], "a" : 1 }"#,
            ),
            (r#"{"a":"\u0041"}"#, r#"{"a":"A"}"#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
            (r#"{"\u0061":1}"#, r#"{"a":1}"#),
        ] {
            assert!(same(Raw::checked(one), Raw::checked(two)), "{one} {two}");
            assert_eq!(hashed(one), hashed(two), "{one} {two}");
        }
    }

    #[test]
    fn everything_else_does() {
        for (one, two) in [
            (r#"{"a":12.50}"#, r#"{"a":12.5}"#),
            (r#"{"a":1}"#, r#"{"a":"1"}"#),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#),
            (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#),
            (r#"{"a":[1,2]}"#, r#"{"a":[1]}"#),
            (r#"{"a":2,"a":1}"#, r#"{"a":2}"#),
            ("true", "false"),
        ] {
            assert!(!same(Raw::checked(one), Raw::checked(two)), "{one} {two}");
        }
    }
}
