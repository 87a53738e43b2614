"""Holds lazcore.pas against lazcore.h: functions with parameters, constants with numbers.

python3 tests/pascal/drift.py [--declarations]

With --declarations it prints how the header's functions are to be declared.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "ffi-c/bindings/pascal/lazcore.pas"
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


def declared_in_c() -> dict[str, tuple[list[tuple[str, str]], str | None]]:
    """Functions of the header: parameters and result, as Pascal has them."""
    header = re.sub(r"//.*", "", (ROOT / "include/lazcore.h").read_text())
    functions = {}
    for result, name, inside in re.findall(
        r"^([a-z][\w ]*[ *]+)(laz_\w+)\(([^)]*)\);", header, re.MULTILINE
    ):
        parameters = (
            [] if inside.strip() == "void" else [parameter(one) for one in inside.split(",")]
        )
        functions[name] = (parameters, None if result.strip() == "void" else pascal_type(result))
    return functions


def declared_in_pascal() -> dict[str, tuple[list[tuple[str, str]], str | None]]:
    """Functions of the unit's interface that are imported."""
    text = re.sub(r"//.*", "", UNIT.read_text())
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


def main() -> int:
    """Compares and says what differs."""
    header = declared_in_c()
    if sys.argv[1:] == ["--declarations"]:
        for name, (parameters, result) in header.items():
            print(declaration(name, parameters, result))
        return 0
    symbols = (ROOT / "include/symbols.txt").read_text().split()
    unit = declared_in_pascal()
    wrong = [
        f"{name} stands in symbols.txt, not in lazcore.h" for name in set(symbols) - set(header)
    ]
    wrong += [
        f"{name} is {unit.get(name)}, not {want}"
        for name, want in header.items()
        if unit.get(name) != want
    ]
    wrong += [f"{name} is in no header" for name in set(unit) - set(header)]
    numbers = constants((ROOT / "include/lazcore.h").read_text(), r"^\s*(LAZ_[A-Z]+_\w+) = (\d+),")
    in_unit = constants(UNIT.read_text(), r"^\s*(LAZ_[A-Z]+_\w+) = (\d+);")
    wrong += [
        f"{name} is {in_unit.get(name)}, not {want}"
        for name, want in numbers.items()
        if in_unit.get(name) != want
    ]
    wrong += [f"{name} is in no header" for name in set(in_unit) - set(numbers)]
    for line in wrong:
        print(line)
    return 1 if wrong or not symbols or not numbers else 0


if __name__ == "__main__":
    sys.exit(main())
