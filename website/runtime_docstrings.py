"""An extension of griffe: pages show the docstrings that `help` shows.

The package completes its docstrings when it is imported: arguments and errors that mean the same everywhere are said once.
griffe reads sources, so this puts the whole text in place of the one that stands there. Settings that a method takes by
keyword become arguments of their own, and the fields of a model its attributes.
"""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any, Final

import attrs
import griffe

_NESTED: Final = re.compile(r"^    (?:settings|filters): [^\n]*\n((?:^ {8}.*\n?)+)", re.MULTILINE)
_ARGUMENTS: Final = re.compile(r"^Args:\n((?:^ {4}.*\n?)+)", re.MULTILINE)


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


def flat(text: str) -> str:
    """Return a docstring whose nested settings are arguments beside the others."""
    return _NESTED.sub(lambda nested: re.sub(r"^ {4}", "", nested[1], flags=re.MULTILINE), text)


def with_attributes(kind: Any, text: str) -> str:
    """Return the docstring of a class of values, with a line for each of its fields."""
    described = _ARGUMENTS.search(text)
    own = described[1] if described else ""
    names = [field.name for field in attrs.fields(kind) if not field.name.startswith("_")]
    missing = [name for name in names if not re.search(rf"^    {name}: ", own, re.MULTILINE)]
    if not names:
        return text
    rest = _ARGUMENTS.sub("", text).rstrip()
    lines = own.rstrip("\n") + "".join(f"\n    {name}: As the vendor has it." for name in missing)
    return f"{rest}\n\nAttributes:\n{lines.strip(chr(10))}\n"
