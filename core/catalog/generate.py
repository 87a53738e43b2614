"""Turns the catalogue beside this file into committed code. See README.md.

`python3 core/catalog/generate.py` writes the files; with `--check` it names the files that differ and exits with 1.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
# By path, so that a test may import this file from anywhere.
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from generator import csharp, docs, php, python_aio, python_api, rust_api, rust_table, troubleshooting
from generator.load import CatalogError, load
from generator.model import Catalog


def outputs(catalog: Catalog) -> dict[str, str]:
    """The text of every generated file, by its path in the repository."""
    files = {
        "core/src/api/table.rs": rust_table.emit_table(catalog),
        "core/src/protocol/codes_table.rs": rust_table.emit_codes(catalog),
    }
    files["py/python/lazcore/_api.py"] = python_api.emit_api(catalog)
    files["py/python/lazcore/records.py"] = python_api.emit_records(catalog)
    files["py/python/lazcore/records.pyi"] = python_api.emit_record_types(catalog)
    groups = read(HERE.parents[1] / "py/python/lazcore/groups.py") or ""
    files["py/python/lazcore/aio/groups.pyi"] = python_aio.emit_groups(files["py/python/lazcore/_api.py"], groups)
    files |= csharp.outputs(catalog)
    files["docs/apis.md"] = docs.emit_page(catalog)
    files |= php.outputs(catalog)
    files["docs/troubleshooting.md"] = troubleshooting.emit_page(catalog)
    for group in catalog.groups:
        files[f"core/src/api/{group.name}.rs"] = rust_api.emit_group(group)
    return files


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Turns the catalogue into code.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file differs")
    parser.add_argument("--catalog", type=Path, default=HERE, help="folder of the data")
    parser.add_argument("--root", type=Path, default=HERE.parents[1], help="folder the paths are below")
    options = parser.parse_args(arguments)
    try:
        files = outputs(load(options.catalog))
    except CatalogError as error:
        print(f"the catalogue has {len(error.errors)} mistakes:", *error.errors, sep="\n  ", file=sys.stderr)
        return 1
    drifted = [name for name, text in files.items() if read(options.root / name) != text]
    if options.check:
        for name in drifted:
            print(f"{name} differs from the catalogue: run core/catalog/generate.py", file=sys.stderr)
        return 1 if drifted else 0
    for name in drifted:
        path = options.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(files[name])
        print(f"wrote {name}")
    return 0


def read(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
