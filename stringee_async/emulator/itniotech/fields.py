"""Reading the fields of an ITNIO TECH body; what cannot be used is refused with -22 and the field's name.

Whole numbers may come as digits in a text (the vendor's own samples mix both), booleans are no numbers. Columns of
resources are declared in ``itniotech/tables.py``; the functions here read what belongs to one operation only.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from ..schema import BodyRules, Field, lenient_integer
from ..texts import LARGEST_ID, TEXTS, WORD_LONGEST, is_line, is_note
from . import codes
from .codes import RefusedError

T = TypeVar("T")
_MOST_LABELS, _LONGEST_LABEL = 10, 20


def integer(fields: Mapping[str, Any], name: str, least: int | None = None, most: int = LARGEST_ID) -> int:
    """Read a required whole number, or refuse it; without ``least`` it may be negative."""
    value = lenient_integer(fields.get(name))
    if value is None or (least is not None and value < least) or value > most:
        raise RefusedError(codes.PARAMETER, name)
    return value


def optional_integer(
    fields: Mapping[str, Any], name: str, least: int | None = None, most: int = LARGEST_ID
) -> int | None:
    """Read a whole number; None if the field is missing, null or an empty text."""
    return None if fields.get(name) in (None, "") else integer(fields, name, least, most)


def text(
    fields: Mapping[str, Any], name: str, least: int = 1, most: int = WORD_LONGEST, *, lines: bool = False
) -> str:
    """Read a required text of so many characters, or refuse it; a number is taken as its digits."""
    value: object = fields.get(name)
    if type(value) is int:
        value = str(value)
    if not isinstance(value, str):
        raise RefusedError(codes.PARAMETER, name)
    if not least <= len(value) <= most or not (is_note(value, most) if lines else is_line(value, most)):
        raise RefusedError(codes.PARAMETER, name)
    return value


def optional_text(
    fields: Mapping[str, Any], name: str, most: int = WORD_LONGEST, *, lines: bool = False
) -> str | None:
    """Read a text; None if the field is missing, null or empty."""
    return None if fields.get(name) in (None, "") else text(fields, name, most=most, lines=lines)


def items(fields: Mapping[str, Any], name: str, kind: type[T]) -> list[T]:
    """Read a required list whose items are all of one type."""
    value: object = fields.get(name)
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in cast("list[object]", value)):
        raise RefusedError(codes.PARAMETER, name)
    return cast("list[T]", value)


def texts(fields: Mapping[str, Any], name: str) -> list[str]:
    """Read a required list of texts."""
    return items(fields, name, str)


def integers(fields: Mapping[str, Any], name: str) -> list[int]:
    """Read a required list of whole numbers."""
    numbers = [lenient_integer(item) for item in items(fields, name, object)]
    if None in numbers:
        raise RefusedError(codes.PARAMETER, name)
    return cast("list[int]", numbers)


def file_content(fields: Mapping[str, Any], limit: int) -> tuple[str, bytes]:
    """Read the name and the decoded content of an uploaded file; more than ``limit`` bytes are -38."""
    name, encoded = text(fields, "fileName", 5, 32), fields.get("file")
    if not isinstance(encoded, str) or not encoded:
        raise RefusedError(codes.PARAMETER, "file")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(codes.INVALID, "file") from None
    if len(content) > limit:
        raise RefusedError(codes.FILE_TOO_LARGE)
    return name, content


def _convert(field: Field, value: Any) -> Any:
    """Convert one value to the form in which rows hold it, or refuse it with the field's own code."""
    if field.kind == "numbers":
        return integers({field.name: value}, field.name)
    if field.kind == "labels":
        return _labels(texts({field.name: value}, field.name))
    if field.kind == "number":
        found: Any = lenient_integer(value)
        fits = found is not None and field.least <= found <= field.most
    elif field.kind == "flag":
        found, fits = value, isinstance(value, bool)
    else:
        found = str(value) if type(value) is int and field.kind != "name" else value
        fits = isinstance(found, str) and field.least <= len(found) <= field.most
        fits = fits and TEXTS[field.kind](found) and (not field.among or found in field.among)
    if not fits:
        raise RefusedError(codes.PARAMETER, field.name) if field.wrong is None else RefusedError(field.wrong)
    return found


def _labels(names: list[str]) -> list[str]:
    """Check tag names: at most 10, all different, 1 to 20 characters each."""
    if not all(is_line(name, _LONGEST_LABEL) for name in names):
        raise RefusedError(codes.TAG_NAME)
    if len(names) > _MOST_LABELS or len(set(names)) < len(names):
        raise RefusedError(codes.TAGS)
    return names


def _missing(field: Field) -> RefusedError:
    if field.missing is None:
        return RefusedError(codes.PARAMETER, field.name)
    return RefusedError(field.missing)


def _blank(field: Field, value: Any) -> bool:
    """Whether a value counts as none: null, an empty text and, where a list is optional, an empty list."""
    optional = "required" not in (field.create, field.update)
    return value in (None, "") or (value == [] and optional and field.kind in ("numbers", "labels"))


RULES = BodyRules(convert=_convert, missing=_missing, blank=_blank)
"""How the vendor reads a body."""
