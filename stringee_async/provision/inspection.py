"""Lists a contact centre back and compares it with the roster it was built from.

One job: find what is missing, what is there twice, and what has other values. Reads only. Objects that the
roster does not name are counted, not judged: a real contact centre may hold more than one roster.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import attrs

from ..core.bulk import bulk
from ..core.model import Model
from ..core.paging import Paged
from .contact_centre import Progress, ProgressCallback, agent_fields, queue_fields
from .roster import Roster

if TYPE_CHECKING:
    from ..stringee.client import StringeeClient
    from ..stringee.group_agents import GroupAgent
    from ..stringee.group_routings import GroupRouting

M = TypeVar("M", bound=Model)


@attrs.frozen
class Finding:
    """One thing that is not as the roster says.

    Args:
        kind: `missing`, `double`, `wrong`, or `uncertain`: the listing changed while it was read.
        what: The object, by name.
        detail: What is the matter with it.
    """

    kind: Literal["missing", "double", "wrong", "uncertain"]
    what: str
    detail: str = ""


@attrs.frozen(kw_only=True)
class Inspection:
    """What was found.

    Args:
        findings: Everything that is not as the roster says; empty if all is well.
        listed: How many rows of each kind were listed.
        others: How many of them the roster does not name.
    """

    findings: tuple[Finding, ...]
    listed: Mapping[str, int]
    others: int

    def count(self, kind: str) -> int:
        """Return how many findings are of this kind."""
        return sum(finding.kind == kind for finding in self.findings)


async def inspect_contact_centre(
    client: StringeeClient,
    roster: Roster,
    *,
    read_ahead: int = 4,
    concurrency: int = 16,
    progress: ProgressCallback | None = None,
) -> Inspection:
    """List everything that the roster names, compare it, and return the findings; nothing is changed.

    Args:
        client: Any client; it stays open.
        roster: What should be there.
        read_ahead: Pages fetched ahead of the reader in each listing.
        concurrency: How many groups and queues are looked into at once.
        progress: Told after every listing.

    Raises:
        SdkError: A listing could not be read. Safe to repeat.
    """
    look = _Look(roster, progress)
    agents = await look.at("agents", client.agents.list(read_ahead=read_ahead))
    groups = await look.at("groups", client.groups.list(read_ahead=read_ahead))
    queues = await look.at("queues", client.queues.list(read_ahead=read_ahead))
    wanted_agents = {agent.user_id: agent_fields(agent) for agent in roster.agents}
    agent_ids = look.compare("agent", wanted_agents, agents, lambda row: row.stringee_user_id)
    group_ids = look.compare("group", {name: {} for name in roster.groups}, groups, lambda row: row.name)
    wanted_queues = {queue.name: queue_fields(queue) for queue in roster.queues}
    queue_ids = look.compare("queue", wanted_queues, queues, lambda row: row.name)

    def members(group_id: str) -> Paged[GroupAgent]:
        return client.group_agents.list(group_id, read_ahead=read_ahead)

    def routings(queue_id: str) -> Paged[GroupRouting]:
        return client.group_routings.list(queue_id, read_ahead=read_ahead)

    look.members(await look.below("members", group_ids, members, concurrency), agent_ids)
    look.routings(await look.below("routings", queue_ids, routings, concurrency), group_ids)
    return Inspection(findings=tuple(look.findings), listed=dict(look.listed), others=look.others)


class _Look:
    """The findings so far, and one comparison for each kind."""

    def __init__(self, roster: Roster, progress: ProgressCallback | None) -> None:
        self.roster = roster
        self.progress = progress
        self.findings: list[Finding] = []
        self.listed: dict[str, int] = defaultdict(int)
        self.others = 0
        self.done = 0
        self.total = 3 + len(roster.groups) + len(roster.queues)
        self._tell()

    async def at(self, kind: str, listing: Paged[M]) -> list[M]:
        """Read one listing to its end."""
        rows = await listing.collect()
        if listing.drift is not None:
            detail = (
                f"rows that came twice: {listing.drift.repeated}, times it was read: {listing.drift.passes}"
            )
            self.findings.append(Finding("uncertain", f"list of {kind}", detail))
        self.listed[kind] += len(rows)
        self.done += 1
        self._tell()
        return rows

    async def below(
        self, kind: str, ids: Mapping[str, str], listing: Callable[[str], Paged[M]], concurrency: int
    ) -> dict[str, list[M]]:
        """Read what belongs to each of several objects; return the rows by the objects' names."""
        found: dict[str, list[M]] = {}

        async def read(name: str) -> None:
            found[name] = await self.at(kind, listing(ids[name]))

        async with bulk(read, list(ids), concurrency=concurrency) as outcomes:
            async for outcome in outcomes:
                if outcome.error is not None:
                    raise outcome.error
        return found

    def members(self, rows: Mapping[str, Sequence[GroupAgent]], agent_ids: Mapping[str, str]) -> None:
        """Compare who is in which group."""
        wanted = {
            (group, agent_ids.get(user_id)): f"{user_id} in {group}"
            for group, user_id in self.roster.memberships
        }
        there = [(group, row.agent_id) for group, members in rows.items() for row in members]
        self._pairs("member", wanted, there)

    def routings(self, rows: Mapping[str, Sequence[GroupRouting]], group_ids: Mapping[str, str]) -> None:
        """Compare which queue asks which group."""
        wanted = {
            (queue, group_ids.get(group)): (f"{queue} to {group}", primary)
            for queue, group, primary in self.roster.routings
        }
        there = {(queue, row.group_id): row for queue, routings in rows.items() for row in routings}
        pairs = [(queue, row.group_id) for queue, routings in rows.items() for row in routings]
        self._pairs("routing", {pair: what for pair, (what, _) in wanted.items()}, pairs)
        for pair, (what, primary) in wanted.items():
            row = there.get((pair[0], pair[1] or ""))
            if row is not None and row.primary_group != primary:
                detail = f"primary_group is {row.primary_group}, should be {primary}"
                self.findings.append(Finding("wrong", f"routing {what}", detail))

    def compare(
        self,
        kind: str,
        wanted: Mapping[str, Mapping[str, object]],
        rows: Sequence[M],
        key: Callable[[M], str | None],
    ) -> dict[str, str]:
        """Compare objects that have names; return their ids by name."""
        there: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            there[(key(row) or "").strip()].append(row)
        self._pairs(kind, {name: name for name in wanted}, [(key(row) or "").strip() for row in rows])
        for name, fields in wanted.items():
            for row in there[name]:
                for field, value in fields.items():
                    if getattr(row, field) != value:
                        detail = f"{field} is {getattr(row, field)!r}, should be {value!r}"
                        self.findings.append(Finding("wrong", f"{kind} {name}", detail))
        return {name: there[name][0].id for name in wanted if there[name]}

    def _pairs(self, kind: str, wanted: Mapping[Any, str], there: Iterable[Hashable]) -> None:
        """Find what is missing and what is there twice, by key."""
        counts: dict[Hashable, int] = defaultdict(int)
        for key in there:
            counts[key] += 1
        for key, what in wanted.items():
            if counts[key] == 0:
                self.findings.append(Finding("missing", f"{kind} {what}"))
            elif counts[key] > 1:
                self.findings.append(Finding("double", f"{kind} {what}", f"{counts[key]} of them"))
        self.others += sum(count for key, count in counts.items() if key not in wanted)

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(Progress("check", self.done, self.total, len(self.findings)))
