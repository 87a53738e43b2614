//! A certificate authority made for the tests by the `openssl` tool.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

use lazcore::transport::http::{Http, HttpConfig};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;

const CONFIG: &str = "[req]\ndistinguished_name = name\n[name]\n\
    [ca]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\n\
    [leaf]\nsubjectAltName = DNS:localhost, DNS:gateway.test, IP:127.0.0.1\n\
    [other]\nsubjectAltName = DNS:other.test\n";

/// The folder with `ca.pem`, `unrelated.pem` (another authority), `leaf.pem` and `other.pem` (for another host).
fn folder() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER.get_or_init(make).path()
}

fn make() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("openssl.cnf"), CONFIG).unwrap();
    for name in ["ca", "unrelated"] {
        let out = format!("-out {name}.pem -keyout {name}.key -subj /CN={name} -extensions ca");
        openssl(&folder, &format!("req -x509 {out} -days 2 {NEW_KEY}"));
    }
    for name in ["leaf", "other"] {
        openssl(
            &folder,
            &format!("req -out {name}.csr -keyout {name}.key -subj /CN={name} {NEW_KEY}"),
        );
        let signed = "-CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile openssl.cnf";
        openssl(
            &folder,
            &format!("x509 -req -in {name}.csr -out {name}.pem {signed} -extensions {name}"),
        );
    }
    folder
}

const NEW_KEY: &str = "-config openssl.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

fn openssl(folder: &TempDir, arguments: &str) {
    let mut command = Command::new("openssl");
    let command = command
        .args(arguments.split(' '))
        .current_dir(folder.path());
    let output = command
        .output()
        .expect("the TLS tests need the `openssl` command-line tool");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {complaint}");
}

pub(crate) fn path(name: &str) -> PathBuf {
    folder().join(name)
}

/// A server's TLS settings with the certificate `name`.
pub(crate) fn server(name: &str) -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_file(path(&format!("{name}.pem"))).unwrap();
    let key = PrivateKeyDer::from_pem_file(path(&format!("{name}.key"))).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    Arc::new(config.unwrap())
}

/// A transport that trusts the tests' authority.
pub(crate) fn trusting() -> Http {
    Http::new(HttpConfig {
        ca_file: Some(path("ca.pem")),
        ..HttpConfig::default()
    })
    .unwrap()
}
