"""Wheel and source archive, used as their users do."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import FULL, ROOT, Environment

# Without the tools that check the source tree and say nothing about the installed package.
NEEDED = re.compile(r"(?!maturin|ruff)" if FULL else "pytest==")
SMOKE = ("test_records.py", "test_errors.py", "test_bills.py")

ALONE = ROOT / "tests" / "packaging" / "alone.py"


def run_python_tests(environment: Environment, tmp_path: Path) -> None:
    """Runs Python tests of the project against what is installed."""
    lines = (ROOT / "tests/python/requirements.txt").read_text(encoding="utf-8").splitlines()
    needed = tmp_path / "requirements.txt"
    needed.write_text("\n".join(line for line in lines if NEEDED.match(line)))
    environment.install("-r", needed)
    chosen = ["tests/python"] if FULL else [f"tests/python/{name}" for name in SMOKE]
    shown = environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen)
    told = re.search(r"(\d+) passed", shown)
    assert told, shown[-2000:]
    assert int(told[1]) > 20, shown[-2000:]
    # What needs debug assertions skips itself in the form that is released.
    skipped = re.findall(r"^SKIPPED .*$", shown, re.MULTILINE)
    known = "not in release builds" if FULL else "nothing"
    assert [one for one in skipped if not one.endswith(known)] == []


@contextmanager
def only_maturin() -> Iterator[None]:
    """Keeps `py/wheel` waiting, which says why."""
    with Path(os.environ["CARGO_TARGET_DIR"], "maturin.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def without_rust(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment(tmp_path_factory.mktemp("without-rust") / "venv", rust=False)
    assert not environment.finds("cargo")
    assert not environment.finds("rustc")
    return environment


@pytest.fixture(scope="module")
def with_rust(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("with-rust") / "venv", rust=True)


def test_the_wheel_alone_without_rust(
    without_rust: Environment, wheel: Path, tmp_path: Path
) -> None:
    # From the file and nothing else: whatever it needed besides would be missing.
    without_rust.install("--no-index", wheel)
    assert "lazcore" in without_rust.run(ALONE, folder=tmp_path)


def test_the_python_tests_pass_with_the_wheel(without_rust: Environment, tmp_path: Path) -> None:
    run_python_tests(without_rust, tmp_path)


def test_the_archive_with_rust(with_rust: Environment, sdist: Path, tmp_path: Path) -> None:
    # Below the build's own folder the crates of others are already built.
    profile = [] if FULL else ["--config-settings", "build-args=--profile dev"]
    with only_maturin():
        with_rust.install(*profile, sdist)
    assert "lazcore" in with_rust.run(ALONE, folder=tmp_path)


def test_the_python_tests_pass_with_the_archive(with_rust: Environment, tmp_path: Path) -> None:
    run_python_tests(with_rust, tmp_path)
