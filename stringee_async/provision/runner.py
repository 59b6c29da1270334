"""Where units are carried out: the protocol that the local runner and durable runners share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias, runtime_checkable

import attrs

from ..core.clock import Clock
from ..core.sdk_error import SdkError
from .adapter import Done
from .unit import Unit

UnitState: TypeAlias = Literal["done", "failed", "unknown", "not_tried"]
"""`unknown`: a write left, and whether it took effect is not known."""
TOLD_TO_FINISH: Final = "the run was told to finish"
"""Why a unit was not tried that a run left because of `Runner.finish`."""


@attrs.frozen(kw_only=True)
class UnitOutcome:
    """What became of a unit.

    Args:
        unit: The unit.
        state: What became of it.
        done: What it led to, where it is done.
        error: Why it is not done.
        because: Why it was not tried, in words.
        attempts: How many requests were sent for it.
    """

    unit: Unit
    state: UnitState
    done: Done | None = None
    error: Exception | None = None
    because: str = ""
    attempts: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it: without values of fields, and with the error as it is printed."""
        unit = self.unit
        row: dict[str, Any] = {
            "unit": unit.name,
            "kind": unit.kind,
            "action": unit.action,
            "key": list(unit.key),
            "id": unit.id if self.done is None else self.done.id,
            "state": self.state,
            "because": self.because,
            "attempts": self.attempts,
        }
        return row if self.error is None else {**row, "error": _error(self.error)}


@attrs.frozen(kw_only=True)
class Work:
    """What a runner needs to know beside the units.

    Args:
        run: The name of the run, for the journal.
        do: Carries out one unit, as `Adapter.do` says.
        look_again: Reads again what tells about units in doubt, as `Adapter.look_again` says.
        report: Told of each outcome once, in the event loop.
        started: Told of each unit that is begun, before anything of it is sent.
        doubtful: Told of each unit whose outcome is not known yet, and that will be looked for.
        waiting: Told that the run waits: for how many seconds, 0 if that is not known, and for what (`settle`, `outage`).
        clock: The client's clock.
        settle: Seconds to wait before `look_again`.
        concurrency: How many units are worked on at once.
        patience: Seconds that an outage may last; 0: the run is never held.
        account: The account, as the name of its folder: a hash.
        goal: The digest of what is wished: two plans with one goal lead to the same.
        folder: Where runs of this account keep what outlives them; None: nowhere.
    """

    run: str
    do: Callable[[Unit], Awaitable[Done]]
    look_again: Callable[[Sequence[Unit]], Awaitable[None]]
    report: Callable[[UnitOutcome], None]
    started: Callable[[Unit], None]
    doubtful: Callable[[Unit], None]
    waiting: Callable[[float, str], None]
    clock: Clock
    settle: float
    concurrency: int = 8
    patience: float = 300.0
    account: str = ""
    goal: str = ""
    folder: Path | None = None


class Runner(Protocol):
    """Carries out units in the order of their dependencies, each settled once."""

    async def run(self, units: Sequence[Unit], work: Work) -> None:
        """Carry out all units, or report why one was not tried; returns when each has been reported.

        A failure of one stops no other but those that depend on it. Cancelling it ends what is in flight; what was begun
        is in the journal.

        Raises:
            SdkError: Something that concerns everything, such as rejected credentials; what is open has been reported.
        """
        ...

    def finish(self) -> None:
        """Begin no further unit; `run` returns once what is in flight has been settled."""
        ...


@runtime_checkable
class HoldingRunner(Runner, Protocol):
    """A runner that holds the account in a way of its own, from before the first reading to the end of the run."""

    @property
    def shared(self) -> bool:
        """Whether several processes may carry out one run."""
        ...

    def held(
        self, account: str, folder: Path, clock: Clock, *, alone: bool = False
    ) -> AbstractAsyncContextManager[None]:
        """Hold an account inside `async with`.

        Args:
            account: The account, as the name of its folder: a hash.
            folder: Where runs of this account keep what outlives them.
            clock: The client's clock.
            alone: Whether only one process may carry out a run of this account.

        Raises:
            PlanError: Another process holds it.
            SdkError: It cannot be told who holds it.
        """
        ...


def _error(error: Exception) -> dict[str, Any]:
    row: dict[str, Any] = {"type": type(error).__name__, "message": str(error)}
    if isinstance(error, SdkError):
        for name in ("code", "status", "outcome", "request_id"):
            if getattr(error, name) is not None:
                row[name] = getattr(error, name)
    return row
