//! Gives the shared library its SONAME.

/// Counts up only when an existing symbol changes or goes; adding one never does.
const ABI_VERSION: u32 = 0;

fn main() {
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if system == "linux" {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,liblazcore.so.{ABI_VERSION}");
    }
    println!("cargo:rustc-env=LAZCORE_ABI_VERSION={ABI_VERSION}");
    // Nothing else is read, so no file needs watching.
    println!("cargo:rerun-if-env-changed=CARGO_CFG_TARGET_OS");
}
