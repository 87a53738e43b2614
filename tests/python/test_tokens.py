"""Token pairs: authorization, stores, refresh, status, accounts."""

from __future__ import annotations

import pickle
import stat
import threading
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pairs import answer_of, days_ago

import lazcore
from lazcore.testing import Sandbox

REFRESH = "/auth/token/refresh"
CREATE = "/auth/token/create"
SELLER = "/seller/get"


def with_text(sandbox: Sandbox, age_days: float = 0) -> tuple[lazcore.Client, lazcore.TextStore]:
    """A client and its store, with the first pair of store 0."""
    store = lazcore.TextStore()
    client = sandbox.client(token_store=store)
    client.auth.store_token(answer_of(sandbox), obtained_at=days_ago(age_days))
    store.take_change()
    return client, store


class Database:
    """A host's own store, with the lock that its threads share."""

    def __init__(self) -> None:
        self.saved: list[str] = []
        self.raising: BaseException | None = None
        self.lock = threading.Lock()

    def load(self) -> str | None:
        return self.saved[-1] if self.saved else None

    def save(self, text: str, /) -> None:
        assert self.lock.locked()
        if self.raising is not None:
            raised, self.raising = self.raising, None
            raise raised
        self.saved.append(text)

    def try_lock(self) -> bool:
        return self.lock.acquire(blocking=False)

    def unlock(self) -> None:
        self.lock.release()


# Authorization


def test_a_seller_authorizes(sandbox: Sandbox) -> None:
    store = lazcore.TextStore()
    client = sandbox.client(token_store=store)
    url = client.auth.authorization_url("https://erp.example/back?a=1", "s/1 ä")
    query = parse_qs(urlsplit(url).query)
    assert (query["client_id"], query["state"]) == ([sandbox.app_key], ["s/1 ä"])
    assert client.auth.status() is None
    with pytest.raises(lazcore.AuthError):
        client.seller.get_seller()
    status = client.auth.exchange_code(sandbox.auth_codes[0])
    assert (status.state, status.needs_person) == ("fresh", False)
    # Whole within the millisecond of the exchange.
    assert (status.days_left, status.refresh_days_left) in [(29, 179), (30, 180)]
    assert status.expires_at is not None
    assert status.expires_at.datetime is not None
    (shop,) = status.shops
    assert shop.country == "sg"
    assert client.resolve_account().key == client.account == f"SG-{shop.seller_id}"
    assert sandbox.calls(SELLER) == []
    assert client.seller.get_seller().data.seller_id == shop.seller_id
    assert store.take_change() is not None
    assert store.take_change() is None


def test_without_a_store_no_code_is_spent(sandbox: Sandbox) -> None:
    client = sandbox.client()
    with pytest.raises(lazcore.ConfigError) as caught:
        client.auth.exchange_code(sandbox.auth_codes[0])
    assert caught.value.field == "token_store"
    assert sandbox.calls(CREATE) == []
    assert client.auth.status() is None
    with pytest.raises(lazcore.ConfigError):
        client.auth.refresh()
    # The plain call works, and its reply can be stored.
    reply = client.auth.generate_access_token(code=sandbox.auth_codes[0])
    kept = sandbox.client(token_store=lazcore.TextStore())
    assert kept.auth.store_token(reply).state == "fresh"
    assert kept.seller.get_seller().data.name


def test_a_redirect_of_somebody_else_is_refused() -> None:
    lazcore.check_state("one", "one")
    with pytest.raises(lazcore.AuthError) as caught:
        lazcore.check_state("one", "other")
    assert caught.value.field == "state"
    with pytest.raises(lazcore.InputError):
        lazcore.check_state("", "")
    back = "https://erp.example/back?state=one&code=0_1%2B2"
    assert lazcore.redirect_code(back, "one") == "0_1+2"
    with pytest.raises(lazcore.AuthError):
        lazcore.redirect_code(back, "other")


def test_the_account_of_a_bare_token_is_asked_for_once(sandbox: Sandbox) -> None:
    client = sandbox.client()
    unresolved = client.account
    account = client.resolve_account()
    assert account == client.resolve_account()
    assert hash(account) == hash(client.resolve_account())
    assert (account.app_key, account.country) == (sandbox.app_key, "SG")
    assert account.key == f"SG-{account.seller_id}" == client.account != unresolved
    assert len(sandbox.calls(SELLER)) == 1


