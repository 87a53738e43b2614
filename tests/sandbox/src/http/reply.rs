//! Writing a reply.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::clock;

/// What will be written back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Fields besides `Date`, `Content-Length` and `Connection`.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(body: String) -> Self {
        Self::typed(200, "application/json;charset=UTF-8", body.into_bytes())
    }

    pub(crate) fn plain(status: u16, body: &str) -> Self {
        Self::typed(
            status,
            "text/plain;charset=UTF-8",
            body.as_bytes().to_owned(),
        )
    }

    pub(crate) fn typed(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), content_type.to_owned())],
            body,
        }
    }

    /// Writes the reply, or its head and the first `body_bytes` bytes of its body.
    pub(crate) fn write(
        &self,
        out: &mut impl Write,
        now: i64,
        keep_alive: bool,
        body_bytes: usize,
    ) -> io::Result<()> {
        let mut bytes = self
            .head(now, keep_alive, self.body.len() as u64)
            .into_bytes();
        let body = &self.body[..body_bytes.min(self.body.len())];
        // One segment for a small answer; a large body is not copied.
        if body.len() <= 16 * 1024 {
            bytes.extend_from_slice(body);
            out.write_all(&bytes)?;
        } else {
            out.write_all(&bytes)?;
            out.write_all(body)?;
        }
        out.flush()
    }

    /// Status line and header fields, blank line included.
    pub(crate) fn head(&self, now: i64, keep_alive: bool, length: u64) -> String {
        let mut head = format!(
            "HTTP/1.1 {} {}\r\nDate: {}\r\nServer: lazcore-sandbox\r\n",
            self.status,
            reason(self.status),
            clock::http_date(now)
        );
        for (name, value) in &self.headers {
            let _infallible = write!(head, "{name}: {value}\r\n");
        }
        if !self.has("content-length") && !self.has("transfer-encoding") {
            let _infallible = write!(head, "Content-Length: {length}\r\n");
        }
        if !self.has("connection") {
            let word = if keep_alive { "keep-alive" } else { "close" };
            let _infallible = write!(head, "Connection: {word}\r\n");
        }
        head.push_str("\r\n");
        head
    }

    /// Whether the reply announces the end of the connection, or a length that is not the body's.
    pub(crate) fn closes(&self) -> bool {
        self.headers.iter().any(|(name, value)| {
            let ends =
                name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close");
            let lies =
                name.eq_ignore_ascii_case("content-length") && value.parse() != Ok(self.body.len());
            ends || lies
        })
    }

    fn has(&self, name: &str) -> bool {
        self.headers
            .iter()
            .any(|header| header.0.eq_ignore_ascii_case(name))
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "Status",
    }
}
