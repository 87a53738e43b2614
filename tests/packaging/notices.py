"""The notices of the crates inside the wheel and the C library: the file LICENSE-THIRD-PARTY.

`python3 tests/packaging/notices.py --write` writes it; without the option it is compared, and the
exit code is 1 if it differs. Cargo tells which crates are linked; their own files tell the texts.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
NOTICES = ROOT / "LICENSE-THIRD-PARTY"
SHIPPED = ("lazcore-py", "lazcore-ffi")

# The platforms of .github/workflows/release.yml.
TARGETS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "i686-pc-windows-msvc",
)

# What the shipped code may be licensed under. Of several offered the first one here is taken.
ACCEPTED = (
    "MIT",
    "ISC",
    "Zlib",
    "0BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Apache-2.0",
    "Unlicense",
    "Unicode-3.0",
    "CDLA-Permissive-2.0",
)

HEAD = """\
lazcore contains the following software of others. Each part is used under the licence named with
it; the texts follow. It also contains the Rust standard library, copyright The Rust Project
Contributors, under the MIT License.
"""


class Crate(NamedTuple):
    """A crate that is linked into what is shipped."""

    name: str
    version: str
    licence: str
    folder: Path


def cargo(*arguments: str) -> str:
    """What cargo prints."""
    return subprocess.run(
        ["cargo", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def shipped(*of: str) -> list[Crate]:
    """The crates of others that are linked into these (else: all that ship) on any platform."""
    tree = ["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none"]
    packages = [part for name in of or SHIPPED for part in ("--package", name)]
    targets = [part for target in TARGETS for part in ("--target", target)]
    lines = cargo(*tree, *packages, *targets, "--format", "{p}").splitlines()
    linked = {
        (words[0], words[1].removeprefix("v"))
        for words in (line.split() for line in lines)
        if words
    }
    everything = json.loads(cargo("metadata", "--locked", "--format-version", "1"))["packages"]
    found = [
        Crate(one["name"], one["version"], one["license"], Path(one["manifest_path"]).parent)
        for one in everything
        if one["source"] is not None and (one["name"], one["version"]) in linked
    ]
    return sorted(found)


def chosen(crate: Crate) -> list[str]:
    """The licences that it is used under: all that are joined by AND, else the first choice."""
    if " AND " in crate.licence:
        names = crate.licence.replace("(", "").replace(")", "").split(" AND ")
    else:
        offered = crate.licence.replace("/", " OR ").split(" OR ")
        names = [name for name in ACCEPTED if name in [one.strip() for one in offered]][:1]
    if not names or any(name not in ACCEPTED for name in names):
        raise SystemExit(
            f"{crate.name} {crate.version}: the licence {crate.licence!r} is not accepted"
        )
    return names


def texts(crate: Crate) -> list[str]:
    """Its texts of these licences, and its notices."""
    files = sorted(
        file
        for file in crate.folder.iterdir()
        if file.name.upper().startswith(("LICENSE", "LICENCE", "COPYRIGHT", "NOTICE", "UNLICENSE"))
    )
    names = chosen(crate)
    if len(names) == 1 and len(files) > 1:
        short = names[0].split("-")[0].upper()
        files = [
            file
            for file in files
            if short in file.name.upper() or file.name.upper().startswith(("COPYRIGHT", "NOTICE"))
        ] or [file for file in files if file.stem.upper() == "LICENSE"]
    if not files:
        raise SystemExit(f"{crate.name} {crate.version}: no text of its licence")
    return [
        "\n".join(line.rstrip() for line in file.read_text(encoding="utf-8").strip().splitlines())
        for file in files
    ]


def page() -> str:
    """The whole file. Crates with the same text share it."""
    crates = shipped()
    owners: dict[str, list[Crate]] = {}
    for crate in crates:
        for text in texts(crate):
            owners.setdefault(text, []).append(crate)
    out = HEAD + "\n"
    for crate in crates:
        out += f"{crate.name} {crate.version}: {' AND '.join(chosen(crate))}\n"
    for text, of in owners.items():
        names = ", ".join(dict.fromkeys(crate.name for crate in of))
        out += f"\n{'-' * 80}\n{names}\n\n{text}\n"
    return out


def main() -> int:
    """Writes or compares."""
    text = page()
    if "--write" in sys.argv[1:]:
        NOTICES.write_text(text, encoding="utf-8")
        return 0
    if not NOTICES.exists() or NOTICES.read_text(encoding="utf-8") != text:
        print(
            "LICENSE-THIRD-PARTY differs: run tests/packaging/notices.py --write", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
