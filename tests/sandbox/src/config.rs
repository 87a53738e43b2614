//! What a sandbox is to be like.

use crate::clock;
use crate::faults::{Churn, ListFault};

/// Settings of a sandbox. Start from [`Config::default`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Orders of each store, up to four million. Of large stores an order is made when it is asked for;
    /// a million of them take some 70 MB.
    pub orders: usize,
    /// The data and the credentials are a function of this number.
    pub seed: u64,
    /// TCP port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// Highest offset that GetOrders accepts. The reference says 4500, the tutorial 5000.
    pub offset_ceiling: u32,
    /// Stores, 1 to 50. Some order ids exist in all of them.
    pub stores: usize,
    /// Milliseconds that every answer is held back.
    pub latency_ms: u64,
    /// Time of the last order, in seconds since 1970.
    pub last_order_time: i64,
    /// The orders are spread over this many days before [`Config::last_order_time`].
    pub days: u32,
    /// Whether some orders cannot be packed, each for another reason. Without, every item is
    /// pending and packable.
    pub special_orders: bool,
    /// Stores (by number) whose seller must choose a carrier.
    pub cross_border_stores: Vec<usize>,
    /// Whether every fifth order has items in two warehouses, which never share a package.
    pub two_warehouses: bool,
    /// Seconds that a label link works.
    pub label_seconds: i64,
    /// Life of an access token in seconds.
    pub access_token_seconds: i64,
    /// Life of a refresh token in seconds; 0 stands for an app that cannot refresh.
    pub refresh_token_seconds: i64,
    /// Whether Pack and ReadyToShip execute again what was executed before, instead of refusing by
    /// status. A client that repeats blindly then shows in [`crate::Sandbox::books`].
    pub accept_repeats: bool,
    /// Seconds that the gateway's clock is ahead of this machine's (negative: behind).
    pub clock_shift_seconds: i64,
    /// The gateway's clock stands still at this second (since 1970) and moves only when it is told
    /// to, see [`crate::Sandbox::advance_clock`]. The time stamps of callers are then not checked:
    /// nobody's clock can agree. With it, the times of changes are the same in every run.
    pub frozen_clock: Option<i64>,
    /// Further orders of each store: so many in the second [`Config::dense_second`], so many in the
    /// one after it, and so on; created and last changed there. No other order of the start has
    /// these times.
    pub dense_seconds: Vec<u32>,
    /// How the order list differs from its documentation, always. See also
    /// [`crate::Misbehavior::List`].
    pub list_faults: Vec<ListFault>,
    /// Orders that change before each call of GetOrders is answered.
    pub churn: Churn,
    /// Whether the first pair of tokens stands for all stores, as that of a cross-border seller
    /// does: country `cb`, calls by [`crate::Sandbox::store_url`]. An authorization code of any
    /// store is then exchanged for such a pair too.
    pub cross_border_account: bool,
    /// Calls kept in the log; the oldest ones leave first.
    pub logged_calls: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            orders: 300,
            seed: 1,
            port: 0,
            offset_ceiling: 4500,
            stores: 2,
            latency_ms: 0,
            // A fixed instant: the same seed gives the same data on every day.
            last_order_time: clock::parse_iso("2026-11-01T00:00:00+08:00").unwrap_or_default(),
            days: 30,
            special_orders: true,
            cross_border_stores: Vec::new(),
            two_warehouses: false,
            label_seconds: 600,
            access_token_seconds: 2_592_000,
            refresh_token_seconds: 15_552_000,
            accept_repeats: false,
            clock_shift_seconds: 0,
            frozen_clock: None,
            dense_seconds: Vec::new(),
            list_faults: Vec::new(),
            churn: Churn::default(),
            cross_border_account: false,
            logged_calls: 100_000,
        }
    }
}

impl Config {
    /// The first of the dense seconds, in the middle of the orders' days, in seconds since 1970.
    pub fn dense_second(&self) -> i64 {
        let (first, last) = self.window();
        first + (last - first) / 2
    }

    /// First and last second in which an order was created, as seconds since 1970.
    pub(crate) fn window(&self) -> (i64, i64) {
        let span = i64::from(self.days.max(1)) * 86_400;
        (self.last_order_time - span, self.last_order_time)
    }
}
