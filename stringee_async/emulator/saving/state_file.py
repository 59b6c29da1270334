"""The file that a state is kept in: written beside its place first, so that the old one stays whole until the new one is."""

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, cast

from .forms import StateError

_DEPTH = 3
"""Vendors, their parts, and the rows of those stand on lines of their own."""


def encode(state: Any) -> bytes:
    """Write a state as JSON, a row a line."""
    try:
        return f"{_text(state, 0, as_is=True)}\n".encode()
    except UnicodeEncodeError:  # half a surrogate pair, which came in escaped
        return f"{_text(state, 0, as_is=False)}\n".encode()


def _text(value: Any, depth: int, *, as_is: bool) -> str:
    if depth == _DEPTH or not value or not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=not as_is, allow_nan=False)
    lines = (
        f"{' ' * (depth + 1)}{json.dumps(name, ensure_ascii=not as_is)}: {_text(inner, depth + 1, as_is=as_is)}"
        for name, inner in cast("dict[str, Any]", value).items()
    )
    return "{\n" + ",\n".join(lines) + "\n" + " " * depth + "}"


def decode(content: bytes) -> Any:
    """Read JSON; StateError if it is none."""
    try:
        return json.loads(content.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise StateError(f"not JSON: {error}") from None


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def write_file(path: Path, content: bytes) -> None:
    """Replace a file: write beside it, flush to disk, then swap. Only its owner may read it.

    A process that is killed meanwhile leaves the old file whole, and at most a file ``.NAME.*.tmp`` beside it.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    target = path.resolve()  # a symbolic link stays one
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Flush a folder, so that the swap survives a power cut, where the system can do that."""
    with contextlib.suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
