"""One running apply for each account: a lock file that the system gives back when the process ends, in whatever way."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

from ...core.clock import Clock
from ...core.errors import ConfigError, PlanError
from .private_file import write_json


@contextlib.contextmanager
def run_lock(path: Path, clock: Clock, *, shared: bool = False) -> Generator[None]:
    """Hold the lock of an account inside `with`; does not wait.

    Args:
        path: The lock file; beside it stands one that names the owner.
        clock: For the time since when it is held.
        shared: Whether the run is guarded elsewhere, in a database: then another process of such a run may hold the lock.

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
        if shared and _said_of(owner).get("shared") is True:
            yield
            return
        raise PlanError(
            f"another apply is running for this account{_owned_by(owner)}; nothing was written",
            next_step="wait until it has ended, or end it",
        ) from None
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be locked: {error.strerror or type(error).__name__}") from None
    try:
        said = {"process": os.getpid(), "host": socket.gethostname(), "since": clock.time()}
        write_json(owner, {**said, "shared": shared})
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _owned_by(owner: Path) -> str:
    """Return who holds a lock, in words; empty if that is not known."""
    said = _said_of(owner)
    try:
        since = dt.datetime.fromtimestamp(float(said["since"]), dt.UTC)
        return f" (process {int(said['process'])} on {said['host']}, since {since:%Y-%m-%d %H:%M:%S} UTC)"
    except (ValueError, KeyError, TypeError, OverflowError):
        return ""


def _said_of(owner: Path) -> dict[str, Any]:
    """Return what the owner of a lock says of itself; empty if that is not known."""
    try:
        said = json.loads(owner.read_bytes())
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}
