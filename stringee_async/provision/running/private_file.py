"""Writes a file that only its owner can read, whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from ...core.errors import ConfigError


def write_private(path: Path, data: bytes) -> None:
    """Put a file in place of what is there, with mode 600; a crash leaves the old one.

    Raises:
        ConfigError: It cannot be written.
    """
    made = ""
    try:
        number, made = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")  # has mode 600
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(made).replace(path)
    except OSError as error:
        if made:
            with contextlib.suppress(OSError):
                Path(made).unlink()
        why = error.strerror or type(error).__name__
        raise ConfigError(f"{path.name} cannot be written: {why}") from None


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON for people and programs; see `write_private`."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    write_private(path, text.encode("utf-8", "backslashreplace") + b"\n")
