//! The stores: orders, items, packages, and what may happen to them.

mod item;
mod make;
mod store;

pub(crate) use item::{Delivery, Item, Status};
pub(crate) use make::make_store;
pub(crate) use store::{Order, Package, Place, Store};
