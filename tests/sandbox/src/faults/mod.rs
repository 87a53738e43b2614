//! Misbehavior on request.

mod label;
mod list;
mod parse;
mod plan;
mod rows;

pub use label::{InFile, LabelFault};
pub use list::{Churn, CountTotal, Late, ListFault};
pub(crate) use parse::{act_from_json, advance_from_json, change_from_json, plan_from_json};
pub use plan::Plan;
pub use rows::Rows;
pub(crate) use rows::{RowFault, RowFaultKind};

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::world::Act;

/// A way to answer badly. Aim it with [`Misbehavior::on`], [`Misbehavior::times`] and
/// [`Misbehavior::after`]; without, it hits the next call of any API, once.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Misbehavior {
    /// Hold every answer back for this many milliseconds. Lasts until [`crate::Sandbox::behave`]
    /// unless a count is given, and goes together with any other misbehavior.
    Latency(u64),
    /// Take the request and never answer.
    Stall,
    /// Close the connection without executing the call.
    DropBefore,
    /// Execute the call, then close the connection without answering.
    DropAfter,
    /// Execute the call, announce the whole answer and send half of its body.
    CutAnswer,
    /// Execute the call and send the answer, head included, in pieces with a pause after each.
    Drip {
        /// Bytes of a piece, at least 1.
        bytes: usize,
        /// Milliseconds between two pieces.
        pause_ms: u64,
    },
    /// A proxy's error page instead of an answer. Not executed, unless the plan says so.
    Html502,
    /// Refuse with `ApiCallLimit`, naming a ban of `seconds`.
    Throttle {
        /// Calls refused.
        times: u32,
        /// The ban announced in the message.
        seconds: u64,
    },
    /// From the next call on, its access token is expired until it is refreshed.
    ExpireToken,
    /// Close the connection without an answer, and execute the call this many seconds of the
    /// gateway's clock later: the request was still on its way. Checked when it arrives.
    ExecuteLate {
        /// Seconds.
        seconds: u32,
    },
    /// Pack, ReadyToShip or RecreatePackage is refused as a whole: `result.success` is false with this
    /// code, such as 40011 or 6 (busy). Not executed, unless the plan says so.
    RefuseBatch {
        /// `error_code`.
        code: String,
    },
    /// A row of the next batch (Pack, ReadyToShip, RecreatePackage) fails with this code while the
    /// batch counts as successful: the first row, or those of [`Misbehavior::rows`]. Not executed,
    /// unless the plan says so.
    FailRow {
        /// The row's `item_err_code`.
        code: String,
    },
    /// The next batch is executed, and its first row, or those of [`Misbehavior::rows`], are missing
    /// from the answer. Aimed at `/orders/items/get`, the orders that were asked for are the rows.
    OmitRow,
    /// Exactly these bytes. `Date` is added, and `Content-Length` unless it or
    /// `Transfer-Encoding` is among the headers. Not executed, unless the plan says so.
    Raw {
        /// HTTP status.
        status: u16,
        /// Header fields.
        headers: Vec<(String, String)>,
        /// Body.
        body: Vec<u8>,
    },
    /// A successful-looking answer of this many bytes, made while it is sent.
    RawStream {
        /// Length of the body.
        bytes: u64,
    },
    /// GetOrders and the other order reads answer as another gateway might. Lasts until
    /// [`crate::Sandbox::behave`] unless a count is given, and goes together with any other.
    List(ListFault),
    /// Orders change before each call of GetOrders is answered. Lasts like [`Misbehavior::List`];
    /// with `times` and `after` it is one change before one certain call.
    Churn(Churn),
    /// Another actor does something to orders just before the call is executed, or after it (see
    /// [`Misbehavior::afterwards`]). Goes together with any other.
    Act(Act),
    /// PrintAWB answers as another gateway might.
    Label(LabelFault),
    /// The gateway's clock jumps by this many seconds before the call (negative: back).
    AdvanceClock(i64),
    /// The refresh token of the next refresh is dead from then on: `IllegalRefreshToken`.
    ExpireRefreshToken,
    /// The next refresh is refused with `AUTH_TYPE_UNSUPPORTED`, and not executed.
    RefreshUnsupported,
    /// The next pair of tokens stands for all stores: country `cb`, one entry per country. Its
    /// calls reach a store by [`crate::Sandbox::store_url`].
    CrossBorderToken,
    /// Answers of token calls carry the shops as an object keyed by country instead of a list.
    /// Lasts like [`Misbehavior::List`].
    CountryInfoObject,
}

impl Misbehavior {
    /// Only calls of this path, such as `/order/fulfill/pack`, or `/labels` for label downloads.
    pub fn on(self, path: &str) -> Plan {
        Plan::from(self).on(path)
    }

    /// The next `times` calls that match.
    pub fn times(self, times: u32) -> Plan {
        Plan::from(self).times(times)
    }

    /// Spare the first `count` calls that match.
    pub fn after(self, count: u32) -> Plan {
        Plan::from(self).after(count)
    }

