//! A Lazada Open Platform gateway on loopback.
//!
//! The platform offers no public sandbox, so this library brings one. ERP developers test against
//! it, and so do the library's own tests, for which it is an independent witness: it shares no code
//! with the client.
//!
//! # What it does
//!
//! It serves `http://127.0.0.1:PORT/rest` with at least two stores of invented orders. It checks app
//! key, clock, signature and access token, the limits of each API and the status of each item, and
//! answers with the documented shapes and codes. The data is a function of the seed; only the
//! times of changes follow the machine's clock.
//!
//! APIs: `/orders/get`, `/order/get`, `/order/items/get`, `/orders/items/get`,
//! `/order/invoice_number/set`, `/order/document/get`, `/order/shipment/providers/get`,
//! `/order/fulfill/pack`, `/order/package/repack`, `/order/package/document/get`,
//! `/order/package/rts`, `/seller/get`, `/auth/token/create`, `/auth/token/refresh`.
//!
//! # From Rust
//!
//! ```
//! use lazcore_sandbox::{Config, Misbehavior, Sandbox};
//!
//! let sandbox = Sandbox::start(Config { orders: 20, ..Config::default() })?;
//! sandbox.misbehave(Misbehavior::Throttle { times: 2, seconds: 1 });
//! sandbox.misbehave(Misbehavior::DropAfter.on("/order/fulfill/pack").after(1));
//! let (created_after, created_before) = sandbox.pull_window();
//! println!("{} {created_after} {created_before}", sandbox.url());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # From other languages
//!
//! Start the program `lazcore-sandbox --json --until-stdin-closes`, read one line of JSON from its
//! output, and close its input at the end. Control, beside `/rest`:
//!
//! | request | does |
//! |---|---|
//! | `GET /sandbox/health` | answers `{"status":"ok"}` |
//! | `GET /sandbox/calls` | the calls that arrived, without secrets |
//! | `GET /sandbox/books` | how often each item was packed and each courier called, see [`Sandbox::books`] |
//! | `POST /sandbox/misbehave` | plans a misbehavior |
//! | `POST /sandbox/behave` | forgets all planned ones |
//! | `POST /sandbox/change` | changes orders, see [`Sandbox::change_orders`] |
//! | `POST /sandbox/clock` | `{"advance":5}` lets the gateway's clock jump, see [`Sandbox::advance_clock`] |
//!
//! A change is a JSON object whose members may all be absent: `store` (number, from 0), `update` (list
//! of order ids), `updates` (number of further orders, picked by the seed), `inserts` (number of new
//! orders), `time` (request time or seconds since 1970; the gateway's clock if absent). The answer
//! holds the ids as `updated` and `inserted`.
//!
//! A misbehavior is a JSON object with `kind` and its own members; `path` aims it at one API (or
//! `/labels`), `times` says how often it happens (default 1), `after` how many calls are spared first,
//! `executed` whether the call is executed although its answer is replaced.
//!
//! | kind | members | what happens |
//! |---|---|---|
//! | `latency` | `ms` | answers are held back, until told to behave if `times` is absent |
//! | `stall` | | no answer ever |
//! | `drop_before` | | closed, not executed |
//! | `drop_after` | | executed, closed |
//! | `cut_answer` | | executed, half of the body |
//! | `drip` | `bytes`, `ms` | executed, answered in pieces of `bytes` with pauses of `ms` |
//! | `html_502` | | a proxy's error page |
//! | `throttle` | `seconds` | `ApiCallLimit` |
//! | `expire_token` | | the token of the next call is expired until refreshed |
//! | `fail_row` | `code` | the first row of the next batch fails |
//! | `omit_row` | | the first row of the next batch is missing from the answer |
//! | `raw` | `status`, `headers`, `body` or `body_base64` | these bytes |
//! | `raw_stream` | `bytes` | a body of that length |
//! | `advance_clock` | `seconds` | the gateway's clock jumps before the call |
//! | `expire_refresh_token` | | the next refresh: `IllegalRefreshToken`, for good |
//! | `refresh_unsupported` | | the next refresh: `AUTH_TYPE_UNSUPPORTED` |
//! | `cross_border_token` | | the next pair of tokens stands for all stores |
//!
//! These last until told to behave if `times` is absent, and go together with any other. All but the
//! last concern the order list alone; `late` also concerns single orders and items.
//!
//! | kind | members | what happens |
//! |---|---|---|
//! | `churn` | `updates`, `inserts`, `time` | orders change before each list; `times` and `after` make it one change before a certain one |
//! | `ignored_parameter` | `name` | as if this parameter had not been sent |
//! | `exclusive_bounds` | | an order on a bound is not in the list |
//! | `millisecond_index` | | filtered and sorted by milliseconds that are not printed |
//! | `printed_ahead` | `seconds` | `updated_at` is printed later than it is sorted by, by up to so much |
//! | `unstable_ties` | | orders of one second come in another order at each call |
//! | `count_total` | `says`: `missing`, `page`; or `off` | no total, that of the page, or wrong by so much |
//! | `short_pages` | `rows` | no page holds more |
//! | `late` | `reads` or `seconds` | a change shows after so many reads or seconds |
//! | `country_info_object` | | token answers carry the shops keyed by country |
//!
//! # A list that moves
//!
//! The same are settings of the library: [`Config::churn`], [`Config::list_faults`]. With
//! [`Config::frozen_clock`] the times of changes follow from the calls alone, and a test moves the
//! clock instead of sleeping. [`Config::dense_seconds`] fills neighboring seconds with orders.
//!
//! ```
//! use lazcore_sandbox::{Config, Late, ListFault, Misbehavior, Sandbox};
//!
//! let sandbox = Sandbox::start(Config {
//!     dense_seconds: vec![50, 51, 150],
//!     list_faults: vec![ListFault::ExclusiveBounds],
//!     frozen_clock: Some(1_794_240_000),
//!     ..Config::default()
//! })?;
//! sandbox.misbehave(Misbehavior::List(ListFault::Late(Late::Seconds(8))));
//! let new = sandbox.insert_orders(0, 120, None)?;
//! sandbox.touch_orders(0, &new[..3], None)?;
//! sandbox.advance_clock(8);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Where the reference is silent
//!
//! GetOrders without `limit` gives 10 rows, without `sort_by` and `sort_direction` the newest first.
//! A refresh ends the old pair of tokens. A fulfillment call that is refused as a whole answers with
//! `result.success` false; row refusals stand in `item_err_code`.

mod api;
mod books;
mod calls;
mod clock;
mod config;
mod control;
mod faults;
mod front;
mod gateway;
mod http;
mod json;
mod labels;
mod listener;
mod render;
mod sandbox;
mod seeded;
mod signature;
mod state;
mod tokens;
mod world;

pub use calls::CallRecord;
pub use config::Config;
pub use faults::{Churn, CountTotal, Late, ListFault, Misbehavior, Plan};
pub use sandbox::Sandbox;
pub use world::{Change, Changed};
