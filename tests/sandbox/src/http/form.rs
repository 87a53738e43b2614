//! Parameters as they arrive: in the query, in an urlencoded body, in the text parts of a multipart
//! body. The gateway reads all three alike.

use super::Request;

/// Every text parameter of a request, decoded, in the order of arrival.
#[derive(Clone, Debug)]
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Parameters of the query and of the body. A body of another type carries none.
    pub(crate) fn of(request: &Request) -> Self {
        let mut pairs = decode_pairs(request.query.as_bytes());
        let content_type = request.header("content-type").unwrap_or("");
        let media_type = content_type.split(';').next().unwrap_or("").trim();
        if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            pairs.extend(decode_pairs(&request.body));
        } else if media_type.eq_ignore_ascii_case("multipart/form-data")
            && let Some(boundary) = attribute(content_type, "boundary")
        {
            pairs.extend(text_parts(&request.body, &boundary));
        }
        Self { pairs }
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The value of a parameter; an empty value counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|pair| pair.0 == name)
            .map(|pair| pair.1.as_str())
            .filter(|value| !value.is_empty())
    }
}

fn decode_pairs(text: &[u8]) -> Vec<(String, String)> {
    text.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = match at {
                Some(place) => (&pair[..place], &pair[place + 1..]),
                None => (pair, &pair[pair.len()..]),
            };
            (decode_component(name), decode_component(value))
        })
        .collect()
}

/// Undoes percent and plus encoding. A percent sign without two hex digits stands for itself.
fn decode_component(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut place = 0;
    while place < text.len() {
        let pair = text.get(place + 1).zip(text.get(place + 2));
        let decoded = pair.and_then(|(high, low)| Some(hex(*high)? * 16 + hex(*low)?));
        match (text[place], decoded) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                place += 2;
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
        place += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

fn text_parts(body: &[u8], boundary: &str) -> Vec<(String, String)> {
    let delimiter = format!("--{boundary}");
    let mut pairs = Vec::new();
    let mut rest = body;
    while let Some(start) = find(rest, delimiter.as_bytes()) {
        rest = &rest[start + delimiter.len()..];
        let end = find(rest, delimiter.as_bytes()).unwrap_or(rest.len());
        if let Some(pair) = text_part(&rest[..end]) {
            pairs.push(pair);
        }
    }
    pairs
}

/// One part between two delimiters. Files have a file name and stay out of the signature.
fn text_part(part: &[u8]) -> Option<(String, String)> {
    let part = part.strip_prefix(b"\r\n")?;
    let part = part.strip_suffix(b"\r\n").unwrap_or(part);
    let (head, value) = match part.strip_prefix(b"\r\n") {
        Some(value) => (&part[..0], value),
        None => {
            let blank = find(part, b"\r\n\r\n")?;
            (&part[..blank], &part[blank + 4..])
        }
    };
    let head = String::from_utf8_lossy(head);
    let disposition = head.lines().find(|line| {
        line.to_ascii_lowercase()
            .starts_with("content-disposition:")
    })?;
    if attribute(disposition, "filename").is_some() || attribute(disposition, "filename*").is_some()
    {
        return None;
    }
    let name = attribute(disposition, "name")?;
    Some((name, String::from_utf8_lossy(value).into_owned()))
}

/// `name="x"` or `name=x` among the attributes of a header field.
fn attribute(field: &str, wanted: &str) -> Option<String> {
    field.split(';').skip(1).find_map(|piece| {
        let (name, value) = piece.trim().split_once('=')?;
        name.eq_ignore_ascii_case(wanted)
            .then(|| value.trim_matches('"').to_owned())
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_percent_and_broken_escapes() {
        for (sent, meant) in [
            ("a+b", "a b"),
            ("a%20b", "a b"),
            ("2026%2B08%3A00", "2026+08:00"),
            ("100%25", "100%"),
            ("100%", "100%"),
            ("%zz", "%zz"),
            ("%E4%B8%AD", "中"),
            ("", ""),
        ] {
            assert_eq!(decode_component(sent.as_bytes()), meant, "{sent}");
        }
    }

    #[test]
    fn pairs_keep_order_empties_and_repeats() {
        let pairs = decode_pairs(b"b=1&a=&c&b=2&&x=1=2");
        let expected = [("b", "1"), ("a", ""), ("c", ""), ("b", "2"), ("x", "1=2")];
        assert_eq!(pairs.len(), expected.len());
        for (pair, (name, value)) in pairs.iter().zip(expected) {
            assert_eq!((pair.0.as_str(), pair.1.as_str()), (name, value));
        }
    }

    #[test]
    fn multipart_text_is_read_and_files_are_left_out() {
        let body =
            b"--B\r\nContent-Disposition: form-data; name=\"packReq\"\r\n\r\n{\"a\":\r\n1}\r\n\
            --B\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x.png\"\r\n\
            Content-Type: image/png\r\n\r\n\x89PNG\r\n--B\r\n\
            content-disposition: form-data; name=empty\r\n\r\n\r\n--B--\r\n";
        assert_eq!(
            text_parts(body, "B"),
            [
                ("packReq".to_owned(), "{\"a\":\r\n1}".to_owned()),
                ("empty".to_owned(), String::new())
            ]
        );
    }
}
