"""What a run has done so far: collects outcomes, and makes the report of them."""

from __future__ import annotations

from collections import Counter

import attrs

from ...core.clock import Clock
from ...core.session_state import Stats
from ..plan import Plan
from ..report import Report
from ..runner import UnitOutcome


@attrs.define(eq=False, kw_only=True)
class RunRecord:
    """What a run has done so far.

    Args:
        run: Its name.
        plan: The plan, once there is one.
        dropped: How many were done already.
        done: How many units have an outcome.
        stopped: What ended the run early.
        unread: Why what is there afterwards could not be read.
        told_to_finish: Whether the run was told to begin nothing more.
    """

    run: str
    clock: Clock
    vendor: str
    concurrency: int
    plan: Plan | None = None
    dropped: int = 0
    done: int = 0
    stopped: BaseException | None = None
    unread: BaseException | None = None
    told_to_finish: bool = False
    left: int | None = None
    after: str = ""
    exit_code: int = 1
    duplicates: tuple[str, ...] = ()
    counts: Counter[str] = attrs.field(factory=Counter[str])
    adopted: list[str] = attrs.field(factory=list[str])
    problems: list[UnitOutcome] = attrs.field(factory=list[UnitOutcome])
    _started: float = attrs.field(init=False)
    _since: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._started, self._since = self.clock.time(), self.clock.monotonic()

    def add(self, outcome: UnitOutcome) -> None:
        """Count a unit that has its outcome."""
        self.done += 1
        unit = outcome.unit
        if outcome.state != "done":
            self.counts[outcome.state] += 1
            self.problems.append(outcome)
            return
        self.counts[f"{unit.action} {unit.kind}"] += 1
        if outcome.done is not None and outcome.done.adopted:
            self.adopted.append(unit.name)

    def report(self, before: Stats | None, after: Stats | None, calls: int) -> Report:
        """Return the report, with what the client did meanwhile."""
        plan, seconds = self.plan, self.clock.monotonic() - self._since
        refused, waited = 0, 0.0
        if before is not None and after is not None:
            refused = after.throttled - before.throttled
            queued = (after.permit_wait - before.permit_wait) / self.concurrency
            waited = min(seconds, max(after.paused - before.paused, queued))
        return Report(
            run=self.run,
            vendor=self.vendor,
            account="" if plan is None else plan.account,
            digest="" if plan is None else plan.digest,
            total=0 if self.plan is None else len(self.plan.units),
            dropped=self.dropped,
            counts=dict(sorted(self.counts.items())),
            adopted=tuple(self.adopted),
            problems=tuple(self.problems),
            duplicates=self.duplicates,
            left=self.left,
            after=self.after,
            calls=calls,
            refused=refused,
            waited=round(waited, 3),
            seconds=round(seconds, 3),
            started=self._started,
            stopped="" if self.stopped is None else _told(self.stopped),
            exit_code=self.exit_code,
        )


def _told(error: BaseException) -> str:
    return str(error) or type(error).__name__
