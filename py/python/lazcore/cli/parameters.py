"""Parameters on the command line: `name=value` pairs and a JSON object."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from lazcore.errors import from_kind

__all__ = ["parameters"]


def parameters(pairs: list[str], document: str | None) -> dict[str, Any]:
    """The members of the document, then the pairs. Numbers keep their digits."""
    params = _document(document) if document is not None else {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            _refuse("params", f"expected name=value, got {name!r}")
        if name in params:
            _refuse(name, "is given twice")
        params[name] = value
    return params


def _document(text: str) -> dict[str, Any]:
    if text.startswith("@"):
        text = Path(text[1:]).read_text(encoding="utf-8")
    try:
        document = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except ValueError as error:
        _refuse("json", f"expected a JSON object, {error}")
    if not isinstance(document, dict):
        _refuse("json", "expected a JSON object")
    return document


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _refuse(field: str, problem: str) -> NoReturn:
    text = f"{field}: {problem}"
    raise from_kind("input", text, text, field=field)
