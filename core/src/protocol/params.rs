//! Parameters as wire text, made once: the same text is signed and sent.

use std::fmt;

use super::value::{Args, File, Value};
use crate::error::{Error, Result};

/// Names and wire texts of one request. Blank values are not in it: the platform's own SDKs disagree on
/// whether they are signed, so they are neither signed nor sent.
#[derive(Clone, Default)]
pub struct Params {
    texts: Vec<(String, String)>,
    files: Vec<File>,
}

impl Params {
    /// Turns the caller's values into wire text.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) for a name that cannot stand in a request, and for a
    /// caller's own `sign`.
    pub fn from_args(args: Args) -> Result<Self> {
        let (values, files) = args.into_parts();
        let mut params = Self {
            texts: Vec::with_capacity(values.len()),
            files,
        };
        for (name, value) in values {
            params.push(name, value)?;
        }
        for file in &params.files {
            check_name(&file.name)?;
        }
        Ok(params)
    }

    pub(crate) fn push(&mut self, name: String, value: Value) -> Result<()> {
        check_name(&name)?;
        if !value.is_blank() {
            self.texts.push((name, value.into_wire()));
        }
        Ok(())
    }

    pub(crate) fn push_file(&mut self, file: File) {
        self.files.push(file);
    }

    /// Names and values as they are signed and sent.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The file parts.
    pub fn files(&self) -> &[File] {
        &self.files
    }
}

// Some values are secret, such as a refresh token.
impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.texts().map(|(name, _)| name);
        f.debug_list().entries(names).finish_non_exhaustive()
    }
}

/// Bytes that a name may hold, as a table: names are checked at every signature.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let mark = matches!(byte, b'"' | b'&' | b'=' | b'\\');
        plain[byte as usize] = byte.is_ascii_graphic() && !mark;
        byte += 1;
    }
    plain
};

/// Names are printable ASCII without white space, quotes or the marks of a query string, so that one
/// text serves the signature, the query and a multipart header.
pub(crate) fn check_name(name: &str) -> Result<()> {
    if name == "sign" {
        return Err(Error::input(
            "sign",
            "is made by the library and cannot be given",
        ));
    }
    // Names are short: to look at every byte is sooner done than to ask after each whether to stop.
    let plain = |plain: bool, byte: u8| plain & PLAIN[usize::from(byte)];
    if name.is_empty() || !name.bytes().fold(true, plain) {
        let shown: String = name.chars().take(40).collect();
        return Err(Error::input(
            shown,
            "expected a parameter name of printable ASCII",
        ));
    }
    Ok(())
}
