"""A JSON object that is read member by member, so that what nobody asked for is found."""

from __future__ import annotations

from typing import Any, Optional

MISSING = object()


class CatalogError(Exception):
    """The data is wrong. `errors` has one line per mistake."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


class Node:
    """One JSON object under examination: hands out typed members and knows which ones nobody asked for."""

    def __init__(self, errors: list[str], value: Any, place: str) -> None:
        self.errors, self.place = errors, place
        self.value = value if isinstance(value, dict) else {}
        self.seen: set[str] = set()
        if not isinstance(value, dict):
            self.error("must be an object")

    def error(self, message: str) -> None:
        self.errors.append(f"{self.place}: {message}")

    def take(self, key: str, kind: type, default: Any = MISSING) -> Any:
        self.seen.add(key)
        value = self.value.get(key, MISSING)
        if value is MISSING:
            if default is MISSING:
                self.error(f"`{key}` is missing")
                return kind()
            return default
        # bool is an int in Python, but not in the data.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.error(f"`{key}` must be of type {kind.__name__}")
            return kind()
        return value

    def choice(self, key: str, choices: Any, default: Any = MISSING) -> Any:
        value = self.take(key, str, default)
        if key in self.value and value not in choices:
            self.error(f"`{key}` is {value!r}, not one of {', '.join(choices)}")
        return value

    def texts(self, key: str, default: Any = MISSING) -> list[str]:
        values = self.take(key, list, default)
        if any(not isinstance(value, str) for value in values):
            self.error(f"`{key}` must be a list of texts")
            return []
        return values

    def nodes(self, key: str, label: str, default: Any = MISSING) -> list[Node]:
        rows = self.take(key, list, default)
        nodes = []
        for index, row in enumerate(rows):
            name = row.get(label, index) if isinstance(row, dict) else index
            nodes.append(Node(self.errors, row, f"{self.place}: {key}[{name}]"))
        return nodes

    def node(self, key: str) -> Optional[Node]:
        value = self.take(key, dict, None)
        return None if value is None else Node(self.errors, value, f"{self.place}: {key}")

    def named(self, key: str) -> list[tuple[str, Node]]:
        members = self.take(key, dict, {})
        return [(name, Node(self.errors, value, f"{self.place}: {key}.{name}")) for name, value in members.items()]

    def done(self) -> None:
        for key in self.value:
            if key not in self.seen:
                self.error(f"unknown key `{key}`")
