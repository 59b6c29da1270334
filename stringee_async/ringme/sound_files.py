"""A sound file on its way to the vendor: read, checked, and packed as a form.

Source: the vendor's page on sounds: WAV or MP3, up to 10 MB; the server rejects WAV with floating-point samples.
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import IO, Final

from ..core.errors import ConfigError
from ..core.messages import Upload
from ..core.multipart import file_form, sound_type
from ..core.streamed import file_upload

MAX_BYTES: Final = 10 * 1024 * 1024
"""The largest file that the vendor takes, in bytes."""

SoundFile = bytes | str | os.PathLike[str] | IO[bytes]
"""Where a sound comes from: its bytes, the path of a file, or an open binary file."""

_NOT_IN_A_NAME: Final = re.compile(r"[\x00-\x1f\x7f]")


async def sound_form(
    fields: dict[str, str], file: SoundFile, filename: str | None
) -> tuple[bytes | Upload, str]:
    """Return a sound as the body of a multipart/form-data request, behind text fields, and the body's content type.

    The file of a path is read in a thread while it is sent. An open file is read from where it stands, and stays open.
    The name is needed for bytes, else it is the file's own.
    """
    name = _filename(file, filename)
    before, after, kind = file_form(fields, name, sound_type(name))
    data = b""
    try:
        if isinstance(file, (str, os.PathLike)):
            size = await asyncio.to_thread(_size, Path(file))
        else:
            data = file if isinstance(file, bytes) else await asyncio.to_thread(file.read, MAX_BYTES + 1)
            size = len(data) if isinstance(data, bytes) else 0
    except (OSError, ValueError) as error:
        raise ConfigError(f"file cannot be read ({type(error).__name__})") from None
    _check_size(size)
    if isinstance(file, (str, os.PathLike)):
        return file_upload(Path(file), size, before, after), kind
    return before + data + after, kind


def _size(path: Path) -> int:
    with path.open("rb") as file:  # a folder, or a file that may not be read, is found out here
        return os.fstat(file.fileno()).st_size


def _check_size(size: int) -> None:
    if not size:
        raise ConfigError("file must hold bytes, and at least one of them; open it in binary mode")
    if size > MAX_BYTES:
        raise ConfigError(f"file is larger than {MAX_BYTES} bytes, the most that the vendor takes")


def _filename(file: SoundFile, filename: str | None) -> str:
    if isinstance(file, bytes):
        given: object = filename
    elif isinstance(file, (str, os.PathLike)):
        given = filename or Path(file).name
    elif callable(getattr(file, "read", None)):
        named = getattr(file, "name", None)
        given = filename or (Path(named).name if isinstance(named, str) else None)
    else:
        raise ConfigError(f"file must be bytes, a path or an open file, got {type(file).__name__}")
    if not isinstance(given, str):
        raise ConfigError("filename must be given as text, because the file has no name of its own")
    if not given.lower().endswith((".wav", ".mp3")) or _NOT_IN_A_NAME.search(given):
        raise ConfigError("filename must end in .wav or .mp3, the kinds of sound that the vendor takes")
    return given
