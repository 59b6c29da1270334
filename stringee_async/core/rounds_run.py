"""A bulk run in rounds: items that only a later look can decide on are put aside until all others are done.

An item that raises `Later` is put aside. When nothing else is left, the run waits until the settle time is over for the
youngest of them, and works on them again in another round; `ensure_many` and `apply` say what a round looks at.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from typing import Final

from .bulk_run import BulkRun
from .clock import Clock
from .item_outcome import Item, ItemOutcome, Job, Result, unfinished_outcome
from .loops import running_loop
from .shared_listings import Later

_MARGIN: Final = 0.001
"""Seconds beyond the settle time, so that no rounding of clocks makes a wait too short."""


class RoundsRun(BulkRun[Item, Result]):
    """A bulk run that puts items aside for another round.

    `settle` is how many seconds after an item was put aside another look shows what became of it; `round` counts from 1.
    """

    def __init__(
        self,
        func: Callable[[Item], Awaitable[Result]],
        rows: Iterable[Item] | AsyncIterable[Item],
        concurrency: int,
        stop_on: tuple[type[BaseException], ...],
        patience: float,
        clock: Clock,
        settle: float,
    ) -> None:
        super().__init__(func, rows, concurrency, False, stop_on, patience, clock)
        self.clock = clock
        self.settle = settle
        self.round = 1
        self.aside: list[Job[Item]] = []
        self._youngest = -math.inf

    def renew(self) -> None:
        """Prepare another round: what was seen before is out of date."""

    def waits(self, seconds: float) -> None:
        """Take note that the run waits for the settle time."""

    def put_aside(self, job: Job[Item]) -> None:
        """Keep an item for the next round."""
        job[2].again()
        self.aside.append(job)
        self._youngest = self.clock.monotonic()
        self.window.release()  # what is aside keeps no other item from being read

    def failed(self, job: Job[Item], error: Exception) -> ItemOutcome[Item, Result] | None:
        """Put an item aside that asks for it; decide on all others as ever."""
        if not isinstance(error, Later):
            return super().failed(job, error)
        index, item, tally, _ = job
        self.put_aside((index, item, tally, cause_of(error)))
        return None

    def end(self) -> None:
        """Report what is left: an item that was put aside may have had an effect."""
        self.back.extend(self.aside)
        super().end()

    async def finish(self) -> None:
        """Begin another round over what was put aside; end the run if nothing was."""
        if self.stopped is not None:
            for job in self.aside:
                self.done.put_nowait(unfinished_outcome(job, self.stopped))
            self.aside.clear()
        elif self.aside and not self.finished:
            self.tasks.append(running_loop().create_task(self._again()))
            return
        await super().finish()

    async def _again(self) -> None:
        try:
            seconds = max(0.0, self._youngest + self.settle - self.clock.monotonic()) + _MARGIN
            self.waits(seconds)
            await self.clock.sleep(seconds)
        except BaseException:
            self.end()
            raise
        self.round += 1
        self.renew()
        self.back.extend(self.aside)
        self.aside.clear()
        self.begin()


def cause_of(error: Later) -> Exception | None:
    """Return why an item was put aside, where an error was the reason."""
    cause = error.__cause__
    return cause if isinstance(cause, Exception) else None
