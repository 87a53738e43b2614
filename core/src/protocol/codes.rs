//! What the platform's codes mean for a retry.

use super::codes_table::CODES;
use super::schema::{Code, CodeClass};

/// The entry of the platform's general list, if the code is on it.
pub fn code(code: &str) -> Option<&'static Code> {
    let index = CODES.binary_search_by(|entry| entry.code.cmp(code)).ok()?;
    CODES.get(index)
}

/// How a code may be answered; `None` for codes that are not on the general list.
pub(crate) fn class(code_text: &str) -> Option<CodeClass> {
    code(code_text).map(|entry| entry.class)
}

/// Codes that speak of the token, the key, the signature or a permission rather than of the call.
pub(crate) fn concerns_access(code: &str) -> bool {
    matches!(
        code,
        "IllegalAccessToken"
            | "InvalidAccessToken"
            | "IllegalRefreshToken"
            | "InvalidCode"
            | "AUTH_TYPE_UNSUPPORTED"
            | "IncompleteSignature"
            | "InvalidAppKey"
            | "APP_KEY_INVALID"
            | "InvalidTimestamp"
            | "IllegalTimestamp"
            | "OPEN_API_TIMESTAMP_INVALID"
            | "InsufficientPermission"
            | "AppWhiteIpLimit"
            | "USER_IS_NOT_LOGGED_IN"
    )
}

/// Codes that mean the access token and nothing else. Both refuse before executing.
pub(crate) fn refuses_access_token(code: &str) -> bool {
    matches!(code, "IllegalAccessToken" | "InvalidAccessToken")
}

/// Codes of the rate limiters. All of them refuse before executing.
pub(crate) fn is_throttle(code: &str) -> bool {
    matches!(
        code,
        "ApiCallLimit"
            | "SellerCallLimit"
            | "AppCallLimit"
            | "901"
            | "E901"
            | "E0901"
            | "TRAFFIC_CONTROL"
            | "HOT_KEY_BLOCK_EXCEPTION"
            | "OPEN_API_CALL_EXCEED_LIMIT"
    )
}

/// The seconds of "this ban will last N seconds", which stand nowhere but in the message.
pub(crate) fn announced_ban(message: &str) -> Option<u64> {
    let (_, rest) = message.split_once("ban will last")?;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}
