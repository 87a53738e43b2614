//! The settings of a client, one function each.

use std::collections::BTreeMap;
use std::ffi::c_char;
use std::time::Duration;

use lazcore::client::{ProxyChoice, Rates, RetryPolicy};
use lazcore::{Config, Gateway};

use crate::boundary::{Fault, Output, free, guard, guard_plain, handle, handle_mut, text};
use crate::error::{Report, laz_error_t};
use crate::status::laz_status;
use crate::token::laz_token_store_t;

/// Settings of a client. Only app key, app secret and a country or gateway are needed.
///
/// Each setter returns LAZ_STATUS_OK, or LAZ_STATUS_CONFIG or LAZ_STATUS_ARGUMENT for what cannot be
/// meant. A refused setting is remembered until it is set again: laz_client_new and laz_prepare then fail
/// with it and say what was expected, so the setters' own results need not be looked at. The rest is
/// checked there too. Texts are copied.
pub struct laz_config_t {
    config: Config,
    rates: Rates,
    retry: RetryPolicy,
    /// By setting.
    refused: BTreeMap<&'static str, Report>,
}

impl laz_config_t {
    /// The settings, unless one was refused.
    pub(crate) fn settings(&self) -> Result<Config, Fault> {
        match self.refused.values().next() {
            Some(report) => Err(Fault::Kept(Box::new(report.clone()))),
            None => Ok(self.config.clone()),
        }
    }

    fn set(
        &mut self,
        setting: &'static str,
        change: impl FnOnce(&mut Self, Config) -> Result<Config, Fault>,
    ) -> Result<laz_status, Fault> {
        match change(self, self.config.clone()) {
            Ok(config) => {
                self.config = config;
                self.refused.remove(setting);
                Ok(laz_status::Ok)
            }
            Err(fault) => {
                let report = Report::of(fault);
                self.refused.insert(setting, report.clone());
                Err(Fault::Kept(Box::new(report)))
            }
        }
    }
}

/// # Safety
/// `config` is NULL or a living handle that nobody else uses meanwhile.
pub(crate) unsafe fn set(
    config: *mut laz_config_t,
    setting: &'static str,
    change: impl FnOnce(&mut laz_config_t, Config) -> Result<Config, Fault>,
) -> i32 {
    guard_plain(|| {
        // SAFETY: the caller vouches for what is not NULL.
        unsafe { handle_mut("config", config) }?.set(setting, change)
    })
}

/// # Safety
/// As [`set`]; `value` is NULL or ends with a NUL.
unsafe fn set_text(
    config: *mut laz_config_t,
    setting: &'static str,
    value: *const c_char,
    change: impl FnOnce(Config, &str) -> Result<Config, Fault>,
) -> i32 {
    // SAFETY: the caller vouches for the same.
    unsafe {
        set(config, setting, |_, config| {
            change(config, text(setting, value)?)
        })
    }
}

/// A time of zero or less is as wrong as any other, which the core says when a client is made.
fn milliseconds(value: i64) -> Duration {
    Duration::from_millis(u64::try_from(value).unwrap_or(0))
}

/// Makes settings for an app, everything else at its default. Free them with laz_config_free, at any time
/// after clients were made of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_new(
    app_key: *const c_char,
    app_secret: *const c_char,
    config_out: *mut *mut laz_config_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL or a place to write to, and for texts that end with a NUL.
        let (out, app_key, app_secret) = unsafe {
            let out = Output::handle("config_out", config_out)?;
            (
                out,
                text("app_key", app_key)?,
                text("app_secret", app_secret)?,
            )
        };
        out.hand_over(laz_config_t {
            config: Config::new(app_key, app_secret),
            rates: Rates::default(),
            retry: RetryPolicy::default(),
            refused: BTreeMap::new(),
        })
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

/// Calls go to Lazada's gateway of this country: "SG", "MY", "TH", "VN", "PH" or "ID".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_country(
    config: *mut laz_config_t,
    country: *const c_char,
) -> i32 {
    // SAFETY: the header asks for a living handle and a text that ends with a NUL.
    unsafe {
        set_text(config, "country", country, |config, text| {
            Ok(config.country(text.parse()?))
        })
    }
}

