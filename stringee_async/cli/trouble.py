"""What a command says on standard error when something went wrong, or when it waits.

Long lists are cut; the whole of them goes to a file where the user names one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncGenerator, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, cast

from .looking import changed_by, commands
from .output import note, write_lines
from .streams import ReaderGoneError
from .vendor import Vendor
from .wording import counted

if TYPE_CHECKING:
    from ..core.client import Client
    from ..core.errors import SdkError
    from ..core.unknown_writes import UnknownWrite

SHOWN: Final = 20
"""How many of many errors are written to the terminal."""

QUIET: Final = 5.0
"""Seconds without any progress after which the command says that it waits."""

_TOLD_BY_COMMANDS: Final = ("stringee_async.unknown_writes", "stringee_async.paging")
"""Loggers whose warnings the commands put into words of their own, at the end."""


def show_error(error: SdkError, vendor: Vendor, prefix: str = "", whole: Path | None = None) -> None:
    """Write an error of ours, what it happened to and what to do next; a file `whole` gets all lines of the message.

    One of many has a `prefix` that says which; the others are followed by the command that explains them.
    """
    from .error_hints import hint

    problems: tuple[str, ...] = getattr(error, "problems", ())
    if problems:
        heading = error.message.splitlines()[0]
        note("\n".join([f"error: {prefix}{heading}", *(f"  {text}" for text in problems[:SHOWN])]), "red")
        if len(problems) > SHOWN and whole is None:
            note(f"and {len(problems) - SHOWN} more; --errors FILE writes all of them to a file", "red")
    else:
        note(f"error: {prefix}{error.without_next_step()}", "red")
    if whole is not None:
        _keep(problems or (error.without_next_step(),), whole)
    text = hint(error, vendor)
    if text:
        note(text)
    if not prefix:
        from ..explanations import explain_words

        note(f"More: stringee-async explain {' '.join(explain_words(error))}", whole=True)


def _keep(lines: Sequence[str], whole: Path) -> None:
    """Write all lines to a file, and say so."""
    if write_lines(lines, whole):
        note(f"all {len(lines)} are in {whole}" if len(lines) > 1 else f"it is in {whole} too")


def show_unknown(writes: Sequence[UnknownWrite], vendor: Vendor, *, gone: bool = False) -> None:
    """Say which writes were sent without a response, and how to check whether they were carried out.

    With `gone`, the server has ended with the command, so that there is nothing to look at.
    """
    if not writes:
        return
    note(
        f"{counted(len(writes), 'write')} left and may have been carried out:",
        "yellow",
    )
    for write in writes[:SHOWN]:
        note(f"  {write}", "yellow")
    if len(writes) > SHOWN:
        note(f"  and {len(writes) - SHOWN} more", "yellow")
    if gone:
        note("The emulator that they went to has ended with this command, and kept nothing.")
        return
    found = dict.fromkeys(changed_by(write.operation, vendor) for write in writes)
    ways = commands(command for command in found if command is not None)
    note(f"Look what is there before you repeat them: {ways or 'there is no command that lists them'}.")


class _Notes(logging.Handler):
    """Writes the SDK's warnings as notes."""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(ReaderGoneError):  # its reader has left; the work goes on
            note(f"warning: {record.getMessage()}", "yellow")


def set_up_logging(*, verbose: bool, file: Path | None = None) -> None:
    """Let the SDK's log go to standard error: its warnings as notes, or with `verbose` all of it; and all of it to a file.

    Raises:
        ConfigError: The file cannot be written.
    """
    package = logging.getLogger("stringee_async")
    kept: list[logging.Handler] = []
    if file is not None:
        kept.append(_log_file(file))
    if verbose:
        logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
        package.handlers += kept
        package.setLevel(logging.DEBUG)
        return
    handler = _Notes(logging.WARNING)
    handler.addFilter(lambda record: record.name not in _TOLD_BY_COMMANDS)
    package.handlers = [handler, *kept]
    package.propagate = False
    if kept:
        package.setLevel(logging.DEBUG)


def _log_file(path: Path) -> logging.Handler:
    """Return what appends to a file, which is made with mode 600."""
    from ..core.errors import ConfigError

    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
    if sys.platform != "win32" and os.fstat(number).st_mode & 0o077:
        note(f"warning: others may read {path}; run: chmod 600 {path}", "yellow")
    handler = logging.StreamHandler(os.fdopen(number, "a", encoding="utf-8"))
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    return handler


@contextlib.contextmanager
def closing_log() -> Generator[None]:
    """Close the log files that are opened meanwhile."""
    package = logging.getLogger("stringee_async")
    before = list(package.handlers)
    try:
        yield
    finally:
        for handler in [one for one in package.handlers if one not in before]:
            if isinstance(handler, logging.StreamHandler):
                log = cast("logging.StreamHandler[TextIO]", handler)
                package.removeHandler(log)
                log.stream.close()
                package.setLevel(logging.NOTSET)


@contextlib.asynccontextmanager
async def telling_of_waits(client: Client) -> AsyncGenerator[None]:
    """Say that the command waits, and for what, each time nothing has happened for a while."""
    task = asyncio.create_task(_watch(client))
    try:
        yield
    finally:
        task.cancel()


async def _watch(client: Client) -> None:
    latest, quiet, told = -1, 0.0, QUIET
    while True:
        await asyncio.sleep(QUIET)
        stats = client.stats()
        quiet = quiet + QUIET if stats.requests == latest else 0.0
        latest = stats.requests
        if not quiet:
            told = QUIET
        elif quiet >= told:
            told *= 2
            why = (
                "for a response"
                if stats.in_flight
                else "for the limit, or until the vendor can be tried again"
            )
            note(f"waiting {why}, {quiet:.0f} s so far; Ctrl-C stops")
