"""What can be seen only when all files were read: keys that stand twice, and names that nothing has.

Keys that are equal but for case are refused too, as a vendor may take them for one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from ...core.near_names import nearest
from ..counts import counted
from ..spec import AgentSpec, GroupSpec, QueueSpec, Spec
from .nodes import Node
from .problems import Problem

Object: TypeAlias = AgentSpec | GroupSpec | QueueSpec
AnObject = TypeVar("AnObject", AgentSpec, GroupSpec, QueueSpec)


def folded(key: str) -> str:
    """Return a key without what a vendor may overlook: case and the form of letters."""
    return key.casefold() if key.isascii() else unicodedata.normalize("NFC", key).casefold()


class Checks:
    """Looks for what is wrong with a specification as a whole.

    Args:
        spec: The specification, rosters included.
        nodes: The nodes of its objects, by `id` of the object; those of rosters have none.
        problems: Where problems are noted.
    """

    def __init__(self, spec: Spec, nodes: Mapping[int, Node], problems: list[Problem]) -> None:
        self._spec, self._nodes, self._problems = spec, nodes, problems

    def run(self, *, references: bool) -> None:
        """Note everything that is wrong.

        Args:
            references: Whether all groups could be read, so that names of groups can be looked up.
        """
        spec = self._spec
        self._keys("user_id", spec.agents or (), lambda agent: agent.user_id, spec.absent.agents)
        self._keys("group", spec.groups or (), lambda group: group.name, spec.absent.groups)
        self._keys("queue", spec.queues or (), lambda queue: queue.name, spec.absent.queues)
        self._lists()
        if spec.groups is None:
            self._implied()
        elif references:
            self._references({group.name for group in spec.groups})

    def _wrong(self, thing: Object, text: str) -> None:
        self._problems.append(self._problem(thing, text))

    def _problem(self, thing: Object, text: str) -> Problem:
        node = self._nodes.get(id(thing))
        return Problem(file=thing.file, line=thing.line, text=text) if node is None else node.problem(text)

    def _where(self, thing: Object) -> str:
        return self._problem(thing, "").where

    def _keys(
        self,
        noun: str,
        things: tuple[AnObject, ...],
        key_of: Callable[[AnObject], str],
        absent: tuple[str, ...],
    ) -> None:
        """Note keys that stand twice, and those that are the old name of another or must be absent too."""
        first: dict[str, AnObject] = {}
        for thing in things:
            other = first.setdefault(folded(key_of(thing)), thing)
            if other is not thing:
                self._wrong(thing, _equal(noun, key_of(other), key_of(thing), self._where(other)))
        for thing in things:
            there = None if thing.was is None else first.get(folded(thing.was))
            if there is not None and key_of(there) == thing.was:
                self._wrong(
                    thing,
                    f"was names {noun} {thing.was!r}, which stands in {self._where(there)}; take one away",
                )
        for key in absent:
            there = first.get(folded(key))
            if there is not None:
                self._wrong(there, f"{noun} {key_of(there)!r} is listed under absent too; take one away")

    def _lists(self) -> None:
        """Note lists that name one thing twice."""
        for agent in self._spec.agents or ():
            self._once(agent, "groups", agent.groups)
        for group in self._spec.groups or ():
            self._once(group, "agents", group.agents)
        for queue in self._spec.queues or ():
            self._once(queue, "groups", [route.name for route in queue.groups or ()])
            self._once(queue, "agents", [each.user_id for each in queue.agents or ()])

    def _once(self, thing: Object, name: str, listed: Iterable[str] | None) -> None:
        if not listed:
            return
        names = list(listed)
        if len(names) != len(set(names)):
            for each, count in Counter(names).items():
                if count > 1:
                    self._wrong(thing, f"{name} names {each!r} twice")

    def _named(self) -> Iterator[tuple[str, Object]]:
        """Yield each name of a group that an agent or a queue states, with what states it."""
        for agent in self._spec.agents or ():
            for name in agent.groups or ():
                yield name, agent
        for queue in self._spec.queues or ():
            for route in queue.groups or ():
                yield route.name, queue

    def _implied(self) -> None:
        """Note groups that exist because they are named, and differ by case only or must be absent."""
        first: dict[str, tuple[str, Object]] = {}
        told: set[str] = set()
        for name, thing in self._named():
            if name in told:
                continue
            told.add(name)
            there, other = first.setdefault(folded(name), (name, thing))
            if there != name:
                self._wrong(thing, _equal("group", there, name, self._where(other)))
            if name in self._spec.absent.groups:
                self._wrong(thing, f"group {name!r} is listed under absent too; take one away")

    def _references(self, known: set[str]) -> None:
        """Note names of groups that the stated groups do not have, each once."""
        unknown: dict[str, tuple[Object, int]] = {}
        for name, thing in self._named():
            if name not in known:
                first, count = unknown.get(name, (thing, 0))
                unknown[name] = first, count + 1
        spellings = {folded(name): name for name in known}
        for name, (thing, count) in unknown.items():
            near = nearest(folded(name), spellings)
            hint = f"did you mean {spellings[near[0]]!r}?" if near else "add it to groups, or name another"
            more = f" (and {counted(count - 1, 'more place')})" if count > 1 else ""
            self._wrong(thing, f"there is no group {name!r} under groups{more}; {hint}")


def _equal(noun: str, there: str, key: str, where: str) -> str:
    if there == key:
        return f"{noun} {key!r} stands in {where} already"
    return f"{noun} {key!r} differs from {there!r} in {where} by case only; a vendor may take them for one"
