//! The committed headers are what the source says. `LAZCORE_UPDATE=1` rewrites them.
#![allow(clippy::expect_used)]

use std::path::{Path, PathBuf};

use cbindgen::{Config, DocumentationStyle};

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn committed(name: &str) -> PathBuf {
    crate_folder().join("../include").join(name)
}

fn settings() -> Config {
    Config::from_file(crate_folder().join("cbindgen.toml")).expect("cbindgen.toml")
}

/// For parsers that know no preprocessor, such as PHP's: declarations only.
fn settings_without_preprocessor() -> Config {
    Config {
        header: Some(
            "// The declarations of lazcore.h without preprocessor lines, for PHP.".to_owned(),
        ),
        include_guard: None,
        cpp_compat: false,
        sys_includes: Vec::new(),
        documentation: false,
        documentation_style: DocumentationStyle::C99,
        ..settings()
    }
}

/// For builds with the feature `sandbox` alone.
fn settings_of_the_sandbox() -> Config {
    Config {
        header: Some("// A sandbox inside the host's process, for tests: in libraries built with the feature `sandbox`.".to_owned()),
        include_guard: Some("LAZCORE_SANDBOX_H".to_owned()),
        sys_includes: Vec::new(),
        includes: vec!["lazcore.h".to_owned()],
        ..settings()
    }
}

fn generate(settings: Config) -> String {
    write(
        cbindgen::Builder::new().with_crate(crate_folder()),
        settings,
    )
}

fn write(builder: cbindgen::Builder, settings: Config) -> String {
    let bindings = builder
        .with_config(settings)
        .generate()
        .expect("the source can be read");
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).expect("UTF-8")
}

fn compare(name: &str, generated: &str) {
    let path = committed(name);
    if std::env::var_os("LAZCORE_UPDATE").is_some() {
        std::fs::write(&path, generated).expect("the header can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "include/{name} is not what the source says; LAZCORE_UPDATE=1 cargo test -p lazcore-ffi rewrites it"
    );
}

#[test]
fn lazcore_h_is_what_the_source_says() {
    compare("lazcore.h", &generate(settings()));
}

#[test]
fn lazcore_php_h_is_what_the_source_says() {
    let generated = generate(settings_without_preprocessor());
    let preprocessor = generated
        .lines()
        .find(|line| line.trim_start().starts_with('#'));
    assert_eq!(preprocessor, None);
    compare("lazcore_php.h", &generated);
}

#[test]
fn lazcore_sandbox_h_is_what_the_source_says() {
    let source = cbindgen::Builder::new().with_src(crate_folder().join("src/sandbox.rs"));
    compare(
        "lazcore_sandbox.h",
        &write(source, settings_of_the_sandbox()),
    );
}

#[test]
fn comments_speak_to_c_programmers() {
    let header = generate(settings());
    for word in ["# Safety", "# Errors", "crate::", "[`", "Option<", "Box<"] {
        assert!(!header.contains(word), "{word} is in lazcore.h");
    }
}
