"""Forms (`multipart/form-data`): a file on its way to a vendor as one part of one, and whole ones."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import cast

from .errors import ConfigError
from .validation import free_text, required_text


def sound_type(filename: str) -> str:
    """Return the media type of a sound by the ending of its name: MP3, else WAV."""
    return "audio/mpeg" if filename.lower().endswith(".mp3") else "audio/wav"


def file_form(fields: Mapping[str, str], filename: str, kind: str) -> tuple[bytes, bytes, str]:
    """Return what stands before and behind the part called `file`, text fields first, and the form's content type.

    Raises:
        ConfigError: The name cannot be sent, such as that of a file whose name is not UTF-8.
    """
    boundary = secrets.token_hex(24)
    parts = [_part(boundary, name, value.encode()) for name, value in fields.items()]
    parts.append(_head(boundary, "file", filename, kind))
    return b"".join(parts), f"\r\n--{boundary}--\r\n".encode(), _content_type(boundary)


def form(fields: Mapping[str, object]) -> tuple[bytes, str]:
    """Return a form as a body, and its content type.

    A field is text, a whole number, a pair of a file's name and its bytes, or a list of these, which repeats its name.

    Raises:
        ConfigError: A field is none of them, or a name cannot be sent.
    """
    boundary = secrets.token_hex(24)
    parts: list[bytes] = []
    for name, given in fields.items():
        required_text("a name in form", name)
        values = cast("list[object]", given) if isinstance(given, list) else [given]
        parts.extend(_any_part(boundary, name, value) for value in values)
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), _content_type(boundary)


def _any_part(boundary: str, name: str, value: object) -> bytes:
    """Return one field or file of a form."""
    kind = type(value).__name__
    if isinstance(value, tuple):
        match cast("tuple[object, ...]", value):
            case (str() as filename, bytes() as content):
                return _head(boundary, name, filename, "application/octet-stream") + content + b"\r\n"
            case _:
                pass
    elif isinstance(value, (str, int)) and not isinstance(value, bool):
        text = str(value)
        return _part(boundary, name, free_text(f"form: {name}", text).encode() if text else b"")
    raise ConfigError(
        f"form: {name} must be text, a whole number, a file as (name, bytes) or a list of them; got {kind}"
    )


def _part(boundary: str, name: str, value: bytes) -> bytes:
    return (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'.encode()
        + value
        + b"\r\n"
    )


def _head(boundary: str, name: str, filename: str, kind: str) -> bytes:
    """Return what stands before the content of a file."""
    return (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"; '
        f'filename="{_quoted(required_text("filename", filename))}"\r\nContent-Type: {kind}\r\n\r\n'
    ).encode()


def _quoted(name: str) -> str:
    return name.replace('"', "%22")


def _content_type(boundary: str) -> str:
    return f"multipart/form-data; boundary={boundary}"
