"""What a picture shows of a contact centre: names, and who is in what, from a specification or from the live state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from ..nouns import Key, Kind
from ..spec import Spec
from ..things import Live, Reading


@attrs.frozen(kw_only=True)
class Facts:
    """What is there.

    Args:
        queues: Names of queues.
        groups: Names of groups.
        agents: Names of agents by `user_id`; the `user_id` where there is no name.
        routes: Queue, group, and whether the group is a backup; sorted.
        links: Agents of each group, by `user_id`; sorted.
        queue_agents: Agents of each queue that are in it without a group between; in the order of their levels.
        levels: Level of an agent in a queue.
        numbers: Extensions that ring a queue.
        complete: Groups whose agents are known.
        routed: Queues whose groups, or agents, are known.
        twice: How many carry the same name.
        notes: What a person should know.
    """

    queues: frozenset[str]
    groups: frozenset[str]
    agents: Mapping[str, str]
    routes: tuple[tuple[str, str, bool], ...]
    links: Mapping[str, tuple[str, ...]]
    queue_agents: Mapping[str, tuple[str, ...]]
    levels: Mapping[tuple[str, str], int]
    numbers: Mapping[str, tuple[str, ...]]
    complete: frozenset[str]
    routed: frozenset[str]
    twice: Mapping[tuple[Kind, str], int]
    notes: tuple[str, ...] = ()

    def members(self, group: str) -> tuple[str, ...]:
        """Return the agents of a group."""
        return self.links.get(group, ())

    def queue_members(self, queue: str) -> tuple[str, ...]:
        """Return the agents of a queue that are in it without a group between."""
        return self.queue_agents.get(queue, ())

    def name_of(self, agent: str) -> str:
        """Return an agent's name; the `user_id` of one who has none."""
        return self.agents.get(agent) or agent


def facts_of(source: Spec | Reading) -> Facts:
    """Return what a picture shows of a specification, or of the live state."""
    return _of_spec(source) if isinstance(source, Spec) else _of_reading(source)


def _of_spec(spec: Spec) -> Facts:
    agents, groups, queues = spec.agents or (), spec.groups or (), spec.queues or ()
    links = {(group.name, agent) for group in groups for agent in group.agents or ()}
    links |= {(group, agent.user_id) for agent in agents for group in agent.groups or ()}
    routes = {
        (queue.name, route.name, route.primary is False) for queue in queues for route in queue.groups or ()
    }
    in_queues = [(queue.name, each) for queue in queues for each in queue.agents or ()]
    named = (
        {group.name for group in groups} | {group for group, _ in links} | {group for _, group, _ in routes}
    )
    people = {agent for _, agent in links} | {each.user_id for _, each in in_queues}
    ordered = sorted(in_queues, key=lambda row: (row[1].level or 0, row[1].position or 0, row[1].user_id))
    return Facts(
        queues=frozenset(queue.name for queue in queues),
        groups=frozenset(named),
        agents={user_id: user_id for user_id in people}
        | {agent.user_id: agent.name or agent.user_id for agent in agents},
        routes=tuple(sorted(routes)),
        links=_by_owner(sorted(links)),
        queue_agents=_by_owner((queue, each.user_id) for queue, each in ordered),
        levels={(queue, each.user_id): each.level for queue, each in ordered if each.level is not None},
        numbers={queue.name: (f"ext. {queue.extension}",) for queue in queues if queue.extension},
        complete=frozenset(named)
        if agents and all(agent.groups is not None for agent in agents)
        else frozenset(group.name for group in groups if group.agents is not None),
        routed=frozenset(
            queue.name for queue in queues if queue.groups is not None or queue.agents is not None
        ),
        twice={},
    )


def _of_reading(reading: Reading) -> Facts:
    twice = {ref: len(found) for ref, found in reading.twice.items()}
    rows = dict(_of(reading, "queue_agent"))
    levels = {key: int(found.fields.get("level") or 0) for key, found in rows.items()}
    places = {key: int(found.fields.get("position") or 0) for key, found in rows.items()}
    names = {key[0]: str(found.fields.get("name") or key[0]) for key, found in _of(reading, "agent")}
    return Facts(
        queues=_names(reading, "queue"),
        groups=_names(reading, "group"),
        agents=names | {key[0]: key[0] for kind, key in twice if kind == "agent"},
        routes=tuple(
            sorted(
                (key[0], key[1], found.fields.get("primary") is False) for key, found in _of(reading, "route")
            )
        ),
        links=_by_owner(sorted((key[0], key[1]) for key, _ in _of(reading, "link"))),
        queue_agents=_by_owner(
            (key[0], key[1]) for key in sorted(rows, key=lambda key: (levels[key], places[key], key))
        ),
        levels={(key[0], key[1]): level for key, level in levels.items()},
        numbers={key[0]: _numbers(found) for key, found in _of(reading, "queue")},
        complete=frozenset(key[0] for kind, key in reading.members_of if kind == "group"),
        routed=frozenset(key[0] for kind, key in reading.members_of if kind == "queue"),
        twice={(kind, key[0]): number for (kind, key), number in twice.items()},
        notes=_notes(reading, twice),
    )


def _of(reading: Reading, kind: Kind) -> Iterable[tuple[Key, Live]]:
    return ((key, found) for (each, key), found in reading.live.items() if each == kind)


def _names(reading: Reading, kind: Kind) -> frozenset[str]:
    return frozenset(key[0] for each, key in (*reading.live, *reading.twice) if each == kind)


def _numbers(queue: Live) -> tuple[str, ...]:
    """Return the extension that rings a queue, where the vendor has them."""
    extension = queue.fields.get("extension")
    return (f"ext. {extension}",) if extension else ()


def _notes(reading: Reading, twice: Mapping[tuple[Kind, Key], int]) -> tuple[str, ...]:
    agents = sum(kind == "agent" for kind, _ in twice)
    doubts = tuple(f"The live state may be incomplete: {doubt}" for doubt in reading.doubts)
    return (*doubts, f"{agents:,} user ids belong to two agents or more") if agents else doubts


def _by_owner(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for owner, member in pairs:
        found.setdefault(owner, {})[member] = None
    return {owner: tuple(members) for owner, members in found.items()}
