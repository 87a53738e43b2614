"""Packs the C library for a release: library, headers, licences, one folder in one archive.

    cargo build --release -p lazcore-ffi
    python3 ffi-c/archive.py TARGET FOLDER_OF_THE_LIBRARY OUT

TARGET is the platform's name for the archive, such as x86_64-linux-gnu. Windows gets a .zip, the
others a .tar.gz.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import tomllib

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = (
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "LICENSE-THIRD-PARTY",
    "ffi-c/README.md",
)
HEADERS = ("include/lazcore.h", "include/lazcore_php.h")
LIBRARIES = ("liblazcore.dylib", "liblazcore.a", "lazcore.dll", "lazcore.dll.lib", "lazcore.lib")


def lay_out_linux(built: Path, folder: Path) -> None:
    """As an installation below the folder, which may be moved: pkg-config goes by its place."""
    subprocess.run(
        [ROOT / "ffi-c" / "install", "--prefix", "/", "--release-dir", built],
        env={**os.environ, "DESTDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    told = folder / "lib" / "pkgconfig" / "lazcore.pc"
    moved = told.read_text(encoding="utf-8")
    moved = re.sub(r"^prefix=.*$", "prefix=${pcfiledir}/../..", moved, flags=re.MULTILINE)
    moved = re.sub(r"^libdir=.*$", "libdir=${prefix}/lib", moved, flags=re.MULTILINE)
    told.write_text(moved, encoding="utf-8")


def lay_out_others(built: Path, folder: Path) -> None:
    """Libraries and headers of macOS and Windows."""
    (folder / "lib").mkdir(parents=True)
    (folder / "include").mkdir()
    there = [built / name for name in LIBRARIES if (built / name).exists()]
    if not any(file.suffix in (".dylib", ".dll") for file in there):
        raise SystemExit(f"no shared library in {built}")
    for file in there:
        shutil.copy(file, folder / "lib")
    for header in HEADERS:
        shutil.copy(ROOT / header, folder / "include")


def pack(target: str, built: Path, out: Path) -> Path:
    """Makes the archive and tells its path."""
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    name = f"lazcore-{manifest['workspace']['package']['version']}-{target}"
    folder = out.resolve() / name
    shutil.rmtree(folder, ignore_errors=True)
    (lay_out_linux if "linux" in target else lay_out_others)(built, folder)
    cpp = ROOT / "ffi-c/bindings/cpp"
    shutil.copy(cpp / "lazcore.hpp", folder / "include")
    # No release has a sandbox inside.
    own = shutil.ignore_patterns("sandbox.hpp")
    shutil.copytree(cpp / "lazcore", folder / "include/lazcore", ignore=own)
    for extra in EXTRAS:
        shutil.copy(ROOT / extra, folder)
    if "windows" in target:
        archive = Path(shutil.make_archive(str(out / name), "zip", root_dir=out, base_dir=name))
    else:
        archive = out / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=6) as packed:
            packed.add(folder, arcname=name)
    shutil.rmtree(folder)
    return archive


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    print(pack(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
