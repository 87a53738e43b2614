//! What must not be seen is not seen, wherever it turns up.

use lazcore::protocol::{HttpResponse, ReadLimits, prepare, read};
use lazcore::transport::replay::Exchange;
use lazcore::transport::{SendError, SendFailure, Sent};
use lazcore::{Args, Client, Error, Request, api};

use crate::bench::{Bench, SECRET, START_MS, TOKEN, config, page, read_call, refusal};

const SIGN: &str = "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A";
const REFRESH: &str = "50001400refresh0token0not0to0be0seen";

/// Everything an error says.
fn said(error: &Error) -> String {
    let mut text = format!(
        "{error}\n{error:?}\n{error:#?}\n{:?} {:?}",
        error.code(),
        error.field()
    );
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!("\n{cause} {cause:?}"));
        source = cause.source();
    }
    text
}

/// No stretch of eight characters of a secret may be seen.
fn assert_hidden(text: &str, secrets: &[&str]) {
    for secret in secrets {
        for start in 0..=secret.len() - 8 {
            let part = &secret[start..start + 8];
            assert!(
                !text.contains(part),
                "{part:?} of a secret is seen in: {text}"
            );
        }
    }
}

fn failed(answer: Exchange) -> Error {
    Bench::new([answer])
        .client
        .send_request(&read_call())
        .unwrap_err()
}

#[test]
fn pages_and_messages_that_repeat_the_request() {
    let url = format!(
        "https://api.lazada.sg/rest/order/get?app_key=1&access_token={TOKEN}&sign={SIGN}&x=1"
    );
    let coded = url
        .replace(':', "%3A")
        .replace('/', "%2F")
        .replace('=', "%3D")
        .replace('&', "%26");
    let long = "x".repeat(40);
    for text in [
        format!("<a href='{url}'>here</a>"),
        format!("<a href='https://punish/?u={coded}'>here</a>"),
        format!("<i>{TOKEN}{SECRET}</i>"),
        format!("{SIGN} {} {SIGN}", SIGN.to_lowercase()),
        format!("<p>{long} {TOKEN}"),
        format!("<p>{long}{long} {SECRET}"),
        format!("<p>{SECRET}{SECRET}{SECRET}"),
        format!("base string /order/getaccess_token{TOKEN}app_key123456 expected {SIGN}"),
        format!("abc{SIGN}def"),
    ] {
        let secrets = [SECRET, TOKEN, SIGN, &SIGN.to_lowercase()];
        for status in [200, 404, 429] {
            assert_hidden(&said(&failed(page(status, &text))), &secrets);
        }
        let message = text.replace('"', "'");
        for pad in [0, 250, 270, 280, 290, 299] {
            let message = format!("{}{message}", "y ".repeat(pad / 2));
            assert_hidden(
                &said(&failed(refusal("IncompleteSignature", &message))),
                &secrets,
            );
        }
        assert_hidden(&said(&failed(refusal(&message, "text"))), &secrets);
        let own = format!(
            r#"{{"code":"0","success":false,"error_code":{{"displayMessage":"{message}"}}}}"#
        );
        assert_hidden(&said(&failed(page(200, &own))), &secrets);
        let detail =
            format!(r#"{{"code":"501","message":"no","detail":[{{"message":"{message}"}}]}}"#);
        assert_hidden(&said(&failed(page(200, &detail))), &secrets);
    }
}

#[test]
fn transports_that_say_too_much() {
    let failure = SendError {
        cause: SendFailure::Refused,
        sent: Sent::Nothing,
        status: None,
        detail: format!("cannot send {TOKEN} signed with {SECRET}"),
    };
    assert_hidden(
        &said(&failed(Exchange::with(Err(failure)))),
        &[SECRET, TOKEN],
    );
}

#[test]
fn token_answers_that_cannot_be_read() {
    let api = api::find("RefreshAccessToken").unwrap();
    let whole = format!(r#"{{"access_token": "{TOKEN}","refresh_token":"{REFRESH}","code":"0""#);
    for cut in [20, 40, 60, 80, whole.len()] {
        for status in [200, 502] {
            let answer = HttpResponse {
                status,
                headers: Vec::new(),
                body: whole.as_bytes()[..cut].to_vec(),
            };
            let error = read(Some(api), &answer, ReadLimits::default()).unwrap_err();
            assert_hidden(&said(&error), &[TOKEN, REFRESH]);
        }
    }
}

#[test]
fn debug_output_of_every_part() {
    let config = config();
    let credentials = config.credentials().unwrap();
    let args = || Args::new().set("refresh_token", REFRESH);
    let request = Request::new(api::find("RefreshAccessToken").unwrap(), args()).unwrap();
    let http = prepare(&read_call(), &credentials, START_MS).unwrap();
    let own = prepare(&request, &credentials, START_MS).unwrap();
    let sign = http
        .url
        .split_once("&sign=")
        .unwrap()
        .1
        .split('&')
        .next()
        .unwrap()
        .to_owned();
    let body = format!(r#"{{"code":"0","access_token":"{TOKEN}","refresh_token":"{REFRESH}"}}"#);
    let answer = HttpResponse {
        status: 200,
        headers: Vec::new(),
        body: body.into_bytes(),
    };
    let reply = read(request.api(), &answer, ReadLimits::default()).unwrap();
    let client = Client::new(config.clone()).unwrap();
    let seen = [
        format!("{config:?} {config:#?} {client:?} {credentials:?} {credentials:#?}"),
        format!(
            "{:?} {request:?} {request:#?} {:?}",
            args(),
            request.params()
        ),
        format!(
            "{http:?} {own:?} {answer:?} {reply:?} {:?} {:?}",
            reply.record(),
            reply.evidence()
        ),
        format!("{:?} {}", http.location(), reply.evidence().to_json()),
    ];
    for text in seen {
        assert_hidden(&text, &[SECRET, TOKEN, REFRESH, &sign]);
    }
}

#[test]
fn a_download_link_is_not_repeated() {
    let bench = Bench::new([]);
    let link = format!("https://files.example/label.pdf?sign={SIGN}&token={TOKEN}");
    let error = bench
        .client
        .download(&link, &lazcore::Cancel::new())
        .unwrap_err();
    assert_hidden(&said(&error), &[SIGN, TOKEN]);
}
