"""A sound file on its way to the vendor: read, checked, and packed as a form.

Source: the vendor's page on sounds: WAV or MP3, up to 10 MB; the server rejects WAV with floating-point samples.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from pathlib import Path
from typing import IO, Final

from ..core.errors import ConfigError

MAX_BYTES: Final = 10 * 1024 * 1024
"""The largest file that the vendor takes, in bytes."""

SoundFile = bytes | str | os.PathLike[str] | IO[bytes]
"""Where a sound comes from: its bytes, the path of a file, or an open binary file."""

_NOT_IN_A_NAME: Final = re.compile(r"[\x00-\x1f\x7f]")


async def read_sound(file: SoundFile, filename: str | None) -> tuple[bytes, str]:
    """Return a sound's bytes and file name; files are read in a thread.

    An open file is read from where it stands, and stays open. The name is needed for bytes, else it is the file's own.
    """
    name = _filename(file, filename)
    if isinstance(file, bytes):
        data = file
    else:
        try:
            data = await asyncio.to_thread(_read, file)
        except (OSError, ValueError) as error:
            raise ConfigError(f"file cannot be read ({type(error).__name__})") from None
    if not isinstance(data, bytes) or not data:
        raise ConfigError("file must hold bytes, and at least one of them; open it in binary mode")
    if len(data) > MAX_BYTES:
        raise ConfigError(f"file is larger than {MAX_BYTES} bytes, the most that the vendor takes")
    return data, name


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


def _read(file: str | os.PathLike[str] | IO[bytes]) -> bytes:
    if not isinstance(file, (str, os.PathLike)):
        return file.read(MAX_BYTES + 1)
    with Path(file).open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def form(fields: dict[str, str], data: bytes, filename: str) -> tuple[bytes, str]:
    """Return the body of a multipart/form-data request, text fields before the part called `file`, and its content type."""
    boundary = secrets.token_hex(24)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    kind = "audio/mpeg" if filename.lower().endswith(".mp3") else "audio/wav"
    quoted = filename.replace('"', "%22")
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
        f"Content-Type: {kind}\r\n\r\n".encode()
    )
    body = b"".join(parts) + data + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"