    /// Execute the call although its answer is replaced ([`Misbehavior::Html502`],
    /// [`Misbehavior::Raw`], [`Misbehavior::RawStream`], [`Misbehavior::Stall`],
    /// [`Misbehavior::RefuseBatch`]), or the row ([`Misbehavior::FailRow`]).
    pub fn executed(self) -> Plan {
        Plan::from(self).executed()
    }

    /// Execute the call this many seconds of the gateway's clock after it was answered otherwise, see
    /// [`Misbehavior::executed`]; also after [`Misbehavior::DropBefore`].
    pub fn executed_after(self, seconds: u32) -> Plan {
        Plan::from(self).executed_after(seconds)
    }

    /// The rows that [`Misbehavior::FailRow`] and [`Misbehavior::OmitRow`] hit.
    pub fn rows(self, rows: Rows) -> Plan {
        Plan::from(self).rows(rows)
    }

    /// Let the other actor of [`Misbehavior::Act`] come after the call instead of before it.
    pub fn afterwards(self) -> Plan {
        Plan::from(self).afterwards()
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Latency(_) => "latency",
            Self::Stall => "stall",
            Self::DropBefore => "drop_before",
            Self::DropAfter => "drop_after",
            Self::CutAnswer => "cut_answer",
            Self::Drip { .. } => "drip",
            Self::Html502 => "html_502",
            Self::Throttle { .. } => "throttle",
            Self::ExpireToken => "expire_token",
            Self::ExecuteLate { .. } => "execute_late",
            Self::RefuseBatch { .. } => "refuse_batch",
            Self::FailRow { .. } => "fail_row",
            Self::OmitRow => "omit_row",
            Self::Raw { .. } => "raw",
            Self::RawStream { .. } => "raw_stream",
            Self::List(fault) => fault.name(),
            Self::Churn(_) => "churn",
            Self::Act(_) => "act",
            Self::Label(fault) => fault.name(),
            Self::AdvanceClock(_) => "advance_clock",
            Self::ExpireRefreshToken => "expire_refresh_token",
            Self::RefreshUnsupported => "refresh_unsupported",
            Self::CrossBorderToken => "cross_border_token",
            Self::CountryInfoObject => "country_info_object",
        }
    }

    /// Whether a call of this API can show it.
    fn concerns(&self, path: &str, has_rows: bool) -> bool {
        match self {
            Self::FailRow { .. } | Self::OmitRow | Self::RefuseBatch { .. } => has_rows,
            Self::Label(_) => path == PRINT_AWB,
            Self::List(ListFault::Late(_)) => ORDER_READS.contains(&path),
            Self::List(_) | Self::Churn(_) => path == ORDER_READS[0],
            Self::ExpireRefreshToken | Self::RefreshUnsupported => path == "/auth/token/refresh",
            Self::CrossBorderToken | Self::CountryInfoObject => path.starts_with("/auth/token/"),
            _ => true,
        }
    }

    /// Whether it colors a call that another misbehavior may hit as well.
    fn joins(&self) -> bool {
        matches!(
            self,
            Self::Latency(_)
                | Self::List(_)
                | Self::Churn(_)
                | Self::Act(_)
                | Self::Label(_)
                | Self::AdvanceClock(_)
                | Self::CrossBorderToken
                | Self::CountryInfoObject
        )
    }
}

/// Stands for every label download in the aim of a plan.
pub(crate) const LABELS: &str = "/labels";

/// The call that prints labels.
const PRINT_AWB: &str = "/order/package/document/get";

/// The calls that read orders and items, the list first.
const ORDER_READS: [&str; 4] = ["/orders/get", "/order/get", "/order/items/get", ITEM_BATCH];

/// The call that reads the items of many orders.
const ITEM_BATCH: &str = "/orders/items/get";

/// What hits one call.
#[derive(Default)]
pub(crate) struct Hit {
    pub(crate) latency_ms: u64,
    pub(crate) plan: Option<Plan>,
    /// Seconds that the clock jumps before the call is looked at.
    pub(crate) clock_jump: i64,
    /// What others do before the call.
    pub(crate) acts_before: Vec<Act>,
    /// What others do after it.
    pub(crate) acts_after: Vec<Act>,
    pub(crate) quirks: Quirks,
}

impl Hit {
    fn join(&mut self, plan: &Plan) {
        match &plan.misbehavior {
            Misbehavior::Act(act) if plan.afterwards => self.acts_after.push(act.clone()),
            Misbehavior::Act(act) => self.acts_before.push(act.clone()),
            Misbehavior::Label(fault) => self.quirks.labels.push(*fault),
            Misbehavior::Latency(ms) => self.latency_ms += ms,
            Misbehavior::Churn(churn) => self.quirks.churn.push(churn.clone()),
            Misbehavior::AdvanceClock(seconds) => self.clock_jump += seconds,
            Misbehavior::List(fault) => self.quirks.list.push(fault.clone()),
            Misbehavior::CrossBorderToken => self.quirks.cross_border_token = true,
            Misbehavior::CountryInfoObject => self.quirks.country_info_object = true,
            _ => {}
        }
    }
}

