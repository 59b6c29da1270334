"""Carries out units in this process: the runner that `apply` has if no other is given.

It is a bulk run in rounds (`core.rounds_run`), and inherits what holds for `bulk`: a hold with probes while the vendor is
away, and a stop on rejected credentials. `unit_graph` says which units may begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...core.bulk import Bulk
from ...core.errors import ProvisionError
from ...core.item_outcome import ItemOutcome
from ..adapter import Done
from ..runner import TOLD_TO_FINISH, UnitOutcome, UnitState, Work
from ..unit import Unit
from .units_run import UnitsRun

ALIKE: Final = 20
"""So many units of one kind and action that fail one after the other in the same way end the run."""
_STATES: Final[dict[str, UnitState]] = {
    "done": "done",
    "failed": "failed",
    "unknown": "unknown",
    "not_started": "not_tried",
}
_WHY: Final[dict[UnitState, str]] = {
    "failed": "failed",
    "unknown": "has an unknown outcome",
    "not_tried": "was not tried",
}


class LocalRunner:
    """Carries out units in this process, `Work.concurrency` of them at once. One instance serves one run at a time."""

    def __init__(self) -> None:
        self._run: UnitsRun | None = None
        self._finishing = False

    def finish(self) -> None:
        """Begin no further unit; `run` returns once what is in flight and in doubt has been settled."""
        self._finishing = True
        if self._run is not None:
            self._run.begin_no_more()

    async def run(self, units: Sequence[Unit], work: Work) -> None:
        """Carry out all units, or report why one was not tried; returns when each has been reported.

        Args:
            units: What is to be done, in the order in which units begin that wait for nothing.
            work: How, and whom to tell.

        Raises:
            PlanError: Units wait for each other, or one is there twice; nothing was begun.
            SdkError: Something that concerns everything, such as rejected credentials, an outage that outlasted
                `Work.patience`, or many failures in a row that are alike; what is open has been reported.
        """
        self._run = run = UnitsRun(units, work)
        if self._finishing:
            run.begin_no_more()
        report = _Reports(run, work)
        because = "the run was cancelled"
        try:
            async with Bulk(run) as outcomes:
                async for outcome in outcomes:
                    report.settled(outcome)
            because = str(run.stopped) if run.stopped is not None else TOLD_TO_FINISH
        finally:
            self._run = None
            report.rest(because)
        if run.stopped is not None:
            raise run.stopped


class _Reports:
    """Tells each outcome once, those of units that were never begun too."""

    def __init__(self, run: UnitsRun, work: Work) -> None:
        self._run = run
        self._work = work
        self._alike: dict[tuple[str, str], tuple[object, int]] = {}

    def settled(self, outcome: ItemOutcome[Unit, Done]) -> None:
        """Report a unit, and those that can never begin because it is not done."""
        unit, state = outcome.item, _STATES[outcome.state]
        cut_off = self._run.settled(unit, done=state == "done")
        self._work.report(
            UnitOutcome(
                unit=unit,
                state=state,
                done=outcome.result,
                error=outcome.error,
                because=str(outcome.error) if state == "not_tried" else "",
                attempts=outcome.attempts,
            )
        )
        if cut_off:
            because = f"{unit.name} {_WHY[state]}"
            for dependant in cut_off:
                self._work.report(UnitOutcome(unit=dependant, state="not_tried", because=because))
        if state in {"done", "failed"}:
            self._watch(unit, outcome.error)

    def rest(self, because: str) -> None:
        """Report all units that are left: what a cut-off run had begun may have taken effect."""
        for unit in self._run.graph.left():
            self._work.report(
                UnitOutcome(
                    unit=unit,
                    state="unknown" if self._run.may_have_acted(unit) else "not_tried",
                    because=because,
                    attempts=self._run.attempts(unit),
                )
            )

    def _watch(self, unit: Unit, error: Exception | None) -> None:
        """End the run after many failures in a row that are alike: the cause concerns all units of the kind."""
        kind = (unit.action, unit.kind)
        if error is None:
            self._alike.pop(kind, None)
            return
        sign = (type(error), getattr(error, "code", None), getattr(error, "status", None))
        before, count = self._alike.get(kind, (sign, 0))
        count = count + 1 if before == sign else 1
        self._alike[kind] = sign, count
        if count == ALIKE:
            systemic = ProvisionError(
                f"{ALIKE} units in a row failed in the same way ({unit.action} {unit.kind}), so nothing more was "
                f"begun; last: {error}"
            )
            systemic.__cause__ = error
            self._run.stop(systemic)
