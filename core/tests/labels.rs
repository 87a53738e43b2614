//! Labels against the sandbox: files, pages, manifests, and what may go wrong on the way.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lazcore::client::{Clock, Rates, RetryPolicy};
use lazcore::jobs::{
    Event, FulfillmentOptions, Job, LabelFiles, LabelFormat, LabelOptions, LabelTarget, Outcome,
    PrintOptions, PullOptions, State, Step, Summary, Target, Until,
};
use lazcore::{Args, Cancel, Client, Config, ErrorKind, Gateway};
use lazcore_sandbox::{Act, Config as World, Deed, InFile, LabelFault, Misbehavior, Plan, Sandbox};
use serde_json::Value;

const PRINT: &str = "/order/package/document/get";
const START: i64 = 1_794_240_000;

/// The gateway's clock, which moves when somebody waits.
struct Moved {
    sandbox: Arc<Sandbox>,
    waits: Arc<Mutex<Vec<u64>>>,
    cancel_after: Option<usize>,
    slept: Mutex<Duration>,
}

impl Clock for Moved {
    fn now_ms(&self) -> i64 {
        self.sandbox.now() * 1000
    }

    fn elapsed(&self) -> Duration {
        let moved = Duration::from_secs((self.sandbox.now() - START).unsigned_abs());
        moved + Duration::from_millis(self.slept.lock().unwrap().subsec_millis().into())
    }

    fn sleep(&self, duration: Duration, cancel: &Cancel) -> bool {
        let mut waits = self.waits.lock().unwrap();
        waits.push(duration.as_secs());
        // The sandbox's clock has whole seconds.
        let mut slept = self.slept.lock().unwrap();
        let before = slept.as_secs();
        *slept += duration;
        let seconds = slept.as_secs() - before;
        self.sandbox.advance_clock(i64::try_from(seconds).unwrap());
        if self.cancel_after == Some(waits.len()) {
            cancel.cancel();
        }
        !cancel.is_canceled()
    }

    fn chance(&self) -> f64 {
        0.0
    }
}

struct Place {
    sandbox: Arc<Sandbox>,
    client: Client,
    waits: Arc<Mutex<Vec<u64>>>,
    folder: tempfile::TempDir,
}

fn place(orders: usize) -> Place {
    place_of(World {
        orders,
        special_orders: false,
        ..World::default()
    })
}

fn place_of(world: World) -> Place {
    made(world, "store 0/SG", None)
}

fn made(world: World, account: &str, cancel_after: Option<usize>) -> Place {
    let world = World {
        frozen_clock: Some(START),
        ..world
    };
    let sandbox = Arc::new(Sandbox::start(world).unwrap());
    let waits = Arc::new(Mutex::new(Vec::new()));
    let clock = Moved {
        sandbox: Arc::clone(&sandbox),
        waits: Arc::clone(&waits),
        cancel_after,
        slept: Mutex::default(),
    };
    let config = Config::new(sandbox.app_key(), sandbox.app_secret())
        .gateway(Gateway::url(&sandbox.url()).unwrap())
        .access_token(sandbox.access_token())
        .account(account)
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        })
        .retry(RetryPolicy {
            base: Duration::from_millis(1),
            ..RetryPolicy::default()
        })
        .clock(Arc::new(clock));
    Place {
        client: Client::new(config).unwrap(),
        sandbox,
        waits,
        folder: tempfile::tempdir().unwrap(),
    }
}

impl Place {
    fn ids(&self) -> Vec<String> {
        let (after, before) = self.sandbox.pull_window();
        let options = PullOptions {
            created_after: Some(after),
            created_before: Some(before),
            ..PullOptions::default()
        };
        let rows = self.client.orders().pull(options).unwrap();
        let rows = rows.filter_map(|event| match event.unwrap() {
            Event::Row(row) => Some(row.order.id("order_id").unwrap().unwrap()),
            _ => None,
        });
        rows.collect()
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn misbehave(&self, plan: impl Into<Plan>) {
        self.sandbox.misbehave(plan);
    }

    fn run(&self, ids: &[String], until: Until, labels: LabelOptions) -> (Vec<Outcome>, Summary) {
        let options = FulfillmentOptions {
            until,
            labels: Some(self.path().to_owned()),
            label_options: labels,
            ..FulfillmentOptions::default()
        };
        let targets = ids.iter().map(Target::order).collect();
        finished(self.client.fulfillment().run(targets, options).unwrap())
    }

    fn pack(&self, ids: &[String]) -> Vec<Outcome> {
        let options = FulfillmentOptions {
            until: Until::Packed,
            ..FulfillmentOptions::default()
        };
        let targets = ids.iter().map(Target::order).collect();
        finished(self.client.fulfillment().run(targets, options).unwrap()).0
    }

    fn labels(&self, targets: Vec<LabelTarget>, labels: LabelOptions) -> (Vec<Outcome>, Summary) {
        let options = PrintOptions {
            folder: self.path().to_owned(),
            labels,
        };
        finished(self.client.fulfillment().labels(targets, options).unwrap())
    }

    fn prints(&self) -> usize {
        let calls = self.sandbox.calls();
        calls.iter().filter(|call| call.path == PRINT).count()
    }

    fn waits(&self) -> Vec<u64> {
        self.waits.lock().unwrap().clone()
    }

    /// Names of the label files, in order.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.contains("manifest"))
            .collect();
        names.sort();
        names
    }

