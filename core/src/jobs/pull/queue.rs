//! The slices that are left of a window, in order: how they are cut, and what of them is read next.

use std::collections::VecDeque;

use super::batch::BatchItems;
use super::crew::{Crew, Done, Place, Task};
use super::ledger::Ledger;
use super::slice::{Page, Slice};
use super::walk::Walk;
use crate::error::Result;

/// Slices that are read at a time.
const OPEN: usize = 8;
/// Calls at a time: with items, and without.
const SIDE_BY_SIDE: [usize; 2] = [8, 4];
/// Pages that may wait for their turn, with those on their way: with items, and without. A pull of any length comes to
/// that many, so that all need the same memory; with fewer, calls to a gateway far away would rest
/// (`tests/bench/python_pull.py`).
const PAGES_AHEAD: [usize; 2] = [20, 14];
/// Orders from which on a window is cut into slices, and how many a slice should hold. Fewer would cost more in
/// requests than they win.
const LONG: u64 = 1000;
const OF_A_SLICE: u64 = 400;
const MOST_SLICES: u64 = 256;

/// What is left of a window.
pub(super) struct Queue {
    slices: VecDeque<Slice>,
    /// Slices made so far.
    made: u64,
    with_items: bool,
}

impl Queue {
    /// The queue of a window that one walk goes through.
    pub(super) fn new(walk: Walk, with_items: bool) -> Self {
        Self {
            slices: VecDeque::from([Slice::new(0, walk)]),
            made: 1,
            with_items,
        }
    }

    /// All is read and was handed out.
    pub(super) fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    /// The slice whose pages are handed out.
    pub(super) fn front_mut(&mut self) -> Option<&mut Slice> {
        self.slices.front_mut()
    }

    /// Drops the slices that are at their end.
    pub(super) fn drop_ended(&mut self) {
        while self.slices.front().is_some_and(Slice::is_over) {
            self.slices.pop_front();
        }
    }

    /// Whether the front has a page to hand out, or is at its end.
    pub(super) fn front_is_due(&self) -> bool {
        let Some(slice) = self.slices.front() else {
            return true;
        };
        match slice.ready.front() {
            Some(page) => page.is_complete(self.with_items),
            None => slice.failure.is_some() || slice.is_over(),
        }
    }

    /// The page whose turn it is, with the second before which everything is then handed out; `None` while it is not
    /// complete.
    ///
    /// # Errors
    /// What ended the slice, at its place after the pages before it.
    pub(super) fn take_page(&mut self) -> Result<Option<(Page, i64)>> {
        let Some(slice) = self.slices.front_mut() else {
            return Ok(None);
        };
        let page = match slice.ready.front() {
            Some(page) if page.is_complete(self.with_items) => slice.ready.pop_front(),
            Some(_) => None,
            None => slice.failure.take().map_or(Ok(None), Err)?,
        };
        let Some(page) = page else { return Ok(None) };
        let mut edge = page.edge;
        if slice.is_over() {
            let to = slice.walk.as_ref().map_or(edge, |walk| walk.to());
            edge = edge.max(to + 1);
            self.slices.pop_front();
        }
        Ok(Some((page, edge)))
    }

    /// Cuts what is long into slices, once a page tells how much there is: the window at first, and later those slices
    /// that turn out long. Slices of equal time stand for slices of equal size. An order that changes leaves for a
    /// time beyond all of them.
    pub(super) fn cut(&mut self) {
        let mut index = 0;
        while index < self.slices.len().min(OPEN) {
            let after = self.cut_slice(index);
            for (at, slice) in after.into_iter().enumerate() {
                self.slices.insert(index + 1 + at, slice);
            }
            index += 1;
        }
    }

    /// Shortens a slice and returns the slices of the rest.
    fn cut_slice(&mut self, index: usize) -> Vec<Slice> {
        let Some(slice) = self.slices.get_mut(index) else {
            return Vec::new();
        };
        let Some(rest) = slice.rest.filter(|_| !slice.is_cut) else {
            return Vec::new();
        };
        // Neither while a page is read nor while a band is.
        let Some(walk) = slice.walk.as_mut().filter(|walk| walk.can_be_cut()) else {
            return Vec::new();
        };
        slice.is_cut = true;
        let (edge, to) = (walk.edge(), walk.to());
        let count = (rest / OF_A_SLICE).min(MOST_SLICES) as i64;
        if rest < LONG || (to - edge) / count < 2 {
            return Vec::new();
        }
        let ends: Vec<i64> = (1..count)
            .map(|index| edge + (to - edge) / count * index)
            .chain([to])
            .collect();
        walk.narrow(ends[0]);
        let first = self.made;
        self.made += count as u64;
        let slice = |(id, pair): (u64, &[i64])| Slice::closed(id, pair[0] + 1, pair[1]);
        (first..).zip(ends.windows(2)).map(slice).collect()
    }

    /// Begins calls, as many as may be under way.
    pub(super) fn read_on(&mut self, crew: &mut Crew, ledger: &Ledger) {
        let most = SIDE_BY_SIDE[usize::from(!self.with_items)];
        while crew.under_way() < most
            && let Some(task) = self.next_task(ledger)
        {
            crew.begin(task);
        }
    }

    /// The items that the caller waits for go first, then pages, since each leads to the next: other items hold nothing
    /// up but their own page.
    fn next_task(&mut self, ledger: &Ledger) -> Option<Task> {
        self.next_items(1)
            .or_else(|| self.next_page(self.readable(), ledger))
            .or_else(|| self.next_items(OPEN))
    }

    /// How many of the first slices may be read on.
    fn readable(&self) -> usize {
        // Pages also wait in slices that were open before the front was cut.
        let ahead: usize = self.slices.iter().map(Slice::pages).sum();
        if ahead < PAGES_AHEAD[usize::from(!self.with_items)] {
            return OPEN;
        }
        // Whatever waits behind it, the front is read on when the caller waits for it.
        let front = self.slices.front();
        usize::from(front.is_some_and(|slice| slice.ready.is_empty()))
    }

    /// The next page to be read of the first slices.
    fn next_page(&mut self, slices: usize, ledger: &Ledger) -> Option<Task> {
        self.slices.iter_mut().take(slices).find_map(|slice| {
            slice.open(ledger);
            let walk = slice.walk_on()?;
            let slice = slice.id;
            Some(Task::Page { slice, walk })
        })
    }

    /// The next items to be read of the first slices.
    fn next_items(&mut self, slices: usize) -> Option<Task> {
        let slices = slices * usize::from(self.with_items);
        self.slices.iter_mut().take(slices).find_map(|slice| {
            let (page, batch, rows) = slice.lend_batch()?;
            let slice = slice.id;
            let place = Place { slice, page, batch };
            Some(Task::Items { place, rows })
        })
    }

    /// Takes an answer in; `key` is the sort column.
    pub(super) fn put_back(&mut self, done: Done, key: &str) {
        let (Done::Page { slice: id, .. }
        | Done::Items {
            place: Place { slice: id, .. },
            ..
        }) = &done;
        let id = *id;
        let Some(slice) = self.slices.iter_mut().find(|slice| slice.id == id) else {
            return;
        };
        match done {
            Done::Page { walk, answer, .. } => {
                slice.walk = Some(walk);
                slice.keep(answer, key);
            }
            Done::Items { place, rows, found } => {
                let mut pages = slice.ready.iter_mut();
                let page = pages.find(|page| page.number() == place.page);
                if let Some(batch) = page.and_then(|page| page.batches.get_mut(place.batch)) {
                    batch.rows = rows;
                    batch.items = BatchItems::Read(found);
                }
            }
        }
    }
}
