"""What the package promises as a package."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import lazcore
from lazcore.output import cell

FOLDER = Path(lazcore.__file__ or "").parent


def test_versions_agree() -> None:
    assert importlib.metadata.version("lazcore") == lazcore.__version__


def test_types_ship() -> None:
    for name in ("py.typed", "_native.pyi", "records.pyi"):
        assert (FOLDER / name).is_file()


def test_everything_named_is_there() -> None:
    for name in lazcore.__all__:
        assert hasattr(lazcore, name)


def test_every_group_of_the_catalogue_is_an_attribute(client: lazcore.Client) -> None:
    from lazcore import _api, _native

    for row in _native.apis():
        group = getattr(client, row["group"])
        assert callable(getattr(group, row["id"]))
        assert isinstance(group, getattr(_api, type(group).__name__))


def test_importing_is_light() -> None:
    heavy = {"typer", "rich", "json", "typing", "datetime", "decimal", "lazcore._api"}
    text = "import sys, lazcore; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path = {sys.path!r}; {text}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not heavy & set(done.stdout.split())


def test_the_shell_decides_nothing() -> None:
    for path in FOLDER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"^\s*(import|from) (hmac|hashlib|http|urllib|socket|ssl)\b", text, re.M
        )


def test_cells_are_left_alone_by_spreadsheets() -> None:
    risky = ("=1+1", "+1", "-1", "@x", "\tx", "\rx", "700000000000101")
    assert [cell(text) for text in risky] == [f"'{text}" for text in risky]
    assert cell("Café = 1") == "Café = 1"
    assert cell("") == ""
