//! What a client needs to begin, and what each store holds.

use crate::clock;
use crate::json::Json;
use crate::state::{State, lock};

/// Address, keys, the gateway's clock, the misbehaviors to come, and the stores with their tokens.
pub(super) fn to_json(state: &State) -> String {
    let mut json = Json::default();
    json.open_object();
    json.text_member("url", &format!("http://{}/rest", state.address));
    json.text_member("app_key", &state.app_key);
    json.text_member("app_secret", &state.app_secret);
    json.text_member("clock", &clock::printed(state.now()));
    json.key("planned");
    json.open_array();
    for plan in state.faults.planned() {
        json.text(&plan);
    }
    json.close_array();
    json.key("stores");
    json.open_array();
    for number in 0..state.stores().len() {
        write_store(&mut json, state, number);
    }
    json.close_array();
    json.close_object();
    json.finish()
}

fn write_store(json: &mut Json, state: &State, number: usize) {
    let token = state
        .lock_tokens()
        .current(number)
        .map(|pair| pair.0.to_owned());
    let store = lock(&state.stores()[number]);
    json.open_object();
    json.number_member("store", number);
    json.text_member("country", store.country);
    json.text_member("currency", store.currency);
    json.number_member("seller_id", store.seller_id);
    json.number_member("orders", store.orders.len());
    json.number_member("packages", store.packages.len());
    json.text_member("access_token", token.as_deref().unwrap_or_default());
    json.close_object();
}
