"""Standard output and standard error: the only place that writes to standard output.

What a terminal cannot show is written as an escape; a file or a pipe gets UTF-8. A reader that leaves early, as `head`
does, ends the command quietly; a full disk ends it with a message.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
from collections.abc import Generator
from contextvars import ContextVar
from typing import Final, TextIO, cast

_ESCAPES: Final = "backslashreplace"
_QUIET: Final = ContextVar("quiet", default=False)


class ReaderGoneError(Exception):
    """The reader closed standard output; nothing more can be written."""


class OutputError(Exception):
    """Standard output cannot be written; the text says why."""


@contextlib.contextmanager
def quietly(wanted: bool) -> Generator[None]:
    """Keep notes, progress and sentences of success unsaid while this is open, if that is wanted."""
    token = _QUIET.set(wanted)
    try:
        yield
    finally:
        _QUIET.reset(token)


def is_quiet() -> bool:
    """Return whether only what was asked for, warnings and errors are to be written."""
    return _QUIET.get()


def prepare() -> str | None:
    """Make the streams of this process fit to be written to; return what is wrong with standard output, or None."""
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]  # closed by the parent process
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as we live
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        return "standard output is closed, so results cannot be written; nothing was done"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(OSError, ValueError):
                stream.reconfigure(errors=_ESCAPES)
    return None


def is_utf8(stream: TextIO) -> bool:
    """Return whether a stream can carry every letter; one without an encoding is kept in memory and can."""
    name = getattr(stream, "encoding", None)
    return name is None or codecs.lookup(name).name.startswith("utf")


def write(text: str, *, ascii_only: bool = False) -> None:
    """Write to standard output at once; `ascii_only` leaves the encoding of the stream as it is.

    Raises:
        ReaderGoneError: The reader closed the stream.
        OutputError: It cannot be written, such as on a full disk.
    """
    stream = cast("TextIO", sys.stdout)
    if not ascii_only and not is_utf8(stream) and isinstance(stream, io.TextIOWrapper):
        if stream.isatty():
            stream.reconfigure(errors=_ESCAPES)
        else:
            stream.reconfigure(encoding="utf-8", errors=_ESCAPES)
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        discard()
        raise ReaderGoneError from None
    except OSError as error:
        discard()
        raise OutputError(f"standard output cannot be written: {error.strerror or error}") from None


def discard() -> None:
    """Throw away what is still to be written, so that the end of the process does not try again."""
    with contextlib.suppress(OSError, ValueError):
        number = os.open(os.devnull, os.O_WRONLY)
        os.dup2(number, sys.stdout.fileno())
        os.close(number)
