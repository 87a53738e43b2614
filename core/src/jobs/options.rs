//! Options and targets as named values, for languages that hand them over as a map.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{
    CursorStore, FileCursor, FulfillmentOptions, JournalFile, LabelOptions, LabelTarget, Package,
    PrintOptions, PullOptions, SyncOptions, Target,
};
use crate::error::{Error, Result};
use crate::protocol::{Args, Value};

/// Takes named values out of a map and refuses what is left.
struct Options(Vec<(String, Value)>);

impl Options {
    fn take(&mut self, name: &str) -> Option<Value> {
        let index = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(index).1)
    }

    fn text(&mut self, name: &str) -> Result<Option<String>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
            Some(_) => Err(Error::input(name, "expected a text")),
        }
    }

    /// A blank path is not the same as none: nothing would be kept.
    fn path(&mut self, name: &str) -> Result<Option<PathBuf>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Text(text)) if !text.trim().is_empty() => Ok(Some(PathBuf::from(text))),
            Some(_) => Err(Error::input(name, "expected the path of a file")),
        }
    }

    fn flag(&mut self, name: &str) -> Result<bool> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Boolean(flag)) => Ok(flag),
            Some(_) => Err(Error::input(name, "expected true or false")),
        }
    }

    fn seconds(&mut self, name: &str) -> Result<Option<u32>> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Number(text)) if text.parse::<u32>().is_ok() => Ok(text.parse().ok()),
            Some(_) => Err(Error::input(name, "expected a whole number of seconds")),
        }
    }

    /// As [`seconds`](Self::seconds), for waits: at least one and at most a day.
    fn wait(&mut self, name: &str) -> Result<Option<Duration>> {
        match self.seconds(name)? {
            None => Ok(None),
            Some(seconds @ 1..=86_400) => Ok(Some(Duration::from_secs(seconds.into()))),
            Some(_) => Err(Error::input(name, "expected 1 to 86400 seconds")),
        }
    }

    fn label_options(&mut self) -> Result<LabelOptions> {
        let defaults = LabelOptions::default();
        let files = self.text("label_files")?.map(|text| text.parse());
        let format = self.text("label_format")?.map(|text| text.parse());
        Ok(LabelOptions {
            files: files.transpose()?.unwrap_or(defaults.files),
            format: format.transpose()?.unwrap_or(defaults.format),
            item_list: self.flag("label_item_list")?,
            wait: self.wait("label_wait")?.unwrap_or(defaults.wait),
        })
    }

    /// Nothing is left; a name that stands there twice is.
    fn end(self, names: &str) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(unknown_name(name, names)),
        }
    }

    /// Nothing is there but these.
    fn check(&self, names: &str) -> Result<()> {
        let known = |name: &str| names.split(", ").any(|known| known == name);
        match self.0.iter().find(|(name, _)| !known(name)) {
            None => Ok(()),
            Some((name, _)) => Err(unknown_name(name, names)),
        }
    }
}

fn unknown_name(name: &str, names: &str) -> Error {
    Error::input(
        name,
        format_args!("is unknown here: expected one of {names}"),
    )
}

impl PullOptions {
    /// Options by name: `created_after`, `created_before`, `update_after`, `update_before`, `status`,
    /// `with_items`, `cursor`, `overlap_s`.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the option and what was expected.
    pub fn from_args(args: Args) -> Result<Self> {
        let mut options = Options(args.into_parts().0);
        let pull = Self {
            created_after: options.text("created_after")?,
            created_before: options.text("created_before")?,
            update_after: options.text("update_after")?,
            update_before: options.text("update_before")?,
            status: options.text("status")?,
            with_items: options.flag("with_items")?,
            cursor: options.text("cursor")?,
            overlap_s: options.seconds("overlap_s")?,
        };
        options.end(
            "created_after, created_before, update_after, update_before, status, with_items, cursor, overlap_s",
        )?;
        Ok(pull)
    }
}

