//! A seller's token pair, with what the platform said of it.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::protocol::{Raw, Secret, Token as Json};

/// An access token with its refresh token, their lives as the platform told them, and the shops they serve.
///
/// Its text form ([`to_text`](Self::to_text), [`from_text`](Self::from_text)) is for hosts that keep tokens
/// themselves. `Debug` shows no secret.
#[derive(Clone)]
pub struct Token {
    /// Fingerprint of the app key: a pair works with the app it was given to and no other.
    pub(super) app: String,
    pub(super) access: Secret,
    pub(super) refresh: Option<Secret>,
    pub(super) obtained_ms: i64,
    pub(super) expires_in: Option<u64>,
    pub(super) refresh_expires_in: Option<u64>,
    pub(super) country: Option<String>,
    pub(super) shops: Vec<Shop>,
    /// The platform's code when it said for good that this pair is not refreshed.
    pub(super) refused: Option<String>,
    /// Whether it came of a refresh that answered a refused access token.
    pub(super) after_refusal: bool,
}

/// One shop that a token serves. A cross-border token serves one in each of several countries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shop {
    /// Two letters, as the platform wrote them.
    pub country: Option<String>,
    /// The seller's id in that country.
    pub seller_id: Option<String>,
    /// The user's id in that country.
    pub user_id: Option<String>,
    /// The shop's code in Seller Center.
    pub short_code: Option<String>,
}

impl Token {
    /// Reads an answer of `/auth/token/create` or `/auth/token/refresh`, such as an ERP may have kept.
    /// `obtained_ms` is the time it was given, in epoch milliseconds, from which its lives are counted.
    ///
    /// Only the access token must be there. A life that cannot be read counts as unknown, and a list of
    /// shops is taken in each of the platform's forms: under two names, as a list or an object by country, with ids as
    /// texts or numbers.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when it is no JSON object,
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) when it has no access token.
    pub fn from_answer(app_key: &str, answer: &str, obtained_ms: i64) -> Result<Self> {
        Self::read(app_key, super::text::object(answer)?, obtained_ms)
    }

    pub(super) fn read(app_key: &str, answer: Raw<'_>, obtained_ms: i64) -> Result<Self> {
        let access = text(answer, "access_token")
            .ok_or_else(|| Error::decode("access_token", "is missing in the answer"))?;
        Ok(Self {
            app: fingerprint(app_key),
            access: Secret::new(access),
            refresh: text(answer, "refresh_token").map(Secret::new),
            obtained_ms,
            expires_in: seconds(answer, "expires_in"),
            refresh_expires_in: seconds(answer, "refresh_expires_in"),
            country: text(answer, "country"),
            shops: Shop::all_of(answer),
            refused: None,
            after_refusal: false,
        })
    }

    /// What the answer to a refresh leaves out stays as it was.
    pub(super) fn completed_by(mut self, old: &Self) -> Self {
        if self.refresh.is_none() {
            self.refresh.clone_from(&old.refresh);
        }
        if self.country.is_none() {
            self.country.clone_from(&old.country);
        }
        if self.shops.is_empty() {
            self.shops.clone_from(&old.shops);
        }
        self
    }

    /// The same pair, with the code by which the platform refused its refresh for good.
    pub(super) fn refused_with(&self, code: &str) -> Self {
        let mut token = self.clone();
        token.refused = Some(code.to_owned());
        token
    }

    pub(super) fn is_of(&self, app_key: &str) -> bool {
        self.app == fingerprint(app_key)
    }

    pub(super) fn has_access_of(&self, other: &Self) -> bool {
        self.access.expose() == other.access.expose()
    }

    /// Whether nothing distinguishes the two.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        let refresh = |token: &Self| token.refresh.as_ref().map(|it| it.expose().to_owned());
        self.has_access_of(other)
            && refresh(self) == refresh(other)
            && self.refused == other.refused
    }

    /// The access token, for the wire only.
    pub fn access_token(&self) -> &Secret {
        &self.access
    }

    /// The refresh token, if there is one.
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh.as_ref()
    }

    /// When the pair was given, epoch milliseconds on the local clock.
    pub fn obtained_ms(&self) -> i64 {
        self.obtained_ms
    }

    /// The country of the authorization as the platform wrote it; `cb` for a cross-border one.
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// The shops it serves.
    pub fn shops(&self) -> &[Shop] {
        &self.shops
    }

    /// Whether the two serve a shop in common. Unknown counts as yes.
    pub(super) fn may_serve_shops_of(&self, other: &Self) -> bool {
        let ids = |token: &Self| -> Vec<(Option<String>, String)> {
            let known = token.shops.iter().filter_map(|shop| {
                let country = shop.country.as_ref().map(|it| it.to_ascii_lowercase());
                Some((country, shop.seller_id.clone()?))
            });
            known.collect()
        };
        let (own, others) = (ids(self), ids(other));
        own.is_empty() || others.is_empty() || own.iter().any(|shop| others.contains(shop))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("obtained_ms", &self.obtained_ms)
            .field("expires_in", &self.expires_in)
            .field("refresh_expires_in", &self.refresh_expires_in)
            .field("country", &self.country)
            .field("shops", &self.shops)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}

