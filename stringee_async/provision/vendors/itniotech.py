"""What ITNIO TECH brings to provisioning: the adapter for an `ItniotechClient`.

Agents are seats in exactly one group; there are no queues (`itniotech_wish`). Seats are created without names
(`itniotech_seats`) and then written (`itniotech_writes`).

`do` looks in the latest reading, and reads first where this instance has not. An instance does not know what another one
did after its reading: who carries out a unit that another instance may have begun calls `look_again` before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import attrs

from ...core.redaction import shortened
from ...core.shared_listings import SharedListings
from ..adapter import Capabilities, Done, Progress, no_progress
from ..spec import Spec
from ..things import Reading, Scope, Wish
from ..unit import Unit
from .client_adapter import ClientAdapter
from .itniotech_reading import ItniotechReader, objects_of
from .itniotech_wish import CAPABILITIES, Homes, wish_for
from .itniotech_writes import ItniotechWriter
from .reading_at_once import looking_in

if TYPE_CHECKING:
    from ...itniotech.agent_models import Agent
    from ...itniotech.client import ItniotechClient

_FEW: Final = 4
"""Up to so many groups are read one by one after a lost create; beyond, the list of all agents."""


class ItniotechAdapter(ClientAdapter["ItniotechClient"]):
    """An account of ITNIO TECH, for one plan or one run.

    Args:
        client: Its client; used in the bulk lane, and left open.
    """

    vendor = "itniotech"
    capabilities: Capabilities = CAPABILITIES

    def __init__(self, client: ItniotechClient) -> None:
        super().__init__(client)
        self._shared = SharedListings(began=self._session.state.now(), few=False)
        self._homes = Homes()
        self._writer = ItniotechWriter(self._client)
        self._observed = False
        self._first = asyncio.Lock()

    @property
    def account(self) -> str:
        """The beginning and end of the API key."""
        return f"key {shortened(self._client.auth.api_key)}"

    def hold(self, spec: Spec) -> Wish:
        """Return what ITNIO TECH can hold of a specification.

        Raises:
            SpecError: The specification contradicts itself.
        """
        wish, self._homes = wish_for(spec)
        return wish

    async def observe(self, scope: Scope, progress: Progress) -> Reading:
        """Read the live state: two lists.

        Raises:
            SdkError: The vendor cannot be reached, or rejects the call.
        """
        before, began = self.sent(), self.clock.monotonic()
        self._renew()
        reader = ItniotechReader(self._client, self._shared, self.clock)
        reading, objects, agents = await reader.read(scope, self._homes, progress)
        writer = self._writer = ItniotechWriter(self._client)
        writer.objects, writer.homes = objects, self._homes
        self._observed = True
        usable = {objects.groups[name] for name in self._homes.spare if name in objects.groups}
        unnamed = [row for row in agents if row.name not in self._homes.agents]
        writer.seats.begin(agents, [row for row in unnamed if row.voice_group_id in usable])
        return attrs.evolve(reading, calls=self.sent() - before, seconds=self.clock.monotonic() - began)

    async def look_again(self, units: Sequence[Unit]) -> None:
        """Read the groups again, and the agents of those in which the creation of seats is in doubt.

        Raises:
            SdkError: The vendor cannot be reached, or rejects the call.
        """
        if not self._observed:
            return
        self._renew()
        reader = ItniotechReader(self._client, self._shared, self.clock)
        objects, seats = self._writer.objects, self._writer.seats
        lost = list(seats.lost)
        foreign = any(unit.kind == "agent" and unit.name not in self._writer.begun for unit in units)
        groups = await reader.groups()
        everybody: Sequence[Agent] | None = await reader.agents() if foreign or len(lost) > _FEW else None
        read = objects_of(groups, everybody or ())
        objects.groups, objects.group_ids = read.groups, read.group_ids
        if everybody is not None:
            objects.agents = read.agents
        for group in lost:
            rows = await reader.agents(group) if everybody is None else everybody
            seats.settle(group, [row for row in rows if row.voice_group_id == group])

    async def _carry_out(self, unit: Unit) -> Done:
        if not self._observed:
            async with self._first:
                if not self._observed:
                    await self.observe(Scope(kinds=frozenset()), no_progress)
        with looking_in(self._shared):
            return await self._writer.do(unit)

    def _renew(self) -> None:
        self._shared.renew(self._session.state.now())