impl SyncOptions {
    /// Options by name: `since`, `status`, `with_items`, `overlap_s`, and `cursor` or `state_file` (the path of a
    /// [`FileCursor`]).
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the option and what was expected.
    pub fn from_args(args: Args) -> Result<Self> {
        let mut options = Options(args.into_parts().0);
        let file = options.path("state_file")?;
        let sync = Self {
            since: options.text("since")?,
            status: options.text("status")?,
            with_items: options.flag("with_items")?,
            overlap_s: options.seconds("overlap_s")?,
            cursor: options.text("cursor")?,
            store: file.map(|path| Arc::new(FileCursor::new(path)) as Arc<dyn CursorStore>),
        };
        options.end("since, status, with_items, overlap_s, cursor, state_file")?;
        Ok(sync)
    }
}

impl FulfillmentOptions {
    /// Options by name: `until` (`packed`, `labels` or `ready_to_ship`), `provider`, `labels` (a folder), `journal`
    /// (a file), `actor`, `unknown` (`repeat` or `report`), `adopt`, `quarantine_s`, and those of [`PrintOptions`].
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the option and what was expected.
    pub fn from_args(args: Args) -> Result<Self> {
        Self::of(
            args,
            "until, provider, labels, label_files, label_format, label_item_list, label_wait, journal, actor, unknown, \
             adopt, quarantine_s",
        )
    }

    /// Options by name for packages alone: `journal`, `actor`, `unknown`, `quarantine_s`.
    ///
    /// # Errors
    /// See [`from_args`](Self::from_args).
    pub fn for_packages(args: Args) -> Result<Self> {
        Self::of(args, "journal, actor, unknown, quarantine_s")
    }

    /// Options by name to resolve what is in doubt: `journal`, `adopt`, `quarantine_s`.
    ///
    /// # Errors
    /// See [`from_args`](Self::from_args).
    pub fn for_resolve(args: Args) -> Result<Self> {
        Self::of(args, "journal, adopt, quarantine_s")
    }

    /// Those of these names.
    fn of(args: Args, names: &str) -> Result<Self> {
        let mut options = Options(args.into_parts().0);
        options.check(names)?;
        let until = options.text("until")?.map(|text| text.parse());
        let unknown = options.text("unknown")?.map(|text| text.parse());
        let journal = options.text("journal")?;
        let quarantine = options.wait("quarantine_s")?;
        let default = Self::default();
        let named = Self {
            until: until.transpose()?.unwrap_or_default(),
            provider: options.text("provider")?,
            labels: options.text("labels")?.map(PathBuf::from),
            label_options: options.label_options()?,
            journal: journal.map(|path| Arc::new(JournalFile::new(path)) as _),
            actor: options.text("actor")?,
            unknown: unknown.transpose()?.unwrap_or_default(),
            adopt: options.flag("adopt")?,
            quarantine: quarantine.unwrap_or(default.quarantine),
        };
        options.end(names)?;
        Ok(named)
    }
}

impl Package {
    /// Packages from a list of package ids, or of objects with `package_id` and, so that they can be read back,
    /// `order_id`.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the element and what was expected.
    pub fn list(value: Value) -> Result<Vec<Self>> {
        each(
            "packages",
            "expected a list of package ids",
            value,
            Self::one,
        )
    }

    /// As [`list`](Self::list), from a JSON text.
    ///
    /// # Errors
    /// See [`list`](Self::list).
    pub fn list_from_json(text: &str) -> Result<Vec<Self>> {
        Self::list(Value::from_json("packages", text)?)
    }

    fn one(index: usize, element: Value) -> Result<Self> {
        let field = format!("packages[{index}]");
        if let Some(package_id) = id(&element) {
            return Ok(Self::new(package_id));
        }
        let Value::Object(members) = element else {
            return Err(Error::input(field, "expected a package id"));
        };
        let mut options = Options(members);
        let mut take = |name: &str| match options.take(name) {
            None => Ok(None),
            Some(value) => {
                let wrong = || Error::input(format!("{field}.{name}"), "expected an id");
                id(&value).map(Some).ok_or_else(wrong)
            }
        };
        let (package_id, order_id) = (take("package_id")?, take("order_id")?);
        options.end("package_id, order_id")?;
        let missing = || Error::input(format!("{field}.package_id"), "expected a package id");
        Ok(Self {
            order_id,
            package_id: package_id.ok_or_else(missing)?,
        })
    }
}

