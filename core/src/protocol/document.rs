//! One JSON text that is read place by place, for languages that have nothing but pointers.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::json::{self, Member};
use super::{Raw, Token};
use crate::error::{Error, Result};

/// A JSON text that remembers where the objects and lists on the way to a place stand, so that reading
/// a hundred rows field by field does not scan the page a thousand times.
pub struct Document {
    text: Box<str>,
    /// By JSON pointer.
    containers: RefCell<HashMap<String, Rc<Container>>>,
}

/// Where the parts of an object or a list stand.
struct Container {
    place: Range<usize>,
    parts: Parts,
}

enum Parts {
    /// Counted from the object's first byte.
    Members(Vec<Member>),
    Items(Vec<Range<usize>>),
}

impl Document {
    /// Takes over a JSON text.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when it is not one.
    pub fn parse(text: impl Into<Box<str>>) -> Result<Self> {
        let text = text.into();
        let value = json::parse(&text, json::DEFAULT_DEPTH)
            .map_err(|problem| Error::input("json", format_args!("expected JSON, {problem}")))?;
        Ok(Self::of(value))
    }

    /// A copy of a value of an answer.
    pub fn of(value: Raw<'_>) -> Self {
        Self {
            text: value.as_str().into(),
            containers: RefCell::default(),
        }
    }

    /// The whole value.
    pub fn root(&self) -> Raw<'_> {
        Raw::checked(&self.text)
    }

    /// The value at a JSON pointer, as [`Raw::pointer`] finds it.
    pub fn pointer(&self, pointer: &str) -> Option<Raw<'_>> {
        let mut place = 0..self.text.len();
        if pointer.is_empty() {
            return Some(self.root());
        }
        let mut end = 0;
        for step in pointer.strip_prefix('/')?.split('/') {
            let container = self.container(&pointer[..end], place)?;
            place = container.find(&self.text, step)?;
            end += 1 + step.len();
        }
        Some(Raw::checked(&self.text[place]))
    }

    /// The name of the object's `index`-th member at a JSON pointer, in the order received.
    pub fn member_name(&self, pointer: &str, index: usize) -> Option<Cow<'_, str>> {
        let place = within(&self.text)(self.pointer(pointer)?.as_str());
        let container = self.container(pointer, place)?;
        match &container.parts {
            Parts::Members(members) => {
                let own = &self.text[container.place.clone()];
                Some(json::unescape(members.get(index)?.name.of(own)))
            }
            Parts::Items(_) => None,
        }
    }

    fn container(&self, pointer: &str, place: Range<usize>) -> Option<Rc<Container>> {
        if let Some(known) = self.containers.borrow().get(pointer) {
            return Some(Rc::clone(known));
        }
        let container = Rc::new(Container::scan(&self.text, place)?);
        let mut containers = self.containers.borrow_mut();
        containers.insert(pointer.to_owned(), Rc::clone(&container));
        Some(container)
    }
}

impl Container {
    fn scan(text: &str, place: Range<usize>) -> Option<Self> {
        let own = &text[place.clone()];
        let parts = match Raw::checked(own).token() {
            Token::Object => Parts::Members(json::members_of(own)),
            Token::List => {
                Parts::Items(json::items_of(own).into_iter().map(within(text)).collect())
            }
            _ => return None,
        };
        Some(Self { place, parts })
    }

    fn find(&self, text: &str, step: &str) -> Option<Range<usize>> {
        match &self.parts {
            Parts::Items(items) => items.get(step.parse::<usize>().ok()?).cloned(),
            Parts::Members(members) => {
                // Hardly any name has a character that is escaped in a pointer.
                let name = match step.contains('~') {
                    true => Cow::Owned(step.replace("~1", "/").replace("~0", "~")),
                    false => Cow::Borrowed(step),
                };
                json::find(&text[self.place.clone()], members, &name).map(within(text))
            }
        }
    }
}

/// The place of a part of `text`.
fn within(text: &str) -> impl Fn(&str) -> Range<usize> {
    let origin = text.as_ptr() as usize;
    move |part| {
        let start = part.as_ptr() as usize - origin;
        start..start + part.len()
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} bytes)", self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_pointer_finds_first_and_again() {
        let text = r#" {"a":[{"b":1},{"b":12345678901234567.89,"c/d":{"~":"x"}}],"a~b":[],"n":null,"\u0065":5} "#;
        let document = Document::parse(text).unwrap();
        let pointers = [
            "",
            "/a",
            "/a/0/b",
            "/a/1/b",
            "/a/1/c~1d/~0",
            "/a~0b",
            "/a~0b/0",
            "/n",
            "/n/x",
            "/e",
            "/a/2",
            "/a/x",
            "/q",
            "a",
            "/a/1/b/0",
            "/",
        ];
        for pointer in pointers.iter().chain(&pointers) {
            let expected = Raw::checked(text.trim()).pointer(pointer);
            assert_eq!(document.pointer(pointer), expected, "{pointer}");
        }
        assert_eq!(
            document.pointer("/a/1/b").map(Raw::as_str),
            Some("12345678901234567.89")
        );
    }

    #[test]
    fn names_the_members_of_objects_in_the_order_received() {
        let document = Document::parse(r#" {"b":1,"a":{"\u0065":[],"":null}} "#).unwrap();
        let name = |pointer, index| document.member_name(pointer, index);
        assert_eq!(name("", 0).as_deref(), Some("b"));
        assert_eq!(name("", 1).as_deref(), Some("a"));
        assert_eq!(name("/a", 0).as_deref(), Some("e"));
        assert_eq!(name("/a", 1).as_deref(), Some(""));
        assert_eq!(document.pointer("/a/e").map(Raw::as_str), Some("[]"));
        for (pointer, index) in [("", 2), ("/a", 2), ("/b", 0), ("/a/e", 0), ("/x", 0)] {
            assert_eq!(name(pointer, index), None, "{pointer} {index}");
        }
    }

    #[test]
    fn refuses_what_is_not_json() {
        assert!(Document::parse("{").is_err());
        assert!(Document::parse("").is_err());
    }
}
