//! What a client does with tokens when it is asked to.

use super::keeper::{Cause, Keeper, Patience};
use super::pair::Token;
use super::status::TokenStatus;
use crate::api::table;
use crate::client::call::Call;
use crate::client::{Client, Shared};
use crate::error::{Error, Executed, Result};
use crate::protocol::schema::Api;
use crate::protocol::{Args, Request, Secret, redact};
use crate::transport::Cancel;

impl Client {
    /// How the pair in the client's token store stands, read anew; `None` when the client has no store
    /// or nothing is in it.
    ///
    /// # Errors
    /// When the store cannot be read, is damaged or holds another app's pair.
    pub fn token_status(&self) -> Result<Option<TokenStatus>> {
        let Some(keeper) = &self.shared.keeper else {
            return Ok(None);
        };
        let now = self.shared.clock.now_ms();
        Ok(keeper.load()?.map(|token| token.status(now)))
    }

    /// Exchanges the refresh token for a new pair now and stores it; for hosts that refresh by a schedule of
    /// their own. When another thread or process does the same, one refresh serves all.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without a store, [`ErrorKind::Auth`](crate::ErrorKind::Auth)
    /// when the pair cannot be refreshed (see [`TokenState`](super::TokenState)), [`ErrorKind::Io`](crate::ErrorKind::Io) when the store cannot be written,
    /// [`ErrorKind::Indeterminate`](crate::ErrorKind::Indeterminate) when the answer was lost: the old pair is still stored and may be spent.
    pub fn refresh_token(&self) -> Result<TokenStatus> {
        self.refresh_token_cancelable(&Cancel::new())
    }

    /// As [`refresh_token`](Self::refresh_token), until `cancel` is set. A refresh that was sent is not
    /// given up, or its pair would be lost.
    ///
    /// # Errors
    /// See [`refresh_token`](Self::refresh_token).
    pub fn refresh_token_cancelable(&self, cancel: &Cancel) -> Result<TokenStatus> {
        let shared = &*self.shared;
        let keeper = shared.keeper()?;
        let patience = shared.patience(cancel);
        let used = match keeper.newest() {
            Some(token) => Some(token),
            None => keeper.first(&patience)?,
        };
        let used = used.ok_or_else(|| keeper.empty())?;
        let token = shared.renew(keeper, used, Cause::Asked, &patience)?;
        Ok(token.status(shared.clock.now_ms()))
    }

    /// Exchanges the code of an authorization redirect, which works once, for a token pair. A client with
    /// a token store keeps the pair there; one without only returns it.
    ///
    /// Check the redirect's state with [`check_state`](crate::protocol::check_state) before.
    ///
    /// # Errors
    /// [`ErrorKind::Auth`](crate::ErrorKind::Auth) when the platform refuses the code, or the store holds
    /// the pair of other shops, which is not overwritten; [`ErrorKind::Indeterminate`](crate::ErrorKind::Indeterminate) when the answer was lost: the code
    /// is probably spent, and the seller must authorize again.
    pub fn exchange_code(&self, code: &str) -> Result<Token> {
        let shared = &*self.shared;
        let cancel = Cancel::new();
        if shared.keeper.is_none() {
            return shared.create(code, &cancel);
        }
        shared
            .authorize(&cancel, || shared.create(code, &cancel))
            .cloned()
    }

    /// As [`exchange_code`](Self::exchange_code), for clients with a token store only: the pair goes there and nowhere
    /// else, and its status is told. Until `cancel` is set; an exchange that was sent is not given up.
    ///
    /// # Errors
    /// See [`exchange_code`](Self::exchange_code); [`ErrorKind::Config`](crate::ErrorKind::Config) without a store,
    /// before the code is spent.
    pub fn authorize_cancelable(&self, code: &str, cancel: &Cancel) -> Result<TokenStatus> {
        let shared = &*self.shared;
        let token = shared.authorize(cancel, || shared.create(code, cancel))?;
        Ok(token.status(shared.clock.now_ms()))
    }

