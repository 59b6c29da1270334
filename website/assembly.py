"""Puts the whole documentation into a folder: the pages that people wrote, and beside them those that are generated."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

from .command_pages import FOLDER as COMMANDS
from .command_pages import command_pages
from .door_pages import FOLDER as MODULES
from .door_pages import door_pages
from .error_pages import error_pages
from .names import VENDORS
from .page import Page
from .resource_pages import FOLDER as RESOURCES
from .resource_pages import resource_pages

ROOT: Final = Path(__file__).parent.parent
CONFIGURATION: Final = "mkdocs.yml"
_DIRECTIVE: Final = re.compile(r"^::: (\S+)", re.MULTILINE)
_GENERATED: Final = "Reference"


def generated_pages() -> Iterator[Page]:
    """Yield every page that is generated."""
    resources = list(resource_pages())
    yield from resources
    yield from door_pages({name: page.path for page in resources for name in _DIRECTIVE.findall(page.text)})
    yield from command_pages()
    yield from error_pages()


def assemble(folder: Path) -> None:
    """Write configuration and pages into a folder, from which the site is built.

    Args:
        folder: Where they go; what an earlier run wrote there is replaced.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pages = list(generated_pages())
    docs = folder / "docs"
    shutil.copytree(ROOT / "docs", docs)
    shutil.copytree(ROOT / "benchmarks" / "plots", docs / "plots")
    speed = docs / "speed.md"
    text = speed.read_text(encoding="utf-8").replace("../benchmarks/plots/", "plots/")
    speed.write_text(text, encoding="utf-8")
    for page in pages:
        target = docs / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page.text, encoding="utf-8")
    configuration = yaml.safe_load((ROOT / CONFIGURATION).read_text(encoding="utf-8"))
    configuration["nav"] = navigation(configuration["nav"], pages)
    _name_sources(configuration)
    (folder / CONFIGURATION).write_text(
        yaml.safe_dump(configuration, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )


def navigation(nav: list[dict[str, Any]], pages: Iterable[Page]) -> list[dict[str, Any]]:
    """Return the navigation with the generated pages at the end of the reference."""
    pages = list(pages)
    sections: list[dict[str, Any]] = [
        {f"{label}: methods": _entries(pages, RESOURCES / vendor)} for vendor, label in VENDORS.items()
    ]
    sections += [{"Commands": _entries(pages, COMMANDS)}, {"Modules": _entries(pages, MODULES)}]
    single = [{page.title: str(page.path)} for page in pages if len(page.path.parts) == 2]
    return [
        {title: [*below, *single, *sections] if title == _GENERATED else below}
        for entry in nav
        for title, below in entry.items()
    ]


def _entries(pages: Iterable[Page], folder: PurePosixPath) -> list[dict[str, Any]]:
    return [{page.title: str(page.path)} for page in pages if page.path.parent == folder]


def _name_sources(configuration: dict[str, Any]) -> None:
    """Say where the sources are, since the site is built in another folder."""
    (plugin,) = (one["mkdocstrings"] for one in configuration["plugins"] if "mkdocstrings" in one)
    handler = plugin["handlers"]["python"]
    handler["paths"] = [str(ROOT)]
    extension = str(ROOT / "website" / "runtime_docstrings.py")
    handler["options"]["extensions"] = [{extension: {}}]
