//! Reading a value place by place, by JSON pointers.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CString, c_char};

use lazcore::protocol::{Raw, Token, flag};
use lazcore::{Money, Time};

use crate::boundary::{Fault, Output, c_text, guard_plain, handle, text};
use crate::status::laz_status;
use crate::value::laz_value_t;

/// What stands at a place of a value: see laz_value_type.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum laz_type {
    /// Nothing stands there.
    Absent = 0,
    /// null.
    Null = 1,
    /// true or false.
    Flag = 2,
    /// A number: laz_value_int64, laz_value_decimal or, for its digits, laz_value_text.
    Number = 3,
    /// A text, blank ones included.
    Text = 4,
    /// A list: laz_value_count, then pointers such as "/orders/0".
    List = 5,
    /// An object: laz_value_count and laz_value_key.
    Object = 6,
}

impl laz_type {
    fn of(raw: Option<Raw<'_>>) -> Self {
        match raw.map(Raw::token) {
            None => Self::Absent,
            Some(Token::Null) => Self::Null,
            Some(Token::Boolean(_)) => Self::Flag,
            Some(Token::Number(_)) => Self::Number,
            Some(Token::Text(_)) => Self::Text,
            Some(Token::List) => Self::List,
            Some(Token::Object) => Self::Object,
        }
    }
}

/// Texts that were handed out, by place. Reading a place again costs no more memory.
#[derive(Default)]
pub(crate) struct Kept {
    texts: Texts,
    raw_json: Texts,
    amounts: Texts,
    names: RefCell<HashMap<(String, usize), CString>>,
}

#[derive(Default)]
struct Texts(RefCell<HashMap<String, CString>>);

impl Texts {
    fn keep(&self, place: &str, text: CString) -> *const c_char {
        let mut texts = self.0.borrow_mut();
        texts.entry(place.to_owned()).or_insert(text).as_ptr()
    }
}

/// Reads what stands at a place.
fn read<T>(
    value: &laz_value_t,
    pointer: &str,
    decode: impl FnOnce(Raw<'_>) -> Option<T>,
) -> Result<Reading<T>, Fault> {
    let found = value.document()?.pointer(pointer);
    let Some(raw) = found.filter(|raw| !raw.is_absent()) else {
        return Ok(Reading::Absent);
    };
    Ok(decode(raw).map_or(Reading::Unreadable, Reading::Good))
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

/// A text for C; `None` when a NUL inside would cut it short unseen.
fn whole(text: Cow<'_, str>) -> Option<CString> {
    CString::new(text.into_owned()).ok()
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
        let reading = read(value, place, decode)?;
        Ok(reading.deliver(|found| out.fill(convert(value, place, found))))
    })
}

/// What stands at a place: *out becomes a LAZ_TYPE_ constant. Unlike the other accessors it tells null, blank
/// texts and nothing at all apart; for nothing it returns LAZ_STATUS_OK too, with LAZ_TYPE_ABSENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_type(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut i32,
) -> i32 {
    guard_plain(|| {
        // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to
        // write to.
        let (out, value, place) = unsafe {
            let out = Output::blank("out", out, laz_type::Absent as i32)?;
            (out, handle("value", value)?, text("pointer", pointer)?)
        };
        out.fill(laz_type::of(value.document()?.pointer(place)) as i32);
        Ok(laz_status::Ok)
    })
}

/// The text, number or truth value at a place, exactly as it came: 12345678901234567.89 keeps every digit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_text(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut *const c_char,
) -> i32 {
    let decode = |raw: Raw<'_>| whole(raw.to_text()?);
    // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to write to.
    unsafe {
        read_at(
            value,
            pointer,
            (out, std::ptr::null()),
            decode,
            |value, place, text| value.kept.texts.keep(place, text),
        )
    }
}

