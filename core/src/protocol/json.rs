//! A strict JSON scanner that finds where things stand and decodes nothing.
//!
//! The platform's numbers are ids and amounts whose text must survive, so values stay raw slices of the
//! answer until somebody reads them. One pass checks the grammar and notes the positions; nesting is
//! counted, not recursed into, so that no input can exhaust the stack.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::raw::Raw;

/// Nesting accepted unless the caller sets another limit.
pub(crate) const DEFAULT_DEPTH: usize = 128;

/// Why a text is not JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    what: &'static str,
    at: usize,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

type Scan<T> = Result<T, Problem>;

/// Checks a whole text and hands out its one value.
pub(crate) fn parse(text: &str, depth: usize) -> Scan<Raw<'_>> {
    let mut scanner = Scanner::new(text, depth);
    let span = scanner.value()?;
    scanner.end()?;
    Ok(Raw::checked(&text[span]))
}

/// A place in the text of a row or an answer. Answers are limited to less than 4 GiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn new(range: Range<usize>) -> Self {
        Self {
            start: range.start as u32,
            end: range.end as u32,
        }
    }

    pub(crate) fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
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
        .find(|member| member.name.of(text) == name);
    // Escapes in names are legal and never seen; they must not hide a field.
    let member = exact.or_else(|| {
        members.iter().rev().find(|member| {
            let raw = member.name.of(text);
            raw.contains('\\') && unescape(raw) == name
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

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// The open containers, `b'{'` or `b'['`.
    open: Vec<u8>,
    depth: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, depth: usize) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            depth,
        }
    }

    fn problem(&self, what: &'static str) -> Problem {
        Problem { what, at: self.at }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn end(&mut self) -> Scan<()> {
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.problem("something follows the value")),
        }
    }

    fn enter(&mut self, container: u8) -> Scan<()> {
        if self.open.len() >= self.depth {
            return Err(self.problem("nested deeper than the limit"));
        }
        self.open.push(container);
        self.at += 1;
        Ok(())
    }

    /// An object whose members `visit` takes one by one: it gets the name and must pass the value.
    fn object(&mut self, mut visit: impl FnMut(&mut Self, Span) -> Scan<()>) -> Scan<()> {
        self.enter(b'{')?;
        self.space();
        if self.peek() != Some(b'}') {
            loop {
                let name = self.name()?;
                visit(self, name)?;
                if !self.another(b'}', "expected , or }")? {
                    break;
                }
            }
        }
        self.leave();
        Ok(())
    }

    /// A list whose elements `visit` passes one by one.
    fn list(&mut self, mut visit: impl FnMut(&mut Self) -> Scan<()>) -> Scan<()> {
        self.enter(b'[')?;
        self.space();
        if self.peek() != Some(b']') {
            loop {
                visit(self)?;
                if !self.another(b']', "expected , or ]")? {
                    break;
                }
            }
        }
        self.leave();
        Ok(())
    }

    fn another(&mut self, close: u8, expected: &'static str) -> Scan<bool> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == close => Ok(false),
            _ => Err(self.problem(expected)),
        }
    }

    fn leave(&mut self) {
        self.at += 1;
        self.open.pop();
    }

    /// A member's name and its colon.
    fn name(&mut self) -> Scan<Span> {
        self.space();
        if self.peek() != Some(b'"') {
            return Err(self.problem("expected a member name"));
        }
        let start = self.at + 1;
        self.string()?;
        let name = Span::new(start..self.at - 1);
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.problem("expected :"));
        }
        self.at += 1;
        Ok(name)
    }

    /// Passes one value of any kind and says where it stands.
    fn value(&mut self) -> Scan<Range<usize>> {
        self.space();
        let start = self.at;
        let outside = self.open.len();
        loop {
            self.space();
            let opened = match self.peek() {
                Some(b'{') => self.open_object()?,
                Some(b'[') => self.open_list()?,
                Some(b'"') => self.string().map(|()| false)?,
                Some(b'-' | b'0'..=b'9') => self.number().map(|()| false)?,
                Some(b't') => self.literal("true")?,
                Some(b'f') => self.literal("false")?,
                Some(b'n') => self.literal("null")?,
                _ => return Err(self.problem("expected a value")),
            };
            if !opened && self.close_finished(outside)? {
                return Ok(start..self.at);
            }
        }
    }

    /// Enters an object up to its first value; false when it is empty and already passed.
    fn open_object(&mut self) -> Scan<bool> {
        self.enter(b'{')?;
        self.space();
        if self.peek() == Some(b'}') {
            self.leave();
            return Ok(false);
        }
        self.name().map(|_| true)
    }

    fn open_list(&mut self) -> Scan<bool> {
        self.enter(b'[')?;
        self.space();
        if self.peek() == Some(b']') {
            self.leave();
            return Ok(false);
        }
        Ok(true)
    }

    /// After a value: closes what ends here. True when no container above `outside` is open any more,
    /// false when another value follows.
    fn close_finished(&mut self, outside: usize) -> Scan<bool> {
        while self.open.len() > outside {
            let in_object = self.open.last() == Some(&b'{');
            let more = match in_object {
                true => self.another(b'}', "expected , or }")?,
                false => self.another(b']', "expected , or ]")?,
            };
            if more {
                if in_object {
                    self.name()?;
                }
                return Ok(false);
            }
            self.leave();
        }
        Ok(true)
    }

    fn literal(&mut self, word: &'static str) -> Scan<bool> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.problem("expected a value"));
        }
        self.at += word.len();
        Ok(false)
    }

    fn number(&mut self) -> Scan<()> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Scan<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.problem("expected a digit"));
        }
        Ok(())
    }

    fn string(&mut self) -> Scan<()> {
        self.at += 1;
        loop {
            self.at += plain_run(&self.text.as_bytes()[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(self.problem("control character in a text")),
                None => return Err(self.problem("text without end")),
            }
        }
    }

    fn escape(&mut self) -> Scan<()> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let length = match rest.first() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if rest.len() > 4 && rest[1..5].iter().all(u8::is_ascii_hexdigit) => 6,
            _ => return Err(self.problem("unknown escape")),
        };
        self.at += length;
        Ok(())
    }
}

