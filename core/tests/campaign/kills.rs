//! Processes that pull into a file and are killed at any moment, and the ones that go on from what they left.
//!
//! The test binary runs itself. A child appends to one file: the rows, and after every few of them the cursor.
//! What stands behind the last cursor is what the caller had in hand when it was killed.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fastrand::Rng;
use lazcore::client::Rates;
use lazcore::jobs::{Event, Job, PullOptions};
use lazcore::{Client, Config, Gateway};
use lazcore_sandbox::{Change, Churn, Config as World, Misbehavior, Sandbox};

use crate::{is_long, sweeps};

const TASK: &str = "LAZCORE_TEST_PULL_TASK";
/// Rows between two cursors: no divisor of a page.
const IN_HAND: usize = 17;

#[test]
fn the_child_process() {
    let Ok(task) = std::env::var(TASK) else {
        return;
    };
    let lines: Vec<&str> = task.lines().collect();
    let [url, key, secret, token, path] = lines[..] else {
        panic!("five lines")
    };
    let config = Config::new(key, secret)
        .gateway(Gateway::url(url).unwrap())
        .access_token(token)
        .account("store")
        .rates(Rates {
            per_path: 0.0,
            per_account: 0.0,
        });
    let options = PullOptions {
        update_after: Some("2026-09-01T00:00:00+08:00".to_owned()),
        cursor: Kept::read(Path::new(path)).cursor,
        ..PullOptions::default()
    };
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .unwrap();
    // Whatever line was cut ends here.
    file.write_all(b"\nstart\n").unwrap();
    let client = Client::new(config).unwrap();
    keep(client.orders().pull(options).unwrap(), &mut file);
}

fn keep(mut job: Job, file: &mut File) {
    let mut in_hand = 0;
    while let Some(event) = job.next() {
        if let Event::Row(row) = event.unwrap() {
            let id = row.order.id("order_id").unwrap().unwrap();
            let line = format!("row {id} {}\n", sweeps::version(&row.order));
            file.write_all(line.as_bytes()).unwrap();
            in_hand += 1;
        }
        if in_hand == IN_HAND {
            in_hand = 0;
            let line = format!("cursor {}\n", job.cursor().unwrap());
            file.write_all(line.as_bytes()).unwrap();
        }
    }
    let line = format!("cursor {}\nend\n", job.cursor().unwrap());
    file.write_all(line.as_bytes()).unwrap();
}

/// What the file tells.
#[derive(Default)]
struct Kept {
    cursor: Option<String>,
    /// The last version of each order.
    versions: HashMap<String, String>,
    rows: usize,
    /// Rows that came again although a cursor had been kept after them.
    repeated: Vec<String>,
    /// Rows that came again and had been in hand at a kill.
    from_hand: usize,
}

impl Kept {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        // A line without its end was being written.
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let mut kept = Self::default();
        let mut safe: HashSet<&str> = HashSet::new();
        let mut in_hand: Vec<&str> = Vec::new();
        let mut was_in_hand: HashSet<&str> = HashSet::new();
        for line in whole.lines() {
            if line == "start" {
                was_in_hand.extend(in_hand.drain(..));
            } else if let Some(cursor) = line
                .strip_prefix("cursor ")
                .filter(|text| text.ends_with('}'))
            {
                safe.extend(in_hand.drain(..));
                kept.cursor = Some(cursor.to_owned());
            } else if let Some((id, version)) = line
                .strip_prefix("row ")
                .filter(|text| text.ends_with('"'))
                .and_then(|text| text.split_once(' '))
            {
                kept.rows += 1;
                if safe.contains(line) || in_hand.contains(&line) {
                    kept.repeated.push(line.to_owned());
                }
                kept.from_hand += usize::from(was_in_hand.contains(line));
                in_hand.push(line);
                kept.versions.insert(id.to_owned(), version.to_owned());
            }
        }
        kept
    }
}

