"""Carries out units on an ITNIO TECH client: each looks whether it is done already, acts if not, and is safe to repeat.

An update of an agent writes all that can be set, because the vendor wants name, group and job number each time, and because
what it does to a field that is left out is not documented. So the updates of one agent go one at a time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from ...core.errors import AlreadyExistsError, ConfigError, NotFoundError, SdkError
from ...core.keyed_lock import KeyedLock
from ...core.shared_listings import Later, shared_listings
from ..adapter import Done
from ..nouns import Kind, shown_key
from ..unit import Unit
from .itniotech_reading import Objects
from .itniotech_seats import Seats, Spare
from .itniotech_wish import AGENT_SETTINGS, VENDOR, Homes
from .not_there import not_there
from .removals import Removals

if TYPE_CHECKING:
    from ...itniotech.agent_models import Agent
    from ...itniotech.client import ItniotechClient

_JOB_DIGITS: Final = 12
_KEPT: Final = ("pet_name", "display_num", "ccode")


@attrs.frozen(kw_only=True)
class Seat:
    """What is written of an agent.

    Args:
        key_id: The vendor's id.
        name: The name, which is the `user_id`.
        emp_no: The job number.
        group: The id of the group.
        settings: What else can be set, as far as it is set.
    """

    key_id: int
    name: str
    emp_no: str
    group: int
    settings: Mapping[str, Any]


class ItniotechWriter:
    """Carries out units on what the latest reading has found.

    Args:
        client: The client.
    """

    def __init__(self, client: ItniotechClient) -> None:
        self.objects = Objects()
        """What the latest reading has found, and what was made since."""
        self.homes = Homes()
        """Where groups and agents are created."""
        self.seats = Seats(client)
        """Seats for new agents."""
        self.begun: set[str] = set()
        """Names of the units that this instance has begun."""
        self._client = client
        self._written: dict[str, Seat] = {}
        self._taken: dict[str, Spare] = {}
        self._unseen: set[str] = set()
        self._unsure: set[str] = set()
        self._making: set[str] = set()
        self._missed: set[str] = set()
        self._removals = Removals()
        self._locks = KeyedLock()
        self._acts: Mapping[tuple[Kind, str], Callable[[Unit], Awaitable[Done]]] = {
            ("group", "create"): self._create_group,
            ("group", "rename"): self._rename_group,
            ("group", "remove"): self._remove_group,
            ("agent", "create"): self._create_agent,
            ("agent", "change"): self._change_agent,
            ("agent", "rename"): self._change_agent,
            ("agent", "disable"): self._disable_agent,
            ("agent", "remove"): self._remove_agent,
            ("link", "create"): self._move_agent,
        }

    async def do(self, unit: Unit) -> Done:
        """Carry out a unit, as `Adapter.do` says."""
        act = self._acts.get((unit.kind, unit.action))
        if act is None:
            raise ConfigError(f"{VENDOR} cannot {unit.action} this: {unit.kind} {shown_key(unit.key)}")
        self.begun.add(unit.name)
        if unit.kind == "group":
            return await act(unit)
        async with self._locks.hold(unit.key[-1]):
            return await act(unit)

    async def _create_group(self, unit: Unit) -> Done:
        (name,) = unit.key
        app_id = self.homes.app_id.get(name)
        if app_id is None and len(self.objects.apps) == 1:
            (app_id,) = self.objects.apps
        if app_id is None:
            raise ConfigError(
                f"it is not known in which application to create the group {name!r}: state x-itniotech: {{app_id: ...}}"
            )
        self._making.add(name)
        try:
            ensured = await self._client.agent_groups.ensure(app_id=app_id, group_name=name)
        except SdkError:
            self._making.discard(name)
            raise
        self.objects.groups[name] = int(ensured.id)
        self.objects.group_ids.add(int(ensured.id))
        return Done(id=ensured.id, acted=ensured.created, adopted=ensured.adopted)

    async def _rename_group(self, unit: Unit) -> Done:
        (name,), group = unit.key, int(unit.id)
        acted = self.objects.groups.get(name) != group
        if acted:
            await self._client.agent_groups.rename(group, group_name=name)
            self.objects.groups = {
                each: number for each, number in self.objects.groups.items() if number != group
            }
            self.objects.groups[name] = group
            if (listings := shared_listings.get()) is not None:
                listings.remove(group, "voice_group_id")  # its old name may be given to a new group
        return Done(id=unit.id, acted=acted)

    async def _remove_group(self, unit: Unit) -> Done:
        group, was_lost = int(unit.id), self._removals.may_have_acted(unit)
        if group not in self.objects.group_ids:
            return Done(id=unit.id, acted=was_lost)
        try:
            acted = await self._removals.acted(unit, self._client.agent_groups.delete(group))
        except SdkError as error:
            if error.outcome != "unknown" or was_lost:
                raise
            raise Later from error
        self.objects.group_ids.discard(group)
        self.objects.groups.pop(unit.key[0], None)
        return Done(id=unit.id, acted=acted)

    def _group(self, name: str, unit: Unit) -> int:
        """Return the id of a group; one that is missing is waited for if this run makes it, or may begin to."""
        if name in self.objects.groups:
            return self.objects.groups[name]
        if name in self._making or unit.name not in self._missed:
            self._missed.add(unit.name)
            raise Later
        raise not_there(f"group {name} is not there, or there twice", unit)

    def _seat(self, name: str, unit: Unit) -> Seat:
        """Return what is there of an agent: as it was written last, or as it was read."""
        seat = self._written.get(name)
        if seat is None and name in self.objects.agents:
            seat = _seat_of(self.objects.agents[name])
        if seat is None:
            raise not_there(f"agent {name} is not there, or there twice", unit)
        return seat

    async def _create_agent(self, unit: Unit) -> Done:
        (name,) = unit.key
        settings = _settings(unit)
        if name in self._written or name in self.objects.agents:
            acted = await self._write(self._seat(name, unit), settings=settings)
            taken = self._taken.get(name)
            return Done(id=str(self._seat(name, unit).key_id), acted=acted or taken is not None)
        group = self._home(name, unit)
        spare = self._taken.get(name) or await self.seats.take(group)
        self._taken[name] = spare
        try:
            await self._name(spare, name, group, settings)
        except SdkError as error:
            if isinstance(error, NotFoundError) and name not in self._unseen:
                self._unseen.add(name)  # the seat was made just now, and the vendor does not show it yet
                raise Later from error
            if error.outcome != "unknown":
                self.seats.give_back(group, self._taken.pop(name))
            raise
        return Done(id=str(spare.key_id), adopted=spare.adopted)

    def _home(self, name: str, unit: Unit) -> int:
        """Return the group in which an agent is created: its own, or where that is not known yet, one to move it from."""
        home = self.homes.groups.get(name)
        if home is not None:
            return self._group(home, unit)
        if not self.objects.groups:
            raise not_there(f"there is no group to create agent {name} in", unit)
        return min(self.objects.groups.values())

    async def _name(self, spare: Spare, name: str, group: int, settings: Mapping[str, Any]) -> None:
        """Make a spare seat an agent's; of the job numbers that it may have, the first one that is free is taken."""
        numbers = [str(spare.key_id)[-_JOB_DIGITS:]]
        if name.isascii() and name.isdigit() and len(name) <= _JOB_DIGITS:
            numbers.insert(0, name)
        for last, emp_no in enumerate(numbers, 1 - len(numbers)):
            seat = Seat(key_id=spare.key_id, name=name, emp_no=emp_no, group=group, settings=settings)
            try:
                return await self._send(seat)
            except AlreadyExistsError:
                if not last:
                    raise
        return None

    async def _change_agent(self, unit: Unit) -> Done:
        before = unit.key[0] if unit.old_key is None else unit.old_key[0]
        there = unit.key[0] in self._written or (
            unit.key[0] in self.objects.agents and before not in self.objects.agents
        )
        seat = self._seat(unit.key[0] if there else before, unit)
        acted = await self._write(seat, name=unit.key[0], settings=_settings(unit))
        if before != unit.key[0]:  # the old name may be given to a new agent
            self.objects.agents.pop(before, None)
            self._written.pop(before, None)
        return Done(id=str(seat.key_id), acted=acted)

    async def _move_agent(self, unit: Unit) -> Done:
        group = self._group(unit.key[0], unit)
        acted = await self._write(self._seat(unit.key[1], unit), group=group)
        return Done(acted=acted)

    async def _disable_agent(self, unit: Unit) -> Done:
        row = self.objects.agents.get(unit.key[0])
        if row is not None and row.enabled is False:
            return Done(id=unit.id, acted=False)
        await self._client.agents.disable(int(unit.id))
        return Done(id=unit.id)

    async def _remove_agent(self, unit: Unit) -> Done:
        acted = await self._removals.acted(unit, self._client.agents.delete(int(unit.id)))
        self.objects.agents.pop(unit.key[0], None)
        return Done(id=unit.id, acted=acted)

    async def _write(
        self,
        seat: Seat,
        *,
        name: str | None = None,
        group: int | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> bool:
        """Write what is to be different in an agent; return whether anything is."""
        wanted = attrs.evolve(
            seat,
            name=seat.name if name is None else name,
            group=seat.group if group is None else group,
            settings={**seat.settings, **(settings or {})},
        )
        if wanted == seat and seat.name not in self._unsure:
            return False
        await self._send(wanted)
        return True

    async def _send(self, seat: Seat) -> None:
        before = self._written.get(seat.name)
        self._written[seat.name] = seat
        try:
            await self._client.agents.update(
                seat.key_id, voice_group_id=seat.group, name=seat.name, emp_no=seat.emp_no, **seat.settings
            )
        except SdkError as error:
            if error.outcome == "unknown":
                self._unsure.add(seat.name)  # it may have been carried out: the next write must not undo it
            elif before is None:
                del self._written[seat.name]
            else:
                self._written[seat.name] = before
            raise
        self._unsure.discard(seat.name)


def _seat_of(row: Agent) -> Seat:
    return Seat(
        key_id=row.key_id,
        name=row.name or "",
        emp_no=row.emp_no or str(row.key_id)[-_JOB_DIGITS:],
        group=row.voice_group_id or 0,
        settings={each: value for each in _KEPT if (value := getattr(row, each))},
    )


def _settings(unit: Unit) -> dict[str, Any]:
    settings = {field.name: unit.fields[field.name] for field in AGENT_SETTINGS if field.name in unit.fields}
    return {**({"pet_name": unit.fields["name"]} if "name" in unit.fields else {}), **settings}
