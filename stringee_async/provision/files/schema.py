"""The JSON Schema of specification files, for editors and for programs that write such files.

Made from the declarations by which files are read, so that the two cannot disagree on keys, types, choices and ranges. What
a schema cannot say, such as that two names differ, only reading tells.
"""

from __future__ import annotations

from typing import Any, Final

from ...core.field_rules import Whole
from ...core.fields import Choice, Text
from ...core.validation import Check
from .file_form import FILE, VERSION, version
from .value_forms import FlagForm, ForeignForm, Form, ListForm, MapForm, PercentForm, TextForm, WholeForm

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final = ["string", "number"]
"""Digits need no quotes."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a specification file, a new dict each time.

    `version` is not required, as one of several files may state it for all.
    """
    return {"$schema": DRAFT, "title": "Contact centre", **_of(FILE)}


def _of(form: Form) -> dict[str, Any]:
    """Return what a form takes."""
    if isinstance(form, TextForm):
        return _text(form)
    if isinstance(form, FlagForm):
        return {"type": "boolean"}
    if isinstance(form, WholeForm):
        return _whole(form.check)
    if isinstance(form, PercentForm):
        return {"type": "number", "minimum": 0, "maximum": 100}
    if isinstance(form, ListForm):
        items = _of(form.item)
        several = {"type": "array", "items": items}
        return {"anyOf": [several, items]} if form.single else several
    if isinstance(form, ForeignForm):
        return {"type": "object"}
    if isinstance(form, MapForm):
        return _map(form)
    raise TypeError(f"{type(form).__name__} has no schema")


def _text(form: TextForm) -> dict[str, Any]:
    check = form.check
    if isinstance(check, Choice):
        return {"enum": list(check.values)}
    found: dict[str, Any] = {"type": [*_TEXT, "null"] if form.null else list(_TEXT), "minLength": 1}
    if isinstance(check, Text):
        found["maxLength"] = check.longest
        found["minLength"] = check.least
    return found


def _whole(check: Check) -> dict[str, Any]:
    if check is version:
        return {"const": VERSION}
    found: dict[str, Any] = {"type": "integer"}
    if isinstance(check, Whole):
        found["minimum"], found["maximum"] = check.minimum, check.maximum
    return found


def _map(form: MapForm) -> dict[str, Any]:
    properties: dict[str, Any] = {
        key: {"description": entry.text, **_of(entry.form)} for key, entry in form.entries.items()
    }
    for vendor in form.vendors:
        properties[f"x-{vendor}"] = {"description": f"Fields that only {vendor} has.", **_of(ForeignForm())}
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [key for key, entry in form.entries.items() if entry.required]
    if required:
        found["required"] = required
    return found if form.bare is None else {"anyOf": [_of(form.entries[form.bare].form), found]}
