"""Hands the units that may begin to the workers of a run, and makes workers wait while that depends on others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ...core.item_source import ItemSource
from ..unit import Unit
from .unit_graph import UnitGraph


class UnitSource(ItemSource[Unit]):
    """The units of a graph, as the items of a run in rounds.

    It has no item when none may begin and none is in flight, or when the round is to end; it has items again in the
    next round, if settled units made others ready.

    Args:
        graph: The units.
        before_waiting: Called before a worker waits; returns whether there is something to do but taking a unit.
    """

    def __init__(self, graph: UnitGraph, before_waiting: Callable[[], bool]) -> None:
        super().__init__((), asyncio.Semaphore())
        self.graph = graph
        self.round_ends: Callable[[], bool] = lambda: False
        """Whether no further unit begins in this round."""
        self.over = False
        """Whether no further unit begins at all."""
        self._before_waiting = before_waiting
        self._change = asyncio.Event()

    async def take(self) -> tuple[int, Unit] | None:
        """Return a unit that may begin; None if there is none in this round, or if the worker has something else to do."""
        while True:
            if not self.over and not self.round_ends():
                unit = self.graph.take()
                if unit is not None:
                    self.taken += 1
                    return self.taken - 1, unit
            if self._before_waiting() or not self.graph.in_flight:
                return None
            await self._change.wait()

    async def close(self) -> None:
        """Hand out no further unit."""
        self.over = True

    def changed(self) -> None:
        """Have all workers that wait look again."""
        self._change.set()
        self._change = asyncio.Event()
