//! The walk through a window of seconds: which page to ask for next, and which of its rows to deliver.
//!
//! Pure: it knows no client and no clock. Each page starts one second before the edge, up to which everything is
//! read, so that rows which move between two pages cannot hide behind an offset. Only where a page brings the
//! edge no further is a [`Band`] read by offsets.

use std::collections::HashMap;

use super::band::{Band, Standing};
use super::memory::{BadRows, Delivered, Ties};
use super::points::Points;
use super::version::{Line, Version};

/// What the list allows: rows of a page, and the largest offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) page: u32,
    pub(crate) ceiling: u32,
}

impl Shape {
    /// By how many rows the pages of a band overlap: one common row alone proves too little.
    pub(crate) fn overlap(self) -> u32 {
        (self.page / 10).max(2).min(self.page.saturating_sub(1))
    }
}

/// A page to ask for; bounds in epoch seconds, both inclusive or both exclusive, as the gateway has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) after: i64,
    pub(crate) before: i64,
    pub(crate) offset: u32,
    pub(crate) descending: bool,
}

/// What a page brought.
#[derive(Debug, Default)]
pub(crate) struct Fed {
    /// Which of its rows to deliver, by position, ascending.
    pub(crate) deliver: Vec<usize>,
    /// A second whose orders could not be proven to be all.
    pub(crate) unproven: Option<i64>,
}

/// Why a page cannot be used. The walk stands where it was, and the same page may be asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Rows do not ascend, or descend, as asked.
    OutOfOrder,
    /// A row lies outside the bounds asked for.
    OutOfBounds,
    /// The page is that of another offset.
    OffsetIgnored,
    /// This second holds more orders than offsets reach.
    TooDense(i64),
}

/// How often an empty page is asked for again while countTotal says that there is more.
const EMPTY_PAGES: u32 = 2;

/// One walk through one window.
#[derive(Debug)]
pub(crate) struct Walk {
    shape: Shape,
    from: i64,
    to: i64,
    /// Everything before this second is read.
    edge: i64,
    delivered: Delivered,
    bad: BadRows,
    ties: Ties,
    band: Option<Band>,
    /// Where the edge is after the band.
    edge_after_band: i64,
    /// The band showed orders of its first or last second, so bounds are inclusive.
    inclusive: bool,
    points: Option<Points>,
    empty_pages: u32,
    ended: bool,
}

impl Walk {
    /// A walk through the seconds `from..=to`.
    pub(crate) fn new(shape: Shape, from: i64, to: i64) -> Self {
        Self {
            shape,
            from,
            to,
            edge: from,
            delivered: Delivered::default(),
            bad: BadRows::default(),
            ties: Ties::default(),
            band: None,
            edge_after_band: from,
            inclusive: false,
            points: None,
            empty_pages: 0,
            ended: false,
        }
    }

    /// Goes on at `edge`, having delivered these orders and bad rows before.
    pub(crate) fn resume(
        mut self,
        edge: i64,
        orders: impl Iterator<Item = (u64, i64, Version)>,
        bad: impl Iterator<Item = u64>,
    ) -> Self {
        self.edge = edge;
        for (id, second, version) in orders {
            self.delivered.is_due(id, second, version);
        }
        bad.for_each(|text| {
            self.bad.insert(text);
        });
        self
    }

    /// Everything before this second is read.
    pub(crate) fn edge(&self) -> i64 {
        self.edge
    }

    /// The last second of the window.
    pub(crate) fn to(&self) -> i64 {
        self.to
    }

    /// Whether the upper bound may be lowered to a second after the edge: not while a band is read.
    pub(crate) fn can_be_cut(&self) -> bool {
        self.band.is_none() && self.points.is_none() && !self.ended
    }

    /// Sets a lower upper bound.
    pub(crate) fn narrow(&mut self, to: i64) {
        self.to = self.to.min(to);
    }

    /// The page to ask for; `None` at the end.
    pub(crate) fn next(&self) -> Option<Ask> {
        if self.ended || self.edge > self.to {
            return None;
        }
        Some(match &self.band {
            Some(band) => band.ask(),
            None => Ask {
                after: self.edge - 1,
                before: self.points.as_ref().map_or(self.to, |_| self.edge) + 1,
                offset: 0,
                descending: false,
            },
        })
    }

    /// Takes in the page that `ask` brought, with its countTotal.
    pub(crate) fn feed(
        &mut self,
        ask: Ask,
        lines: &[Line],
        total: Option<u64>,
    ) -> Result<Fed, Trouble> {
        check(ask, lines)?;
        let rows = names(lines);
        if let Some(band) = &self.band
            && band.repeats(&rows, self.shape)
        {
            return Err(Trouble::OffsetIgnored);
        }
        let mut fed = Fed {
            deliver: self.due(lines),
            unproven: None,
        };
        match self.band.take() {
            None => {
                self.ties.new_run();
                self.ties.see(lines, false);
                match self.points.take() {
                    Some(points) if points.are_whole(total) => self.advance(self.edge_after_band),
                    Some(points) => {
                        let points = points.wider().ok_or(Trouble::TooDense(self.edge))?;
                        self.read_parts(points);
                    }
                    None => self.page(lines, total, &mut fed),
                }
            }
            Some(mut band) => {
                self.ties.see(lines, ask.descending);
                self.inclusive |= is_at_bound(ask, lines);
                let standing = band.feed(&rows, total, self.shape, self.ties.vary());
                self.after_band_page(band, standing, &mut fed)?;
            }
        }
        Ok(fed)
    }