    fn manifest(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path().join("manifest.json")).unwrap();
        let manifest: Value = serde_json::from_str(&text).unwrap();
        manifest["packages"].as_array().unwrap().clone()
    }

    /// The packages whose labels are on the pages of a file.
    fn pages(&self, file: &str) -> Vec<String> {
        let content = fs::read(self.path().join(file)).unwrap();
        let text = String::from_utf8_lossy(&content).into_owned();
        let pages = text.split("(Package: ").skip(1);
        pages
            .map(|page| page.split(')').next().unwrap().to_owned())
            .collect()
    }
}

fn finished(job: Job) -> (Vec<Outcome>, Summary) {
    let mut outcomes = Vec::new();
    let mut summary = None;
    for event in job {
        match event.unwrap() {
            Event::Outcome(outcome) => outcomes.push(*outcome),
            Event::Done(done) => summary = Some(done),
            _ => {}
        }
    }
    (outcomes, summary.unwrap())
}

fn orders(ids: &[String]) -> Vec<LabelTarget> {
    ids.iter()
        .map(|id| LabelTarget::Order(Target::order(id)))
        .collect()
}

/// Packages in the order in which outcomes name them first.
fn packages(outcomes: &[Outcome]) -> Vec<String> {
    let mut packages: Vec<String> = Vec::new();
    for package in outcomes
        .iter()
        .filter_map(|outcome| outcome.package_id.clone())
    {
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    packages
}

fn single() -> LabelOptions {
    LabelOptions {
        files: LabelFiles::Single,
        ..LabelOptions::default()
    }
}

fn count(summary: &Summary, name: &str) -> u64 {
    let counts = summary.counts.iter();
    counts.clone().find(|count| count.0 == name).unwrap().1
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn combined_files_follow_the_order_given_and_the_manifest_finds_every_page() {
    let place = place(25);
    let mut ids = place.ids();
    ids.reverse();
    let (outcomes, summary) = place.run(&ids, Until::Labels, LabelOptions::default());
    assert!(outcomes.iter().all(|outcome| outcome.state == State::Done));
    assert_eq!(count(&summary, "label_files"), 2);

    let wanted = packages(&outcomes);
    let files = place.files();
    let name = |number: u32, first: &str, more: usize| {
        format!("{number:04}_store-0-SG_{first}_and_{more}_more.pdf")
    };
    assert_eq!(files, [name(1, &wanted[0], 19), name(2, &wanted[20], 4)]);
    let printed: Vec<String> = files.iter().flat_map(|file| place.pages(file)).collect();
    assert_eq!(printed, wanted);

    // The manifest leads to each label.
    let manifest = place.manifest();
    let listed: Vec<&str> = manifest
        .iter()
        .map(|entry| entry["package_id"].as_str().unwrap())
        .collect();
    assert_eq!(listed, wanted);
    for entry in &manifest {
        let page = usize::try_from(entry["page"].as_u64().unwrap()).unwrap();
        let on_page = &place.pages(entry["file"].as_str().unwrap())[page - 1];
        assert_eq!(entry["package_id"], on_page.as_str());
        assert_eq!(entry["account"], "store 0/SG");
    }
    for outcome in &outcomes {
        let entry = manifest
            .iter()
            .find(|entry| entry["package_id"] == outcome.package_id.as_deref().unwrap())
            .unwrap();
        assert_eq!(
            entry["file"],
            name_of(outcome.label.as_ref().unwrap()).as_str()
        );
        assert_eq!(entry["page"], outcome.label_page.unwrap());
        assert_eq!(entry["order_id"], outcome.order_id.as_str());
        assert_eq!(
            entry["tracking_number"],
            outcome.tracking_number.as_deref().unwrap()
        );
        assert_eq!(entry["shipment_provider"], "Sandbox Express");
        let item = outcome.order_item_id.as_deref().unwrap();
        let lines = entry["items"].as_array().unwrap();
        let line = lines
            .iter()
            .find(|line| {
                line["order_item_ids"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|id| id == item)
            })
            .unwrap();
        assert_eq!(
            line["quantity"].as_u64().unwrap(),
            line["order_item_ids"].as_array().unwrap().len() as u64
        );
        assert!(!line["sku"].as_str().unwrap().is_empty());
        assert!(outcome.time_ms >= START * 1000);
        let mut labels = outcome
            .request_ids
            .iter()
            .filter(|(step, _)| *step == Step::Labels);
        assert_eq!(entry["request_id"], labels.next_back().unwrap().1.as_str());
    }
}

#[test]
fn the_table_says_the_same_as_the_json() {
    let place = place(6);
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    let table = fs::read_to_string(place.path().join("manifest.csv")).unwrap();
    let mut rows = table.split_terminator("\r\n");
    let head: Vec<&str> = rows.next().unwrap().split(',').collect();
    let rows: Vec<BTreeMap<&str, &str>> = rows
        .map(|row| head.iter().copied().zip(row.split(',')).collect())
        .collect();
    let units: usize = rows
        .iter()
        .map(|row| row["quantity"].parse::<usize>().unwrap())
        .sum();
    assert_eq!(units, outcomes.len());
    for outcome in &outcomes {
        let item = outcome.order_item_id.as_deref().unwrap();
        let row = rows
            .iter()
            .find(|row| {
                let ids = row["order_item_ids"].trim_start_matches('\'');
                ids.split(' ').any(|id| id == item)
            })
            .unwrap();
        // A spreadsheet would round it.
        assert_eq!(row["order_id"], format!("'{}", outcome.order_id));
        assert_eq!(row["package_id"], outcome.package_id.as_deref().unwrap());
        assert_eq!(row["page"], outcome.label_page.unwrap().to_string());
        assert_eq!(row["file"], name_of(outcome.label.as_ref().unwrap()));
        assert_eq!(
            row["tracking_number"],
            outcome.tracking_number.as_deref().unwrap()
        );
        assert!(!row["sku"].is_empty() && !row["shipment_provider"].is_empty());
    }
}

#[test]
fn single_files_hold_one_package_each() {
    let place = place(7);
    let ids = place.ids();
    let (outcomes, summary) = place.run(&ids, Until::Labels, single());
    let wanted = packages(&outcomes);
    let names: Vec<String> = wanted
        .iter()
        .enumerate()
        .map(|(place, package)| format!("{:04}_store-0-SG_{package}.pdf", place + 1))
        .collect();
    assert_eq!(place.files(), names);
    assert_eq!(count(&summary, "label_files"), 7);
    for (file, package) in names.iter().zip(&wanted) {
        assert_eq!(place.pages(file), [package.as_str()]);
    }
    assert!(place.manifest().iter().all(|entry| entry["page"] == 1));
    assert!(outcomes.iter().all(|outcome| outcome.label_page == Some(1)));
}

#[test]
fn a_page_that_cannot_be_known_is_not_guessed() {
    let place = place(3);
    place.misbehave(Misbehavior::Label(LabelFault::ExtraPage));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert!(outcomes.iter().all(|outcome| outcome.label.is_some()));
    assert!(outcomes.iter().all(|outcome| outcome.label_page.is_none()));
    assert!(
        place
            .manifest()
            .iter()
            .all(|entry| entry.get("page").is_none())
    );
}

#[test]
fn a_label_that_is_empty_after_packing_is_asked_for_again() {
    let place = place(5);
    place.misbehave(Misbehavior::Label(LabelFault::EmptyFor { seconds: 20 }));
    let (outcomes, _) = place.run(&place.ids(), Until::ReadyToShip, LabelOptions::default());
    assert!(outcomes.iter().all(|outcome| outcome.state == State::Done));
    assert_eq!(place.waits(), [1, 2, 4, 8, 16]);
    assert_eq!(place.prints(), 6);
    assert_eq!(place.files().len(), 1);
}

#[test]
fn a_label_that_stays_empty_holds_up_its_package_alone() {
    let place = place(4);
    let ids = place.ids();
    place.pack(&ids[..3]);
    place.sandbox.advance_clock(1000);
    place.misbehave(Misbehavior::Label(LabelFault::EmptyFor { seconds: 1000 }));
    let begun = place.sandbox.now();
    let (outcomes, summary) = place.run(&ids, Until::ReadyToShip, LabelOptions::default());
    let waited = place.sandbox.now() - begun;
    assert!(
        (120..=121).contains(&waited),
        "and no longer: {waited} seconds"
    );
    for outcome in &outcomes {
        if outcome.order_id == ids[3] {
            assert_eq!(outcome.state, State::Refused);
            assert_eq!(outcome.step, Step::Labels);
            assert!(
                outcome.message.as_ref().unwrap().contains("empty"),
                "{outcome:?}"
            );
        } else {
            assert_eq!(outcome.state, State::Done, "{outcome:?}");
            assert!(outcome.label.is_some());
        }
    }
    assert!(count(&summary, "label_files") >= 1);
    let books: Value = serde_json::from_str(&place.sandbox.books()).unwrap();
    let shipped = books["stores"][0]["packages"].as_array().unwrap().iter();
    let shipped = shipped.filter(|package| package["couriers"] == 1).count();
    assert_eq!(shipped, 3, "no parcel without a label is announced");
}

#[test]
fn how_long_to_wait_is_a_setting() {
    let place = place(1);
    place.misbehave(Misbehavior::Label(LabelFault::EmptyFor { seconds: 1000 }));
    let options = LabelOptions {
        wait: Duration::from_secs(5),
        ..LabelOptions::default()
    };
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, options);
    assert_eq!(outcomes[0].state, State::Refused);
    // Each a moment longer, so that rows that wait together are looked at together.
    assert_eq!(place.waits(), [1, 2, 1]);
}

#[test]
fn an_ended_link_is_replaced_by_a_new_one() {
    let place = place(2);
    place.misbehave(Misbehavior::Label(LabelFault::LinkLife { seconds: 0 }).times(2));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert!(
        outcomes.iter().all(|outcome| outcome.state == State::Done),
        "{outcomes:?}"
    );
    assert_eq!(place.prints(), 3);

    let place = self::place(2);
    place.misbehave(Misbehavior::Label(LabelFault::LinkLife { seconds: 0 }));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert_eq!(place.prints(), 3, "not for ever");
    for outcome in &outcomes {
        assert_eq!(
            (outcome.state, outcome.step),
            (State::Refused, Step::Labels)
        );
        assert!(
            outcome.message.as_ref().unwrap().contains("expired"),
            "{outcome:?}"
        );
        assert!(
            !format!("{outcome:?}").contains("sig="),
            "a link is a secret"
        );
    }
    assert!(place.files().is_empty());
}

#[test]
fn what_is_no_whole_label_is_not_saved() {
    let raw = |body: &str| Misbehavior::Raw {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/pdf".to_owned())],
        body: body.as_bytes().to_owned(),
    };
    for broken in [
        raw("%PDF-1.4\n1 0 obj\n<< /Type /Catalog"),
        raw("<html>please log in</html>"),
        Misbehavior::CutAnswer,
    ] {
        let place = place(1);
        let name = format!("{broken:?}");
        place.misbehave(broken.clone().on("/labels"));
        let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
        assert_eq!(
            outcomes[0].state,
            State::Done,
            "{name}: fetched again: {outcomes:?}"
        );

        let place = self::place(1);
        place.misbehave(broken.on("/labels").times(50));
        let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
        assert_ne!(outcomes[0].state, State::Done, "{name}");
        assert!(outcomes[0].label.is_none());
        let left = fs::read_dir(place.path()).unwrap().count();
        assert_eq!(left, 0, "{name}: nothing is left behind");
    }
}

#[test]
fn a_document_inside_the_answer_is_decoded_and_named_by_what_it_is() {
    for (content, ending, pages) in [(InFile::Pdf, "pdf", Some(2)), (InFile::Html, "html", None)] {
        let place = place(2);
        place.misbehave(Misbehavior::Label(LabelFault::InFile(content)));
        let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
        let last = outcomes.last().unwrap();
        let label = last.label.clone().unwrap();
        assert_eq!(label.extension().unwrap(), ending);
        assert_eq!(last.label_page, pages);
        let text = fs::read_to_string(label).unwrap_or_else(|error| {
            assert_eq!(ending, "pdf", "{error}");
            String::new()
        });
        assert!(ending == "pdf" || text.contains(last.package_id.as_ref().unwrap()));
    }
}

#[test]
fn html_that_breaks_off_or_shows_a_link_alone_is_no_label() {
    use base64::Engine as _;
    let answer = |file: &str| {
        let file = base64::engine::general_purpose::STANDARD.encode(file);
        let (first, rest) = file.split_at(8);
        // Some writers of base64 break lines.
        let data = format!(r#"{{"doc_type":"HTML","file":"{first}\r\n{rest}"}}"#);
        let body = format!(r#"{{"code":"0","result":{{"success":true,"data":{data}}}}}"#);
        Misbehavior::Raw {
            status: 200,
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.into_bytes(),
        }
    };
    let place = place(1);
    place.misbehave(answer("<html><p>cut").on(PRINT).times(3));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert_eq!(outcomes[0].state, State::Refused);
    assert!(place.files().is_empty());

    // The link that a frame shows is followed.
    let place = self::place(1);
    let page = format!("{}/nothing", place.sandbox.url());
    place.misbehave(answer(&format!("<iframe src='{page}'></iframe>")).on(PRINT));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    assert_eq!(outcomes[0].state, State::Done, "{outcomes:?}");
    assert_eq!(place.prints(), 2, "what is behind it is no PDF");

    let place = self::place(1);
    place.misbehave(answer("<html><p>whole</p></html>").on(PRINT));
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, LabelOptions::default());
    let label = outcomes[0].label.clone().unwrap();
    assert_eq!(
        fs::read_to_string(&label).unwrap(),
        "<html><p>whole</p></html>"
    );
    assert_eq!(label.extension().unwrap(), "html");
}

#[test]
fn a_saved_label_serves_again_only_where_it_is_what_is_wanted() {
    let place = place(3);
    let ids = place.ids();
    place.run(&ids, Until::Labels, LabelOptions::default());
    place.run(&ids, Until::Labels, LabelOptions::default());
    assert_eq!(place.prints(), 1);
    place.run(&ids, Until::Labels, single());
    assert_eq!(place.prints(), 4, "each in a file of its own");
    place.run(&ids, Until::Labels, LabelOptions::default());
    let html = LabelOptions {
        format: LabelFormat::Html,
        ..LabelOptions::default()
    };
    assert_eq!(place.prints(), 4);
    place.run(&ids, Until::Labels, html);
    assert_eq!(place.prints(), 5);
}

#[test]
fn html_and_item_lists_are_had_for_the_asking() {
    let place = place(2);
    let options = LabelOptions {
        format: LabelFormat::Html,
        item_list: true,
        files: LabelFiles::Single,
        ..LabelOptions::default()
    };
    let (outcomes, _) = place.run(&place.ids(), Until::Labels, options);
    let entries = place.manifest();
    for outcome in &outcomes {
        let page = fs::read_to_string(outcome.label.as_ref().unwrap()).unwrap();
        let page = page.replace("&amp;", "&");
        assert!(page.ends_with("</html>"));
        let entry = entries
            .iter()
            .find(|entry| entry["package_id"] == outcome.package_id.as_deref().unwrap())
            .unwrap();
        for line in entry["items"].as_array().unwrap() {
            assert!(
                page.contains(line["sku"].as_str().unwrap()),
                "{line} of {page}"
            );
        }
    }
}

#[test]
fn files_are_for_their_owner_alone() {
    let place = place(2);
    place.run(&place.ids(), Until::Labels, LabelOptions::default());
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(place.path()).unwrap() {
        let path = entry.unwrap().path();
        names.push(name_of(&path));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        }
    }
    for name in ["manifest.json", "manifest.csv"] {
        assert!(names.iter().any(|found| found == name), "{names:?}");
    }
}

#[test]
fn a_resumed_run_goes_on_in_the_same_folder() {
    let place = place(6);
    let ids = place.ids();
    place.run(&ids[..2], Until::Labels, single());
    let before = contents(&place);
    let (outcomes, summary) = place.run(&ids, Until::Labels, single());
    // What was saved is not fetched again, and the numbers go on.
    assert_eq!(count(&summary, "label_files"), 4);
    assert_eq!(place.prints(), 6);
    let wanted = packages(&outcomes);
    let names: Vec<String> = wanted
        .iter()
        .enumerate()
        .map(|(place, package)| format!("{:04}_store-0-SG_{package}.pdf", place + 1))
        .collect();
    assert_eq!(place.files(), names);
    for outcome in &outcomes {
        let package = outcome.package_id.as_ref().unwrap();
        let name = name_of(outcome.label.as_ref().unwrap());
        assert!(name.contains(package.as_str()), "{name}");
        assert_eq!((outcome.state, outcome.label_page), (State::Done, Some(1)));
    }
    let after = contents(&place);
    assert!(before.iter().all(|(name, content)| after[name] == *content));
    assert_eq!(place.manifest().len(), 6);

    // A saved label that is gone is fetched.
    fs::remove_file(place.path().join(&names[0])).unwrap();
    let (outcomes, _) = place.run(&ids[..1], Until::Labels, single());
    assert_eq!(
        name_of(outcomes[0].label.as_ref().unwrap()),
        format!("0007_store-0-SG_{}.pdf", wanted[0])
    );
}

fn contents(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let files = place.files().into_iter();
    files
        .map(|name| {
            let content = fs::read(place.path().join(&name)).unwrap();
            (name, content)
        })
        .collect()
}

#[test]
fn two_that_print_into_one_folder_do_not_harm_each_other() {
    let place = place(16);
    let ids = place.ids();
    place.pack(&ids);
    let begin = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for half in ids.chunks(8) {
            let (place, begin) = (&place, &begin);
            scope.spawn(move || {
                begin.wait();
                let (outcomes, _) = place.labels(orders(half), single());
                assert!(outcomes.iter().all(|outcome| outcome.state == State::Done));
            });
        }
    });
    let files = place.files();
    assert_eq!(files.len(), 16);
    let manifest = place.manifest();
    assert_eq!(manifest.len(), 16);
    for entry in &manifest {
        let pages = place.pages(entry["file"].as_str().unwrap());
        assert_eq!(pages, [entry["package_id"].as_str().unwrap()]);
    }
    let left = fs::read_dir(place.path()).unwrap().count();
    assert_eq!(left, 18, "the files and two manifests");
}

