"""The bill of materials inside the wheel: the file py/lazcore.cyclonedx.json.

`python3 tests/packaging/bill.py --write` writes it; without the option it is compared, and the exit
code is 1 if it differs. What maturin writes by itself names every crate of the project by its path
on the machine that built, so that two machines make two wheels; this is a function of the sources.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import notices

BILL = notices.ROOT / "py" / "lazcore.cyclonedx.json"
# The project's crates below the native module: of the wheel's version, and on no registry.
OWN = ("lazcore-py", "lazcore", "lazcore-sandbox")


def package_url(name: str, version: str) -> str:
    """The name of a crate of the registry in the whole world."""
    return f"pkg:cargo/{name}@{version}"


def checksums() -> dict[tuple[str, str], str]:
    """The SHA-256 of every crate's archive, which the lock file demands."""
    found = {}
    for block in (notices.ROOT / "Cargo.lock").read_text(encoding="utf-8").split("\n[[package]]\n"):
        lines = (line.split(" = ", 1) for line in block.splitlines() if " = " in line)
        told = {line[0]: line[1].strip('"') for line in lines}
        if "checksum" in told:
            found[told["name"], told["version"]] = told["checksum"]
    return found


def component(one: dict[str, Any], checksum: str) -> dict[str, Any]:
    """One crate of others."""
    url = package_url(one["name"], one["version"])
    made = {
        "type": "library",
        "bom-ref": url,
        "name": one["name"],
        "version": one["version"],
        "scope": "required",
        "hashes": [{"alg": "SHA-256", "content": checksum}],
        "licenses": [{"expression": one["license"].replace("/", " OR ")}],
        "purl": url,
    }
    if one["repository"]:
        made["externalReferences"] = [{"type": "vcs", "url": one["repository"]}]
    return made


def page() -> str:
    """The whole file."""
    metadata = json.loads(notices.cargo("metadata", "--locked", "--format-version", "1"))
    packages = {one["id"]: one for one in metadata["packages"]}
    linked = {(crate.name, crate.version) for crate in notices.shipped("lazcore-py")}
    own = {id for id, one in packages.items() if one["source"] is None and one["name"] in OWN}
    others = {
        id: package_url(one["name"], one["version"])
        for id, one in packages.items()
        if one["source"] is not None and (one["name"], one["version"]) in linked
    }
    native = next(packages[id] for id in own if packages[id]["name"] == OWN[0])
    root = f"pkg:pypi/lazcore@{native['version']}"
    needs: dict[str, set[str]] = {root: set(), **{url: set() for url in others.values()}}
    for node in metadata["resolve"]["nodes"]:
        ref = root if node["id"] in own else others.get(node["id"])
        if ref is not None:
            # Neither what only builds nor what only tests.
            linked_to = (
                dep["pkg"]
                for dep in node["deps"]
                if any(kind["kind"] is None for kind in dep["dep_kinds"])
            )
            needs[ref] |= {others[to] for to in linked_to if to in others}
    sums = checksums()
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": root,
                "name": "lazcore",
                "version": native["version"],
                "licenses": [{"expression": native["license"]}],
                "purl": root,
            }
        },
        "components": [
            component(packages[id], sums[packages[id]["name"], packages[id]["version"]])
            for id in sorted(others, key=others.__getitem__)
        ],
        "dependencies": [{"ref": ref, "dependsOn": sorted(needs[ref])} for ref in sorted(needs)],
    }
    return json.dumps(bill, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes or compares."""
    text = page()
    if "--write" in sys.argv[1:]:
        BILL.write_text(text, encoding="utf-8")
        return 0
    if not BILL.exists() or BILL.read_text(encoding="utf-8") != text:
        print(f"{BILL.name} differs: run tests/packaging/bill.py --write", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