impl PrintOptions {
    /// Options by name: `labels` (a folder), `label_files` (`combined` or `single`), `label_format` (`pdf` or `html`),
    /// `label_item_list` (true or false), `label_wait` (seconds).
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the option and what was expected.
    pub fn from_args(args: Args) -> Result<Self> {
        let mut options = Options(args.into_parts().0);
        let folder = options.text("labels")?;
        let folder = folder
            .ok_or_else(|| Error::input("labels", "expected a folder to save the labels in"))?;
        let print = Self {
            folder: PathBuf::from(folder),
            labels: options.label_options()?,
        };
        options.end("labels, label_files, label_format, label_item_list, label_wait")?;
        Ok(print)
    }
}

impl LabelTarget {
    /// Targets from a list of order ids, of objects as in [`Target::list`], or of objects with `package_id`.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the element and what was expected.
    pub fn list(value: Value) -> Result<Vec<Self>> {
        let expected = "expected a list of order ids or packages";
        each("orders", expected, value, Self::one)
    }

    /// As [`list`](Self::list), from a JSON text.
    ///
    /// # Errors
    /// See [`list`](Self::list).
    pub fn list_from_json(text: &str) -> Result<Vec<Self>> {
        Self::list(Value::from_json("orders", text)?)
    }

    fn one(index: usize, element: Value) -> Result<Self> {
        let is_package = |(name, _): &(String, Value)| name == "package_id";
        match element {
            Value::Object(members) if members.iter().any(is_package) => {
                let field = format!("orders[{index}].package_id");
                let mut options = Options(members);
                let package = options.take("package_id").as_ref().and_then(id);
                let package =
                    package.ok_or_else(|| Error::input(field, "expected a package id"))?;
                options.end("package_id")?;
                Ok(Self::Package(package))
            }
            order => Target::one(index, order).map(Self::Order),
        }
    }
}

impl Target {
    /// Targets from a list of order ids, or of objects with `order_id` and, for a part of the order,
    /// `order_item_ids`.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) naming the element and what was expected.
    pub fn list(value: Value) -> Result<Vec<Self>> {
        each("orders", "expected a list of order ids", value, Self::one)
    }

    /// As [`list`](Self::list), from a JSON text.
    ///
    /// # Errors
    /// See [`list`](Self::list).
    pub fn list_from_json(text: &str) -> Result<Vec<Self>> {
        Self::list(Value::from_json("orders", text)?)
    }

    fn one(index: usize, element: Value) -> Result<Self> {
        let field = format!("orders[{index}]");
        if let Some(order_id) = id(&element) {
            return Ok(Self::order(order_id));
        }
        let Value::Object(members) = element else {
            return Err(Error::input(field, "expected an order id"));
        };
        let mut options = Options(members);
        let order_id = options.take("order_id").as_ref().and_then(id);
        let order_id = order_id
            .ok_or_else(|| Error::input(format!("{field}.order_id"), "expected an order id"))?;
        let items = match options.take("order_item_ids") {
            None => Vec::new(),
            Some(Value::List(items)) if items.iter().all(|item| id(item).is_some()) => {
                items.iter().filter_map(id).collect()
            }
            Some(_) => {
                return Err(Error::input(
                    format!("{field}.order_item_ids"),
                    "expected a list of ids",
                ));
            }
        };
        options.end("order_id, order_item_ids")?;
        Ok(Self::items(order_id, items))
    }
}

/// Every element of a list, which knows its place for errors.
fn each<T>(
    field: &str,
    expected: &str,
    value: Value,
    one: impl Fn(usize, Value) -> Result<T>,
) -> Result<Vec<T>> {
    let Value::List(elements) = value else {
        return Err(Error::input(field, expected));
    };
    let elements = elements.into_iter().enumerate();
    elements
        .map(|(index, element)| one(index, element))
        .collect()
}

/// An id as text or as a whole number, as JSON of the platform has both.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(text.clone()),
        _ => None,
    }
}
