"""`lazcore serve-stdio`: lines of JSON in and out, as docs/serve-stdio.md says."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import lazcore
from lazcore.cli.serve_operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lazcore.testing import Sandbox

PAGE = Path(__file__).parents[2] / "docs" / "serve-stdio.md"


class Served:
    """A process of the command, and what it printed."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lazcore", "serve-stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        self.number = 0

    def send(self, **request: Any) -> None:
        self.write(json.dumps(request).encode())

    def write(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def ask(self, op: str, **members: Any) -> dict[str, Any]:
        """The whole answer of a request."""
        self.number += 1
        self.send(id=self.number, op=op, **members)
        answer = self.receive()
        assert answer["id"] == self.number
        return answer

    def get(self, op: str, **members: Any) -> Any:
        """What a request that succeeds is answered."""
        answer = self.ask(op, **members)
        assert "error" not in answer, answer
        return answer["ok"]

    def fail(self, op: str, **members: Any) -> dict[str, Any]:
        """The error of a request that fails."""
        error: dict[str, Any] = self.ask(op, **members)["error"]
        return error


@pytest.fixture
def served(settings: dict[str, str], sandbox: Sandbox) -> Iterator[Served]:
    """A process with the sandbox's credentials in its environment, which says nothing secret."""
    one = Served(settings)
    yield one
    _, errors = one.process.communicate(timeout=180)
    for secret in (sandbox.app_secret, *sandbox.access_tokens, *sandbox.refresh_tokens):
        assert secret.encode() not in errors
    assert b"Traceback" not in errors
    assert one.process.returncode == 0


def settings_of(sandbox: Sandbox) -> dict[str, Any]:
    return {
        "app_key": sandbox.app_key,
        "app_secret": sandbox.app_secret,
        "gateway": sandbox.url,
        "access_token": sandbox.access_token,
        "account": "store",
    }


def test_a_program_that_speaks_another_protocol_is_told(served: Served) -> None:
    assert served.get("hello", protocol=1) == {"version": lazcore.__version__, "protocol": 1}
    error = served.fail("hello", protocol=99)
    assert (error["kind"], error["field"], error["status"]) == ("config", "protocol", 1)


def test_calls_and_answers(served: Served, sandbox: Sandbox) -> None:
    client = served.get("client", settings=settings_of(sandbox))
    assert served.get("account", client=client) == "store"
    answer = served.get("call", client=client, name="GetSeller", params="{}")
    seller = json.loads(answer["json"])
    assert json.loads(answer["evidence"])["api"] == "/seller/get"
    assert answer["failed_rows"] == "[]"
    number = answer["answer"]
    assert served.get("text", answer=number, pointer="/seller_id") == seller["seller_id"]
    body = json.loads(served.get("body", answer=number))
    assert body["request_id"] == answer["request_id"]
    # Freed with the next line, whatever it asks.
    assert served.get("hello", protocol=1, free=[number])
    assert served.fail("body", answer=number)["field"] == "answer"
    raw = served.get("request", client=client, method="GET", path="/seller/get", params="{}")
    assert json.loads(raw["json"]) == seller


def test_credentials_of_the_environment(served: Served, sandbox: Sandbox) -> None:
    client = served.get("client", settings={})
    assert served.get("call", client=client, name="GetSeller", params="{}")["request_id"]


def test_errors_have_the_members_of_the_table(served: Served, sandbox: Sandbox) -> None:
    client = served.get("client", settings=settings_of(sandbox))
    sandbox.misbehave("raw", body='{"code":"IllegalAccessToken","request_id":"r9"}')
    error = served.fail("call", client=client, name="GetSeller", params="{}")
    assert (error["kind"], error["status"], error["code"]) == ("auth", 202, "IllegalAccessToken")
    assert (error["request_id"], error["executed"], error["http_status"]) == ("r9", "no", 200)
    assert error["api"] == "/seller/get"
    assert json.loads(error["answer"])["code"] == "IllegalAccessToken"
    error = served.fail("call", client=client, name="GetOrder", params='{"order": 1}')
    assert (error["kind"], error["field"]) == ("input", "order")
    error = served.fail("client", settings={**settings_of(sandbox), "max_depth": 5})
    assert (error["kind"], error["field"]) == ("config", "max_depth")
    assert served.fail("client", settings={**settings_of(sandbox), "proxy": 5})["kind"] == "config"


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"[1]",
        b"5",
        b"{}",
        b'{"id":1}',
        b'{"id":1,"op":["sign"]}',
        b'{"id":1,"op":"sign","secret":"hush"}',
        b'{"id":1,"op":"sign","secret":"hush","path":"/x","params":"[]"}',
        b'{"id":1,"op":"sign","secret":"hush","path":"/x","params":"{"}',
        b'{"id":1,"op":"sign","secret":"hush","path":"/x","params":5}',
        b'{"id":1,"op":"next","job":77}',
        b'{"id":1,"op":"next","job":[]}',
        b'{"id":1,"op":"hello","protocol":1,"free":5}',
        b'{"id":1,"op":"read","name":null,"status":200,"headers":{},"body":"%"}',
        b"\xff\xfe",
    ],
)
def test_what_cannot_be_read_is_an_error_and_not_the_end(served: Served, line: bytes) -> None:
    served.write(line)
    error = served.receive()["error"]
    assert error["kind"] in ("input", "decode")
    assert "hush" not in json.dumps(error)
    assert served.get("hello", protocol=1)


