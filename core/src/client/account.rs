//! The account a client calls for.

use std::str::FromStr;

use super::token::{Shop, Token};
use super::{Client, Shared};
use crate::api::table;
use crate::error::{Error, Result};
use crate::protocol::json_object::JsonObject;
use crate::protocol::{Args, Country, Gateway, Record, Request};
use crate::transport::Cancel;

/// A seller's shop in one country, as one app sees it. Order ids are unique within an account only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    app_key: String,
    /// The country's letters, or the gateway's name where the country is not known.
    place: String,
    seller_id: String,
    key: String,
}

impl Account {
    fn new(app_key: &str, place: &str, seller_id: String) -> Self {
        Self {
            app_key: app_key.to_owned(),
            place: place.to_owned(),
            key: format!("{place}-{seller_id}"),
            seller_id,
        }
    }

    /// The app.
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// The country, unless the gateway is none of Lazada's and nothing told it.
    pub fn country(&self) -> Option<Country> {
        Country::from_str(&self.place).ok()
    }

    /// The seller's id in that country.
    pub fn seller_id(&self) -> &str {
        &self.seller_id
    }

    /// The account in outcomes, exports and file names, such as `SG-1000001`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// As a JSON object.
    pub fn to_json(&self) -> String {
        let country = self.country().map(Country::as_str);
        JsonObject::new()
            .text("app_key", &self.app_key)
            .optional("country", country)
            .text("seller_id", &self.seller_id)
            .text("key", &self.key)
            .finish()
    }

    /// The account that [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for anything else.
    pub fn from_json(text: &str) -> Result<Self> {
        let kept = Record::parse(text, &[])?;
        let member = |name: &str| {
            kept.text(name)?
                .ok_or_else(|| Error::decode(name, "is missing"))
        };
        let (app_key, seller_id, key) = (member("app_key")?, member("seller_id")?, member("key")?);
        // The key names the place also where it is no country.
        let place = key.strip_suffix(&*format!("-{seller_id}"));
        let place = place.ok_or_else(|| Error::decode("key", "is not that of the seller"))?;
        Ok(Self::new(&app_key, place, seller_id))
    }

    /// The shop of a token that a gateway serves: the one of its country, or the only one.
    pub(super) fn of_token(app_key: &str, gateway: &Gateway, token: &Token) -> Option<Self> {
        let country = |shop: &Shop| Country::from_str(shop.country.as_deref()?).ok();
        let shop = match (gateway.of_country(), token.shops()) {
            (Some(own), shops) => shops.iter().find(|shop| country(shop) == Some(own))?,
            (None, [only]) => only,
            (None, _) => return None,
        };
        let place = country(shop)?.as_str();
        Some(Self::new(app_key, place, shop.seller_id.clone()?))
    }
}

/// The country in a seller's location, which is its English name.
fn country_named(location: &str) -> Option<Country> {
    let names = [
        ("Singapore", Country::Sg),
        ("Malaysia", Country::My),
        ("Thailand", Country::Th),
        ("Vietnam", Country::Vn),
        ("Philippines", Country::Ph),
        ("Indonesia", Country::Id),
    ];
    let location = location.trim();
    let named = names
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(location));
    named.map(|(_, country)| *country)
}

impl Client {
    /// The account behind the client's token: what the token store tells, or else `/seller/get`. Asked
    /// once and remembered; from then on [`account`](Self::account) is its [key](Account::key),
    /// unless the settings name one. Resolve before jobs start, so that all their rows carry one key.
    ///
    /// # Errors
    /// As any call; [`ErrorKind::Decode`](crate::ErrorKind::Decode) when the answer has no seller id.
    pub fn resolve_account(&self) -> Result<Account> {
        self.resolve_account_cancelable(&Cancel::new())
    }

    /// Whether [`account`](Self::account) tells the account itself, and nothing made of the token.
    pub(crate) fn knows_account(&self) -> bool {
        self.shared.config.account.is_some() || self.shared.known_account.get().is_some()
    }

    /// As [`resolve_account`](Self::resolve_account), until `cancel` is set.
    ///
    /// # Errors
    /// See [`resolve_account`](Self::resolve_account).
    pub fn resolve_account_cancelable(&self, cancel: &Cancel) -> Result<Account> {
        let shared = &*self.shared;
        if let Some(account) = shared.known_account.get() {
            return Ok(account.clone());
        }
        let reply =
            self.send_cancelable(&Request::new(&table::GET_SELLER, Args::new())?, cancel)?;
        let seller = reply.record();
        let id = seller
            .as_ref()
            .and_then(|seller| seller.id("seller_id").ok()?);
        let seller_id = id.ok_or_else(|| {
            let ids = reply.evidence();
            Error::decode("seller_id", "is missing in the answer")
                .with_api(&ids.api)
                .with_request_id(ids.request_id.clone())
        })?;
        let gateway = shared.credentials.gateway();
        let told = || {
            let location = seller.as_ref()?.text("location").ok()??;
            country_named(&location)
        };
        let place = match gateway.of_country().or_else(told) {
            Some(country) => country.as_str(),
            None => gateway.name(),
        };
        let account = Account::new(shared.credentials.app_key(), place, seller_id);
        // Another thread may have been first, with the same account.
        let _ = shared.known_account.set(account.clone());
        Ok(account)
    }
}

impl Shared {
    /// Remembers the account if the token tells it.
    pub(super) fn learn_account(&self, token: &Token) {
        if self.known_account.get().is_none() {
            let (app_key, gateway) = (self.credentials.app_key(), self.credentials.gateway());
            if let Some(account) = Account::of_token(app_key, gateway, token) {
                let _ = self.known_account.set(account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_comes_back_whole() {
        for place in ["SG", "127.0.0.1:8080"] {
            let account = Account::new("app", place, "1000-1".to_owned());
            let text = account.to_json();
            assert_eq!(Account::from_json(&text).unwrap(), account);
            for broken in ["", "{}", &text.replace("-1000-1", "-1000-2")] {
                assert!(Account::from_json(broken).is_err(), "{broken}");
            }
        }
    }
}
