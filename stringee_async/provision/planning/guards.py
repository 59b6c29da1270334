"""Guards: what keeps a plan from being applied because its input, its reading or its effect looks like a mistake.

All are checked over the whole plan before the first write, and one that refuses means that nothing is written. Where a
person may overrule a guard, the number that the refusal names must be typed: `--allow delete=37`.

| `--allow`  | counts                                                                                    |
|------------|-------------------------------------------------------------------------------------------|
| `delete`   | agents, groups and queues that are removed, and agents that are disabled                  |
| `unlink`   | agents taken out of groups and queues, and groups taken out of queues; not what goes with an agent or a queue that is removed |
| `update`   | things of which fields or names are changed                                               |
| `service`  | queues left without groups, agents or primary groups, groups of queues left without agents, agents touched while they are busy |
| `move`     | agents moved out of a group because the vendor holds one group for each                    |
| `roster`   | agents in a specification that has less than half as many as the last one                 |

Nothing overrules the others: `input` (an empty roster, an older file) and `reading` (a listing that cannot be trusted).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ...core.errors import ConfigError
from ...core.near_names import near_names
from ...core.validation import whole_number
from ..counts import counted
from ..last_applied import LastApplied
from ..nouns import ENDS, KINDS, OBJECTS, Kind
from ..plan_data import Refusal
from ..things import Allowance, Reading, Ref, Wish, ends_of
from ..unit import Unit
from .diff import Changes, some
from .service import Finding, moves
from .wish import many

ALLOWED: Final = ("delete", "unlink", "update", "service", "move", "roster")
"""The guards that a number overrules."""
NEVER: Final = ("input", "reading", "missing", "id")
"""Those that nothing overrules."""
_SMALL: Final = range(2, 10)
"""Of so many things never more than half are changed in one way."""
_VERBS: Final[Mapping[str, str]] = {
    "delete": "would be removed or disabled",
    "unlink": "would be taken away",
    "update": "would be changed",
}


def check_allowed(allow: Mapping[str, int]) -> None:
    """Check that each number stands for a guard that a number overrules.

    Raises:
        ConfigError: There is no such guard, or nothing overrules it, or its number is none.
    """
    for name, number in allow.items():
        if name in NEVER:
            raise ConfigError(f"no number overrules the guard {name!r}: mend what it refuses, and plan again")
        if name not in ALLOWED:
            hint = near_names(name, ALLOWED, "there are")
            raise ConfigError(f"there is no guard {name!r} that can be overruled; {hint}")
        whole_number(f"allow: {name}", number, minimum=0)


def check(
    units: Sequence[Unit],
    changes: Changes,
    wish: Wish,
    reading: Reading,
    last: LastApplied | None,
    *,
    service: Sequence[Finding],
    allow: Mapping[str, int],
    wish_digest: str,
) -> tuple[Refusal, ...]:
    """Return why a plan may not be applied, in the order in which a person should deal with it.

    Args:
        units: What is to be done.
        changes: What the comparison found.
        wish: What is wished.
        reading: What is there.
        last: What the last run applied.
        service: What callers would notice; see `service_findings`.
        allow: The numbers that a person typed, by guard.
        wish_digest: Of the wish.

    Raises:
        ConfigError: `allow` names no guard, or one that nothing overrules.
    """
    check_allowed(allow)
    return (
        *_check_reading(wish, reading),
        *_check_input(wish, last, allow, wish_digest),
        *changes.refusals,
        *_check_amounts(units, changes, wish, reading, allow),
        *_check_service(units, wish, reading, service, allow),
    )


def _check_reading(wish: Wish, reading: Reading) -> Iterable[Refusal]:
    """Refuse where the reading cannot be trusted: a listing that is too short looks as if everybody had gone."""
    for doubt in reading.doubts:
        yield Refusal(guard="reading", text=f"the live state was not read reliably: {doubt}; plan again")
    unread = {kind for kind, _ in wish.things} & (wish.holds - reading.read)
    for kind in sorted(unread.intersection(OBJECTS)):
        yield Refusal(guard="reading", text=f"not all {kind}s were read; plan again")
    blind: Counter[Kind] = Counter()
    for kind, key in wish.things:
        holder: Ref = (ENDS[kind][0], (key[0],)) if kind in ENDS and kind in unread else ("link", ())
        if holder in reading.live and holder not in reading.members_of:
            blind[kind] += 1
    for kind, number in blind.items():
        yield Refusal(
            guard="reading", text=f"{many(kind, number)} could not be compared: not read; plan again"
        )


def _check_input(
    wish: Wish, last: LastApplied | None, allow: Mapping[str, int], wish_digest: str
) -> Iterable[Refusal]:
    """Refuse input that looks broken or older than what was applied."""
    for reason in wish.reasons_to_refuse:
        yield Refusal(guard="input", text=reason)
    if last is None or last.wish_digest == wish_digest:
        return
    seconds = _older(wish, last)
    if seconds > 0:
        yield Refusal(
            guard="input",
            text=f"the files are older than what was applied last, by {_span(seconds)}; get the newest ones, or "
            f"save them again if the older ones are meant",
        )
    agents = sum(kind == "agent" for kind, _ in wish.things)
    managed = agents or "agent" in wish.lists.kinds
    if managed and agents * 2 < last.agents:
        found = f"{counted(agents, 'agent')} in the specification, less than half of the last {last.agents:,}"
        yield from _refused("roster", found, agents, allow)


def _older(wish: Wish, last: LastApplied) -> float:
    """Return by how many seconds the files are older than those of their names that were applied last."""
    if last.files and wish.files:
        return max(
            (last.files.get(name, 0.0) - modified for name, modified in wish.files.items()), default=0.0
        )
    return last.modified - wish.modified if wish.modified else 0.0


def _check_amounts(
    units: Sequence[Unit], changes: Changes, wish: Wish, reading: Reading, allow: Mapping[str, int]
) -> Iterable[Refusal]:
    """Refuse what changes too much of a kind in one way.

    Percentages are of what is there and managed; where only what `absent:` names goes, of all that is there.
    """
    numbers: dict[str, Counter[Kind]] = {name: Counter() for name in _VERBS}
    removed: Counter[Kind] = Counter()
    unnamed: set[Kind] = set()
    deleted = {unit.ref for unit in units if unit.action == "remove" and unit.kind in {"agent", "queue"}}
    for unit in units:
        name = _amount_of(unit, deleted)
        if name:
            numbers[name][unit.kind] += 1
        if name in {"delete", "unlink"}:
            removed[unit.kind] += 1
            unnamed.update(() if _is_absent(unit, wish) else (unit.kind,))
    for name, kinds in numbers.items():
        limit: Allowance = getattr(wish.limits, name)
        found: list[str] = []
        for kind in KINDS:
            if not kinds[kind]:
                continue
            managed = changes.kept.get(kind, 0) + removed[kind]
            if name != "update" and kind not in unnamed:
                managed = reading.count(kind)
            reason = _too_many(kinds[kind], managed, limit)
            if reason:
                found.append(f"{kinds[kind]:,} of {many(kind, managed)} {_VERBS[name]} ({reason})")
        if found:
            yield from _refused(name, "; ".join(found), sum(kinds.values()), allow)


def _amount_of(unit: Unit, deleted: set[Ref]) -> str:
    """Return the guard that counts a unit; what goes with an agent or a queue that is removed counts once, as that."""
    if unit.action in {"change", "rename"}:
        return "update"
    if unit.action == "create":
        return ""
    if unit.kind in OBJECTS:
        return "delete"
    ends = zip(ENDS[unit.kind], unit.key, strict=True)
    return "" if any((kind, (part,)) in deleted for kind, part in ends) else "unlink"


def _is_absent(unit: Unit, wish: Wish) -> bool:
    """Return whether `absent:` names what a unit removes, or what it goes with."""
    refs = (unit.ref,) if unit.kind in OBJECTS else ends_of(unit.ref)
    return any(ref in wish.absent for ref in refs)


def _too_many(number: int, managed: int, limit: Allowance) -> str:
    """Return which limit is passed, or an empty text."""
    if number > limit.count:
        return f"limit {limit.count:,}"
    if managed in _SMALL:
        return "more than half" if number * 2 > managed else ""
    if managed >= _SMALL.stop and number * 100 > managed * limit.percent:
        return f"limit {limit.percent:g} %"
    return ""


def _check_service(
    units: Sequence[Unit],
    wish: Wish,
    reading: Reading,
    findings: Sequence[Finding],
    allow: Mapping[str, int],
) -> Iterable[Refusal]:
    """Refuse what would leave callers unserved."""
    if wish.one_group:
        moved = moves(units, reading)
        if moved:
            found = f"{counted(len(moved), 'agent')} would leave a group, as the vendor holds one for each: {some(moved)}"
            yield from _refused("move", found, len(moved), allow)
    number = sum(len(finding.names) for finding in findings)
    if number and allow.get("service") != number:
        for finding in findings:
            yield from _refused("service", _in_words(finding), number, allow)


def _in_words(finding: Finding) -> str:
    return f"{counted(len(finding.names), finding.noun)} {finding.text}: {some(finding.names)}"


def _refused(guard: str, found: str, number: int, allow: Mapping[str, int]) -> Iterable[Refusal]:
    """Refuse unless the very number was typed."""
    given = allow.get(guard)
    if given == number:
        return
    wrong = "" if given is None else f"; it is not {given:,}"
    yield Refusal(
        guard=guard,
        text=f"{found}. If that is meant, allow it with --allow {guard}={number}{wrong}",
        number=number,
    )


def _span(seconds: float) -> str:
    for length, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= length:
            return counted(int(seconds // length), noun)
    return counted(max(1, int(seconds)), "second")
