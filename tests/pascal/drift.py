"""Holds each unit against its header: functions with parameters, constants with numbers.

python3 tests/pascal/drift.py [--declarations]

With --declarations it prints how the functions of lazcore.h are to be declared.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "ffi-c/bindings/pascal"
HEADERS = ROOT / "include"
# Words that Pascal keeps for itself.
RESERVED = {"out": "found", "file": "file_", "type": "type_"}
TYPES = {
    "int32_t": "Integer",
    "int64_t": "Int64",
    "size_t": "NativeUInt",
    "void *": "Pointer",
    "char *": "PAnsiChar",
    "char **": "PPAnsiChar",
    "int32_t *": "PInteger",
    "int64_t *": "PInt64",
    "size_t *": "PNativeUInt",
}


def pascal_type(c_type: str) -> str:
    """How a type of the header is declared."""
    bare = re.sub(r"\bconst\b", "", c_type)
    stars = bare.count("*")
    word = bare.replace("*", "").strip()
    if word.startswith("laz_"):
        return "P" * stars + word
    return TYPES[f"{word} {'*' * stars}".strip()]


def parameter(c_parameter: str) -> tuple[str, str]:
    """Name and type of a parameter."""
    found = re.fullmatch(r"(.*?[\s*])(\w+)", c_parameter.strip(), re.DOTALL)
    assert found, c_parameter
    return RESERVED.get(found[2], found[2]), pascal_type(found[1])


def declared_in_c(header: str) -> dict[str, tuple[list[tuple[str, str]], str | None]]:
    """Functions of a header: parameters and result, as Pascal has them."""
    header = re.sub(r"//.*", "", header)
    functions = {}
    for result, name, inside in re.findall(
        r"^([a-z][\w ]*[ *]+)(laz_\w+)\(([^)]*)\);", header, re.MULTILINE
    ):
        parameters = (
            [] if inside.strip() == "void" else [parameter(one) for one in inside.split(",")]
        )
        functions[name] = (parameters, None if result.strip() == "void" else pascal_type(result))
    return functions


def declared_in_pascal(unit: str) -> dict[str, tuple[list[tuple[str, str]], str | None]]:
    """Functions of a unit's interface that are imported."""
    text = re.sub(r"//.*", "", unit)
    head = r"(?:function|procedure)\s+(laz_\w+)\s*(?:\(([^)]*)\))?\s*(?::\s*(\w+))?\s*;"
    pattern = head + r"\s*cdecl;\s*external\s+LAZCORE_LIBRARY;"
    functions = {}
    for name, inside, result in re.findall(pattern, text):
        parameters = []
        for one in filter(None, re.split(r";\s*", inside.strip())):
            names, kind = one.split(":")
            parameters += [(each.strip(), kind.strip()) for each in names.split(",")]
        functions[name] = (parameters, result or None)
    return functions


def constants(text: str, pattern: str) -> dict[str, int]:
    """Numbers of LAZ_STATUS_ and LAZ_TYPE_."""
    return {name: int(number) for name, number in re.findall(pattern, text, re.MULTILINE)}


def declaration(name: str, parameters: list[tuple[str, str]], result: str | None) -> str:
    """One function as the unit has it."""
    inside = "; ".join(f"{one}: {kind}" for one, kind in parameters)
    head = f"{'function' if result else 'procedure'} {name}"
    tail = (f": {result}" if result else "") + "; cdecl; external LAZCORE_LIBRARY;"
    line = f"{head}({inside}){tail}" if inside else head + tail
    return "\n".join(textwrap.wrap(line, 118, subsequent_indent="  "))


def differences(name: str) -> list[str]:
    """What one unit has otherwise than its header."""
    header = (HEADERS / f"{name}.h").read_text()
    unit = (UNITS / f"{name}.pas").read_text()
    wanted, there = declared_in_c(header), declared_in_pascal(unit)
    numbers = constants(header, r"^\s*(LAZ_[A-Z]+_\w+) = (\d+),")
    in_unit = constants(unit, r"^\s*(LAZ_[A-Z]+_\w+) = (\d+);")
    wrong = [] if wanted else [f"{name}.h has no functions"]
    for want, have in ((wanted, there), (numbers, in_unit)):
        wrong += [
            f"{one} is {have.get(one)}, not {want[one]}"
            for one in want
            if have.get(one) != want[one]
        ]
        wrong += [f"{one} is not in {name}.h" for one in set(have) - set(want)]
    return wrong


def main() -> int:
    """Compares and says what differs."""
    header = declared_in_c((HEADERS / "lazcore.h").read_text())
    if sys.argv[1:] == ["--declarations"]:
        for name, (parameters, result) in header.items():
            print(declaration(name, parameters, result))
        return 0
    symbols = (HEADERS / "symbols.txt").read_text().split()
    wrong = [
        f"{name} stands in symbols.txt, not in lazcore.h" for name in set(symbols) - set(header)
    ]
    for unit in sorted(UNITS.glob("*.pas")):
        wrong += differences(unit.stem)
    for line in wrong:
        print(line)
    return 1 if wrong or not symbols else 0


if __name__ == "__main__":
    sys.exit(main())
