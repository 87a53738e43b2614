//! Token pairs: read, kept, refreshed once for all who need it.

mod calls;
mod file;
pub(super) mod keeper;
mod pair;
mod seen;
mod status;
mod store;
mod text;

pub use file::FileStore;
pub use pair::{Shop, Token};
pub use status::{TokenState, TokenStatus};
pub use store::{StoreLock, TextStore, TokenStore};