#[test]
fn a_reprint_is_a_file_of_its_own() {
    let place = place(3);
    let ids = place.ids();
    let (outcomes, _) = place.run(&ids, Until::ReadyToShip, LabelOptions::default());
    let before = contents(&place);
    let (again, summary) = place.labels(orders(&ids), LabelOptions::default());
    assert_eq!(packages(&again), packages(&outcomes));
    assert!(again.iter().all(|outcome| outcome.state == State::Done));
    assert!(
        again
            .iter()
            .all(|outcome| outcome.status.as_deref() == Some("ready_to_ship"))
    );
    assert_eq!(count(&summary, "label_files"), 1);
    let after = contents(&place);
    assert_eq!(after.len(), 2);
    assert!(before.iter().all(|(name, content)| after[name] == *content));
    let last = place.files().pop().unwrap();
    assert!(last.starts_with("0002_"));
    assert!(
        again
            .iter()
            .all(|outcome| name_of(outcome.label.as_ref().unwrap()) == last)
    );
    let books: Value = serde_json::from_str(&place.sandbox.books()).unwrap();
    let packages = books["stores"][0]["packages"].as_array().unwrap();
    assert!(
        packages
            .iter()
            .all(|package| package["couriers"] == 1 && package["labels"] == 2)
    );
}

