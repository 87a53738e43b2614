//! The mistakes, each as the ways to sign that come of it. The list follows what the platform's SDKs and public
//! connectors do differently.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Mistake;
use super::making::{Digest, Hash, Making, Order, keyed};
use crate::protocol::Country;
use crate::protocol::encode::encode_into;
use crate::protocol::json;

/// A way to sign that comes of a mistake.
pub(super) struct Variant {
    pub(super) making: Making,
    advice: String,
}

impl Variant {
    pub(super) fn mistake(&self, code: &'static str) -> Mistake {
        Mistake {
            code,
            advice: self.advice.clone(),
        }
    }
}

type Variants = fn(&Making) -> Vec<Variant>;

/// Simple ones first, since the first that fits is told.
pub(super) const MISTAKES: &[(&str, Variants)] = &[
    ("path", wrong_path),
    ("blank_signed", blank_signed),
    ("encoded_values", encoded_values),
    ("order", wrong_order),
    ("separators", separators),
    ("hash", wrong_hash),
    ("secret", wrong_secret),
    ("timestamp", other_timestamp),
    ("serialization", other_serialization),
    ("spelling", other_spelling),
    ("left_out", left_out),
];

fn variant(right: &Making, advice: impl Into<String>, change: impl FnOnce(&mut Making)) -> Variant {
    let mut making = right.clone();
    change(&mut making);
    Variant {
        making,
        advice: advice.into(),
    }
}

/// The same change to every value; `None` where it changes nothing.
fn each_value(right: &Making, advice: &str, change: impl Fn(&str) -> String) -> Option<Variant> {
    let mut making = right.clone();
    for (_, value) in &mut making.pairs {
        *value = change(value);
    }
    (making.pairs != right.pairs).then(|| Variant {
        making,
        advice: advice.to_owned(),
    })
}

fn wrong_path(right: &Making) -> Vec<Variant> {
    let path = &right.path;
    let put = |text: String, advice: &str| variant(right, advice, |making| making.path = text);
    let mut variants = vec![
        put(
            path.trim_start_matches('/').to_owned(),
            "the path was signed without its first slash",
        ),
        put(
            format!("/rest{path}"),
            "the path was signed with /rest, which is the gateway's: begin after it",
        ),
        put(
            format!("{path}/"),
            "the path was signed with a slash at its end",
        ),
        put(String::new(), "the path was not signed: it stands first"),
        put(
            path.to_lowercase(),
            "the path was signed in small letters: sign it as it is called",
        ),
        put(
            format!("{path}?"),
            "the path was signed with the mark of the query behind it",
        ),
    ];
    let advice = "the whole URL was signed: sign only the path below /rest";
    let bases = Country::ALL.iter().map(|country| country.gateway());
    variants.extend(bases.map(|base| put(format!("{base}{path}"), advice)));
    variants
}

fn blank_signed(right: &Making) -> Vec<Variant> {
    let blank: Vec<&str> = right
        .pairs
        .iter()
        .filter(|(_, value)| value.trim().is_empty())
        .map(|(name, _)| name.as_str())
        .collect();
    if blank.is_empty() || !right.drops_blank {
        return Vec::new();
    }
    let what = format!(
        "blank values were signed ({}): leave them out of the request and of the signature",
        blank.join(", ")
    );
    let as_text = |text: &'static str| {
        variant(right, what.clone(), |making| {
            making.drops_blank = false;
            for (_, value) in &mut making.pairs {
                if value.trim().is_empty() && !text.is_empty() {
                    text.clone_into(value);
                }
            }
        })
    };
    ["", "None", "null", "undefined"].map(as_text).into()
}

fn encoded_values(right: &Making) -> Vec<Variant> {
    let advice =
        "URL-encoded values were signed: sign the values as they are, and encode them afterwards";
    let percent = |value: &str| {
        let mut out = String::new();
        encode_into(&mut out, value);
        out
    };
    let small = |value: &str| {
        let encoded = percent(value);
        // Only the digits of escapes: everything else is as it was.
        let mut parts = encoded.split('%');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
            out.push('%');
            out.push_str(&digits.to_lowercase());
            out.push_str(rest);
        }
        out
    };
    let form = |value: &str| percent(value).replace("%20", "+");
    // What JavaScript's encodeURIComponent leaves alone.
    let script = |value: &str| {
        [
            ("%21", "!"),
            ("%27", "'"),
            ("%28", "("),
            ("%29", ")"),
            ("%2A", "*"),
        ]
        .iter()
        .fold(percent(value), |text, (escape, plain)| {
            text.replace(escape, plain)
        })
    };
    // What Python's quote leaves alone.
    let python = |value: &str| percent(value).replace("%2F", "/");
    let ways: [&dyn Fn(&str) -> String; 5] = [&percent, &form, &small, &script, &python];
    ways.iter()
        .filter_map(|way| each_value(right, advice, way))
        .collect()
}

