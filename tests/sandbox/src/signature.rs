//! The signature, recomputed from what arrived. This is the sandbox's own code, so that a mistake
//! of a client library cannot agree with itself.

use sha2::{Digest, Sha256};

const BLOCK: usize = 64;

/// HMAC-SHA256 as RFC 2104 writes it down.
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5C))
        .chain_update(inner)
        .finalize()
        .into()
}

/// Upper-case hexadecimal.
pub(crate) fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// What a signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    /// Right but for its small letters, which the gateway refuses.
    SmallLetters,
    Wrong,
}

/// The parameters that are signed: all but the signature.
pub(crate) fn signed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs
        .iter()
        .filter(|pair| pair.0 != "sign")
        .map(|pair| (pair.0.as_str(), pair.1.as_str()))
        .collect()
}

/// Whether `sign` is right for the parameters that arrived (without `sign` and files).
pub(crate) fn agrees(secret: &str, path: &str, pairs: &[(&str, &str)], sign: &str) -> bool {
    judge(secret, path, pairs, sign).1 == Verdict::Right
}

/// Judges a signature. The parameters are those that it was held against, sorted.
///
/// Real clients differ in what they do with an empty value they send: some sign its bare name,
/// others skip it. The reference leaves this open, so both readings pass.
pub(crate) fn judge<'a>(
    secret: &str,
    path: &str,
    pairs: &[(&'a str, &'a str)],
    sign: &str,
) -> (Vec<(&'a str, &'a str)>, Verdict) {
    let mut whole = pairs.to_vec();
    whole.sort_by_key(|pair| pair.0);
    let mut filled = whole.clone();
    filled.retain(|pair| !pair.1.is_empty());
    let mut small = false;
    for reading in [&whole, &filled] {
        let expected = signature(secret, path, reading);
        if expected == sign {
            return (reading.clone(), Verdict::Right);
        }
        small |= expected.eq_ignore_ascii_case(sign);
    }
    let verdict = if small {
        Verdict::SmallLetters
    } else {
        Verdict::Wrong
    };
    (whole, verdict)
}

/// The text that is signed: the path, then each name and value.
pub(crate) fn base(path: &str, sorted: &[(&str, &str)]) -> String {
    let mut base = String::from(path);
    for (name, value) in sorted {
        base.push_str(name);
        base.push_str(value);
    }
    base
}

/// The signature of the parameters in this order.
pub(crate) fn signature(secret: &str, path: &str, sorted: &[(&str, &str)]) -> String {
    upper_hex(&hmac_sha256(
        secret.as_bytes(),
        base(path, sorted).as_bytes(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample of the platform's documentation on HTTP requests.
    const PUBLISHED: [(&str, &str); 5] = [
        ("order_id", "1234"),
        ("timestamp", "1517820392000"),
        ("sign_method", "sha256"),
        ("app_key", "123456"),
        ("access_token", "test"),
    ];
    const PUBLISHED_SIGN: &str = "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A";

    #[test]
    fn published_sample_holds_in_any_order() {
        assert!(agrees(
            "helloworld",
            "/order/get",
            &PUBLISHED,
            PUBLISHED_SIGN
        ));
        let mut turned = PUBLISHED;
        turned.reverse();
        assert!(agrees("helloworld", "/order/get", &turned, PUBLISHED_SIGN));
    }

    #[test]
    fn lower_case_and_other_inputs_are_refused() {
        let lower = PUBLISHED_SIGN.to_lowercase();
        assert!(!agrees("helloworld", "/order/get", &PUBLISHED, &lower));
        assert!(!agrees(
            "hellowOrld",
            "/order/get",
            &PUBLISHED,
            PUBLISHED_SIGN
        ));
        assert!(!agrees(
            "helloworld",
            "/orders/get",
            &PUBLISHED,
            PUBLISHED_SIGN
        ));
        assert!(!agrees(
            "helloworld",
            "/order/get",
            &PUBLISHED[1..],
            PUBLISHED_SIGN
        ));
    }

    #[test]
    fn both_readings_of_an_empty_value_pass() {
        let pairs = [("foo", "1"), ("bar", "2"), ("status", "")];
        for base in ["/test/apibar2foo1status", "/test/apibar2foo1"] {
            let sign = upper_hex(&hmac_sha256(b"secret", base.as_bytes()));
            assert!(agrees("secret", "/test/api", &pairs, &sign), "{base}");
        }
    }

    #[test]
    fn capitals_sort_before_small_letters() {
        let pairs = [("app_key", "1"), ("HuntingQueryParam", "x")];
        let sign = upper_hex(&hmac_sha256(b"s", b"/pHuntingQueryParamxapp_key1"));
        assert!(agrees("s", "/p", &pairs, &sign));
    }

    /// RFC 4231, cases 2 and 6 (a key longer than a block).
    #[test]
    fn hmac_vectors_hold() {
        assert_eq!(
            upper_hex(&hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"
        );
        assert_eq!(
            upper_hex(&hmac_sha256(
                &[0xAA; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First"
            )),
            "60E431591EE0B67F0D8A26AACBF5B77F8E0BC6213728C5140546040F0EE37F54"
        );
    }
}
