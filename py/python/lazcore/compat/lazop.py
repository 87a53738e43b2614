"""The names of the official SDK over lazcore: an existing script changes its import alone.

    from lazcore.compat.lazop import LazopClient, LazopRequest

    client = LazopClient("https://api.lazada.sg/rest", app_key, app_secret)
    request = LazopRequest("/order/get", "GET")
    request.add_api_param("order_id", "1234")
    response = client.execute(request, access_token)
    print(response.code, response.body)

What the platform refuses is a response with its code, as before; what gets no answer is raised, as
`lazcore.LazadaError`. docs/migration.md lists what differs.
"""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from typing import Any

import lazcore
from lazcore import _native

__all__ = [
    "P_API_AUTHORIZATION_URL",
    "P_API_GATEWAY_URL_ID",
    "P_API_GATEWAY_URL_MY",
    "P_API_GATEWAY_URL_PH",
    "P_API_GATEWAY_URL_SG",
    "P_API_GATEWAY_URL_TH",
    "P_API_GATEWAY_URL_VN",
    "P_LOG_LEVEL_DEBUG",
    "P_LOG_LEVEL_ERROR",
    "P_LOG_LEVEL_INFO",
    "LazopClient",
    "LazopRequest",
    "LazopResponse",
    "sign",
]

P_API_GATEWAY_URL_SG = "https://api.lazada.sg/rest"
P_API_GATEWAY_URL_MY = "https://api.lazada.com.my/rest"
P_API_GATEWAY_URL_VN = "https://api.lazada.vn/rest"
P_API_GATEWAY_URL_TH = "https://api.lazada.co.th/rest"
P_API_GATEWAY_URL_PH = "https://api.lazada.com.ph/rest"
P_API_GATEWAY_URL_ID = "https://api.lazada.co.id/rest"
P_API_AUTHORIZATION_URL = "https://auth.lazada.com/rest"

P_LOG_LEVEL_DEBUG = "DEBUG"
P_LOG_LEVEL_INFO = "INFO"
P_LOG_LEVEL_ERROR = "ERROR"

# Each token has a client of its own, with connections; the least used give way.
_CLIENTS = 32
_SYSTEM = frozenset({"app_key", "sign_method", "timestamp", "partner_id", "sign", "debug"})


def sign(secret: str, api: str, parameters: dict[str, Any]) -> str:
    """The signature of `api` with these parameters, system parameters included."""
    return lazcore.sign(secret, api, {name: _text(value) for name, value in parameters.items()})


class LazopRequest:
    """A call: its path, its method, its parameters and files."""

    def __init__(self, api_pame: str, http_method: str = "POST") -> None:
        self._api_params: dict[str, Any] = {}
        self._file_params: dict[str, Any] = {}
        self._api_pame = api_pame
        self._http_method = http_method

    def add_api_param(self, key: str, value: Any) -> None:
        """A parameter. Lists and dicts are sent as JSON; None and blank texts are left out."""
        self._api_params[key] = value

    def add_file_param(self, key: str, value: Any) -> None:
        """A file: bytes, an open binary file, or a tuple of file name, content and content type."""
        self._file_params[key] = value


class LazopResponse:
    """What the platform said: `code` is the text "0" for success, `body` the whole answer."""

    def __init__(self) -> None:
        self.type: str | None = None
        self.code: str | None = None
        self.message: str | None = None
        self.request_id: str | None = None
        self.body: Any = None

    def __str__(self) -> str:
        return (
            f"type={self.type} code={self.code} message={self.message} requestId={self.request_id}"
        )


class LazopClient:
    """Executes calls. Any number of threads may use one client.

    Args:
        server_url: A gateway, such as `P_API_GATEWAY_URL_SG`.
        app_key: The app's key.
        app_secret: The app's secret.
        timeout: Seconds until an answer begins.
        settings: Further settings of `lazcore.Client`.
    """

    #: Accepted and without effect: nothing is logged that holds a token.
    log_level = P_LOG_LEVEL_ERROR

    def __init__(
        self,
        server_url: str,
        app_key: str,
        app_secret: str,
        timeout: float = 30,
        **settings: Any,
    ) -> None:
        self._settings = {"gateway": server_url, "response_timeout": timeout, **settings}
        self._app_key = app_key
        self._app_secret = app_secret
        self._clients: OrderedDict[str | None, _native.Client] = OrderedDict()
        self._lock = threading.Lock()
        # Wrong settings are told here rather than at the first call.
        self._client(None)

    def execute(self, request: LazopRequest, access_token: str | None = None) -> LazopResponse:
        """Makes the call.

        Reads are repeated as `lazcore.Client` does it; a write whose answer is lost is not.

        Raises:
            lazcore.LazadaError: No answer, or none that is JSON; parameters that cannot be sent.
        """
        params = {name: _value(value) for name, value in request._api_params.items()}
        token = params.pop("access_token", None) or access_token
        for name in _SYSTEM & params.keys():
            del params[name]
        path = "/" + request._api_pame.lstrip("/")
        files: dict[str, Any] = {
            name: _file(name, value) for name, value in request._file_params.items()
        }
        method = "POST" if files else request._http_method.upper()
        client = self._client(token or None)
        try:
            reply = client.request(method, path, params, files=files)
        except lazcore.LazadaError as error:
            if error.answer is None:
                raise
            return _response(error.answer)
        return _response(reply.body)

    def _client(self, token: str | None) -> _native.Client:
        with self._lock:
            client = self._clients.get(token)
            if client is None:
                client = _native.Client(
                    self._app_key, self._app_secret, access_token=token, **self._settings
                )
                self._clients[token] = client
                if len(self._clients) > _CLIENTS:
                    self._clients.popitem(last=False)
            self._clients.move_to_end(token)
            return client


def _response(answer: str) -> LazopResponse:
    response = LazopResponse()
    response.body = json.loads(answer)
    for name in ("type", "code", "message", "request_id"):
        setattr(response, name, response.body.get(name))
    return response


def _text(value: Any) -> str:
    """The text that the official SDK would send, but for truth values, lists and dicts."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _value(value: Any) -> str | None:
    return None if value is None else _text(value)


def _file(name: str, value: Any) -> tuple[str, bytes, str]:
    """As `requests` takes files: content, or a tuple of file name, content and content type."""
    file_name, content_type = None, None
    if isinstance(value, (tuple, list)):
        file_name, value, content_type = (*value, None, None)[:3]
    if file_name is None:
        path = getattr(value, "name", None)
        file_name = os.path.basename(path) if isinstance(path, str) else name
    content = value.read() if hasattr(value, "read") else value
    if isinstance(content, str):
        content = content.encode()
    return str(file_name), bytes(content), content_type or "application/octet-stream"
