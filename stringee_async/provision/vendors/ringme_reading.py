"""Reads the live state of a RingMe client in few requests.

The list of extensions, one list for each kind of agents, the settings of queues (of those whose settings are stated, or of
all for a dump), and who is in each queue that counts: one list for each kind of agents that there is. Where something
may be removed, also the calls under way, because an agent in a call must not be removed, and the numbers that ring a queue.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from ...core.errors import NotFoundError, SdkError
from ...core.model import Model
from ...core.paging import Paged
from ..adapter import Progress
from ..nouns import Kind
from ..things import Live, Reading, Ref, Scope
from .reading_at_once import DOUBTS, each
from .ringme_listings import Listings, ListName
from .ringme_places import Found, Places
from .ringme_rows import (
    AgentId,
    AgentKind,
    CallsUnderWay,
    Objects,
    agent_found,
    agent_id_text,
    agent_live,
    extension_name,
    member_live,
    queue_found,
    queue_live,
)

if TYPE_CHECKING:
    from ...ringme.agent_models import LocalAgent, RemoteAgent
    from ...ringme.client import RingMeClient
    from ...ringme.extension_models import Extension
    from ...ringme.queues import Queue

M = TypeVar("M", bound=Model)
T = TypeVar("T")

_PAGE_SIZE: Final = 100
_KINDS: Final = frozenset[Kind](("agent", "queue", "queue_agent"))
_KEYS: Final[Mapping[ListName, str]] = {
    "extensions": "name",
    "local": "extension_id",
    "remote": "number",
    "calls": "call_api_id",
    "numbers": "extension_id",
}
"""The field by which rows of a list are looked for."""
_AGENT_KINDS: Final[tuple[AgentKind, ...]] = ("local", "remote")


@attrs.frozen(kw_only=True)
class Needs:
    """What is needed of the live state beside the scope.

    Args:
        settings: The names of the queues whose settings are read; None: of all that are there.
        leaving: Whether something may be removed.
        bare: Whether settings that say nothing are left out, as in a dump.
    """

    settings: frozenset[str] | None = None
    leaving: bool = False
    bare: bool = False


class RingMeReader:
    """One reading.

    Args:
        client: The client.
        listings: The readings of the run, where what is read is kept for its units.
        places: Where wished agents and queues are.
        scope: What is read.
        needs: What is needed beside it.
        progress: Told of what was read.
    """

    def __init__(
        self,
        client: RingMeClient,
        listings: Listings,
        places: Places,
        scope: Scope,
        needs: Needs,
        progress: Progress,
    ) -> None:
        self.objects = Objects()
        self.broken: SdkError | None = None
        """Why a list could not be read to its end."""
        self._client = client
        self._listings = listings
        self._places = places
        self._scope = scope
        self._needs = needs
        self._progress = progress
        self._rows: dict[ListName, Sequence[Any]] = defaultdict(tuple)
        self._found: dict[Ref, list[Live]] = defaultdict(list)
        self._agent_names: dict[AgentId, str] = {}
        self._members_of: set[Ref] = set()
        self._doubled: dict[ListName, Sequence[Hashable]] = {}
        self._again: Counter[Ref] = Counter()
        self._doubts: list[str] = []
        self._malformed: list[str] = []

    async def read(self) -> Reading:
        """Read it; then `objects` is filled, too."""
        kinds = self._scope.kinds
        await self._read_lists()
        self._note_extensions()
        self._note_agents()
        queues = self._queues()
        if "queue" in kinds:
            await self._read_queues(queues)
        if "queue_agent" in kinds:
            await self._read_members(queues)
        return Reading(
            live={ref: found[0] for ref, found in self._found.items() if len(found) == 1},
            twice={ref: tuple(found) for ref, found in self._found.items() if len(found) > 1},
            read=_KINDS & kinds,
            members_of=frozenset(self._members_of),
            doubts=tuple(self._doubts),
            malformed=tuple(self._malformed),
            again=self._again,
        )

    async def _read_lists(self) -> None:
        """Read the lists that concern everything, side by side."""
        client, kinds, leaving = self._client, self._scope.kinds, self._needs.leaving
        lists: dict[ListName, Paged[Any]] = {
            "extensions": client.extensions.list(page_size=_PAGE_SIZE, read_ahead=4)
        }
        if "agent" in kinds:
            lists |= {"local": client.agents.local.list(), "remote": client.agents.remote.list()}
        if "agent" in kinds and leaving:
            lists["calls"] = client.current_calls.list()
        if "queue" in kinds and leaving:
            lists["numbers"] = client.dids.list()

        async def read(name: ListName) -> None:
            self._rows[name] = await self._listed(name, lists[name], _KEYS[name], f"list of {name}")

        await each(lists, read)

    async def _listed(self, name: ListName, listing: Paged[M], key: str, what: str) -> Sequence[M]:
        """Read a list, twice if it is not certain; note what speaks against it."""
        try:
            reading = await self._listings.read(name, listing, key)
        except DOUBTS as error:
            self.broken = self.broken or error
            self._doubts.append(f"the {what} cannot be trusted: {error}")
            return ()
        self._malformed += [f"{what}: {bad.path}: {bad.reason}" for bad in reading.listing.malformed]
        self._doubled[name] = reading.listing.doubled
        if not (reading.listing.certain or reading.listing.malformed):
            self._doubts.append(f"{what}: it changed while it was read, twice in a row")
        return reading.rows

    def _note_extensions(self) -> None:
        wished = {place[1]: ref for ref, place in self._places.of.items() if place[0] == "extension"}
        for row in self._rows["extensions"]:
            name = extension_name(row)
            if name is None:
                self._malformed.append(f"list of extensions: the name of extension {row.id} cannot be read")
                continue
            self.objects.extensions[name] = row.id, row.type or ""
            if name in wished:
                kind, key = wished[name]
                needed = "phone" if kind == "agent" else "queue"
                if row.type not in (None, needed):
                    self._doubts.append(
                        f"extension {name} is of type {row.type}; {kind} {key[0]} needs one of type {needed}"
                    )

    def _note_agents(self) -> None:
        extensions: Sequence[Extension] = self._rows["extensions"]
        names = {row.id: extension_name(row) for row in extensions}
        calls = CallsUnderWay(self._rows["calls"])
        rows: dict[AgentId, tuple[LocalAgent | RemoteAgent, Found]] = {
            (kind, row.id): (row, agent_found(kind, row, names))
            for kind in _AGENT_KINDS
            for row in self._rows[kind]
        }
        given = self._places.names("agent", [found for _, found in rows.values()])
        for agent_id, (row, found) in rows.items():
            if found.place is None:
                what = "extension" if agent_id[0] == "local" else "number"
                self._malformed.append(
                    f"list of {agent_id[0]} agents: the {what} of agent {row.id} cannot be read"
                )
            name = self._agent_names[agent_id] = given[found.id]
            live = agent_live(name, row, found, in_call=calls.hold(row), bare=self._needs.bare)
            self._found[live.ref].append(live)
        self.objects.agents = _once((name, agent_id) for agent_id, name in self._agent_names.items())
        if "agent" in self._scope.kinds:
            self._progress("agent", len(rows))

    def _queues(self) -> dict[str, Found]:
        """Return the queues that are there, by the ids of their extensions, and note their names."""
        found = [queue_found(row) for row in self._rows["extensions"] if row.type == "queue"]
        self._queue_names = self._places.names("queue", found)
        self.objects.queues = _once((name, int(row_id)) for row_id, name in self._queue_names.items())
        return {one.id: one for one in found}

    async def _read_queues(self, queues: Mapping[str, Found]) -> None:
        rung = Counter(str(row.extension_id) for row in self._rows["numbers"])
        wanted = self._needs.settings
        settings: dict[str, Queue] = {}

        async def read(row_id: str) -> None:
            try:
                settings[row_id] = await self._client.queues.get(row_id)
            except NotFoundError:
                self._vanished(row_id)

        names = self._queue_names
        await each([row_id for row_id in queues if wanted is None or names[row_id] in wanted], read)
        for row_id, found in queues.items():
            live = queue_live(
                names[row_id], found, settings.get(row_id), rung=rung[row_id], bare=self._needs.bare
            )
            self._found[live.ref].append(live)
        self._progress("queue", len(queues))

    async def _read_members(self, queues: Mapping[str, Found]) -> None:
        wanted = self._scope.members_of
        ids = [
            row_id for row_id in queues if wanted is None or ("queue", (self._queue_names[row_id],)) in wanted
        ]
        there: list[AgentKind] = [kind for kind in _AGENT_KINDS if self._rows[kind]]
        number = 0

        async def read(pair: tuple[str, AgentKind]) -> None:
            nonlocal number
            row_id, kind = pair
            number += await self._members(row_id, kind)
            self._progress("queue_agent", number)

        pairs: list[tuple[str, AgentKind]] = [(row_id, kind) for row_id in ids for kind in there]
        await each(pairs, read)
        self._members_of.update(("queue", (self._queue_names[row_id],)) for row_id in ids)

    async def _members(self, row_id: str, kind: AgentKind) -> int:
        """Note the agents of one kind in one queue, and return how many they are."""
        queue = self._queue_names[row_id]
        pairs = self._client.queue_agents.local if kind == "local" else self._client.queue_agents.remote
        try:
            rows = await self._listed(
                (kind, int(row_id)), pairs.list(row_id), "agent_id", f"{kind} agents of queue {queue}"
            )
        except NotFoundError:
            self._vanished(row_id)
            return 0
        for row in rows:
            agent_id: AgentId = kind, row.agent_id
            agent = self._agent_names.get(agent_id)
            if agent is None:
                self._doubts.append(
                    f"{agent_id_text(agent_id)} is in queue {queue} and not in the list of agents"
                )
                continue
            live = member_live(queue, row_id, agent, agent_id, row)
            self._found[live.ref].append(live)
            self._again.update([live.ref] * (row.agent_id in self._doubled[kind, int(row_id)]))
        return len(rows)

    def _vanished(self, row_id: str) -> None:
        doubt = f"queue {self._queue_names[row_id]} was removed while it was read"
        if doubt not in self._doubts:
            self._doubts.append(doubt)


def _once(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Return what carries a name that nothing else carries."""
    listed = list(pairs)
    numbers = Counter(name for name, _ in listed)
    return {name: value for name, value in listed if numbers[name] == 1}
