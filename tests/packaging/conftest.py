"""What the tests of the packages share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(os.environ["LAZCORE_PACKAGES"])
FULL = os.environ["LAZCORE_PACKAGES_FORM"] == "full"


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The wheel that was built."""
    (path,) = PACKAGES.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def sdist() -> Path:
    """The source archive that was built."""
    (path,) = PACKAGES.glob("*.tar.gz")
    return path


@pytest.fixture(scope="session")
def unpacked_wheel(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the wheel's files."""
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="session")
def sdist_files(sdist: Path) -> list[str]:
    """The paths in the source archive, below its one folder."""
    with tarfile.open(sdist) as archive:
        names = [member.name for member in archive.getmembers() if member.isfile()]
    assert {name.split("/")[0] for name in names} == {sdist.name.removesuffix(".tar.gz")}
    return sorted(name.split("/", 1)[1] for name in names)


class Environment:
    """A new virtual environment and what it may find."""

    def __init__(self, folder: Path, rust: bool) -> None:
        self.python = folder / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LAZADA_", "PYTHON", "CARGO_HOME", "RUST")) or rust
        }
        path = [str(folder / "bin"), "/usr/bin", "/bin"]
        if rust:
            path.insert(1, str(Path(str(shutil.which("cargo"))).parent))
        self.variables = {**kept, "PATH": os.pathsep.join(path), "VIRTUAL_ENV": str(folder)}

    def finds(self, program: str) -> bool:
        """Whether a program is in the path."""
        return shutil.which(program, path=self.variables["PATH"]) is not None

    def run(self, *arguments: str | Path, folder: Path = ROOT) -> str:
        """What Python prints; the test fails with it when it fails."""
        done = subprocess.run(
            [self.python, *arguments],
            cwd=folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-8000:]
        return done.stdout

    def install(self, *what: str | Path) -> None:
        """Installs packages."""
        self.run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what)
