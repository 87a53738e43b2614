"""The exceptions of lazcore. All of them derive from `LazadaError`."""

from __future__ import annotations

__all__ = [
    "ApiError",
    "AuthError",
    "CanceledError",
    "ConfigError",
    "DecodeError",
    "ForkedError",
    "IndeterminateError",
    "InputError",
    "InternalError",
    "IoError",
    "LazadaError",
    "ThrottledError",
    "TimeoutError",
    "TransportError",
]


class LazadaError(Exception):
    """What went wrong, with everything that helps to act on it. Holds no secret or token."""

    #: One line for a person, without what `str()` adds to it.
    message: str = ""
    #: Lazada's code, as text: the list is open and grows.
    code: str | None = None
    #: What to quote to Lazada's support.
    request_id: str | None = None
    #: The gateway's second id of the call.
    trace_id: str | None = None
    #: HTTP status, when there was an answer.
    http_status: int | None = None
    #: Whether the same call can succeed later without a change.
    retryable: bool = False
    #: "no", or "unknown": then read the state back before a write is sent again.
    executed: str = "no"
    #: The parameter, setting or reply field concerned.
    field: str | None = None
    #: The path of the API that was called.
    api: str | None = None
    #: How many times the request was tried; 0 when it never came that far.
    attempts: int = 0
    #: The account of the call.
    account: str | None = None
    #: The answer that was judged a failure, as JSON: more than code and message, data of buyers
    #: included. `str()` and `repr()` do not show it.
    answer: str | None = None


class ConfigError(LazadaError):
    """The client's settings: keys, gateway, certificate file, proxy."""


class InputError(LazadaError, ValueError):
    """A parameter of this call; `field` names it. Nothing was sent."""


class CanceledError(LazadaError):
    """The caller canceled."""


class ForkedError(LazadaError):
    """A job is used in a forked child of the process that began it."""


class IoError(LazadaError):
    """A file of this machine could not be read or written."""


class TransportError(LazadaError):
    """No answer: look-up, connection, TLS or a broken exchange of a call without side effects."""


class TimeoutError(TransportError):
    """No answer in time, for a call without side effects or before anything was sent."""


class IndeterminateError(LazadaError):
    """A write that may or may not have been executed. Look before sending it again."""


class DecodeError(LazadaError):
    """An answer that cannot be read."""


class ApiError(LazadaError):
    """Lazada refused or failed the call; `code` says why."""


class ThrottledError(ApiError):
    """Lazada limits the rate, and waiting as announced did not help within the call's limits."""


class AuthError(ApiError):
    """Token, app key, signature or permission."""


class InternalError(LazadaError):
    """A defect of this library."""


CLASSES: dict[str, type[LazadaError]] = {
    "config": ConfigError,
    "input": InputError,
    "canceled": CanceledError,
    "forked": ForkedError,
    "io": IoError,
    "transport": TransportError,
    "timeout": TimeoutError,
    "indeterminate": IndeterminateError,
    "decode": DecodeError,
    "api": ApiError,
    "throttled": ThrottledError,
    "auth": AuthError,
    "internal": InternalError,
}


def from_kind(kind: str, text: str, message: str, **details: object) -> LazadaError:
    """The exception of an error of the core; a kind newer than the table is the base class."""
    error = CLASSES.get(kind, LazadaError)(text)
    error.message = message
    for name, value in details.items():
        setattr(error, name, value)
    return error
