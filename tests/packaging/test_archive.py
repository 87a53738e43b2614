"""The archive of the C library, used as a C programmer does."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from conftest import FULL, ROOT

TARGET = Path(os.environ["CARGO_TARGET_DIR"])
LARGEST_LIBRARY = 3_100_000


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    profile = ["--release"] if FULL else []
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "-p", "lazcore-ffi", *profile],
        cwd=ROOT,
        check=True,
    )
    out = tmp_path_factory.mktemp("archive")
    built = TARGET / ("release" if FULL else "debug")
    packed = subprocess.run(
        [sys.executable, ROOT / "ffi-c/archive.py", "x86_64-linux-gnu", built, out],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    with tarfile.open(packed) as archive:
        archive.extractall(out, filter="data")
    (folder,) = [one for one in out.iterdir() if one.is_dir()]
    return folder


def test_it_holds_library_headers_and_licences(unpacked: Path) -> None:
    held = {str(file.relative_to(unpacked)) for file in unpacked.rglob("*") if not file.is_dir()}
    assert held == {
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "LICENSE-THIRD-PARTY",
        "README.md",
        "include/lazcore.h",
        "include/lazcore.hpp",
        "include/lazcore/client.hpp",
        "include/lazcore/config.hpp",
        "include/lazcore/error.hpp",
        "include/lazcore/json.hpp",
        "include/lazcore/protocol.hpp",
        "include/lazcore/value.hpp",
        "include/lazcore_php.h",
        "lib/liblazcore.a",
        "lib/liblazcore.so",
        "lib/liblazcore.so.0",
        "lib/liblazcore.so.0.1.0",
        "lib/pkgconfig/lazcore.pc",
    }


def test_the_library_as_released_is_small(unpacked: Path) -> None:
    # What it was, and a little room: tests/bench/README.md says what makes it so.
    assert not FULL or (unpacked / "lib/liblazcore.so").stat().st_size <= LARGEST_LIBRARY


def pkg_config(folder: Path, *options: str) -> list[str]:
    """The flags that the archive tells, wherever it was unpacked."""
    return subprocess.run(
        ["pkg-config", *options, "lazcore"],
        env={**os.environ, "PKG_CONFIG_PATH": str(folder / "lib" / "pkgconfig")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


PROGRAMS = {
    "c": """
#include <stdio.h>
#include "lazcore.h"
int main(void) { return printf("%s %d", laz_version(), (int)laz_abi_version()) < 0; }
""",
    "cpp": """
#include <iostream>
#include "lazcore.hpp"
int main() { std::cout << lazcore::version() << ' ' << lazcore::abi_version(); }
""",
}


@pytest.mark.parametrize("language", PROGRAMS)
@pytest.mark.parametrize("libraries", ["--libs", "--variable=static_libs"])
def test_a_program_builds_with_nothing_else(
    unpacked: Path, libraries: str, language: str, tmp_path: Path
) -> None:
    source = tmp_path / f"version.{language}"
    source.write_text(PROGRAMS[language])
    program = tmp_path / "version"
    flags = [*pkg_config(unpacked, "--cflags"), source, *pkg_config(unpacked, libraries)]
    subprocess.run(["gcc" if language == "c" else "g++", *flags, "-o", program], check=True)
    shared = {"LD_LIBRARY_PATH": str(unpacked / "lib")} if libraries == "--libs" else {}
    shown = subprocess.run([program], env=shared, capture_output=True, text=True, check=True).stdout
    assert shown == f"{unpacked.name.split('-')[1]} 0"
