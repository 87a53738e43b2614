//! What must hold for all inputs.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../gateway/mod.rs"]
mod gateway;

mod answers;
mod files;
mod headers;
mod json;
mod redaction;
mod requests;
mod scalars;
mod signing;

use proptest::prelude::*;

/// Few cases a run, so that all of them stay quick in a debug build; a nightly run may set PROPTEST_CASES.
fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(200),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Texts with everything that is awkward on a wire.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,30}",
        "[\r\n\t \"'%+&=;#?\\\\-]{0,12}",
        "[ก-๛à-ỹ😀-😏]{0,12}",
        prop::sample::select(vec!["", " ", "\t\r\n", "\u{3000}"]).prop_map(str::to_owned),
        Just("--lazcore-part-00000000\r\n".to_owned()),
        Just("a\u{0}b\u{1f}c\u{7f}\u{fffe}\u{301}".to_owned()),
    ]
}
