//! What really happened, as the sandbox kept it.

use std::collections::{HashMap, HashSet};

use lazcore_sandbox::Sandbox;
use serde_json::Value;

/// Ids come as numbers or as text.
pub(super) fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[derive(Default)]
pub(super) struct Books {
    /// How often each item was packed.
    pub(super) packed: HashMap<String, u64>,
    /// The package that each item was packed in last.
    pub(super) package: HashMap<String, String>,
    /// How often a courier was called for each item, in whatever package.
    pub(super) couriers: HashMap<String, u64>,
    pub(super) packages: HashSet<String>,
}

impl Books {
    pub(super) fn of(sandbox: &Sandbox) -> Self {
        let all: Value = serde_json::from_str(&sandbox.books()).unwrap();
        let store = &all["stores"][0];
        let mut books = Self::default();
        for item in store["items"].as_array().unwrap() {
            let packed = item["packed"].as_u64().unwrap();
            books.packed.insert(text(&item["order_item_id"]), packed);
        }
        for package in store["packages"].as_array().unwrap() {
            let id = text(&package["package_id"]);
            let couriers = package["couriers"].as_u64().unwrap();
            for item in package["order_item_ids"].as_array().unwrap() {
                *books.couriers.entry(text(item)).or_default() += couriers;
                books.package.insert(text(item), id.clone());
            }
            books.packages.insert(id);
        }
        books
    }

    pub(super) fn packed_twice(&self) -> usize {
        self.packed.values().filter(|times| **times > 1).count()
    }

    pub(super) fn called_twice(&self) -> usize {
        self.couriers.values().filter(|times| **times > 1).count()
    }
}
