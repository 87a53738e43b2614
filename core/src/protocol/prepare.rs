//! From a request to signed bytes.

use super::encode::encode_pairs;
use super::gateway::Gateway;
use super::http::HttpRequest;
use super::request::Request;
use super::schema::{Method, TokenUse};
use super::secret::Secret;
use super::sign::Signer;
use super::value::File;
use crate::error::{Error, ErrorKind, Result};

/// Who calls, and where: app key and secret, access token, gateway.
#[derive(Clone, Debug)]
pub struct Credentials {
    app_key: String,
    signer: Signer,
    access_token: Option<Secret>,
    gateway: Gateway,
}

impl Credentials {
    /// The app's key and secret, for a gateway.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when one of them is blank or has outer white space,
    /// the usual trace of a copied secret.
    pub fn new(app_key: &str, app_secret: &Secret, gateway: Gateway) -> Result<Self> {
        check_key("app_key", app_key)?;
        check_key("app_secret", app_secret.expose())?;
        let signer = Signer::new(app_secret.expose());
        Ok(Self {
            app_key: app_key.to_owned(),
            signer,
            access_token: None,
            gateway,
        })
    }

    /// The same with a seller's access token.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when it is blank or has outer white space.
    pub fn with_access_token(mut self, token: Secret) -> Result<Self> {
        check_key("access_token", token.expose())?;
        self.access_token = Some(token);
        Ok(self)
    }

    /// The app key.
    pub fn app_key(&self) -> &str {
        &self.app_key
    }

    /// The gateway.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    pub(crate) fn access_token(&self) -> Option<&Secret> {
        self.access_token.as_ref()
    }
}

fn check_key(field: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::config(field, "expected a text, got nothing"));
    }
    if text.trim() != text {
        return Err(Error::config(field, "has white space around it"));
    }
    Ok(())
}

/// Signs a request for one attempt.
///
/// `now_ms` is the time in epoch milliseconds; the gateway refuses what is more than two hours off. Take it
/// anew for each attempt.
///
/// # Errors
/// [`ErrorKind::Auth`](crate::ErrorKind::Auth) when the call needs an access token and there is none.
pub fn prepare(request: &Request, credentials: &Credentials, now_ms: i64) -> Result<HttpRequest> {
    prepare_with(request, credentials, credentials.access_token(), now_ms)
}

/// As [`prepare`], with an access token that is not the credentials' own.
pub(crate) fn prepare_with(
    request: &Request,
    credentials: &Credentials,
    token: Option<&Secret>,
    now_ms: i64,
) -> Result<HttpRequest> {
    let timestamp = now_ms.to_string();
    let system = system_params(request, credentials, token, &timestamp)?;
    let mut pairs: Vec<(&str, &str)> = request.params().texts().collect();
    pairs.extend(&system);
    let signature = credentials.signer.sign(request.path(), &pairs);
    let gateway = credentials.gateway.base(request.host());
    let mut url = format!("{gateway}{}?", request.path());
    encode_pairs(
        &mut url,
        system.into_iter().chain([("sign", signature.as_str())]),
    );
    let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
    let body = match request.method() {
        Method::Get => {
            let mut query = String::new();
            encode_pairs(&mut query, request.params().texts());
            if !query.is_empty() {
                url.push('&');
                url.push_str(&query);
            }
            Vec::new()
        }
        Method::Post => post_body(request, &mut headers),
    };
    headers.extend_from_slice(request.headers());
    Ok(HttpRequest {
        method: request.method(),
        url,
        headers,
        body,
    })
}

fn system_params<'a>(
    request: &Request,
    credentials: &'a Credentials,
    token: Option<&'a Secret>,
    timestamp: &'a str,
) -> Result<Vec<(&'a str, &'a str)>> {
    let mut system = vec![
        ("app_key", credentials.app_key.as_str()),
        ("sign_method", "sha256"),
        ("timestamp", timestamp),
    ];
    match (request.token(), token) {
        (TokenUse::None, _) | (TokenUse::Optional, None) => {}
        (_, Some(token)) => system.push(("access_token", token.expose())),
        (TokenUse::Required, None) => {
            let error = Error::new(
                ErrorKind::Auth,
                "needs an access token, and the client has none",
            );
            return Err(error.with_field("access_token").with_api(request.path()));
        }
    }
    Ok(system)
}

fn post_body(request: &Request, headers: &mut Vec<(String, String)>) -> Vec<u8> {
    let (content_type, body) = if request.params().files().is_empty() {
        let mut form = String::new();
        encode_pairs(&mut form, request.params().texts());
        (
            "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
            form.into_bytes(),
        )
    } else {
        multipart(request)
    };
    headers.push(("content-type".to_owned(), content_type));
    body
}

/// Text parts, which are signed, then file parts, which are not.
fn multipart(request: &Request) -> (String, Vec<u8>) {
    let boundary = boundary(request);
    let mut body = Vec::new();
    for (name, value) in request.params().texts() {
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\
             content-type: text/plain; charset=utf-8\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    for file in request.params().files() {
        body.extend_from_slice(file_head(file, &boundary).as_bytes());
        body.extend_from_slice(&file.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

fn file_head(file: &File, boundary: &str) -> String {
    // Quotes and line ends in a file's name would end the header early.
    let quoted = |text: &str| {
        text.replace('"', "%22")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let content_type: String = file
        .content_type
        .chars()
        .filter(|character| !character.is_control())
        .collect();
    format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"; filename=\"{}\"\r\ncontent-type: {content_type}\r\n\r\n",
        file.name,
        quoted(&file.file_name),
    )
}

/// A boundary that occurs in no part. Made from the content, so that equal requests have equal bytes.
fn boundary(request: &Request) -> String {
    let occurs = |boundary: &str| {
        let mut texts = request.params().texts();
        texts.any(|(_, value)| value.contains(boundary))
            || request
                .params()
                .files()
                .iter()
                .any(|file| contains(&file.content, boundary.as_bytes()))
    };
    let mut number = 0_u32;
    loop {
        let boundary = format!("lazcore-part-{number:08}");
        if !occurs(&boundary) {
            return boundary;
        }
        number += 1;
    }
}

fn contains(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}
