"""A plan as Markdown for a review request: refusals first, then a table for each kind and action that opens by a click.

Names stand in `<code>`, where no forge looks for mentions or emoji, with character references in place of all that Markdown
or HTML reads as syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..counts import counted
from ..nouns import KINDS
from ..plan_data import PlanData
from .plan_lines import SHOWN, Block, blocks_of, kept_of, names_of, past
from .render_text import left_alone_of, read_of, refusal_of, sum_of, title_of
from .shown_values import one_line, shown_kind

_SYNTAX: Final = re.compile(r"[\\`*{}\[\]<>#|~!@&$^]|:(?=\S)|(?<![^\W_])_|_(?![^\W_])|(?:www|WWW)(?=\.)")
"""What begins or ends a piece of Markdown or HTML, a mention, an emoji or an address; an underscore inside a word does not."""
_OPEN: Final = 12
"""Rows up to which a table is open from the beginning."""


def escaped(text: str) -> str:
    """Return text that Markdown and HTML show as it is, wherever it stands."""
    return _SYNTAX.sub(lambda found: "".join(f"&#{ord(each)};" for each in found[0]), one_line(text))


def markdown_of(plan: PlanData, *, verbose: bool = False, rate: float | None = None) -> str:
    """Return a plan as GitHub-flavoured Markdown.

    Args:
        plan: The plan.
        verbose: Whether nothing is folded; reviews have room for some 65,000 characters.
        rate: Requests per second, for an estimate of the time; None: no estimate.
    """
    return "\n".join(_lines(plan, verbose, rate)).rstrip("\n")


def _lines(plan: PlanData, verbose: bool, rate: float | None) -> Iterator[str]:
    yield f"### {escaped(title_of(plan))}\n"
    yield f"**{escaped(sum_of(plan, rate))}**\n"
    if plan.refusals:
        yield "**Refused**: nothing is written as long as one of these holds.\n"
        yield from (f"- {_code(refusal_of(refusal))}" for refusal in plan.refusals)
        yield ""
    for block in blocks_of(plan, verbose=verbose):
        yield from _table(block)
    yield from _listed(f"{plan.vendor} cannot hold", plan.cannot, verbose)
    yield from _listed("Notes", plan.notes, verbose)
    read = read_of(plan)
    yield f"{read[0].upper()}{escaped(read[1:])}. Left alone: {left_alone_of(plan)}. Unknown from last run: {plan.in_doubt:,}.\n"
    if verbose:
        for kind in KINDS:
            if names := plan.left_alone.get(kind):
                yield f"- {shown_kind(kind)}: {_code(names_of(names, verbose=True))}"


def _table(block: Block) -> Iterator[str]:
    title = f"{counted(block.units, shown_kind(block.kind))} {past(block.kind, block.action)}"
    opened = " open" if len(block.lines) <= _OPEN else ""
    yield f"<details{opened}><summary>{title}</summary>\n"
    yield "| | what | change |"
    yield "| --- | --- | --- |"
    for line in block.lines:
        yield f"| `{line.symbol}` | {_code(line.what)} | {_code(line.change)} |"
    if block.hidden:
        yield f"\n... and {block.hidden:,} more; `plan --all` shows all\n"
    yield "\n</details>\n"


def _listed(title: str, texts: Sequence[str], verbose: bool) -> Iterator[str]:
    if not texts:
        return
    kept = kept_of(len(texts), SHOWN, verbose=verbose)
    yield f"**{escaped(title)}**\n"
    yield from (f"- {_code(text)}" for text in texts[:kept])
    if kept < len(texts):
        yield f"- ... and {len(texts) - kept:,} more; `plan --all` shows all"
    yield ""


def _code(text: str) -> str:
    return f"<code>{escaped(text)}</code>" if text else ""
