"""One running apply for each account: a lock file that the system gives back when the process ends, in whatever way."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any

from ...core.clock import Clock
from ...core.errors import ConfigError, PlanError
from .private_file import write_json


@contextlib.contextmanager
def run_lock(path: Path, clock: Clock) -> Generator[None]:
    """Hold the lock of an account inside `with`; does not wait.

    Args:
        path: The lock file; beside it stands one that names the owner.
        clock: For the time since when it is held.

    Raises:
        PlanError: Another apply holds it; the message names its process, host and beginning.
        ConfigError: The library for locks is not installed, or the file cannot be created.
    """
    try:
        from filelock import FileLock, Timeout
    except ImportError:
        raise ConfigError('locks need the extra `cli`: pip install "stringee-async[cli]"') from None
    lock, owner = FileLock(path, timeout=0, mode=0o600, thread_local=False), path.with_suffix(".json")
    try:
        lock.acquire()
    except Timeout:
        raise PlanError(
            f"another apply is running for this account{_owned_by(owner)}; nothing was written",
            next_step="wait until it has ended, or end it",
        ) from None
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be locked: {error.strerror or type(error).__name__}") from None
    try:
        write_json(owner, {"process": os.getpid(), "host": socket.gethostname(), "since": clock.time()})
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _owned_by(owner: Path) -> str:
    """Return who holds a lock, in words; empty if that is not known."""
    try:
        said: dict[str, Any] = json.loads(owner.read_bytes())
        since = dt.datetime.fromtimestamp(float(said["since"]), dt.UTC)
        return f" (process {int(said['process'])} on {said['host']}, since {since:%Y-%m-%d %H:%M:%S} UTC)"
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return ""
