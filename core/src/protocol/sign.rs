//! The signature of a request.
//!
//! HMAC-SHA256 over the API path and all text parameters, sorted by name in byte order, names and values
//! without separators and before any URL encoding; upper-case hexadecimal (platform guide, "signature
//! algorithm").

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::params::Params;
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
        let mut order: Vec<u32> = (0..pairs.len() as u32).collect();
        order.sort_unstable_by_key(|index| pairs[*index as usize].0);
        let length = pairs
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>();
        let mut base = String::with_capacity(path.len() + length);
        base.push_str(path);
        for index in order {
            let (name, value) = pairs[index as usize];
            base.push_str(name);
            base.push_str(value);
        }
        let mut mac = self.0.clone();
        mac.update(base.as_bytes());
        hex::encode_upper(mac.finalize().into_bytes())
    }
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