/// Copies the text at a place, as laz_value_text tells it, into a buffer of `size` bytes, with a NUL behind it.
///
/// *length_out, which may be NULL, becomes the number of its bytes without the NUL, also when the buffer is too
/// small: then LAZ_STATUS_ARGUMENT is returned. The buffer is written to on LAZ_STATUS_OK alone; it may be NULL
/// when `size` is 0, to ask for the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_copy_text(
    value: *const laz_value_t,
    pointer: *const c_char,
    buffer: *mut c_char,
    size: usize,
    length_out: *mut usize,
) -> i32 {
    let mut length = 0;
    let status = guard_plain(|| {
        // SAFETY: the header asks for NULL, a living handle and a text that ends with a NUL.
        let (value, place) = unsafe { (handle("value", value)?, text("pointer", pointer)?) };
        let found = match read(value, place, |raw| whole(raw.to_text()?))? {
            Reading::Good(found) => found,
            other => return Ok(other.deliver(drop)),
        };
        length = found.as_bytes().len();
        if buffer.is_null() || size <= length {
            return Err(Fault::argument(
                "size",
                "expected room for the text and a NUL",
            ));
        }
        let bytes = found.as_bytes_with_nul();
        // SAFETY: not NULL, at least as long as the text and its NUL, and ours to write, as the header asks.
        unsafe { buffer.copy_from_nonoverlapping(bytes.as_ptr().cast(), bytes.len()) };
        Ok(laz_status::Ok)
    });
    // SAFETY: the header asks for NULL or a place to write to.
    if let Some(out) = unsafe { length_out.as_mut() } {
        *out = length;
    }
    status
}

/// The JSON text at a place as it came, of objects and lists too; for texts with their quotes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_raw_json(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut *const c_char,
) -> i32 {
    let decode = |raw: Raw<'_>| Some(c_text(raw.as_str()));
    let keep = |value: &laz_value_t, place: &str, json| value.kept.raw_json.keep(place, json);
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

/// The exact amount at a place as plain decimal text, such as "12.50", from a number or a text of up to 28
/// digits; the digits are those that came. LAZ_STATUS_DECODE for what is no amount, such as "1,000.00".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_decimal(
    value: *const laz_value_t,
    pointer: *const c_char,
    out: *mut *const c_char,
) -> i32 {
    let decode = |raw: Raw<'_>| Some(c_text(Money::read(raw)?.to_string()));
    let keep = |value: &laz_value_t, place: &str, amount| value.kept.amounts.keep(place, amount);
    // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to write to.
    unsafe { read_at(value, pointer, (out, std::ptr::null()), decode, keep) }
}

/// The name of the `index`-th member, from 0, of the object at a place, in the order received.
/// LAZ_STATUS_ABSENT beyond the last one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_key(
    value: *const laz_value_t,
    pointer: *const c_char,
    index: i64,
    out: *mut *const c_char,
) -> i32 {
    guard_plain(|| {
        // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to
        // write to.
        let (out, value, place) = unsafe {
            let out = Output::blank("out", out, std::ptr::null())?;
            (out, handle("value", value)?, text("pointer", pointer)?)
        };
        let object = |raw: Raw<'_>| (raw.token() == Token::Object).then_some(());
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let reading = match read(value, place, object)? {
            Reading::Good(()) => match value.document()?.member_name(place, index) {
                Some(name) => whole(name).map_or(Reading::Unreadable, Reading::Good),
                None => Reading::Absent,
            },
            Reading::Absent => Reading::Absent,
            Reading::Unreadable => Reading::Unreadable,
        };
        Ok(reading.deliver(|name| {
            let mut names = value.kept.names.borrow_mut();
            let name = names.entry((place.to_owned(), index)).or_insert(name);
            out.fill(name.as_ptr());
        }))
    })
}

/// What stands at a place as a value of its own, with its pointers counted from there; it outlives the value it
/// came from. Its JSON is the text as it came, not normalized. Free it with laz_value_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_value_child(
    value: *const laz_value_t,
    pointer: *const c_char,
    child_out: *mut *mut laz_value_t,
) -> i32 {
    guard_plain(|| {
        // SAFETY: the header asks for NULL, a living handle, a text that ends with a NUL and a place to
        // write to.
        let (out, value, place) = unsafe {
            let out = Output::handle("child_out", child_out)?;
            (out, handle("value", value)?, text("pointer", pointer)?)
        };
        match read(value, place, |raw| Some(laz_value_t::part(raw)))? {
            Reading::Good(part) => out.hand_over(part),
            other => Ok(other.deliver(drop)),
        }
    })
}
