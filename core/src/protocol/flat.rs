//! JSON objects of nothing but plain values, read without a copy: what a signature needs of most requests.
//!
//! The general reader ([`Args::from_json`](super::Args::from_json)) is the one that decides what is right and what is
//! wrong with a text. This one knows the texts that hold nothing to decide, and leaves all others to it.

use super::json::plain_run;
use super::params::check_name;
use super::value::is_plain_number;

/// An object with more members than this is left to the general reader.
const MOST: usize = 24;

/// Where the pairs are laid down.
pub(crate) struct Room<'a>([(&'a str, &'a str); MOST]);

impl Default for Room<'_> {
    fn default() -> Self {
        Self([("", ""); MOST])
    }
}

/// Names and wire texts of an object's members, in their order; names may repeat. `None` when the general reader has to
/// look: at escapes, lists and objects, numbers in another form than digits, and at everything that is wrong.
pub(crate) fn pairs<'r, 'a>(
    text: &'a str,
    room: &'r mut Room<'a>,
) -> Option<&'r [(&'a str, &'a str)]> {
    let count = Reader { text, at: 0 }.object(&mut room.0)?;
    Some(&room.0[..count])
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn object(mut self, pairs: &mut [(&'a str, &'a str)]) -> Option<usize> {
        let mut count = 0;
        self.space();
        self.pass(b'{')?;
        self.space();
        if self.peek() != Some(b'}') {
            loop {
                let name = self.string()?;
                self.space();
                self.pass(b':')?;
                self.space();
                // A member that is null is left out, whatever its name.
                if let Some(value) = self.value()? {
                    check_name(name).ok()?;
                    *pairs.get_mut(count)? = (name, value);
                    count += 1;
                }
                self.space();
                if self.peek() != Some(b',') {
                    break;
                }
                self.at += 1;
                self.space();
            }
        }
        self.pass(b'}')?;
        self.space();
        self.peek().is_none().then_some(count)
    }

    /// The wire text of a value; `Some(None)` is null.
    fn value(&mut self) -> Option<Option<&'a str>> {
        match self.peek()? {
            b'"' => self.string().map(Some),
            b'-' | b'0'..=b'9' => self.number().map(Some),
            b't' => self.word("true").map(Some),
            b'f' => self.word("false").map(Some),
            b'n' => self.word("null").map(|_| None),
            _ => None,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn pass(&mut self, mark: u8) -> Option<()> {
        (self.peek() == Some(mark)).then(|| self.at += 1)
    }

    /// A text without escapes.
    fn string(&mut self) -> Option<&'a str> {
        self.pass(b'"')?;
        let start = self.at;
        self.at += plain_run(self.text.as_bytes().get(start..)?);
        let text = self.text.get(start..self.at);
        self.pass(b'"')?;
        text
    }

    /// Digits with an optional minus and fraction, to the letter.
    fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        while let Some(b'-' | b'.' | b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        let number = self.text.get(start..self.at)?;
        is_json_number(number).then_some(number)
    }

    fn word(&mut self, word: &'static str) -> Option<&'static str> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            word
        })
    }
}

/// Of texts of digits, dots and minuses: whether JSON knows them as a number.
fn is_json_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    is_plain_number(text) && !matches!(digits, [b'0', b'0'..=b'9', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(&str, &str)>> {
        let mut room = Room::default();
        pairs(text, &mut room).map(<[_]>::to_vec)
    }

    #[test]
    fn reads_plain_objects_to_the_letter() {
        let text = " {\"a\" : \"x y/é\", \"b\":12.50 ,\"c\":-0,\n\"d\":true,\"e\":false,\"f g\":null,\"h\":\"\",\t\"i\":\"0012\"} ";
        let expected = [
            ("a", "x y/é"),
            ("b", "12.50"),
            ("c", "-0"),
            ("d", "true"),
            ("e", "false"),
            ("h", ""),
            ("i", "0012"),
        ];
        assert_eq!(read(text).unwrap(), expected);
        assert_eq!(read("{}").unwrap(), []);
        assert_eq!(read(" { } ").unwrap(), []);
        assert_eq!(read(r#"{"a":1,"A":2,"aa":3}"#).unwrap().len(), 3);
    }

    #[test]
    fn leaves_everything_else_to_the_general_reader() {
        let texts = [
            "",
            " ",
            "[]",
            "{",
            "{}x",
            "{\"a\":1,}",
            "{,}",
            "{\"a\" 1}",
            "{\"a\":}",
            "{\"a\":1 2}",
            "{\"a\":\"x}",
            "{\"a\":\"x\ny\"}",
            r#"{"a":"\/"}"#,
            r#"{"\u0061":"x"}"#,
            r#"{"a":[1]}"#,
            r#"{"a":{}}"#,
            r#"{"a b":1}"#,
            r#"{"sign":1}"#,
            r#"{"":1}"#,
            r#"{"a":1e5}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":--1}"#,
            r#"{"a":1-2}"#,
            r#"{"a":-}"#,
            r#"{"a":truer}"#,
            r#"{"a":nul}"#,
            r#"{'a':1}"#,
            "\u{feff}{}",
            "{}\u{a0}",
        ];
        for text in texts {
            assert_eq!(read(text), None, "{text}");
        }
        let members: Vec<String> = (0..=MOST).map(|name| format!("\"{name}\":1")).collect();
        let object = |count: usize| format!("{{{}}}", members[..count].join(","));
        assert_eq!(read(&object(MOST)).unwrap().len(), MOST);
        assert_eq!(read(&object(MOST + 1)), None);
    }
}
