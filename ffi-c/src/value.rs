//! What calls and jobs hand over: answers, events, texts.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ffi::{CString, c_char};

use lazcore::jobs::Event;
use lazcore::protocol::{Document, Evidence, HttpRequest, Raw, Token, flag};
use lazcore::{Reply, Time, Value};

use crate::boundary::{
    Fault, Output, c_text, free, guard_plain, guard_value, handle, pointer, text,
};
use crate::status::laz_status;

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
    /// By JSON pointer.
    texts: RefCell<HashMap<String, CString>>,
    raw_json: RefCell<HashMap<String, CString>>,
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

    fn new(content: Content) -> Self {
        Self {
            content,
            document: OnceCell::new(),
            texts: RefCell::default(),
            raw_json: RefCell::default(),
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
        }
    }

    fn json_text(&self) -> &CString {
        self.json.get_or_init(|| c_text(self.make_json()))
    }

    /// What pointers point into: an answer's payload as it came, everything else as its JSON.
    fn document(&self) -> Result<&Document, Fault> {
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
                Content::Event(_) | Content::Json(_) => self.json_text().as_bytes().to_owned(),
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
            Content::Request { .. } | Content::Text(_) | Content::Json(_) => None,
        }
    }

    fn failed_rows_json(&self) -> Option<String> {
        match &self.content {
            Content::Reply(reply) => Some(reply.failed_rows_json()),
            _ => None,
        }
    }

    /// Reads what stands at a place.
    fn read<T>(
        &self,
        pointer: &str,
        decode: impl FnOnce(Raw<'_>) -> Option<T>,
    ) -> Result<Reading<T>, Fault> {
        let Some(raw) = self
            .document()?
            .pointer(pointer)
            .filter(|raw| !raw.is_absent())
        else {
            return Ok(Reading::Absent);
        };
        Ok(decode(raw).map_or(Reading::Unreadable, Reading::Good))
    }
}

/// Keeps a text as long as the value lives. Reading a place again costs no more memory.
fn keep(texts: &RefCell<HashMap<String, CString>>, place: &str, text: CString) -> *const c_char {
    let mut texts = texts.borrow_mut();
    texts.entry(place.to_owned()).or_insert(text).as_ptr()
}

enum Reading<T> {
    Good(T),
    Absent,
    Unreadable,
}

impl<T> Reading<T> {
    fn deliver(self, fill: impl FnOnce(T)) -> laz_status {
        match self {
            Self::Good(found) => {
                fill(found);
                laz_status::Ok
            }
            Self::Absent => laz_status::Absent,
            Self::Unreadable => laz_status::Decode,
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

/// # Safety
/// `value` is NULL or a living handle, `place` NULL or ends with a NUL, `out` NULL or a place to write to.
unsafe fn read_at<T, O>(
    value: *const laz_value_t,
    place: *const c_char,
    (out, blank): (*mut O, O),
    decode: impl FnOnce(Raw<'_>) -> Option<T>,
    convert: impl FnOnce(&laz_value_t, &str, T) -> O,
) -> i32 {
    guard_plain(|| {
        // SAFETY: the caller vouches for what is not NULL.
        let (out, value, place) = unsafe {
            let out = Output::blank("out", out, blank)?;
            (out, handle("value", value)?, text("pointer", place)?)
        };
        let reading = value.read(place, decode)?;
        Ok(reading.deliver(|found| out.fill(convert(value, place, found))))
    })
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

/// The text, number or truth value at a place, exactly as it came: 12345678901234567.89 keeps every digit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_text(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut *const c_char,
) -> i32 {
    // A NUL inside would cut the text short unseen.
    let decode = |raw: Raw<'_>| CString::new(raw.to_text()?.into_owned()).ok();
    // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to write to.
    unsafe {
        read_at(
            value,
            pointer,
            (out, std::ptr::null()),
            decode,
            |value, place, text| keep(&value.texts, place, text),
        )
    }
}

/// The JSON text at a place as it came, of objects and lists too; for texts with their quotes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_raw_json(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut *const c_char,
) -> i32 {
    let decode = |raw: Raw<'_>| Some(c_text(raw.as_str()));
    let keep = |value: &laz_value_t, place: &str, json| keep(&value.raw_json, place, json);
    // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to write to.
    unsafe { read_at(value, pointer, (out, std::ptr::null()), decode, keep) }
}

/// The whole number at a place, from a number or a text of digits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_int64(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut i64,
) -> i32 {
    // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to write to.
    unsafe {
        read_at(
            value,
            pointer,
            (out, 0),
            |raw| raw.to_integer(),
            |_, _, number| number,
        )
    }
}

/// The truth value at a place, 1 or 0, from any of the platform's spellings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_flag(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut i32,
) -> i32 {
    // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to write to.
    unsafe { read_at(value, pointer, (out, 0), flag, |_, _, flag| i32::from(flag)) }
}

/// The time at a place, in milliseconds since 1970 UTC, from any of the platform's forms. A time that came
/// without an offset is LAZ_STATUS_DECODE, since it names no instant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_time_ms(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut i64,
) -> i32 {
    let decode = |raw: Raw<'_>| Time::read(raw)?.epoch_ms();
    // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to write to.
    unsafe { read_at(value, pointer, (out, 0), decode, |_, _, time| time) }
}

/// How many elements the list, or members the object, at a place has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_count(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut i64,
) -> i32 {
    let decode = |raw: Raw<'_>| match raw.token() {
        Token::List => i64::try_from(raw.items().count()).ok(),
        Token::Object => i64::try_from(raw.members().count()).ok(),
        _ => None,
    };
    // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to write to.
    unsafe { read_at(value, pointer, (out, 0), decode, |_, _, count| count) }
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
