//! The stores: orders, items, packages, and what may happen to them.

mod change;
mod history;
mod ids;
mod item;
mod make;
mod orders;
mod special;
mod store;

pub use change::{Change, Changed};
pub(crate) use history::Sight;
pub(crate) use item::{Delivery, Item, Status};
pub(crate) use make::make_store;
pub(crate) use orders::{Key, Orders};
pub(crate) use store::{Order, Package, Place, Store};