# Stores


def test_an_expired_pair_is_refreshed_by_the_next_call(sandbox: Sandbox) -> None:
    client, store = with_text(sandbox, 31)
    status = client.auth.status()
    assert status is not None
    assert (status.state, status.days_left) == ("expired", 0)
    assert client.seller.get_seller().data.name
    assert len(sandbox.calls(REFRESH)) == 1
    text = store.take_change()
    assert text is not None
    assert text == store.text()
    again = sandbox.client(token_store=lazcore.TextStore(text))
    assert again.seller.get_seller().data.name
    assert len(sandbox.calls(REFRESH)) == 1


def test_a_file_is_private_and_shared(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "seller.token"
    first, second = sandbox.client(token_file=file), sandbox.client(token_file=str(file))
    first.auth.store_token(answer_of(sandbox), obtained_at=days_ago(31))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert second.seller.get_seller().data.name
    assert first.seller.get_seller().data.name
    assert len(sandbox.calls(REFRESH)) == 1
    assert second.auth.refresh().state == "fresh"
    file.write_text("half a pa", encoding="utf-8")
    with pytest.raises(lazcore.ConfigError, match=r"seller\.token"):
        sandbox.client(token_file=file)
    assert file.read_text(encoding="utf-8") == "half a pa"


def test_a_pair_of_another_seller_is_not_overwritten(sandbox: Sandbox, tmp_path: Path) -> None:
    client = sandbox.client(token_file=tmp_path / "seller.token")
    client.auth.exchange_code(sandbox.auth_codes[0])
    with pytest.raises(lazcore.AuthError) as caught:
        client.auth.exchange_code(sandbox.auth_codes[1])
    assert caught.value.field == "code"
    assert client.seller.get_seller().data.name


@pytest.mark.parametrize(
    "settings",
    [
        {"token_file": "a", "token_store": lazcore.TextStore()},
        {"token_file": "a", "access_token": "b"},
        {"token_store": "a text"},
        {"token_store": object()},
    ],
)
def test_stores_that_cannot_be_meant(sandbox: Sandbox, settings: dict[str, Any]) -> None:
    with pytest.raises(lazcore.ConfigError) as caught:
        sandbox.client(**settings)
    assert caught.value.field in ("token_store", "access_token")
    with pytest.raises(lazcore.ConfigError):
        lazcore.TextStore("{}")


def test_answers_that_cannot_be_stored(sandbox: Sandbox) -> None:
    client = sandbox.client(token_store=lazcore.TextStore())
    with pytest.raises(lazcore.InputError) as caught:
        client.auth.store_token(answer_of(sandbox), obtained_at=datetime(2026, 1, 1))
    assert caught.value.field == "obtained_at"
    with pytest.raises(lazcore.InputError):
        client.auth.store_token("[]")
    with pytest.raises(lazcore.DecodeError):
        client.auth.store_token({})


# A host's own store


def test_a_store_of_the_hosts_own(sandbox: Sandbox) -> None:
    database = Database()
    client = sandbox.client(token_store=database)
    client.auth.store_token(answer_of(sandbox), obtained_at=days_ago(31))
    names: list[str] = []

    def work() -> None:
        names.append(client.seller.get_seller().data.name)

    sandbox.misbehave("latency", ms=50)
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(names) == 8
    assert len(sandbox.calls(REFRESH)) == 1
    assert len(database.saved) == 2
    assert not database.lock.locked()
    # Another client takes what is there.
    assert sandbox.client(token_store=database).seller.get_seller().data.name


def test_a_store_that_fails_loses_no_pair(sandbox: Sandbox) -> None:
    database = Database()
    client = sandbox.client(token_store=database)
    client.auth.store_token(answer_of(sandbox))
    database.raising = OSError("text: secret")
    with pytest.raises(lazcore.IoError) as caught:
        client.auth.refresh()
    error = caught.value
    assert isinstance(error.__cause__, OSError)
    assert "Database" in str(error)
    assert "OSError" in str(error)
    assert "secret" not in str(error)
    assert len(database.saved) == 1
    assert client.seller.get_seller().data.name
    assert len(database.saved) == 2
    assert len(sandbox.calls(REFRESH)) == 1


def test_an_interruption_in_a_store_is_an_interruption(sandbox: Sandbox) -> None:
    database = Database()
    client = sandbox.client(token_store=database)
    client.auth.store_token(answer_of(sandbox))
    database.raising = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        client.auth.refresh()
    assert client.auth.refresh().state == "fresh"


# States


def test_states_that_need_a_person(sandbox: Sandbox) -> None:
    for kind, state in [
        ("refresh_unsupported", "not_refreshable"),
        ("expire_refresh_token", "refresh_expired"),
    ]:
        client, _ = with_text(sandbox)
        sandbox.misbehave(kind)
        with pytest.raises(lazcore.AuthError) as caught:
            client.auth.refresh()
        assert caught.value.code in ("AUTH_TYPE_UNSUPPORTED", "IllegalRefreshToken")
        status = client.auth.status()
        assert status is not None
        assert (status.state, status.needs_person) == (state, True)


def test_a_refused_token_that_cannot_be_renewed_says_why_once(sandbox: Sandbox) -> None:
    client, _ = with_text(sandbox)
    for kind in ("expire_refresh_token", "expire_token"):
        sandbox.misbehave(kind)
    with pytest.raises(lazcore.AuthError) as caught:
        client.seller.get_seller()
    assert caught.value.code == "IllegalAccessToken"
    assert str(caught.value).count("IllegalRefreshToken") == 1
    assert str(caught.value).count("refresh token is invalid") == 1
    assert "refresh" not in caught.value.message


def test_an_answer_that_is_lost_is_indeterminate(sandbox: Sandbox) -> None:
    client, _ = with_text(sandbox)
    sandbox.misbehave("drop_after", path=REFRESH)
    with pytest.raises(lazcore.IndeterminateError) as caught:
        client.auth.refresh()
    error = pickle.loads(pickle.dumps(caught.value))
    assert type(error) is lazcore.IndeterminateError
    assert (str(error), error.api, error.executed) == (str(caught.value), REFRESH, "unknown")


def test_nothing_shows_a_pair(sandbox: Sandbox, tmp_path: Path) -> None:
    client, store = with_text(sandbox)
    status = client.auth.refresh()
    text = store.take_change()
    account = client.resolve_account()
    shown = [repr(one) for one in (client, client.auth, store, status, status.shops, account)]
    shown += [str(one) for one in (store, status, account)] + [status.to_json()]
    secrets = [call["params"].get("refresh_token", "") for call in sandbox.calls(REFRESH)]
    secrets.append(sandbox.access_token)
    assert text is not None
    secrets += [part for part in text.split('"') if part.startswith("sandbox-")]
    assert len(secrets) == 4
    for secret in secrets:
        for one in shown:
            assert secret[-10:] not in one
    assert not any(secret[-10:].encode() in pickle.dumps(status) for secret in secrets)
    for secretive in (store, client):
        with pytest.raises(TypeError):
            pickle.dumps(secretive)


# The gateway's clock


def test_a_probe_tells_the_clock_without_any_key(sandbox: Sandbox) -> None:
    client = lazcore.Client("none", "none", gateway=sandbox.url)
    probe = client.probe()
    assert probe.is_gateway
    assert probe.clock_ahead is not None
    assert probe.took >= 0
    assert abs(probe.clock_ahead) < 2 + probe.took
    assert (probe.url, probe.http_status) == (f"{sandbox.url}/seller/get", 200)
    assert "none" not in str(sandbox.calls()[0]["params"])
    sandbox.misbehave("advance_clock", seconds=-3600)
    late = client.probe("auth")
    assert late.clock_ahead is not None
    assert abs(late.clock_ahead - 3600) < 2 + late.took
    sandbox.misbehave("html_502")
    page = client.probe()
    assert (page.is_gateway, page.http_status) == (False, 502)
    with pytest.raises(lazcore.InputError):
        client.probe("other")  # type: ignore[arg-type]
    nobody = lazcore.Client("none", "none", gateway="http://127.0.0.1:9/rest")
    with pytest.raises(lazcore.TransportError):
        nobody.probe()
