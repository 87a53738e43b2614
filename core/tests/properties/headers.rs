//! HTTP headers and files that a request gets one by one.

use lazcore::protocol::schema::Method;
use lazcore::protocol::{Credentials, File, HttpRequest, prepare};
use lazcore::{Args, Country, ErrorKind, Gateway, Request, Secret};

use crate::gateway::Received;

fn request(method: Method) -> Request {
    Request::raw(method, "/a/b", Args::new().set("n", 1)).unwrap()
}

fn prepared(request: &Request) -> HttpRequest {
    let secret = Secret::new("secret");
    let credentials = Credentials::new("1", &secret, Gateway::country(Country::Sg)).unwrap();
    prepare(request, &credentials, 0).unwrap()
}

fn file(file_name: &str) -> File {
    File {
        name: "image".to_owned(),
        file_name: file_name.to_owned(),
        content_type: File::ANY_TYPE.to_owned(),
        content: b"GIF89a".to_vec(),
    }
}

#[test]
fn headers_are_sent_in_lower_case_and_change_neither_url_nor_signature() {
    let plain = prepared(&request(Method::Get));
    let mut request = request(Method::Get);
    for (name, value) in [
        ("X-Trace", "one"),
        ("x-other", ""),
        ("x-TRACE", "two words\tand more"),
    ] {
        request.add_header(name, value).unwrap();
    }
    let sent = prepared(&request);
    assert_eq!(sent.url, plain.url);
    let own = [("x-other", ""), ("x-trace", "two words\tand more")];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(sent.headers, [plain.headers, own.to_vec()].concat());
}

#[test]
fn what_is_no_header_or_the_clients_own_is_refused_without_its_value() {
    for (name, value, field) in [
        ("", "v", "header"),
        ("x y", "v", "header"),
        ("x:y", "v", "header"),
        ("x\r\ny", "v", "header"),
        ("naïve", "v", "header"),
        ("Host", "v-secret", "host"),
        ("CONTENT-TYPE", "v-secret", "content-type"),
        ("content-length", "v-secret", "content-length"),
        ("User-Agent", "v-secret", "user-agent"),
        ("x", "v-secret\r\ny: z", "x"),
        ("x", "v-secret\n", "x"),
        ("x", " v-secret", "x"),
        ("x", "v-secret\0", "x"),
        ("x", "v-secret\u{e9}", "x"),
    ] {
        let error = request(Method::Get).add_header(name, value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert_eq!(error.field(), Some(field), "{name:?}");
        assert!(!error.to_string().contains("v-secret"), "{error}");
    }
}

#[test]
fn a_file_makes_a_request_a_post_with_parts() {
    let mut request = request(Method::Get);
    request.add_file(file("a.gif")).unwrap();
    assert_eq!(request.method(), Method::Post);
    let received = Received::of(&prepared(&request));
    assert_eq!(received.signature_holds("secret"), (true, true));
    let image = ("image".to_owned(), "a.gif".to_owned(), b"GIF89a".to_vec());
    assert_eq!(received.files, [image]);
    for (name, file_name, field) in [("image", " ", "image"), ("a b", "a.gif", "a b")] {
        let file = File {
            name: name.to_owned(),
            ..file(file_name)
        };
        let error = request.add_file(file).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some(field))
        );
    }
}
