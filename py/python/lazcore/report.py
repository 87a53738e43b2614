"""The report of a run: what happened to every item, as JSON or CSV."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from lazcore.output.files import whole_file
from lazcore.output.sheet import cell

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    from lazcore._native import Outcome

__all__ = ["COLUMNS", "write"]

COLUMNS = (
    "account",
    "order_id",
    "order_item_id",
    "state",
    "step",
    "status",
    "code",
    "message",
    "time",
    "package_id",
    "tracking_number",
    "shipment_provider",
    "label",
    "label_page",
    "origin",
    "request_id",
    "request_ids",
    "actor",
)


def write(path: str | os.PathLike[str], outcomes: Iterable[Outcome], actor: str | None) -> None:
    """Writes a row per outcome; the ending of the name, .csv or .json, says as what.

    Raises:
        ValueError: The name has another ending.
        OSError: The file cannot be written.
    """
    path = Path(path)
    kinds = {".csv": _csv, ".json": _json}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise ValueError(f"path: expected a name that ends in .csv or .json, got {path.name!r}")
    rows = [_row(outcome, actor) for outcome in outcomes]
    # A report names buyers' orders: it is for its owner, and there only when it is whole.
    with whole_file(path) as file:
        kind(file, rows)


def _row(outcome: Outcome, actor: str | None) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(outcome.to_json())
    row["request_id"] = outcome.request_id
    # Who is named in the outcome began the write that counts, perhaps in an earlier run.
    row["actor"] = row.get("actor") or actor
    return {name: value for name, value in row.items() if value is not None}


def _json(file: IO[str], rows: Sequence[dict[str, Any]]) -> None:
    json.dump({"kind": "fulfillment", "version": 1, "items": rows}, file, indent=1)
    file.write("\n")


def _csv(file: IO[str], rows: Sequence[dict[str, Any]]) -> None:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in rows:
        calls = row.get("request_ids", [])
        row = {
            **row,
            "request_ids": " ".join(f"{one['step']}={one['request_id']}" for one in calls),
        }
        cells = (row.get(name, "") for name in COLUMNS)
        writer.writerow(cell(one) if isinstance(one, str) else one for one in cells)
