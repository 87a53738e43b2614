//! What calls and jobs hand over: answers, events, texts.

use std::cell::OnceCell;
use std::ffi::{CString, c_char};

use lazcore::jobs::Event;
use lazcore::protocol::{Document, Evidence, HttpRequest, Raw};
use lazcore::{Reply, Value};

use crate::boundary::{Fault, Output, c_text, free, guard, guard_value, pointer, text};
use crate::error::laz_error_t;
use crate::place::Kept;

/// An answer, an event of a job, a prepared request or a text. One thread at a time. Texts and bodies
/// belong to the value and are valid until laz_value_free.
///
/// The accessors take a JSON pointer (RFC 6901) below the payload, such as "/orders/0/order_id"; "" is the
/// payload itself. They return LAZ_STATUS_OK; LAZ_STATUS_ABSENT when nothing stands there, which includes
/// null and blank texts, or LAZ_STATUS_DECODE when it is something else than asked for. The output is then
/// NULL or 0.
pub struct laz_value_t {
    content: Content,
    document: OnceCell<Document>,
    pub(crate) kept: Kept,
    json: OnceCell<CString>,
    body: OnceCell<Box<[u8]>>,
    evidence_json: OnceCell<Option<CString>>,
    request_id: OnceCell<Option<CString>>,
    failed_rows_json: OnceCell<Option<CString>>,
}

enum Content {
    Reply(Box<Reply>),
    Event(Box<Event>),
    /// The head is JSON.
    Request {
        head: String,
        body: Vec<u8>,
    },
    Text(String),
    /// JSON already.
    Json(String),
    /// A part of another value, as it came.
    Part(Document),
}

impl laz_value_t {
    pub(crate) fn reply(reply: Reply) -> Self {
        Self::new(Content::Reply(Box::new(reply)))
    }

    pub(crate) fn event(event: Event) -> Self {
        Self::new(Content::Event(Box::new(event)))
    }

    pub(crate) fn request(http: HttpRequest) -> Self {
        Self::new(Content::Request {
            head: http.head_json(),
            body: http.body,
        })
    }

    pub(crate) fn text(text: String) -> Self {
        Self::new(Content::Text(text))
    }

    pub(crate) fn json(json: String) -> Self {
        Self::new(Content::Json(json))
    }

    pub(crate) fn part(raw: Raw<'_>) -> Self {
        Self::new(Content::Part(Document::of(raw)))
    }

    fn new(content: Content) -> Self {
        Self {
            content,
            document: OnceCell::new(),
            kept: Kept::default(),
            json: OnceCell::new(),
            body: OnceCell::new(),
            evidence_json: OnceCell::new(),
            request_id: OnceCell::new(),
            failed_rows_json: OnceCell::new(),
        }
    }

    fn make_json(&self) -> String {
        match &self.content {
            Content::Reply(reply) => reply.value_json(),
            Content::Event(event) => event.to_json(),
            Content::Request { head, .. } => head.clone(),
            Content::Text(text) => Value::Text(text.clone()).to_json(),
            Content::Json(json) => json.clone(),
            Content::Part(part) => part.root().as_str().to_owned(),
        }
    }

    fn json_text(&self) -> &CString {
        self.json.get_or_init(|| c_text(self.make_json()))
    }

    /// What pointers point into: an answer's payload as it came, everything else as its JSON.
    pub(crate) fn document(&self) -> Result<&Document, Fault> {
        if let Content::Part(part) = &self.content {
            return Ok(part);
        }
        if let Some(document) = self.document.get() {
            return Ok(document);
        }
        let document = match &self.content {
            Content::Reply(reply) => Document::of(reply.value()),
            _ => Document::parse(self.make_json())?,
        };
        Ok(self.document.get_or_init(|| document))
    }

    /// The body with a NUL behind it.
    fn body(&self) -> &[u8] {
        self.body.get_or_init(|| {
            let mut bytes = match &self.content {
                Content::Reply(reply) => reply.body().as_bytes().to_owned(),
                Content::Request { body, .. } => body.clone(),
                Content::Text(text) => text.clone().into_bytes(),
                Content::Event(_) | Content::Json(_) | Content::Part(_) => {
                    self.json_text().as_bytes().to_owned()
                }
            };
            bytes.push(0);
            bytes.into_boxed_slice()
        })
    }

