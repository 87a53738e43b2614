"""What the tests share: sandboxes, clients, and scripts run in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import lazcore
from lazcore.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small gateway of the test's own."""
    with Sandbox(orders=30, seed=1) as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> lazcore.Client:
    """A client of its first store."""
    return sandbox.client(account="store")


@pytest.fixture
def answer() -> Callable[..., lazcore.Reply]:
    """Reads a payload as the answer of GetOrder, without any connection."""

    def read(payload: str, api: str = "GetOrder") -> lazcore.Reply:
        body = f'{{"code":"0","request_id":"r1","data":{payload}}}'
        return lazcore.read(api, 200, {"Content-Type": "application/json"}, body.encode())

    return read


@pytest.fixture(scope="session")
def official_sdk(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The official SDK. It makes a folder for its log in the home directory when it is imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        import lazop_sdk

    return lazop_sdk


@pytest.fixture
def script() -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a Python program; its text is given. None outlives its test."""
    started = []

    def start(text: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", text],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