/// Calls go to this base URL, such as a sandbox's, instead of a country's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_gateway(
    config: *mut laz_config_t,
    url: *const c_char,
) -> i32 {
    // SAFETY: the header asks for a living handle and a text that ends with a NUL.
    unsafe {
        set_text(config, "gateway", url, |config, url| {
            Ok(config.gateway(Gateway::url(url)?))
        })
    }
}

/// The seller's access token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_access_token(
    config: *mut laz_config_t,
    token: *const c_char,
) -> i32 {
    // SAFETY: the header asks for a living handle and a text that ends with a NUL.
    unsafe {
        set_text(config, "access_token", token, |config, token| {
            Ok(config.access_token(token))
        })
    }
}

/// The file with the seller's token pair, in place of a fixed access token: each call takes the newest from
/// there, and a pair whose time has come is refreshed, once for all threads and processes that share the
/// file, and stored before it is used. The file need not exist yet, its folder must; it is made for its owner
/// alone and holds secrets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_token_file(
    config: *mut laz_config_t,
    path: *const c_char,
) -> i32 {
    // SAFETY: the header asks for a living handle and a text that ends with a NUL.
    unsafe {
        set_text(config, "token_file", path, |config, path| {
            Ok(config.token_file(path))
        })
    }
}

/// As laz_config_set_token_file, with a pair that the host keeps as a text of its own. Every client made of
/// these settings shares the store with all who were given it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_token_store(
    config: *mut laz_config_t,
    store: *const laz_token_store_t,
) -> i32 {
    // SAFETY: the header asks for living handles.
    unsafe {
        set(config, "token_store", |_, config| {
            Ok(config.token_store(handle("store", store)?.shared()))
        })
    }
}

/// The name of the account in outcomes, exports and file names. By default it is derived from gateway and
/// token, without showing the token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_account(
    config: *mut laz_config_t,
    account: *const c_char,
) -> i32 {
    // SAFETY: the header asks for a living handle and a text that ends with a NUL.
    unsafe {
        set_text(config, "account", account, |config, account| {
            Ok(config.account(account))
        })
    }
}

/// Milliseconds until a connection stands: look-up, TCP and TLS. 10000 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_connect_timeout_ms(
    config: *mut laz_config_t,
    milliseconds: i64,
) -> i32 {
    let timeout = self::milliseconds(milliseconds);
    // SAFETY: the header asks for a living handle.
    unsafe {
        set(config, "connect_timeout", |_, config| {
            Ok(config.connect_timeout(timeout))
        })
    }
}

/// Milliseconds from the sent request to the head of the answer. 30000 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_response_timeout_ms(
    config: *mut laz_config_t,
    milliseconds: i64,
) -> i32 {
    let timeout = self::milliseconds(milliseconds);
    // SAFETY: the header asks for a living handle.
    unsafe {
        set(config, "response_timeout", |_, config| {
            Ok(config.response_timeout(timeout))
        })
    }
}

/// Milliseconds for one whole exchange. 60000 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_total_timeout_ms(
    config: *mut laz_config_t,
    milliseconds: i64,
) -> i32 {
    let timeout = self::milliseconds(milliseconds);
    // SAFETY: the header asks for a living handle.
    unsafe {
        set(config, "total_timeout", |_, config| {
            Ok(config.total_timeout(timeout))
        })
    }
}

/// Milliseconds for a call with all its attempts and pauses. 120000 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_deadline_ms(
    config: *mut laz_config_t,
    milliseconds: i64,
) -> i32 {
    let deadline = self::milliseconds(milliseconds);
    // SAFETY: the header asks for a living handle.
    unsafe {
        set(
            config,
            "deadline",
            |_, config| Ok(config.deadline(deadline)),
        )
    }
}

/// The largest answer after decompression, in bytes. 64 MiB by default, below 4 GiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_max_body_bytes(
    config: *mut laz_config_t,
    bytes: i64,
) -> i32 {
    let bytes = usize::try_from(bytes).unwrap_or(0);
    // SAFETY: the header asks for a living handle.
    unsafe { set(config, "max_body", |_, config| Ok(config.max_body(bytes))) }
}

