"""A plan as text for a terminal: one line for each thing to do, what is refused, what is left alone, how much it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..counts import counted
from ..nouns import KINDS
from ..plan_data import PlanData, Refusal
from .plan_lines import SHOWN, Block, blocks_of, counts_of, kept_of, names_of, to_do
from .shown_values import one_line, padded, shown_kind, width

_WIDEST: Final = 32
"""Columns up to which names are padded; longer ones move what follows in their line alone."""
_ALL: Final = "--all shows all"


def text_of(plan: PlanData, *, verbose: bool = False, rate: float | None = None) -> str:
    """Return a plan as text.

    Args:
        plan: The plan.
        verbose: Whether nothing is folded.
        rate: Requests per second, for an estimate of the time; None: no estimate.
    """
    return "\n".join(_lines(plan, verbose, rate))


def title_of(plan: PlanData) -> str:
    """Return a plan's name and whose it is, such as `Plan 7f3a91c2 for stringee project 246`."""
    return f"Plan {plan.digest[:8]} for {one_line(f'{plan.vendor} {plan.account}'.strip())}"


def read_of(plan: PlanData) -> str:
    """Return what the plan was made from, such as `read 3,012 agents, 41 groups, 18 queues in 118 calls, 9 s`."""
    what = counts_of(plan.counts) or "nothing"
    if not plan.calls and what == "nothing":
        return "nothing read"
    return f"read {what} in {counted(plan.calls, 'call')}, {span(plan.seconds)}"


def refusal_of(refusal: Refusal) -> str:
    """Return why a plan is refused, and the number that allows it, where one does."""
    text = one_line(refusal.text)
    if refusal.number is None or "--allow" in text:
        return text
    return f"{text.rstrip('.')}. Allow with --allow {refusal.guard}={refusal.number}"


def sum_of(plan: PlanData, rate: float | None) -> str:
    """Return how much is to do, and how long it takes."""
    if plan.empty:
        return f"Nothing to do. {plan.unchanged:,} unchanged"
    calls = len(plan.units)
    parts = [to_do(plan), f"about {counted(calls, 'call')} beside reading"]
    if rate:
        parts.append(f"about {span(calls / rate)} at {rate:g}/s")
    return f"To do: {', '.join(parts)}. {plan.unchanged:,} unchanged"


def left_alone_of(plan: PlanData) -> str:
    """Return how much is there that the specification does not name, such as `14 agents, 3 groups not in the file`."""
    counts = counts_of({kind: len(names) for kind, names in plan.left_alone.items()}, KINDS)
    return f"{counts} not in the file" if counts else "nothing"


def span(seconds: float) -> str:
    """Return a time in words: `0.3 s`, `9 s`, `2 min 5 s`, `1 h 4 min`."""
    if seconds < 0.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    if whole < 7200:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"


def _lines(plan: PlanData, verbose: bool, rate: float | None) -> Iterator[str]:
    yield f"{title_of(plan)} ({read_of(plan)})"
    yield from _units(blocks_of(plan, verbose=verbose))
    yield from (f" ! refused: {refusal_of(refusal)}" for refusal in plan.refusals)
    yield from _listed(f"{one_line(plan.vendor)} cannot hold:", plan.cannot, verbose)
    yield from _listed("Note:", plan.notes, verbose)
    yield f"Left alone: {left_alone_of(plan)}.  Unknown from last run: {plan.in_doubt:,}"
    if verbose:
        for kind in KINDS:
            if names := plan.left_alone.get(kind):
                yield f"   {shown_kind(kind)}: {names_of(names, verbose=True)}"
    yield sum_of(plan, rate)
    if plan.refusals:
        yield "Refused: nothing is written as long as a line with ! is there."


def _units(blocks: Sequence[Block]) -> Iterator[str]:
    lines = [line for block in blocks for line in block.lines]
    kinds = max((width(line.kind) for line in lines), default=0)
    names = min(_WIDEST, max((width(line.what) for line in lines), default=0))
    for block in blocks:
        for line in block.lines:
            text = f" {line.symbol} {padded(line.kind, kinds)}   {padded(line.what, names)}   {line.change}"
            yield text.rstrip()
        folded = block.hidden + sum(line.hidden for line in block.lines)
        if block.hidden:
            yield f"   ... and {block.hidden:,} more; {_ALL}"
        elif folded:
            yield f"   ... {_ALL}"


def _listed(title: str, texts: Sequence[str], verbose: bool) -> Iterator[str]:
    """Yield a title and lines below it; a single line stands beside the title."""
    kept = kept_of(len(texts), SHOWN, verbose=verbose)
    if len(texts) == 1:
        yield f"{title} {one_line(texts[0])}"
    elif texts:
        yield title
        yield from (f"   {one_line(text)}" for text in texts[:kept])
    if kept < len(texts):
        yield f"   ... and {len(texts) - kept:,} more; {_ALL}"
