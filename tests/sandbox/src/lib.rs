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
//! | `GET /` | a page for a browser: orders, labels, calls with the text that was signed, misbehaviors |
//! | `GET /sandbox/health` | answers `{"status":"ok"}` |
//! | `GET /sandbox/calls` | the calls that arrived, without secrets |
//! | `GET /sandbox/books` | how often each item was packed and each courier called, and by which call, see [`Sandbox::books`] |
//! | `POST /sandbox/misbehave` | plans a misbehavior |
//! | `POST /sandbox/behave` | forgets all planned ones |
//! | `POST /sandbox/act` | lets another actor act, see [`Sandbox::act`] |
//! | `POST /sandbox/change` | changes orders, see [`Sandbox::change_orders`] |
//! | `POST /sandbox/clock` | `{"advance":5}` lets the gateway's clock jump, see [`Sandbox::advance_clock`] |
//!
//! A change is a JSON object whose members may all be absent: `store` (number, from 0), `update` (list
//! of order ids), `updates` (number of further orders, picked by the seed), `inserts` (number of new
//! orders), `time` (request time or seconds since 1970; the gateway's clock if absent). The answer
//! holds the ids as `updated` and `inserted`.
//!
//! An act is a JSON object with `do`: `pack`, `ship`, `repack`, `cancel`, `ask_to_cancel`, or with
//! `seconds` `lock` (rows answer 700024 meanwhile) and `no_carrier` (rows of Pack answer 1003), see
//! [`Deed`]; further `store` (number, from 0), `orders` (list of ids), `items` (only these) and
//! `seconds_later`. The answer holds what has changed as `items` and `packages`.
//!
//! A misbehavior is a JSON object with `kind` and its own members; `path` aims it at one API (or
//! `/labels`), `times` says how often it happens (default 1), `after` how many calls are spared first,
//! `executed` whether the call is executed although its answer is replaced, `executed_after` that it is
//! executed so many seconds of the gateway's clock later.
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
//! | `execute_late` | `seconds` | closed, executed so many seconds later |
//! | `refuse_batch` | `code` (40011: busy) | the next batch is refused as a whole |
//! | `fail_row` | `code`, `rows` | the first row of the next batch fails, or those of `rows`: places from 0, or `"all"` |
//! | `omit_row` | `rows` | the first row of the next batch, or those of `rows`, are missing from the answer |
//! | `raw` | `status`, `headers`, `body` or `body_base64` | these bytes |
//! | `raw_stream` | `bytes` | a body of that length |
//! | `act` | as above without `store`; `when`: `before`, `after` | another actor acts before the call, or after it; without `orders` on those that the call names |
//! | `empty_label` | | PrintAWB succeeds with an empty file and no link |
//! | `advance_clock` | `seconds` | the gateway's clock jumps before the call |
//! | `expire_refresh_token` | | the next refresh: `IllegalRefreshToken`, for good |
//! | `refresh_unsupported` | | the next refresh: `AUTH_TYPE_UNSUPPORTED` |
//! | `cross_border_token` | | the next pair of tokens stands for all stores |
//!
//! These last until told to behave if `times` is absent, and go together with any other. Up to `late`
//! they concern the order list alone; `late` also concerns single orders and items.
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
//! | `empty_label` | `seconds` | labels are empty until the packages are so old |
//! | `label_link` | `seconds` | links of labels work so long; 0: they have ended |
//! | `label_in_file` | `content`: `pdf`, `html` | no link, although a PDF was asked for: the document itself |
//! | `label_extra_page` | | the PDF has a page more than packages |
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
//! # What fulfillment fears
//!
//! All delays follow the gateway's clock, so that with [`Config::frozen_clock`] a test decides when
//! a call that was on its way arrives, when a change shows and when a label is there.
//!
//! ```
//! use lazcore_sandbox::{Act, Config, Deed, Late, ListFault, Misbehavior, Rows, Sandbox};
//!
//! let sandbox = Sandbox::start(Config { frozen_clock: Some(1_794_240_000), ..Config::default() })?;
//! let pack = "/order/fulfill/pack";
//! // The answer is lost, the call is executed half a minute later, and reads show it late.
//! sandbox.misbehave(Misbehavior::ExecuteLate { seconds: 30 }.on(pack));
//! sandbox.misbehave(Misbehavior::List(ListFault::Late(Late::Seconds(8))));
//! // The next one is answered "busy" for its third row, and executed all the same.
//! let busy = Misbehavior::FailRow { code: "40011".to_owned() };
//! sandbox.misbehave(busy.on(pack).rows(Rows::At(vec![2])).executed());
//! // Somebody cancels what is about to be shipped, and packs a new order in ten seconds.
//! sandbox.misbehave(Misbehavior::Act(Act::on(Deed::Cancel, &[])).on("/order/package/rts"));
//! let new = sandbox.insert_orders(0, 1, None)?;
//! sandbox.act(0, &Act { seconds_later: 10, ..Act::on(Deed::Pack, &new) })?;
//! sandbox.advance_clock(30);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Where the reference is silent
//!
//! GetOrders without `limit` gives 10 rows, without `sort_by` and `sort_direction` the newest first.
//! A refresh ends the old pair of tokens. A fulfillment call that is refused as a whole answers with
//! `result.success` false; row refusals stand in `item_err_code`.

mod agenda;
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
mod page;
mod render;
mod sandbox;
mod seeded;
mod signature;
mod state;
mod tokens;
mod world;

pub use calls::CallRecord;
pub use config::Config;
pub use faults::{Churn, CountTotal, InFile, LabelFault, Late, ListFault, Misbehavior, Plan, Rows};
pub use sandbox::Sandbox;
pub use world::{Act, Acted, Change, Changed, Deed};
