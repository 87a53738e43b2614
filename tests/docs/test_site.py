"""The site: built without the network, whole, and asking nobody for anything."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from blocks import ROOT

# What a browser loads by itself, as opposed to what a reader follows.
LOADED = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "audio": "src",
    "video": "src",
    "embed": "src",
    "object": "data",
    "form": "action",
}
# Links of these kinds load nothing.
QUIET = {"canonical", "prev", "next", "alternate"}


class Page(HTMLParser):
    """What a page loads, links to, and can be linked to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        self.anchors.update(
            filter(None, (told.get("id"), told.get("name") if tag == "a" else None))
        )
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        quiet = tag == "link" and set(told.get("rel", "").split()) & QUIET
        if LOADED.get(tag) in told and not quiet:
            self.loads.append(told[LOADED[tag]])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [ROOT / "docs/site/build", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {file: Page(file) for file in sorted(folder.rglob("*.html"))}


def test_every_page_is_built(site: dict[Path, Page]) -> None:
    names = {file.stem for file in site}
    assert {page.stem for page in (ROOT / "docs").glob("*.md")} <= names
    assert {"c", "changelog", "lazcore"} <= names


def test_no_page_asks_another_host(site: dict[Path, Page]) -> None:
    asked = [
        f"{file.name}: {what}"
        for file, page in site.items()
        for what in page.loads
        if urlsplit(what).netloc
    ]
    assert not asked, asked


def test_no_style_or_script_asks_another_host(site: dict[Path, Page]) -> None:
    folder = Path(os.path.commonpath([str(file.parent) for file in site]))
    for file in [*folder.rglob("*.css")]:
        assert not re.search(
            r"url\(['\"]?(https?:)?//|@import", file.read_text(encoding="utf-8")
        ), file.name


def test_every_link_leads_somewhere(site: dict[Path, Page]) -> None:
    dead = []
    for file, page in site.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or file.name == "404.html":
                continue
            there = (file.parent / parts.path).resolve() if parts.path else file
            if there.is_dir():
                there /= "index.html"
            if there not in site and not there.exists():
                dead.append(f"{file.name}: {link}")
            elif parts.fragment and there in site and parts.fragment not in site[there].anchors:
                dead.append(f"{file.name}: {link} (no such place)")
    assert not dead, "\n".join(sorted(set(dead))[:40])


def test_the_reference_has_every_public_name(site: dict[Path, Page]) -> None:
    module = ast.parse((ROOT / "py/python/lazcore/__init__.py").read_text(encoding="utf-8"))
    (names,) = [
        ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    anchors = set().union(*(page.anchors for page in site.values()))
    missing = [
        name for name in names if not name.startswith("__") and f"lazcore.{name}" not in anchors
    ]
    assert not missing


def test_the_c_page_has_every_function(site: dict[Path, Page]) -> None:
    (page,) = [page for file, page in site.items() if file.name == "c.html"]
    symbols = (ROOT / "include/symbols.txt").read_text(encoding="utf-8").split()
    assert symbols
    assert not [name for name in symbols if name not in page.anchors]


def test_nothing_waits_for_the_network() -> None:
    """The guard of the build bites."""
    python = ROOT / "target/venv-site/bin/python"
    code = (
        "import sys, socket; sys.path.insert(0, 'docs/site'); import offline\n"
        "sys.addaudithook(offline.refuse)\n"
        "try: socket.create_connection(('127.0.0.1', 9))\n"
        "except RuntimeError: sys.exit(7)"
    )
    assert subprocess.run([python, "-c", code], cwd=ROOT, check=False).returncode == 7
