"""A file on its way to a vendor, as one part of a form (`multipart/form-data`)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from .validation import required_text


def sound_type(filename: str) -> str:
    """Return the media type of a sound by the ending of its name: MP3, else WAV."""
    return "audio/mpeg" if filename.lower().endswith(".mp3") else "audio/wav"


def file_form(fields: Mapping[str, str], filename: str, kind: str) -> tuple[bytes, bytes, str]:
    """Return what stands before and behind the part called `file`, text fields first, and the form's content type.

    Raises:
        ConfigError: The name cannot be sent, such as that of a file whose name is not UTF-8.
    """
    boundary = secrets.token_hex(24)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    quoted = required_text("filename", filename).replace('"', "%22")
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
        f"Content-Type: {kind}\r\n\r\n".encode()
    )
    return b"".join(parts), f"\r\n--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
