"""The program in a process of its own whose terminal is a pty: what a user sees and types, and the signals it gets."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Self

PROGRAM = """
from stringee_async import Timeouts
from stringee_async.cli.command_context import CommandContext
made = CommandContext.open.__func__
CommandContext.open = classmethod(lambda cls, account, **more: made(cls, account, timeouts=Timeouts(settle=0.1), **more))
from stringee_async.cli.app import start
start()
"""
"""The program with a client that settles quickly."""
PATIENCE = 60.0
"""Seconds after which a test gives up."""


class Terminal:
    """A process of the program at a terminal of its own, 100 columns wide.

    Args:
        words: The arguments of the program.
        environment: The variables of the process, beside those of this one; None takes one away.
        stdout: Where its standard output goes; None: to the terminal.
    """

    def __init__(
        self, *words: str, environment: Mapping[str, str | None], stdout: IO[bytes] | int | None = None
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        variables = {**os.environ, "TERM": "xterm-256color", **environment}
        for name in ("COLUMNS", "NO_COLOR"):
            if name not in environment:
                variables.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            stdin=theirs,
            stdout=theirs if stdout is None else stdout,
            stderr=theirs,
            env={name: value for name, value in variables.items() if value is not None},
            start_new_session=True,
        )
        os.close(theirs)
        self.text = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def until(self, done: Callable[[], object]) -> None:
        """Take in what is shown until something holds."""
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, f"still waiting; shown so far: {self.text}"
            if not self._read() and self.process.poll() is not None and not self._read():
                assert done(), f"ended; shown: {self.text}"

    def shows(self, text: str) -> None:
        """Wait until a text has been shown."""
        self.until(lambda: text in self.text)

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self._ours, text.encode())

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        self.process.send_signal(number)

    def end(self) -> int:
        """Wait for its end, and return its exit code."""
        self.until(lambda: self.process.poll() is not None)
        while self._read():
            pass
        return self.process.wait()

    def _read(self) -> bool:
        """Take in what is shown; return whether there was anything."""
        if not select.select([self._ours], [], [], 0.02)[0]:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # the other end is closed
            return False
        self.text += data.decode("utf-8", "replace")
        return bool(data)


def screen_of(text: str) -> str:
    """Return what is left on the screen of what was written to it, as far as our output moves the cursor: up, and erase."""
    lines, row = [""], 0
    for part in _parts(text):
        if part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part == "\x1b[1A":
            row = max(0, row - 1)
        elif part == "\x1b[2K":
            lines[row] = ""
        elif not part.startswith("\x1b") and part != "\r":
            lines[row] += part
    return "\n".join(lines)


def _parts(text: str) -> list[str]:
    return re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\n|\r|[^\x1b\n\r]+", text)


def state_reports(folder: Path) -> list[Path]:
    """Return the reports of all runs below a state folder, oldest first."""
    return sorted(folder.rglob("*.report.json"))
