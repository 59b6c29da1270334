"""`ensure_many`: `ensure` for many rows with one reading of the list, in the manner of `bulk`.

The steps:

1. one reading of the whole listing, shared by all rows (`shared_listings`); what is there is compared and updated, what
   is not is created, `concurrency` rows at once;
2. a row whose create lost its response, and a row whose key was created since the reading began, is put aside;
3. when all other rows are done, the run waits for the settle time, reads the listing once more, and works on what was put
   aside: what is there is adopted, what is not is created;
4. what is still open after three readings is worked on by `ensure` itself, row by row.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping, Sized
from typing import Any, Final, TypeAlias

from .bulk import STOP_ON, Bulk, check_run
from .bulk_run import BulkRun
from .ensure import Ensured
from .errors import ConfigError
from .item_outcome import ItemOutcome, Job, unfinished_outcome
from .loops import running_loop
from .options import at_least_one, not_negative, shown
from .session import Session
from .shared_listings import Later, SharedListings, shared_listings

Row: TypeAlias = Mapping[str, Any]
"""The keywords of one `ensure`."""
Rows: TypeAlias = Iterable[Row] | AsyncIterable[Row]

_READINGS: Final = 3
_FEW: Final = 5
"""Up to so many rows are looked for one by one where the vendor has a filter."""


def ensure_many(
    ensure: Callable[..., Awaitable[Ensured]],
    rows: Rows,
    *,
    session: Session,
    concurrency: int,
    patience: float,
) -> Bulk[Row, Ensured]:
    """Return a run that makes sure of every row; arguments as `ensure_many` of a resource has them."""
    check_run(ensure, rows)
    workers = at_least_one("concurrency", concurrency)
    seconds = not_negative("patience", patience)
    return Bulk(_Run(ensure, rows, session, workers, seconds))


class _Run(BulkRun[Row, Ensured]):
    """A bulk run that puts rows aside for a later reading, and works on them when all others are done."""

    def __init__(
        self,
        ensure: Callable[..., Awaitable[Ensured]],
        rows: Rows,
        session: Session,
        concurrency: int,
        patience: float,
    ) -> None:
        clock = session.state.clock
        super().__init__(self._ensure, rows, concurrency, False, STOP_ON, patience, clock)
        self._one = ensure
        self._session = session
        few = isinstance(rows, Sized) and len(rows) <= _FEW
        self._listings = SharedListings(began=session.state.now(), few=few)
        self._pass = 1
        self._aside: list[Job[Row]] = []

    async def _ensure(self, row: Row) -> Ensured:
        """Make sure of one row; raise `Later` if a later reading has to tell."""
        if not isinstance(row, Mapping):
            raise ConfigError(f"each row must map the keywords of `ensure` to their values; got {shown(row)}")
        token = shared_listings.set(self._listings if self._pass <= _READINGS else None)
        try:
            try:
                called = self._one(**row)
            except TypeError as wrong:
                raise ConfigError(f"a row does not have the keywords of `ensure`: {wrong}") from None
            return await called
        finally:
            shared_listings.reset(token)

    def start(self) -> None:
        """Start the workers on the running loop."""
        self._listings.renew(self._session.state.now())
        super().start()

    def failed(self, job: Job[Row], error: Exception) -> ItemOutcome[Row, Ensured] | None:
        """Put a row aside that asks for it; decide on all others as ever."""
        if not isinstance(error, Later):
            return super().failed(job, error)
        index, row, tally, _ = job
        tally.again()
        self._aside.append((index, row, tally, _cause(error)))
        self.window.release()  # what is aside keeps no other row from being read
        return None

    def end(self) -> None:
        """Report what is left: a row that was put aside may have been created."""
        self.back.extend(self._aside)
        super().end()

    async def finish(self) -> None:
        """Begin another pass over what was put aside; end the run if nothing was."""
        if self.stopped is not None:
            for job in self._aside:
                self.done.put_nowait(unfinished_outcome(job, self.stopped))
        elif self._aside and not self.finished:
            self.tasks.append(running_loop().create_task(self._again()))
            return
        await super().finish()

    async def _again(self) -> None:
        session = self._session
        try:
            await session.state.clock.sleep(session.timeouts.settle + 0.001)
        except asyncio.CancelledError:
            self.end()
            raise
        self._pass += 1
        self._listings.renew(session.state.now())
        self.back.extend(self._aside)
        self._aside.clear()
        self.begin()


def _cause(error: Later) -> Exception | None:
    cause = error.__cause__
    return cause if isinstance(cause, Exception) else None
