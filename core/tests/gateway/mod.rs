//! The gateway's side of a request, written without the library's help: it reads the bytes as a server
//! would and computes the signature itself.
#![allow(dead_code)]

use hmac::{Hmac, KeyInit, Mac};
use lazcore::protocol::HttpRequest;
use lazcore::protocol::schema::Method;
use sha2::Sha256;

/// What a gateway understood of a request.
pub(crate) struct Received {
    /// The path below `/rest`.
    pub(crate) path: String,
    /// Text parameters, wherever they traveled, in order of arrival.
    pub(crate) texts: Vec<(String, String)>,
    /// File parts: name, file name, content.
    pub(crate) files: Vec<(String, String, Vec<u8>)>,
}

impl Received {
    /// Reads query, form body and multipart body.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let rest = request.url.split_once("/rest/").unwrap().1;
        let (path, query) = rest.split_once('?').unwrap();
        assert!(query.is_ascii(), "a query is ASCII");
        let mut received = Self {
            path: format!("/{path}"),
            texts: pairs(query.as_bytes()),
            files: Vec::new(),
        };
        match request.method {
            Method::Get => assert!(request.body.is_empty()),
            Method::Post => received.read_body(request),
        }
        received
    }

    fn read_body(&mut self, request: &HttpRequest) {
        let content_type = &request
            .headers
            .iter()
            .find(|(name, _)| name == "content-type")
            .unwrap()
            .1;
        match content_type.split_once("boundary=") {
            None => {
                assert!(content_type.starts_with("application/x-www-form-urlencoded"));
                self.texts.extend(pairs(&request.body));
            }
            Some((_, boundary)) => self.read_parts(&request.body, boundary),
        }
    }

    fn read_parts(&mut self, body: &[u8], boundary: &str) {
        let first = format!("--{boundary}\r\n").into_bytes();
        let between = format!("\r\n--{boundary}").into_bytes();
        let mut rest = body.strip_prefix(first.as_slice()).unwrap();
        loop {
            let end = find(rest, &between).expect("a part ends with the boundary");
            self.read_part(&rest[..end]);
            rest = &rest[end + between.len()..];
            match rest {
                b"--\r\n" => return,
                _ => rest = rest.strip_prefix(b"\r\n").unwrap(),
            }
        }
    }

    fn read_part(&mut self, part: &[u8]) {
        let end = find(part, b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&part[..end]).unwrap();
        let content = part[end + 4..].to_vec();
        let parameter = |name: &str| {
            let start = head.split_once(&format!("; {name}=\""))?.1;
            Some(start.split_once('"')?.0.to_owned())
        };
        let name = parameter("name").unwrap();
        match parameter("filename") {
            Some(file) => self.files.push((name, file, content)),
            None => self.texts.push((name, String::from_utf8(content).unwrap())),
        }
    }

    /// The value of the one parameter called `name`.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let mut found = self.texts.iter().filter(|(known, _)| known == name);
        let first = found.next();
        assert!(found.next().is_none(), "{name} is there twice");
        first.map(|(_, value)| value.as_str())
    }

    /// Whether the signature holds when empty values are signed, and when they are skipped.
    pub(crate) fn signature_holds(&self, app_secret: &str) -> (bool, bool) {
        let sent = self.text("sign").unwrap();
        let check = |with_empty: bool| {
            let mut pairs: Vec<_> = self
                .texts
                .iter()
                .filter(|(name, value)| name != "sign" && (with_empty || !value.is_empty()))
                .collect();
            pairs.sort();
            let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()).unwrap();
            mac.update(self.path.as_bytes());
            for (name, value) in pairs {
                mac.update(name.as_bytes());
                mac.update(value.as_bytes());
            }
            let digest: String = mac
                .finalize()
                .into_bytes()
                .iter()
                .map(|byte| format!("{byte:02X}"))
                .collect();
            digest == sent
        };
        (check(true), check(false))
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split(|byte| *byte == b'&')
        .map(|pair| {
            let equals = pair
                .iter()
                .position(|byte| *byte == b'=')
                .expect("name=value");
            (decoded(&pair[..equals]), decoded(&pair[equals + 1..]))
        })
        .collect()
}

/// As form decoders do it: `+` is a space.
fn decoded(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = std::str::from_utf8(&text[at + 1..at + 3]).unwrap();
                out.push(u8::from_str_radix(digits, 16).unwrap());
                at += 2;
            }
            byte => {
                assert!(byte.is_ascii_graphic(), "byte {byte} travels unencoded");
                out.push(byte);
            }
        }
        at += 1;
    }
    String::from_utf8(out).unwrap()
}
