"""A plan: what `PlanData` holds, to be shown, saved and read again; a run carries out its units."""

from __future__ import annotations

from typing import Any, Literal

import attrs

from .plan_data import PlanData
from .plan_data import Refusal as Refusal
from .planning.saved_plan import plan_fields
from .showing.render import render


@attrs.frozen(kw_only=True)
class Plan(PlanData):
    """What a run is to do; see `PlanData` for what it holds."""

    def render(
        self,
        form: Literal["text", "markdown", "json"] = "text",
        *,
        verbose: bool = False,
        rate: float | None = None,
    ) -> str:
        """Return the plan for people or programs; phone numbers are shortened but in JSON.

        Args:
            form: `text` for a terminal, `markdown` for a review request, or `json`.
            verbose: Whether long lists are shown whole, and what is left alone by name.
            rate: Requests per second that a run may send, for an estimate of its time; None: no estimate.

        Raises:
            ConfigError: There is no such form.
        """
        return render(self, form, verbose=verbose, rate=rate)

    @classmethod
    def from_json(cls, value: Any) -> Plan:
        """Return the plan that `to_json` wrote.

        Raises:
            PlanError: It is none, was changed since, or was written by another version.
        """
        return cls(**plan_fields(value))
