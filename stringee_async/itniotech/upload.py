"""Files that are uploaded as base64 inside JSON. Source: itniotech.com, api/call (uploads)."""

from __future__ import annotations

import asyncio
import base64
import os
from os import PathLike
from pathlib import Path

from ..core.errors import ConfigError
from ..core.json_codec import encode
from ..core.messages import Upload
from ..core.streamed import file_upload
from ..core.unset import Unset
from .arguments import upload_name

FileSource = bytes | str | PathLike[str]
"""The bytes of a file, or the path of one."""


async def upload_body(
    source: FileSource, file_name: str | Unset, *, largest: int, endings: tuple[str, ...] = ()
) -> dict[str, object] | Upload:
    """Return the body of an upload; the file of a path is read in another thread while it is sent.

    `largest` is the most bytes that the vendor takes; `endings` are those that a name may have, in lower case, any
    where empty. A path without `file_name` gives its last part.
    """
    if isinstance(source, bytes):
        name = "" if isinstance(file_name, Unset) else file_name
        if not name:
            raise ConfigError("file_name must be given with bytes")
        _check(name, endings, len(source), largest)
        return {"fileName": name, "file": base64.b64encode(source).decode()}
    if not isinstance(source, (str, PathLike)):
        raise ConfigError(f"source must be bytes or a path, got {type(source).__name__}")
    path = Path(source)
    name = path.name if isinstance(file_name, Unset) else file_name
    size = await asyncio.to_thread(_size, path)
    _check(name, endings, size, largest)
    before = encode({"fileName": name, "file": ""}).removesuffix(b'"}')
    return file_upload(path, size, before, b'"}', base64=True)


def _size(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return os.fstat(file.fileno()).st_size
    except OSError as error:
        raise ConfigError(f"source cannot be read: {error.strerror or type(error).__name__}") from None


def _check(name: object, endings: tuple[str, ...], size: int, largest: int) -> None:
    text = upload_name("file_name", name)
    if endings and not text.lower().endswith(endings):
        raise ConfigError(f"file_name must end in {' or '.join(endings)}")
    if not size:
        raise ConfigError("source must not be empty")
    if size > largest:
        raise ConfigError(f"source must be at most {largest // 1024} KiB")
