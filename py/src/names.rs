//! Attribute names of records: from the interned text of Python's byte code to the wire's names.
//!
//! A page has thousands of attribute reads, so a name is found by its address where possible: interned
//! texts are one object each, and the ones known here are kept alive for good.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};

use lazcore::api::APIS;
use lazcore::api::table::SPELLINGS;
use lazcore::protocol::schema::Field;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;

/// Methods and attributes of the classes themselves; a field of that name is read by `record["name"]`.
const RESERVED: &[&str] = &[
    "get", "keys", "to_dict", "to_json", "raw", "raw_json", "items",
];

/// An attribute of some record.
pub(crate) struct Attribute {
    pub(crate) name: String,
    /// The names on the wire, the usual one first.
    pub(crate) wire: Vec<&'static str>,
    /// Where the field stood among those of the record that was read last. Rows of one kind follow each other.
    place: AtomicUsize,
}

impl Attribute {
    fn new(name: &str, wire: Vec<&'static str>) -> Self {
        Self {
            name: python_name(name),
            wire,
            place: AtomicUsize::new(0),
        }
    }

    /// The field called `wire` among `fields`.
    pub(crate) fn field(&self, fields: &'static [Field], wire: &str) -> Option<&'static Field> {
        let known = fields.get(self.place.load(Ordering::Relaxed));
        if let Some(field) = known.filter(|field| field.name == wire) {
            return Some(field);
        }
        let place = fields.iter().position(|field| field.name == wire)?;
        self.place.store(place, Ordering::Relaxed);
        fields.get(place)
    }
}

/// All attributes of all records.
pub(crate) struct Names {
    attributes: Vec<Attribute>,
    by_text: HashMap<String, usize>,
    by_address: HashMap<usize, usize, BuildHasherDefault<AddressHasher>>,
    // Alive for good, so that no other object can come to one of the addresses.
    _held: Vec<Py<PyString>>,
}

impl Names {
    /// The table, made at the first use.
    pub(crate) fn of(py: Python<'_>) -> &Self {
        static NAMES: PyOnceLock<Names> = PyOnceLock::new();
        NAMES.get_or_init(py, || Self::new(py))
    }

    fn new(py: Python<'_>) -> Self {
        let mut wire_names = Vec::new();
        for api in APIS {
            collect(api.reply, &mut wire_names);
        }
        wire_names.sort_unstable();
        wire_names.dedup();
        let mut attributes: Vec<Attribute> = Vec::new();
        for name in wire_names {
            // A wire name that is spelled differently as an attribute is found under that one.
            let spelled = SPELLINGS.iter().any(|(_, wire)| wire.contains(&name));
            if !spelled {
                attributes.push(Attribute::new(name, vec![name]));
            }
        }
        for (name, wire) in SPELLINGS {
            attributes.push(Attribute::new(name, wire.to_vec()));
        }
        attributes.retain(|attribute| !RESERVED.contains(&attribute.name.as_str()));
        let held: Vec<Py<PyString>> = attributes
            .iter()
            .map(|attribute| PyString::intern(py, &attribute.name).unbind())
            .collect();
        let by_address = held
            .iter()
            .enumerate()
            .map(|(index, name)| (name.as_ptr() as usize, index))
            .collect();
        let by_text = attributes
            .iter()
            .enumerate()
            .map(|(index, one)| (one.name.clone(), index))
            .collect();
        Self {
            attributes,
            by_text,
            by_address,
            _held: held,
        }
    }

    /// The attribute that this very object names.
    pub(crate) fn by_address(&self, name: &Bound<'_, PyString>) -> Option<&Attribute> {
        let index = self.by_address.get(&(name.as_ptr() as usize))?;
        self.attributes.get(*index)
    }

    /// The attribute of this name.
    pub(crate) fn by_text(&self, name: &str) -> Option<&Attribute> {
        self.attributes.get(*self.by_text.get(name)?)
    }

    /// The names of the attributes that stand for one of `fields`.
    pub(crate) fn of_fields(&self, fields: &[Field]) -> impl Iterator<Item = &str> {
        let known = |attribute: &&Attribute| {
            attribute
                .wire
                .iter()
                .any(|wire| fields.iter().any(|field| field.name == *wire))
        };
        self.attributes
            .iter()
            .filter(known)
            .map(|attribute| attribute.name.as_str())
    }
}

fn collect(fields: &'static [Field], names: &mut Vec<&'static str>) {
    for field in fields {
        names.push(field.name);
        collect(field.fields, names);
    }
}

/// Words that cannot be attributes get an underscore, as in the generated types.
fn python_name(name: &str) -> String {
    const KEYWORDS: &[&str] = &[
        "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
        "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with",
        "yield",
    ];
    if KEYWORDS.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// Spreads an address; objects lie on multiples of 16.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(31).wrapping_add(u64::from(*byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = ((address as u64) >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