fn wrong_order(right: &Making) -> Vec<Variant> {
    let order = |order: Order, advice: &str| variant(right, advice, |making| making.order = order);
    vec![
        order(
            Order::AsGiven,
            "the names were not sorted: sort them by their bytes",
        ),
        order(
            Order::IgnoringCase,
            "the names were sorted without regard to capitals: sort by bytes, capitals come first",
        ),
        order(
            Order::NumbersFirst,
            "names of digits were sorted as numbers: sort all names as text (in PHP ksort with SORT_STRING)",
        ),
    ]
}

fn separators(right: &Making) -> Vec<Variant> {
    let advice = "marks stand between names and values: put them together without any";
    [("=", "&"), ("=", ""), ("", "&"), ("=", ","), (":", ",")]
        .map(|marks| variant(right, advice, |making| making.marks = marks))
        .into()
}

fn wrong_hash(right: &Making) -> Vec<Variant> {
    let plain = "a plain SHA-256 was made: make an HMAC-SHA256 whose key is the app secret";
    let swapped = "key and message of the HMAC are swapped: the key is the app secret";
    [
        (Hash::Plain, plain),
        (Hash::SecretBefore, plain),
        (Hash::SecretAfter, plain),
        (Hash::SecretAround, plain),
        (Hash::HmacSwapped, swapped),
    ]
    .map(|(hash, advice)| variant(right, advice, |making| making.hash = hash))
    .into()
}

fn wrong_secret(right: &Making) -> Vec<Variant> {
    let text = String::from_utf8_lossy(&right.secret).into_owned();
    let put =
        |secret: Vec<u8>, advice: &str| variant(right, advice, |making| making.secret = secret);
    let space = "white space stands around the app secret: take it off";
    let mut variants: Vec<Variant> = ["\n", "\r\n", " ", "\t"]
        .iter()
        .map(|end| put(format!("{text}{end}").into_bytes(), space))
        .collect();
    variants.push(put(format!(" {text}").into_bytes(), space));
    variants.push(put(
        format!("{text}&").into_bytes(),
        "a & was put behind the app secret, as OAuth 1 does: use the secret alone",
    ));
    variants.push(put(
        Vec::new(),
        "the key of the HMAC is empty: use the app secret",
    ));
    let case = "the app secret was changed to other letter cases: use it as it is";
    variants.push(put(text.to_lowercase().into_bytes(), case));
    variants.push(put(text.to_uppercase().into_bytes(), case));
    let decoded = "the app secret was decoded: use its text as it is";
    variants.extend(hex::decode(&text).into_iter().map(|key| put(key, decoded)));
    variants.extend(
        STANDARD
            .decode(&text)
            .into_iter()
            .map(|key| put(key, decoded)),
    );
    for name in ["app_key", "access_token"] {
        let value = right.pairs.iter().find(|(known, _)| known == name);
        let advice = format!("{name} was taken as the key: the key is the app secret");
        variants.extend(value.map(|(_, value)| put(value.clone().into_bytes(), &advice)));
    }
    variants
}

fn other_timestamp(right: &Making) -> Vec<Variant> {
    let Some(index) = right.pairs.iter().position(|(name, _)| name == "timestamp") else {
        return Vec::new();
    };
    let sent = &right.pairs[index].1;
    let put =
        |text: String, advice: &str| variant(right, advice, |making| making.pairs[index].1 = text);
    let mut variants = Vec::new();
    if sent.len() == 13 && sent.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = "seconds were signed and milliseconds sent: sign the text that is sent";
        variants.push(put(sent[..10].to_owned(), seconds));
        variants.push(put(format!("{}000", &sent[..10]), seconds));
    }
    if sent.len() == 10 && sent.bytes().all(|byte| byte.is_ascii_digit()) {
        let advice =
            "the time is sent in seconds: the platform wants milliseconds, signed and sent";
        variants.push(put(format!("{sent}000"), advice));
    }
    variants
}

fn other_serialization(right: &Making) -> Vec<Variant> {
    let advice =
        "JSON was written anew between signing and sending: write it once, sign and send that text";
    let ways: [fn(&str) -> String; 4] = [compact, spaced, ascii_only, with_escaped_slashes];
    let of_json = |way: fn(&str) -> String| {
        move |value: &str| match value.trim_start().starts_with(['{', '[']) {
            true if json::parse(value, json::DEFAULT_DEPTH).is_ok() => way(value),
            _ => value.to_owned(),
        }
    };
    let both = |value: &str| ascii_only(&spaced(value));
    let mut variants: Vec<Variant> = ways
        .iter()
        .filter_map(|way| each_value(right, advice, of_json(*way)))
        .collect();
    variants.extend(each_value(right, advice, of_json(both)));
    variants
}

