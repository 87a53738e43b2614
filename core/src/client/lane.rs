//! The pace of one lane: how fast its calls go out, and what refusals and answers change about that. Pure.
//!
//! The platform publishes hardly any limit, and shares some among callers that know nothing of each other. So a
//! lane finds its pace by trying. Its law:
//!
//! - Before the first refusal every answer adds one call a second: the pace doubles each second that it is
//!   used, as in TCP's slow start.
//! - A refusal sets it to 0.7 of what went out in the last second. What was allowed says little when less was
//!   asked for; but one second says little too, so a single refusal never goes below 0.7 of a quarter.
//! - Refusals of calls that went out before that belong to the same overload and change nothing more.
//! - After it every answer adds [`SLOW`] calls a second, which brings the pace back in 30 seconds, whatever the
//!   limit is: of a limit of 7 a second one call in some 180 is refused. A minute without a refusal shows
//!   that the limit has changed, and the pace grows as at first.

use std::time::Duration;

/// Calls a second of a lane of which nothing is known.
const START: f64 = 50.0;
/// What a refusal leaves of the pace.
const CUT: f64 = 0.7;
/// The share of the pace below which what went out in the last second is not believed.
const LEAST_BELIEVED: f64 = 0.25;
/// Added per answer, in calls a second. The pace r grows by r * SLOW a second, so that it takes
/// ln(1 / CUT) / SLOW = 30 s from one refusal to the next.
const FAST: f64 = 1.0;
const SLOW: f64 = 0.0119;
/// Without a refusal for so long, the limit found is taken for gone.
const FORGET: Duration = Duration::from_secs(60);
/// One call in five seconds: slower helps nobody, and would leave calls without a turn before their deadline.
const SLOWEST: f64 = 0.2;
/// How much may run ahead of the pace while no limit is known. Afterwards calls go out evenly: a limiter that
/// counts seconds refuses a burst.
const BURST: Duration = Duration::from_secs(1);

/// One lane.
#[derive(Debug, Default)]
pub(super) struct Lane {
    /// Calls a second; `None` while there is neither a ceiling nor a refusal to go by.
    pace: Option<f64>,
    /// When the calls let through so far would be paid off.
    paid_until: Duration,
    banned_until: Duration,
    refused_at: Option<Duration>,
    /// Begins anew with each ban and each cut. Calls belong to the round in which they went out.
    pub(super) round: u64,
    sent: Sent,
    pub(super) used_at: Duration,
}

/// What went out in the running second and in the one before.
#[derive(Debug, Default)]
struct Sent {
    second: u64,
    now: u32,
    before: u32,
}

impl Sent {
    fn turn_to(&mut self, second: u64) {
        if second == self.second {
            return;
        }
        self.before = if second == self.second + 1 {
            self.now
        } else {
            0
        };
        self.now = 0;
        self.second = second;
    }

    fn add(&mut self, now: Duration) {
        self.turn_to(now.as_secs());
        self.now = self.now.saturating_add(1);
    }

    /// Calls of the last second, the share of the second before being taken as even.
    fn rate(&mut self, now: Duration) -> f64 {
        self.turn_to(now.as_secs());
        let left = 1.0 - f64::from(now.subsec_millis()) / 1000.0;
        f64::from(self.now) + f64::from(self.before) * left
    }
}

impl Lane {
    /// Takes a place; the caller waits for the first time returned, and the place takes the second. `ceiling` is 0
    /// for none.
    pub(super) fn take(&mut self, ceiling: f64, now: Duration) -> (Duration, Duration) {
        self.used_at = now;
        let ban = self.banned_for(now);
        let Some(pace) = self.pace(ceiling) else {
            return (ban, Duration::ZERO);
        };
        let starts = self.paid_until.max(now + ban);
        // A ceiling of next to nothing makes a turn that never comes.
        let turn = Duration::try_from_secs_f64(1.0 / pace).unwrap_or(Duration::MAX);
        self.paid_until = starts.saturating_add(turn);
        let ahead = if self.knows_limit(now) {
            Duration::ZERO
        } else {
            BURST
        };
        (ban.max(starts.saturating_sub(now + ahead)), turn)
    }

    /// Gives a place of the round `round` back that is not used.
    pub(super) fn give_back(&mut self, round: u64, turn: Duration) {
        // A turn that never comes cannot be taken back.
        if round == self.round && self.paid_until < Duration::MAX {
            self.paid_until = self.paid_until.saturating_sub(turn);
        }
    }

