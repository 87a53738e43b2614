//! A sandbox inside the host's process. Only in builds with the feature `sandbox`.

use std::ffi::{CString, c_char};

use lazcore::{Args, Value};
use lazcore_sandbox::{Config, Sandbox};

use crate::boundary::{Fault, Output, c_text, free, guard, guard_value, optional_text, pointer};
use crate::error::{Report, laz_error_t};

/// A gateway on loopback with invented orders, for the tests of a host. It serves until it is freed.
pub struct laz_sandbox_t {
    greeting: CString,
    /// Serves as long as it lives.
    _gateway: Sandbox,
}

/// Starts a sandbox on a free port of 127.0.0.1.
///
/// `options_json` is a JSON object or NULL: "orders" (of each store, 300), "stores" (2), "seed" (1: data and
/// credentials follow from it), "port", "days" (30), "latency_ms", "offset_ceiling" (4500), "label_seconds",
/// "access_token_seconds", "refresh_token_seconds", "frozen_clock" (seconds since 1970), all numbers;
/// "special_orders" (true: some orders cannot be packed), "accept_repeats" and "two_warehouses", true or false.
///
/// LAZ_STATUS_ARGUMENT for an option that is unknown or cannot be meant, LAZ_STATUS_IO when the port cannot be
/// had. Free it with laz_sandbox_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_sandbox_start(
    options_json: *const c_char,
    sandbox_out: *mut *mut laz_sandbox_t,
    error_out: *mut *mut laz_error_t,
) -> i32 {
    let body = || {
        // SAFETY: the header asks for NULL, a text that ends with a NUL and places to write to.
        let (out, options) = unsafe {
            let out = Output::handle("sandbox_out", sandbox_out)?;
            (out, optional_text("options_json", options_json)?)
        };
        let config = config(&Args::from_json(options.unwrap_or_default())?)?;
        let gateway = Sandbox::start(config)
            .map_err(|error| Fault::Kept(Box::new(Report::io(&error.to_string()))))?;
        out.hand_over(laz_sandbox_t {
            greeting: c_text(gateway.greeting()),
            _gateway: gateway,
        })
    };
    // SAFETY: the header asks for NULL or a place to write to.
    unsafe { guard(error_out, body) }
}

fn config(options: &Args) -> Result<Config, Fault> {
    let mut config = Config::default();
    for (name, value) in options.values() {
        match name.as_str() {
            "orders" => config.orders = number("orders", value)?,
            "stores" => config.stores = number("stores", value)?,
            "seed" => config.seed = number("seed", value)?,
            "port" => config.port = number("port", value)?,
            "days" => config.days = number("days", value)?,
            "latency_ms" => config.latency_ms = number("latency_ms", value)?,
            "offset_ceiling" => config.offset_ceiling = number("offset_ceiling", value)?,
            "label_seconds" => config.label_seconds = number("label_seconds", value)?,
            "access_token_seconds" => {
                config.access_token_seconds = number("access_token_seconds", value)?;
            }
            "refresh_token_seconds" => {
                config.refresh_token_seconds = number("refresh_token_seconds", value)?;
            }
            "frozen_clock" => config.frozen_clock = Some(number("frozen_clock", value)?),
            "special_orders" => config.special_orders = flag("special_orders", value)?,
            "accept_repeats" => config.accept_repeats = flag("accept_repeats", value)?,
            "two_warehouses" => config.two_warehouses = flag("two_warehouses", value)?,
            _ => return Err(Fault::argument("options_json", "holds an unknown option")),
        }
    }
    Ok(config)
}

fn number<N: std::str::FromStr>(name: &'static str, value: &Value) -> Result<N, Fault> {
    let parsed = match value {
        Value::Number(text) => text.parse().ok(),
        _ => None,
    };
    parsed.ok_or_else(|| Fault::argument(name, "expected a whole number that fits"))
}

fn flag(name: &'static str, value: &Value) -> Result<bool, Fault> {
    match value {
        Value::Boolean(flag) => Ok(*flag),
        _ => Err(Fault::argument(name, "expected true or false")),
    }
}

/// Where the sandbox serves and who may call it, as a JSON object: "url" (for laz_config_set_gateway), "app_key",
/// "app_secret", "access_token", "refresh_token", "auth_code", "store_tokens" (a list) and "created_after" and
/// "created_before", between which all orders were created. The text is valid until laz_sandbox_free. NULL for
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_sandbox_json(sandbox: *const laz_sandbox_t) -> *const c_char {
    // SAFETY: the header asks for NULL or a living handle.
    let sandbox = unsafe { sandbox.as_ref() };
    guard_value(std::ptr::null(), || {
        pointer(sandbox.map(|sandbox| &sandbox.greeting))
    })
}

/// Stops a sandbox and frees it. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn laz_sandbox_free(sandbox: *mut laz_sandbox_t) {
    // SAFETY: the header asks for NULL or a living handle that nobody uses any more.
    unsafe { free(sandbox) }
}
