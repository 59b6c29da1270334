"""An extension of griffe: pages show the docstrings that `help` shows.

The package completes its docstrings when it is imported: arguments and errors that mean the same everywhere are said once.
griffe reads sources, so this puts the whole text in place of the one that stands there. Settings that a method takes by
keyword become arguments of their own, and the fields of a model its attributes.
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import attrs
import griffe

from website.docstring_texts import flat, with_attributes


class RuntimeDocstrings(griffe.Extension):
    """Reads docstrings from what was imported."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Replace the docstrings of a whole package."""
        self._replace(pkg)

    def _replace(self, parent: Any) -> None:
        for member in parent.members.values():
            if member.is_alias:
                continue
            if member.is_module or member.is_class:
                self._replace(member)
            if member.docstring and (member.is_class or member.is_function):
                member.docstring.value = _text(member)


def _text(member: Any) -> str:
    found: Any = importlib.import_module(member.module.path)
    for name in member.path.removeprefix(f"{member.module.path}.").split("."):
        found = inspect.getattr_static(found, name)
    while isinstance(found, (classmethod, staticmethod)):
        found = found.__func__
    text = inspect.getdoc(found) or str(member.docstring.value)
    return with_attributes(found, text) if attrs.has(found) else flat(text)
