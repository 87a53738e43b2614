//! Codes, and whose token it is.

use std::sync::Arc;

use lazcore::client::TextStore;
use lazcore::{Args, Client, ErrorKind};

use crate::bench::{SELLER, ask, calls, config, kept, sandbox};

#[test]
fn a_code_is_exchanged_and_its_pair_stored() {
    let sandbox = sandbox();
    let store = Arc::new(TextStore::new());
    let client = Client::new(config(&sandbox).token_store(store.clone())).unwrap();
    assert_eq!(client.token_status().unwrap(), None);
    let error = ask(&client).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Auth, Some("access_token"))
    );
    let code = sandbox.auth_code(1).unwrap();
    let token = client.exchange_code(&code).unwrap();
    assert_eq!(token.shops()[0].short_code.as_deref(), Some("SBX00001"));
    let seller = ask(&client).unwrap();
    assert_eq!(token.shops()[0].seller_id.as_deref(), Some(seller.as_str()));
    assert_eq!(client.account(), format!("MY-{seller}"));
    assert_eq!(
        store.take_change().map(|text| text == token.to_text()),
        Some(true)
    );
    let error = client.exchange_code(&code).unwrap_err();
    assert_eq!(error.code(), Some("InvalidCode"));
    // Another seller's pair does not take the place of this one.
    let error = client
        .exchange_code(&sandbox.auth_code(0).unwrap())
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (ErrorKind::Auth, Some("code"))
    );
    assert_eq!(
        kept(&*store).access_token().expose(),
        token.access_token().expose()
    );
}

#[test]
fn a_client_without_store_hands_the_pair_of_a_code_out() {
    let sandbox = sandbox();
    let client = Client::new(config(&sandbox)).unwrap();
    let token = client
        .exchange_code(&sandbox.auth_code(0).unwrap())
        .unwrap();
    let store = Arc::new(TextStore::from_text(&token.to_text()).unwrap());
    let client = Client::new(config(&sandbox).token_store(store)).unwrap();
    ask(&client).unwrap();
}

#[test]
fn a_bare_token_resolves_its_account_once() {
    let sandbox = sandbox();
    let client = Client::new(config(&sandbox).access_token(sandbox.access_token())).unwrap();
    let before = client.account().to_owned();
    assert!(before.starts_with("http://127.0.0.1"), "{before}");
    let account = client.resolve_account().unwrap();
    assert_eq!(account.country(), Some(lazcore::Country::Sg));
    assert_eq!(account.key(), format!("SG-{}", account.seller_id()));
    assert_eq!(account.app_key(), sandbox.app_key());
    assert_eq!(client.resolve_account().unwrap(), account);
    assert_eq!(calls(&sandbox, SELLER), 1);
    assert_eq!(client.account(), account.key());
    let reply = client.call("GetSeller", Args::new()).unwrap();
    assert_eq!(reply.evidence().account.as_deref(), Some(account.key()));
    // A name that was given stays.
    let named = config(&sandbox)
        .access_token(sandbox.access_token())
        .account("mine");
    let named = Client::new(named).unwrap();
    assert_eq!(named.resolve_account().unwrap(), account);
    assert_eq!(named.account(), "mine");
}

#[test]
fn a_store_tells_the_account_without_a_call() {
    let sandbox = sandbox();
    let bare = Client::new(config(&sandbox)).unwrap();
    let token = bare.exchange_code(&sandbox.auth_code(1).unwrap()).unwrap();
    let seller = token.shops()[0].seller_id.clone().unwrap();
    let store = Arc::new(TextStore::of(token));
    let client = Client::new(config(&sandbox).token_store(store)).unwrap();
    assert_eq!(client.account(), format!("MY-{seller}"));
    assert_eq!(client.resolve_account().unwrap().seller_id(), seller);
    assert_eq!(calls(&sandbox, SELLER), 0);
}
