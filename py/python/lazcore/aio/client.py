"""The client of event loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lazcore
from lazcore.aio import groups
from lazcore.aio.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from lazcore._native import Account, Probe, Reply

__all__ = ["Client"]


class Client:
    """Calls the gateway for one account, from any number of tasks and event loops.

    Takes the settings of `lazcore.Client`. Every call runs in the core on a thread of this client;
    calls beyond the number of threads wait for their turn. Canceling a task, or `asyncio.timeout`,
    ends its call; when that was a write that may have been executed, the CancelledError has an
    IndeterminateError as its cause.

    Args:
        app_key: The app's key.
        app_secret: Its secret.
        country: SG, MY, TH, VN, PH or ID; or else `gateway`.
        threads: The most calls at a time.
        **settings: See `lazcore.Client`.
    """

    def __init__(
        self,
        app_key: str,
        app_secret: str,
        country: str | None = None,
        *,
        threads: int = 32,
        **settings: Any,
    ) -> None:
        self._threads = Threads(threads)
        self._client = lazcore.Client(app_key, app_secret, country, **settings)

    @classmethod
    def from_env(cls, *, threads: int = 32, **settings: Any) -> Client:
        """A client with the settings of the environment: see `lazcore.Client.from_env`."""
        return cls.of(lazcore.Client.from_env(**settings), threads=threads)

    @classmethod
    def of(cls, client: lazcore.Client, *, threads: int = 32) -> Client:
        """The asynchronous face of a client, which shares its pace, tokens and connections."""
        face = cls.__new__(cls)
        face._threads = Threads(threads)
        face._client = client
        return face

    @property
    def client(self) -> lazcore.Client:
        """The client without asyncio, for threads."""
        return self._client

    @property
    def app_key(self) -> str:
        """The app."""
        return self._client.app_key

    @property
    def account(self) -> str:
        """The key of the account in outcomes, exports and file names."""
        return self._client.account

    @property
    def auth(self) -> groups.Auth:
        """The token pair: authorization, exchange of the code, refresh and status."""
        return groups.Auth(self._client.auth, self._threads)

    @property
    def fulfillment(self) -> groups.Fulfillment:
        """Packing, labels and the handover to the carrier; `run` does all of it."""
        return groups.Fulfillment(self._client.fulfillment, self._threads)

    @property
    def orders(self) -> groups.Orders:
        """Order headers, their items and invoice numbers; `pull` reads a whole window."""
        return groups.Orders(self._client.orders, self._threads)

    @property
    def seller(self) -> groups.Seller:
        """The seller behind a token."""
        return groups.Seller(self._client.seller, self._threads)

    async def call(
        self, name: str, params: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> Reply:
        """Makes a call by the API's name, such as `Pack`."""
        client = self._client
        return await self._threads.run(lambda: client.call(name, params, **keywords))

    async def call_with_unknown_params(
        self, name: str, params: Mapping[str, Any] | None = None, /, **keywords: Any
    ) -> Reply:
        """As `call`, but parameters that the catalogue does not know are sent too."""
        call = self._client.call_with_unknown_params
        return await self._threads.run(lambda: call(name, params, **keywords))

    async def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        effect: Literal["read", "set", "act"] | None = None,
        files: dict[str, bytes | tuple[str, bytes] | tuple[str, bytes, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Makes a call by method and path: see `lazcore.Client.request`."""
        request = self._client.request
        return await self._threads.run(
            lambda: request(method, path, params, effect=effect, files=files, headers=headers)
        )

    async def resolve_account(self) -> Account:
        """The account behind the token, asked for once and remembered."""
        return await self._threads.run(self._client.resolve_account)

    async def probe(self, host: Literal["api", "auth"] = "api") -> Probe:
        """Looks at the gateway without keys: whether it answers, and its time."""
        return await self._threads.run(lambda: self._client.probe(host))

    async def close(self) -> None:
        """Ends the threads. Calls under way come to their end; a later one begins threads anew."""
        self._threads.end()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<aio.{repr(self._client)[1:]}"