    /// Puts a pair into the client's token store in place of what is there: one that was got elsewhere.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) without a store or for another app's pair,
    /// [`ErrorKind::Auth`](crate::ErrorKind::Auth) when the store holds the pair of other shops,
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) when it cannot be written.
    pub fn store_token(&self, token: Token) -> Result<()> {
        self.store_token_cancelable(token, &Cancel::new())?;
        Ok(())
    }

    /// As [`store_token`](Self::store_token), with an answer of the platform as it came
    /// ([`Token::from_answer`]). Without `obtained_ms` it counts as given just now.
    ///
    /// # Errors
    /// See [`Token::from_answer`] and [`store_token`](Self::store_token);
    /// [`ErrorKind::Canceled`](crate::ErrorKind::Canceled) when `cancel` was set before the store was free.
    pub fn store_answer_cancelable(
        &self,
        answer: &str,
        obtained_ms: Option<i64>,
        cancel: &Cancel,
    ) -> Result<TokenStatus> {
        let shared = &*self.shared;
        let obtained_ms = obtained_ms.unwrap_or_else(|| shared.clock.now_ms());
        let token = Token::from_answer(shared.credentials.app_key(), answer, obtained_ms)?;
        let token = self.store_token_cancelable(token, cancel)?;
        Ok(token.status(shared.clock.now_ms()))
    }

    fn store_token_cancelable(&self, token: Token, cancel: &Cancel) -> Result<&Token> {
        if !token.is_of(self.shared.credentials.app_key()) {
            return Err(Error::config("token", "is a pair of another app key"));
        }
        self.shared.authorize(cancel, || Ok(token))
    }
}

impl Shared {
    fn keeper(&self) -> Result<&Keeper> {
        let keeper = self.keeper.as_ref();
        keeper.ok_or_else(|| Error::config("token_store", "expected one for this client"))
    }

    /// Stores what `create` gets.
    fn authorize(&self, cancel: &Cancel, create: impl FnOnce() -> Result<Token>) -> Result<&Token> {
        let token = self.keeper()?.authorize(&self.patience(cancel), create)?;
        self.learn_account(token);
        Ok(token)
    }

    pub(in crate::client) fn patience<'a>(&'a self, cancel: &'a Cancel) -> Patience<'a> {
        Patience {
            clock: &*self.clock,
            cancel,
            until: self.clock.elapsed() + self.config.deadline,
        }
    }

    /// A newer pair than `used`.
    pub(in crate::client) fn renew<'a>(
        &'a self,
        keeper: &'a Keeper,
        used: &Token,
        cause: Cause,
        patience: &Patience<'_>,
    ) -> Result<&'a Token> {
        let token = keeper.renew(used, cause, patience, |token| {
            self.refresh(token, patience.cancel)
        })?;
        self.learn_account(token);
        Ok(token)
    }

    pub(in crate::client) fn refresh(&self, token: &Token, cancel: &Cancel) -> Result<Token> {
        let secret = token.refresh_token().map_or("", Secret::expose);
        let args = Args::new().set("refresh_token", secret);
        self.pair(&table::REFRESH_ACCESS_TOKEN, args, cancel)
    }

    fn create(&self, code: &str, cancel: &Cancel) -> Result<Token> {
        let args = Args::new().set("code", code);
        let pair = self.pair(&table::GENERATE_ACCESS_TOKEN, args, cancel);
        // The platform may repeat the code it refuses.
        pair.map_err(|error| error.map_texts(|text| redact::without(text, &[code])))
    }

    fn pair(&self, api: &'static Api, args: Args, cancel: &Cancel) -> Result<Token> {
        // Lives count from before the request: the platform's count began no earlier.
        let obtained_ms = self.clock.now_ms();
        let request = Request::new(api, args)?;
        let call = Call::new(self, request.path(), request.effect(), cancel).uninterrupted();
        let reply = self.finish(&request, &call)?;
        let token = Token::read(self.credentials.app_key(), reply.raw(), obtained_ms);
        token.map_err(|error| {
            let ids = reply.evidence();
            let error = error
                .with_api(request.path())
                .with_request_id(ids.request_id.clone());
            error.executed_is(Executed::Unknown)
        })
    }
}
