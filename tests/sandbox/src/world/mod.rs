//! The stores: orders, items, packages, and what may happen to them.

mod act;
mod change;
mod history;
mod ids;
mod item;
mod journal;
mod make;
mod orders;
mod special;
mod store;

pub use act::{Act, Acted, Deed};
pub use change::{Change, Changed};
pub(crate) use history::Sight;
pub(crate) use item::{Delivery, Item, Status};
pub(crate) use journal::{By, What};
pub(crate) use make::make_store;
pub(crate) use orders::{Key, Orders};
pub(crate) use store::{Order, Package, Place, Store};
