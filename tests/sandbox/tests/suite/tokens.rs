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

#[test]
fn a_refresh_whose_answer_is_lost_has_ended_the_old_pair() {
    let (sandbox, mut client) = plain(1);
    let token = sandbox.refresh_token(0).unwrap();
    sandbox.misbehave(Misbehavior::DropAfter.on("/auth/token/refresh"));
    let mut bare = client.another();
    bare.token.clear();
    let lost = bare.try_post("/auth/token/refresh", &[("refresh_token", token)]);
    assert!(lost.is_err());
    assert_eq!(refresh(&client, token).code(), "IllegalRefreshToken");
    let first = sandbox.access_token();
    assert_eq!(works(&mut client, first), "IllegalAccessToken");
    // The pair that nobody received lives.
    let current = sandbox.current_token(0).unwrap();
    assert_eq!(works(&mut client, &current), "0");
}

#[test]
fn a_refresh_token_can_die_or_be_of_no_use() {
    let (sandbox, mut client) = plain(1);
    for text in [
        "{\"kind\":\"refresh_unsupported\"}",
        "{\"kind\":\"expire_refresh_token\",\"after\":0}",
    ] {
        sandbox.misbehave(text.parse::<lazcore_sandbox::Plan>().unwrap());
    }
    // Calls of other APIs do not use them up.
    assert_eq!(works(&mut client, sandbox.access_token()), "0");
    let token = sandbox.refresh_token(0).unwrap();
    assert_eq!(refresh(&client, token).code(), "AUTH_TYPE_UNSUPPORTED");
    for _ in 0..2 {
        assert_eq!(refresh(&client, token).code(), "IllegalRefreshToken");
    }
    assert_eq!(works(&mut client, sandbox.access_token()), "0");
    let other = sandbox.refresh_token(1).unwrap();
    assert_eq!(refresh(&client, other).code(), "0");
}

#[test]
fn shops_can_be_keyed_by_country() {
    let (sandbox, client) = plain(1);
    sandbox.misbehave(Misbehavior::CountryInfoObject);
    let code = sandbox.auth_code(1).unwrap();
    let created = exchange(&client, "/auth/token/create", "code", &code).json();
    let shop = &created["country_user_info"]["my"];
    assert_eq!(shop["country"], "my");
    assert!(shop["seller_id"].is_string());
    let refreshed = refresh(&client, sandbox.refresh_token(0).unwrap()).json();
    let shops = refreshed["country_user_info_list"].as_object().unwrap();
    assert_eq!(shops.keys().collect::<Vec<_>>(), ["sg"]);
}

/// The seller that a token meets at a store's own address.
fn seller_at(client: &Client, store: usize, token: &str) -> String {
    let mut client = client.another();
    token.clone_into(&mut client.token);
    let request = client.signed_get("/seller/get", &[]);
    let request = request.replacen("/rest/", &format!("/store/{store}/rest/"), 1);
    let json = client.raw(&request).unwrap().json();
    match json["code"].as_str().unwrap() {
        "0" => json["data"]["seller_id"].to_string(),
        code => code.to_owned(),
    }
}

#[test]
fn a_cross_border_pair_stands_for_every_store() {
    let (sandbox, client) = start(Config {
        orders: 1,
        // The fourth is in the country of the first.
        stores: 4,
        cross_border_account: true,
        ..Config::default()
    });
    assert_eq!(sandbox.store_token(2), sandbox.store_token(0));
    assert!(sandbox.store_url(2).ends_with("/store/2/rest"));
    let answer = refresh(&client, sandbox.refresh_token(1).unwrap());
    let json = answer.json();
    assert_eq!(json["country"], "cb");
    let shops = json["country_user_info_list"].as_array().unwrap();
    let countries: Vec<_> = shops.iter().map(|shop| shop["country"].clone()).collect();
    assert_eq!(countries, ["sg", "my", "ph"]);
    let access = text(&answer, "access_token");
    assert_eq!(sandbox.current_token(2), Some(access.clone()));
    let sellers: Vec<String> = (0..3).map(|at| seller_at(&client, at, &access)).collect();
    assert!(sellers[0] != sellers[1] && sellers[1] != sellers[2]);
    for (shop, seller) in shops.iter().zip(&sellers) {
        assert_eq!(
            shop["seller_id"].as_str().unwrap(),
            seller.trim_matches('"')
        );
    }
}

#[test]
fn one_pair_can_become_cross_border_and_stays_it() {
    let (sandbox, client) = plain(1);
    let own = sandbox.access_token().to_owned();
    assert_ne!(seller_at(&client, 0, &own), "IllegalAccessToken");
    assert_eq!(seller_at(&client, 1, &own), "IllegalAccessToken");
    sandbox.misbehave(Misbehavior::CrossBorderToken);
    let first = refresh(&client, sandbox.refresh_token(0).unwrap());
    let second = refresh(&client, &text(&first, "refresh_token"));
    for answer in [&first, &second] {
        assert_eq!(answer.json()["country"], "cb");
    }
    let access = text(&second, "access_token");
    assert_ne!(seller_at(&client, 1, &access), "IllegalAccessToken");
    // Another pair is another matter.
    let other = refresh(&client, sandbox.refresh_token(1).unwrap());
    assert_eq!(other.json()["country"], "my");
}