#[test]
fn labels_alone_keep_the_order_of_orders_and_packages() {
    let place = place(30);
    let ids = place.ids();
    let packed = packages(&place.pack(&ids[..28]));
    // The last two are not packed; a package stands in the middle; one order does not exist.
    let mut targets = orders(&ids[..25]);
    targets.insert(3, LabelTarget::Package(packed[27].clone()));
    targets.push(LabelTarget::Order(Target::order("999999999999999")));
    targets.extend(orders(&ids[28..]));
    let (outcomes, summary) = place.labels(targets, LabelOptions::default());
    let mut told: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    told.dedup();
    let mut wanted: Vec<&str> = ids[..25].iter().map(String::as_str).collect();
    wanted.insert(3, "");
    wanted.push("999999999999999");
    wanted.extend(ids[28..].iter().map(String::as_str));
    assert_eq!(told, wanted);
    let mut printed: Vec<String> = packed[..25].to_vec();
    printed.insert(3, packed[27].clone());
    let pages: Vec<String> = place
        .files()
        .iter()
        .flat_map(|file| place.pages(file))
        .collect();
    assert_eq!(pages, printed);
    for outcome in &outcomes {
        let state = match outcome.order_id.as_str() {
            "999999999999999" => State::Refused,
            id if ids[28..].iter().any(|open| open == id) => State::LeftOut,
            _ => State::Done,
        };
        assert_eq!(outcome.state, state, "{outcome:?}");
        match state {
            State::Done => assert!(outcome.label.is_some() && outcome.label_page.is_some()),
            State::LeftOut => assert_eq!(outcome.message.as_deref(), Some("not packed yet")),
            _ => assert_eq!(outcome.code.as_deref(), Some("39")),
        }
    }
    assert_eq!(count(&summary, "packages"), 26);
    assert_eq!(count(&summary, "label_files"), 2);
    let manifest = place.manifest();
    assert_eq!(manifest[3]["package_id"], packed[27].as_str());
    assert_eq!(manifest[3]["items"].as_array().unwrap().len(), 0);
}

