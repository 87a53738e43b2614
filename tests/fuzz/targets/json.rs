//! The scanner accepts what serde_json accepts, and cuts out the same slices.
#![no_main]

use lazcore::ErrorKind;
use lazcore::protocol::{HttpResponse, ReadLimits, read};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

/// Deeper than this the scanner refuses, and serde_json does not when it only passes over.
const DEPTH: usize = 128;

fuzz_target!(|value: &[u8]| {
    let opened = value.iter().filter(|byte| matches!(byte, b'[' | b'{')).count();
    if opened + 1 > DEPTH {
        return;
    }
    let body = [b"{\"code\":\"0\",\"x\":".as_slice(), value, b"}"].concat();
    let expected = serde_json::from_slice::<&RawValue>(&body).is_ok();
    let answer = HttpResponse {
        status: 200,
        headers: Vec::new(),
        body: body.clone(),
    };
    match read(None, &answer, ReadLimits::default()) {
        Ok(reply) => {
            assert!(expected, "accepted");
            if let Ok(one) = serde_json::from_slice::<&RawValue>(value) {
                assert_eq!(reply.pointer("/x").map(|raw| raw.as_str()), Some(one.get().trim()));
            }
        }
        Err(error) => {
            let not_json = ["is not the expected JSON", "is not UTF-8"];
            let refused = error.kind() == ErrorKind::Decode
                && not_json.iter().any(|text| error.message().contains(text));
            assert_eq!(!refused, expected, "{error}");
        }
    }
});
