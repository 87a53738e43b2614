//! How a signature is made, with every choice open that a program can get wrong.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The bytes that a signature spells.
pub(super) type Digest = [u8; 32];

/// The way from a request to its signature.
#[derive(Clone)]
pub(super) struct Making {
    pub(super) secret: Vec<u8>,
    pub(super) path: String,
    /// In the order they are put together, blank ones among them.
    pub(super) pairs: Vec<(String, String)>,
    pub(super) order: Order,
    /// Blank values are left out.
    pub(super) drops_blank: bool,
    /// Between a name and its value, and between two pairs.
    pub(super) marks: (&'static str, &'static str),
    pub(super) hash: Hash,
}

/// How names are brought in order.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Bytes,
    IgnoringCase,
    NumbersFirst,
    AsGiven,
}

/// What is done with base string and secret.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Hmac,
    /// The key hashed as message and the message as key.
    HmacSwapped,
    Plain,
    SecretBefore,
    SecretAfter,
    SecretAround,
}

impl Making {
    /// The right way.
    pub(super) fn new(secret: &str, path: &str, pairs: Vec<(String, String)>) -> Self {
        Self {
            secret: secret.as_bytes().to_vec(),
            path: path.to_owned(),
            pairs,
            order: Order::Bytes,
            drops_blank: true,
            marks: ("", ""),
            hash: Hash::Hmac,
        }
    }

    pub(super) fn base_string(&self) -> String {
        let kept = self.pairs.iter();
        let kept = kept.filter(|(_, value)| !self.drops_blank || !value.trim().is_empty());
        let mut pairs: Vec<&(String, String)> = kept.collect();
        match self.order {
            Order::Bytes => pairs.sort_by(|a, b| a.0.cmp(&b.0)),
            Order::IgnoringCase => pairs.sort_by_key(|(name, _)| name.to_lowercase()),
            Order::NumbersFirst => pairs.sort_by_key(|(name, _)| {
                let number = name.parse::<u128>();
                (number.is_err(), number.unwrap_or_default(), name.as_str())
            }),
            Order::AsGiven => {}
        }
        let (within, between) = self.marks;
        let pairs = pairs
            .iter()
            .map(|(name, value)| format!("{name}{within}{value}"));
        format!(
            "{}{}",
            self.path,
            pairs.collect::<Vec<String>>().join(between)
        )
    }

    pub(super) fn digest(&self) -> Digest {
        self.hash.of(&self.secret, self.base_string().as_bytes())
    }
}

impl Hash {
    fn of(self, secret: &[u8], base: &[u8]) -> Digest {
        match self {
            Self::Hmac => keyed(secret, base),
            Self::HmacSwapped => keyed(base, secret),
            Self::Plain => plain(&[base]),
            Self::SecretBefore => plain(&[secret, base]),
            Self::SecretAfter => plain(&[base, secret]),
            Self::SecretAround => plain(&[secret, base, secret]),
        }
    }
}

/// Apart from the signer, whose work this explains.
pub(super) fn keyed(key: &[u8], message: &[u8]) -> Digest {
    let keyed = <Hmac<Sha256> as KeyInit>::new_from_slice(key);
    let mut mac = keyed.unwrap_or_else(|_| unreachable!("HMAC accepts every key length"));
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn plain(parts: &[&[u8]]) -> Digest {
    use sha2::Digest as _;
    let hash = parts.iter().fold(Sha256::new(), Sha256::chain_update);
    hash.finalize().into()
}