    pub(super) fn banned_for(&self, now: Duration) -> Duration {
        self.banned_until.saturating_sub(now)
    }

    /// A call goes out.
    pub(super) fn go(&mut self, now: Duration) {
        self.sent.add(now);
    }

    /// A call of the round `round` was refused; nobody calls for `pause`.
    pub(super) fn refused(&mut self, round: u64, ceiling: f64, pause: Duration, now: Duration) {
        let until = now + pause;
        let is_news = round == self.round;
        if !is_news && until <= self.banned_until {
            return;
        }
        if is_news {
            self.cut(ceiling, now);
            self.refused_at = Some(until);
        }
        // Whoever waits with a place of the old pace takes another.
        self.round += 1;
        self.banned_until = self.banned_until.max(until);
        self.paid_until = self.banned_until;
    }

    fn cut(&mut self, ceiling: f64, now: Duration) {
        let sent = self.sent.rate(now).max(1.0);
        let base = match self.pace(ceiling) {
            Some(pace) => sent.max(pace * LEAST_BELIEVED).min(pace),
            None => sent,
        };
        self.pace = Some((base * CUT).max(SLOWEST));
    }

    /// A call of the round `round` was let through by the platform.
    pub(super) fn accepted(&mut self, round: u64, ceiling: f64, now: Duration) {
        if round != self.round {
            return;
        }
        let step = if self.knows_limit(now) { SLOW } else { FAST };
        if let Some(pace) = self.pace(ceiling) {
            self.pace = Some(pace + step);
        }
    }

    /// Nothing is lost when this lane is forgotten.
    pub(super) fn is_idle(&self, now: Duration) -> bool {
        self.banned_for(now).is_zero() && now.saturating_sub(self.used_at) >= FORGET
    }

    fn knows_limit(&self, now: Duration) -> bool {
        self.refused_at
            .is_some_and(|at| now.saturating_sub(at) < FORGET)
    }

