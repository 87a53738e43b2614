//! A small JSON writer that keeps the order of members and the exact text of numbers.
//!
//! Money must reach the client as it is written here (`12.50`, not `12.5`), so no floating point
//! number is ever involved.

use std::fmt::{Display, Write as _};

/// Appends JSON to a text. The caller closes what it opens.
#[derive(Default)]
pub(crate) struct Json {
    text: String,
    needs_comma: bool,
}

impl Json {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            needs_comma: false,
        }
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    pub(crate) fn open_object(&mut self) {
        self.value_starts();
        self.text.push('{');
        self.needs_comma = false;
    }

    pub(crate) fn close_object(&mut self) {
        self.text.push('}');
        self.needs_comma = true;
    }

    pub(crate) fn open_array(&mut self) {
        self.value_starts();
        self.text.push('[');
        self.needs_comma = false;
    }

    pub(crate) fn close_array(&mut self) {
        self.text.push(']');
        self.needs_comma = true;
    }

    /// A name of ours, which needs no escapes: most of the text of a page is names.
    pub(crate) fn key(&mut self, name: &'static str) {
        self.value_starts();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
        self.needs_comma = false;
    }

    /// A name that came from outside.
    pub(crate) fn foreign_key(&mut self, name: &str) {
        self.value_starts();
        quote(&mut self.text, name);
        self.text.push(':');
        self.needs_comma = false;
    }

    pub(crate) fn text(&mut self, value: &str) {
        self.value_starts();
        quote(&mut self.text, value);
        self.needs_comma = true;
    }

    /// A value whose JSON text is already made.
    pub(crate) fn raw(&mut self, json: &str) {
        self.value_starts();
        self.text.push_str(json);
        self.needs_comma = true;
    }

    pub(crate) fn number(&mut self, value: impl Display) {
        self.value_starts();
        let _infallible = write!(self.text, "{value}");
        self.needs_comma = true;
    }

    pub(crate) fn text_member(&mut self, name: &'static str, value: &str) {
        self.key(name);
        self.text(value);
    }

    pub(crate) fn raw_member(&mut self, name: &'static str, json: &str) {
        self.key(name);
        self.raw(json);
    }

    pub(crate) fn number_member(&mut self, name: &'static str, value: impl Display) {
        self.key(name);
        self.number(value);
    }

    pub(crate) fn flag_member(&mut self, name: &'static str, value: bool) {
        self.key(name);
        self.raw(if value { "true" } else { "false" });
    }

    fn value_starts(&mut self) {
        if self.needs_comma {
            self.text.push(',');
        }
    }
}

fn quote(out: &mut String, value: &str) {
    out.push('"');
    let mut plain_from = 0;
    for (place, byte) in value.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&value[plain_from..place]);
        plain_from = place + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            other => {
                let _infallible = write!(out, "\\u{other:04x}");
            }
        }
    }
    out.push_str(&value[plain_from..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_number_text() {
        let mut json = Json::default();
        json.open_object();
        json.raw_member("fee", "12.50");
        json.key("list");
        json.open_array();
        json.number(9_200_000_000_000_001_u64);
        json.text("a");
        json.open_object();
        json.close_object();
        json.close_array();
        json.flag_member("ok", true);
        json.close_object();
        assert_eq!(
            json.finish(),
            r#"{"fee":12.50,"list":[9200000000000001,"a",{}],"ok":true}"#
        );
    }

    #[test]
    fn escapes_what_json_forbids_and_nothing_else() {
        let text = "a\"b\\c\n\u{1}é中/\u{7f}";
        let mut json = Json::default();
        json.text(text);
        let written = json.finish();
        let read: String = serde_json::from_str(&written).unwrap();
        assert_eq!(read, text);
        assert!(written.contains("é中/"));
    }
}
