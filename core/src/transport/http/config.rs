//! The settings of the built-in transport, checked when it is made.

use std::env;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;
use rustls::{ClientConfig, RootCertStore};
use ureq::ProxyProtocol;
use ureq::http::HeaderValue;

/// Settings of [`Http`](super::Http). Start from [`Default`] and change what you need.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// A PEM file with one or more certificates to trust **in addition to** the built-in roots: those of a company
    /// proxy that re-signs TLS, or of a test gateway.
    pub ca_file: Option<PathBuf>,
    /// The proxy; none unless chosen.
    pub proxy: Proxy,
    /// Sends unencrypted http to any host. Without it only to this machine (`localhost`, 127.0.0.0/8, `[::1]`),
    /// because the URL carries the access token.
    pub allow_plain_http: bool,
    /// The `User-Agent` header; `lazcore/VERSION` by default.
    pub user_agent: String,
    /// How many unused connections are kept, over all hosts. 0 keeps none. 32 by default: labels come from
    /// hosts of their own, and must not push out the connections to the gateway.
    pub max_idle_connections: usize,
    /// How many unused connections are kept to one host. 10 by default: an order pull makes up to ten calls at
    /// a time.
    pub max_idle_connections_per_host: usize,
    /// A connection unused for longer is not used again: the gateway may be closing it just as a request is written,
    /// and nobody could tell then whether the request arrived. 4 seconds by default.
    pub idle_age: Duration,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            ca_file: None,
            proxy: Proxy::None,
            allow_plain_http: false,
            user_agent: concat!("lazcore/", env!("CARGO_PKG_VERSION")).to_owned(),
            max_idle_connections: 32,
            max_idle_connections_per_host: 10,
            idle_age: Duration::from_secs(4),
        }
    }
}

/// Whether calls go through a proxy (HTTP CONNECT). Calls to this machine never do.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// No proxy, whatever the environment says: a server's variables must not redirect signed traffic silently.
    #[default]
    None,
    /// The first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY`, `all_proxy`, except for the hosts in `NO_PROXY` or `no_proxy`, read
    /// when the transport is made. `HTTP_PROXY` is not read: a CGI server fills it from a header of its visitor.
    Environment,
    /// `http://host:port` or `https://host:port`, with percent-encoded `user:password@` before the host if needed.
    Url(String),
}

// A proxy URL may carry a password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Environment => f.write_str("Environment"),
            Self::Url(url) => {
                let address = url
                    .rsplit_once('@')
                    .map_or(url.as_str(), |(_, address)| address);
                f.debug_tuple("Url").field(&address).finish()
            }
        }
    }
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct HttpConfigError {
    /// The field of [`HttpConfig`].
    pub setting: &'static str,
    /// What was expected, and what was found.
    pub problem: String,
}

impl HttpConfigError {
    fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        Self {
            setting,
            problem: problem.into(),
        }
    }
}

/// The header value that `text` makes.
pub(super) fn check_user_agent(text: &str) -> Result<(), HttpConfigError> {
    // ureq unwraps this where it sends.
    let valid = HeaderValue::from_str(text).is_ok();
    let problem = "expected printable ASCII text without line breaks";
    if valid {
        Ok(())
    } else {
        Err(HttpConfigError::new("user_agent", problem))
    }
}

/// What ureq is told about the proxy.
pub(super) fn proxy(choice: &Proxy) -> Result<Option<ureq::Proxy>, HttpConfigError> {
    proxy_from(choice, |name| env::var(name).ok())
}

fn proxy_from(
    choice: &Proxy,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<ureq::Proxy>, HttpConfigError> {
    let set = |name: &&str| variable(name).filter(|value| !value.trim().is_empty());
    let (url, no_proxy, said_by) = match choice {
        Proxy::None => return Ok(None),
        Proxy::Url(url) => (url.clone(), String::new(), "the setting"),
        Proxy::Environment => {
            let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
            let Some((name, url)) = names.iter().find_map(|name| Some((*name, set(name)?))) else {
                return Ok(None);
            };
            let no_proxy = ["NO_PROXY", "no_proxy"]
                .iter()
                .find_map(set)
                .unwrap_or_default();
            (url, no_proxy, name)
        }
    };
    // The URL itself is not shown: it may carry a password.
    let expected = || {
        let problem = format!("expected http://host:port or https://host:port in {said_by}");
        HttpConfigError::new("proxy", problem)
    };
    let parsed = ureq::Proxy::new(url.trim()).map_err(|_| expected())?;
    if !matches!(
        parsed.protocol(),
        ProxyProtocol::Http | ProxyProtocol::Https
    ) || parsed.host().is_empty()
    {
        return Err(expected());
    }
    if no_proxy.is_empty() {
        return Ok(Some(parsed));
    }
    let mut builder = ureq::Proxy::builder(parsed.protocol())
        .host(parsed.host())
        .port(parsed.port());
    if let Some(name) = parsed.username() {
        builder = builder.username(name);
    }
    if let Some(password) = parsed.password() {
        builder = builder.password(password);
    }
    for host in no_proxy.split(',') {
        builder = builder.no_proxy(host.trim());
    }
    builder.build().map(Some).map_err(|_| expected())
}

/// The TLS settings: the built-in roots and those of `ca_file`, over ring.
///
/// The provider is set here and not for the whole process, which belongs to the host program.
pub(super) fn tls(ca_file: Option<&Path>) -> Result<ClientConfig, HttpConfigError> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(path) = ca_file {
        add_certificates(&mut roots, path)?;
    }
    let provider = CryptoProvider {
        key_provider: &NoKeys,
        ..ring::default_provider()
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| {
            HttpConfigError::new("ca_file", format!("TLS is not available: {error}"))
        })?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// No gateway asks for a certificate of the client's, so nothing that reads private keys and signs with them needs to
/// be part of the library.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(
        &self,
        _: PrivateKeyDer<'static>,
    ) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("clients have no keys".to_owned()))
    }
}

