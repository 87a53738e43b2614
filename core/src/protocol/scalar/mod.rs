//! The platform's scalars, each in every spelling it was seen in.

mod flag;
mod id;
mod money;
mod time;

pub use flag::flag;
pub use id::Id;
pub use money::Money;
pub use time::Time;