#[test]
fn labels_of_single_items() {
    let place = place(10);
    let ids = place.ids();
    let packed = place.pack(&ids);
    let last = packed.last().unwrap();
    let item = last.order_item_id.clone().unwrap();
    let items = vec![item.clone(), "7".to_owned()];
    let target = LabelTarget::Order(Target::items(&last.order_id, items));
    let (outcomes, _) = place.labels(vec![target], LabelOptions::default());
    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| (outcome.order_item_id.as_deref().unwrap(), outcome.state))
        .collect();
    assert_eq!(told, [(item.as_str(), State::Done), ("7", State::LeftOut)]);
}

#[test]
fn one_package_without_a_label_does_not_cost_the_others_theirs() {
    let place = place(12);
    let ids = place.ids();
    let packed = packages(&place.pack(&ids));
    let order: u64 = ids[7].parse().unwrap();
    place
        .sandbox
        .act(0, &Act::on(Deed::Cancel, &[order]))
        .unwrap();
    let targets = packed.iter().cloned().map(LabelTarget::Package).collect();
    let (outcomes, _) = place.labels(targets, LabelOptions::default());
    for (outcome, package) in outcomes.iter().zip(&packed) {
        assert_eq!(outcome.package_id.as_ref(), Some(package));
        if *package == packed[7] {
            assert_eq!(
                (outcome.state, outcome.code.as_deref()),
                (State::Refused, Some("700040"))
            );
        } else {
            assert_eq!(outcome.state, State::Done);
        }
    }
    let pages: Vec<String> = place
        .files()
        .iter()
        .flat_map(|file| place.pages(file))
        .collect();
    let kept: Vec<String> = packed
        .into_iter()
        .enumerate()
        .filter(|one| one.0 != 7)
        .map(|one| one.1)
        .collect();
    assert_eq!(pages, kept);
    // By the order, the item itself says so.
    let (outcomes, _) = place.labels(orders(&ids[7..8]), LabelOptions::default());
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.state == State::Canceled)
    );
}

