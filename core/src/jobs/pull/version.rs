//! What a row of a page is to the walk: its id, its second, and which version of the order it shows.

use crate::protocol::{BadRow, Raw, Record, Row, Token};

/// Which version of an order a row shows.
///
/// An order may change twice within one second, so its `updated_at` alone does not tell versions apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// `updated_at` in epoch milliseconds, where readable.
    pub(crate) updated: Option<i64>,
    /// A hash over the row with sorted member names.
    pub(crate) digest: u64,
}

impl Version {
    /// Whether this is an older picture than `other`.
    pub(crate) fn is_older_than(&self, other: &Self) -> bool {
        matches!((self.updated, other.updated), (Some(this), Some(other)) if this < other)
    }
}

/// A row of a page, reduced to what the walk decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// An order: a hash of its id, the second of the sort column, and its version.
    Good {
        id: u64,
        second: i64,
        version: Version,
    },
    /// A row without id or sort key: a hash of its text.
    Bad(u64),
}

/// Reduces a row. One without a readable sort key counts as a bad row, since its place is not known.
pub(crate) fn line(row: &Row, key: &str) -> Line {
    match row {
        Row::Good(order) => {
            read(order, key).unwrap_or_else(|| Line::Bad(hash(order.as_json().as_bytes())))
        }
        Row::Bad(bad) => Line::Bad(hash(bad.json.as_bytes())),
    }
}

/// The row as its line has it.
pub(crate) fn row(row: Row, line: Line, position: usize, key: &str) -> Row {
    match (row, line) {
        (Row::Good(order), Line::Bad(_)) => Row::Bad(BadRow {
            position,
            json: order.as_json().to_owned(),
            reason: format!("has no readable {key}"),
        }),
        (row, _) => row,
    }
}

fn read(order: &Record, key: &str) -> Option<Line> {
    let time = |name: &str| order.time(name).ok().flatten()?.epoch_ms();
    let id = order.id("order_id").ok().flatten()?;
    Some(Line::Good {
        id: hash(id.as_bytes()),
        second: time(key)?.div_euclid(1000),
        version: Version {
            updated: time("updated_at"),
            digest: digest(order.as_json()),
        },
    })
}

/// A hash of a checked JSON text that does not depend on the order of members.
fn digest(json: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.value(Raw::checked(json));
    hash.0
}

pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut hash = Fnv::new();
    hash.bytes(bytes);
    hash.0
}

/// FNV-1a of 64 bits. The standard library's hasher may change from release to release, and these numbers are kept.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn value(&mut self, value: Raw<'_>) {
        match value.token() {
            Token::Object => {
                let mut members: Vec<_> = value.members().collect();
                members.sort_by(|one, other| one.0.cmp(&other.0));
                self.bytes(b"{");
                for (name, member) in members {
                    self.bytes(name.as_bytes());
                    self.bytes(b"\0");
                    self.value(member);
                }
                self.bytes(b"}");
            }
            Token::List => {
                self.bytes(b"[");
                for item in value.items() {
                    self.value(item);
                    self.bytes(b",");
                }
                self.bytes(b"]");
            }
            _ => {
                self.bytes(value.as_str().as_bytes());
                self.bytes(b",");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p10_the_order_of_members_makes_no_version_and_every_value_does() {
        let one = digest(r#"{"a":1,"b":{"x":[1,2],"y":"t"}}"#);
        assert_eq!(one, digest(r#"{"b":{"y":"t","x":[1,2]},"a":1}"#));
        for other in [
            r#"{"a":1,"b":{"x":[2,1],"y":"t"}}"#,
            r#"{"a":2,"b":{"x":[1,2],"y":"t"}}"#,
            r#"{"a":1,"b":{"x":[12],"y":"t"}}"#,
            r#"{"a":1,"b":{"x":[1,2]},"y":"t"}"#,
        ] {
            assert_ne!(one, digest(other), "{other}");
        }
    }

    #[test]
    fn p9_a_row_without_a_readable_time_is_a_bad_row() {
        let order = |text: &str| Row::Good(Record::from_raw(Raw::checked(text), &[]).unwrap());
        let good = order(r#"{"order_id":7,"created_at":"2026-03-01 16:00:01 +0800"}"#);
        let line_of_good = line(&good, "created_at");
        assert!(
            matches!(line_of_good, Line::Good { second, .. } if second == 1_772_352_001),
            "{line_of_good:?}"
        );
        assert!(matches!(
            row(good, line_of_good, 3, "created_at"),
            Row::Good(_)
        ));
        let bad = order(r#"{"order_id":7,"created_at":"soon"}"#);
        let line_of_bad = line(&bad, "created_at");
        assert!(matches!(line_of_bad, Line::Bad(_)));
        let bad = row(bad, line_of_bad, 3, "created_at");
        assert!(
            matches!(bad, Row::Bad(bad) if bad.position == 3 && bad.reason.contains("created_at"))
        );
    }
}
