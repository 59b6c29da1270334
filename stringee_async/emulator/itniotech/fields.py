"""Reading the fields of an ITNIO TECH body; what cannot be used is refused with -22 and the field's name.

Whole numbers may come as digits in a text (the vendor's own samples mix both), booleans are no numbers.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, cast

from ..texts import LARGEST_ID, WORD_LONGEST, is_line, is_note
from .codes import FILE_TOO_LARGE, INVALID, PARAMETER, RefusedError

_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


def read_object(body: bytes) -> dict[str, Any] | None:
    """Read a body as a JSON object; an empty body is an empty object; None if it is something else."""
    try:
        data: object = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", data) if isinstance(data, dict) else None


def whole(value: object) -> int | None:
    """A whole number, given as such or as digits; None if it is none."""
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return value if type(value) is int else None


def integer(fields: Mapping[str, Any], name: str, least: int | None = None, most: int = LARGEST_ID) -> int:
    """A required whole number.

    Args:
        fields: the body or its ``params``.
        name: the field.
        least: the smallest value; None for any.
        most: the largest value.

    Raises:
        RefusedError: it is missing, no whole number, or out of bounds.
    """
    value = whole(fields.get(name))
    if value is None or (least is not None and value < least) or value > most:
        raise RefusedError(PARAMETER, name)
    return value


def optional_integer(
    fields: Mapping[str, Any], name: str, least: int | None = None, most: int = LARGEST_ID
) -> int | None:
    """A whole number; None if the field is missing, null or an empty text."""
    return None if fields.get(name) in (None, "") else integer(fields, name, least, most)


def text(
    fields: Mapping[str, Any], name: str, least: int = 1, most: int = WORD_LONGEST, *, lines: bool = False
) -> str:
    """A required text; a number is taken as its digits.

    Args:
        fields: the body or its ``params``.
        name: the field.
        least: the smallest number of characters.
        most: the largest number of characters.
        lines: whether it may have several lines.

    Raises:
        RefusedError: it is missing, no text, blank, too short or too long, or has control characters.
    """
    value: object = fields.get(name)
    if type(value) is int:
        value = str(value)
    if not isinstance(value, str):
        raise RefusedError(PARAMETER, name)
    if not least <= len(value) <= most or not (is_note(value, most) if lines else is_line(value, most)):
        raise RefusedError(PARAMETER, name)
    return value


def optional_text(
    fields: Mapping[str, Any], name: str, most: int = WORD_LONGEST, *, lines: bool = False
) -> str | None:
    """A text; None if the field is missing, null or empty."""
    return None if fields.get(name) in (None, "") else text(fields, name, most=most, lines=lines)


def job_number(fields: Mapping[str, Any]) -> str:
    """An agent's job number: 1 to 12 digits."""
    job = text(fields, "empNo", 1, 12)
    if not (job.isascii() and job.isdigit()):
        raise RefusedError(PARAMETER, "empNo")
    return job


def items(fields: Mapping[str, Any], name: str) -> list[object]:
    """A required list."""
    value: object = fields.get(name)
    if not isinstance(value, list):
        raise RefusedError(PARAMETER, name)
    return cast("list[object]", value)


def integers(fields: Mapping[str, Any], name: str) -> list[int]:
    """A required list of whole numbers."""
    numbers = [whole(item) for item in items(fields, name)]
    if None in numbers:
        raise RefusedError(PARAMETER, name)
    return cast("list[int]", numbers)


def optional_integers(fields: Mapping[str, Any], name: str) -> list[int] | None:
    """A list of whole numbers; None if the field is missing or null, or the list is empty."""
    return None if fields.get(name) in (None, []) else integers(fields, name)


def texts(fields: Mapping[str, Any], name: str) -> list[str]:
    """A required list of texts."""
    found = items(fields, name)
    if not all(isinstance(item, str) for item in found):
        raise RefusedError(PARAMETER, name)
    return cast("list[str]", found)


def optional_texts(fields: Mapping[str, Any], name: str) -> list[str] | None:
    """A list of texts; None if the field is missing or null, or the list is empty."""
    return None if fields.get(name) in (None, []) else texts(fields, name)


def objects(fields: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A required list of objects."""
    found = items(fields, name)
    if not all(isinstance(item, dict) for item in found):
        raise RefusedError(PARAMETER, name)
    return cast("list[dict[str, Any]]", found)


def file_content(fields: Mapping[str, Any], limit: int) -> tuple[str, bytes]:
    """The name and the decoded content of an uploaded file.

    Args:
        fields: the body, with ``fileName`` (5 to 32 characters) and ``file`` (base64).
        limit: the most bytes after decoding; more are -38.

    Raises:
        RefusedError: a field is missing (-22), the content is no base64 or empty (-21), or it is too large.
    """
    name, encoded = text(fields, "fileName", 5, 32), fields.get("file")
    if not isinstance(encoded, str) or not encoded:
        raise RefusedError(PARAMETER, "file")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(INVALID, "file") from None
    if len(content) > limit:
        raise RefusedError(FILE_TOO_LARGE)
    return name, content