#[test]
fn the_sellers_own_fleet_has_no_labels_and_that_is_said() {
    let place = place_of(World {
        orders: 200,
        ..World::default()
    });
    let ids = place.ids();
    let (outcomes, _) = place.run(&ids, Until::ReadyToShip, LabelOptions::default());
    let own = |outcome: &&Outcome| {
        let message = outcome.message.as_deref().unwrap_or_default();
        message.contains("own fleet")
    };
    let own_fleet: Vec<&Outcome> = outcomes.iter().filter(own).collect();
    assert!(own_fleet.len() >= 2);
    for outcome in &own_fleet {
        assert_eq!(
            (outcome.state, outcome.step),
            (State::Done, Step::ReadyToShip)
        );
        assert!(outcome.label.is_none() && outcome.package_id.is_some());
    }
    let unlabeled = |outcome: &&Outcome| {
        outcome.state == State::Done && outcome.step == Step::ReadyToShip && outcome.label.is_none()
    };
    assert_eq!(outcomes.iter().filter(unlabeled).count(), own_fleet.len());

    let again = vec![LabelTarget::Order(Target::order(&own_fleet[0].order_id))];
    let before = place.prints();
    let (outcomes, _) = place.labels(again, LabelOptions::default());
    let left = outcomes.iter().find(|outcome| own(outcome)).unwrap();
    assert_eq!(left.state, State::LeftOut);
    assert!(place.prints() <= before + 1);
}

