"""The raw door: files and headers as they reach a server, and what is known of a path."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

import lazcore
from lazcore.testing import Sandbox


class Listener(BaseHTTPRequestHandler):
    """Remembers what came, and answers that all went well."""

    heard: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        answer = b'{"code":"0","data":{"done":true},"request_id":"1"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listening() -> Iterator[lazcore.Client]:
    Listener.heard.clear()
    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/rest"
        yield lazcore.Client("key", "secret", gateway=url, access_token="token")
        server.shutdown()


def test_headers_and_files_are_sent(listening: lazcore.Client) -> None:
    listening.request(
        "POST",
        "/image/upload",
        {"title": "one"},
        files={"image": ("a.png", b"\0png", "image/png")},
        headers={"X-Trace": "seven"},
    )
    [(headers, body)] = Listener.heard
    assert headers["x-trace"] == "seven"
    assert b"\0png" in body
    assert b"a.png" in body


@pytest.mark.parametrize(
    ("name", "value"), [("Host", "elsewhere"), ("X A", "b"), ("X-A", "b\r\nX-B: c"), ("X-A", "ä")]
)
def test_headers_that_cannot_be_sent_are_refused(
    listening: lazcore.Client, name: str, value: str
) -> None:
    with pytest.raises(lazcore.InputError):
        listening.request("POST", "/image/upload", headers={name: value})
    assert Listener.heard == []


def test_a_path_of_the_catalogue_has_its_effect(sandbox: Sandbox, client: lazcore.Client) -> None:
    sandbox.misbehave("html_502", path="/seller/get", times=1)
    assert client.request("GET", "/seller/get").http_status == 200
    assert len(sandbox.calls("/seller/get")) == 2
    # The gateway refuses the method, and may be asked again all the same: nothing can have changed.
    sandbox.misbehave("html_502", path="/seller/get", times=1)
    with pytest.raises(lazcore.ApiError, match="UnsupportedHTTPMethod"):
        client.request("POST", "/seller/get")
    sandbox.misbehave("html_502", path="/seller/get", times=1)
    with pytest.raises(lazcore.IndeterminateError):
        client.request("GET", "/seller/get", effect="act")
