//! A running sandbox, as Rust tests hold it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::books;
use crate::calls::CallRecord;
use crate::clock;
use crate::config::Config;
use crate::faults::Plan;
use crate::listener::{self, Listener};
use crate::state::State;
use crate::tokens;
use crate::world::{Act, Acted, Change, Changed};

/// Orders of one store at the start: their ids have room for more, for orders inserted later.
const MAX_ORDERS: usize = 4_000_000;

/// A gateway on loopback. Dropping it stops it.
pub struct Sandbox {
    state: Arc<State>,
    listener: Listener,
    /// Access and refresh token of each store at the start.
    first_tokens: Vec<(String, String)>,
}

impl Sandbox {
    /// Makes the data and starts to serve.
    ///
    /// # Errors
    ///
    /// When the port cannot be bound, or the configuration asks for no store, for more than 50, or
    /// for more than four million orders in each.
    pub fn start(config: Config) -> io::Result<Self> {
        if !(1..=50).contains(&config.stores) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a sandbox has 1 to 50 stores",
            ));
        }
        let dense = config.dense_seconds.iter().map(|count| *count as usize);
        if dense.fold(config.orders, usize::saturating_add) > MAX_ORDERS {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a store has at most 4000000 orders",
            ));
        }
        let (state, listener) = listener::start(config)?;
        let first_tokens = (0..state.config.stores)
            .filter_map(|store| {
                let tokens = state.lock_tokens();
                let (access, refresh) = tokens.current(store)?;
                Some((access.to_owned(), refresh.to_owned()))
            })
            .collect();
        Ok(Self {
            state,
            listener,
            first_tokens,
        })
    }

    /// Base URL of API calls and token calls, such as `http://127.0.0.1:40000/rest`.
    pub fn url(&self) -> String {
        format!("http://{}/rest", self.state.address)
    }

    /// Base URL of the API calls of one store, such as `http://127.0.0.1:40000/store/1/rest`, where
    /// the platform has a host for each country. A token of several stores needs it; at
    /// [`Sandbox::url`] such a token opens the store it was asked for.
    pub fn store_url(&self, store: usize) -> String {
        format!("http://{}/store/{store}/rest", self.state.address)
    }

    /// Address of the sandbox's own page for a browser, such as `http://127.0.0.1:40000/`.
    pub fn page_url(&self) -> String {
        format!("http://{}/", self.state.address)
    }

    /// The only app key that the sandbox knows.
    pub fn app_key(&self) -> &str {
        &self.state.app_key
    }

    /// The secret of the app.
    pub fn app_secret(&self) -> &str {
        &self.state.app_secret
    }

    /// The first access token of store 0. It dies when it is refreshed.
    pub fn access_token(&self) -> &str {
        self.store_token(0).unwrap_or_default()
    }

    /// The first access token of a store; all have one with [`Config::cross_border_account`].
    pub fn store_token(&self, store: usize) -> Option<&str> {
        self.first_tokens.get(store).map(|pair| pair.0.as_str())
    }

    /// The first refresh token of a store.
    pub fn refresh_token(&self, store: usize) -> Option<&str> {
        self.first_tokens.get(store).map(|pair| pair.1.as_str())
    }

    /// The access token of a store that was handed out last.
    pub fn current_token(&self, store: usize) -> Option<String> {
        let tokens = self.state.lock_tokens();
        tokens.current(store).map(|pair| pair.0.to_owned())
    }

    /// The authorization code of a store, which works once.
    pub fn auth_code(&self, store: usize) -> Option<String> {
        let state = &self.state;
        (store < state.config.stores)
            .then(|| tokens::auth_code(state.config.seed, &state.app_key, store))
    }

    /// Asks for a misbehavior: one alone, or one with its aim (see [`crate::Misbehavior::on`]).
    pub fn misbehave(&self, misbehavior: impl Into<Plan>) {
        self.state.plan(misbehavior.into());
    }

    /// Forgets every misbehavior that has not happened yet. Tokens stay expired.
    pub fn behave(&self) {
        self.state.faults.clear();
    }

    /// The calls that arrived, label downloads included, control calls not.
    pub fn calls(&self) -> Vec<CallRecord> {
        self.state.lock_log().all()
    }

    /// TCP connections accepted so far.
    pub fn connections(&self) -> usize {
        usize::try_from(self.state.connections.load(Ordering::Acquire)).unwrap_or(usize::MAX)
    }

    /// What really happened, as JSON: `{"stores":[{"store":0,"items":[{"order_id":..,
    /// "order_item_id":..,"status":"..","packed":1,"packed_by_others":0,"repacked":0}],"packages":[{
    /// "package_id":"..","order_id":..,"order_item_ids":[..],"dissolved":false,"canceled":false,
    /// "couriers":1,"couriers_by_others":0,"labels":1}],"journal":[{"what":"packed","package_id":"..",
    /// "order_id":..,"order_item_ids":[..],"at":1793462400,"call":7,"connection":1}]}]}`.
    ///
    /// Items are listed once they have been packed; packages that exist from the start have 0 couriers.
    /// `labels` counts how often PrintAWB handed out a label. The journal holds every `packed`,
    /// `shipped` (a courier was called), `repacked` and `canceled` in order, with the gateway's second;
    /// `call` is the number of the call (see [`CallRecord::number`]) that did it, and is absent where
    /// another actor did.
    pub fn books(&self) -> String {
        self.state.catch_up();
        books::to_json(&self.state)
    }

    /// Lets another actor do something to orders of a store: now, or `seconds_later`. What it has
    /// changed, which is nothing yet if it is done later.
    ///
    /// # Errors
    ///
    /// When there is no such store, order or item; nothing has changed then.
    pub fn act(&self, store: usize, act: &Act) -> io::Result<Acted> {
        self.state
            .act(store, act)
            .map_err(|error| io::Error::new(io::ErrorKind::NotFound, error))
    }

    /// Changes orders of a store now. A changed order gets the time of the change as `updated_at`,
    /// and another `remarks`, so that two changes within one second differ.
    ///
    /// # Errors
    ///
    /// When there is no such store or order; nothing has changed then.
    pub fn change_orders(&self, store: usize, change: &Change) -> io::Result<Changed> {
        self.state
            .change(store, change)
            .map_err(|error| io::Error::new(io::ErrorKind::NotFound, error))
    }

    /// Changes these orders at the gateway's time, or at `time` (seconds since 1970).
    ///
    /// # Errors
    ///
    /// See [`Sandbox::change_orders`].
    pub fn touch_orders(&self, store: usize, ids: &[u64], time: Option<i64>) -> io::Result<()> {
        let change = Change {
            ids: ids.to_vec(),
            time,
            ..Change::default()
        };
        self.change_orders(store, &change).map(|_| ())
    }

    /// Adds orders, created at the gateway's time, or at `time` (seconds since 1970); their ids.
    ///
    /// # Errors
    ///
    /// See [`Sandbox::change_orders`].
    pub fn insert_orders(
        &self,
        store: usize,
        count: u32,
        time: Option<i64>,
    ) -> io::Result<Vec<u64>> {
        let change = Change {
            inserts: count,
            time,
            ..Change::default()
        };
        Ok(self.change_orders(store, &change)?.inserted)
    }

    /// Lets the gateway's clock jump by so many seconds (negative: back). It shows in the `Date`
    /// header, in the times of changes and in the lives of tokens.
    pub fn advance_clock(&self, seconds: i64) {
        self.state.advance(seconds);
    }

    /// The gateway's clock, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.state.now()
    }

    /// Bounds for `created_after` and `created_before` between which every order was created, both
    /// inclusive, as request times.
    pub fn pull_window(&self) -> (String, String) {
        let (first, last) = self.state.config.window();
        (clock::iso(first), clock::iso(last))
    }

    /// Address, credentials and window as one line of JSON.
    pub fn greeting(&self) -> String {
        // The values hold no sign that JSON would need to escape.
        let (after, before) = self.pull_window();
        let tokens = self.first_tokens.iter();
        let tokens: Vec<String> = tokens.map(|(access, _)| format!("\"{access}\"")).collect();
        format!(
            "{{\"page\":\"{}\",\"url\":\"{}\",\"app_key\":\"{}\",\"app_secret\":\"{}\",\
             \"access_token\":\"{}\",\
             \"refresh_token\":\"{}\",\"auth_code\":\"{}\",\"store_tokens\":[{}],\
             \"created_after\":\"{after}\",\"created_before\":\"{before}\"}}",
            self.page_url(),
            self.url(),
            self.app_key(),
            self.app_secret(),
            self.access_token(),
            self.refresh_token(0).unwrap_or_default(),
            self.auth_code(0).unwrap_or_default(),
            tokens.join(",")
        )
    }

    /// Stops to serve, closes every connection and waits for the sandbox's threads. In a forked child it does nothing.
    pub fn stop(&self) {
        self.listener.stop(&self.state);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
    }
}
