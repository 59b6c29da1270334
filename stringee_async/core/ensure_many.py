"""`ensure_many`: `ensure` for many rows with one reading of the list, in the manner of `bulk`.

The steps:

1. one reading of the whole listing, shared by all rows (`shared_listings`); what is there is compared and updated, what
   is not is created, `concurrency` rows at once;
2. a row whose create lost its response, and a row whose key was created since the reading began, is put aside;
3. when all other rows are done, the run waits for the settle time, reads the listing once more, and works on what was put
   aside (`rounds_run`): what is there is adopted, what is not is created;
4. what is still open after three readings is worked on by `ensure` itself, row by row.

Rows that have the same natural key share one result, or the later one fails; see `row_claims`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping, Sized
from typing import Any, Final, TypeAlias

from .bulk import STOP_ON, Bulk, check_run
from .ensure import Ensured
from .errors import ConfigError
from .item_outcome import ItemOutcome, Job
from .options import at_least_one, not_negative, shown
from .rounds_run import RoundsRun
from .row_claims import CurrentRow, RowClaims, current_row
from .session import Session
from .shared_listings import SharedListings, shared_listings

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


class _Run(RoundsRun[Row, Ensured]):
    """A run whose rounds each read the listing once more."""

    def __init__(
        self,
        ensure: Callable[..., Awaitable[Ensured]],
        rows: Rows,
        session: Session,
        concurrency: int,
        patience: float,
    ) -> None:
        state = session.state
        settle = session.timeouts.settle
        super().__init__(self._ensure, rows, concurrency, STOP_ON, patience, state.clock, settle)
        self._one = ensure
        self._session = session
        few = isinstance(rows, Sized) and len(rows) <= _FEW
        self._listings = SharedListings(began=state.now(), few=few)
        self._claims = RowClaims[Ensured]()

    async def one(self, job: Job[Row], task: asyncio.Task[Any]) -> ItemOutcome[Row, Ensured] | None:
        """Run `ensure` on one row, which knows where it stands among the others."""
        token = current_row.set(CurrentRow(self._claims, job[0]))
        try:
            return await super().one(job, task)
        finally:
            current_row.reset(token)

    async def _ensure(self, row: Row) -> Ensured:
        """Make sure of one row; raise `Later` if a later reading has to tell."""
        if not isinstance(row, Mapping):
            raise ConfigError(f"each row must map the keywords of `ensure` to their values; got {shown(row)}")
        token = shared_listings.set(self._listings if self.round <= _READINGS else None)
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
        self.renew()
        super().start()

    def renew(self) -> None:
        """Forget the reading of the round before."""
        self._listings.renew(self._session.state.now())
