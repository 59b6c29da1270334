"""The fault plan: which call gets which fault, and whether each planned fault really happened.

Faults are planned in three ways, which apply in this order: a script (one fault per matching call), a standing fault
(every call until cleared), a seeded rate (some calls). Each is looked up for the operation first and then for ``"*"``,
which stands for all operations. ``"ringme:queues.update"`` names an operation of one vendor, ``"queues.update"`` that of
any. Plans are checked when they are made, so that a misspelt name cannot make a test pass without its fault.
"""

import collections
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias, cast

from .dialect import WHOLE_LIST
from .faults import Fault, FaultError
from .faults.fault import NAMES
from .near_names import near
from .settings import is_number

FaultRates: TypeAlias = Mapping[str, Mapping[str, float] | Iterable[tuple[Fault, float]]]
"""Operation or ``"*"`` to probabilities: by fault name, or as pairs of a fault and its probability."""

EVERY = "*"


class Faults:
    """Plans faults by operation name and records those that happened.

    Args:
        operations: by vendor, each operation's name, with whether it is a paged list.
        whole_lists: by vendor, the names of those that list all their rows at once.
        seed: start of the random source; every operation has its own source made from it, so that the
            faults of one operation do not depend on how calls of different operations interleave.
        rates: rates from the start, see ``rate``.

    Raises:
        FaultError: unknown operation or fault name, or probabilities that do not fit.
    """

    def __init__(
        self,
        operations: Mapping[str, Mapping[str, bool]],
        whole_lists: Mapping[str, Iterable[str]] | None = None,
        *,
        seed: int | str | None = None,
        rates: FaultRates | None = None,
    ) -> None:
        self._operations: dict[str, bool] = {}
        for vendor, names in operations.items():
            for name, listing in names.items():
                self._operations[f"{vendor}:{name}"] = listing
                self._operations[name] = listing or self._operations.get(name, False)
        self._whole = {
            name
            for vendor, names in (whole_lists or {}).items()
            for bare in names
            for name in (bare, f"{vendor}:{bare}")
        }
        self._seed = random.SystemRandom().getrandbits(64) if seed is None else seed
        self._scripts: dict[str, collections.deque[Fault]] = {}
        self._always: dict[str, Fault] = {}
        self._rates: dict[str, list[tuple[Fault, float]]] = {}
        self._sources: dict[str, random.Random] = {}
        self.consumed: list[tuple[str, Fault]] = []
        """Every fault that happened, as (operation, fault), in order."""
        self._first = [*_planned(rates)]
        for operation, fault, probability in self._first:
            self.rate(operation, fault, probability)

    def restart(self) -> None:
        """Delete all plans but the rates from the start, and the record of what happened; draws begin from the start."""
        self.clear()
        self.consumed.clear()
        self._sources.clear()
        for operation, fault, probability in self._first:
            self.rate(operation, fault, probability)

    def script(self, operation: str, *faults: Fault) -> None:
        """Queue faults for the next calls of an operation, one per call, in order.

        Args:
            operation: an operation's name, alone or with its vendor (``"ringme:queues.update"``), or ``"*"`` for
                the next calls of any operation.
            faults: what happens to them.

        Raises:
            FaultError: unknown operation, no fault given, or a list fault on an operation that lists nothing.
        """
        self._check_operation(operation)
        if not faults:
            raise FaultError("give at least one fault")
        for fault in faults:
            self._check(operation, fault)
        self._scripts.setdefault(operation, collections.deque()).extend(faults)

    def always(self, operation: str, fault: Fault) -> None:
        """Apply a fault to every call of an operation until ``clear``; a script applies first.

        Raises:
            FaultError: as for ``script``.
        """
        self._check(operation, fault)
        self._always[operation] = fault

    def rate(self, operation: str, fault: Fault, probability: float) -> None:
        """Apply a fault to a share of the calls of an operation, drawn from the seeded source.

        Args:
            operation: an operation's name, or ``"*"``; rates of both add up for a call.
            fault: what happens.
            probability: 0 to 1; all probabilities of one name together may not exceed 1.

        Raises:
            FaultError: as for ``script``, or the probability does not fit.
        """
        self._check(operation, fault)
        planned = self._rates.get(operation, [])
        others = sum(share for _, share in planned)
        if not is_number(probability) or not 0.0 <= probability <= 1.0 or probability + others > 1.0 + 1e-9:
            raise FaultError(
                f"the probabilities for {operation!r} must be from 0 to 1 and add up to at most 1"
            )
        self._rates[operation] = [*planned, (fault, probability)]

    def clear(self, operation: str | None = None) -> None:
        """Delete all plans, or those of one operation's name or ``"*"``; the record of what happened stays."""
        for table in (self._scripts, self._always, self._rates):
            if operation is None:
                table.clear()
            else:
                table.pop(operation, None)

    @property
    def pending(self) -> dict[str, tuple[Fault, ...]]:
        """Scripted faults that have not happened yet, by operation."""
        return {operation: tuple(queue) for operation, queue in self._scripts.items() if queue}

    @property
    def standing(self) -> dict[str, Fault]:
        """The faults of every call, by operation."""
        return dict(self._always)

    @property
    def rates(self) -> list[tuple[str, Fault, float]]:
        """The faults that are drawn, as (operation, fault, probability)."""
        return [(name, fault, share) for name, listed in self._rates.items() for fault, share in listed]

    @property
    def known_operations(self) -> list[str]:
        """The names that operations have, each alone and with its vendor."""
        return sorted(self._operations)

    @property
    def counts(self) -> collections.Counter[tuple[str, str]]:
        """How often each fault happened, by (operation, kind)."""
        return collections.Counter((operation, fault.kind) for operation, fault in self.consumed)

    def assert_consumed(self) -> None:
        """Raise AssertionError unless every scripted fault happened, and every standing fault at least once."""
        missing = [f"{operation}: {fault!r}" for operation, queue in self.pending.items() for fault in queue]
        met = {fault for _, fault in self.consumed}
        missing += [
            f"{operation}: {fault!r} (always)"
            for operation, fault in self._always.items()
            if fault not in met
        ]
        if missing:
            raise AssertionError("faults that never happened: " + "; ".join(missing))

    def choose(self, vendor: str, operation: str, page: int, mark: float | None = None) -> Fault | None:
        """Choose the fault of one call and record it; ``mark`` is what was drawn ahead. For the server only."""
        names = (f"{vendor}:{operation}", operation, EVERY)
        fault = self._scripted(names, page) or self._standing(names, page) or self._drawn(names, page, mark)
        if fault is not None:
            self.consumed.append((operation, fault))
        return fault

    def next_is(self, kind: str, vendor: str, operation: str, mark: float | None) -> bool:
        """Whether the fault of a call will be of this kind; for the server."""
        names = (f"{vendor}:{operation}", operation, EVERY)
        queued = next((queue[0] for name in names if (queue := self._scripts.get(name))), None)
        fault = queued or next((self._always[name] for name in names if name in self._always), None)
        if fault is None and mark is not None:
            fault = self._marked(names, mark)
        return fault is not None and fault.kind == kind

    def planned(self, kind: str) -> bool:
        """Whether any fault of this kind is planned; for the server."""
        queued = any(fault.kind == kind for queue in self._scripts.values() for fault in queue)
        standing = any(fault.kind == kind for fault in self._always.values())
        return (
            queued
            or standing
            or any(fault.kind == kind for listed in self._rates.values() for fault, _ in listed)
        )

    def mark(self, vendor: str, operation: str) -> float | None:
        """Draw the random number of a call ahead of ``choose``; None if no rate is planned for it. For the server."""
        names = (f"{vendor}:{operation}", operation, EVERY)
        return self._source(names[0]).random() if any(self._rates.get(name) for name in names) else None

    def _scripted(self, names: tuple[str, ...], page: int) -> Fault | None:
        for name in names:
            queue = self._scripts.get(name)
            if queue and _fits(queue[0], page):
                return queue.popleft()
        return None

    def _standing(self, names: tuple[str, ...], page: int) -> Fault | None:
        for name in names:
            fault = self._always.get(name)
            if fault is not None and _fits(fault, page):
                return fault
        return None

    def _drawn(self, names: tuple[str, ...], page: int, mark: float | None) -> Fault | None:
        if not any(self._rates.get(name) for name in names):
            return None
        fault = self._marked(names, self._source(names[0]).random() if mark is None else mark)
        return fault if fault is not None and _fits(fault, page) else None

    def _source(self, operation: str) -> random.Random:
        source = self._sources.get(operation)
        if source is None:
            source = self._sources[operation] = random.Random(f"{self._seed}:{operation}")  # noqa: S311
        return source

    def _marked(self, names: tuple[str, ...], mark: float) -> Fault | None:
        """The fault that a mark between 0 and 1 stands for, if any."""
        for fault, probability in (pair for name in names for pair in self._rates.get(name, ())):
            mark -= probability
            if mark < 0.0:
                return fault
        return None

    def _check_operation(self, operation: str) -> None:
        if operation != EVERY and operation not in self._operations:
            form = "operations are named as the client's methods are, such as 'agents.create'; '*' stands for all"
            raise FaultError(
                f"no operation is called {operation!r}; {near(operation, self._operations, form)}"
            )

    def _check(self, operation: str, fault: object) -> None:
        self._check_operation(operation)
        if not isinstance(fault, Fault):
            form = "such as Fault.status(503)"
            hint = near(fault, NAMES, form) if isinstance(fault, str) else form
            raise FaultError(f"a fault is made by a method of Fault; got {fault!r}; {hint}")
        if operation == EVERY:
            return
        whole = fault.whole and operation in self._whole
        if fault.listing and not self._operations[operation] and not whole:
            lists = "lists" if fault.whole else "paged lists"
            raise FaultError(f"{fault!r} is for {lists}, and {operation!r} is none")


def _fits(fault: Fault, page: int) -> bool:
    """Whether a fault can be seen on a call for this page (0: no list)."""
    if page == WHOLE_LIST:
        return not fault.listing or fault.whole
    return not fault.listing or page >= fault.first_page


def _planned(rates: FaultRates | None) -> Iterator[tuple[str, Fault, float]]:
    """Probabilities as operation, fault and share, names made into faults with default arguments."""
    if not isinstance(rates, Mapping | None):
        raise FaultError(f"fault_rates must be a mapping of operations, not {rates!r}")
    for operation, listed in (rates or {}).items():
        if isinstance(listed, Mapping):
            named = cast("Mapping[str, float]", listed)
            yield from ((operation, Fault.named(name), share) for name, share in named.items())
            continue
        try:
            yield from ((operation, fault, share) for fault, share in listed)
        except (TypeError, ValueError):
            form = "probabilities by the faults' names, or pairs of fault and probability"
            raise FaultError(f"fault_rates of {operation!r} must be {form}, not {listed!r}") from None
