//! File parts against the catalogue. The API is the tests' own, made like the platform's image upload.

use lazcore::protocol::schema::{Api, Effect, Host, Method, Param, ParamKind, TokenUse};
use lazcore::protocol::{Credentials, File, prepare};
use lazcore::{Args, Country, ErrorKind, Gateway, Request, Secret};

use crate::gateway::Received;

static PARAMS: &[Param] = &[Param {
    name: "image",
    kind: ParamKind::File,
    required: true,
    members: &[],
    doc: "The picture.",
}];

static UPLOAD: Api = Api {
    id: "upload_image",
    group: "media",
    name: "UploadImage",
    path: "/image/upload",
    methods: &[Method::Post],
    host: Host::Country,
    token: TokenUse::Required,
    effect: Effect::Act,
    wrapper: None,
    params: PARAMS,
    params_complete: true,
    batch: None,
    paging: None,
    reply_root: &["data"],
    rows: None,
    success: &[],
    error_codes: &[],
    error_messages: &[],
    row_error: None,
    reply: &[],
    errors: &[],
    doc: "Stores a picture.",
};

fn file(name: &str) -> File {
    File {
        name: name.to_owned(),
        file_name: "a \"b\"\r\n.png".to_owned(),
        content_type: "image/png".to_owned(),
        content: b"\x89PNG\r\n\0".to_vec(),
    }
}

#[test]
fn a_required_file_is_found_among_the_files() {
    let request = Request::new(&UPLOAD, Args::new().file(file("image"))).unwrap();
    let secret = Secret::new("secret");
    let credentials = Credentials::new("1", &secret, Gateway::country(Country::Sg)).unwrap();
    let credentials = credentials.with_access_token(Secret::new("token")).unwrap();
    let received = Received::of(&prepare(&request, &credentials, 0).unwrap());
    assert_eq!(received.signature_holds("secret"), (true, true));
    assert_eq!(received.files.len(), 1);
    assert_eq!(received.files[0].2, b"\x89PNG\r\n\0");
}

#[test]
fn a_file_that_is_missing_or_unknown_is_refused() {
    for (args, field) in [
        (Args::new(), "image"),
        (Args::new().set("image", "text"), "image"),
        (Args::new().file(file("picture")), "image"),
        (
            Args::new().file(file("image")).file(file("picture")),
            "picture",
        ),
    ] {
        let error = Request::new(&UPLOAD, args).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some(field))
        );
    }
}
