"""What a specification states, without groups: RingMe has none, so the agents of a queue's groups become agents of the queue.

Members of a primary group are at level 0, those of a backup group at level 1: RingMe calls the lowest level first. An
agent who is in groups of both kinds gets the lower level; what the queue itself states of an agent goes before.

A queue's agents are complete where its list of groups is complete, and the list of agents of each of these groups is. Where
only the agents' own lists of groups are, an agent leaves the queues that no list leads to; others in them stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ..counts import counted
from ..planning.stated import Stated, name_key
from ..spec import QueueSpec, Spec
from ..things import Lists, Ref, Wished

_BACKUP_LEVEL = 1
_GROUP_KINDS = frozenset({"group", "link", "route"})


def without_groups(stated: Stated, spec: Spec) -> tuple[Stated, tuple[str, ...]]:
    """Return what is stated with agents of queues in place of groups, and in words which groups are lost by that.

    A group under `absent:` is not there in any case.
    """
    members: dict[str, list[str]] = defaultdict(list)
    routes: dict[str, dict[str, bool | None]] = defaultdict(dict)
    things: dict[Ref, Wished] = {}
    for thing in stated.things.values():
        if thing.kind == "link":
            members[thing.key[0]].append(thing.key[1])
        elif thing.kind == "route":
            routes[thing.key[0]][thing.key[1]] = thing.fields.get("primary")
        elif thing.kind != "group":
            things[thing.ref] = thing
    for queue, groups in routes.items():
        for user_id, level in _levels(groups, members).items():
            ref: Ref = ("queue_agent", (queue, user_id))
            fields: dict[str, Any] = {} if level is None else {"level": level}
            by = stated.things["queue", (queue,)]
            row = Wished(kind="queue_agent", key=ref[1], fields=fields, file=by.file, line=by.line)
            things.setdefault(ref, row)
    named = {name for groups in routes.values() for name in groups}
    exact: set[Ref] = {
        ("queue_agent", (name_key(queue.name),)) for queue in spec.queues or () if _complete(queue, stated)
    }
    left = attrs.evolve(
        stated,
        things=things,
        lists=Lists(
            exact=frozenset(exact),
            kinds=stated.lists.kinds - {"group"},
            both_ends=frozenset(ref for ref in stated.lists.exact if ref[0] in ("queue", "agent")),
        ),
        absent=frozenset(ref for ref in stated.absent if ref[0] not in _GROUP_KINDS),
    )
    return left, tuple(_lost(stated.things.values(), named, members))


def _levels(
    groups: Mapping[str, bool | None], members: Mapping[str, Iterable[str]]
) -> Mapping[str, int | None]:
    """Return the agents of a queue's groups with their levels; None where no list says whether a group is primary."""
    levels: dict[str, int | None] = {}
    for primary in (True, None, False):  # the first that an agent is in counts
        level = None if primary is None else 0 if primary else _BACKUP_LEVEL
        for name in (name for name, stated in groups.items() if stated is primary):
            for user_id in members.get(name, ()):
                levels.setdefault(user_id, level)
    return levels


def _complete(queue: QueueSpec, stated: Stated) -> bool:
    """Return whether what is stated of a queue's agents, by groups or by itself, is all of them."""
    name, exact = name_key(queue.name), stated.lists.exact
    if queue.groups is None and queue.agents is None:
        return False
    if queue.groups is not None:
        groups: list[Ref] = [("group", (name_key(route.name),)) for route in queue.groups]
        if ("queue", (name,)) not in exact or not exact.issuperset(groups):
            return False
    return queue.agents is None or ("queue_agent", (name,)) in exact


def _lost(
    things: Iterable[Wished], named: Iterable[str], members: Mapping[str, Iterable[str]]
) -> Iterable[str]:
    """Say which groups no queue names, one line for each."""
    known = set(named)
    for thing in things:
        if thing.kind == "group" and thing.key[0] not in known:
            number = counted(len(list(members.get(thing.key[0], ()))), "agent")
            yield f"RingMe has no groups, and no queue names the group {thing.key[0]}: it is left out, with {number}"