fn other_spelling(right: &Making) -> Vec<Variant> {
    let booleans = |value: &str| match value {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        other => other.to_owned(),
    };
    let digits = |value: &str| match value {
        "true" => "1".to_owned(),
        "false" => "0".to_owned(),
        other => other.to_owned(),
    };
    let advice = "a truth value was signed in another spelling than it is sent in: true and false";
    let trimmed = "white space around a value was signed differently from what is sent";
    [
        each_value(right, advice, booleans),
        each_value(right, advice, digits),
        each_value(right, trimmed, |value| value.trim().to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const SYSTEM: &[&str] = &["app_key", "timestamp", "sign_method", "access_token"];

fn left_out(right: &Making) -> Vec<Variant> {
    let without = |advice: String, keep: &dyn Fn(&str) -> bool| {
        variant(right, advice, |making| {
            making.pairs.retain(|(name, _)| keep(name))
        })
    };
    let system = |name: &str| SYSTEM.contains(&name);
    let mut variants: Vec<Variant> = right
        .pairs
        .iter()
        .map(|(left, _)| {
            let advice = format!("{left} is sent and was not signed: sign everything that is sent");
            without(advice, &|name| name != left)
        })
        .collect();
    let advice = "only the system parameters were signed: sign everything that is sent";
    variants.push(without(advice.to_owned(), &system));
    let advice = "the system parameters were not signed: sign everything that is sent";
    variants.push(without(advice.to_owned(), &|name| !system(name)));
    variants
}

/// One character of the secret missing, too many, changed or swapped with its neighbor, as by retyping.
pub(super) fn mistyped_secret(right: &Making, wanted: &Digest) -> Option<Variant> {
    if !matches!(right.hash, Hash::Hmac) {
        return None;
    }
    const LETTERS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let base = right.base_string();
    let secret = &right.secret;
    let fits = |secret: &[u8]| keyed(secret, base.as_bytes()) == *wanted;
    let found = |place: usize, what: &str| {
        let advice = format!(
            "the app secret that was used differs at character {}: {what}",
            place + 1
        );
        Some(variant(right, advice, |_| {}))
    };
    for place in 0..secret.len() {
        let mut other = secret.clone();
        other.remove(place);
        if fits(&other) {
            return found(place, "it is missing");
        }
        if place + 1 < secret.len() {
            let mut other = secret.clone();
            other.swap(place, place + 1);
            if fits(&other) {
                return found(place, "it is swapped with the next");
            }
        }
        for letter in LETTERS {
            let mut other = secret.clone();
            other[place] = *letter;
            if fits(&other) {
                return found(place, "it is another");
            }
            let mut other = secret.clone();
            other.insert(place, *letter);
            if fits(&other) {
                return found(place, "one too many");
            }
        }
    }
    None
}

/// Does something with the text outside and inside the strings of a JSON text.
fn rewrite(
    text: &str,
    outside: impl Fn(&mut String, char),
    inside: impl Fn(&mut String, char),
) -> String {
    let mut out = String::new();
    let (mut in_string, mut escaped) = (false, false);
    for character in text.chars() {
        if !in_string {
            in_string = character == '"';
            outside(&mut out, character);
            continue;
        }
        match (escaped, character) {
            (false, '"') => in_string = false,
            (false, '\\') => {
                escaped = true;
                out.push(character);
                continue;
            }
            _ => {}
        }
        if escaped || !in_string {
            out.push(character);
        } else {
            inside(&mut out, character);
        }
        escaped = false;
    }
    out
}

/// Without white space, as JavaScript and most libraries write.
fn compact(text: &str) -> String {
    let outside = |out: &mut String, character: char| {
        if !character.is_ascii_whitespace() {
            out.push(character);
        }
    };
    rewrite(text, outside, String::push)
}

/// A space after colons and commas, as Python writes.
fn spaced(text: &str) -> String {
    let outside = |out: &mut String, character: char| {
        out.push(character);
        if matches!(character, ':' | ',') {
            out.push(' ');
        }
    };
    rewrite(&compact(text), outside, String::push)
}

/// Escapes for what is not ASCII, as Python and PHP write.
fn ascii_only(text: &str) -> String {
    let inside = |out: &mut String, character: char| {
        if character.is_ascii() {
            out.push(character);
            return;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    };
    rewrite(text, String::push, inside)
}

/// Slashes escaped, as PHP writes.
fn with_escaped_slashes(text: &str) -> String {
    let inside = |out: &mut String, character: char| {
        if character == '/' {
            out.push('\\');
        }
        out.push(character);
    };
    let php = rewrite(text, String::push, inside);
    ascii_only(&php)
}
