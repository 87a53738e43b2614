//! The official SDK, used as its samples are written, at the same gateway and killed as often.

use std::process::{Command, Stdio};

use super::books::Books;
use super::scene::{Scene, Shape};
use super::shape;

/// The interpreter that has the SDK.
const PYTHON: &str = "LAZCORE_CAMPAIGN_PYTHON";

#[test]
#[ignore = "in the long form alone"]
fn the_loop_of_the_official_sdk_for_comparison() {
    let mut shape = shape();
    // It knows no refresh, so no token expires.
    shape.percent[4] = 0;
    // A line of some 16 bytes for each order.
    let growth = shape.orders as u64 * 10 / shape.kills as u64;
    let mut scene = Scene::new(Shape {
        batch: 1,
        growth,
        ..shape
    });
    let mut killed = 0;
    while killed < shape.kills {
        assert!(
            run(&mut scene, true),
            "all was shipped before the last kill"
        );
        killed += 1;
    }
    run(&mut scene, false);
    let books = Books::of(&scene.sandbox);
    let [lost, late, unsent, throttled] =
        ["drop_after", "execute_late", "drop_before", "throttle"].map(|fault| scene.met(fault));
    let called = |item: &&String| books.couriers.get(*item).is_some_and(|times| *times > 0);
    println!(
        "official SDK: {} orders, {} items, {killed} kills; {lost} answers lost, {late} writes executed late, {unsent} \
         never, {throttled} throttled; {} items packed twice, {} couriers called twice, {} items without a courier",
        shape.orders,
        scene.items.len(),
        books.packed_twice(),
        books.called_twice(),
        scene.items.iter().filter(|item| !called(item)).count()
    );
    assert!(books.packed_twice() > 0, "the gateway was not bad");
}

fn run(scene: &mut Scene, kill: bool) -> bool {
    let python = std::env::var_os(PYTHON).expect("LAZCORE_CAMPAIGN_PYTHON names an interpreter");
    let sandbox = &scene.sandbox;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/campaign/peer.py");
    let child = Command::new(python)
        .arg(script)
        .env("URL", sandbox.url())
        .env("APP_KEY", sandbox.app_key())
        .env("APP_SECRET", sandbox.app_secret())
        .env("TOKEN", sandbox.access_token())
        .env("AFTER", sandbox.pull_window().0)
        .env("PROGRESS", scene.path("progress"))
        // Importing the SDK makes a folder there.
        .env("HOME", scene.folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    scene.watch(child, "progress", kill)
}
