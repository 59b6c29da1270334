"""Files that are uploaded as base64 inside JSON. Source: itniotech.com, api/call (uploads)."""

from __future__ import annotations

import asyncio
import base64
from os import PathLike
from pathlib import Path

from ..core.errors import ConfigError
from ..core.unset import Unset
from .arguments import upload_name

FileSource = bytes | str | PathLike[str]
"""The bytes of a file, or the path of one."""


async def upload_body(
    source: FileSource, file_name: str | Unset, *, largest: int, endings: tuple[str, ...] = ()
) -> dict[str, object]:
    """Return the body of an upload; a file is read in another thread.

    `largest` is the most bytes that the vendor takes; `endings` are those that a name may have, in lower case, any where
    empty. A path without `file_name` gives its last part.
    """
    if isinstance(source, bytes):
        data, name = source, "" if isinstance(file_name, Unset) else file_name
        if not name:
            raise ConfigError("file_name must be given with bytes")
    elif isinstance(source, (str, PathLike)):
        path = Path(source)
        name = path.name if isinstance(file_name, Unset) else file_name
        data = await asyncio.to_thread(_read, path, largest)
    else:
        raise ConfigError(f"source must be bytes or a path, got {type(source).__name__}")
    _check_name(name, endings)
    if not data:
        raise ConfigError("source must not be empty")
    if len(data) > largest:
        raise ConfigError(f"source must be at most {largest // 1024} KiB")
    return {"fileName": name, "file": base64.b64encode(data).decode()}


def _read(path: Path, largest: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(largest + 1)
    except OSError as error:
        raise ConfigError(f"source cannot be read: {error.strerror or type(error).__name__}") from None


def _check_name(name: object, endings: tuple[str, ...]) -> None:
    text = upload_name("file_name", name)
    if endings and not text.lower().endswith(endings):
        raise ConfigError(f"file_name must end in {' or '.join(endings)}")
