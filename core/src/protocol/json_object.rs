//! Writes one JSON object, member by member.

use super::json::write_text;

/// An object under construction; `finish` closes it.
pub(crate) struct JsonObject(String);

impl JsonObject {
    pub(crate) fn new() -> Self {
        Self(String::from("{"))
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        write_text(&mut self.0, name);
        self.0.push(':');
    }

    pub(crate) fn text(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        write_text(&mut self.0, value);
        self
    }

    /// Absent stays absent.
    pub(crate) fn optional(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn number(mut self, name: &str, value: impl Into<u128>) -> Self {
        self.name(name);
        self.0.push_str(&value.into().to_string());
        self
    }

    pub(crate) fn flag(mut self, name: &str, value: bool) -> Self {
        self.name(name);
        self.0.push_str(if value { "true" } else { "false" });
        self
    }

    /// A value that is JSON already.
    pub(crate) fn json(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        self.0.push_str(value);
        self
    }

    /// The same, absent when there is none.
    pub(crate) fn json_optional(self, name: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.json(name, &value),
            None => self,
        }
    }

    /// A list of values that are JSON already.
    pub(crate) fn list(mut self, name: &str, values: impl Iterator<Item = String>) -> Self {
        self.name(name);
        self.0.push('[');
        for (index, value) in values.enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            self.0.push_str(&value);
        }
        self.0.push(']');
        self
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
