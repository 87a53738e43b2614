//! Reading a request: bounded head, body by length or in chunks.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Longest request line and header fields together. Long payloads must travel by POST.
const MAX_HEAD: usize = 64 * 1024;
/// Longest body. The largest real uploads are images of a few megabytes.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// One request as it arrived.
pub(crate) struct Request {
    pub(crate) method: String,
    /// What stands before the question mark, not decoded.
    pub(crate) path: String,
    /// What stands behind the question mark, not decoded.
    pub(crate) query: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) keep_alive: bool,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|header| header.0 == name)
            .map(|header| header.1.as_str())
    }
}

/// Why no request came out of the connection.
pub(crate) enum Refusal {
    /// The other side is gone, or has said nothing more.
    Closed,
    /// The bytes are no request; answer with this status and close.
    Bad(u16, &'static str),
}

impl From<io::Error> for Refusal {
    fn from(_: io::Error) -> Self {
        Self::Closed
    }
}

/// A connection and the bytes read ahead on it.
pub(crate) struct Incoming {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Incoming {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
        }
    }

    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// Waits for the next request.
    pub(crate) fn next(&mut self) -> Result<Request, Refusal> {
        let head_end = self.read_until(b"\r\n\r\n", MAX_HEAD)?;
        let head = self.take(head_end + 4);
        let mut request = parse_head(&head[..head_end])?;
        let chunked = is_chunked(&request)?;
        let length = content_length(&request)?;
        if chunked && length.is_some() {
            return Err(Refusal::Bad(400, "length and chunks together"));
        }
        let expects = request
            .header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
        if expects && length.unwrap_or(0) <= MAX_BODY {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        request.body = if chunked {
            self.read_chunks()?
        } else {
            self.read_exactly(length.unwrap_or(0))?
        };
        Ok(request)
    }

    /// Reads what the client still sends after a refusal, within limits. A socket that is closed with
    /// unread bytes resets the connection, and the client may never see why.
    pub(crate) fn drain(&mut self) {
        let _already_shut = self.stream.shutdown(Shutdown::Write);
        let patience = Some(Duration::from_millis(500));
        if self.stream.set_read_timeout(patience).is_err() {
            return;
        }
        let mut piece = [0_u8; 16 * 1024];
        for _ in 0..256 {
            if !matches!(self.stream.read(&mut piece), Ok(1..)) {
                return;
            }
        }
    }

    fn read_exactly(&mut self, length: usize) -> Result<Vec<u8>, Refusal> {
        if length > MAX_BODY {
            return Err(Refusal::Bad(413, "body too long"));
        }
        while self.buffer.len() < length {
            self.fill()?;
        }
        Ok(self.take(length))
    }

    fn read_chunks(&mut self) -> Result<Vec<u8>, Refusal> {
        let mut body = Vec::new();
        loop {
            let line = self.read_line()?;
            let digits = line.split(';').next().unwrap_or("").trim();
            let size = usize::from_str_radix(digits, 16)
                .map_err(|_| Refusal::Bad(400, "chunk size is not a number"))?;
            if body.len().saturating_add(size) > MAX_BODY {
                return Err(Refusal::Bad(413, "body too long"));
            }
            if size == 0 {
                while !self.read_line()?.is_empty() {}
                return Ok(body);
            }
            body.extend_from_slice(&self.read_exactly(size)?);
            if !self.read_line()?.is_empty() {
                return Err(Refusal::Bad(400, "chunk longer than its size"));
            }
        }
    }

    fn read_line(&mut self) -> Result<String, Refusal> {
        let end = self.read_until(b"\r\n", MAX_HEAD)?;
        let line = self.take(end + 2);
        Ok(String::from_utf8_lossy(&line[..end]).into_owned())
    }

    /// Reads on until `mark` has arrived; its place in the buffer.
    fn read_until(&mut self, mark: &[u8], limit: usize) -> Result<usize, Refusal> {
        let mut searched = 0_usize;
        loop {
            let from = searched.saturating_sub(mark.len());
            let found = self.buffer[from..]
                .windows(mark.len())
                .position(|window| window == mark);
            let read = found.map_or(self.buffer.len(), |place| from + place);
            if read > limit {
                return Err(Refusal::Bad(431, "request head too long"));
            }
            if found.is_some() {
                return Ok(read);
            }
            searched = self.buffer.len();
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<(), Refusal> {
        let mut piece = [0_u8; 16 * 1024];
        match self.stream.read(&mut piece)? {
            0 => Err(Refusal::Closed),
            count => {
                self.buffer.extend_from_slice(&piece[..count]);
                Ok(())
            }
        }
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(count);
        std::mem::replace(&mut self.buffer, rest)
    }
}

fn parse_head(head: &[u8]) -> Result<Request, Refusal> {
    let text =
        std::str::from_utf8(head).map_err(|_| Refusal::Bad(400, "request head is not UTF-8"))?;
    let mut lines = text.split("\r\n");
    let mut words = lines.next().unwrap_or("").split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Refusal::Bad(400, "request line has not three words"));
    };
    if version != "HTTP/1.1" && version != "HTTP/1.0" {
        return Err(Refusal::Bad(505, "only HTTP/1.1 and HTTP/1.0"));
    }
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) = line
            .split_once(':')
            .ok_or(Refusal::Bad(400, "header field without a colon"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let (path, query) = split_target(target);
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
        keep_alive: false,
    };
    request.keep_alive = match request.header("connection") {
        Some(value) if value.eq_ignore_ascii_case("close") => false,
        Some(value) if value.eq_ignore_ascii_case("keep-alive") => true,
        _ => version == "HTTP/1.1",
    };
    Ok(request)
}

/// Clients behind a proxy send the whole address instead of the path.
fn split_target(target: &str) -> (&str, &str) {
    let local = match target.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |place| &rest[place..]),
        None => target,
    };
    local.split_once('?').unwrap_or((local, ""))
}

fn is_chunked(request: &Request) -> Result<bool, Refusal> {
    match request.header("transfer-encoding") {
        None => Ok(false),
        Some(value) if value.eq_ignore_ascii_case("chunked") => Ok(true),
        Some(_) => Err(Refusal::Bad(501, "transfer encoding not supported")),
    }
}

fn content_length(request: &Request) -> Result<Option<usize>, Refusal> {
    request
        .header("content-length")
        .map(|value| {
            value
                .parse()
                .map_err(|_| Refusal::Bad(400, "content length is not a number"))
        })
        .transpose()
}
