"""The client: the native one, with the APIs in groups."""

from __future__ import annotations

from lazcore import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

    from lazcore._api import Seller
    from lazcore.groups import Auth, Fulfillment, Orders

__all__ = ["Client"]


class Client(_native.Client):
    """Calls the gateway for one account.

    Any number of threads may use one client at once; after a fork, parent and child both go on with
    it. Nothing is sent, and no file read but `ca_file`, before the first call. APIs stand in groups
    (`client.orders.get_order(...)`); `call` takes them by name, `request` by path.

    Args:
        app_key: The app's key.
        app_secret: Its secret.
        country: SG, MY, TH, VN, PH or ID, for the gateway of that country.
        gateway: In place of a country: the gateway's URL, which ends in /rest.
        access_token: The seller's token, for hosts that refresh it themselves.
        token_file: In place of a token: the file of a pair, refreshed and kept in time.
        token_store: In place of a file: a `TextStore`, or an object as `TokenStore` describes.
        account: The store's key in outcomes, exports and file names; told by the token if left out.
        connect_timeout: Seconds until a connection stands: look-up, TCP and TLS.
        response_timeout: Seconds from the sent request to the head of the answer.
        total_timeout: Seconds of one attempt, as a whole.
        deadline: Seconds of one call with its attempts and the waits between them.
        ca_file: PEM file of certificates to trust besides the built-in ones, for proxies that
            re-sign TLS.
        proxy: URL of a proxy, or `environment` for what HTTPS_PROXY and its kin say; none
            if left out.
        allow_plain_http: Whether `gateway` may be an http URL: for the sandbox.
        max_body: The largest answer in bytes, 64 MiB if left out.
        max_attempts: The most attempts of a call that may be repeated.
        rate_per_path: Ceiling in calls a second for one path and account, 200 if left out; 0 for
            none. The pace below it starts at 50, grows while nothing is refused, and falls when
            Lazada limits calls.
        rate_per_account: Likewise for one account, 400 if left out.
        call_log: A file that gets a line of JSON per call, without secrets, to quote to support.

    Raises:
        ConfigError: A setting is wrong; `field` names it.
    """

    @classmethod
    def from_env(cls, **settings: Any) -> Self:
        """A client with the settings of the environment, the ones that the command uses.

        `LAZADA_APP_KEY`, `LAZADA_APP_SECRET`, `LAZADA_COUNTRY` or `LAZADA_GATEWAY`, and
        `LAZADA_ACCESS_TOKEN` or `LAZADA_TOKEN_FILE`; `LAZADA_CONFIG` names a private file that
        holds them instead (`docs/cli.md`). No other file is looked at.

        Args:
            **settings: Settings of `Client`, in place of those of the environment.

        Raises:
            ConfigError: A variable that is needed is missing: the error names it.
        """
        from lazcore import environment

        return cls(**environment.client_settings(settings))

    @property
    def auth(self) -> Auth:
        """The token pair: authorization, exchange of the code, refresh and status."""
        from lazcore.groups import Auth

        return Auth(self)

    @property
    def fulfillment(self) -> Fulfillment:
        """Packing, labels and the handover to the carrier; `run` does all of it."""
        from lazcore.groups import Fulfillment

        return Fulfillment(self)

    @property
    def orders(self) -> Orders:
        """Order headers, their items and invoice numbers; `pull` reads a whole window."""
        from lazcore.groups import Orders

        return Orders(self)

    @property
    def seller(self) -> Seller:
        """The seller behind a token."""
        from lazcore._api import Seller

        return Seller(self)
