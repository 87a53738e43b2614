"""The functions of the C header as a page: their comments are the documentation."""

from __future__ import annotations

import re
from pathlib import Path

# One thing a function is about, in the order of the page.
SUBJECTS = {
    "config": "Settings",
    "client": "Client",
    "request": "Requests",
    "orders": "Orders",
    "fulfillment": "Fulfillment",
    "job": "Jobs",
    "value": "Values",
    "error": "Errors",
    "token": "Tokens",
    "cancel": "Cancel",
}

DECLARED = re.compile(r"((?:^//[^\n]*\n)+)(^[a-z][^;{}]*?\b(laz_\w+)\([^;]*\);)", re.MULTILINE)
STATUS = re.compile(r"((?:^  //[^\n]*\n)+)^  (LAZ_\w+) = (\d+),", re.MULTILINE)


def prose(comment: str) -> str:
    """The text of a comment."""
    return "\n".join(
        line.strip().removeprefix("//").strip() for line in comment.strip().splitlines()
    )


def reference(header: Path) -> str:
    """Every status and function."""
    text = header.read_text(encoding="utf-8")
    out = "\n## Statuses\n\n| constant | value | meaning |\n|---|---|---|\n"
    for comment, name, value in STATUS.findall(text):
        out += f"| `{name}` | {value} | {' '.join(prose(comment).split())} |\n"
    subjects: dict[str, list[str]] = {title: [] for title in SUBJECTS.values()}
    subjects["More"] = []
    for comment, declaration, name in DECLARED.findall(text):
        title = SUBJECTS.get(name.split("_")[1], "More")
        shown = re.sub(r"\n\s+", "\n    ", declaration)
        subjects[title].append(f"\n### `{name}`\n\n{prose(comment)}\n\n```c\n{shown}\n```\n")
    for title, functions in subjects.items():
        if functions:
            out += f"\n## {title}\n" + "".join(functions)
    return out
