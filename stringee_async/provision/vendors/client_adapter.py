"""What the adapters of all vendors have in common: the client in its bulk lane, its clock, and units that wait for the rate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from ...core.client import Client, session_of
from ...core.clock import Clock
from ..adapter import Done
from ..unit import Unit
from .waiting_for_rate import waiting_for_rate

C = TypeVar("C", bound=Client)


class ClientAdapter(ABC, Generic[C]):
    """An account behind a client, for one plan or one run.

    Args:
        client: The client; used in the bulk lane, and left open.
    """

    def __init__(self, client: C) -> None:
        self._client = client.with_options(lane="bulk")
        self._session = session_of(self._client)

    @property
    def clock(self) -> Clock:
        """The client's clock."""
        return self._session.state.clock

    @property
    def settle(self) -> float:
        """Seconds after which a listing shows what was written."""
        return self._session.timeouts.settle

    def sent(self) -> int:
        """Return how many requests the client has sent so far, retries included."""
        return self._session.state.requests

    async def do(self, unit: Unit) -> Done:
        """Carry out a unit, again while it is refused for rate; see `Adapter.do`."""
        longest = self._session.retry.max_server_wait
        return await waiting_for_rate(lambda: self._carry_out(unit), longest=longest)

    @abstractmethod
    async def _carry_out(self, unit: Unit) -> Done:
        """Carry out a unit; safe to repeat."""
