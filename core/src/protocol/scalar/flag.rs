//! Booleans: `true`, `"true"`, `"True"`, `1`, `"1"` and their opposites all occur.

use crate::protocol::Raw;

/// The boolean of any of the platform's spellings; `None` for anything else.
pub fn flag(raw: Raw<'_>) -> Option<bool> {
    let text = raw.to_text()?;
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
