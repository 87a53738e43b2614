//! Arguments of any content become a request or an error, and the request's documents are JSON.
#![no_main]

use lazcore::protocol::schema::{Method, ParamKind};
use lazcore::protocol::{Credentials, prepare};
use lazcore::{Args, Country, ErrorKind, Gateway, Request, Secret, api};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(args) = Args::from_json(text) else { return };
    let secret = Secret::new("secret");
    let credentials = Credentials::new("123456", &secret, Gateway::country(Country::Sg))
        .and_then(|credentials| credentials.with_access_token(Secret::new("token")))
        .expect("the credentials are good");
    let by_path = Request::raw(Method::Post, "/new/api", args.clone());
    let by_name = api::APIS.iter().map(|api| Request::new(api, args.clone()));
    for request in std::iter::once(by_path).chain(by_name) {
        match request {
            Err(error) => assert_eq!(error.kind(), ErrorKind::Input, "{error}"),
            Ok(request) => {
                prepare(&request, &credentials, 0).expect("a request that was checked is signed");
                documents_are_json(&request);
            }
        }
    }
});

fn documents_are_json(request: &Request) {
    let Some(api) = request.api() else { return };
    let is_document = |name: &str| {
        let lists = [ParamKind::TextList, ParamKind::IntegerList, ParamKind::ObjectList, ParamKind::Object];
        let of_kind = |param: &lazcore::protocol::schema::Param| param.name == name && lists.contains(&param.kind);
        api.wrapper == Some(name) || api.params.iter().any(of_kind)
    };
    for (name, value) in request.params().texts().filter(|(name, _)| is_document(name)) {
        let json = serde_json::from_str::<&serde_json::value::RawValue>(value);
        assert!(json.is_ok(), "{name}: {value}");
    }
}
