"""Docstrings as the pages show them: settings beside the other arguments, fields of a model as its attributes."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs

_NESTED: Final = re.compile(r"^    (?:settings|filters): [^\n]*\n((?:^ {8}.*\n?)+)", re.MULTILINE)
_ARGUMENTS: Final = re.compile(r"^Args:\n((?:^ {4}.*\n?)+)", re.MULTILINE)


def flat(text: str) -> str:
    """Return a docstring whose nested settings are a section of their own: none of them must be given."""
    nested = _NESTED.search(text)
    if nested is None:
        return text
    settings = re.sub(r"^ {4}", "", nested[1], flags=re.MULTILINE).rstrip("\n")
    rest = _NESTED.sub("", text)
    arguments = _ARGUMENTS.search(rest)
    if arguments is None:  # the settings were all that there is
        return re.sub(r"^Args:\n", lambda _: f"Keyword Args:\n{settings}\n", rest, flags=re.MULTILINE)
    end = arguments.end()
    return f"{rest[:end].rstrip()}\n\nKeyword Args:\n{settings}\n{rest[end:]}"


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
