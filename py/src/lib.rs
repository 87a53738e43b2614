//! The native module of the Python package: marshals between Python objects and the core.
//!
//! Nothing is decided here. Values are converted, waits release the interpreter's lock and look for
//! signals, errors become the exceptions of `lazcore.errors`, and panics never leave.

mod args;
mod bill;
mod catalog;
mod client;
mod errors;
mod events;
mod http;
mod interrupt;
mod job;
mod journal;
mod lines;
mod names;
mod outcome;
mod probe;
mod record;
mod reply;
mod restore;
mod rows;
mod sandbox;
mod state;
mod texts;
mod time;
mod token_status;
mod tokens;
mod values;

use pyo3::prelude::*;

/// The module, private to the package.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("ERROR_KINDS", errors::kinds(module.py())?)?;
    module.add_class::<bill::Difference>()?;
    module.add_class::<lines::Line>()?;
    module.add_class::<lines::Parcel>()?;
    module.add_class::<bill::Reconciliation>()?;
    module.add_class::<interrupt::Canceler>()?;
    module.add_class::<client::Client>()?;
    module.add_class::<events::Done>()?;
    module.add_class::<events::Notice>()?;
    module.add_class::<outcome::Outcome>()?;
    module.add_class::<events::Progress>()?;
    module.add_class::<events::PulledOrder>()?;
    module.add_class::<http::HttpRequest>()?;
    module.add_class::<job::Job>()?;
    module.add_class::<probe::Look>()?;
    module.add_class::<record::Record>()?;
    module.add_class::<rows::BadRow>()?;
    module.add_class::<reply::Evidence>()?;
    module.add_class::<rows::FailedRow>()?;
    module.add_class::<reply::Reply>()?;
    module.add_class::<sandbox::Sandbox>()?;
    module.add_class::<time::Time>()?;
    module.add_class::<token_status::Account>()?;
    module.add_class::<token_status::Shop>()?;
    module.add_class::<tokens::TextStore>()?;
    module.add_class::<token_status::TokenStatus>()?;
    module.add_function(wrap_pyfunction!(bill::by_package, module)?)?;
    module.add_function(wrap_pyfunction!(bill::by_sku, module)?)?;
    module.add_function(wrap_pyfunction!(bill::currency_of, module)?)?;
    module.add_function(wrap_pyfunction!(bill::reconcile, module)?)?;
    module.add_function(wrap_pyfunction!(catalog::apis, module)?)?;
    module.add_function(wrap_pyfunction!(http::authorization_url, module)?)?;
    module.add_function(wrap_pyfunction!(http::check_state, module)?)?;
    module.add_function(wrap_pyfunction!(http::explain_signature, module)?)?;
    module.add_function(wrap_pyfunction!(http::prepare, module)?)?;
    module.add_function(wrap_pyfunction!(http::read, module)?)?;
    module.add_function(wrap_pyfunction!(http::redirect_code, module)?)?;
    module.add_function(wrap_pyfunction!(http::sign, module)?)?;
    // Past `__all__`: for pickles alone.
    module.setattr("_restore", wrap_pyfunction!(restore::restore, module)?)?;
    // Past `__all__`, since release builds have no such function.
    #[cfg(debug_assertions)]
    module.setattr(
        "_panic_for_test",
        wrap_pyfunction!(errors::panic_for_test, module)?,
    )?;
    Ok(())
}
