"""Where a recording is saved: a file that is written aside and moved into place, or a writer of the caller's.

One job: take pieces of bytes and put them on disk without a second copy of them in memory. The disk is written in a
thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import os
import tempfile
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias, cast

from .errors import ConfigError
from .options import shown

_PIECE: Final = 1024 * 1024
"""Bytes that are collected before the disk is written."""
_NAME: Final = 40
"""Characters of a file's name that the one beside it has: a name may be as long as the disk allows."""


class Writer(Protocol):
    """Takes bytes: an open binary file, or an object whose `write` is a coroutine."""

    def write(self, data: bytes, /) -> Any:
        """Write some bytes."""
        ...


Target: TypeAlias = str | os.PathLike[str] | Writer
"""The path of a file, or a writer."""


class Sink(Protocol):
    """Takes the pieces of one body."""

    size: int
    """Bytes that it has taken."""

    async def write(self, piece: bytes) -> None:
        """Take a piece."""
        ...

    async def restart(self) -> bool:
        """Forget what was taken; return whether that is possible."""
        ...


@asynccontextmanager
async def sink_of(target: Target) -> AsyncGenerator[Sink]:
    """Return what takes the pieces. A file stands in its place when the block ends without an error, and not before.

    Raises:
        ConfigError: The target is neither a path nor a writer, is a folder, or cannot be written.
    """
    if isinstance(target, (str, os.PathLike)):
        aside = _Aside(Path(target))
        try:
            with await asyncio.to_thread(aside.open) as file:
                sink = _File(file, aside.path)
                yield sink
                await sink.flush()
            await asyncio.to_thread(_move, file.name, aside.path)
        except BaseException:
            aside.remove()
            raise
    elif isinstance(target, io.TextIOBase):
        raise ConfigError('the target takes text; open it with mode "wb"')
    elif callable(getattr(cast("object", target), "write", None)):
        yield _Given(target)
    else:
        raise ConfigError(
            f"the target must be the path of a file or an object with write(); got {shown(target)}"
        )


class _Aside:
    """The file beside the target; it is removed, too, where it is opened only after its caller has gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: Any = None
        self._removed = False
        self._lock = threading.Lock()

    def open(self) -> Any:
        """Open it; runs in a thread, which goes on if the caller is cancelled."""
        file = _open(self.path)
        with self._lock:
            self._file = file
            if self._removed:
                _unlink(file)
        return file

    def remove(self) -> None:
        """Remove it, now or as soon as it is opened."""
        with self._lock:
            self._removed = True
            if self._file is not None:
                _unlink(self._file)


def _unlink(file: Any) -> None:
    with contextlib.suppress(OSError):
        file.close()
    Path(file.name).unlink(missing_ok=True)


def _open(path: Path) -> Any:
    if path.is_dir():
        raise ConfigError(f"{path.name or path} is a folder; name a file in it")
    try:
        return tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name[:_NAME]}.", suffix=".part", delete=False
        )
    except (OSError, ValueError) as error:  # the latter of a name with odd characters
        raise _unwritable(path, error) from None


def _move(made: str, path: Path) -> None:
    try:
        Path(made).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError | ValueError) -> ConfigError:
    why = getattr(error, "strerror", None) or type(error).__name__
    name = path.name.encode("utf-8", "backslashreplace").decode()
    return ConfigError(f"{name} cannot be written: {why}")


class _File:
    """A file that is written aside."""

    def __init__(self, file: Any, path: Path) -> None:
        self.size = 0
        self._file = file
        self._path = path
        self._held = bytearray()

    async def write(self, piece: bytes) -> None:
        """Take a piece."""
        self._held += piece
        self.size += len(piece)
        if len(self._held) >= _PIECE:
            await self.flush()

    async def flush(self) -> None:
        """Write what was collected."""
        held, self._held = self._held, bytearray()
        await self._on_disk(lambda: (self._file.write(held), self._file.flush()))

    async def restart(self) -> bool:
        """Empty the file."""
        self.size, self._held = 0, bytearray()
        await self._on_disk(lambda: (self._file.seek(0), self._file.truncate()))
        return True

    async def _on_disk(self, act: Any) -> None:
        try:
            await asyncio.to_thread(act)
        except OSError as error:
            raise _unwritable(self._path, error) from None


class _Given:
    """A writer of the caller's."""

    def __init__(self, writer: Writer) -> None:
        self.size = 0
        self._writer = writer

    async def write(self, piece: bytes) -> None:
        """Take a piece."""
        written = self._writer.write(piece)
        if inspect.isawaitable(written):
            await written
        elif isinstance(self._writer, io.RawIOBase):
            self._write_rest(piece, written)
        self.size += len(piece)

    def _write_rest(self, piece: bytes, written: int | None) -> None:
        """Write what a file without a buffer has not taken, as happens on a disk that is almost full."""
        left = memoryview(piece)
        while len(left) > (written or 0):
            if not written:
                raise ConfigError(
                    "the target takes no more bytes for now; give a path, or a file with a buffer"
                )
            left = left[written:]
            written = self._writer.write(bytes(left))

    async def restart(self) -> bool:
        """Return whether nothing was written yet: what was cannot be taken back."""
        return not self.size
