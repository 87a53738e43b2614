//! Processes that ship and are killed at any moment, at a gateway that loses answers, executes late and would execute
//! every write again.

mod books;
mod child;
mod peer;
mod scene;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::time::Duration;

use lazcore_sandbox::Misbehavior;
use serde_json::Value;

use crate::is_long;
use books::{Books, text};
use scene::{SHIP, Scene, Shape};

/// Rounds after the last kill, each a run and what is resolved after it.
const ROUNDS: usize = 12;

fn shape() -> Shape {
    if !is_long() {
        return Shape {
            orders: 120,
            kills: 3,
            batch: 20,
            // A run has twelve writes.
            percent: [20, 25, 10, 5, 5],
            late_s: 1,
            seen_s: 1,
            quarantine_s: 2,
            growth: 15_000,
            limit: Duration::from_secs(5),
        };
    }
    let orders = std::env::var("ORDERS").map_or(10_000, |count| count.parse().unwrap());
    Shape {
        orders,
        kills: 20,
        batch: 20,
        percent: [5, 5, 2, 2, 1],
        late_s: 4,
        seen_s: 2,
        quarantine_s: 8,
        growth: orders as u64 * 25,
        limit: Duration::from_secs(60),
    }
}

#[derive(Default, Debug)]
struct Figures {
    killed: usize,
    runs: usize,
    /// Outcomes that said so, over all runs.
    indeterminate: usize,
    resolved: usize,
}

fn count(told: &[Value], state: &str) -> usize {
    told.iter().filter(|one| one["state"] == state).count()
}

#[test]
fn killed_runs_at_a_bad_gateway_pack_and_ship_each_item_once() {
    let mut scene = Scene::new(shape());
    let mut figures = Figures::default();
    while figures.killed < shape().kills {
        let mode = ["repeat", "report"][figures.runs % 2];
        let (killed, told) = scene.run(mode, true);
        figures.runs += 1;
        if !killed {
            // A busy machine lets a process get further than it was meant to.
            assert!(!is_long() && figures.killed > 0, "killed too late");
            break;
        }
        figures.killed += 1;
        figures.indeterminate += count(&told, "indeterminate");
        assert_true(&scene, &told);
    }
    // At least one row is in doubt at the end.
    scene.sandbox.misbehave(Misbehavior::DropBefore.on(SHIP));
    let told = settle(&mut scene, &mut figures);
    let books = Books::of(&scene.sandbox);
    let [lost, late, unsent, throttled, expired] = [
        "drop_after",
        "execute_late",
        "drop_before",
        "throttle",
        "expire_token",
    ]
    .map(|fault| scene.met(fault));
    println!(
        "lazcore: {} orders, {} items, {} kills, {} runs; {lost} answers lost, {late} writes executed late, {unsent} never, \
         {throttled} throttled, {expired} tokens expired; {} outcomes indeterminate, {} resolved; {} items packed \
         twice, {} couriers called twice",
        shape().orders,
        scene.items.len(),
        figures.killed,
        figures.runs,
        figures.indeterminate,
        figures.resolved,
        books.packed_twice(),
        books.called_twice()
    );
    assert_eq!((books.packed_twice(), books.called_twice()), (0, 0));
    assert!(lost + late > 0, "it was bad");
    let is_cut = figures.killed == shape().kills;
    assert!(!is_cut || figures.resolved > 0, "it was in doubt");
    assert_agree(&scene, &books, &told);
    assert_labels_whole(&scene, &books);
}

/// Runs to the end and resolves what is in doubt until all is shipped; the last outcomes.
fn settle(scene: &mut Scene, figures: &mut Figures) -> Vec<Value> {
    for _ in 0..ROUNDS {
        let (_, told) = scene.run("report", false);
        figures.runs += 1;
        assert_eq!(told.len(), scene.items.len(), "one outcome per item");
        assert_true(scene, &told);
        let doubts = count(&told, "indeterminate");
        let open = doubts + count(&told, "stopped_before");
        let other = told.iter().find(|one| {
            !["done", "indeterminate", "stopped_before"]
                .contains(&one["state"].as_str().unwrap_or_default())
        });
        assert_eq!(other, None);
        if open == 0 {
            return told;
        }
        if doubts > 0 {
            figures.indeterminate += doubts;
            let (_, told) = scene.run("resolve", false);
            assert_eq!(count(&told, "indeterminate"), 0, "resolved");
            figures.resolved += told.len();
        }
    }
    panic!("not settled")
}

/// What was told as done was done when it was told.
fn assert_true(scene: &Scene, told: &[Value]) {
    let books = Books::of(&scene.sandbox);
    for one in told.iter().filter(|one| one["state"] == "done") {
        let item = text(&one["order_item_id"]);
        assert_eq!(books.couriers.get(&item), Some(&1), "{one}");
    }
}

/// The report and the books tell the same of every item.
fn assert_agree(scene: &Scene, books: &Books, told: &[Value]) {
    let reported: HashMap<String, String> = told
        .iter()
        .map(|one| (text(&one["order_item_id"]), text(&one["package_id"])))
        .collect();
    assert_eq!(reported, books.package);
    let all: HashSet<&String> = scene.items.iter().collect();
    assert_eq!(books.packed.keys().collect::<HashSet<_>>(), all);
    assert!(books.couriers.values().all(|times| *times == 1));
}

/// Every file under its final name is a whole document, and every package has its place in one.
fn assert_labels_whole(scene: &Scene, books: &Books) {
    let folder = scene.path("labels");
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let mut files = HashSet::new();
    let mut labeled = HashSet::new();
    for entry in manifest["packages"].as_array().unwrap() {
        labeled.insert(text(&entry["package_id"]));
        files.insert(text(&entry["file"]));
    }
    assert_eq!(labeled, books.packages);
    for file in fs::read_dir(&folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".pdf") && !name.starts_with('.') {
            files.insert(name);
        }
    }
    for file in &files {
        let content = fs::read(folder.join(file)).unwrap();
        assert!(content.starts_with(b"%PDF"), "{file}");
        assert!(content.trim_ascii_end().ends_with(b"%%EOF"), "{file}");
    }
    println!("{} label files whole", files.len());
}
