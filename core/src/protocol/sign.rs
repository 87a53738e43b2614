//! The signature of a request.
//!
//! HMAC-SHA256 over the API path and all text parameters, sorted by name in byte order, names and values
//! without separators and before any URL encoding; upper-case hexadecimal (platform guide, "signature
//! algorithm").

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::flat;
use super::params::{Params, check_name};
use super::request::check_path;
use super::value::Args;
use crate::error::Result;

/// Signs with one app secret. The keyed state is made once, since keying costs as much as hashing a
/// small request.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

impl Signer {
    /// A signer for this app secret.
    pub fn new(app_secret: &str) -> Self {
        // HMAC takes a key of any length; the fallible signature serves ciphers.
        let keyed = <Hmac<Sha256> as KeyInit>::new_from_slice(app_secret.as_bytes());
        Self(keyed.unwrap_or_else(|_| unreachable!("HMAC accepts every key length")))
    }

    /// The signature of `path` with these parameters, which may come in any order. Pairs with an empty
    /// value must have been left out already, since the gateway's treatment of them is not known.
    pub fn sign(&self, path: &str, pairs: &[(&str, &str)]) -> String {
        let mut room = Room::default();
        self.clone().hash(path, room.sort(pairs).pairs())
    }

    fn hash<'a>(self, path: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let Self(mut mac) = self;
        mac.update(path.as_bytes());
        for (name, value) in pairs {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        upper_hex(&mac.finalize().into_bytes().into())
    }
}

/// Where pairs are sorted: on the stack, unless there are many.
#[derive(Default)]
struct Room {
    few: [Place; USUAL_PAIRS],
    many: Vec<Place>,
}

/// Requests with more pairs than this are sorted on the heap.
const USUAL_PAIRS: usize = 24;

/// How a pair's name begins, and where the pair stands.
type Place = (u64, usize);

impl Room {
    fn sort<'r>(&'r mut self, pairs: &'r [(&'r str, &'r str)]) -> Sorted<'r> {
        let places = pairs.iter().enumerate();
        let places = places.map(|(index, (name, _))| (first_bytes(name), index));
        let after = |one: Place, other: Place| {
            one.0 > other.0 || one.0 == other.0 && pairs[one.1].0 > pairs[other.1].0
        };
        let order = match self.few.get_mut(..pairs.len()) {
            // Insertion, as the standard library sorts so few, but in one go with the reading.
            Some(few) => {
                for (end, place) in places.enumerate() {
                    let mut at = end;
                    while at > 0 && after(few[at - 1], place) {
                        few[at] = few[at - 1];
                        at -= 1;
                    }
                    few[at] = place;
                }
                few
            }
            None => {
                self.many.extend(places);
                self.many.sort_unstable_by(|one, other| {
                    let names = || pairs[one.1].0.cmp(pairs[other.1].0);
                    one.0.cmp(&other.0).then_with(names)
                });
                self.many.as_mut_slice()
            }
        };
        Sorted { pairs, order }
    }
}

/// Pairs in the order of their names' bytes.
struct Sorted<'r> {
    pairs: &'r [(&'r str, &'r str)],
    order: &'r [Place],
}

impl<'r> Sorted<'r> {
    fn pairs(&self) -> impl Iterator<Item = (&'r str, &'r str)> {
        self.order.iter().map(|(_, index)| self.pairs[*index])
    }

    fn pairs_without_blanks(&self) -> impl Iterator<Item = (&'r str, &'r str)> {
        self.pairs().filter(|(_, value)| !is_blank(value))
    }

    fn names_repeat(&self) -> bool {
        let name = |place: Place| self.pairs[place.1].0;
        let mut neighbors = self.order.windows(2);
        neighbors.any(|two| two[0].0 == two[1].0 && name(two[0]) == name(two[1]))
    }
}

/// The first eight bytes of a name as a number that sorts as the bytes do. Most names differ there, and numbers are
/// compared sooner than texts.
fn first_bytes(name: &str) -> u64 {
    let bytes = name.as_bytes();
    if let Some(first) = bytes.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    match (bytes.first_chunk(), bytes.last_chunk()) {
        // Two halves that overlap.
        (Some(first), Some(last)) => {
            let last = u64::from(u32::from_be_bytes(*last));
            u64::from(u32::from_be_bytes(*first)) << 32 | last << (8 * (8 - bytes.len()))
        }
        _ => {
            let places = bytes.iter().zip([56, 48, 40]);
            places.fold(0, |number, (byte, place)| {
                number | u64::from(*byte) << place
            })
        }
    }
}

/// Both digits of every byte.
const DIGITS: [[u8; 2]; 256] = {
    let digits = b"0123456789ABCDEF";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    pairs
};

