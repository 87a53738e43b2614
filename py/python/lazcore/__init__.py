"""lazcore: the Lazada Open Platform (LazOP) as one typed library.

with lazcore.Client(app_key, app_secret, country="SG", access_token=token) as client:
    for order in client.orders.pull(created_after="2026-11-01T00:00:00+08:00", with_items=True):
        print(order.order_id, order.price, order.statuses)
"""

from lazcore._native import (
    BadRow,
    Done,
    Evidence,
    FailedRow,
    HttpRequest,
    Notice,
    Outcome,
    Progress,
    PulledOrder,
    Record,
    Reply,
    Time,
    __version__,
    authorization_url,
    prepare,
    read,
    sign,
)
from lazcore.client import Client
from lazcore.errors import (
    ApiError,
    AuthError,
    CanceledError,
    ConfigError,
    DecodeError,
    ForkedError,
    IndeterminateError,
    InputError,
    InternalError,
    IoError,
    LazadaError,
    ThrottledError,
    TimeoutError,
    TransportError,
)
from lazcore.jobs import FulfillmentRun, OrderPull
from lazcore.signing import SignatureExplanation, SignatureMistake, explain_signature

__all__ = [
    "ApiError",
    "AuthError",
    "BadRow",
    "CanceledError",
    "Client",
    "ConfigError",
    "DecodeError",
    "Done",
    "Evidence",
    "FailedRow",
    "ForkedError",
    "FulfillmentRun",
    "HttpRequest",
    "IndeterminateError",
    "InputError",
    "InternalError",
    "IoError",
    "LazadaError",
    "Notice",
    "OrderPull",
    "Outcome",
    "Progress",
    "PulledOrder",
    "Record",
    "Reply",
    "SignatureExplanation",
    "SignatureMistake",
    "ThrottledError",
    "Time",
    "TimeoutError",
    "TransportError",
    "__version__",
    "authorization_url",
    "explain_signature",
    "prepare",
    "read",
    "sign",
]
