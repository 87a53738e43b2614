"""`lazcore doctor`: what keeps calls from working, and what to do about it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, NamedTuple, Optional

import typer

import lazcore
from lazcore.cli import credentials
from lazcore.cli.exits import OK, SOME_FAILED, reported
from lazcore.cli.rows import AS_JSON, tell

#: Less than half a minute is never a matter; two hours are the platform's limit.
CLOCK_WARN, CLOCK_FAIL = 30, 7200
#: Days of the refresh token below which a seller should authorize again.
AHEAD = 7
SELLER = "/seller/get"
KEYS = {
    "InvalidAppKey": "compare LAZADA_APP_KEY with the app's page in the Open Platform console",
    "IncompleteSignature": "compare LAZADA_APP_SECRET with the app's page in the console",
    "AppWhiteIpLimit": "add this machine's address to the app's IP whitelist in the console",
    "InsufficientPermission": "ask for the API group of sellers on the app's page in the console",
}
TOKEN_REFUSED = ("IllegalAccessToken", "InvalidAccessToken")
CLOCK_REFUSED = ("InvalidTimestamp", "IllegalTimestamp")
AUTHORIZE = "the seller must authorize: lazcore auth url, then lazcore auth exchange"


@reported
def doctor(
    as_json: bool = AS_JSON,
) -> None:
    """Looks for what keeps calls from working, and says what to do about it.

    Checks credentials, the way to the gateway, the clock, the keys, the token and the account, with
    whatever of them is there. Ends with 1 when something must be fixed.
    """
    checks = Checkup().run()
    failed = any(check.verdict == "fail" for check in checks)
    told = {"ok": not failed, "checks": [check._asdict() for check in checks]}
    cells = [[check.verdict, check.check, check.message, check.advice or ""] for check in checks]
    tell(("verdict", "check", "message", "advice"), cells, told, as_json)
    raise typer.Exit(SOME_FAILED if failed else OK)


class Check(NamedTuple):
    """What one look found."""

    check: str
    #: ok, warn, fail, or skip for what another failure kept from being looked at.
    verdict: str
    message: str
    #: What to do.
    advice: Optional[str] = None


class Checkup:
    """All checks, in the order in which one depends on the other."""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self.found = credentials.Credentials()
        self.reached = False

    def run(self) -> list[Check]:
        """Does them."""
        self._credentials()
        self._gateway()
        client = self._client()
        if client is not None:
            with client:
                self._calls(client)
        return self.checks

    def _add(self, check: str, verdict: str, message: str, advice: str | None = None) -> None:
        self.checks.append(Check(check, verdict, message, advice))

    def _credentials(self) -> None:
        try:
            self.found = credentials.find()
        except (lazcore.LazadaError, OSError) as error:
            self._add("credentials", "fail", str(error), "correct the file")
            return
        found = self.found
        missing = [name for name in ("app_key", "app_secret") if not getattr(found, name)]
        if not (found.country or found.gateway):
            missing.append("country")
        if missing:
            names = ", ".join(f"LAZADA_{name.upper()}" for name in missing)
            where = f"set {names}, or write into {credentials.path()}"
            self._add("credentials", "fail", f"missing: {', '.join(missing)}", where)
        else:
            self._add("credentials", "ok", f"app {found.app_key}, {found.country or found.gateway}")

    # The way to the gateway, without any key.

    def _gateway(self) -> None:
        country, gateway = self.found.country, self.found.gateway
        if not (country or gateway):
            self._add("gateway", "skip", "no country to call")
            return
        try:
            client = _quick("none", "none", country or None, gateway=gateway or None)
        except lazcore.LazadaError as error:
            advice = "set LAZADA_COUNTRY, or LAZADA_GATEWAY for another gateway, not both"
            self._add("gateway", "fail", str(error), advice)
            return
        with client:
            probe = self._probe(client, "gateway", "api")
            if client._has_auth_host():
                self._probe(client, "token host", "auth")
        self.reached = probe is not None
        if probe is not None:
            self._clock(probe.clock_ahead)

    def _probe(self, client: lazcore.Client, check: str, host: Any) -> lazcore.Probe | None:
        try:
            probe = client.probe(host)
        except lazcore.LazadaError as error:
            advice = "check network, name service, firewall and proxy of this machine"
            self._add(check, "fail", str(error), advice)
            return None
        place = probe.url.split("/")[2]
        if not probe.is_gateway:
            message = f"{place}: something between answered (HTTP {probe.http_status})"
            self._add(check, "fail", message, "look for a proxy or log-in page, or a wrong address")
            return None
        self._add(check, "ok", f"{place} answered in {probe.took:.2f} s")
        return probe

    def _clock(self, ahead: float | None) -> None:
        if ahead is None:
            self._add("clock", "warn", "the gateway did not tell its time")
            return
        off = abs(ahead)
        message = f"{off:.0f} s {'ahead of' if ahead > 0 else 'behind'} the gateway's"
        advice = "set this machine's clock, or start its time service (NTP)"
        if off >= CLOCK_FAIL:
            self._add("clock", "fail", message, f"calls are refused from two hours on: {advice}")
        elif off >= CLOCK_WARN:
            self._add("clock", "warn", message, advice)
        else:
            self._add("clock", "ok", message)

    # What needs keys.

    def _client(self) -> lazcore.Client | None:
        found = self.found
        if not (found.app_key and found.app_secret and (found.country or found.gateway)):
            self._add("keys", "skip", "credentials are missing")
            return None
        try:
            return _quick(
                found.app_key,
                found.app_secret,
                found.country or None,
                gateway=found.gateway or None,
                access_token=found.access_token or None,
                token_file=found.token_file or None,
            )
        except lazcore.LazadaError as error:
            advice = "correct the setting; a damaged token file needs a new authorization"
            self._add("settings", "fail", str(error), advice)
            return None

    def _calls(self, client: lazcore.Client) -> None:
        if not self.reached:
            self._add("keys", "skip", "the gateway was not reached")
            self._token(client, None)
            return
        refused: lazcore.LazadaError | None = None
        try:
            # By path: it is signed and sent without a token too, and the gateway then asks for one.
            client.request("GET", SELLER)
        except lazcore.LazadaError as error:
            refused = error
        accepted = self._keys(refused)
        self._token(client, refused if accepted else None)
        if accepted and refused is None:
            self._account(client)

    def _keys(self, refused: lazcore.LazadaError | None) -> bool:
        """Whether the gateway had nothing to say against key and signature."""
        if refused is None:
            self._add("keys", "ok", "key and signature were accepted")
        elif refused.code in KEYS:
            self._add("keys", "fail", str(refused), KEYS[refused.code])
        elif refused.code in CLOCK_REFUSED:
            self._add("keys", "fail", str(refused), "set this machine's clock")
        elif refused.code is None:
            self._add("keys", "fail", str(refused), "try again; the call came to nothing")
        else:
            self._add("keys", "ok", "nothing was said against key and signature")
        return refused is None or self.checks[-1].verdict != "fail"

    def _token(self, client: lazcore.Client, refused: lazcore.LazadaError | None) -> None:
        if self.found.token_file:
            self._pair(client, refused)
        elif not self.found.access_token:
            self._add("token", "fail", "there is none", f"set LAZADA_TOKEN_FILE; {AUTHORIZE}")
        elif refused is not None:
            self._add("token", "fail", str(refused), self._after_refusal(refused))
        elif self.checks[-1].verdict != "ok":
            self._add("token", "skip", "not tried")
        else:
            message = "accepted; a fixed one is not refreshed, one in LAZADA_TOKEN_FILE is"
            self._add("token", "ok", message)

    def _pair(self, client: lazcore.Client, refused: lazcore.LazadaError | None) -> None:
        try:
            status = client.auth.status()
        except lazcore.LazadaError as error:
            self._add("token", "fail", str(error), AUTHORIZE)
            return
        if status is None:
            self._add("token", "fail", f"nothing is in {self.found.token_file}", AUTHORIZE)
            return
        left = status.refresh_days_left
        message = f"{status.state.replace('_', ' ')}, {_days(status.days_left)} left"
        message += f", refresh token {_days(left)}"
        if status.needs_person:
            self._add("token", "fail", message, AUTHORIZE)
        elif refused is not None:
            self._add("token", "fail", f"{message}; {refused}", self._after_refusal(refused))
        elif left is not None and left < AHEAD:
            self._add("token", "warn", message, f"soon {AUTHORIZE}")
        elif _is_open(Path(self.found.token_file)):
            advice = f"run chmod 600 {self.found.token_file}"
            self._add("token", "warn", f"{message}; others can read the file", advice)
        else:
            self._add("token", "ok", message)

    def _after_refusal(self, refused: lazcore.LazadaError) -> str:
        if refused.code in TOKEN_REFUSED:
            return f"it is over, or of another app or country; {AUTHORIZE}"
        return "see the code in the platform's list; quote the request id to support"

    def _account(self, client: lazcore.Client) -> None:
        try:
            account = client.resolve_account()
        except lazcore.LazadaError as error:
            self._add("account", "fail", str(error), "quote the request id to support")
            return
        self._add("account", "ok", account.key)


def _is_open(file: Path) -> bool:
    return os.name == "posix" and bool(file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _days(number: int | None) -> str:
    if number is None:
        return "unknown"
    return f"{number} day" if number == 1 else f"{number} days"


def _quick(app_key: str, app_secret: str, country: str | None, **settings: Any) -> lazcore.Client:
    """A client that does not try for long: somebody waits."""
    return lazcore.Client(
        app_key,
        app_secret,
        country,
        connect_timeout=5.0,
        response_timeout=10.0,
        total_timeout=15.0,
        deadline=20.0,
        max_attempts=2,
        **settings,
    )
