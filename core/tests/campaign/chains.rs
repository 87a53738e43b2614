//! Chains of five sweeps while orders change, on each gateway of the table, and a sixth once all rests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use lazcore::jobs::PullOptions;
use lazcore::{Config, Country};

use crate::door::{Door, KINDS, Kind, List};
use crate::is_long;
use crate::memory::Memory;
use crate::sweeps::{Erp, METHODS, Method, printed};
use crate::witness::Witness;

/// How much there is, and how fast it moves.
#[derive(Clone, Copy, Debug)]
struct Size {
    orders: usize,
    /// Changes a second.
    rate: i64,
    /// Chains of each gateway and method.
    chains: u64,
}

const SWEEPS: usize = 5;

/// Sums over all chains of a gateway and a method.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    lost: usize,
    repeated: usize,
    requests: usize,
    unproven: usize,
}

/// A list and what a client needs to reach it.
type Made = (Arc<dyn List>, Config);

fn chain(kind: Kind, method: Method, (list, config): Made) -> Cell {
    let start = list.now_ms().div_euclid(1000);
    let mut erp = Erp::new(method, start - 40 * 86_400);
    for _ in 0..SWEEPS {
        erp.sweep(&list, kind, config.clone());
        list.pass(30_000);
    }
    list.rest();
    list.pass(90_000);
    erp.sweep(&list, kind, config);
    Cell {
        lost: erp.lost(&list.truth()),
        repeated: erp.repeated,
        requests: erp.requests,
        unproven: erp.unproven,
    }
}

/// All chains, two at a time.
fn table(
    kinds: &[Kind],
    chains: u64,
    make: impl Fn(Kind, u64) -> Made + Sync,
) -> Vec<[Cell; METHODS.len()]> {
    let mut work = Vec::new();
    for kind in 0..kinds.len() {
        for method in 0..METHODS.len() {
            work.extend((0..chains).map(|seed| (kind, method, seed)));
        }
    }
    let cells = Mutex::new(vec![[Cell::default(); METHODS.len()]; kinds.len()]);
    let next = AtomicUsize::new(0);
    let run = || {
        while let Some((kind, method, seed)) = work.get(next.fetch_add(1, Ordering::SeqCst)) {
            let made = make(kinds[*kind], *seed);
            let one = chain(kinds[*kind], METHODS[*method], made);
            let sum = &mut cells.lock().unwrap()[*kind][*method];
            sum.lost += one.lost;
            sum.repeated += one.repeated;
            sum.requests += one.requests;
            sum.unproven += one.unproven;
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(run);
        run();
    });
    cells.into_inner().unwrap()
}

fn print(title: &str, size: Size, kinds: &[Kind], cells: &[[Cell; METHODS.len()]]) {
    let Size {
        orders,
        rate,
        chains,
    } = size;
    println!("\n{title}: {chains} chains a cell, {orders} orders, {rate} changes a second");
    println!("per chain: orders lost for good / versions repeated / requests\n");
    println!(
        "| gateway | tutorial | tutorial, closed window | lazcore, one walk | lazcore, slices |"
    );
    println!("|---|---|---|---|---|");
    for (kind, row) in kinds.iter().zip(cells) {
        let cell = |cell: &Cell| {
            let mean = |sum: usize| sum as f64 / chains as f64;
            let told = if cell.unproven == 0 { "" } else { " *" };
            format!(
                "{:.1} / {:.1} / {:.0}{told}",
                mean(cell.lost),
                mean(cell.repeated),
                mean(cell.requests)
            )
        };
        let row: Vec<String> = row.iter().map(cell).collect();
        println!("| {} | {} |", kind.name, row.join(" | "));
    }
    println!("\n* some seconds were told as unproven\n");
}

fn assert_whole(kinds: &[Kind], cells: &[[Cell; METHODS.len()]]) {
    for (kind, [tutorial, closed, walk, slices]) in kinds.iter().zip(cells) {
        for lazcore in [walk, slices] {
            assert_eq!(lazcore.lost, 0, "lost: {}", kind.name);
            assert_eq!(lazcore.repeated, 0, "repeated: {}", kind.name);
        }
        // Otherwise the list did not move enough to prove anything.
        assert!(tutorial.lost > 0 && closed.lost > 0, "{}", kind.name);
    }
}

#[test]
fn chains_over_a_list_in_memory_lose_nothing_and_repeat_nothing() {
    let size = if is_long() {
        Size {
            orders: 20_000,
            rate: 50,
            chains: 3,
        }
    } else {
        Size {
            orders: 2_500,
            rate: 12,
            chains: 1,
        }
    };
    let make = |kind: Kind, seed: u64| -> Made {
        let list = Memory::new(kind, size.orders, size.rate, seed + 1);
        let config = Config::new("key", "secret")
            .country(Country::Sg)
            .access_token("token");
        (Arc::new(list), config)
    };
    let cells = table(&KINDS, size.chains, make);
    print("a list in memory", size, &KINDS, &cells);
    assert_whole(&KINDS, &cells);
}

/// The sandbox shares no code with the library, and is reached over HTTP.
#[test]
fn chains_over_the_sandbox_lose_nothing_and_repeat_nothing() {
    let (size, kinds) = if is_long() {
        let size = Size {
            orders: 20_000,
            rate: 50,
            chains: 1,
        };
        (size, KINDS.to_vec())
    } else {
        let size = Size {
            orders: 2_000,
            rate: 15,
            chains: 1,
        };
        (size, vec![KINDS[0], KINDS[3]])
    };
    let make = |kind: Kind, seed: u64| -> Made {
        let witness = Witness::new(kind, size.orders, size.rate, seed + 1);
        let config = witness.config();
        (Arc::new(witness), config)
    };
    let cells = table(&kinds, size.chains, make);
    print("the sandbox, over HTTP", size, &kinds, &cells);
    assert_whole(&kinds, &cells);
}

/// By creation everything that is there is found though it changes; the updates from the beginning on find the rest.
#[test]
fn p5_a_backfill_by_creation_and_the_updates_since_it_began_lose_nothing() {
    let witness = Witness::new(KINDS[0], 1500, 20, 9);
    let config = witness.config();
    let list: Arc<dyn List> = Arc::new(witness);
    let begin = list.now_ms().div_euclid(1000);
    let mut erp = Erp::new(Method::Slices, begin - 600);
    let backfill = PullOptions {
        created_after: Some(printed(begin - 40 * 86_400)),
        ..PullOptions::default()
    };
    let there: Vec<String> = list.truth().into_keys().collect();
    let client = Door::new(&list, 0, false).client(config.clone());
    erp.pull(&client, backfill);
    assert!(
        there.iter().all(|id| erp.has(id)),
        "by creation none is lost"
    );
    let changed = erp.lost(&list.truth());
    assert!(changed > 0, "or this proves nothing");
    erp.sweep(&list, KINDS[0], config.clone());
    list.rest();
    list.pass(15_000);
    erp.sweep(&list, KINDS[0], config);
    assert_eq!(erp.lost(&list.truth()), 0);
}
