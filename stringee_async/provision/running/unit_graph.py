"""Which units may begin: in the order of their dependencies, and one write at a time for each group and queue.

Knows no event loop: `unit_source` hands the units to the workers of a run.
"""

from __future__ import annotations

import graphlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

from ...core.errors import PlanError
from ..nouns import ENDS
from ..things import Ref
from ..unit import Unit


def owner_of(unit: Unit) -> Ref:
    """Return the object whose writes go one at a time: of a connection, the group or queue that has it."""
    ends = ENDS.get(unit.kind)
    return unit.ref if ends is None else (ends[0], unit.key[:1])


class UnitGraph:
    """The units of a run, with those that may begin.

    Args:
        units: All units, in the order in which those that are ready begin. What a unit waits for and is not among them
            is done already.

    Raises:
        PlanError: Two units have one name, or units wait for each other.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = {unit.name: unit for unit in units}
        if len(self._units) < len(units):
            raise PlanError("the plan holds a unit twice; make a new plan")
        self._sorter: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
        self._dependants: dict[str, list[str]] = defaultdict(list)
        for unit in units:
            before = [name for name in unit.after if name in self._units]
            self._sorter.add(unit.name, *before)
            for name in before:
                self._dependants[name].append(unit.name)
        try:
            self._sorter.prepare()
        except graphlib.CycleError as error:
            raise PlanError(f"units of the plan wait for each other: {', '.join(error.args[1])}") from None
        self._lines: dict[Ref, deque[Unit]] = defaultdict(deque)
        self._free: deque[Ref] = deque()
        """Owners that have units that are ready, and no unit that is at work."""
        self._busy: Counter[Ref] = Counter()
        self._settled: set[str] = set()
        self.in_flight = 0
        """How many units were begun and are neither settled nor put aside."""

    def __len__(self) -> int:
        return len(self._units)

    def take(self) -> Unit | None:
        """Return a unit that may begin, and count it as in flight; None if none may now."""
        self._line_up(self._sorter.get_ready())
        while self._free:
            owner = self._free.popleft()
            # One that was put aside and settled since stands there twice.
            if not self._busy[owner] and self._lines[owner]:
                unit = self._lines[owner].popleft()
                self._begin(owner)
                return unit
        return None

    def put_aside(self, unit: Unit) -> None:
        """Let other units of the same owner begin; this one is not settled."""
        self._leave(unit)

    def resume(self, unit: Unit) -> None:
        """Count a unit that was put aside as in flight again."""
        self._begin(owner_of(unit))

    def settle(self, unit: Unit, *, done: bool) -> list[Unit]:
        """Note that a unit in flight has its outcome.

        Returns:
            The units that will never begin because this one is not done; they are settled too.
        """
        self._leave(unit)
        self._settled.add(unit.name)
        if done:
            self._sorter.done(unit.name)
            return []
        return list(self._cut_off(unit.name))

    def left(self) -> Iterator[Unit]:
        """Yield the units that are not settled."""
        for name, unit in self._units.items():
            if name not in self._settled:
                yield unit

    def _line_up(self, names: Iterable[str]) -> None:
        for name in names:
            unit = self._units[name]
            owner = owner_of(unit)
            self._lines[owner].append(unit)
            if len(self._lines[owner]) == 1 and not self._busy[owner]:
                self._free.append(owner)

    def _begin(self, owner: Ref) -> None:
        self._busy[owner] += 1
        self.in_flight += 1

    def _leave(self, unit: Unit) -> None:
        owner = owner_of(unit)
        self._busy[owner] -= 1
        self.in_flight -= 1
        if not self._busy[owner] and self._lines[owner]:
            self._free.append(owner)

    def _cut_off(self, name: str) -> Iterator[Unit]:
        open_ = [name]
        while open_:
            for dependant in self._dependants[open_.pop()]:
                if dependant not in self._settled:
                    self._settled.add(dependant)
                    open_.append(dependant)
                    yield self._units[dependant]