#[test]
fn a_canceled_wait_ends_the_job_and_tells_every_item() {
    let world = World {
        orders: 25,
        special_orders: false,
        ..World::default()
    };
    let place = made(world, "store", Some(2));
    let ids = place.ids();
    place.pack(&ids);
    place.misbehave(Misbehavior::Label(LabelFault::EmptyFor { seconds: 1000 }));
    let (outcomes, summary) = place.labels(orders(&ids), LabelOptions::default());
    assert!(summary.canceled);
    assert_eq!(count(&summary, "stopped_before"), outcomes.len() as u64);
    assert_eq!(place.waits(), [1, 2]);
    let mut told: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.order_id.as_str())
        .collect();
    told.dedup();
    assert_eq!(told, ids);
}

#[test]
fn a_dead_token_ends_the_job_after_the_outcomes() {
    let place = place(25);
    let ids = place.ids();
    place.pack(&ids);
    place.misbehave(Misbehavior::ExpireToken.on(PRINT));
    let options = PrintOptions {
        folder: place.path().to_owned(),
        labels: LabelOptions::default(),
    };
    let job = place
        .client
        .fulfillment()
        .labels(orders(&ids), options)
        .unwrap();
    let mut events: Vec<_> = job.collect();
    let error = events.pop().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    let done = events.pop().unwrap().unwrap();
    assert_eq!(done.name(), "done");
    let outcomes = events
        .iter()
        .filter(|event| event.as_ref().unwrap().name() == "outcome");
    assert!(outcomes.count() >= 25);
    assert_eq!(place.prints(), 1);
}