fn upper_hex(digest: &[u8; 32]) -> String {
    let mut text = [0; 64];
    for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(digest) {
        *pair = DIGITS[usize::from(*byte)];
    }
    let text = std::str::from_utf8(&text);
    text.map(str::to_owned)
        .unwrap_or_else(|_| unreachable!("digits are ASCII"))
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(***)")
    }
}

/// The signature of `path` with `params` under `app_secret`, for hosts that build their own requests.
///
/// `params` holds everything that will be sent, the system parameters included and `sign` left out.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) when the path does not start with one slash.
pub fn sign(app_secret: &str, path: &str, params: &Params) -> Result<String> {
    check_path(path)?;
    let pairs: Vec<(&str, &str)> = params.texts().collect();
    Ok(Signer::new(app_secret).sign(path, &pairs))
}

/// As [`sign`], of names and texts that somebody else holds: for hosts that sign many requests and have
/// their parameters as texts already. Blank values are left out, as always.
///
/// # Errors
/// See [`sign`]; [`ErrorKind::Input`](crate::ErrorKind::Input) also for a name that cannot stand in a request.
pub fn sign_pairs(app_secret: &str, path: &str, pairs: &[(&str, &str)]) -> Result<String> {
    for (name, _) in pairs {
        check_name(name)?;
    }
    check_path(path)?;
    let mut room = Room::default();
    let sorted = room.sort(pairs);
    Ok(Signer::new(app_secret).hash(path, sorted.pairs_without_blanks()))
}

/// As [`sign`], with the parameters as the text of a JSON object: for hosts that hand over nothing but texts.
///
/// # Errors
/// See [`Args::from_json`], [`Params::from_args`] and [`sign`].
pub fn sign_json(app_secret: &str, path: &str, params_json: &str) -> Result<String> {
    let (mut flat, mut room) = (flat::Room::default(), Room::default());
    if let Some(pairs) = flat::pairs(params_json, &mut flat) {
        let sorted = room.sort(pairs);
        // Of names given twice the last counts, which may be blank: that is left to the general way.
        if !sorted.names_repeat() {
            check_path(path)?;
            return Ok(Signer::new(app_secret).hash(path, sorted.pairs_without_blanks()));
        }
    }
    let params = Params::from_args(Args::from_json(params_json)?)?;
    sign(app_secret, path, &params)
}

/// Whether a value is nothing but white space. Nearly all begin with a visible character.
fn is_blank(value: &str) -> bool {
    match value.as_bytes().first() {
        Some(b'!'..=b'~') => false,
        _ => value.trim().is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that agree in their first eight bytes, end within them, or hold what pads shorter ones.
    const NAMES: [&str; 17] = [
        "",
        "\0",
        "\0\0",
        "a",
        "a\0",
        "a\0b",
        "ab",
        "sta",
        "stat",
        "statu",
        "status",
        "statuse",
        "created_",
        "created_after",
        "created_before",
        "createdé",
        "é",
    ];

    #[test]
    fn first_bytes_sort_as_names_do() {
        for one in NAMES {
            for other in NAMES {
                let by_number = first_bytes(one).cmp(&first_bytes(other));
                assert_eq!(
                    by_number.then(one.cmp(other)),
                    one.cmp(other),
                    "{one:?} {other:?}"
                );
            }
        }
    }

    #[test]
    fn more_pairs_than_usual_are_signed_alike() {
        let names: Vec<String> = (0..100).map(|number| format!("created_{number}")).collect();
        let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
        let mut sorted = pairs.clone();
        sorted.sort_unstable();
        let base: String = sorted
            .iter()
            .map(|(name, value)| format!("{name}{value}"))
            .collect();
        // One pair whose name and value are the whole base string hashes the same bytes.
        let signer = Signer::new("secret");
        assert_eq!(signer.sign("/a", &pairs), signer.sign("/a", &[(&base, "")]));
        assert_eq!(
            signer.sign("/a", &pairs),
            sign_pairs("secret", "/a", &pairs).unwrap()
        );
    }

    #[test]
    fn blank_values_are_left_out_of_pairs() {
        let told = |pairs: &[(&str, &str)]| sign_pairs("secret", "/a", pairs).unwrap();
        let blanks = [
            ("b", ""),
            ("a", "1"),
            ("c", " \t"),
            ("d", "\u{3000}"),
            ("e", "\u{a0}\n"),
        ];
        assert_eq!(told(&blanks), told(&[("a", "1")]));
        assert_ne!(told(&[("a", " 1")]), told(&[("a", "1")]));
        assert_ne!(told(&[("a", "é")]), told(&[]));
    }
}
