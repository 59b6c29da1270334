"""Puts the whole documentation into a folder: the pages that people wrote, and beside them those that are generated."""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

import stringee_async

from .command_pages import FOLDER as COMMANDS
from .command_pages import command_pages
from .door_pages import FOLDER as MODULES
from .door_pages import door_pages
from .error_pages import FOLDER as EXPLAINED
from .error_pages import error_pages
from .names import VENDORS
from .page import Page
from .resource_pages import FOLDER as RESOURCES
from .resource_pages import resource_pages

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = Path(stringee_async.__file__).parent
CONFIGURATION: Final = "mkdocs.yml"
_DIRECTIVE: Final = re.compile(r"^::: (\S+)", re.MULTILINE)
_MARKED: Final = re.compile(r"^```(\w+) no-run$", re.MULTILINE)
_GENERATED: Final = "Reference"


@functools.cache
def generated_pages() -> tuple[Page, ...]:
    """Return every page that is generated."""
    resources = list(resource_pages())
    shown = {name: page.path for page in resources for name in _DIRECTIVE.findall(page.text)}
    return (*resources, *door_pages(shown), *command_pages(), *error_pages())


def assemble(folder: Path, *, only: Sequence[str] = ()) -> None:
    """Write configuration and pages into a folder, from which the site is built.

    Args:
        folder: Where they go; what an earlier run wrote there is replaced.
        only: Paths of pages below `docs/`; where they are given, these alone go there, and nothing is generated.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pages = () if only else generated_pages()
    docs = folder / "docs"
    for source in sorted((ROOT / "docs").rglob("*")):
        path = source.relative_to(ROOT / "docs").as_posix()
        if source.is_file() and (not only or path in only):
            _copy(source, docs / path)
    if not only:
        shutil.copytree(ROOT / "benchmarks" / "plots", docs / "plots")
    for page in pages:
        target = docs / page.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page.text, encoding="utf-8")
    configuration = yaml.safe_load((ROOT / CONFIGURATION).read_text(encoding="utf-8"))
    configuration["nav"] = list(only) or navigation(configuration["nav"], pages)
    _name_sources(configuration)
    (folder / CONFIGURATION).write_text(
        yaml.safe_dump(configuration, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".md":
        target.write_text(_for_the_site(source.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        shutil.copy(source, target)


def _for_the_site(text: str) -> str:
    """Return a page without what the site's builder does not know: blocks that are marked as not to be run."""
    return _MARKED.sub(r"```\1", text).replace("../benchmarks/plots/", "plots/")


def navigation(nav: list[dict[str, Any]], pages: Iterable[Page]) -> list[dict[str, Any]]:
    """Return the navigation with the generated pages at the end of the reference."""
    pages = list(pages)
    sections: list[dict[str, Any]] = [{"Errors and codes": _entries(pages, EXPLAINED)}]
    sections += [
        {f"{label}: methods": _entries(pages, RESOURCES / vendor)} for vendor, label in VENDORS.items()
    ]
    sections += [{"Commands": _entries(pages, COMMANDS)}, {"Modules": _entries(pages, MODULES)}]
    return [
        {title: [*below, *sections] if title == _GENERATED else below}
        for entry in nav
        for title, below in entry.items()
    ]


def _entries(pages: Iterable[Page], folder: PurePosixPath) -> list[dict[str, Any]]:
    return [{page.title: str(page.path)} for page in pages if page.path.parent == folder]


def _name_sources(configuration: dict[str, Any]) -> None:
    """Say where the sources are, since the site is built in another folder."""
    (plugin,) = (one["mkdocstrings"] for one in configuration["plugins"] if "mkdocstrings" in one)
    handler = plugin["handlers"]["python"]
    handler["paths"] = [str(PACKAGE.parent)]
    extension = str(ROOT / "website" / "runtime_docstrings.py")
    handler["options"]["extensions"] = [{extension: {}}]
