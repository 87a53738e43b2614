"""No file that is shipped tells where it was built: no path of the machine, nor whose it is."""

from __future__ import annotations

import json
import os
import re
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest
from conftest import FULL, ROOT

CARGO = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
PROJECT = [ROOT, Path(os.environ["CARGO_TARGET_DIR"])]
MACHINE = [*PROJECT, CARGO, Path.home(), Path(sys.prefix), Path(tempfile.gettempdir()) / "pip-"]
# Whatever this machine calls them: the folders of homes and of crates, and paths as addresses.
WILD = re.compile(rb"/home/\w+/|/Users/\w+/|[A-Z]:\\Users\\|/registry/src/|file:///")
# A development build keeps the paths of crates: see `py/wheel`.
LIBRARY = MACHINE if FULL else PROJECT


def found(content: bytes, folders: list[Path]) -> list[str]:
    """What of the machine is in a file."""
    told = [str(folder) for folder in folders if f"{folder}".encode() in content]
    if folders is MACHINE:
        told += [hit.group().decode() for hit in WILD.finditer(content)]
    return told


def test_the_wheel_names_no_path(unpacked_wheel: Path) -> None:
    files = [file for file in unpacked_wheel.rglob("*") if file.is_file()]
    assert len(files) > 50
    hits = {
        str(file.relative_to(unpacked_wheel)): told
        for file in files
        if (told := found(file.read_bytes(), LIBRARY if file.suffix == ".so" else MACHINE))
    }
    assert hits == {}


def test_the_archive_names_no_path(sdist: Path) -> None:
    hits, count = {}, 0
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            assert (member.uname, member.gname) in {("", ""), ("root", "root")}, member.name
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                count += 1
                if told := found(file.read(), MACHINE):
                    hits[member.name] = told
    assert count > 50
    assert hits == {}


@pytest.mark.parametrize("folder", MACHINE, ids=str)
def test_a_path_would_be_found(folder: Path) -> None:
    assert found(b"\0" + str(folder / "x").encode() + b"\0", MACHINE)


def test_addresses_of_files_would_be_found() -> None:
    wild = (b"path+file:///builds/lazcore", b"/home/anna/lazcore", b"C:\\Users\\anna\\lazcore")
    for text in wild:
        assert found(text, MACHINE), text


def test_the_bill_of_materials_names_no_path(unpacked_wheel: Path) -> None:
    (file,) = unpacked_wheel.glob("*.dist-info/sboms/*")
    bill = json.loads(file.read_text(encoding="utf-8"))
    components = [bill["metadata"]["component"], *bill["components"]]
    for one in components:
        assert one["purl"] == one["bom-ref"]
        assert re.fullmatch(r"pkg:(pypi|cargo)/[\w.-]+@[\w.+-]+", one["purl"]), one
    refs = {one["bom-ref"] for one in components}
    assert {one["ref"] for one in bill["dependencies"]} == refs
    assert all(set(one["dependsOn"]) <= refs for one in bill["dependencies"])
