"""Token pairs for tests."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from lazcore.testing import Sandbox

MONTH, HALF_YEAR = 30 * 86_400, 180 * 86_400


def answer_of(sandbox: Sandbox, store: int = 0) -> dict[str, Any]:
    """A store's first pair, as the platform would have answered it."""
    country = ("sg", "my")[store]
    return {
        "access_token": sandbox.access_tokens[store],
        "refresh_token": sandbox.refresh_tokens[store],
        "expires_in": MONTH,
        "refresh_expires_in": str(HALF_YEAR),
        "country_user_info": [{"country": country, "seller_id": 1000 + store}],
    }


def days_ago(days: float) -> datetime:
    """A time with its zone."""
    return datetime.now(timezone.utc) - timedelta(days=days)


def store_pair(
    sandbox: Sandbox, file: Path, store: int = 0, age_days: float = 0, **changes: object
) -> None:
    """Writes a store's first pair into a token file."""
    client = sandbox.client(token_file=file)
    client.auth.store_token(
        {**answer_of(sandbox, store), **changes}, obtained_at=days_ago(age_days)
    )
