//! Files that wait to be fetched by link.

use std::collections::HashMap;
use std::sync::Arc;

use crate::signature::{hmac_sha256, upper_hex};

/// Files by name, each with the second in which its link ends.
pub(crate) struct Shelf {
    secret: String,
    made: u64,
    files: HashMap<String, (Arc<[u8]>, i64)>,
}

/// What a link leads to.
pub(crate) enum Found {
    File(Arc<[u8]>),
    /// The link has ended, or its signature is wrong.
    Denied(&'static str),
}

impl Shelf {
    pub(crate) fn new(secret: String) -> Self {
        Self {
            secret,
            made: 0,
            files: HashMap::new(),
        }
    }

    /// Takes a file until a second; name and signature for its link.
    pub(crate) fn put(&mut self, file: Vec<u8>, now: i64, until: i64) -> (String, String) {
        self.files.retain(|_, entry| now < entry.1 + 3600);
        self.made += 1;
        let name = format!("label-{:06}.pdf", self.made);
        let signature = self.signature(&name);
        self.files.insert(name.clone(), (file.into(), until));
        (name, signature)
    }

    pub(crate) fn get(&self, name: &str, signature: &str, now: i64) -> Found {
        if self.signature(name) != signature {
            return Found::Denied("SignatureDoesNotMatch");
        }
        match self.files.get(name) {
            Some((file, until)) if now < *until => Found::File(Arc::clone(file)),
            _ => Found::Denied("AccessDenied"),
        }
    }

    fn signature(&self, name: &str) -> String {
        upper_hex(&hmac_sha256(self.secret.as_bytes(), name.as_bytes())[..16])
    }
}