    fn evidence(&self) -> Option<&Evidence> {
        match &self.content {
            Content::Reply(reply) => Some(reply.evidence()),
            Content::Event(event) => match &**event {
                Event::Row(row) => Some(&row.evidence),
                Event::BadRow(row) => Some(&row.evidence),
                _ => None,
            },
            Content::Request { .. } | Content::Text(_) | Content::Json(_) | Content::Part(_) => {
                None
            }
        }
    }

    fn failed_rows_json(&self) -> Option<String> {
        match &self.content {
            Content::Reply(reply) => Some(reply.failed_rows_json()),
            _ => None,
        }
    }
}

/// # Safety
/// `value` is NULL or a living handle.
unsafe fn borrow(
    value: *const laz_value_t,
    choose: impl FnOnce(&laz_value_t) -> Option<&CString>,
) -> *const c_char {
    // SAFETY: the caller vouches for what is not NULL.
    let value = unsafe { value.as_ref() };
    guard_value(std::ptr::null(), || pointer(value.and_then(choose)))
}

/// Reads a JSON text, such as one that laz_value_failed_rows_json told, for the accessors. LAZ_STATUS_INPUT when it is
/// none. Free the value with laz_value_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_parse(
    json: *const c_char,
    value_out: *mut *mut laz_value_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, a text that ends with a NUL and places to write to.
        let (out, json) = unsafe {
            let out = Output::handle("value_out", value_out)?;
            (out, text("json", json)?)
        };
        out.hand_over(laz_value_t::new(Content::Part(Document::parse(json)?)))
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// The payload or event as normalized JSON: ids and amounts as text, times as RFC 3339 with the offset
/// received, real booleans, absent fields absent, unknown fields as they came. NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_json(value: *const laz_value_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    unsafe { borrow(value, |value| Some(value.json_text())) }
}

/// The bytes of an answer as they came, or of a prepared request as they are to be sent. A NUL that does
/// not count follows them. *length_out, which may be NULL, becomes their number. NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_body(
    value: *const laz_value_t,
    length_out: *mut usize,
) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle, and for NULL or a place to write to.
    let (value, length_out) = unsafe { (value.as_ref(), length_out.as_mut()) };
    let mut length = 0;
    let body = guard_value(std::ptr::null(), || {
        let Some(value) = value else {
            return std::ptr::null();
        };
        let body = value.body();
        length = body.len() - 1;
        body.as_ptr().cast()
    });
    if let Some(out) = length_out {
        *out = length;
    }
    body
}

/// What to quote when something has to be proved later: API, request id, trace id, account, UTC time,
/// attempts and HTTP status, as a JSON object. NULL for values that no single call brought.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_evidence_json(value: *const laz_value_t) -> *const c_char {
    let choose = |value: &laz_value_t| value.evidence().map(|evidence| c_text(evidence.to_json()));
    // SAFETY: the header asks for NULL or a living handle.
    unsafe {
        borrow(value, |value| {
            value.evidence_json.get_or_init(|| choose(value)).as_ref()
        })
    }
}

/// The gateway's id of the call, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_request_id(value: *const laz_value_t) -> *const c_char {
    let choose = |value: &laz_value_t| value.evidence()?.request_id.as_deref().map(c_text);
    // SAFETY: the header asks for NULL or a living handle.
    unsafe {
        borrow(value, |value| {
            value.request_id.get_or_init(|| choose(value)).as_ref()
        })
    }
}

/// The rows of a batch that failed although the call succeeded, as a JSON list of objects with "code",
/// "message", "retry" and "row"; "[]" when none did. NULL for values that are no answers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_failed_rows_json(value: *const laz_value_t) -> *const c_char {
    let choose = |value: &laz_value_t| value.failed_rows_json().map(c_text);
    // SAFETY: the header asks for NULL or a living handle.
    unsafe {
        borrow(value, |value| {
            value
                .failed_rows_json
                .get_or_init(|| choose(value))
                .as_ref()
        })
    }
}

/// Frees a value with its texts. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_free(value: *mut laz_value_t) {
    // SAFETY: the header asks for NULL or a living handle that nobody uses any more.
    unsafe { free(value) }
}
