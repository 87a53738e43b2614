//! How a pair stands: whether it works, when it is refreshed, and when a person must act.

use super::pair::{Shop, Token};
use crate::error::{Error, Result};
use crate::protocol::json_object::JsonObject;
use crate::protocol::{Record, Time};

/// How a token pair stands.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenState {
    /// Nothing to do.
    Fresh,
    /// The access token still works; the next call refreshes it.
    DueForRefresh,
    /// The access token is over; the next call refreshes it.
    Expired,
    /// The refresh token is over: the seller must authorize again, at the latest when the access token ends.
    RefreshExpired,
    /// The platform does not refresh this pair (`AUTH_TYPE_UNSUPPORTED`, `refresh_expires_in` 0, or no refresh
    /// token): it ends with its access token, and a person must act before.
    NotRefreshable,
}

impl TokenState {
    const ALL: [Self; 5] = [
        Self::Fresh,
        Self::DueForRefresh,
        Self::Expired,
        Self::RefreshExpired,
        Self::NotRefreshable,
    ];

    /// The state as a word, the same in every language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::DueForRefresh => "due_for_refresh",
            Self::Expired => "expired",
            Self::RefreshExpired => "refresh_expired",
            Self::NotRefreshable => "not_refreshable",
        }
    }

    /// Whether the library cannot go on by itself.
    pub fn needs_person(self) -> bool {
        matches!(self, Self::RefreshExpired | Self::NotRefreshable)
    }
}

/// How a token pair stands, without its secrets.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenStatus {
    /// The state.
    pub state: TokenState,
    /// When the access token ends, epoch milliseconds; absent when the platform did not say.
    pub expires_at_ms: Option<i64>,
    /// When the refresh token ends, epoch milliseconds. A refresh does not move it.
    pub refresh_expires_at_ms: Option<i64>,
    /// Whole days of the access token left; 0 from its last day on.
    pub days_left: Option<i64>,
    /// Whole days of the refresh token left; 0 from its last day on.
    pub refresh_days_left: Option<i64>,
    /// The shops that the pair serves.
    pub shops: Vec<Shop>,
}

impl TokenStatus {
    /// As a JSON object.
    pub fn to_json(&self) -> String {
        let time = |ms: Option<i64>| ms.and_then(|ms| Time::from_epoch_ms(ms).to_rfc3339());
        let mut json = JsonObject::new()
            .text("state", self.state.as_str())
            .flag("needs_person", self.state.needs_person())
            .optional("expires_at", time(self.expires_at_ms).as_deref())
            .optional(
                "refresh_expires_at",
                time(self.refresh_expires_at_ms).as_deref(),
            );
        for (name, days) in [
            ("days_left", self.days_left),
            ("refresh_days_left", self.refresh_days_left),
        ] {
            if let Some(days) = days {
                json = json.number(name, days.unsigned_abs());
            }
        }
        json.list("shops", self.shops.iter().map(Shop::to_json))
            .finish()
    }

    /// The status that [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for anything else.
    pub fn from_json(text: &str) -> Result<Self> {
        let kept = Record::parse(text, &[])?;
        let state = kept.text("state")?.unwrap_or_default();
        let known = TokenState::ALL
            .into_iter()
            .find(|one| one.as_str() == state);
        let time = |name: &str| Ok::<_, Error>(kept.time(name)?.and_then(|time| time.epoch_ms()));
        let shops = kept.raw("shops");
        Ok(Self {
            state: known
                .ok_or_else(|| Error::decode("state", format_args!("{state:?} is not known")))?,
            expires_at_ms: time("expires_at")?,
            refresh_expires_at_ms: time("refresh_expires_at")?,
            days_left: kept.integer("days_left")?,
            refresh_days_left: kept.integer("refresh_days_left")?,
            shops: shops.map_or_else(Vec::new, |shops| {
                shops.items().filter_map(Shop::of).collect()
            }),
        })
    }
}

/// The platform's newest guide refreshes 48 hours ahead and its push warns then.
const AHEAD_SECONDS: u64 = 48 * 3600;
const DAY_MS: i64 = 86_400_000;

impl Token {
    /// How the pair stands at a time in epoch milliseconds.
    pub fn status(&self, now_ms: i64) -> TokenStatus {
        let days = |end: Option<i64>| end.map(|end| (end.saturating_sub(now_ms)).max(0) / DAY_MS);
        let (access, refresh) = (self.expires_at(), self.refresh_expires_at());
        TokenStatus {
            state: self.state(now_ms),
            expires_at_ms: access,
            refresh_expires_at_ms: refresh,
            days_left: days(access),
            refresh_days_left: days(refresh),
            shops: self.shops.clone(),
        }
    }

    pub(super) fn state(&self, now_ms: i64) -> TokenState {
        let over = |end: Option<i64>| end.is_some_and(|end| now_ms >= end);
        let unsupported = self.refused.as_deref() == Some(UNSUPPORTED);
        if unsupported || self.refresh.is_none() || self.refresh_expires_in == Some(0) {
            TokenState::NotRefreshable
        } else if self.refused.is_some() || over(self.refresh_expires_at()) {
            TokenState::RefreshExpired
        } else if over(self.expires_at()) {
            TokenState::Expired
        } else if over(self.due_at()) {
            TokenState::DueForRefresh
        } else {
            TokenState::Fresh
        }
    }

