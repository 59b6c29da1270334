"""The runner on DBOS: what programs give to `provision.apply`."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Final

from ..core.clock import Clock
from ..core.errors import ConfigError
from ..core.options import not_negative
from ..provision.runner import Work
from ..provision.running.run_lock import run_lock
from ..provision.unit import Unit
from .database import checked_url
from .durable_run import DurableRun
from .engine import Engine, check_installed
from .lease import Lease

_FILE: Final = "durable.sqlite3"


class DbosRunner:
    """Carries out units in lots that survive a crash: on one machine, or on all that apply the same plan with one database.

    One instance serves one run at a time, and a process runs one of them at a time.

    Args:
        url: Of a database of PostgreSQL, such as `postgresql://user:password@host/database`; tables are made in a schema
            of their own. None: a file beside the journal, for one process.
        silent: Seconds after which a process that was not heard of is taken for dead, and its lots are taken over.

    Raises:
        ConfigError: The extra `durable` is not installed, or an argument is wrong.
    """

    def __init__(self, url: str | None = None, *, silent: float = 60.0) -> None:
        check_installed()
        self._url = None if url is None else checked_url(url)
        self._silent = not_negative("silent", silent)
        if not self._silent:
            raise ConfigError("silent must be a number of seconds above 0")
        self._lease: Lease | None = None
        self._run: DurableRun | None = None
        self._finishing = False

    def __repr__(self) -> str:
        where = "a file" if self._url is None else "PostgreSQL"
        return f"<{type(self).__name__} on {where}>"

    @property
    def shared(self) -> bool:
        """Whether several processes may carry out one run."""
        return self._url is not None

    def finish(self) -> None:
        """Begin no further unit; `run` returns once what is in flight and in doubt has been settled."""
        self._finishing = True
        if self._run is not None:
            self._run.finish()

    @contextlib.asynccontextmanager
    async def held(
        self, account: str, folder: Path, clock: Clock, *, alone: bool = False
    ) -> AsyncGenerator[None]:
        """Hold an account inside `async with`, before it is read: in the database, or by the lock of the file.

        Args:
            account: The account.
            folder: Where the file and its lock are.
            clock: For the time since when it is held.
            alone: Whether only one process may carry out a run of this account.

        Raises:
            PlanError: Another process holds it.
            ProvisionError: The database cannot be used.
        """
        with contextlib.ExitStack() as stack:
            url = self._url
            if url is None:
                stack.enter_context(run_lock(folder / "durable.lock", clock))
                url = _file(folder / _FILE)
            lease = self._lease = Lease(url=url, account=account, silent=self._silent)
            try:
                await lease.enter(alone=alone)
                yield
            finally:
                self._lease = None
                await lease.aclose()

    async def run(self, units: Sequence[Unit], work: Work) -> None:
        """Carry out all units, or report why one was not tried; returns when each has been reported.

        Args:
            units: What is to be done.
            work: How, and whom to tell; `account` and `folder` are needed where the account is not held.

        Raises:
            PlanError: Others carry out another plan for this account, or units wait for each other; nothing was begun.
            SdkError: Something that concerns everything, such as rejected credentials or a database that cannot be used;
                what is open has been reported.
        """
        if self._lease is None:
            folder = Path() if work.folder is None else work.folder
            async with self.held(work.account, folder, work.clock):
                return await self.run(units, work)
        lease = self._lease
        lease.goal, lease.patience = work.goal or "units", max(work.patience, 30.0)
        self._run = run = DurableRun(units, work, lease)
        if self._finishing:
            run.finish()
        loop = asyncio.get_running_loop()
        try:
            await run.run(
                lambda carry_out: Engine(
                    url=lease.url,
                    executor=lease.executor,
                    queue=f"stringee-async {work.account}",
                    at_once=max(4, work.concurrency),
                    loop=loop,
                    carry_out=carry_out,
                )
            )
        finally:
            self._run = None
        return None


def _file(path: Path) -> str:
    """Create the file, readable by its owner only; return its URL."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ConfigError(f"{path.name} cannot be created: {why}") from None
    return f"sqlite:///{path.resolve()}"
