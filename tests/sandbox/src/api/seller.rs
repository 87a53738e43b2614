//! The shop itself.

use super::{Call, Failure, Route};
use crate::json::Json;

pub(super) const ROUTES: &[Route] = &[Route {
    path: "/seller/get",
    methods: &["GET"],
    token: true,
    rows: false,
    handler: get_seller,
}];

fn get_seller(call: &Call<'_>, json: &mut Json) -> Result<(), Failure> {
    let store = call.lock_store();
    json.key("data");
    json.open_object();
    json.text_member("name_company", "Sample Company (not a real one)");
    json.number_member("seller_id", store.seller_id);
    json.text_member("name", &format!("Sample Shop {}", store.number));
    json.text_member("short_code", &super::auth::short_code(store.number));
    json.text_member("logo_url", "");
    json.text_member("email", &format!("shop-{}@example.invalid", store.number));
    json.flag_member("cb", store.cross_border);
    json.text_member("location", store.country_name);
    json.text_member("status", "ACTIVE");
    json.flag_member("verified", true);
    json.flag_member("marketplaceEaseMode", false);
    json.close_object();
    Ok(())
}
