"""Reads the live state of an ITNIO TECH client: the list of agent groups and the list of agents, which holds memberships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from ...core.client import session_of
from ...core.clock import Clock
from ...core.model import Malformed, Model
from ...core.paging import Paged
from ...core.shared_listings import Reading as Listed
from ...core.shared_listings import SharedListings
from ...core.unset import UNSET
from ...itniotech.agent_models import AFTER_TALK, BUSY, IDLE, ON_BREAK
from ..adapter import Progress
from ..nouns import Kind
from ..planning.diff import some
from ..planning.stated import name_key
from ..reading_hold import held
from ..things import Live, Reading, Ref, Scope
from .itniotech_wish import AGENT_SETTINGS, VENDOR, Homes
from .reading_at_once import DOUBTS
from .waiting_for_rate import waiting_for_rate

if TYPE_CHECKING:
    from ...itniotech.agent_groups import AgentGroup
    from ...itniotech.agent_models import Agent
    from ...itniotech.client import ItniotechClient

M = TypeVar("M", bound=Model)

_PAGE_SIZE: Final = 100
_KINDS: Final = frozenset[Kind](("agent", "group", "link"))
_BUSY: Final = {BUSY: "on a call", IDLE: "logged in", AFTER_TALK: "logged in", ON_BREAK: "logged in"}


@attrs.define(kw_only=True)
class Objects:
    """What units are carried out on; what is there twice is not in it.

    Args:
        groups: The id of each group, by name.
        group_ids: The ids of all groups.
        agents: Each agent as listed, by the name of the seat.
        apps: The applications that agents are in.
    """

    groups: dict[str, int] = attrs.field(factory=dict[str, int])
    group_ids: set[int] = attrs.field(factory=set[int])
    agents: dict[str, Agent] = attrs.field(factory=dict[str, "Agent"])
    apps: set[str] = attrs.field(factory=set[str])


class ItniotechReader:
    """Reads lists, and says what is in them."""

    def __init__(self, client: ItniotechClient, shared: SharedListings, clock: Clock) -> None:
        self._client = client
        self._shared = shared
        self._clock = clock
        self._doubts: list[str] = []
        self._malformed: list[str] = []

    async def groups(self) -> Sequence[AgentGroup]:
        """Read the list of groups, in which `ensure` looks too."""
        listing = self._client.agent_groups.list(page_size=_PAGE_SIZE, read_ahead=2)
        reading = await self._read(listing, "group_name")
        self._note("groups", reading.listing.malformed, certain=reading.listing.certain)
        return reading.rows

    async def agents(self, group: int | None = None) -> Sequence[Agent]:
        """Read the list of agents, or of those in one group; twice if it is not certain."""
        now = datetime.fromtimestamp(self._clock.time(), UTC)
        listing = self._client.agents.list(
            page_size=_PAGE_SIZE,
            read_ahead=4,
            start_time=now - timedelta(days=1),  # newer servers want a span for their statistics
            end_time=now,
            voice_group_id=UNSET if group is None else group,
        )
        reading = await self._read(listing, "key_id")
        self._note("agents", reading.listing.malformed, certain=reading.listing.certain)
        rows = [row for row in reading.rows if row.delete_flag != 1]
        return [row for row in rows if row.voice_group_id == group] if group is not None else rows

    async def _read(self, listing: Paged[M], key: str) -> Listed[M]:
        longest = session_of(self._client).retry.max_server_wait
        return await held(
            lambda: waiting_for_rate(lambda: self._shared.read(listing, (key,)), longest=longest)
        )

    async def _unless_broken(self, name: str, rows: Awaitable[Sequence[M]]) -> Sequence[M]:
        """Return the rows of a list; of one that cannot be read to its end none, which makes the reading doubtful."""
        try:
            return await rows
        except DOUBTS as error:
            self._doubts.append(f"the list of {name} cannot be trusted: {error}")
            return ()

    def _note(self, name: str, malformed: Iterable[Malformed], *, certain: bool) -> None:
        found = [f"list of {name}: {bad.path}: {bad.reason}" for bad in malformed]
        self._malformed += found
        if not certain and not found:
            self._doubts.append(f"the list of {name} changed while it was read, twice in a row")

    async def read(
        self, scope: Scope, homes: Homes, progress: Progress
    ) -> tuple[Reading, Objects, Sequence[Agent]]:
        """Return the reading, what units are carried out on, and all agents."""
        groups = await self._unless_broken("groups", self.groups())
        progress("group", len(groups))
        agents = await self._unless_broken("agents", self.agents())
        progress("agent", len(agents))
        found: dict[Ref, list[Live]] = defaultdict(list)
        names: dict[int, str] = {}
        for group in groups:
            name = name_key(group.group_name or "")
            if not name:
                self._malformed.append(f"list of groups: group {group.voice_group_id} has no name")
                continue
            names[group.voice_group_id] = name
            found["group", (name,)].append(group_live(name, group))
        for agent in agents:
            if not agent.name:
                self._malformed.append(f"list of agents: agent {agent.key_id} has no name")
                continue
            found["agent", (agent.name,)].append(agent_live(agent.name, agent))
            home = names.get(agent.voice_group_id or 0)
            if home is not None:
                found["link", (home, agent.name)].append(Live(kind="link", key=(home, agent.name)))
        objects = objects_of(groups, agents)
        reading = Reading(
            live={ref: each[0] for ref, each in found.items() if len(each) == 1 and ref[0] in scope.kinds},
            twice={
                ref: tuple(each) for ref, each in found.items() if len(each) > 1 and ref[0] in scope.kinds
            },
            read=_KINDS & scope.kinds,
            members_of=frozenset(ref for ref in found if ref[0] == "group")
            if "link" in scope.kinds
            else frozenset(),
            doubts=(*self._doubts, *missing(homes, objects)),
            malformed=tuple(self._malformed),
        )
        return reading, objects, agents


def objects_of(groups: Iterable[AgentGroup], agents: Iterable[Agent]) -> Objects:
    """Return what units are carried out on."""
    named: dict[str, list[int]] = defaultdict(list)
    seats: dict[str, list[Agent]] = defaultdict(list)
    made = Objects()
    for group in groups:
        named[name_key(group.group_name or "")].append(group.voice_group_id)
        made.group_ids.add(group.voice_group_id)
        made.apps.update([group.app_id] if group.app_id else [])
    for agent in agents:
        seats[agent.name or ""].append(agent)
        made.apps.update([agent.app_id] if agent.app_id else [])
    made.groups = {name: ids[0] for name, ids in named.items() if len(ids) == 1}
    made.agents = {name: rows[0] for name, rows in seats.items() if len(rows) == 1}
    return made


def missing(homes: Homes, objects: Objects) -> list[str]:
    """Return why what is wished cannot be created where the specification leaves it open."""
    found: list[str] = []
    homeless = sorted(homes.agents - homes.groups.keys() - objects.agents.keys())
    if homeless:
        found.append(
            f"{VENDOR} creates every agent in a group, and no list puts these into one: {some(homeless)}; "
            "state their groups"
        )
    if len(objects.apps) != 1:
        open_ = sorted(homes.wished - objects.groups.keys() - homes.app_id.keys())
        number = "no application is known" if not objects.apps else "there are several applications"
        if open_:
            found.append(
                f"{number}: state x-itniotech: {{app_id: ...}} for the group {open_[0]!r}, which is created"
            )
    return found


def group_live(name: str, row: AgentGroup) -> Live:
    """Return a group as plans have it."""
    foreign = {"app_id": row.app_id} if row.app_id else {}
    return Live(kind="group", key=(name,), id=str(row.voice_group_id), foreign=foreign)


def agent_live(name: str, row: Agent) -> Live:
    """Return an agent as plans have it."""
    own = {field.name: getattr(row, field.name) or None for field in AGENT_SETTINGS}
    return Live(
        kind="agent",
        key=(name,),
        fields={"name": row.pet_name or "", **own},
        id=str(row.key_id),
        busy=_BUSY.get(row.status or 0, ""),
        disabled=row.enabled is False,
        foreign={name: value for name, value in own.items() if value is not None},
    )
