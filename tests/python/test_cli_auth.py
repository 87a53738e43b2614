"""The commands `lazcore auth ...`."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pairs import store_pair

from lazcore.testing import Sandbox

Run = Callable[..., "subprocess.CompletedProcess[str]"]

REFRESH = "/auth/token/refresh"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The token file that the environment names."""
    return tmp_path / "tokens" / "first.token"


@pytest.fixture
def environment(file: Path) -> dict[str, str | None]:
    """Besides the sandbox's: a token file instead of a token."""
    file.parent.mkdir()
    return {"LAZADA_TOKEN_FILE": str(file), "LAZADA_ACCESS_TOKEN": None}


def rows(text: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(text)
    return told


# url and exchange


def test_an_address_for_the_browser(run: Run, sandbox: Sandbox) -> None:
    done = run("auth", "url", "https://erp.example/back", LAZADA_APP_SECRET=None)
    assert done.returncode == 0, done.stderr
    query = parse_qs(urlsplit(done.stdout.strip()).query)
    assert query["client_id"] == [sandbox.app_key]
    assert done.stderr == f"state: {query['state'][0]}\n"
    again = json.loads(run("auth", "url", "https://erp.example/back", "--json").stdout)
    assert len(again["state"]) >= 32
    assert again["state"] != query["state"][0]
    told = json.loads(run("auth", "url", "https://e.example", "--state", "s1", "--json").stdout)
    assert told["state"] == "s1"
    assert "state=s1" in told["url"]
    missing = run("auth", "url", "https://erp.example/back", LAZADA_APP_KEY=None)
    assert missing.returncode == 2
    assert "LAZADA_APP_KEY" in missing.stderr


def test_a_code_from_standard_input(run: Run, sandbox: Sandbox, file: Path) -> None:
    done = run("auth", "exchange", "--json", stdin=f"{sandbox.auth_codes[0]}\n")
    assert done.returncode == 0, done.stderr
    (row,) = rows(done.stdout)
    assert (row["state"], row["needs_person"]) == ("fresh", False)
    assert row["days_left"] in (29, 30)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("call", "GetSeller").returncode == 0
    spent = run("auth", "exchange", stdin=f"{sandbox.auth_codes[0]}\n")
    assert spent.returncode == 3
    assert sandbox.auth_codes[0] not in spent.stderr + spent.stdout
    assert run("auth", "exchange", stdin="").returncode == 2


def test_a_whole_address_is_held_against_the_state(
    run: Run, sandbox: Sandbox, tmp_path: Path
) -> None:
    code = sandbox.auth_codes[1]
    back = f"https://erp.example/back?code={code}&state=s-1\n"
    other = run("auth", "exchange", "--state", "s-2", stdin=back)
    assert other.returncode == 3
    assert run("auth", "exchange", "--state", "s-1", stdin=f"{code}\n").returncode == 2
    assert run("auth", "exchange", stdin=back).returncode == 2
    ended = "https://erp.example/back?error=access_denied\n"
    refused = run("auth", "exchange", "--state", "s-1", stdin=ended)
    assert refused.returncode == 3
    assert "access_denied" in refused.stderr
    empty = "https://erp.example/back?state=s-1\n"
    assert run("auth", "exchange", "--state", "s-1", stdin=empty).returncode == 2
    assert sandbox.calls("/auth/token/create") == []
    file = tmp_path / "other.token"
    done = run("auth", "exchange", "--state", "s-1", "--token-file", str(file), stdin=back)
    assert done.returncode == 0, done.stderr
    assert "state" not in done.stderr
    assert "MY-" in done.stdout
    assert file.exists()


# status


def test_the_status_of_one_file(run: Run, sandbox: Sandbox, file: Path) -> None:
    absent = run("auth", "status", "--json")
    assert absent.returncode == 6
    assert rows(absent.stdout)[0]["state"] == "absent"
    store_pair(sandbox, file, age_days=31)
    (row,) = rows(run("auth", "status", "--json").stdout)
    assert (row["file"], row["state"], row["days_left"]) == (str(file), "expired", 0)
    assert row["refresh_days_left"] in (148, 149)
    table = run("auth", "status", COLUMNS="200")
    assert table.returncode == 0
    for word in ("first.token", "expired", "148", "refresh_days_left"):
        assert word in table.stdout
    assert run("auth", "status", "--ahead", "150").returncode == 6
    file.write_text("half a pair")
    broken = run("auth", "status")
    assert broken.returncode == 2
    assert "damaged" in " ".join(broken.stdout.split())
    unset = run("auth", "status", LAZADA_TOKEN_FILE=None)
    assert unset.returncode == 2
    assert "LAZADA_TOKEN_FILE" in unset.stderr
    assert sandbox.calls() == []


def test_the_status_of_all_files_of_a_folder(run: Run, sandbox: Sandbox, file: Path) -> None:
    assert run("auth", "status", "--all").returncode == 2
    store_pair(sandbox, file)
    store_pair(sandbox, file.with_name("second.token"), store=1)
    (file.parent / "second.token.lock").touch()
    (file.parent / ".third.token").touch()
    (file.parent / "notes.txt").write_text("not a pair")
    done = run("auth", "status", "--all", "--json")
    assert done.returncode == 0, done.stdout
    assert [Path(row["file"]).name for row in rows(done.stdout)] == ["first.token", "second.token"]
    store_pair(sandbox, file.with_name("old.token"), age_days=179)
    store_pair(sandbox, file.with_name("dead.token"), age_days=181)
    folder = str(file.parent)
    alarm = run("auth", "status", "--folder", folder, "--json", LAZADA_TOKEN_FILE=None)
    assert alarm.returncode == 6
    told = {Path(row["file"]).stem: row for row in rows(alarm.stdout)}
    assert [told[name]["needs_person"] for name in ("first", "second", "old", "dead")] == [
        False,
        False,
        True,
        True,
    ]
    assert told["dead"]["state"] == "refresh_expired"
    file.with_name("dead.token").unlink()
    assert run("auth", "status", "--all", "--ahead", "0").returncode == 0


# refresh


def test_one_pair_is_refreshed(run: Run, sandbox: Sandbox, file: Path) -> None:
    store_pair(sandbox, file, age_days=31)
    done = run("auth", "refresh", "--json")
    assert done.returncode == 0, done.stderr
    assert rows(done.stdout)[0]["state"] == "fresh"
    assert len(sandbox.calls(REFRESH)) == 1
    assert run("auth", "refresh", "--due").returncode == 0
    assert len(sandbox.calls(REFRESH)) == 1
    sandbox.misbehave("drop_after", path=REFRESH)
    assert run("auth", "refresh").returncode == 5


def test_all_pairs_are_refreshed_though_one_is_dead(run: Run, sandbox: Sandbox, file: Path) -> None:
    store_pair(sandbox, file, age_days=31)
    store_pair(sandbox, file.with_name("second.token"), store=1, age_days=31)
    sandbox.misbehave("expire_refresh_token")
    done = run("auth", "refresh", "--all", "--json")
    assert done.returncode == 6
    first, second = rows(done.stdout)
    assert (first["state"], second["state"]) == ("refresh_expired", "fresh")
    assert first["error"]["code"] == "IllegalRefreshToken"
    # What is over is not asked for again.
    again = run("auth", "refresh", "--all")
    assert again.returncode == 6
    assert len(sandbox.calls(REFRESH)) == 3


def test_a_refresh_without_an_answer(run: Run, sandbox: Sandbox, file: Path) -> None:
    store_pair(sandbox, file, age_days=31)
    gone = run("auth", "refresh", LAZADA_GATEWAY="http://127.0.0.1:9/rest")
    assert gone.returncode == 4
    assert "127.0.0.1:9" in " ".join(gone.stdout.split())


# Credentials


def test_a_token_file_of_the_credentials_file(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    store_pair(sandbox, folder / "seller.token")
    config = folder / "credentials"
    config.write_text(f'access_token = "{sandbox.access_tokens[1]}"\n')
    config.chmod(0o600)
    # What the environment names replaces what the file has.
    given = {"LAZADA_CONFIG": str(config), "LAZADA_TOKEN_FILE": str(folder / "seller.token")}
    assert run("call", "GetSeller", **given).returncode == 0
    config.write_text('token_file = "seller.token"\n')
    (row,) = rows(run("auth", "status", "--json", **{**given, "LAZADA_TOKEN_FILE": None}).stdout)
    assert row["file"] == str(folder / "seller.token")
    both = run("call", "GetSeller", **given, LAZADA_ACCESS_TOKEN=sandbox.access_token)
    assert both.returncode == 2
    assert "access_token" in both.stderr


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_a_code_typed_at_a_terminal_is_not_shown(
    settings: dict[str, str], sandbox: Sandbox, file: Path
) -> None:
    import pty
    import termios

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "lazcore", "auth", "exchange"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**settings, "LAZADA_TOKEN_FILE": str(file)},
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    until = time.monotonic() + 120
    # What is typed before the terminal stops to show it is thrown away.
    while termios.tcgetattr(ours)[3] & termios.ECHO:
        assert time.monotonic() < until
        time.sleep(0.01)
    os.write(ours, f"{sandbox.auth_codes[0]}\n".encode())
    output, _ = process.communicate(timeout=120)
    shown += output
    while True:
        try:
            more = os.read(ours, 1024)
        except OSError:
            break
        if not more:
            break
        shown += more
    os.close(ours)
    assert process.returncode == 0, shown
    assert b"Address or code" in shown
    assert sandbox.auth_codes[0].encode() not in shown
    assert file.exists()
