"""A plan's units as lines that people read, before any form: in order, connections of one owner together, long lists folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

import attrs

from ..counts import counted
from ..nouns import ENDS, KINDS, OBJECTS, Kind
from ..plan_data import PlanData
from ..unit import Action, Unit
from .shown_values import one_line, shown_changes, shown_fields, shown_kind, shown_name, shown_ref

ACTIONS: Final[tuple[Action, ...]] = ("create", "rename", "change", "disable", "remove")
"""All actions, in the order in which a plan shows them."""
SYMBOLS: Final[Mapping[Action, str]] = {
    "create": "+",
    "rename": "~",
    "change": "~",
    "disable": "~",
    "remove": "-",
}
SHOWN: Final = 20
"""Lines of one kind and action that are shown."""
SHOWN_REMOVALS: Final = 100
"""The same for objects that are removed or disabled: the person who approves a plan sees them."""
SHOWN_NAMES: Final = 8
"""Agents of one group, or groups in a list of names, that are shown in a line."""


@attrs.frozen(kw_only=True)
class Line:
    """One line.

    Args:
        symbol: `+`, `~` or `-`.
        kind: The kind, in words.
        what: What it is about, ready to be shown.
        change: What happens to it; may be empty.
        units: How many units it stands for.
        hidden: How many of them it does not name.
    """

    symbol: str
    kind: str
    what: str
    change: str = ""
    units: int = 1
    hidden: int = 0


@attrs.frozen(kw_only=True)
class Block:
    """All lines of one kind and action.

    Args:
        kind: The kind.
        action: The action.
        lines: The lines that are shown.
        hidden: How many units no line stands for.
    """

    kind: Kind
    action: Action
    lines: tuple[Line, ...]
    hidden: int = 0

    @property
    def units(self) -> int:
        """How many units it holds."""
        return self.hidden + sum(line.units for line in self.lines)


def blocks_of(plan: PlanData, *, verbose: bool) -> list[Block]:
    """Return a plan's lines, in blocks that are not empty.

    Args:
        plan: The plan.
        verbose: Whether nothing is folded.
    """
    by_block: dict[tuple[Kind, Action], list[Unit]] = {}
    for unit in plan.units:
        by_block.setdefault((unit.kind, unit.action), []).append(unit)
    return [
        _block(kind, action, sorted(by_block[kind, action], key=lambda unit: unit.key), verbose)
        for kind in KINDS
        for action in ACTIONS
        if (kind, action) in by_block
    ]


def to_do(plan: PlanData) -> str:
    """Return how much is to do, such as `1 create, 2 change, 1 link, 1 remove`."""
    counts: dict[str, int] = dict.fromkeys(
        ("create", "rename", "change", "disable", "link", "unlink", "remove"), 0
    )
    for unit in plan.units:
        counts[_verb(unit)] += 1
    return ", ".join(f"{number:,} {verb}" for verb, number in counts.items() if number)


def past(kind: Kind | str, action: Action | str) -> str:
    """Return what was done to a thing, in one word or two: `created`, `taken away`."""
    if kind in ENDS and action in {"create", "remove"}:
        return "added" if action == "create" else "taken away"
    return f"{action}d"


def counts_of(counts: Mapping[Kind, int], kinds: Iterable[Kind] = ("agent", "group", "queue")) -> str:
    """Return counts in words, such as `3,012 agents, 41 groups`, those of 0 left out."""
    return ", ".join(counted(counts[kind], shown_kind(kind)) for kind in kinds if counts.get(kind))


def names_of(names: Iterable[str], *, verbose: bool) -> str:
    """Return names in one line, of many the first few."""
    shown = [shown_name(name) for name in names]
    kept = shown[: kept_of(len(shown), SHOWN_NAMES, verbose=verbose)]
    rest = len(shown) - len(kept)
    return ", ".join(kept) + (f" and {rest:,} more" if rest else "")


def kept_of(number: int, most: int, *, verbose: bool) -> int:
    """Return how many of a number of lines are shown: a fold hides more than one line, or it is no gain."""
    return number if verbose or number <= most + 1 else most


def _verb(unit: Unit) -> str:
    if unit.kind in ENDS and unit.action in {"create", "remove"}:
        return "link" if unit.action == "create" else "unlink"
    return unit.action


def _block(kind: Kind, action: Action, units: list[Unit], verbose: bool) -> Block:
    bare = kind == "link" and action in {"create", "remove"} and not verbose
    lines = list(_owners(units) if bare else map(_line, units))
    most = SHOWN_REMOVALS if kind in OBJECTS and action in {"remove", "disable"} else SHOWN
    kept = kept_of(len(lines), most, verbose=verbose)
    hidden = sum(line.units for line in lines[kept:])
    return Block(kind=kind, action=action, lines=tuple(lines[:kept]), hidden=hidden)


def _owners(units: list[Unit]) -> Iterator[Line]:
    """Yield a line for each group, which names its agents, those of one reason together."""
    for (owner, reason), found in groupby(units, lambda unit: (unit.key[0], unit.reason)):
        members = list(found)
        symbol = SYMBOLS[members[0].action]
        named = names_of((unit.key[1] for unit in members), verbose=False)
        yield Line(
            symbol=symbol,
            kind=shown_kind("link"),
            what=shown_name(owner),
            change=_with_reason(f"{symbol} {named}", reason),
            units=len(members),
            hidden=len(members) - kept_of(len(members), SHOWN_NAMES, verbose=False),
        )


def _line(unit: Unit) -> Line:
    what, change = shown_ref(unit.key), ""
    symbol = SYMBOLS[unit.action]
    if unit.kind == "link":
        what, change = shown_name(unit.key[0]), f"{symbol} {shown_name(unit.key[1])}"
    elif unit.action == "create":
        change = shown_fields(unit.kind, unit.fields)
    elif unit.action == "rename":
        what = f"{shown_ref(unit.old_key or unit.key)} -> {what}"
        change = shown_changes(unit.kind, unit.fields, unit.before)
    elif unit.action == "change":
        change = shown_changes(unit.kind, unit.fields, unit.before)
    elif unit.action == "disable":
        change = "disabled"
    return Line(
        symbol=symbol, kind=shown_kind(unit.kind), what=what, change=_with_reason(change, unit.reason)
    )


def _with_reason(change: str, reason: str) -> str:
    return f"{change}  ({one_line(reason)})".lstrip() if reason else change