fn add_certificates(roots: &mut RootCertStore, path: &Path) -> Result<(), HttpConfigError> {
    let refused = |found: String| {
        let problem = format!(
            "expected a PEM file with certificates at {}: {found}",
            path.display()
        );
        HttpConfigError::new("ca_file", problem)
    };
    let pem = fs::read(path).map_err(|error| refused(error.to_string()))?;
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        count += 1;
        let certificate =
            certificate.map_err(|error| refused(format!("certificate {count}: {error}")))?;
        roots
            .add(certificate)
            .map_err(|error| refused(format!("certificate {count}: {error}")))?;
    }
    if count == 0 {
        Err(refused("it holds no certificate".to_owned()))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_environment(
        variables: &[(&str, &str)],
    ) -> Result<Option<ureq::Proxy>, HttpConfigError> {
        proxy_from(&Proxy::Environment, |name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_counts_only_when_chosen() {
        let variable = |_: &str| Some("http://evil.example:1".to_owned());
        assert_eq!(proxy_from(&Proxy::None, variable), Ok(None));
        let explicit = Proxy::Url("http://proxy.example:3128".to_owned());
        let made = proxy_from(&explicit, variable).unwrap().unwrap();
        assert_eq!((made.host(), made.port()), ("proxy.example", 3128));
    }

    #[test]
    fn the_environment_is_read_in_order_without_http_proxy() {
        assert_eq!(
            from_environment(&[("HTTP_PROXY", "http://visitor.example:1")]),
            Ok(None)
        );
        assert_eq!(from_environment(&[("HTTPS_PROXY", " ")]), Ok(None));
        let both = [
            ("ALL_PROXY", "http://all.example"),
            ("https_proxy", "http://tls.example:8"),
        ];
        assert_eq!(
            from_environment(&both).unwrap().unwrap().host(),
            "tls.example"
        );
    }

    #[test]
    fn no_proxy_and_the_password_survive() {
        let variables = [
            ("HTTPS_PROXY", "http://me:a%40b@proxy.example:8"),
            ("NO_PROXY", "lazada.sg, .internal"),
        ];
        let made = from_environment(&variables).unwrap().unwrap();
        assert_eq!(
            (made.username(), made.password()),
            (Some("me"), Some("a@b"))
        );
        let skipped = |url: &'static str| made.is_no_proxy(&ureq::http::Uri::from_static(url));
        assert!(skipped("https://x.internal/") && skipped("https://lazada.sg/"));
        assert!(!skipped("https://api.lazada.com.my/"));
    }

    #[test]
    fn a_bad_proxy_is_named_without_its_password() {
        for url in [
            "",
            "socks5://me:hunter2@proxy.example",
            "http://me:hunter2@ proxy",
            "ftp://x",
        ] {
            let error = proxy(&Proxy::Url(url.to_owned())).unwrap_err();
            assert_eq!(error.setting, "proxy", "{url}");
            assert!(
                error.problem.contains("expected http://host:port"),
                "{error}"
            );
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
        let error = from_environment(&[("ALL_PROXY", "socks5://x")]).unwrap_err();
        assert!(error.problem.contains("ALL_PROXY"), "{error}");
    }

    #[test]
    fn debug_hides_the_password_of_the_proxy() {
        let config = HttpConfig {
            proxy: Proxy::Url("http://me:hunter2@proxy.example:8".to_owned()),
            ..HttpConfig::default()
        };
        let shown = format!("{config:?}");
        assert!(
            shown.contains("proxy.example:8") && !shown.contains("hunter2"),
            "{shown}"
        );
    }

    #[test]
    fn a_ca_file_without_a_certificate_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        assert_eq!(tls(Some(&path)).unwrap_err().setting, "ca_file");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for text in ["", "not a certificate", broken] {
            fs::write(&path, text).unwrap();
            let error = tls(Some(&path)).unwrap_err();
            assert!(
                error
                    .to_string()
                    .starts_with("ca_file: expected a PEM file"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_user_agent_must_fit_in_a_header() {
        assert!(check_user_agent("erp/1.0 (lazcore)").is_ok());
        assert_eq!(
            check_user_agent("a\r\nHost: b").unwrap_err().setting,
            "user_agent"
        );
    }
}
