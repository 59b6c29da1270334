"""A running emulator for commands, which start event loops of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from stringee_async.cli.app import app
from stringee_async.emulator import Emulator

SMALL_ROSTER = """\
kind,user_id,name,phone,routing,groups,backup_groups
queue,,Hotline,842499990001,,Sales,Support
queue,,Help,,,Support,
agent,an.nguyenvan,Nguyễn Văn An,84951234567,app,Sales|Support,
agent,binh.tran,Trần Bình,84951234568,phone,Sales,
agent,chi.le,Lê Chi,,app,Support,
"""


class Shell:
    """Runs commands against an emulator that lives in a thread with a loop of its own."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.emulator = emulator
        self.environment: dict[str, str | None] = {
            **emulator.environment(),
            "STRINGEE_PROFILE": None,
            "STRINGEE_CONFIG": None,
            "XDG_CONFIG_HOME": str(folder),
        }

    def __call__(self, *words: str, code: int = 0, **environment: str | None) -> Result:
        """Run one command and check its exit code."""
        result = CliRunner().invoke(app, list(words), env={**self.environment, **environment})
        assert result.exit_code == code, f"{result.exit_code}: {result.output}"
        return result


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """An emulator and a way to run commands against it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    emulator = Emulator(seed="cli")
    asyncio.run_coroutine_threadsafe(emulator.start(), loop).result(5)
    try:
        yield Shell(emulator, tmp_path)
    finally:
        asyncio.run_coroutine_threadsafe(emulator.close(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@pytest.fixture
def small_roster(tmp_path: Path) -> Path:
    """A roster file with three people."""
    path = tmp_path / "small.csv"
    path.write_text(SMALL_ROSTER, encoding="utf-8")
    return path
