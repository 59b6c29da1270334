"""What a run did, in one screen: how much is done, then what is not, by reason, each with what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ...core.errors import (
    AmbiguousError,
    AuthError,
    ConfigError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    SdkError,
)
from ...core.redaction import LONGEST_FACT, clipped, personal_shortened
from ..counts import counted
from ..nouns import KINDS
from ..report_data import ReportData
from ..runner import UnitOutcome
from ..unit import Unit
from .plan_lines import ACTIONS, SHOWN, SHOWN_NAMES, kept_of, past
from .render_text import span
from .shown_values import one_line, shown_kind, shown_ref

ALONE: Final = 5
"""Units of one reason that have a line each; more of them share one."""
REASONS: Final = 10
"""Reasons that are shown."""
_WORDS: Final = {"failed": "failed", "unknown": "unknown", "not_tried": "not tried"}
_AGAIN: Final = "run the same command again"
_NEXT: Final[tuple[tuple[type[Exception], str], ...]] = (
    (AuthError, "check the credentials, then run the same command again"),
    (PermissionDeniedError, "use credentials that may do this, or ask the account's administrator"),
    (AmbiguousError, "pin one of them with `id:`, or remove the other"),
    (InvalidRequestError, "mend it in the file, then plan again"),
    (ConfigError, "mend it in the file, then plan again"),
    (NotFoundError, "plan again: something was removed meanwhile"),
    (ConflictError, "undo what the message names (it is in use, or a cap is reached), then run it again"),
    (SdkError, _AGAIN),
)


def render_report(report: ReportData, *, verbose: bool = False) -> str:
    """Return a report as text; no full phone number and no secret stands in it.

    Args:
        report: The report.
        verbose: Whether every unit that is not done has a line of its own.
    """
    return "\n".join(_lines(report, verbose))


def next_step(outcome: UnitOutcome) -> str:
    """Return what to do about a unit that is not done."""
    if outcome.state == "unknown":
        return f"{_AGAIN}: it looks first, so that nothing is made twice"
    if outcome.error is None:
        return "it comes with the next run"
    own = getattr(outcome.error, "next_step", None)
    if isinstance(own, str) and own:
        return one_line(own)
    found = (text for kind, text in _NEXT if isinstance(outcome.error, kind))
    return next(found, f"report it as a fault of this package, then {_AGAIN}")


def _lines(report: ReportData, verbose: bool) -> Iterator[str]:
    whose = one_line(f"{report.vendor} {report.account}".strip())
    done = report.total - len(report.problems)
    yield f"Run {one_line(report.run)} of plan {report.digest[:8]} for {whose}: {done:,} of {report.total:,} done in {span(report.seconds)}"
    yield from _done(report)
    if report.stopped:
        yield f"Stopped early: {personal_shortened(one_line(report.stopped))}"
    yield from _problems(report.problems, verbose)
    yield from _named("Created although the response was lost, and found", report.adopted, verbose)
    yield from _named("There more than once (nothing of it is removed by itself)", report.duplicates, verbose)
    yield _left(report)
    calls = [counted(report.calls, "call")]
    if report.refused or report.waited:
        calls.append(f"{report.refused:,} refused for the quota, {span(report.waited)} waited for it")
    yield f"{', '.join(calls)}. Exit code {report.exit_code}"


def _done(report: ReportData) -> Iterator[str]:
    parts = [
        f"{counted(number, shown_kind(kind))} {past(kind, action)}"
        for kind in KINDS
        for action in ACTIONS
        if (number := report.counts.get(f"{action} {kind}", 0))
    ]
    if report.dropped:
        parts.append(f"{report.dropped:,} done already")
    if parts:
        yield f"Done: {', '.join(parts)}"


def _left(report: ReportData) -> str:
    if report.left is None:
        return "The state afterwards could not be read: plan again to see what is left"
    if report.left == 0:
        return "Read again afterwards: nothing is left to do"
    return f"Read again afterwards: {counted(report.left, 'unit')} left to do; plan again to see what"


def _problems(problems: Sequence[UnitOutcome], verbose: bool) -> Iterator[str]:
    """Yield lines for what is not done: few of one reason singly, many together."""
    by_reason: dict[tuple[str, ...], list[UnitOutcome]] = {}
    for outcome in problems:
        by_reason.setdefault(_reason(outcome), []).append(outcome)
    order = sorted(by_reason.values(), key=lambda found: (list(_WORDS).index(found[0].state), -len(found)))
    kept = kept_of(len(order), REASONS, verbose=verbose)
    for outcomes in order[:kept]:
        if verbose or len(outcomes) <= ALONE:
            for outcome in outcomes:
                yield from _one(outcome)
        else:
            yield from _many(outcomes)
    if kept < len(order):
        rest = sum(map(len, order[kept:]))
        yield f" ! {rest:,} more for {len(order) - kept:,} further reasons; the report as JSON has all"


def _reason(outcome: UnitOutcome) -> tuple[str, ...]:
    """Return what units have in common that are not done for one reason; texts of errors name the object, so they differ."""
    error = outcome.error
    if outcome.state == "not_tried" or error is None:
        return outcome.state, ""
    facts = (getattr(error, name, None) for name in ("status", "code"))
    return outcome.state, type(error).__name__, *map(str, facts), next_step(outcome)


def _one(outcome: UnitOutcome) -> Iterator[str]:
    yield f" ! {_WORDS[outcome.state]:9}  {_unit(outcome.unit)}: {_why(outcome)}"
    yield f"     next: {next_step(outcome)}"


def _many(outcomes: Sequence[UnitOutcome]) -> Iterator[str]:
    first = outcomes[0]
    names = ", ".join(_unit(outcome.unit) for outcome in outcomes[:SHOWN_NAMES])
    rest = len(outcomes) - SHOWN_NAMES
    yield f" ! {_WORDS[first.state]:9}  {counted(len(outcomes), 'unit')}, the first one: {_why(first)}"
    yield f"     {names}{f' and {rest:,} more; --all shows all' if rest > 0 else ''}"
    yield f"     next: {next_step(first)}"


def _unit(unit: Unit) -> str:
    return f"{unit.action} {shown_kind(unit.kind)} {shown_ref(unit.key)}"


def _why(outcome: UnitOutcome) -> str:
    error = outcome.error
    if isinstance(error, SdkError):
        return one_line(error.without_next_step())
    if error is not None:
        text = clipped(personal_shortened(str(error)), LONGEST_FACT)
        return one_line(f"{type(error).__name__}: {text}" if text else type(error).__name__)
    return personal_shortened(one_line(outcome.because)) or "no reason was given"


def _named(title: str, texts: Sequence[str], verbose: bool) -> Iterator[str]:
    kept = kept_of(len(texts), SHOWN, verbose=verbose)
    if texts:
        yield f"{title}: {len(texts):,}"
        yield from (f"   {one_line(text)}" for text in texts[:kept])
    if kept < len(texts):
        yield f"   ... and {len(texts) - kept:,} more; --all shows all"
