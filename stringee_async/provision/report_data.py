"""The report of a run: counts, and everything that is not as it was planned. Always written, also after a crash of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from .runner import UnitOutcome


@attrs.frozen(kw_only=True)
class ReportData:
    """What a run did.

    Args:
        run: Its name.
        vendor: The vendor.
        account: Which account of the vendor; may be empty.
        digest: Of the plan.
        total: How many units the plan had.
        dropped: How many were done already when the run began.
        counts: How many units were settled, by action and kind for those that are done (`create agent`), and by state for
            the others (`failed`, `unknown`, `not_tried`).
        adopted: Units whose create lost its response, and whose object was found.
        problems: The outcomes of all units that are not done.
        duplicates: What is there more than once afterwards, with all ids, in words.
        left: How many units a plan made afterwards has; None if it could not be made.
        after: The digest of that plan.
        calls: How many requests the client sent.
        refused: How many of them the vendor refused with HTTP 429 or its own code for it.
        waited: Seconds that the run waited for the vendor's quota.
        seconds: How long it took.
        started: When it began, seconds since the epoch.
        stopped: Why it ended early, in words; empty if it did not.
        exit_code: What the command line exits with.
    """

    run: str
    vendor: str
    account: str = ""
    digest: str = ""
    total: int = 0
    dropped: int = 0
    counts: Mapping[str, int] = attrs.field(factory=dict[str, int])
    adopted: tuple[str, ...] = ()
    problems: tuple[UnitOutcome, ...] = ()
    duplicates: tuple[str, ...] = ()
    left: int | None = None
    after: str = ""
    calls: int = 0
    refused: int = 0
    waited: float = 0.0
    seconds: float = 0.0
    started: float = 0.0
    stopped: str = ""
    exit_code: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it: without values of fields, and with errors as they are printed."""
        row = {
            field.name: getattr(self, field.name)
            for field in attrs.fields(ReportData)
            if field.name != "problems"
        }
        return {
            **row,
            "counts": dict(self.counts),
            "adopted": list(self.adopted),
            "duplicates": list(self.duplicates),
            "problems": [outcome.to_json() for outcome in self.problems],
        }
