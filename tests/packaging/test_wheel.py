"""What is in the wheel, and what it says about itself."""

from __future__ import annotations

import email
import json
import re
import subprocess
import sys
from pathlib import Path

import bill
import notices
from conftest import FULL, ROOT
from trove_classifiers import classifiers

LARGEST_WHEEL = 2_300_000


def info(wheel: Path) -> Path:
    (folder,) = wheel.glob("*.dist-info")
    return folder


def test_one_wheel_serves_every_python_since_3_9(wheel: Path) -> None:
    tag = r"manylinux2014_x86_64\.manylinux_2_17_x86_64" if FULL else r"(manylinux|linux)_\w+"
    assert re.fullmatch(rf"lazcore-[\d.]+-cp39-abi3-{tag}\.whl", wheel.name), wheel.name


def test_the_wheel_runs_on_the_glibc_of_its_tag(wheel: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "auditwheel", "show", wheel],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    told = re.search(r'platform tag:\s+"manylinux_2_(\d+)_x86_64"', shown)
    assert told, shown
    named = re.search(r"manylinux_2_(\d+)_x86_64", wheel.name)
    assert named, wheel.name
    assert int(told[1]) <= int(named[1]), shown
    assert not FULL or int(told[1]) <= 17


def test_it_holds_the_package_and_nothing_else(unpacked_wheel: Path) -> None:
    source = ROOT / "py" / "python"
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "."],
        cwd=source,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    held = {
        str(file.relative_to(unpacked_wheel))
        for file in unpacked_wheel.rglob("*")
        if file.is_file() and ".dist-info" not in str(file)
    }
    assert held == {*tracked, "lazcore/_native.abi3.so"}
    assert "lazcore/py.typed" in held


def test_the_metadata_is_complete(unpacked_wheel: Path) -> None:
    text = (info(unpacked_wheel) / "METADATA").read_text(encoding="utf-8")
    metadata = email.message_from_string(text)
    assert metadata["Requires-Python"] == ">=3.9"
    assert metadata["License-Expression"] == "MIT OR Apache-2.0"
    assert metadata["Summary"]
    assert metadata["Keywords"]
    # Nothing is needed but the standard library.
    assert all("extra ==" in one for one in metadata.get_all("Requires-Dist", []))
    told = metadata.get_all("Classifier", [])
    assert not set(told) - classifiers
    assert {"Typing :: Typed", "Programming Language :: Python :: 3.9"} <= set(told)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert str(metadata.get_payload()).strip() == readme.strip()


def test_the_wheel_as_released_is_small(wheel: Path) -> None:
    # What it was, and a little room: tests/bench/README.md says what makes it so.
    assert not FULL or wheel.stat().st_size <= LARGEST_WHEEL


def test_the_licences_are_inside(unpacked_wheel: Path) -> None:
    folder = info(unpacked_wheel) / "licenses"
    for name in ("LICENSE-MIT", "LICENSE-APACHE", "LICENSE-THIRD-PARTY"):
        assert (folder / name).read_bytes() == (ROOT / name).read_bytes(), name


def test_the_notices_are_those_of_the_crates() -> None:
    assert notices.NOTICES.read_text(encoding="utf-8") == notices.page(), (
        "tests/packaging/notices.py --write"
    )


def test_the_bill_of_materials_names_every_crate(unpacked_wheel: Path) -> None:
    (file,) = (info(unpacked_wheel) / "sboms").iterdir()
    text = file.read_text(encoding="utf-8")
    assert text == bill.page(), "tests/packaging/bill.py --write"
    told = json.loads(text)
    assert told["bomFormat"] == "CycloneDX"
    listed = {(one["name"], one["version"]): one for one in told["components"]}
    crates = notices.shipped("lazcore-py")
    assert set(listed) == {(crate.name, crate.version) for crate in crates}
    for one in listed.values():
        assert one["licenses"], one["name"]
        assert re.fullmatch("[0-9a-f]{64}", one["hashes"][0]["content"]), one["name"]


def test_it_uses_the_stable_abi_of_its_tag_alone(wheel: Path) -> None:
    # Fails for a function that entered the stable ABI later, and for one outside of it.
    done = subprocess.run(
        [sys.executable, "-m", "abi3audit", "--strict", "--summary", wheel],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 extensions scanned; 0 ABI version mismatches and 0 ABI violations" in " ".join(
        done.stderr.split()
    ), done.stderr
