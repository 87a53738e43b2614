"""The command `lazcore doctor`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pairs import store_pair

import lazcore
from lazcore.testing import Sandbox

Run = Callable[..., "subprocess.CompletedProcess[str]"]

NOBODY = "http://127.0.0.1:9/rest"


def checks(run: Run, **changes: str | None) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code and what was found, by check."""
    done = run("doctor", "--json", **changes)
    told = json.loads(done.stdout)
    assert told["ok"] == (done.returncode == 0), done.stdout
    return done.returncode, {check["check"]: check for check in told["checks"]}


def verdicts(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: check["verdict"] for name, check in found.items()}


def test_all_is_well(run: Run, sandbox: Sandbox) -> None:
    done = run("doctor")
    assert done.returncode == 0, done.stdout
    header, *lines = done.stdout.splitlines()
    assert header == "verdict,check,message,advice"
    assert [line.split(",")[:2] for line in lines] == [
        ["ok", "credentials"],
        ["ok", "gateway"],
        ["ok", "clock"],
        ["ok", "keys"],
        ["ok", "token"],
        ["ok", "account"],
    ]
    assert "SG-" in lines[-1]
    assert len(sandbox.calls()) == 3


def test_nothing_is_known(run: Run) -> None:
    nothing = dict.fromkeys(
        ("LAZADA_GATEWAY", "LAZADA_APP_KEY", "LAZADA_APP_SECRET", "LAZADA_ACCESS_TOKEN")
    )
    code, found = checks(run, **nothing)
    assert code == 1
    assert verdicts(found) == {"credentials": "fail", "gateway": "skip", "keys": "skip"}
    assert "LAZADA_APP_KEY, LAZADA_APP_SECRET, LAZADA_COUNTRY" in found["credentials"]["advice"]


def test_keys_are_missing(run: Run, sandbox: Sandbox) -> None:
    code, found = checks(run, LAZADA_APP_SECRET=None)
    assert code == 1
    assert verdicts(found) == {
        "credentials": "fail",
        "gateway": "ok",
        "clock": "ok",
        "keys": "skip",
    }
    assert "app_key" not in found["credentials"]["message"]
    assert all("sign" not in call["params"] for call in sandbox.calls())


def test_a_token_is_missing(run: Run) -> None:
    code, found = checks(run, LAZADA_ACCESS_TOKEN=None)
    assert code == 1
    assert (found["keys"]["verdict"], found["token"]["verdict"]) == ("ok", "fail")
    assert "lazcore auth url" in found["token"]["advice"]


def test_keys_are_wrong(run: Run) -> None:
    for name, code in [
        ("LAZADA_APP_SECRET", "IncompleteSignature"),
        ("LAZADA_APP_KEY", "InvalidAppKey"),
    ]:
        ended, found = checks(run, **{name: "wrong"})
        assert ended == 1
        assert found["keys"]["verdict"] == "fail"
        assert code in found["keys"]["message"]
        assert name in found["keys"]["advice"]
        assert found["token"]["verdict"] == "skip"
        assert "account" not in found


def test_a_token_is_refused(run: Run) -> None:
    code, found = checks(run, LAZADA_ACCESS_TOKEN="another")
    assert code == 1
    assert (found["keys"]["verdict"], found["token"]["verdict"]) == ("ok", "fail")
    assert "IllegalAccessToken" in found["token"]["message"]
    assert "account" not in found


def test_the_clock_is_off(run: Run, sandbox: Sandbox) -> None:
    sandbox.misbehave("advance_clock", seconds=300)
    code, found = checks(run)
    assert (code, found["clock"]["verdict"]) == (0, "warn")
    assert "behind" in found["clock"]["message"]
    sandbox.misbehave("advance_clock", seconds=-8000)
    code, found = checks(run)
    assert (code, found["clock"]["verdict"], found["keys"]["verdict"]) == (1, "fail", "fail")
    assert "ahead of" in found["clock"]["message"]
    assert "77" in found["clock"]["message"]
    assert "NTP" in found["clock"]["advice"]


def test_nobody_answers(run: Run, sandbox: Sandbox) -> None:
    code, found = checks(run, LAZADA_GATEWAY=NOBODY)
    assert code == 1
    assert verdicts(found) == {
        "credentials": "ok",
        "gateway": "fail",
        "keys": "skip",
        "token": "skip",
    }
    assert "firewall" in found["gateway"]["advice"]
    sandbox.misbehave("raw", status=200, headers={}, body="<html>log in first</html>")
    code, found = checks(run)
    assert (code, found["gateway"]["verdict"]) == (1, "fail")
    assert "between" in found["gateway"]["message"]


def test_settings_that_cannot_be_meant(run: Run, tmp_path: Path) -> None:
    code, found = checks(run, LAZADA_COUNTRY="SG")
    assert (code, found["gateway"]["verdict"]) == (1, "fail")
    code, found = checks(run, LAZADA_CONFIG=str(tmp_path / "none"))
    assert (code, found["credentials"]["verdict"]) == (1, "fail")
    damaged = tmp_path / "damaged.token"
    damaged.write_text("half")
    code, found = checks(run, LAZADA_ACCESS_TOKEN=None, LAZADA_TOKEN_FILE=str(damaged))
    assert (code, found["settings"]["verdict"]) == (1, "fail")


def test_a_token_file(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "seller.token"
    given = {"LAZADA_ACCESS_TOKEN": None, "LAZADA_TOKEN_FILE": str(file)}
    code, found = checks(run, **given)
    assert (code, found["keys"]["verdict"], found["token"]["verdict"]) == (1, "ok", "fail")
    store_pair(sandbox, file)
    code, found = checks(run, **given)
    assert (code, found["token"]["verdict"], found["account"]["verdict"]) == (0, "ok", "ok")
    assert found["token"]["message"] == "fresh, 29 days left, refresh token 179 days"
    file.chmod(0o644)
    code, found = checks(run, **given)
    assert (code, found["token"]["verdict"]) == (0, "warn")
    assert "chmod 600" in found["token"]["advice"]
    store_pair(sandbox, tmp_path / "old.token", refresh_expires_in=3 * 86_400)
    code, found = checks(run, **{**given, "LAZADA_TOKEN_FILE": str(tmp_path / "old.token")})
    assert (code, found["token"]["verdict"]) == (0, "warn")
    store_pair(sandbox, tmp_path / "dead.token", store=1, age_days=190)
    code, found = checks(run, **{**given, "LAZADA_TOKEN_FILE": str(tmp_path / "dead.token")})
    assert (code, found["token"]["verdict"]) == (1, "fail")
    assert "lazcore auth" in found["token"]["advice"]


class TwoHosts(lazcore.Client):
    """A client of a country, whose token calls go to a host of their own."""

    def _has_auth_host(self) -> bool:
        return True


def test_the_host_of_token_calls(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from lazcore.cli import doctor

    for name in ("LAZADA_APP_KEY", "LAZADA_APP_SECRET", "LAZADA_COUNTRY", "LAZADA_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("LAZADA_GATEWAY", sandbox.url)
    monkeypatch.setattr(lazcore, "Client", TwoHosts)
    sandbox.misbehave("drop_before", path="/auth/token/create")
    found = {check.check: check.verdict for check in doctor.Checkup().run()}
    assert (found["gateway"], found["token host"], found["clock"]) == ("ok", "fail", "ok")
