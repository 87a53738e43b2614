"""The pages that are made from the sources: the C functions, the Python reference, the changelog.

A hook of MkDocs. Nothing it makes is kept in the repository, so nothing can go out of date.
"""

from __future__ import annotations

import ast
import posixpath
import re
from pathlib import Path
from typing import Any

from c_reference import reference
from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "py" / "python" / "lazcore"

# Files beside docs/ that are pages of the site.
BESIDE = {
    "ffi-c/README.md": "c.md",
    "CHANGELOG.md": "changelog.md",
    "README.md": "index.md",
}

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: Any) -> Any:
    """Completes the navigation: the reference, and pages that nobody has put anywhere."""
    docs = Path(config.docs_dir)
    there = {file.name for file in docs.glob("*.md")}
    config.nav = [
        {title: [f"reference/{name}.md" for name in modules()] if part == "reference" else part}
        for section in config.nav
        for title, part in section.items()
    ]
    listed = {target(page) for section in config.nav for part in section.values() for page in part}
    for section in config.nav:
        for title, part in section.items():
            if title == "In depth":
                section[title] = part + sorted(there - listed)
    return config


def target(page: str | dict[str, str]) -> str:
    """The file of an entry of the navigation, which may have a title of its own."""
    return page if isinstance(page, str) else next(iter(page.values()))


def modules() -> list[str]:
    """The public modules of the package; not those whose names their package hands on."""
    found: dict[str, set[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py*"), key=lambda file: (len(file.parts), file)):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        hidden = any(part.startswith("_") for part in parts) or "cli" in parts
        if file.suffix in (".py", ".pyi") and not hidden:
            found.setdefault(".".join(parts), set()).update(
                public(file.read_text(encoding="utf-8"))
            )
    return [
        name for name, names in found.items() if names - found.get(name.rpartition(".")[0], set())
    ]


def public(text: str) -> list[str]:
    """The names that a module lists for its users."""
    tree = ast.parse(text)
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            try:
                return [str(name) for name in ast.literal_eval(node.value)]
            except ValueError:
                # Computed: what the module defines under a public name.
                defined = [one for one in tree.body if isinstance(one, DEFINITIONS)]
                return [one.name for one in defined if not one.name.startswith("_")]
    return []


def on_files(files: Any, config: Any) -> Any:
    """Adds the pages."""
    made = {
        "c.md": beside("ffi-c/README.md") + reference(ROOT / "include" / "lazcore.h"),
        "changelog.md": beside("CHANGELOG.md"),
        # Codes and names are searched for by eye: not broken in the middle.
        "site.css": "td:first-child code { white-space: nowrap; }\n",
    }
    for name in modules():
        made[f"reference/{name}.md"] = f"# {name}\n\n::: {name}\n"
    for path, text in made.items():
        files.append(File.generated(config, path, content=text))
    return files


def beside(name: str) -> str:
    """The text of a file beside docs/, with its links as a page in docs/ would have them."""
    folder = posixpath.dirname(name)

    def moved(link: re.Match[str]) -> str:
        title, target, anchor = link.groups()
        if "://" in target:
            return link[0]
        return (
            f"[{title}]({posixpath.relpath(posixpath.join(folder, target), 'docs')}{anchor or ''})"
        )

    return LINK.sub(moved, (ROOT / name).read_text(encoding="utf-8"))


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Leads links to files beside docs/ to their pages; those that have none become plain text."""

    def led(link: re.Match[str]) -> str:
        title, target, anchor = link.groups()
        place = posixpath.normpath(
            posixpath.join("docs", posixpath.dirname(page.file.src_uri), target)
        )
        if "://" in target or place.startswith("docs/"):
            return link[0]
        if place in BESIDE:
            to = posixpath.relpath(BESIDE[place], posixpath.dirname(page.file.src_uri) or ".")
            return f"[{title}]({to}{anchor or ''})"
        if not (ROOT / place).exists():
            raise FileNotFoundError(f"{page.file.src_uri} leads to {place}, which is not there")
        return title

    return LINK.sub(led, markdown)
