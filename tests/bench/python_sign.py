"""Signing a whole dict of eleven parameters, against the official SDK's `sign`.

python tests/bench/python_sign.py
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

import lazcore

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 20
LOOPS = 5_000
PARAMS = {
    "app_key": "123456",
    "timestamp": "1517820392000",
    "sign_method": "sha256",
    "access_token": "50000800d02xJrbqTnXkLtHpUfmzvRWyQZe1a2b3c4d5e6f7g8h9",
    "created_after": "2026-03-01T16:00:00+08:00",
    "created_before": "2026-03-31T16:00:00+08:00",
    "status": "pending",
    "sort_by": "created_at",
    "sort_direction": "ASC",
    "offset": "100",
    "limit": "100",
}


def official() -> Callable[..., str]:
    """The SDK's function. Importing the SDK makes a folder in the home directory."""
    os.environ["HOME"] = tempfile.mkdtemp()
    from lazop_sdk import base

    sign: Callable[..., str] = base.sign
    return sign


def once(sign: Callable[[str, str, dict[str, Any]], str]) -> float:
    """Microseconds of one signature, over many."""
    start = time.perf_counter()
    for _ in range(LOOPS):
        sign("helloworld", "/orders/get", PARAMS)
    return (time.perf_counter() - start) / LOOPS * 1e6


def main() -> int:
    """Measures and prints."""
    theirs = official()
    path = "/orders/get"
    assert lazcore.sign("helloworld", path, PARAMS) == theirs("helloworld", path, PARAMS)
    # In turns, so that a busy machine slows both.
    times = [(once(lazcore.sign), once(theirs)) for _ in range(REPEATS)]
    ours, peer = (min(column) for column in zip(*times))
    print(f"lazcore {ours:.2f} us, official SDK {peer:.2f} us")
    print(f"{peer / ours:.1f} times as fast (target: 5)")
    return 0 if peer >= 5 * ours else 1


if __name__ == "__main__":
    sys.exit(main())