def test_numbers_count_to_the_letter(served: Served) -> None:
    for amount in ("1.50", "12345678901234567.890", "18446744073709551617"):
        signed = served.get("sign", secret="s", path="/x", params=f'{{"a":{amount}}}')
        assert signed == lazcore.sign("s", "/x", {"a": amount})
    body = base64.b64encode(b'{"code":"0","n":35.10}').decode()
    answer = served.get("read", name=None, status=200, headers={}, body=body)
    assert '"n":35.10' in answer["json"]


def test_a_job_tells_its_events(served: Served, sandbox: Sandbox) -> None:
    client = served.get("client", settings=settings_of(sandbox))
    options = json.dumps({"created_after": sandbox.created_after, "with_items": True})
    job = served.get("job", client=client, kind="pull", options=options)
    events = []
    while (event := served.get("next", job=job)) is not None:
        events.append(json.loads(event))
    assert [event["event"] for event in events].count("row") == 30
    assert events[-1]["event"] == "done"
    assert served.get("cursor", job=job)
    assert served.get("close", job=job) is None
    error = served.fail("job", client=client, kind="pull", options='{"created_after": "x"}')
    assert error["field"] == "created_after"
    assert served.fail("job", client=client, kind="dance", options="{}")["field"] == "kind"


def test_a_job_is_canceled_while_it_waits(served: Served, sandbox: Sandbox) -> None:
    client = served.get("client", settings=settings_of(sandbox))
    options = json.dumps({"created_after": sandbox.created_after})
    job = served.get("job", client=client, kind="pull", options=options)
    sandbox.misbehave("stall", path="/orders/get")
    served.send(id=100, op="next", job=job)
    wait_for(sandbox, "/orders/get")
    start = time.monotonic()
    served.send(op="cancel", job=job)
    answer = served.receive()
    assert (answer["id"], answer["error"]["kind"]) == (100, "canceled")
    assert time.monotonic() - start < 15
    # A job that is not there is nothing to answer.
    served.send(op="cancel", job=77)
    assert served.get("hello", protocol=1)


def test_a_refreshed_pair_is_handed_over(served: Served, sandbox: Sandbox) -> None:
    store = served.get("store", text=None)
    settings = settings_of(sandbox)
    del settings["access_token"]
    client = served.get("client", settings=settings, store=store)
    assert served.get("token_status", client=client) is None
    answer = served.ask("exchange_code", client=client, code=sandbox.auth_codes[0])
    assert json.loads(answer["ok"])["state"] == "fresh"
    text = answer["changed"][str(store)]
    assert served.get("store_text", store=store) == text
    assert "changed" not in served.ask("token_status", client=client)
    sandbox.misbehave("expire_token", path="/seller/get")
    answer = served.ask("call", client=client, name="GetSeller", params="{}")
    assert answer["changed"][str(store)] != text


@pytest.mark.parametrize("how", ["close", "quit", "kill"])
def test_the_end_of_the_input_ends_what_waits(served: Served, sandbox: Sandbox, how: str) -> None:
    client = served.get("client", settings=settings_of(sandbox))
    sandbox.misbehave("stall", path="/seller/get")
    served.send(id=100, op="call", client=client, name="GetSeller", params="{}")
    wait_for(sandbox, "/seller/get")
    assert served.process.stdin is not None
    if how == "quit":
        served.send(op="quit")
    else:
        served.process.stdin.close()
        served.process.stdin = None
    if how == "kill" and served.process.stdout is not None:
        # As when the program is gone: nobody reads.
        served.process.stdout.close()
        served.process.stdout = None
    start = time.monotonic()
    assert served.process.wait(timeout=60) == 0
    assert time.monotonic() - start < 15


def test_ctrl_c_is_left_to_the_program(served: Served) -> None:
    import signal

    assert served.get("hello", protocol=1)
    served.process.send_signal(signal.SIGINT)
    assert served.get("hello", protocol=1)


def test_the_page_lists_every_operation() -> None:
    listed = re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert sorted(listed) == sorted([*OPERATIONS, "cancel", "quit"])


def wait_for(sandbox: Sandbox, path: str) -> None:
    """Until a call has arrived."""
    for _ in range(3000):
        if sandbox.calls(path):
            return
        time.sleep(0.01)
    raise AssertionError(f"no call of {path}")
