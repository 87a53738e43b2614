//! A strict JSON scanner that finds where things stand and decodes nothing.
//!
//! The platform's numbers are ids and amounts whose text must survive, so values stay raw slices of the
//! answer until somebody reads them. One pass checks the grammar and notes the positions; nesting is
//! counted, not recursed into, so that no input can exhaust the stack.

mod scanner;
mod text;

use std::ops::Range;

use super::raw::Raw;
pub(crate) use scanner::has_escape;
use scanner::{Scan, Scanner};
pub(crate) use text::{unescape, write_text};

/// Nesting accepted unless the caller sets another limit.
pub(crate) const DEFAULT_DEPTH: usize = 128;

/// Checks a whole text and hands out its one value.
pub(crate) fn parse(text: &str, depth: usize) -> Scan<Raw<'_>> {
    let mut scanner = Scanner::new(text, depth);
    let span = scanner.value()?;
    scanner.end()?;
    Ok(Raw::checked(&text[span]))
}

/// Checks a whole text and says where the members of its one object stand; `None` when its value is not an object.
pub(crate) fn parse_object(text: &str, depth: usize) -> Scan<Option<Vec<Member>>> {
    let mut scanner = Scanner::new(text, depth);
    scanner.space();
    if scanner.peek() != Some(b'{') {
        scanner.value()?;
        return scanner.end().map(|()| None);
    }
    let mut members = Vec::new();
    scanner.object(|scanner, name| {
        let value = Span::new(scanner.value()?);
        members.push(Member { name, value });
        Ok(())
    })?;
    scanner.end()?;
    Ok(Some(members))
}

/// A place in the text of a row or an answer. Answers are limited to less than 4 GiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    #[inline]
    fn new(range: Range<usize>) -> Self {
        Self {
            start: range.start as u32,
            end: range.end as u32,
        }
    }

    #[inline]
    pub(crate) fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }

    /// Whether `name` stands there. Most names differ in their length already.
    #[inline]
    fn is(self, text: &str, name: &str) -> bool {
        let bytes = text.as_bytes();
        (self.end - self.start) as usize == name.len()
            && &bytes[self.start as usize..self.end as usize] == name.as_bytes()
    }

    /// The same place counted from `origin`.
    fn relative_to(self, origin: u32) -> Self {
        Self {
            start: self.start - origin,
            end: self.end - origin,
        }
    }
}

/// A member of an object: where its name (without quotes) and its value stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) name: Span,
    pub(crate) value: Span,
}

impl Member {
    fn relative_to(self, origin: u32) -> Self {
        Self {
            name: self.name.relative_to(origin),
            value: self.value.relative_to(origin),
        }
    }
}

/// The value of the member called `name`. Of members with one name the last counts, as in most parsers; one
/// that escapes its name counts only where none has it plain.
pub(crate) fn find<'a>(text: &'a str, members: &[Member], name: &str) -> Option<&'a str> {
    let exact = members
        .iter()
        .rev()
        .find(|member| member.name.is(text, name));
    // Escapes in names are legal and never seen; they must not hide a field.
    let member = exact.or_else(|| {
        members.iter().rev().find(|member| {
            let raw = member.name.of(text);
            has_escape(raw.as_bytes()) && unescape(raw) == name
        })
    });
    member.map(|member| member.value.of(text))
}

/// Where the rows of an answer stand, and the members of every object on the way to them: one pass.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    /// Members of the top level.
    pub(crate) top: Vec<Member>,
    /// The rows, when a list stands where rows are expected.
    pub(crate) rows: Option<Vec<RowSpan>>,
    members: Vec<Member>,
}

/// One element of the list of rows.
#[derive(Clone, Debug)]
pub(crate) struct RowSpan {
    span: Span,
    /// Which of the outline's members are the row's; `None` when the row is not an object.
    members: Option<Range<u32>>,
}

impl RowSpan {
    pub(crate) fn text<'a>(&self, body: &'a str) -> &'a str {
        self.span.of(body)
    }
}

