//! The text form of a token pair: one JSON object with a version of its own.

use super::pair::{Shop, Token, seconds, text};
use crate::error::{Error, Result};
use crate::protocol::json_object::JsonObject;
use crate::protocol::{Raw, Secret, Token as Json, flag, json};

/// Raised when a text of an older library cannot be read any more.
const VERSION: u64 = 1;

impl Token {
    /// The pair as text, to be kept like a password.
    pub fn to_text(&self) -> String {
        let whole = |seconds: Option<u64>| seconds.map(|seconds| seconds.to_string());
        JsonObject::new()
            .number("lazcore_token", VERSION)
            .text("app", &self.app)
            .text("obtained_ms", &self.obtained_ms.to_string())
            .text("access_token", self.access.expose())
            .optional("expires_in", whole(self.expires_in).as_deref())
            .optional("refresh_token", self.refresh.as_ref().map(Secret::expose))
            .optional(
                "refresh_expires_in",
                whole(self.refresh_expires_in).as_deref(),
            )
            .optional("country", self.country.as_deref())
            .list("country_user_info", self.shops.iter().map(Shop::to_json))
            .optional("refused", self.refused.as_deref())
            .flag("after_refusal", self.after_refusal)
            .finish()
    }

    /// Reads [`to_text`](Self::to_text)'s form.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) saying what is wrong, without the text: half of it, another file, or
    /// the form of a newer library.
    pub fn from_text(form: &str) -> Result<Self> {
        let wrong = |problem: &str| Error::config("token", problem);
        let pair = object(form)
            .map_err(|_| wrong("expected a stored token pair; the text is damaged or another's"))?;
        let version = seconds(pair, "lazcore_token")
            .ok_or_else(|| wrong("expected a stored token pair; the text is another's"))?;
        if version > VERSION {
            return Err(wrong(
                "the token pair was stored by a newer version of the library",
            ));
        }
        let missing = |name: &str| wrong(&format!("the stored token pair has no {name}"));
        Ok(Self {
            app: text(pair, "app").ok_or_else(|| missing("app"))?,
            access: text(pair, "access_token")
                .map(Secret::new)
                .ok_or_else(|| missing("access_token"))?,
            refresh: text(pair, "refresh_token").map(Secret::new),
            obtained_ms: pair
                .get("obtained_ms")
                .and_then(Raw::to_integer)
                .ok_or_else(|| missing("obtained_ms"))?,
            expires_in: seconds(pair, "expires_in"),
            refresh_expires_in: seconds(pair, "refresh_expires_in"),
            country: text(pair, "country"),
            shops: Shop::all_of(pair),
            refused: text(pair, "refused"),
            after_refusal: pair.get("after_refusal").and_then(flag).unwrap_or(false),
        })
    }
}

impl Shop {
    /// As a JSON object.
    pub fn to_json(&self) -> String {
        JsonObject::new()
            .optional("country", self.country.as_deref())
            .optional("seller_id", self.seller_id.as_deref())
            .optional("user_id", self.user_id.as_deref())
            .optional("short_code", self.short_code.as_deref())
            .finish()
    }
}

/// The one object that a text holds.
pub(super) fn object(form: &str) -> Result<Raw<'_>> {
    // The text is not repeated: it may be a secret.
    let value = json::parse(form, json::DEFAULT_DEPTH).ok();
    value
        .filter(|value| value.token() == Json::Object)
        .ok_or_else(|| Error::input("token", "expected a JSON object"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn whole() -> Token {
        let answer = r#"{"access_token":"secret-\"a","refresh_token":"secret-b","expires_in":604800,
            "refresh_expires_in":"1209600","country":"cb","country_user_info":{"sg":{"seller_id":1},"my":{"seller_id":2}}}"#;
        let mut token = Token::from_answer("app", answer, 1_772_352_000_123).unwrap();
        token.after_refusal = true;
        token.refused_with("IllegalRefreshToken")
    }

    #[test]
    fn what_is_written_is_read_again() {
        let token = whole();
        let read = Token::from_text(&token.to_text()).unwrap();
        assert!(read.is_same_as(&token) && read.is_of("app") && !read.is_of("other"));
        assert_eq!(read.to_text(), token.to_text());
        assert_eq!(read.obtained_ms(), 1_772_352_000_123);
        assert!(read.after_refusal);
        assert_eq!(read.shops()[1].country.as_deref(), Some("my"));
        let bare = Token::from_answer("app", r#"{"access_token":"a"}"#, -5).unwrap();
        let read = Token::from_text(&bare.to_text()).unwrap();
        assert_eq!((read.obtained_ms, read.expires_in), (-5, None));
        assert!(read.refresh.is_none());
    }

    #[test]
    fn half_a_text_is_refused_without_being_shown() {
        let text = whole().to_text();
        for end in 0..text.len() {
            let Some(half) = text.get(..end) else {
                continue;
            };
            let error = Token::from_text(half).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let newer = whole()
            .to_text()
            .replace("\"lazcore_token\":1", "\"lazcore_token\":2");
        for (text, part) in [
            ("{}", "another's"),
            (newer.as_str(), "newer"),
            (r#"{"lazcore_token":1}"#, "no app"),
            (
                r#"{"lazcore_token":1,"app":"x","obtained_ms":"1"}"#,
                "no access_token",
            ),
        ] {
            let error = Token::from_text(text).unwrap_err();
            assert!(error.message().contains(part), "{error}");
        }
    }
}