/// How the APIs are to answer one call.
#[derive(Clone, Default)]
pub(crate) struct Quirks {
    pub(crate) list: Vec<ListFault>,
    pub(crate) churn: Vec<Churn>,
    pub(crate) labels: Vec<LabelFault>,
    pub(crate) cross_border_token: bool,
    pub(crate) country_info_object: bool,
}

/// The plans not used up yet, in the order given.
#[derive(Default)]
pub(crate) struct Faults {
    plans: Mutex<Vec<Plan>>,
    any: AtomicBool,
}

impl Faults {
    pub(crate) fn add(&self, plan: Plan) {
        let mut plans = self.lock();
        plans.push(plan);
        self.any.store(true, Ordering::Release);
    }

    pub(crate) fn clear(&self) {
        let mut plans = self.lock();
        plans.clear();
        self.any.store(false, Ordering::Release);
    }

    /// Each plan in a few words, such as `throttle /orders/get, 2 times`.
    pub(crate) fn planned(&self) -> Vec<String> {
        self.lock().iter().map(Plan::to_string).collect()
    }

    /// Uses up what hits a call: every matching plan that joins others, and the first of the rest
    /// that matches. Later plans wait for later calls.
    pub(crate) fn take(&self, path: &str, has_rows: bool) -> Hit {
        let mut hit = Hit::default();
        if !self.any.load(Ordering::Acquire) {
            return hit;
        }
        let mut plans = self.lock();
        for plan in plans.iter_mut() {
            if !plan.matches(path, has_rows) {
                continue;
            }
            let joins = plan.misbehavior.joins();
            if !joins && hit.plan.is_some() {
                continue;
            }
            if plan.after > 0 {
                plan.after -= 1;
                continue;
            }
            if plan.times != u32::MAX {
                plan.times -= 1;
            }
            if joins {
                hit.join(plan);
            } else {
                hit.plan = Some(plan.clone());
            }
        }
        plans.retain(|plan| plan.times > 0);
        self.any.store(!plans.is_empty(), Ordering::Release);
        hit
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Plan>> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(faults: &Faults, path: &str, rows: bool, calls: usize) -> Vec<&'static str> {
        (0..calls)
            .map(|_| {
                let hit = faults.take(path, rows);
                hit.plan.map_or("", |plan| plan.misbehavior.name())
            })
            .collect()
    }

    #[test]
    fn plans_wait_for_each_other_and_for_their_path() {
        let faults = Faults::default();
        faults.add(Misbehavior::Stall.on("/a").times(2));
        faults.add(Misbehavior::Html502.into());
        assert_eq!(names(&faults, "/b", false, 2), ["html_502", ""]);
        assert_eq!(names(&faults, "/a", false, 3), ["stall", "stall", ""]);
    }

    #[test]
    fn spared_calls_come_first() {
        let faults = Faults::default();
        faults.add(Misbehavior::DropAfter.after(2));
        assert_eq!(names(&faults, "/a", false, 4), ["", "", "drop_after", ""]);
    }

    #[test]
    fn row_faults_need_rows_and_labels_need_aim() {
        let faults = Faults::default();
        faults.add(Misbehavior::OmitRow.into());
        faults.add(Misbehavior::Stall.on(LABELS));
        assert_eq!(names(&faults, "/a", false, 1), [""]);
        assert_eq!(names(&faults, "/a", true, 2), ["omit_row", ""]);
        assert_eq!(names(&faults, LABELS, false, 2), ["stall", ""]);
        faults.add(Misbehavior::Stall.into());
        assert_eq!(names(&faults, LABELS, false, 1), [""]);
    }

    #[test]
    fn list_faults_last_join_and_keep_to_their_calls() {
        let faults = Faults::default();
        faults.add(Misbehavior::List(ListFault::UnstableTies).into());
        faults.add(Misbehavior::Churn(Churn::default()).after(1).times(1));
        faults.add(Misbehavior::RefreshUnsupported.into());
        faults.add(Misbehavior::Stall.into());
        assert_eq!(faults.take("/seller/get", false).quirks.list, []);
        for churned in [0, 1, 0] {
            let hit = faults.take("/orders/get", false);
            assert_eq!(hit.quirks.list, [ListFault::UnstableTies]);
            assert_eq!(hit.quirks.churn.len(), churned);
        }
        let names = names(&faults, "/auth/token/refresh", false, 2);
        assert_eq!(names, ["refresh_unsupported", ""]);
    }

    #[test]
    fn latency_lasts_and_adds_up() {
        let faults = Faults::default();
        faults.add(Misbehavior::Latency(5).into());
        faults.add(Misbehavior::Latency(7).times(1));
        faults.add(Misbehavior::DropBefore.into());
        let hit = faults.take("/a", false);
        assert_eq!(hit.latency_ms, 12);
        assert!(hit.plan.is_some());
        let hit = faults.take("/a", false);
        assert_eq!(hit.latency_ms, 5);
        faults.clear();
        assert_eq!(faults.take("/a", false).latency_ms, 0);
    }
}