struct Scene {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

impl Scene {
    /// Lets a child pull, for so long or to its end; whether it was killed.
    fn run(&self, span: Option<Duration>) -> bool {
        let sandbox = &self.sandbox;
        let task = [
            &sandbox.url(),
            sandbox.app_key(),
            sandbox.app_secret(),
            sandbox.access_token(),
            self.path().to_str().unwrap(),
        ]
        .join("\n");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kills::the_child_process", "--nocapture"])
            .env(TASK, task)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        if let Some(span) = span {
            let end = Instant::now() + span;
            while Instant::now() < end {
                if let Some(status) = child.try_wait().unwrap() {
                    assert!(status.success());
                    return false;
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            child.kill().unwrap();
        }
        let status = child.wait().unwrap();
        assert!(span.is_some() || status.success());
        !status.success()
    }

    /// So many orders change in each of four seconds, which are over by the next pull. What changed before lies beyond
    /// the overlap by then, so that a kill does not find the pull reading what is known.
    fn change(&self, updates: u32) {
        let change = Change {
            updates,
            ..Change::default()
        };
        self.sandbox.advance_clock(700);
        for _ in 0..4 {
            self.sandbox.change_orders(0, &change).unwrap();
            self.sandbox.advance_clock(1);
        }
        self.sandbox.advance_clock(3);
    }

    /// Cursors are long: of all but the last whole one, only that it was there is kept.
    fn compact(&self) {
        let text = fs::read_to_string(self.path()).unwrap_or_default();
        let is_cursor = |line: &str| line.starts_with("cursor ") && line.ends_with("}\n");
        let last = text
            .split_inclusive('\n')
            .filter(|line| is_cursor(line))
            .count();
        let mut cursors = 0;
        let mut short = String::new();
        for line in text.split_inclusive('\n') {
            cursors += usize::from(is_cursor(line));
            let is_old = is_cursor(line) && cursors < last;
            short.push_str(if is_old { "cursor }\n" } else { line });
        }
        fs::write(self.path(), short).unwrap();
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("orders")
    }

    /// The last version of every order, by a pull of its own.
    fn truth(&self) -> HashMap<String, String> {
        let sandbox = &self.sandbox;
        let config = Config::new(sandbox.app_key(), sandbox.app_secret())
            .gateway(Gateway::url(&sandbox.url()).unwrap())
            .access_token(sandbox.access_token());
        let options = PullOptions {
            created_after: Some("2026-09-01T00:00:00+08:00".to_owned()),
            ..PullOptions::default()
        };
        let job = Client::new(config).unwrap().orders().pull(options).unwrap();
        job.filter_map(|event| match event.unwrap() {
            Event::Row(row) => {
                let id = row.order.id("order_id").unwrap().unwrap();
                Some((id, sweeps::version(&row.order)))
            }
            _ => None,
        })
        .collect()
    }
}

#[test]
fn pulls_killed_at_random_moments_lose_nothing_and_repeat_what_was_in_hand() {
    let (orders, kills) = if is_long() { (2500, 200) } else { (1500, 20) };
    let sandbox = Sandbox::start(World {
        orders,
        stores: 1,
        special_orders: false,
        latency_ms: 3,
        // Stands still, so that it may jump far without being a clock that is off.
        frozen_clock: Some(World::default().last_order_time + 86_400),
        ..World::default()
    })
    .unwrap();
    let churn = Churn {
        updates: 5,
        inserts: 1,
        time: None,
    };
    sandbox.misbehave(Misbehavior::Churn(churn));
    let scene = Scene {
        sandbox,
        folder: tempfile::tempdir().unwrap(),
    };
    let mut rng = Rng::with_seed(11);
    let (mut killed, mut ended, mut reach) = (0, 0, 300);
    while killed < kills {
        // More than a page in one second, so that bands are killed as well.
        scene.change(rng.u32(50..300));
        scene.compact();
        let before = Kept::read(&scene.path()).rows;
        if !scene.run(Some(Duration::from_millis(rng.u64(10..reach)))) {
            ended += 1;
            reach = (reach * 9 / 10).max(50);
        } else if Kept::read(&scene.path()).rows > before {
            killed += 1;
        } else {
            // Before its first new row; on a slow machine all are.
            reach += 10;
        }
    }
    scene.sandbox.behave();
    scene.sandbox.advance_clock(15);
    // The rest of what was killed, and what follows it.
    scene.run(None);
    scene.sandbox.advance_clock(15);
    scene.run(None);
    let kept = Kept::read(&scene.path());
    println!(
        "{killed} kills, {ended} pulls ended, {} rows, {} of them repeated from what was in hand",
        kept.rows, kept.from_hand
    );
    let truth = scene.truth();
    let lost = truth
        .iter()
        .filter(|(id, version)| kept.versions.get(*id) != Some(version))
        .count();
    assert_eq!(lost, 0, "of {}", truth.len());
    assert_eq!(kept.repeated, [""; 0]);
    assert!(kept.from_hand <= kills * IN_HAND);
    assert!(
        kept.rows > orders && kept.from_hand > 0,
        "it pulled, and was killed in it"
    );
}