impl Outline {
    /// Scans a whole answer whose rows are expected at `path`.
    pub(crate) fn scan(text: &str, path: &[&str], depth: usize) -> Scan<Self> {
        let mut outline = Self::default();
        let mut scanner = Scanner::new(text, depth);
        scanner.space();
        if scanner.peek() != Some(b'{') {
            return Err(scanner.problem("expected an object"));
        }
        let mut top = Vec::new();
        scanner.object(|scanner, name| {
            let value = outline.descend(scanner, name, path)?;
            top.push(Member { name, value });
            Ok(())
        })?;
        scanner.end()?;
        outline.top = top;
        Ok(outline)
    }

    fn descend(&mut self, scanner: &mut Scanner<'_>, name: Span, path: &[&str]) -> Scan<Span> {
        let (wanted, rest) = match path.split_first() {
            Some((first, rest)) if *first == name.of(scanner.text) => (true, rest),
            _ => (false, path),
        };
        scanner.space();
        let start = scanner.at;
        match (wanted, scanner.peek()) {
            (true, Some(b'[')) if rest.is_empty() => self.rows(scanner)?,
            (true, Some(b'{')) if !rest.is_empty() => {
                scanner.object(|scanner, name| self.descend(scanner, name, rest).map(drop))?;
            }
            _ => return scanner.value().map(Span::new),
        }
        Ok(Span::new(start..scanner.at))
    }

    fn rows(&mut self, scanner: &mut Scanner<'_>) -> Scan<()> {
        let mut rows = Vec::new();
        scanner.list(|scanner| {
            rows.push(self.row(scanner)?);
            Ok(())
        })?;
        self.rows = Some(rows);
        Ok(())
    }

    fn row(&mut self, scanner: &mut Scanner<'_>) -> Scan<RowSpan> {
        scanner.space();
        if scanner.peek() != Some(b'{') {
            let span = Span::new(scanner.value()?);
            return Ok(RowSpan {
                span,
                members: None,
            });
        }
        let start = scanner.at;
        let first = self.members.len() as u32;
        scanner.object(|scanner, name| {
            let value = Span::new(scanner.value()?);
            self.members.push(Member { name, value });
            Ok(())
        })?;
        let members = Some(first..self.members.len() as u32);
        Ok(RowSpan {
            span: Span::new(start..scanner.at),
            members,
        })
    }

    /// The value at a path of member names, `text` being the answer. The top level is not scanned again.
    pub(crate) fn at<'a>(&self, text: &'a str, path: &[&str]) -> Option<Raw<'a>> {
        match path.split_first() {
            Some((first, rest)) => Raw::checked(find(text, &self.top, first)?).at(rest),
            None => Some(Raw::checked(text.trim())),
        }
    }

    /// The members of a row, counted from the row's first byte.
    pub(crate) fn members_of(&self, row: &RowSpan) -> Option<Box<[Member]>> {
        let range = row.members.clone()?;
        let members = &self.members[range.start as usize..range.end as usize];
        Some(
            members
                .iter()
                .map(|member| member.relative_to(row.span.start))
                .collect(),
        )
    }
}

/// The members of an object that was checked before. Empty for anything else.
pub(crate) fn members_of(text: &str) -> Vec<Member> {
    let mut members = Vec::new();
    let mut scanner = Scanner::new(text, usize::MAX);
    if scanner.peek() == Some(b'{') {
        // The text was checked before, so the scan cannot fail half-way.
        let _ = scanner.object(|scanner, name| {
            let value = Span::new(scanner.value()?);
            members.push(Member { name, value });
            Ok(())
        });
    }
    members
}

/// The elements of a list that was checked before. Empty for anything else.
pub(crate) fn items_of(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let mut scanner = Scanner::new(text, usize::MAX);
    if scanner.peek() == Some(b'[') {
        let _ = scanner.list(|scanner| {
            items.push(&text[scanner.value()?]);
            Ok(())
        });
    }
    items
}
