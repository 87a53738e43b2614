"""Packs the C library for a release: library, headers, licences, one folder in one archive.

    cargo build --release -p lazcore-ffi
    python3 ffi-c/archive.py TARGET FOLDER_OF_THE_LIBRARY OUT

TARGET is the platform's name for the archive, such as x86_64-linux-gnu. Windows gets a .zip, the
others a .tar.gz.
"""

from __future__ import annotations

import re
import shutil
import sys
import tarfile
from pathlib import Path

import tomllib

ROOT = Path(__file__).resolve().parents[1]
LICENCES = ("LICENSE-MIT", "LICENSE-APACHE", "LICENSE-THIRD-PARTY")
HEADERS = ("include/lazcore.h", "include/lazcore_php.h", "ffi-c/bindings/cpp/lazcore.hpp")


def libraries(built: Path) -> dict[str, Path]:
    """The files of the library, by the names that linkers and loaders look for."""
    abi = re.search(
        r"const ABI_VERSION: u32 = (\d+);", (ROOT / "ffi-c/build.rs").read_text(encoding="utf-8")
    )
    if abi is None:
        raise SystemExit("ffi-c/build.rs does not tell the number of the binary interface")
    names = {
        # The loader asks for the library's own name, which holds the number.
        "liblazcore.so": f"liblazcore.so.{abi[1]}",
        "liblazcore.dylib": "liblazcore.dylib",
        "liblazcore.a": "liblazcore.a",
        "lazcore.dll": "lazcore.dll",
        "lazcore.dll.lib": "lazcore.dll.lib",
        "lazcore.lib": "lazcore.lib",
    }
    found = {to: built / name for name, to in names.items() if (built / name).exists()}
    if not any(re.search(r"\.(so\.\d+|dylib|dll)$", name) for name in found):
        raise SystemExit(f"no shared library in {built}")
    return found


def pack(target: str, built: Path, out: Path) -> Path:
    """Makes the archive and tells its path."""
    version = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"][
        "package"
    ]["version"]
    name = f"lazcore-{version}-{target}"
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "lib").mkdir(parents=True)
    (folder / "include").mkdir()
    for to, file in libraries(built).items():
        shutil.copy(file, folder / "lib" / to)
        if re.search(r"\.so\.\d+$", to):
            # What a linker looks for.
            (folder / "lib" / "liblazcore.so").symlink_to(to)
    for header in HEADERS:
        shutil.copy(ROOT / header, folder / "include")
    for licence in LICENCES:
        shutil.copy(ROOT / licence, folder)
    shutil.copy(ROOT / "ffi-c" / "README.md", folder)
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
