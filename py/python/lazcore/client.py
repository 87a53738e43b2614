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
    it. Times are in seconds. See `lazcore._native.Client` for the settings.
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
