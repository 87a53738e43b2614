//! One call on its way: wait for a turn, sign, send, judge, repeat.

use std::cell::Cell;
use std::time::Duration;

use super::retry::{Decision, RetryBudget, Situation, UNANNOUNCED_BAN};
use super::throttle::{Scope, Turn};
use super::token::Token;
use super::token::keeper::{Cause, Keeper, Patience};
use super::{DOWNLOAD_REDIRECTS, Shared};
use crate::error::{Error, ErrorKind, Executed, Result};
use crate::protocol::schema::{Effect, TokenUse};
use crate::protocol::{
    HttpRequest, HttpResponse, ReadLimits, Reply, Request, Secret, codes, prepare_with, read_owned,
};
use crate::transport::{Cancel, SendError, SendFailure, Sent};

/// What a call has behind it.
#[derive(Default)]
struct Tried {
    attempts: u32,
    maybe_executed: bool,
}

/// One call on its way, with all its attempts.
pub(super) struct Call<'a> {
    shared: &'a Shared,
    path: &'a str,
    effect: Effect,
    cancel: &'a Cancel,
    /// What ends an exchange under way; `None`: nothing but its time.
    cancel_exchange: Option<&'a Cancel>,
    /// Asked right before each attempt leaves.
    before: Option<&'a dyn Fn() -> Result<()>>,
    start: Duration,
    /// The pair of the last attempt, when it came from the token store.
    used: Cell<Option<&'a Token>>,
    renewed: Cell<bool>,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        path: &'a str,
        effect: Effect,
        cancel: &'a Cancel,
    ) -> Self {
        Self {
            shared,
            path,
            effect,
            cancel,
            cancel_exchange: Some(cancel),
            before: None,
            start: shared.clock.elapsed(),
            used: Cell::new(None),
            renewed: Cell::new(false),
        }
    }

    /// What was sent is waited for, though the caller cancels: its answer cannot be had twice.
    pub(super) fn uninterrupted(self) -> Self {
        Self {
            cancel_exchange: None,
            ..self
        }
    }

    /// Nothing leaves before this agrees, at each attempt.
    pub(super) fn guarded_by(self, before: &'a dyn Fn() -> Result<()>) -> Self {
        Self {
            before: Some(before),
            ..self
        }
    }

    /// Tries until there is an answer or nothing more to try; with the number of attempts.
    pub(super) fn run<T>(&self, attempt: impl Fn() -> Result<T>) -> Result<(T, u32)> {
        self.shared.budget(RetryBudget::earn);
        let mut tried = Tried::default();
        loop {
            let turn = self.wait_for_turn();
            let turn = turn.map_err(|error| self.last(self.with_context(error, &tried)))?;
            tried.attempts += 1;
            let error = match attempt() {
                Ok(answer) => {
                    self.pace(&turn, None);
                    self.token_was_accepted();
                    return Ok((answer, tried.attempts));
                }
                Err(error) => error,
            };
            self.pace(&turn, Some(&error));
            tried.maybe_executed |= error.executed() == Executed::Unknown;
            let error = self.with_context(error, &tried);
            let error = match self.after_refused_token(error) {
                Ok(()) => continue,
                Err(error) => self.with_context(error, &tried),
            };
            match self.decide(&error, tried.attempts) {
                Decision::After(pause) => self
                    .sleep(pause)
                    .map_err(|error| self.last(self.with_context(error, &tried)))?,
                Decision::Stop => return Err(self.last(error)),
            }
        }
    }

    pub(super) fn took(&self) -> Duration {
        self.shared.clock.elapsed().saturating_sub(self.start)
    }

    fn left(&self) -> Duration {
        self.shared.config.deadline.saturating_sub(self.took())
    }

    fn wait_for_turn(&self) -> Result<Turn> {
        let shared = self.shared;
        let throttle = &shared.pacing().throttle;
        let mut turn = Turn::new(self.path, &shared.unresolved_account, shared.config.rates);
        loop {
            let wait = throttle.take(&mut turn, shared.clock.elapsed());
            if wait >= self.left() {
                throttle.give_back(&turn);
                let message = "no turn before the deadline: calls are limited or banned for longer";
                return Err(Error::new(ErrorKind::Throttled, message).worth_a_retry());
            }
            self.sleep(wait)
                .inspect_err(|_| throttle.give_back(&turn))?;
            // Another thread may have been told of a limit meanwhile.
            if throttle.go(&turn, shared.clock.elapsed()) {
                return Ok(turn);
            }
        }
    }

    fn sleep(&self, pause: Duration) -> Result<()> {
        if !pause.is_zero() && !self.shared.clock.sleep(pause, self.cancel) {
            return Err(Error::canceled());
        }
        Ok(())
    }

    /// One exchange, signed with the time of this attempt.
    pub(super) fn exchange(&self, request: &Request) -> Result<Reply> {
        let shared = self.shared;
        let token = self.token_for(request)?;
        let http = prepare_with(request, &shared.credentials, token, shared.clock.now_ms())?;
        let never = Cancel::new();
        let cancel = self.cancel_exchange.unwrap_or(&never);
        if let Some(before) = self.before {
            before()?;
        }
        let answer = self.timed(http.method.as_str(), http.location(), || {
            shared
                .transport
                .send(&http, &shared.limits(self.left()), cancel)
        })?;
        read_owned(
            request.api(),
            answer,
            ReadLimits {
                depth: shared.config.max_depth,
            },
        )
    }

    /// The access token of this attempt.
    fn token_for(&self, request: &Request) -> Result<Option<&'a Secret>> {
        let Some(keeper) = &self.shared.keeper else {
            return Ok(self.shared.credentials.access_token());
        };
        if request.token() == TokenUse::None {
            return Ok(None);
        }
        let refresh = |token: &Token| self.shared.refresh(token, self.cancel);
        let token = keeper.current(&self.patience(), refresh)?;
        if token.is_none() && request.token() == TokenUse::Required {
            return Err(keeper.empty());
        }
        if let Some(token) = token {
            self.shared.learn_account(token);
        }
        self.used.set(token);
        Ok(token.map(Token::access_token))
    }

    fn patience(&self) -> Patience<'a> {
        Patience {
            clock: &*self.shared.clock,
            cancel: self.cancel,
            until: self.start.saturating_add(self.shared.config.deadline),
        }
    }

    fn token_was_accepted(&self) {
        if let (Some(keeper), Some(used)) = (&self.shared.keeper, self.used.take()) {
            keeper.proven(used);
        }
    }

    /// A refused access token is renewed once for a call, which was not executed and may be made again; `Ok` says
    /// that there is another token to make it with.
    fn after_refused_token(&self, error: Error) -> std::result::Result<(), Error> {
        let Some((keeper, used)) = self.refused_token(&error) else {
            return Err(error);
        };
        let patience = self.patience();
        match self.shared.renew(keeper, used, Cause::Refused, &patience) {
            Ok(_) => Ok(()),
            Err(failure) if failure.kind() == ErrorKind::Canceled => Err(failure),
            // Why nothing could be done about it is the cause: the shells print it behind.
            Err(failure) => Err(error.caused_by(failure)),
        }
    }

    fn refused_token(&self, error: &Error) -> Option<(&'a Keeper, &'a Token)> {
        let (keeper, used) = (self.shared.keeper.as_ref()?, self.used.take()?);
        let refused = error.code().is_some_and(codes::refuses_access_token);
        let executed = self.effect == Effect::Act && error.executed() == Executed::Unknown;
        let may = refused
            && !executed
            && !self.renewed.replace(refused)
            && keeper.may_renew_refused(used, self.shared.clock.now_ms());
        may.then_some((keeper, used))
    }

    /// One download.
    pub(super) fn fetch(&self, url: &str) -> Result<Vec<u8>> {
        let shared = self.shared;
        let location = url.split(['?', '#']).next().unwrap_or_default();
        let answer = self.timed("GET", location, || {
            shared.transport.get(
                url,
                DOWNLOAD_REDIRECTS,
                &shared.limits(self.left()),
                self.cancel,
            )
        })?;
        let refused = |kind: ErrorKind, message: &str| {
            Error::new(kind, message).with_http_status(Some(answer.status))
        };
        match answer.status {
            200 => Ok(answer.body),
            500.. => Err(refused(ErrorKind::Transport, "the link's server failed").worth_a_retry()),
            _ => Err(refused(
                ErrorKind::Api,
                "the link was refused; it may have expired",
            )),
        }
    }

    /// One exchange that nobody judges.
    pub(super) fn look(&self, http: &HttpRequest) -> Result<HttpResponse> {
        let limits = self.shared.limits(self.left());
        let answer = self.timed(http.method.as_str(), http.location(), || {
            self.shared.transport.send(http, &limits, self.cancel)
        });
        let tried = Tried {
            attempts: 1,
            maybe_executed: false,
        };
        answer.map_err(|error| self.with_context(error, &tried))
    }

    /// Sends, and notes in the log how that went. Queries carry secrets and are left out.
    fn timed(
        &self,
        method: &str,
        location: &str,
        send: impl FnOnce() -> std::result::Result<HttpResponse, SendError>,
    ) -> Result<HttpResponse> {
        let begun = self.shared.clock.elapsed();
        let sent = send();
        let took = self
            .shared
            .clock
            .elapsed()
            .saturating_sub(begun)
            .as_millis();
        match sent {
            Ok(answer) => {
                log::debug!("{method} {location} -> {} in {took} ms", answer.status);
                Ok(answer)
            }
            Err(failure) => {
                let error = self.shared.conceal(send_error(failure, self.effect));
                log::debug!("{method} {location} -> {} in {took} ms", error.message());
                Err(error)
            }
        }
    }

    /// What an attempt tells about the platform's limits holds for every thread. A failed exchange tells nothing.
    fn pace(&self, turn: &Turn, error: Option<&Error>) {
        let throttle = &self.shared.pacing().throttle;
        let now = self.shared.clock.elapsed();
        match error {
            // The token's refresh is a call of its own.
            Some(error) if error.api().is_some_and(|api| api != self.path) => {}
            Some(error) if error.kind() == ErrorKind::Throttled => {
                let announced = codes::announced_ban(error.message());
                let pause = announced.map_or(UNANNOUNCED_BAN, |seconds| {
                    Duration::from_secs(seconds.clamp(1, LONGEST_BAN))
                });
                throttle.refused(turn, Scope::of(error.code()), pause, now);
            }
            Some(error) if error.code().is_none() => {}
            _ => throttle.accepted(turn, now),
        }
    }

    fn decide(&self, error: &Error, attempts: u32) -> Decision {
        let shared = self.shared;
        let decision = shared.config.retry.decide(&Situation {
            error,
            effect: self.effect,
            attempts,
            announced: codes::announced_ban(error.message()),
            left: self.left(),
            chance: shared.clock.chance(),
        });
        // Waiting out a ban costs the platform nothing, so only other repeats are budgeted.
        let budgeted = decision != Decision::Stop && error.kind() != ErrorKind::Throttled;
        if budgeted && !shared.budget(RetryBudget::spend) {
            Decision::Stop
        } else {
            decision
        }
    }

    pub(super) fn with_evidence(&self, mut reply: Reply, attempts: u32) -> Reply {
        let evidence = reply.evidence_mut();
        evidence.api = self.path.to_owned();
        evidence.account = Some(self.shared.account().to_owned());
        evidence.attempts = attempts;
        evidence.time_ms = self.shared.clock.now_ms();
        reply
    }

    fn with_context(&self, error: Error, tried: &Tried) -> Error {
        let account = Some(self.shared.account().to_owned());
        let error = error
            .with_api(self.path)
            .with_attempts(tried.attempts)
            .with_account(account);
        // An attempt that came to nothing does not undo an earlier one.
        let error = if tried.maybe_executed {
            error.executed_is(Executed::Unknown)
        } else {
            error
        };
        self.shared.conceal(error)
    }

    /// What the caller sees: a write whose fate is not known has a kind of its own.
    fn last(&self, error: Error) -> Error {
        if error.executed() == Executed::Unknown && self.effect == Effect::Act {
            return error
                .with_kind(ErrorKind::Indeterminate)
                .not_worth_a_retry();
        }
        error
    }
}

/// Longer announcements are taken for a misprint.
const LONGEST_BAN: u64 = 3600;

/// A failed exchange as an error of the library.
fn send_error(failure: SendError, effect: Effect) -> Error {
    let kind = match failure.cause {
        SendFailure::Refused => ErrorKind::Config,
        SendFailure::Timeout => ErrorKind::Timeout,
        SendFailure::TooLarge | SendFailure::Malformed => ErrorKind::Decode,
        // A write that may be under way is worse than canceled.
        SendFailure::Canceled if failure.sent == Sent::Maybe && effect == Effect::Act => {
            ErrorKind::Indeterminate
        }
        SendFailure::Canceled => ErrorKind::Canceled,
        SendFailure::Connect | SendFailure::Tls | SendFailure::Cut => ErrorKind::Transport,
    };
    let status = failure.status;
    let sent = failure.sent;
    let transient = matches!(
        failure.cause,
        SendFailure::Connect | SendFailure::Timeout | SendFailure::Cut
    );
    let error = Error::new(kind, failure.detail).with_http_status(status);
    let error = if transient {
        error.worth_a_retry()
    } else {
        error
    };
    match sent {
        Sent::Nothing => error,
        Sent::Maybe => error.executed_is(Executed::Unknown),
    }
}