    fn pace(&self, ceiling: f64) -> Option<f64> {
        if ceiling > 0.0 {
            Some(self.pace.unwrap_or(START).min(ceiling))
        } else {
            self.pace
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_CEILING: f64 = 0.0;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// A lane whose pace is `pace` and that has sent as much.
    fn lane_at(pace: f64, now: Duration) -> Lane {
        let mut lane = Lane {
            pace: Some(pace),
            ..Lane::default()
        };
        for _ in 0..pace as u32 {
            lane.go(now);
        }
        lane
    }

    #[test]
    fn without_ceiling_and_refusal_nothing_is_paced() {
        let mut lane = Lane::default();
        assert!((0..10_000).all(|_| lane.take(NO_CEILING, ms(5)).0.is_zero()));
    }

    #[test]
    fn a_new_lane_starts_at_its_pace_and_doubles_in_a_second_of_use() {
        let mut lane = Lane::default();
        for _ in 0..50 {
            assert!(lane.take(200.0, ms(0)).0 <= ms(1));
            lane.accepted(0, 200.0, ms(0));
        }
        assert_eq!(lane.pace(200.0), Some(100.0));
        assert_eq!(lane.pace(80.0), Some(80.0), "the ceiling holds");
    }

    #[test]
    fn one_overload_is_one_cut() {
        let mut lane = lane_at(20.0, ms(100));
        for _ in 0..8 {
            lane.refused(0, NO_CEILING, ms(1000), ms(100));
        }
        assert_eq!(lane.pace, Some(14.0));
        // Sent after the cut: another overload.
        let round = lane.round;
        lane.refused(round, NO_CEILING, ms(1000), ms(1300));
        assert!(lane.pace.is_some_and(|pace| pace < 14.0));
    }

    #[test]
    fn a_longer_ban_from_the_same_overload_holds_without_another_cut() {
        let mut lane = lane_at(20.0, ms(100));
        lane.refused(0, NO_CEILING, ms(1000), ms(100));
        lane.refused(0, NO_CEILING, ms(9000), ms(150));
        assert_eq!(
            (lane.pace, lane.banned_for(ms(150))),
            (Some(14.0), ms(9000))
        );
        lane.refused(0, NO_CEILING, ms(1000), ms(200));
        assert_eq!(lane.banned_for(ms(200)), ms(8950), "never shortened");
    }

    #[test]
    fn a_refusal_under_a_ban_does_not_shorten_it() {
        let mut lane = lane_at(20.0, ms(100));
        lane.refused(0, NO_CEILING, ms(9000), ms(100));
        let round = lane.round;
        lane.refused(round, NO_CEILING, ms(1000), ms(100));
        assert_eq!(lane.banned_for(ms(100)), ms(9000));
    }

    #[test]
    fn a_place_from_before_a_cut_is_not_given_back_after_it() {
        let mut lane = lane_at(10.0, ms(0));
        let (_, turn) = lane.take(NO_CEILING, ms(0));
        lane.refused(0, NO_CEILING, ms(1000), ms(0));
        let first = lane.take(NO_CEILING, ms(0)).0;
        lane.give_back(0, turn);
        let (next, turn) = lane.take(NO_CEILING, ms(0));
        assert_eq!(next, first + turn, "one place, one call");
    }

    #[test]
    fn a_turn_that_never_comes_makes_none_come_earlier_when_given_back() {
        let mut lane = Lane::default();
        let ceiling = 1e-30;
        let (_, turn) = lane.take(ceiling, ms(0));
        assert_eq!(turn, Duration::MAX);
        lane.give_back(0, turn);
        assert!(lane.take(ceiling, ms(0)).0 > ms(1_000_000_000));
    }

    #[test]
    fn a_lane_is_not_idle_under_a_ban_that_outlasts_its_use() {
        let mut lane = lane_at(10.0, ms(0));
        lane.refused(0, NO_CEILING, ms(3_600_000), ms(0));
        assert!(!lane.is_idle(ms(120_000)));
        assert!(lane.is_idle(ms(3_600_000)));
    }

    #[test]
    fn a_cut_goes_by_what_was_sent() {
        let mut lane = lane_at(7.0, ms(100));
        lane.pace = Some(20.0);
        lane.refused(0, NO_CEILING, ms(0), ms(100));
        assert_eq!(lane.pace, Some(7.0 * CUT));
        // A lone call that another process's calls pushed over the limit.
        let mut lone = lane_at(1.0, ms(100));
        lone.pace = Some(40.0);
        lone.refused(0, NO_CEILING, ms(0), ms(100));
        assert_eq!(lone.pace, Some(10.0 * CUT));
    }

    #[test]
    fn after_a_ban_calls_go_out_evenly() {
        let mut lane = lane_at(10.0, ms(0));
        lane.refused(0, NO_CEILING, ms(2000), ms(0));
        let waits: Vec<Duration> = (0..3).map(|_| lane.take(NO_CEILING, ms(500)).0).collect();
        let turn = Duration::from_secs_f64(1.0 / 7.0);
        assert_eq!(waits[0], ms(1500));
        assert_eq!(waits[1], ms(1500) + turn);
        assert_eq!(waits[2], ms(1500) + turn * 2);
    }

    #[test]
    fn the_pace_recovers_in_half_a_minute_and_fast_after_a_minute() {
        let mut lane = lane_at(10.0, ms(0));
        lane.refused(0, NO_CEILING, ms(0), ms(0));
        let mut now = ms(0);
        while lane.pace.is_some_and(|pace| pace < 10.0) && now < ms(100_000) {
            now += lane.take(NO_CEILING, now).0;
            lane.accepted(lane.round, NO_CEILING, now);
        }
        assert!((ms(27_000)..ms(33_000)).contains(&now), "{now:?}");
        let before = lane.pace;
        lane.accepted(lane.round, NO_CEILING, ms(61_000));
        assert_eq!(lane.pace, before.map(|pace| pace + FAST));
    }

    #[test]
    fn answers_of_calls_from_before_a_cut_do_not_raise_the_pace() {
        let mut lane = lane_at(10.0, ms(0));
        lane.refused(0, NO_CEILING, ms(0), ms(0));
        lane.accepted(0, NO_CEILING, ms(1));
        assert_eq!(lane.pace, Some(7.0));
    }

    #[test]
    fn no_lane_starves() {
        let mut lane = Lane::default();
        let mut now = ms(0);
        for _ in 0..1000 {
            lane.refused(lane.round, 5.0, ms(0), now);
            now += ms(10);
        }
        assert_eq!(lane.pace, Some(SLOWEST));
        assert!(lane.take(5.0, now).0 <= ms(5000));
    }
}
