"""A running emulator for commands, which start event loops of their own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from stringee_async.cli.app import app
from stringee_async.emulator import Emulator


class Shell:
    """Runs commands against an emulator that lives in a thread with a loop of its own."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self.environment: dict[str, str | None] = {
            **emulator.environment(),
            "STRINGEE_PROFILE": None,
            "STRINGEE_CONFIG": None,
            "STRINGEE_ASYNC_PROFILE": None,
            "STRINGEE_ASYNC_CONFIG": None,
            "STRINGEE_ASYNC_VENDOR": None,
            "STRINGEE_ASYNC_QUOTA_URL": None,
            "XDG_CONFIG_HOME": str(folder),
            "XDG_STATE_HOME": str(folder),
        }

    def rows(self, *words: str, **environment: str | None) -> list[dict[str, Any]]:
        """Run a command that lists something, and return the rows of its JSON."""
        found: list[dict[str, Any]] = json.loads(self(*words, "--output", "json", **environment).stdout)
        return found

    def fact(self, *words: str) -> dict[str, Any]:
        """Run a command that does or shows one thing, and return the object of its JSON."""
        found: dict[str, Any] = json.loads(self(*words, "-o", "json").stdout)
        return found

    def made(self, *words: str) -> str:
        """Run a command that makes one thing, and return its id."""
        return str(self.fact(*words)["id"])

    def of(self, vendor: str) -> Shell:
        """Return a shell for another vendor's commands."""
        other = Shell(self.emulator, Path())
        other.environment = {**self.environment, "STRINGEE_ASYNC_VENDOR": vendor}
        return other

    def __call__(
        self, *words: str, code: int = 0, typed: str | None = None, **environment: str | None
    ) -> Result:
        """Run one command and check its exit code; `typed` is its standard input."""
        result = CliRunner().invoke(app, list(words), typed, env={**self.environment, **environment})
        assert result.exit_code == code, f"{result.exit_code}: {result.output}"
        return result


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """An emulator and a way to run commands against it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    emulator = Emulator(seed="cli")
    asyncio.run_coroutine_threadsafe(emulator.start(), loop).result(60)
    try:
        yield Shell(emulator, tmp_path)
    finally:
        asyncio.run_coroutine_threadsafe(emulator.close(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


@pytest.fixture
def write_profiles(tmp_path: Path) -> Callable[[str], Path]:
    """Writes the profile file of the user whose `XDG_CONFIG_HOME` is `tmp_path`; returns its path."""

    def write(text: str) -> Path:
        path = tmp_path / "stringee-async" / "config.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    return write