/// The deepest nesting of an answer. 128 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_max_depth(config: *mut laz_config_t, depth: i32) -> i32 {
    let depth = usize::try_from(depth).unwrap_or(0);
    // SAFETY: the header asks for a living handle.
    unsafe { set(config, "max_depth", |_, config| Ok(config.max_depth(depth))) }
}

/// A PEM file with certificates to trust besides the built-in ones, for proxies that re-sign TLS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_ca_file(
    config: *mut laz_config_t,
    path: *const c_char,
) -> i32 {
    // SAFETY: the header asks for a living handle and a text that ends with a NUL.
    unsafe {
        set_text(config, "ca_file", path, |config, path| {
            Ok(config.ca_file(path))
        })
    }
}

/// The way out: "none" (the default, whatever the environment says), "environment" (as HTTPS_PROXY, ALL_PROXY
/// and NO_PROXY say) or "http://[user:password@]host:port".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_proxy(
    config: *mut laz_config_t,
    proxy: *const c_char,
) -> i32 {
    let change = |config: Config, proxy: &str| {
        Ok(config.proxy(match proxy {
            "none" => ProxyChoice::None,
            "environment" => ProxyChoice::Environment,
            url => ProxyChoice::Url(url.to_owned()),
        }))
    };
    // SAFETY: the header asks for a living handle and a text that ends with a NUL.
    unsafe { set_text(config, "proxy", proxy, change) }
}

/// 1 allows plain http to other hosts than this machine: tokens and buyers' data then travel in clear.
/// 0 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_allow_plain_http(
    config: *mut laz_config_t,
    allow: i32,
) -> i32 {
    // SAFETY: the header asks for a living handle.
    unsafe {
        set(config, "allow_plain_http", |_, config| {
            Ok(config.allow_plain_http(allow != 0))
        })
    }
}

/// The most attempts of one call, the first included; 1 for no repeats. 5 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_max_attempts(
    config: *mut laz_config_t,
    attempts: i32,
) -> i32 {
    let attempts = u32::try_from(attempts).unwrap_or(0);
    let change = |own: &mut laz_config_t, config: Config| {
        own.retry.max_attempts = attempts;
        Ok(config.retry(own.retry.clone()))
    };
    // SAFETY: the header asks for a living handle.
    unsafe { set(config, "max_attempts", change) }
}

/// The most calls a second to one API, over all clients of the app in the process; 0 for no ceiling. 200 by
/// default. Below it the pace adapts: it starts at 50, grows while nothing is refused, and falls when the
/// platform limits calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_rate_per_path(
    config: *mut laz_config_t,
    calls: i32,
) -> i32 {
    let change = |own: &mut laz_config_t, config: Config| {
        own.rates.per_path = f64::from(calls);
        Ok(config.rates(own.rates))
    };
    // SAFETY: the header asks for a living handle.
    unsafe { set(config, "rate_per_path", change) }
}

/// The most calls a second for one account, over all its clients in the process; 0 for no ceiling. 400 by
/// default. Below it the pace adapts, as for one API.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_rate_per_account(
    config: *mut laz_config_t,
    calls: i32,
) -> i32 {
    let change = |own: &mut laz_config_t, config: Config| {
        own.rates.per_account = f64::from(calls);
        Ok(config.rates(own.rates))
    };
    // SAFETY: the header asks for a living handle.
    unsafe { set(config, "rate_per_account", change) }
}

/// A file to which each call adds a line of JSON without secrets: what to quote to support.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_set_call_log(
    config: *mut laz_config_t,
    path: *const c_char,
) -> i32 {
    // SAFETY: the header asks for a living handle and a text that ends with a NUL.
    unsafe {
        set_text(config, "call_log", path, |config, path| {
            Ok(config.call_log(path))
        })
    }
}

/// Frees settings. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_config_free(config: *mut laz_config_t) {
    // SAFETY: the header asks for NULL or a living handle that nobody uses any more.
    unsafe { free(config) }
}