    fn due(&mut self, lines: &[Line]) -> Vec<usize> {
        let mut deliver = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let is_due = match *line {
                Line::Good {
                    id,
                    second,
                    version,
                } => {
                    (self.from..=self.to).contains(&second)
                        && self.delivered.is_due(id, second, version)
                }
                Line::Bad(text) => self.bad.insert(text),
            };
            if is_due {
                deliver.push(index);
            }
        }
        deliver
    }

    /// A page from the edge on.
    fn page(&mut self, lines: &[Line], total: Option<u64>, fed: &mut Fed) {
        if lines.is_empty() {
            return self.empty_page(total, fed);
        }
        self.empty_pages = 0;
        let last = lines.iter().rev().find_map(|line| match line {
            Line::Good { second, .. } => Some(*second),
            Line::Bad(_) => None,
        });
        if last.is_some_and(|last| last > self.to) || self.is_whole(lines.len(), total) {
            self.ended = true;
            return;
        }
        match last {
            Some(last) if last > self.edge => self.advance(last),
            Some(_) => self.open_band(self.edge + 1, self.edge + 1),
            // Without a single time to go by, the rest is read by offsets.
            None => self.open_band(self.to + 1, self.to + 1),
        }
    }

    /// Whether a page from the edge on is the last. A full page is not: a total that only counts the page would
    /// end the walk too early. A short one is only where no total says otherwise.
    fn is_whole(&self, rows: usize, total: Option<u64>) -> bool {
        let full = rows >= self.shape.page as usize;
        !full && total.is_none_or(|total| total == rows as u64)
    }

    fn empty_page(&mut self, total: Option<u64>, fed: &mut Fed) {
        let more = total.is_some_and(|total| total > 0);
        if more && self.empty_pages < EMPTY_PAGES {
            self.empty_pages += 1;
            return;
        }
        if more {
            fed.unproven = Some(self.edge);
        }
        self.ended = true;
    }

    fn advance(&mut self, edge: i64) {
        self.edge = edge;
        self.delivered.forget_below(edge - 1);
        self.ties.forget_below(edge - 1);
    }

    fn open_band(&mut self, before: i64, edge_after: i64) {
        let met = self.ties.met().chain(self.bad.iter());
        self.band = Some(Band::new(self.edge - 1, before, met));
        self.edge_after_band = edge_after;
        self.inclusive = false;
        self.ties.new_run();
    }

    /// Takes a band that offsets cannot reach through apart, where each part can be read alone.
    fn take_apart(&mut self, band: &Band) -> Result<(), Trouble> {
        let (first, last) = band.bounds();
        let is_wide = first < self.edge && last == self.edge + 1;
        match band.trusted_total() {
            Some(total) if self.inclusive && is_wide => {
                self.read_parts(Points::new(first, last, total));
                Ok(())
            }
            _ => Err(Trouble::TooDense(self.edge)),
        }
    }

    fn read_parts(&mut self, mut points: Points) {
        self.band = points.next();
        self.points = Some(points);
        self.ties.new_run();
    }

    /// After a part that was read alone; after the last of them the band is counted once more.
    fn after_point(&mut self, band: &Band, standing: Standing) -> Result<(), Trouble> {
        match &mut self.points {
            Some(points) if standing == Standing::Proven => {
                points.add(band.rows());
                self.band = points.next();
                self.ties.new_run();
                Ok(())
            }
            _ => Err(Trouble::TooDense(self.edge)),
        }
    }

    fn after_band_page(
        &mut self,
        band: Band,
        standing: Standing,
        fed: &mut Fed,
    ) -> Result<(), Trouble> {
        match standing {
            Standing::GoOn => self.band = Some(band),
            Standing::NewRun => {
                self.ties.new_run();
                self.band = Some(band);
            }
            standing if self.points.is_some() => self.after_point(&band, standing)?,
            Standing::TooDense => self.take_apart(&band)?,
            Standing::Proven => self.advance(self.edge_after_band),
            Standing::Unproven => {
                fed.unproven = Some(self.edge);
                self.advance(self.edge_after_band);
            }
        }
        Ok(())
    }
}

/// A gateway that ignores a parameter is noticed before anything is concluded from its page.
fn check(ask: Ask, lines: &[Line]) -> Result<(), Trouble> {
    let mut last = None;
    for line in lines {
        let Line::Good { second, .. } = *line else {
            continue;
        };
        if !(ask.after..=ask.before).contains(&second) {
            return Err(Trouble::OutOfBounds);
        }
        let follows = last.is_none_or(|last| {
            if ask.descending {
                second <= last
            } else {
                second >= last
            }
        });
        if !follows {
            return Err(Trouble::OutOfOrder);
        }
        last = Some(second);
    }
    Ok(())
}

/// Whether a row is of a second that exclusive bounds would leave out.
fn is_at_bound(ask: Ask, lines: &[Line]) -> bool {
    lines.iter().any(|line| {
        matches!(line, Line::Good { second, .. } if [ask.after, ask.before].contains(second))
    })
}

/// What tells the rows of a band apart. Equal bad rows of one page are as many rows.
fn names(lines: &[Line]) -> Vec<u64> {
    let mut equal: HashMap<u64, u64> = HashMap::new();
    let name = |line: &Line| match *line {
        Line::Good { id, .. } => id,
        Line::Bad(text) => {
            let times = equal.entry(text).or_insert(0);
            *times += 1;
            text.wrapping_add(*times - 1)
        }
    };
    lines.iter().map(name).collect()
}
