"""What the tests share: sandboxes, clients, and scripts run in a process of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import lazcore
from lazcore.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# What a shell starts in the background is deaf to Ctrl-C, and so would be all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture
def environment() -> dict[str, str | None]:
    """What a module's commands find in their environment besides the sandbox's credentials."""
    return {}


@pytest.fixture
def settings(
    sandbox: Sandbox, tmp_path: Path, environment: dict[str, str | None]
) -> dict[str, str]:
    """The environment of a user of the sandbox."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAZADA_")}
    merged: dict[str, str | None] = {
        **kept,
        "XDG_CONFIG_HOME": str(tmp_path),
        "LAZADA_GATEWAY": sandbox.url,
        "LAZADA_APP_KEY": sandbox.app_key,
        "LAZADA_APP_SECRET": sandbox.app_secret,
        "LAZADA_ACCESS_TOKEN": sandbox.access_token,
        **environment,
    }
    return {name: value for name, value in merged.items() if value is not None}


@pytest.fixture
def run(
    settings: dict[str, str], sandbox: Sandbox
) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs the command; afterwards nothing it printed may hold a secret."""
    printed: list[str] = []

    def start(
        *arguments: str, stdin: str | None = None, **changes: str | None
    ) -> subprocess.CompletedProcess[str]:
        merged: dict[str, Any] = {**settings, **changes}
        env = {name: value for name, value in merged.items() if value is not None}
        done = subprocess.run(
            [sys.executable, "-m", "lazcore", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env=env,
            timeout=180,
            check=False,
        )
        printed.extend((done.stdout, done.stderr))
        return done

    yield start
    for text in printed:
        for secret in (sandbox.app_secret, *sandbox.access_tokens, *sandbox.refresh_tokens):
            assert secret not in text
        assert "Traceback" not in text
