"""Looks for secrets where they must not be: logs, errors, their chains, the locals of their frames, pickles."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import stringee_async
from stringee_async import SdkError

from .scripted_transport import KEY_SECRET

PACKAGE = str(Path(stringee_async.__file__).parent)
TESTS = str(Path(__file__).parents[1])


class Canaries:
    """What must not be seen: the key secret and every token that was signed with it."""

    def __init__(self) -> None:
        self.words = [KEY_SECRET]

    def add(self, raw_requests: list[bytes]) -> None:
        """Learn the tokens from raw requests: the whole, and the signature alone."""
        for raw in raw_requests:
            for line in raw.split(b"\r\n"):
                if line.lower().startswith(b"x-stringee-auth:"):
                    token = line.split(b":", 1)[1].strip().decode()
                    self.words += [token, token.rsplit(".", 1)[1]]

    def check(self, text: str | bytes, where: str) -> None:
        """Fail if one of them is in `text`."""
        plain = text.decode("latin-1") if isinstance(text, bytes) else text
        for word in self.words:
            assert word not in plain, f"a secret is in {where}: {plain[:2000]}"


class Everything(logging.Handler):
    """Keeps every record of every logger with all that a formatter could print of it."""

    def __init__(self) -> None:
        super().__init__(level=0)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.getMessage()} {record.__dict__!r}")
        if record.exc_info:
            self.texts.append("".join(traceback.format_exception(*record.exc_info)))


@contextmanager
def all_logs() -> Iterator[list[str]]:
    """Listen to all loggers at all levels, and put everything back afterwards."""
    handler = Everything()
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in list(root.manager.loggerDict))]
    levels = [(logger, logger.level, logger.disabled) for logger in loggers]
    for logger in loggers:
        logger.setLevel(1)
        logger.disabled = False
    root.addHandler(handler)
    try:
        yield handler.texts
    finally:
        root.removeHandler(handler)
        for logger, level, disabled in levels:
            logger.setLevel(level)
            logger.disabled = disabled


@contextmanager
def asyncio_debug() -> Iterator[None]:
    """Let asyncio log every callback as if it were slow."""
    loop = asyncio.get_running_loop()
    slow, loop.slow_callback_duration = loop.slow_callback_duration, 0.0
    loop.set_debug(True)
    try:
        yield
    finally:
        loop.set_debug(False)
        loop.slow_callback_duration = slow


def chain(error: BaseException | None) -> list[BaseException]:
    """List an error and everything it is chained to, in either way."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        link = waiting.pop()
        if link is not None and not any(link is other for other in found):
            found.append(link)
            waiting += [link.__cause__, link.__context__]
    return found


def frames_with_locals(error: BaseException, *, foreign: bool) -> str:
    """Print the locals of the package's frames, and of `foreign` libraries', in the tracebacks of an error's chain."""
    lines: list[str] = []
    for link in chain(error):
        for frame, _ in traceback.walk_tb(link.__traceback__):
            file = frame.f_code.co_filename
            if file.startswith(PACKAGE) or (foreign and not file.startswith(TESTS)):
                lines += [
                    f"{frame.f_code.co_name} {name} = {value!r}" for name, value in frame.f_locals.items()
                ]
    return "\n".join(lines)


def inspect_error(error: BaseException, canaries: Canaries) -> None:
    """Look for the canaries wherever an error can be looked at."""
    for link in chain(error):
        canaries.check(f"{link} {link!r} {link.args!r} {vars(link)!r}", f"{type(link).__name__} of {error!r}")
    canaries.check(frames_with_locals(error, foreign=True), f"locals of {error!r}")
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [frame for frame in whole.stack if frame.filename.startswith(PACKAGE)]
    assert frames or not isinstance(error, SdkError)
    canaries.check(repr([frame.locals for frame in frames]), f"traceback of {error!r}")
    if isinstance(error, SdkError):
        canaries.check("".join(traceback.format_exception(error)), f"plain traceback of {error!r}")
        canaries.check(pickle.dumps(error), f"pickle of {error!r}")
        canaries.check(repr(vars(copy.copy(error))), f"copy of {error!r}")