    /// Whether a call should refresh first.
    pub(super) fn is_due(&self, now_ms: i64) -> bool {
        matches!(
            self.state(now_ms),
            TokenState::DueForRefresh | TokenState::Expired
        )
    }

    fn expires_at(&self) -> Option<i64> {
        self.after(self.expires_in?)
    }

    fn refresh_expires_at(&self) -> Option<i64> {
        self.after(self.refresh_expires_in?)
    }

    /// When 48 hours or a fifth of the life are left, whichever is later: a week's token is not refreshed
    /// when it is hardly used.
    fn due_at(&self) -> Option<i64> {
        let life = self.expires_in?;
        self.after(life - AHEAD_SECONDS.min(life / 5))
    }

    fn after(&self, seconds: u64) -> Option<i64> {
        let ms = i64::try_from(seconds).ok()?.checked_mul(1000)?;
        self.obtained_ms.checked_add(ms)
    }
}

/// The platform's code for apps whose tokens live as long as the subscription.
pub(super) const UNSUPPORTED: &str = "AUTH_TYPE_UNSUPPORTED";
/// The platform's code for a refresh token that is over, unknown or another app's.
pub(super) const REFRESH_REFUSED: &str = "IllegalRefreshToken";

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn token(access: &str, refresh: &str) -> Token {
        let answer = format!(
            r#"{{"access_token":"a","refresh_token":"r","expires_in":{access},"refresh_expires_in":{refresh}}}"#
        );
        Token::from_answer("1", &answer, 0).unwrap()
    }

    #[test]
    fn long_lives_are_refreshed_48_hours_ahead_and_short_ones_at_a_fifth() {
        let month = token("2592000", "15552000");
        let end = 30 * 24 * HOUR;
        for (now, state) in [
            (0, TokenState::Fresh),
            (end - 48 * HOUR - 1, TokenState::Fresh),
            (end - 48 * HOUR, TokenState::DueForRefresh),
            (end - 1, TokenState::DueForRefresh),
            (end, TokenState::Expired),
            (180 * 24 * HOUR, TokenState::RefreshExpired),
        ] {
            assert_eq!(month.status(now).state, state, "{now}");
        }
        let hundred_hours = token("360000", "15552000");
        assert_eq!(hundred_hours.state(80 * HOUR - 1), TokenState::Fresh);
        assert_eq!(hundred_hours.state(80 * HOUR), TokenState::DueForRefresh);
    }

    #[test]
    fn what_is_not_refreshed_is_never_due() {
        let end = 30 * 24 * HOUR;
        let zero = token("2592000", "0");
        let mut bare = token("2592000", "100");
        bare.refresh = None;
        let unsupported = token("2592000", "15552000").refused_with(UNSUPPORTED);
        for token in [zero, bare, unsupported] {
            for now in [0, end - 1, end + 1] {
                assert_eq!(token.state(now), TokenState::NotRefreshable);
                assert!(!token.is_due(now));
            }
        }
        let refused = token("2592000", "15552000").refused_with(REFRESH_REFUSED);
        assert_eq!(refused.state(0), TokenState::RefreshExpired);
        assert!(refused.state(0).needs_person() && !refused.is_due(end));
    }

    #[test]
    fn unknown_lives_are_left_to_the_gateway() {
        let unknown = token("null", "null");
        let status = unknown.status(i64::MAX);
        assert_eq!(status.state, TokenState::Fresh);
        assert_eq!((status.days_left, status.refresh_days_left), (None, None));
        let endless = token("9223372036854775807", "9223372036854775807");
        assert_eq!(endless.state(HOUR), TokenState::Fresh);
    }

    #[test]
    fn a_status_comes_back_whole() {
        let mut bare = token("2592000", "100");
        bare.refresh = None;
        bare.shops = vec![Shop {
            seller_id: Some("1".into()),
            ..Shop::default()
        }];
        let month = token("2592000", "15552000");
        let ends = [0, 29 * 24 * HOUR, 40 * 24 * HOUR, 181 * 24 * HOUR];
        let states = ends.map(|now| month.status(now + 1));
        for status in states.into_iter().chain([bare.status(0)]) {
            assert_eq!(TokenStatus::from_json(&status.to_json()).unwrap(), status);
        }
        assert!(TokenStatus::from_json(r#"{"state":"new"}"#).is_err());
    }

    #[test]
    fn days_are_whole_and_end_at_zero() {
        let month = token("2592000", "15552000");
        let status = month.status(HOUR);
        assert_eq!(
            (status.days_left, status.refresh_days_left),
            (Some(29), Some(179))
        );
        let later = month.status(40 * 24 * HOUR);
        assert_eq!(later.days_left, Some(0));
        let json = later.to_json();
        for part in [
            r#""state":"expired""#,
            r#""days_left":0"#,
            r#""refresh_days_left":140"#,
            r#""expires_at":"1970-01-31T00:00:00Z""#,
        ] {
            assert!(json.contains(part), "{json}");
        }
    }
}