/// The answer to a create names the list one way, that to a refresh the other.
const LISTS: [&str; 2] = ["country_user_info", "country_user_info_list"];

impl Shop {
    pub(super) fn all_of(answer: Raw<'_>) -> Vec<Self> {
        let lists = LISTS.iter().filter_map(|name| answer.get(name));
        lists
            .map(Self::listed)
            .find(|shops| !shops.is_empty())
            .unwrap_or_default()
    }

    fn listed(list: Raw<'_>) -> Vec<Self> {
        match list.token() {
            Json::List => list.items().filter_map(Self::of).collect(),
            // One shop without a list around it.
            Json::Object if list.get("seller_id").is_some() => Self::of(list).into_iter().collect(),
            Json::Object => list
                .members()
                .filter_map(|(country, shop)| {
                    let mut shop = Self::of(shop)?;
                    shop.country.get_or_insert_with(|| country.into_owned());
                    Some(shop)
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn of(shop: Raw<'_>) -> Option<Self> {
        (shop.token() == Json::Object).then(|| Self {
            country: text(shop, "country"),
            seller_id: text(shop, "seller_id"),
            user_id: text(shop, "user_id"),
            short_code: text(shop, "short_code"),
        })
    }
}

/// A text or number without outer white space; nothing when it is absent or blank.
pub(super) fn text(object: Raw<'_>, name: &str) -> Option<String> {
    let value = object.get(name).filter(|value| !value.is_absent())?;
    Some(value.to_text()?.trim().to_owned())
}

/// A life. What is below zero has ended.
pub(super) fn seconds(object: Raw<'_>, name: &str) -> Option<u64> {
    let seconds = object.get(name)?.to_integer()?;
    Some(u64::try_from(seconds).unwrap_or(0))
}

/// Tells app keys apart without showing them.
pub(super) fn fingerprint(app_key: &str) -> String {
    let digest = hex::encode(Sha256::digest(format!("lazcore app {app_key}").as_bytes()));
    digest[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shops(list: &str) -> Vec<Shop> {
        let answer = format!(r#"{{"access_token":"a",{list}}}"#);
        Token::from_answer("1", &answer, 0).unwrap().shops
    }

    #[test]
    fn shops_are_read_in_each_form_the_platform_has() {
        let shop = Shop {
            country: Some("sg".into()),
            seller_id: Some("1001".into()),
            user_id: Some("2002".into()),
            short_code: Some("SG1".into()),
        };
        for list in [
            r#""country_user_info":[{"country":"sg","seller_id":"1001","user_id":"2002","short_code":"SG1"}]"#,
            r#""country_user_info_list":[{"country":"sg","seller_id":1001,"user_id":2002,"short_code":"SG1"}]"#,
            r#""country_user_info":{"sg":{"seller_id":1001,"user_id":" 2002 ","short_code":"SG1"}}"#,
            r#""country_user_info_list":{"x":{"country":"sg","seller_id":"1001","user_id":2002,"short_code":"SG1"}}"#,
            r#""country_user_info":{"country":"sg","seller_id":"1001","user_id":2002,"short_code":"SG1"}"#,
            r#""country_user_info":[],"country_user_info_list":[{"country":"sg","seller_id":1001,"user_id":2002,"short_code":"SG1"},7]"#,
        ] {
            assert_eq!(shops(list), std::slice::from_ref(&shop), "{list}");
        }
        assert!(shops(r#""country_user_info":"none""#).is_empty());
        let big = shops(r#""country_user_info":[{"seller_id":9007199254740993}]"#);
        assert_eq!(big[0].seller_id.as_deref(), Some("9007199254740993"));
    }

    #[test]
    fn an_answer_needs_nothing_but_an_access_token() {
        let token = Token::from_answer("1", r#"{"access_token":"a","expires_in":"soon"}"#, 5);
        let token = token.unwrap();
        assert_eq!((token.expires_in, token.obtained_ms), (None, 5));
        let error = Token::from_answer("1", r#"{"access_token":" "}"#, 5).unwrap_err();
        assert_eq!(error.field(), Some("access_token"));
        assert!(Token::from_answer("1", "[]", 5).is_err());
    }

    #[test]
    fn debug_shows_no_secret() {
        let answer = r#"{"access_token":"secret-one","refresh_token":"secret-two"}"#;
        let token = Token::from_answer("1", answer, 5).unwrap();
        let seen = format!("{token:?} {token:#?}");
        assert!(!seen.contains("secret"), "{seen}");
    }

    #[test]
    fn shops_in_common_are_told_by_country_and_id() {
        let of = |list: &str| {
            let answer = format!(r#"{{"access_token":"a","country_user_info":[{list}]}}"#);
            Token::from_answer("1", &answer, 0).unwrap()
        };
        let one = of(r#"{"country":"sg","seller_id":1}"#);
        assert!(one.may_serve_shops_of(&of(
            r#"{"country":"SG","seller_id":"1"},{"country":"my","seller_id":2}"#
        )));
        assert!(!one.may_serve_shops_of(&of(r#"{"country":"my","seller_id":1}"#)));
        assert!(one.may_serve_shops_of(&of("")));
    }
}
