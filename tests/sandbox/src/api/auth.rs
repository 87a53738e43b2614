//! Token calls. Their answers are flat: the fields stand beside `code`.

use super::{Call, Failure, Route};
use crate::json::Json;
use crate::state::lock;
use crate::tokens::Issued;
use crate::world::Store;

pub(super) const ROUTES: &[Route] = &[
    Route {
        path: "/auth/token/create",
        methods: &["GET", "POST"],
        token: false,
        rows: false,
        handler: create,
    },
    Route {
        path: "/auth/token/refresh",
        methods: &["GET", "POST"],
        token: false,
        rows: false,
        handler: refresh,
    },
];

fn create(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let code = call.required("code")?;
    let issued = call
        .state
        .lock_tokens()
        .create(code, call.quirks.cross_border_token, call.now)?;
    write(call, json, &issued, "country_user_info");
    Ok(())
}

fn refresh(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let token = call.required("refresh_token")?;
    let issued =
        call.state
            .lock_tokens()
            .refresh(token, call.quirks.cross_border_token, call.now)?;
    write(call, json, &issued, "country_user_info_list");
    Ok(())
}

/// The list of shops is named differently by the two calls.
fn write(call: &Call<'_>, json: &mut Json, issued: &Issued, list: &'static str) {
    let country = if issued.cross_border {
        "cb"
    } else {
        call.state.lock_store(issued.store).country
    };
    json.text_member("access_token", &issued.access);
    json.text_member("country", country);
    json.text_member("refresh_token", &issued.refresh);
    json.text_member("account_platform", "seller_center");
    json.number_member("refresh_expires_in", issued.refresh_expires_in);
    json.key(list);
    write_shops(call, json, issued);
    json.number_member("expires_in", issued.expires_in);
    let account = format!("shop-{}@example.invalid", issued.store);
    json.text_member("account", &account);
}

/// One shop, or for a cross-border pair one of each country: the first store there.
fn write_shops(call: &Call<'_>, json: &mut Json, issued: &Issued) {
    let keyed = call.quirks.country_info_object;
    if keyed {
        json.open_object();
    } else {
        json.open_array();
    }
    let mut countries = Vec::new();
    for (number, store) in call.state.stores().iter().enumerate() {
        let store = lock(store);
        let meant = issued.cross_border || number == issued.store;
        if !meant || countries.contains(&store.country) {
            continue;
        }
        countries.push(store.country);
        if keyed {
            json.key(store.country);
        }
        write_shop(json, &store);
    }
    if keyed {
        json.close_object();
    } else {
        json.close_array();
    }
}

fn write_shop(json: &mut Json, store: &Store) {
    json.open_object();
    json.text_member("country", store.country);
    json.text_member("user_id", &(store.seller_id + 500).to_string());
    json.text_member("seller_id", &store.seller_id.to_string());
    json.text_member("short_code", &short_code(store.number));
    json.close_object();
}

pub(super) fn short_code(store: usize) -> String {
    format!("SBX{store:05}")
}
