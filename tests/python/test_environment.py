"""`Client.from_env`: the variables of the command."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import lazcore
from lazcore import aio, environment
from lazcore.testing import Sandbox


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, tmp_path: Path) -> None:
    """Those of a user of the sandbox, whose home must not be looked at."""
    for name in environment.NAMES:
        monkeypatch.delenv(environment.variable(name), raising=False)
    monkeypatch.delenv(environment.CONFIG, raising=False)
    home = tmp_path / "home" / "lazcore"
    home.mkdir(parents=True)
    (home / "credentials.toml").write_text("not a line of credentials")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home.parent))
    monkeypatch.setenv("LAZADA_APP_KEY", sandbox.app_key)
    monkeypatch.setenv("LAZADA_APP_SECRET", sandbox.app_secret)
    monkeypatch.setenv("LAZADA_GATEWAY", sandbox.url)
    monkeypatch.setenv("LAZADA_ACCESS_TOKEN", sandbox.access_token)


def test_all_of_it_from_the_environment() -> None:
    with lazcore.Client.from_env(allow_plain_http=True) as client:
        assert type(client) is lazcore.Client
        assert client.seller.get_seller().data.name
    face = aio.Client.from_env(allow_plain_http=True, threads=2)
    assert asyncio.run(face.seller.get_seller()).data.name


@pytest.mark.parametrize("name", ["app_key", "app_secret"])
@pytest.mark.parametrize("blank", [True, False])
def test_a_missing_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, blank: bool
) -> None:
    variable = environment.variable(name)
    if blank:
        monkeypatch.setenv(variable, " ")
    else:
        monkeypatch.delenv(variable)
    with pytest.raises(lazcore.ConfigError, match=f"set {variable}$") as caught:
        lazcore.Client.from_env()
    assert caught.value.field == name


def test_a_missing_gateway_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAZADA_GATEWAY")
    with pytest.raises(lazcore.ConfigError, match=r"set LAZADA_COUNTRY or LAZADA_GATEWAY$"):
        lazcore.Client.from_env()
    # What is given need not be set, and replaces what is.
    assert "'SG'" in repr(lazcore.Client.from_env(country="SG")).replace('"', "'")
    monkeypatch.setenv("LAZADA_GATEWAY", "https://gateway.example/rest")
    assert "gateway.example" not in repr(lazcore.Client.from_env(country="SG"))


def test_a_store_replaces_the_token(sandbox: Sandbox) -> None:
    store = lazcore.TextStore()
    with lazcore.Client.from_env(token_store=store, allow_plain_http=True) as client:
        assert client.auth.status() is None


def test_the_file_that_is_named(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "lazcore.toml"
    file.write_text(f'app_key = "{sandbox.app_key}"\napp_secret = "{sandbox.app_secret}"\n')
    file.chmod(0o600)
    monkeypatch.delenv("LAZADA_APP_KEY")
    monkeypatch.delenv("LAZADA_APP_SECRET")
    monkeypatch.setenv("LAZADA_CONFIG", str(file))
    assert lazcore.Client.from_env(allow_plain_http=True).seller.get_seller().data.name
    monkeypatch.setenv("LAZADA_CONFIG", str(tmp_path / "missing"))
    with pytest.raises(lazcore.ConfigError, match="does not exist"):
        lazcore.Client.from_env()
