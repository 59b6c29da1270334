"""Shows a plan to people and programs: as text for a terminal, as Markdown for a review request, as JSON."""

from __future__ import annotations

import json
from typing import Final, Literal, TypeAlias

from ...core.errors import ConfigError
from ...core.redaction import printable_json
from ..plan_data import PlanData
from .render_markdown import markdown_of
from .render_text import text_of

Form: TypeAlias = Literal["text", "markdown", "json"]
FORMS: Final[tuple[Form, ...]] = ("text", "markdown", "json")


def render(plan: PlanData, form: Form = "text", *, verbose: bool = False, rate: float | None = None) -> str:
    """Return a plan in one of the forms; ends without a line break.

    No name can steer a terminal or break the form. Text and Markdown shorten phone numbers and leave out the queries of
    addresses; JSON holds what the plan holds.

    Args:
        plan: The plan.
        form: `text`, `markdown` or `json`.
        verbose: Whether long lists are shown whole, and what is left alone by name.
        rate: Requests per second that the run may send, for an estimate of its time; None: no estimate.

    Raises:
        ConfigError: There is no such form.
    """
    if form == "text":
        return text_of(plan, verbose=verbose, rate=rate)
    if form == "markdown":
        return markdown_of(plan, verbose=verbose, rate=rate)
    if form == "json":
        return printable_json(json.dumps(plan.to_json(), ensure_ascii=False, indent=2))
    raise ConfigError(f"form must be {', '.join(FORMS[:-1])} or {FORMS[-1]}, got {str(form)[:40]!r}")
