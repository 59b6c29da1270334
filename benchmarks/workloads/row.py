"""What a row of the benchmarks is: a name, a title, and a function that measures.

One job: the values between measuring and reporting. A row gives figures (each a spread with a unit) and, where a
growth is looked at, curves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, Literal

import attrs

from ..measure import Cost, Spread, ratios
from ..peers.peer import BARE, Peer, opener
from ..server import Server

Unit = Literal["x", "share", "count", "us", "s", "MiB", "rows/s", "latencies"]
"""`x` is a ratio; `share` a part of what is possible; `us` microseconds and `s` seconds of CPU; `latencies` multiples of the server's."""


@attrs.frozen
class Figure:
    """One figure: a spread and its unit."""

    spread: Spread
    unit: Unit

    def plain(self) -> dict[str, Any]:
        """Return it as JSON data."""
        spread = self.spread
        return {
            "median": _short(spread.median),
            "low": _short(spread.low),
            "high": _short(spread.high),
            "unit": self.unit,
        }


@attrs.frozen(kw_only=True)
class Curve:
    """How a cost grows.

    Args:
        x: What is varied.
        y: What is measured, as a multiple of its value at the first point.
        points: x, and the spread of y there.
    """

    x: str
    y: str
    points: list[tuple[float, Spread]]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "x": self.x,
            "y": self.y,
            "points": [
                [x, _short(spread.median), _short(spread.low), _short(spread.high)]
                for x, spread in self.points
            ],
        }


def _short(value: float) -> float:
    return float(f"{value:.4g}")


@attrs.define
class Result:
    """What a row found."""

    figures: dict[str, Figure] = attrs.field(factory=dict[str, Figure])
    curves: dict[str, Curve] = attrs.field(factory=dict[str, Curve])
    notes: list[str] = attrs.field(factory=list[str])

    def add(self, name: str, values: Spread | float, unit: Unit) -> None:
        """Add a figure; one value is a spread of itself."""
        spread = values if isinstance(values, Spread) else Spread(values, values, values)
        self.figures[name] = Figure(spread, unit)

    def compare(
        self, costs: Mapping[str, list[Cost]], reference: str = BARE, kinds: tuple[str, ...] = ("wall", "cpu")
    ) -> None:
        """Add, for each contender but the reference, how many times as fast it was, and its share of CPU."""
        for name in costs:
            if name == reference:
                continue
            if "wall" in kinds:
                self.add(f"{name}: throughput", ratios(costs, reference, name), "x")
            if "cpu" in kinds:
                self.add(f"{name}: CPU", ratios(costs, reference, name, kind="cpu", inverse=True), "x")


@attrs.frozen(kw_only=True)
class Bench:
    """What every row is given.

    Args:
        server: The server, to be set as the row needs it.
        quick: Measure badly but fast.
        tls: Measure over TLS.
    """

    server: Server
    quick: bool = False
    tls: bool = False

    @property
    def url(self) -> str:
        """Where the server is found."""
        found = self.server.tls_url if self.tls else self.server.url
        assert found is not None
        return found

    @property
    def rounds(self) -> int:
        """Rounds of an interleaved comparison."""
        return 2 if self.quick else 9

    @property
    def waiting_rounds(self) -> int:
        """Rounds where most of the time is waiting, which scatters little."""
        return 1 if self.quick else 3

    @property
    def seconds(self) -> float:
        """How long one run of one contender takes, about."""
        return 0.02 if self.quick else 0.25


@attrs.frozen
class Row:
    """One row of the benchmarks.

    Args:
        name: What `--only` takes.
        title: What is measured, for readers.
        run: Measures.
    """

    name: str
    title: str
    run: Callable[[Bench], Awaitable[Result]]


async def open_all(
    stack: AsyncExitStack, names: tuple[str, ...], url: str, connections: int, result: Result
) -> dict[str, Peer]:
    """Open peers; one whose library is missing is noted and left out.

    Args:
        stack: Closes them.
        names: Names of peers.
        url: The server.
        connections: Connections of each.
        result: Where a missing one is noted.
    """
    peers: dict[str, Peer] = {}
    for name in names:
        try:
            open_peer = opener(name)
        except ImportError as error:
            result.notes.append(f"{name} left out: {error}")
            continue
        peers[name] = await stack.enter_async_context(open_peer(url, connections))
    return peers