#[test]
fn a_folder_that_does_not_serve_is_found_before_anything_is_sent() {
    let place = place(2);
    let ids = place.ids();
    let calls = place.sandbox.calls().len();
    fs::write(place.path().join("manifest.json"), "{\"name\":\"an app\"}").unwrap();
    let options = FulfillmentOptions {
        labels: Some(place.path().to_owned()),
        ..FulfillmentOptions::default()
    };
    let targets = ids.iter().map(Target::order).collect();
    let error = place
        .client
        .fulfillment()
        .run(targets, options)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("manifest.json"), "{error}");
    let print = PrintOptions::default();
    let error = place
        .client
        .fulfillment()
        .labels(orders(&ids), print)
        .unwrap_err();
    assert_eq!(error.field(), Some("labels"));
    let print = PrintOptions {
        folder: PathBuf::from("somewhere"),
        ..PrintOptions::default()
    };
    let twice = [orders(&ids), orders(&ids[..1])].concat();
    let error = place.client.fulfillment().labels(twice, print).unwrap_err();
    assert_eq!(error.field(), Some("order_id"));
    assert_eq!(place.sandbox.calls().len(), calls);
}

#[test]
fn options_and_targets_are_read_by_name() {
    let args = |json: &str| Args::from_json(json).unwrap();
    let options = PrintOptions::from_args(args(
        r#"{"labels":"l","label_files":"single","label_format":"html","label_item_list":true,"label_wait":7}"#,
    ))
    .unwrap();
    let wanted = PrintOptions {
        folder: PathBuf::from("l"),
        labels: LabelOptions {
            files: LabelFiles::Single,
            format: LabelFormat::Html,
            item_list: true,
            wait: Duration::from_secs(7),
        },
    };
    assert_eq!(options, wanted);
    let run = FulfillmentOptions::from_args(args(r#"{"labels":"l","label_files":"single"}"#));
    assert_eq!(run.unwrap().label_options.files, LabelFiles::Single);
    for (json, field) in [
        (r#"{}"#, "labels"),
        (r#"{"labels":"l","label_files":"both"}"#, "label_files"),
        (r#"{"labels":"l","label_format":"png"}"#, "label_format"),
        (r#"{"labels":"l","label_wait":1.5}"#, "label_wait"),
        (r#"{"labels":"l","label_wait":"1"}"#, "label_wait"),
        (r#"{"labels":"l","label_item_list":1}"#, "label_item_list"),
        (r#"{"labels":"l","until":"packed"}"#, "until"),
    ] {
        let error = PrintOptions::from_args(args(json)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (ErrorKind::Input, Some(field)),
            "{json}"
        );
    }
    let targets = LabelTarget::list_from_json(
        r#"["1",2,{"order_id":3,"order_item_ids":[4]},{"package_id":"FP1"}]"#,
    );
    assert_eq!(
        targets.unwrap(),
        [
            LabelTarget::Order(Target::order("1")),
            LabelTarget::Order(Target::order("2")),
            LabelTarget::Order(Target::items("3", vec!["4".to_owned()])),
            LabelTarget::Package("FP1".to_owned()),
        ]
    );
    for (json, field) in [
        (r#"{"package_id":"FP1"}"#, "orders"),
        (r#"[{"package_id":7}]"#, "orders[0].package_id"),
        (r#"[{"package_id":"FP1","order_id":1}]"#, "order_id"),
        (r#"["1",true]"#, "orders[1]"),
    ] {
        let error = LabelTarget::list_from_json(json).unwrap_err();
        assert_eq!(error.field(), Some(field), "{json}");
    }
}
