//! What the walk remembers of rows near its edge: what was delivered, and in which order ties came.

use std::collections::{HashMap, HashSet, VecDeque};

use super::version::{Line, Version};

/// The version delivered last, by order, for orders near the edge.
#[derive(Debug, Default)]
pub(crate) struct Delivered(HashMap<u64, (i64, Version)>);

impl Delivered {
    /// Whether this version is to be delivered, which is then noted.
    ///
    /// It is compared with the version delivered last, not with all: after an old copy of the same second the
    /// newer one must come again, or the consumer keeps the old.
    pub(crate) fn is_due(&mut self, id: u64, second: i64, version: Version) -> bool {
        if let Some((_, last)) = self.0.get(&id)
            && (*last == version || version.is_older_than(last))
        {
            return false;
        }
        self.0.insert(id, (second, version));
        true
    }

    /// Forgets orders below `second`.
    pub(crate) fn forget_below(&mut self, second: i64) {
        self.0.retain(|_, (at, _)| *at >= second);
    }
}

/// Bad rows that are remembered: more than any band has in reach, so that none comes twice while it is read.
const MOST_BAD: usize = 20_000;

/// The bad rows that came last. They have no second to be forgotten by, and a gateway may send them for ever.
#[derive(Debug, Default)]
pub(crate) struct BadRows {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

impl BadRows {
    /// Notes a bad row; false if it was known.
    pub(crate) fn insert(&mut self, text: u64) -> bool {
        if !self.known.insert(text) {
            return false;
        }
        self.order.push_back(text);
        if self.order.len() > MOST_BAD
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.known.iter().copied()
    }
}

/// Where a row stood: the run of pages, and its place in it. Places of one run ascend as the list does.
#[derive(Clone, Copy, Debug)]
struct Place {
    run: u64,
    at: (i64, i64),
    second: i64,
    digest: u64,
}

/// The order in which rows came. Rows that were met twice must keep their order; where they do not, an offset
/// says nothing.
#[derive(Debug, Default)]
pub(crate) struct Ties {
    last: HashMap<u64, Place>,
    run: u64,
    page: i64,
    vary: bool,
}

impl Ties {
    /// Whether the order of ties was seen to vary.
    pub(crate) fn vary(&self) -> bool {
        self.vary
    }

    /// The next page does not continue the one before.
    pub(crate) fn new_run(&mut self) {
        self.run += 1;
        self.page = 0;
    }

    /// Every order met near the edge, delivered or not.
    pub(crate) fn met(&self) -> impl Iterator<Item = u64> + '_ {
        self.last.keys().copied()
    }

    /// Takes the rows of a page in.
    pub(crate) fn see(&mut self, lines: &[Line], descending: bool) {
        self.page += 1;
        let sign = if descending { -1 } else { 1 };
        let mut rows: Vec<(u64, Place)> = lines
            .iter()
            .enumerate()
            .filter_map(|(index, line)| match line {
                Line::Good {
                    id,
                    second,
                    version,
                } => {
                    let place = Place {
                        run: self.run,
                        at: (sign * self.page, sign * index as i64),
                        second: *second,
                        digest: version.digest,
                    };
                    Some((*id, place))
                }
                Line::Bad(_) => None,
            })
            .collect();
        if descending {
            rows.reverse();
        }
        let mut reached: HashMap<u64, (i64, i64)> = HashMap::new();
        for (id, place) in &rows {
            // A row of another version may have moved by right.
            let before = self
                .last
                .get(id)
                .filter(|before| before.digest == place.digest);
            if let Some(before) = before {
                let last = reached.entry(before.run).or_insert(before.at);
                self.vary |= before.at < *last;
                *last = before.at;
            }
        }
        self.last.extend(rows);
    }

    /// Forgets orders below `second`.
    pub(crate) fn forget_below(&mut self, second: i64) {
        self.last.retain(|_, place| place.second >= second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p9_bad_rows_without_end_are_forgotten_in_their_order() {
        let mut bad = BadRows::default();
        for text in 0..10 * MOST_BAD as u64 {
            assert!(bad.insert(text));
            // More than a band reaches, from both ends.
            assert!(!bad.insert(text.saturating_sub(2 * 4600)));
        }
        assert_eq!((bad.known.len(), bad.order.len()), (MOST_BAD, MOST_BAD));
    }
}
