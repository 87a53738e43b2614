"""What stands below the help of each command: how it is used, and the exit codes."""

from __future__ import annotations

from lazcore.cli.exits import EPILOG

__all__ = ["EXAMPLES", "epilog"]

SINCE = "2026-11-01T00:00:00+08:00"
EXAMPLES: dict[str, tuple[str, ...]] = {
    "demo": ("lazcore demo", "lazcore demo --orders 50 --json"),
    "fulfill": (
        "lazcore fulfill 700000000000101 --labels labels/ --journal my-store.journal",
        f"lazcore fulfill --pending --created-after {SINCE} --labels labels/ "
        "--journal my-store.journal",
    ),
    "labels": ("lazcore labels 700000000000101 --labels labels/ --label-files single",),
    "rts": ("lazcore rts FP0001 --journal my-store.journal",),
    "call": (
        "lazcore call GetOrder order_id=700000000000101",
        f"lazcore call GetOrders created_after={SINCE} limit=10",
        "lazcore call /new/api --method POST --json @parameters.json",
    ),
    "sign": (
        "lazcore sign /order/get app_key=123456 order_id=1234 timestamp=1700000000000 "
        "sign_method=sha256",
        "lazcore sign /order/get --signature 4190D3 app_key=123456 order_id=1234 "
        "timestamp=1700000000000 sign_method=sha256",
    ),
    "sandbox": ("lazcore sandbox", "lazcore sandbox --orders 1000 --seed 7 --json"),
    "apis": ("lazcore apis", "lazcore apis orders --json"),
    "doctor": ("lazcore doctor", "lazcore doctor --json"),
    "serve-stdio": ("lazcore serve-stdio",),
    "auth url": ("lazcore auth url https://erp.example/callback",),
    "auth exchange": ("lazcore auth exchange --state STATE",),
    "auth refresh": ("lazcore auth refresh", "lazcore auth refresh --all --due"),
    "auth status": ("lazcore auth status", "lazcore auth status --all --ahead 14 --json"),
    "orders pull": (
        f"lazcore orders pull --created-after {SINCE} --with-items --output orders.jsonl",
        f"lazcore orders pull --update-after {SINCE} --format csv --output orders.csv "
        "--cursor orders.cursor",
    ),
    "orders sync": (
        f"lazcore orders sync --since {SINCE} --format sqlite --output orders.db --with-items",
    ),
}


def epilog(command: str) -> str:
    """The text below the help of a command."""
    # The mark keeps the lines as they are.
    lines = "\n".join(f"  {line}" for line in EXAMPLES[command])
    return f"\b\nExamples:\n{lines}\n\n{EPILOG}"
