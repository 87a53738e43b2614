//! Amounts: decimals in units of the currency, text or number on the wire, never a double.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::protocol::value::is_plain_number;
use crate::protocol::{Raw, Token};

/// An exact amount of up to 28 digits. Keeps the digits it came with: `12.50` stays `12.50`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The amount of a number token or a text of digits; `None` for anything else, such as `1,000.00`.
    pub fn read(raw: Raw<'_>) -> Option<Self> {
        match raw.token() {
            Token::Number(number) => Self::parse(number),
            Token::Text(text) => Self::parse(text.trim()),
            _ => None,
        }
    }

    /// The digits of an amount that [prints](fmt::Display) as it came, for who wants nothing but its text. `None` says
    /// nothing: [`read`](Self::read) knows.
    pub fn digits(raw: Raw<'_>) -> Option<&str> {
        let text = raw.as_str();
        let inside = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        let digits = inside.unwrap_or(text);
        // What begins with a minus or a zero may print otherwise: -0, 007.
        let as_it_came = !matches!(digits.as_bytes(), [b'-', ..] | [b'0', b'0'..=b'9', ..]);
        (as_it_came && is_plain_number(digits) && digits.len() <= SURELY_EXACT).then_some(digits)
    }

    /// The amount of a decimal text such as `288.00`; `None` when it is not one or has more digits than
    /// can be kept exactly.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((mantissa, exponent)) = text.split_once(['e', 'E']) {
            return Self::scientific(mantissa, exponent);
        }
        if !is_plain_number(text) {
            return None;
        }
        Decimal::from_str_exact(text).ok().map(Self)
    }

    /// `1.5e3`, a number as JSON allows it though the platform was never seen to send it.
    fn scientific(mantissa: &str, exponent: &str) -> Option<Self> {
        let exact = Self::parse(mantissa)?;
        let shift: i32 = exponent.parse().ok()?;
        let scale = i64::from(exact.0.scale()) - i64::from(shift);
        let digits = exact.0.mantissa();
        if scale >= 0 {
            return Decimal::try_from_i128_with_scale(digits, u32::try_from(scale).ok()?)
                .ok()
                .map(Self);
        }
        let factor = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
        Decimal::try_from_i128_with_scale(digits.checked_mul(factor)?, 0)
            .ok()
            .map(Self)
    }

    /// The sum, or `None` beyond what can be kept exactly.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` beyond what can be kept exactly.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

/// A text of this many characters has no more digits than can be kept.
const SURELY_EXACT: usize = 28;

impl FromStr for Money {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let problem = || format!("expected a decimal amount such as 288.00, got {text:?}");
        Self::parse(text).ok_or_else(|| crate::Error::input("amount", problem()))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
