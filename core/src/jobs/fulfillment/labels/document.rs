//! What PrintAWB brought: the document itself, fetched where it is only linked, and looked at.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::pdf;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::Context;
use crate::protocol::{Record, Reply};

/// A whole document, with the ending that its file's name gets.
pub(super) struct Document {
    pub(super) content: Vec<u8>,
    pub(super) ending: &'static str,
    /// The number of pages, when it is known.
    pub(super) pages: Option<usize>,
}

/// Why there is no document.
pub(super) enum Trouble {
    /// The label may not be ready yet.
    Empty(Error),
    /// The link has ended, or what came is not whole: a new answer has another link.
    Fetch(Error),
    /// The call itself, or the caller's will: asking again now is of no use.
    Call(Error),
}

impl Trouble {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Empty(error) | Self::Fetch(error) | Self::Call(error) => error,
        }
    }
}

/// The document of an answer. A link is fetched at once, since it lives ten minutes.
pub(super) fn of(context: &Context, reply: &Reply) -> std::result::Result<Document, Trouble> {
    let place = place_of(reply).map_err(Trouble::Fetch)?;
    match place {
        Place::Link(url) => {
            let content = context.client.download(&url, &context.cancel);
            let content = content.map_err(|error| match error.kind() {
                ErrorKind::Canceled => Trouble::Call(error),
                _ => Trouble::Fetch(error),
            })?;
            if content.is_empty() {
                return Err(Trouble::Empty(empty("pdf_url")));
            }
            if !content.starts_with(b"%PDF") {
                let problem = "expected a PDF behind the link";
                return Err(Trouble::Fetch(Error::decode("pdf_url", problem)));
            }
            judge(content, "pdf_url")
        }
        Place::Inside(content) if content.is_empty() => Err(Trouble::Empty(empty("file"))),
        Place::Inside(content) => judge(content, "file"),
    }
}

enum Place {
    Link(String),
    Inside(Vec<u8>),
}

fn place_of(reply: &Reply) -> Result<Place> {
    let label = reply
        .record()
        .ok_or_else(|| Error::decode("result.data", "expected an object"))?;
    let link = label.text("pdf_url")?;
    if let Some(link) = link.filter(|link| !link.trim().is_empty()) {
        return Ok(Place::Link(link));
    }
    let content = inside(&label)?;
    // For a PDF the platform wraps the link in a page that shows what is behind it: that page is no label.
    Ok(match framed_link(&content) {
        Some(link) => Place::Link(link),
        None => Place::Inside(content),
    })
}

fn inside(label: &Record) -> Result<Vec<u8>> {
    let mut file = label.text("file")?.unwrap_or_default();
    file.retain(|character| !character.is_ascii_whitespace());
    STANDARD
        .decode(file)
        .map_err(|_| Error::decode("file", "expected base64"))
}

/// The address that a page of nothing but a frame shows.
fn framed_link(content: &[u8]) -> Option<String> {
    let page = std::str::from_utf8(content).ok()?.trim();
    let frame = page.strip_prefix("<iframe")?;
    let (_, after) = frame.split_once("src=")?;
    let quote = after
        .chars()
        .next()
        .filter(|sign| matches!(sign, '"' | '\''))?;
    let link = after[1..].split(quote).next()?;
    link.starts_with("http").then(|| link.replace("&amp;", "&"))
}

/// Whether the content is what it says, from beginning to end.
fn judge(content: Vec<u8>, field: &str) -> std::result::Result<Document, Trouble> {
    let broken = |problem: &str| Err(Trouble::Fetch(Error::decode(field, problem)));
    if content.starts_with(b"%PDF") {
        if !pdf::is_whole(&content) {
            return broken("expected a whole PDF, got one without its end");
        }
        let pages = pdf::pages(&content);
        return Ok(Document {
            content,
            ending: "pdf",
            pages,
        });
    }
    if !is_whole_html(&content) {
        return broken("expected a PDF or a whole HTML page");
    }
    Ok(Document {
        content,
        ending: "html",
        pages: None,
    })
}

/// Markup that is closed where it was opened.
fn is_whole_html(content: &[u8]) -> bool {
    let Ok(page) = std::str::from_utf8(content) else {
        return false;
    };
    let page = page
        .trim_start_matches('\u{feff}')
        .trim()
        .to_ascii_lowercase();
    let closed = !page.contains("<html") || page.contains("</html>");
    page.starts_with('<') && page.ends_with('>') && closed
}

fn empty(field: &str) -> Error {
    Error::decode(field, "is empty: the label may not be ready yet").worth_a_retry()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_not_taken_for_the_label() {
        let frame = b" <iframe width=\"1\" src=\"https://a.example/l.pdf?a=1&amp;b=2\"></iframe>";
        let link = framed_link(frame).unwrap();
        assert_eq!(link, "https://a.example/l.pdf?a=1&b=2");
        for other in [
            &b"<html><iframe src=\"https://a.example/\"></iframe></html>"[..],
            b"<iframe src=https://a.example/></iframe>",
            b"<iframe src=\"javascript:1\"></iframe>",
            b"<iframe>",
            b"%PDF-1.4",
        ] {
            assert_eq!(framed_link(other), None);
        }
    }

    #[test]
    fn html_is_whole_when_it_is_closed() {
        assert!(is_whole_html(b"<!DOCTYPE html><HTML><p>x</p></HTML>\n"));
        assert!(is_whole_html("\u{feff}<div>é</div>".as_bytes()));
        for broken in [
            &b"<html><p>x</p>"[..],
            b"<div>x</di",
            b"plain words",
            b"\xff\xfe<div></div>",
            b"",
        ] {
            assert!(!is_whole_html(broken));
        }
    }
}
