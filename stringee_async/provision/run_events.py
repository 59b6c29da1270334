"""What a run tells while it goes on: the typed events of `apply_events`, for progress bars and web pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import attrs

from .nouns import Kind
from .runner import UnitOutcome
from .unit import Unit

if TYPE_CHECKING:
    from .plan import Plan
    from .report import Report


@attrs.frozen
class Observed:
    """So many things of a kind were read so far."""

    kind: Kind
    count: int


@attrs.frozen
class Planned:
    """The live state was read again, and this is what is left to do."""

    plan: Plan


@attrs.frozen
class Started:
    """A unit was begun."""

    unit: Unit


@attrs.frozen
class Doubtful:
    """It is not known whether a unit took effect; it will be looked for."""

    unit: Unit


@attrs.frozen
class Settled:
    """A unit has its outcome; `done` of `total` have one."""

    outcome: UnitOutcome
    done: int
    total: int


@attrs.frozen
class Waiting:
    """The run waits.

    Args:
        seconds: For how long, as far as it is known; 0 if not.
        reason: `quota`, `settle` or `outage`.
    """

    seconds: float
    reason: str


@attrs.frozen
class Finished:
    """The run is over.

    Args:
        report: What it did.
        file: Where the report was written; None where it could not be.
        before: The folder with what was there before, as a specification; None where the run only creates.
    """

    report: Report
    file: Path | None = None
    before: Path | None = None


Event: TypeAlias = Observed | Planned | Started | Doubtful | Settled | Waiting | Finished
"""What `apply_events` yields."""
