//! Where calls go: the country gateways, the token host and the authorization page.

use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::encode::encode_into;
use super::schema::Host;
use crate::error::{Error, ErrorKind, Result};

/// All token calls go here, whatever the country (platform guide, "Seller authorization").
const AUTH_BASE: &str = "https://auth.lazada.com/rest";
const AUTHORIZE_PAGE: &str = "https://auth.lazada.com/oauth/authorize";

/// A country in which Lazada sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Country {
    /// Singapore
    Sg,
    /// Malaysia
    My,
    /// Thailand
    Th,
    /// Vietnam
    Vn,
    /// Philippines
    Ph,
    /// Indonesia
    Id,
}

impl Country {
    /// Every country.
    pub const ALL: &'static [Self] = &[Self::Sg, Self::My, Self::Th, Self::Vn, Self::Ph, Self::Id];

    /// Two capital letters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sg => "SG",
            Self::My => "MY",
            Self::Th => "TH",
            Self::Vn => "VN",
            Self::Ph => "PH",
            Self::Id => "ID",
        }
    }

    /// The gateway's base URL (platform guide, "Request domains").
    pub fn gateway(self) -> &'static str {
        match self {
            Self::Sg => "https://api.lazada.sg/rest",
            Self::My => "https://api.lazada.com.my/rest",
            Self::Th => "https://api.lazada.co.th/rest",
            Self::Vn => "https://api.lazada.vn/rest",
            Self::Ph => "https://api.lazada.com.ph/rest",
            Self::Id => "https://api.lazada.co.id/rest",
        }
    }

    /// The currency of its orders (ISO 4217). Order headers and reverse rows carry none; items do.
    pub fn currency(self) -> &'static str {
        match self {
            Self::Sg => "SGD",
            Self::My => "MYR",
            Self::Th => "THB",
            Self::Vn => "VND",
            Self::Ph => "PHP",
            Self::Id => "IDR",
        }
    }
}

impl FromStr for Country {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wanted = text.trim();
        let found = Self::ALL
            .iter()
            .find(|country| country.as_str().eq_ignore_ascii_case(wanted));
        found.copied().ok_or_else(|| {
            Error::config(
                "country",
                format_args!("expected SG, MY, TH, VN, PH or ID, got {text:?}"),
            )
        })
    }
}

/// The pair of base URLs a client calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    name: String,
    api: String,
    auth: String,
}

impl Gateway {
    /// Lazada's gateway of a country.
    pub fn country(country: Country) -> Self {
        Self {
            name: country.as_str().to_owned(),
            api: country.gateway().to_owned(),
            auth: AUTH_BASE.to_owned(),
        }
    }

    /// Another gateway, such as a sandbox, that serves API and token calls alike.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) unless it is an http or https URL without
    /// credentials, query and fragment.
    pub fn url(url: &str) -> Result<Self> {
        let base = url.trim().trim_end_matches('/');
        let rest = base
            .strip_prefix("https://")
            .or_else(|| base.strip_prefix("http://"));
        let plain = |rest: &str| {
            let host = rest.split('/').next().unwrap_or_default();
            !host.is_empty()
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"?#@\\\"<>".contains(&byte))
        };
        if !rest.is_some_and(plain) {
            // The text is not repeated: somebody may have put credentials in it.
            return Err(Error::config(
                "gateway",
                "expected a base URL such as https://api.lazada.sg/rest",
            ));
        }
        Ok(Self {
            name: base.to_owned(),
            api: base.to_owned(),
            auth: base.to_owned(),
        })
    }

    /// The country's letters, or the URL: what distinguishes this gateway in account keys.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The country whose gateway of Lazada's it is.
    pub(crate) fn of_country(&self) -> Option<Country> {
        let mut countries = Country::ALL.iter().copied();
        countries.find(|country| self.name == country.as_str())
    }

    pub(crate) fn base(&self, host: Host) -> &str {
        match host {
            Host::Country => &self.api,
            Host::Auth => &self.auth,
        }
    }
}

/// The page that asks a seller to authorize the app, for a browser.
///
/// The browser comes back to `redirect_uri` with `code` and the same `state`; compare it before the code
/// is exchanged, or somebody else's account can be slipped in. `redirect_uri` must equal the callback URL
/// configured for the app (platform guide, "Seller authorization").
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) when one of the texts is blank.
pub fn authorization_url(app_key: &str, redirect_uri: &str, state: &str) -> Result<String> {
    let mut url = format!("{AUTHORIZE_PAGE}?response_type=code&force_auth=true");
    for (name, field, value) in [
        ("client_id", "app_key", app_key),
        ("redirect_uri", "redirect_uri", redirect_uri),
        ("state", "state", state),
    ] {
        if value.trim().is_empty() {
            return Err(Error::input(field, "expected a text"));
        }
        url.push('&');
        url.push_str(name);
        url.push('=');
        encode_into(&mut url, value);
    }
    Ok(url)
}

/// Holds the state that came back from the authorization page against the one that was sent.
///
/// A redirect with another state was started by somebody else; its code would slip their shop in. The
/// comparison takes as long whichever characters differ.
///
/// # Errors
/// [`ErrorKind::Input`](crate::ErrorKind::Input) when no state was sent, [`ErrorKind::Auth`](crate::ErrorKind::Auth) when it is not the one
/// that came back.
pub fn check_state(sent: &str, received: &str) -> Result<()> {
    if sent.trim().is_empty() {
        return Err(Error::input(
            "state",
            "expected the one that was sent; without one anybody's redirect would pass",
        ));
    }
    let digests = Sha256::digest(sent.as_bytes())
        .into_iter()
        .zip(Sha256::digest(received.as_bytes()));
    if digests.fold(0, |differs, (one, other)| differs | (one ^ other)) == 0 {
        return Ok(());
    }
    let message = "the state of the redirect is not the one that was sent: do not use its code";
    Err(Error::new(ErrorKind::Auth, message).with_field("state"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_state_that_was_sent_passes() {
        check_state("s-4711 ä", "s-4711 ä").unwrap();
        for received in ["", "s-4711", "s-4711 a", "S-4711 ä", "s-4711 ä "] {
            let error = check_state("s-4711 ä", received).unwrap_err();
            assert_eq!(
                (error.kind(), error.field()),
                (ErrorKind::Auth, Some("state"))
            );
            assert!(!format!("{error:?}").contains("4711"));
        }
        assert_eq!(check_state(" ", " ").unwrap_err().kind(), ErrorKind::Input);
    }

    #[test]
    fn a_gateway_of_lazada_has_its_country_and_no_other_has_one() {
        for country in Country::ALL {
            assert_eq!(Gateway::country(*country).of_country(), Some(*country));
        }
        let own = Gateway::url("http://127.0.0.1:1/rest").unwrap();
        assert_eq!(own.of_country(), None);
    }
}
