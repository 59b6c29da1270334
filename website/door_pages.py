"""The pages of the reference about modules: every public name, and what is behind those that no resource's page shows."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from tests.public_surface import DOORS

from .directive import directive
from .names import PublicName, public_names, public_path
from .page import Page, first_sentence, table

FOLDER: Final = PurePosixPath("reference/modules")
_LONG: Final = 60


def door_pages(shown: Mapping[str, PurePosixPath]) -> Iterator[Page]:
    """Yield a page for each module that users import from; `shown` says which names other pages show."""
    homes = dict(shown)
    names = list(public_names())
    for one in names:
        if one.described:
            homes.setdefault(public_path(one.value), _page_of(public_path(one.value)))
    for door in DOORS:
        own = [one for one in names if one.door == door]
        path = FOLDER / f"{door}.md"
        parts = [f"# `{door}`", _introduction(door), _index(own)]
        parts += [
            directive(one.path)
            for one in own
            if one.described and one.path == public_path(one.value) and homes[one.path] == path
        ]
        yield Page(path=path, title=door, text="\n\n".join(parts) + "\n")


def _page_of(path: str) -> PurePosixPath:
    return FOLDER / f"{path.rpartition('.')[0]}.md"


def _introduction(door: str) -> str:
    return first_sentence(importlib.import_module(door).__doc__)


def _index(names: list[PublicName]) -> str:
    return table(["name", "what it is"], [(_link(one), _what(one)) for one in names])


def _link(one: PublicName) -> str:
    return f"[`{one.name}`][{public_path(one.value)}]" if one.described else f"`{one.name}`"


def _what(one: PublicName) -> str:
    if one.described:
        return first_sentence(inspect.getdoc(one.value))
    text = repr(one.value)
    return f"`{text}`" if len(text) <= _LONG else _kind(one.value)


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"A mapping of {len(value)} entries."
    return f"A value of `{type(value).__name__}`."