/// How many bytes from the start are neither quote, backslash nor control character, eight at a time:
/// answers are mostly text.
fn plain_run(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // Bit 7 of a byte is set where the byte is zero; exact up to and including the first such byte.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let stops = zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c)) | control;
        if stops != 0 {
            return at + (stops.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let stop = bytes[at..]
        .iter()
        .position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'));
    stop.map_or(bytes.len(), |stop| at + stop)
}

/// The text of a string's inside, escapes resolved. A lone surrogate, which no text can hold, becomes
/// U+FFFD.
pub(crate) fn unescape(inside: &str) -> Cow<'_, str> {
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = unescape_one(&rest[at + 1..], &mut out);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Resolves the escape whose backslash stands before `rest`; the text was checked before.
fn unescape_one<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let mut chars = rest.chars();
    match chars.next() {
        Some('b') => out.push('\u{8}'),
        Some('f') => out.push('\u{c}'),
        Some('n') => out.push('\n'),
        Some('r') => out.push('\r'),
        Some('t') => out.push('\t'),
        Some('u') => return unescape_unit(chars.as_str(), out),
        Some(other) => out.push(other),
        None => {}
    }
    chars.as_str()
}

fn unescape_unit<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let unit = |text: &str| {
        text.get(..4)
            .and_then(|hex| u16::from_str_radix(hex, 16).ok())
    };
    let Some(first) = unit(rest) else { return rest };
    let rest = &rest[4..];
    let low = rest
        .strip_prefix("\\u")
        .and_then(unit)
        .filter(|low| (0xdc00..0xe000).contains(low));
    let (units, rest) = match low {
        Some(low) if (0xd800..0xdc00).contains(&first) => (vec![first, low], &rest[6..]),
        _ => (vec![first], rest),
    };
    out.extend(char::decode_utf16(units).map(|decoded| decoded.unwrap_or('\u{fffd}')));
    rest
}

/// Appends `text` as a JSON string. Only what must be escaped is: the text is signed and sent as it is.
pub(crate) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if (control as u32) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", control as u32));
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
}
