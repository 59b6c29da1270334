"""Deletes what runs left behind: journal, reports and ways back hold names and ids of people, and dumps their numbers."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from ...core.client import Client, session_of
from ...core.options import not_negative
from .journal import Journal
from .run_lock import run_lock
from .state_folder import state_folder


async def purge(client: Client, *, older_than: float, state: str | os.PathLike[str] | None = None) -> int:
    """Delete what runs of this account left behind more than `older_than` seconds ago. Sends nothing.

    What is in doubt, and the record of what was applied last, stay. A journal that was torn, and what a killed run left half
    written, go too.

    Args:
        client: The client of the account.
        older_than: Seconds.
        state: The folder where runs keep journal and reports; None: that of the user.

    Returns:
        How many units, reports, ways back and leftover files were deleted.

    Raises:
        ConfigError: `older_than` is no number of at least 0, or a file cannot be read.
        PlanError: An apply is running for this account.

    Safe to repeat.
    """
    seconds, folder = not_negative("older_than", older_than), state_folder(client, state)
    if not folder.path.exists():
        return 0
    clock = session_of(client).state.clock
    with run_lock(folder.lock, clock):
        left = (*folder.reports.glob("*"), *folder.path.glob("torn-*"), *folder.path.glob(".*.part"))
        old = [path for path in left if _age(path) > seconds]
        for path in old:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        if not folder.journal.exists():
            return len(old)
        journal = Journal(folder.journal, "", clock)
        await journal.open()
        try:
            return len(old) + await journal.purge(older_than=seconds)
        finally:
            await journal.aclose()


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime
