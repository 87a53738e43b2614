//! The grammar: passes values and says where they stand.
//!
//! The crate is built for size, and every answer passes through here: what stands in a loop asks to be inlined.

use std::fmt;
use std::ops::Range;

use super::Span;

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

pub(super) type Scan<T> = Result<T, Problem>;

pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// The open containers, `b'{'` or `b'['`.
    open: Vec<u8>,
    depth: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, depth: usize) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            depth,
        }
    }

    pub(super) fn problem(&self, what: &'static str) -> Problem {
        Problem { what, at: self.at }
    }

    #[inline(always)]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    pub(super) fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    pub(super) fn end(&mut self) -> Scan<()> {
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.problem("something follows the value")),
        }
    }

    #[inline]
    fn enter(&mut self, container: u8) -> Scan<()> {
        if self.open.len() >= self.depth {
            return Err(self.problem("nested deeper than the limit"));
        }
        self.open.push(container);
        self.at += 1;
        Ok(())
    }

    /// An object whose members `visit` takes one by one: it gets the name and must pass the value.
    pub(super) fn object(
        &mut self,
        mut visit: impl FnMut(&mut Self, Span) -> Scan<()>,
    ) -> Scan<()> {
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
    pub(super) fn list(&mut self, mut visit: impl FnMut(&mut Self) -> Scan<()>) -> Scan<()> {
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

    #[inline]
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

    #[inline]
    fn leave(&mut self) {
        self.at += 1;
        self.open.pop();
    }

    /// A member's name and its colon.
    #[inline]
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
    pub(super) fn value(&mut self) -> Scan<Range<usize>> {
        self.space();
        let start = self.at;
        let outside = self.open.len();
        loop {
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
            self.space();
        }
    }

    /// Enters an object up to its first value; false when it is empty and already passed.
    #[inline]
    fn open_object(&mut self) -> Scan<bool> {
        self.enter(b'{')?;
        self.space();
        if self.peek() == Some(b'}') {
            self.leave();
            return Ok(false);
        }
        self.name().map(|_| true)
    }

    #[inline]
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
    #[inline]
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

    #[inline]
    fn literal(&mut self, word: &'static str) -> Scan<bool> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.problem("expected a value"));
        }
        self.at += word.len();
        Ok(false)
    }

    #[inline]
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

    #[inline]
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
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        loop {
            at += plain_run(bytes.get(at..).unwrap_or_default());
            let stop = bytes.get(at).copied();
            self.at = at;
            match stop {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.escape()?;
                    at = self.at;
                }
                Some(_) => return Err(self.problem("control character in a text")),
                None => return Err(self.problem("text without end")),
            }
        }
    }

    #[inline]
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
#[inline(always)]
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let mut rest = bytes;
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        // Bit 7 of a byte becomes set where the byte is the mark, or below a space; exact up to and including the
        // first such byte. Bytes that have the bit by themselves are none of them.
        let quote = (word ^ (ONES * 0x22)).wrapping_sub(ONES);
        let backslash = (word ^ (ONES * 0x5c)).wrapping_sub(ONES);
        let control = word.wrapping_sub(ONES * 0x20);
        let stops = (quote | backslash | control) & !word & HIGH;
        if stops != 0 {
            return bytes.len() - rest.len() + (stops.trailing_zeros() / 8) as usize;
        }
        rest = tail;
    }
    let stop = rest
        .iter()
        .position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'));
    stop.map_or(bytes.len(), |stop| bytes.len() - rest.len() + stop)
}

/// Whether a backslash stands anywhere in the inside of a string.
pub(crate) fn has_escape(inside: &[u8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let (chunks, rest) = inside.as_chunks::<8>();
    let in_chunk = |chunk: &[u8; 8]| {
        let word = u64::from_le_bytes(*chunk);
        (word ^ (ONES * 0x5c)).wrapping_sub(ONES) & !word & HIGH != 0
    };
    chunks.iter().any(in_chunk) || rest.contains(&b'\\')
}
