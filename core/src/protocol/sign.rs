//! The signature of a request.
//!
//! HMAC-SHA256 over the API path and all text parameters, sorted by name in byte order, names and values
//! without separators and before any URL encoding; upper-case hexadecimal (platform guide, "signature
//! algorithm").

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::params::{Params, check_name};
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
        let mut sorted: [(&str, &str); USUAL_PAIRS] = [("", ""); USUAL_PAIRS];
        match sorted.get_mut(..pairs.len()) {
            Some(sorted) => {
                sorted.copy_from_slice(pairs);
                self.sign_sorted(path, sorted)
            }
            None => self.sign_sorted(path, &mut pairs.to_vec()),
        }
    }

    fn sign_sorted(&self, path: &str, pairs: &mut [(&str, &str)]) -> String {
        pairs.sort_unstable_by_key(|(name, _)| *name);
        let mut mac = self.0.clone();
        mac.update(path.as_bytes());
        for (name, value) in pairs {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        upper_hex(&mac.finalize().into_bytes().into())
    }
}

/// Requests with more pairs than this are sorted on the heap.
const USUAL_PAIRS: usize = 24;

fn upper_hex(digest: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = [0; 64];
    for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(digest) {
        *pair = [
            DIGITS[usize::from(byte >> 4)],
            DIGITS[usize::from(byte & 15)],
        ];
    }
    String::from_utf8_lossy(&text).into_owned()
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
    super::request::check_path(path)?;
    let pairs: Vec<(&str, &str)> = params.texts().collect();
    Ok(Signer::new(app_secret).sign(path, &pairs))
}

/// As [`sign`], of names and texts that somebody else holds: for hosts that sign many requests and have
/// their parameters as texts already. Blank values are left out, as always.
///
/// # Errors
/// See [`sign`]; [`ErrorKind::Input`](crate::ErrorKind::Input) also for a name that cannot stand in a request.
pub fn sign_pairs(app_secret: &str, path: &str, pairs: &[(&str, &str)]) -> Result<String> {
    super::request::check_path(path)?;
    let mut kept = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        check_name(name)?;
        if !value.trim().is_empty() {
            kept.push((*name, *value));
        }
    }
    Ok(Signer::new(app_secret).sign(path, &kept))
}
