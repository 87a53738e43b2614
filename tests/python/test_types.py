"""What type checkers and `help()` find in the installed package."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pydoc
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import lazcore

HERE = Path(__file__).parent
# Public, without the command's modules, which nobody imports.
MODULES = [
    "lazcore",
    "lazcore.aio",
    "lazcore.compat.lazop",
    "lazcore.environment",
    "lazcore.errors",
    "lazcore.frames",
    "lazcore.groups",
    "lazcore.jobs",
    "lazcore.journal",
    "lazcore.output",
    "lazcore.pytest_plugin",
    "lazcore.records",
    "lazcore.report",
    "lazcore.signing",
    "lazcore.testing",
    "lazcore.tokens",
    "lazcore._api",
    "lazcore._native",
]


def pyright(*arguments: str, folder: Path) -> dict[str, Any]:
    """What pyright says, of the package that is installed beside this interpreter."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PATH": path},
        check=False,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_pyright_finds_nothing_in_what_users_write(tmp_path: Path) -> None:
    shutil.copy(HERE / "typed_use.py", tmp_path)
    (tmp_path / "wrong.py").write_text('import lazcore\n\nx: int = lazcore.sign("a", "b", {})\n')
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.10",
        "venvPath": str(Path(sys.prefix).parent),
        "venv": Path(sys.prefix).name,
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    found = pyright(folder=tmp_path)["generalDiagnostics"]
    assert [(Path(one["file"]).name, one["rule"]) for one in found] == [
        ("wrong.py", "reportAssignmentType")
    ]


def test_every_public_type_is_known(tmp_path: Path) -> None:
    report = pyright("--ignoreexternal", "--verifytypes", "lazcore", folder=tmp_path)
    symbols = report["typeCompleteness"]["symbols"]
    assert len(symbols) > 500
    unknown = [
        (one["name"], [problem["message"] for problem in one["diagnostics"]])
        for one in symbols
        if not one["isTypeKnown"] or one["isTypeAmbiguous"]
        if not one["name"].startswith("lazcore.cli")
    ]
    assert unknown == []


def public(module: str) -> Iterator[tuple[str, Any]]:
    """Functions and classes that the module makes, with what they have inside."""
    made = importlib.import_module(module)
    for name in getattr(made, "__all__", None) or vars(made):
        thing = getattr(made, name)
        if name.startswith("_") or not (inspect.isroutine(thing) or inspect.isclass(thing)):
            continue
        if not str(thing.__module__).startswith("lazcore"):
            continue
        yield f"{module}.{name}", thing
        if inspect.isclass(thing):
            for inner, member in vars(thing).items():
                described = inspect.isroutine(member) or inspect.isdatadescriptor(member)
                if not inner.startswith("_") and described:
                    yield f"{module}.{name}.{inner}", member


@pytest.mark.parametrize("module", MODULES)
def test_everything_public_is_described(module: str) -> None:
    assert inspect.getdoc(importlib.import_module(module))
    bare = [name for name, thing in public(module) if not is_described(thing)]
    assert bare == []


def is_described(thing: Any) -> bool:
    # A class would answer with the text of its base.
    text = thing.__doc__ if inspect.isclass(thing) else inspect.getdoc(thing)
    return bool(text) and not str(text).startswith("Initialize self")


def test_help_reads_well() -> None:
    text = pydoc.plain(pydoc.render_doc(lazcore.Client))
    for words in (
        "class Client",
        "Any number of threads may use one client",
        "app_key",
        "access_token",
        "deadline",
        "from_env",
        "call(self",
        "Makes a call by the API's name",
        "The token pair: authorization",
        "Packing, labels and the handover",
    ):
        assert words in text, words
    assert "..." not in pydoc.plain(pydoc.render_doc(lazcore.sign)).splitlines()[2]
    pull = pydoc.plain(pydoc.render_doc(lazcore.groups.Orders.pull))
    assert "overlap_s" in pull
    assert "Args:" in pull
