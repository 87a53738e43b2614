//! Authorization codes, token pairs and their end.

use lazcore_sandbox::{Config, Misbehavior, Sandbox};

use crate::client::{Answer, Client, plain, start};

/// Token calls carry no access token.
fn exchange(client: &Client, path: &str, name: &str, value: &str) -> Answer {
    let mut bare = client.another();
    bare.token.clear();
    bare.post(path, &[(name, value)])
}

fn refresh(client: &Client, token: &str) -> Answer {
    exchange(client, "/auth/token/refresh", "refresh_token", token)
}

fn works(client: &mut Client, token: &str) -> String {
    token.clone_into(&mut client.token);
    client.get("/seller/get", &[]).code()
}

fn text(answer: &Answer, name: &str) -> String {
    answer.json()[name].as_str().unwrap().to_owned()
}

#[test]
fn a_code_works_once_and_gives_a_flat_answer() {
    let (sandbox, mut client) = plain(1);
    let code = sandbox.auth_code(1).unwrap();
    let answer = exchange(&client, "/auth/token/create", "code", &code);
    let json = answer.json();
    assert_eq!(json["code"], "0");
    assert!(json.get("data").is_none());
    assert_eq!(json["country"], "my");
    assert_eq!(json["expires_in"], 2_592_000);
    assert_eq!(json["refresh_expires_in"], 15_552_000);
    let shop = &json["country_user_info"][0];
    assert!(shop["seller_id"].is_string() && shop["user_id"].is_string());
    assert_eq!(works(&mut client, &text(&answer, "access_token")), "0");
    // The first pair of that store goes on.
    assert_eq!(works(&mut client, sandbox.store_token(1).unwrap()), "0");

    let again = exchange(&client, "/auth/token/create", "code", &code);
    assert_eq!(again.code(), "InvalidCode");
    let empty = exchange(&client, "/auth/token/create", "code", "");
    assert_eq!(empty.code(), "MissingParameter");
}

#[test]
fn a_refresh_gives_a_new_pair_and_ends_the_old_one() {
    let (sandbox, mut client) = plain(1);
    let old = sandbox.refresh_token(0).unwrap().to_owned();
    let answer = refresh(&client, &old);
    let json = answer.json();
    assert!(json["country_user_info_list"].is_array());
    assert!(json.get("country_user_info").is_none());
    assert_eq!(json["expires_in"], 2_592_000);
    let access = text(&answer, "access_token");
    assert_ne!(access, sandbox.access_token());
    assert_eq!(sandbox.current_token(0), Some(access.clone()));
    assert_eq!(works(&mut client, &access), "0");
    assert_eq!(
        works(&mut client, sandbox.access_token()),
        "IllegalAccessToken"
    );
    assert_eq!(refresh(&client, &old).code(), "IllegalRefreshToken");
    assert_eq!(
        refresh(&client, &text(&answer, "refresh_token")).code(),
        "0"
    );
    assert_eq!(refresh(&client, "nonsense").code(), "IllegalRefreshToken");
}

#[test]
fn an_expired_token_is_refused_until_it_is_refreshed() {
    let (sandbox, mut client) = plain(1);
    sandbox.misbehave(Misbehavior::ExpireToken);
    for _ in 0..3 {
        assert_eq!(client.get("/seller/get", &[]).code(), "IllegalAccessToken");
    }
    let mut other = Client::of(&sandbox, 1);
    assert_eq!(other.get("/seller/get", &[]).code(), "0");
    let answer = refresh(&client, sandbox.refresh_token(0).unwrap());
    assert_eq!(works(&mut client, &text(&answer, "access_token")), "0");
}

#[test]
fn lives_end_by_the_clock() {
    let dead = |access, refresh| {
        start(Config {
            orders: 1,
            access_token_seconds: access,
            refresh_token_seconds: refresh,
            ..Config::default()
        })
    };
    let (sandbox, mut client) = dead(0, 100);
    assert_eq!(client.get("/seller/get", &[]).code(), "IllegalAccessToken");
    assert_eq!(
        refresh(&client, sandbox.refresh_token(0).unwrap()).code(),
        "0"
    );
    let (sandbox, client) = dead(100, -1);
    let answer = refresh(&client, sandbox.refresh_token(0).unwrap());
    assert_eq!(answer.code(), "IllegalRefreshToken");
    let (sandbox, client) = dead(100, 0);
    let answer = refresh(&client, sandbox.refresh_token(0).unwrap());
    assert_eq!(answer.code(), "AUTH_TYPE_UNSUPPORTED");
}

#[test]
fn there_are_as_many_stores_as_asked_for() {
    let sandbox = Sandbox::start(Config {
        orders: 1,
        stores: 3,
        ..Config::default()
    })
    .unwrap();
    assert!(sandbox.store_token(2).is_some() && sandbox.auth_code(2).is_some());
    assert!(sandbox.store_token(3).is_none() && sandbox.auth_code(3).is_none());
    for stores in [0, 51] {
        let config = Config {
            stores,
            ..Config::default()
        };
        assert!(Sandbox::start(config).is_err());
    }
}
