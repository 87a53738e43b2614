//! Known secrets in texts of other people.

use std::sync::Arc;

use lazcore::transport::replay::{Exchange, Replay};
use lazcore::{Args, Client, Config, Country};
use proptest::prelude::*;

use crate::cases;

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_known_secret_is_seen_in_no_error(
        secret in "[a-zA-Z0-9]{16,40}",
        token in "[a-zA-Z0-9]{16,60}",
        before in "[<>a-z =&/:?\"\n]{0,120}",
        between in "[ -~]{0,20}",
        pad in 0..320_usize,
        status in prop::sample::select(vec![200_u16, 404, 429]),
        as_message in any::<bool>(),
    ) {
        let text = format!("{}{before}{token}{between}{secret}{token}", " x".repeat(pad / 2));
        let body = if as_message {
            let message = serde_json::to_string(&text).unwrap();
            format!("{{\"code\":\"IncompleteSignature\",\"message\":{message},\"detail\":{message}}}")
        } else {
            text
        };
        let replay = Arc::new(Replay::new([Exchange::answer(status, body)]));
        let once = lazcore::client::RetryPolicy { max_attempts: 1, ..Default::default() };
        let config = Config::new("123456", &secret).country(Country::Sg).access_token(&token).retry(once).transport(replay);
        let error = Client::new(config).unwrap().call("GetOrder", Args::new().set("order_id", 1)).unwrap_err();
        let said = format!("{error} {error:?} {error:#?} {:?}", error.code());
        for known in [&secret, &token] {
            prop_assert!(!said.contains(&known[..8]), "{} is seen in {}", known, said);
        }
    }
}
