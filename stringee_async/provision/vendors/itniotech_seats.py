"""Seats for new agents.

The vendor creates seats in a group without saying whose they are; each is then named. What is created is created for all
agents of a group that wait for a seat at that moment, in one request. If its response is lost, the seats that have
appeared in the group by the next reading, and that are as the vendor has made them, are those of the lost request.

A seat is taken for a spare one only where that is certain: it was not there when the run began, it is as the vendor has made it,
and exactly as many such seats have appeared as the lost request asked for. Seats that were there before are used only
where the specification says so.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from ...core.errors import ConflictError, SdkError
from ...core.keyed_lock import KeyedLock
from ...core.shared_listings import Later
from ...itniotech.agent_models import OFFLINE

if TYPE_CHECKING:
    from ...itniotech.agent_models import Agent
    from ...itniotech.client import ItniotechClient

_MOST: Final = 100
"""So many seats are created in one request at most, so that a lost one leaves few in doubt."""


@attrs.frozen(kw_only=True)
class Spare:
    """A seat without an agent.

    Args:
        key_id: Its id.
        adopted: Whether it is that of a create whose response was lost.
    """

    key_id: int
    adopted: bool = False


class Seats:
    """The spare seats of a run, by the id of their group."""

    def __init__(self, client: ItniotechClient) -> None:
        self._client = client
        self._known: set[int] = set()
        self._spare: dict[int, list[Spare]] = defaultdict(list)
        self._waiting: dict[int, int] = defaultdict(int)
        self._locks = KeyedLock()
        self.lost: dict[int, int] = {}
        """How many seats were asked for, by group, in requests whose outcome is not known."""

    def begin(self, rows: Iterable[Agent], usable: Iterable[Agent]) -> None:
        """Note which seats are there when the run begins, and which of them may be used."""
        self._known = {row.key_id for row in rows}
        for row in usable:
            if row.voice_group_id is not None and row.create_time and untouched(row):
                self._spare[row.voice_group_id].append(Spare(key_id=row.key_id))

    def settle(self, group: int, rows: Sequence[Agent]) -> None:
        """Take the seats of lost requests for spare ones, now that their group was read again."""
        lost = self.lost.pop(group, 0)
        fresh = [row for row in rows if row.key_id not in self._known]
        self._known.update(row.key_id for row in fresh)
        ours = [row for row in fresh if untouched(row)]
        if len(ours) == lost:  # else others have created seats too, and which are theirs cannot be told
            self._spare[group] += [Spare(key_id=row.key_id, adopted=True) for row in ours]

    async def take(self, group: int) -> Spare:
        """Return a seat for one agent, which is created if there is no spare one.

        Raises:
            Later: The response of the create was lost, or names no seats.
            ConflictError: The group may have no more seats.
        """
        self._waiting[group] += 1
        try:
            async with self._locks.hold(group):
                if not self._spare[group]:
                    if group in self.lost:
                        raise Later
                    await asyncio.sleep(0)  # those that begin at the same moment are counted too
                    await self._create(group, min(self._waiting[group], _MOST))
                return self._spare[group].pop(0)
        finally:
            self._waiting[group] -= 1

    def give_back(self, group: int, seat: Spare) -> None:
        """Put a seat back that got no agent."""
        self._spare[group].append(seat)

    async def _create(self, group: int, size: int) -> None:
        try:
            made = await self._client.agents.create_many(group, size=size)
        except ConflictError:
            room = (await self._client.agents.remaining(group)).remaining or 0
            if not 0 < room < size:
                raise
            return await self._create(group, room)
        except SdkError as error:
            if error.outcome != "unknown":
                raise
            self.lost[group] = size
            raise Later from error
        if not made:
            self.lost[group] = size
            raise Later
        self._known.update(row.key_id for row in made)
        self._spare[group] += [Spare(key_id=row.key_id) for row in made]
        return None


def untouched(row: Agent) -> bool:
    """Return whether a seat is as the vendor has made it: it was never changed, and no agent is logged in."""
    return (
        not row.pet_name
        and row.create_time == row.update_time
        and row.status in {None, OFFLINE}
        and row.enabled is not False
    )
