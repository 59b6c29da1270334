"""A contact centre as a picture without a form yet: numbers, queues, groups and agents, and who reaches whom.

`picture_facts` reads them from a specification or from the live state; here large groups are folded into a count, agents that
nothing leads to into one box. `picture_mermaid`, `picture_svg` and `picture_png` draw it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import attrs

from ...core.errors import ConfigError
from ..counts import counted
from ..spec import Spec
from ..things import Reading
from .picture_data import COLUMNS, Column, Edge, Node, PictureData
from .picture_facts import Facts, facts_of

PictureForm: TypeAlias = Literal["mermaid", "svg", "png"]
PICTURE_FORMS: Final[tuple[PictureForm, ...]] = ("mermaid", "svg", "png")

LARGE: Final = 8
"""Agents of a group, or of a queue, up to which each has a box."""
MOST_AGENTS: Final = 40
"""Agents with a box of their own; if there were more, all groups are folded."""
MOST_IDLE: Final = 12
"""Groups that are in no queue; if there are more, they share a box."""
NAMED: Final = 3
"""Names that a folded box gives."""


@attrs.frozen(kw_only=True)
class Picture(PictureData):
    """A picture of a contact centre; see `PictureData` for what it holds."""

    def render(self, form: PictureForm = "svg") -> str | bytes:
        """Return the picture in one of the forms: Mermaid or SVG as text, PNG as bytes.

        The same picture gives the same bytes. Names are text in every form, whatever stands in them.

        Args:
            form: `mermaid`, `svg` or `png`.

        Raises:
            ConfigError: There is no such form; or PNG is asked for without extra `graph`, or without any font.
        """
        if form == "mermaid":
            from .picture_mermaid import mermaid_of

            return mermaid_of(self)
        if form == "svg":
            from .picture_svg import svg_of

            return svg_of(self)
        if form == "png":
            from .picture_png import png_of

            return png_of(self)
        forms = f"{', '.join(PICTURE_FORMS[:-1])} or {PICTURE_FORMS[-1]}"
        raise ConfigError(f"form must be {forms}, got {str(form)[:40]!r}")


def graph_of(
    source: Spec | Reading,
    *,
    title: str = "Contact centre",
    numbers: Mapping[str, Sequence[str]] | None = None,
) -> Picture:
    """Return the picture of a contact centre, as it is wished or as it is there.

    Args:
        source: A specification, or the live state.
        title: The picture's title.
        numbers: The phone numbers that ring each queue, by the queue's name; shown whole, as callers dial them.
    """
    facts = facts_of(source)
    return _Drawing(facts, dict(numbers or {})).picture(title)


class _Drawing:
    """Collects boxes and lines."""

    def __init__(self, facts: Facts, numbers: Mapping[str, Sequence[str]]) -> None:
        self.facts = facts
        self.numbers = numbers
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.ids: dict[tuple[Column, str], str] = {}

    def picture(self, title: str) -> Picture:
        """Return the whole."""
        self._numbers()
        for name in sorted(self.facts.queues):
            self._add("queue", name, name, detail=self._twice("queue", name), warning=self._idle_queue(name))
        groups = self._groups()
        self._routes()
        self._agents(groups)
        order = {column: place for place, column in enumerate(COLUMNS)}
        nodes = sorted(self.nodes, key=lambda node: order[node.column])
        return Picture(
            title=title,
            subtitle=self._subtitle(),
            nodes=tuple(nodes),
            edges=tuple(dict.fromkeys(self.edges)),
            notes=self.facts.notes,
        )

    def _add(
        self, column: Column, key: str, title: str, *, detail: str = "", warning: str = "", many: int = 1
    ) -> str:
        number = 1 + sum(each == column for each, _ in self.ids)
        id = self.ids[column, key] = f"{column[0]}{number}"
        self.nodes.append(Node(id=id, column=column, title=title, detail=detail, warning=warning, many=many))
        return id

    def _numbers(self) -> None:
        rung = {
            name: [*self.facts.numbers.get(name, ()), *self.numbers.get(name, ())]
            for name in self.facts.queues
        }
        for number in sorted({each for found in rung.values() for each in found}):
            self._add("number", number, number)
        self.rung = rung

    def _groups(self) -> dict[str, tuple[str, ...]]:
        """Add the groups; return the agents of each box, by the key of the box."""
        facts = self.facts
        in_queue = {group for _, group, _ in facts.routes}
        idle = sorted(facts.groups - in_queue) if facts.queues else []
        folded = idle if len(idle) > MOST_IDLE else []
        members = {name: facts.members(name) for name in sorted(facts.groups.difference(folded))}
        for name in members:
            empty = "no agents" if name in facts.complete and not members[name] else ""
            alone = "" if name in in_queue or not facts.queues else "in no queue"
            self._add("group", name, name, detail=self._twice("group", name) or alone, warning=empty)
        if folded:
            self._add(
                "group", "", f"{len(folded):,} groups in no queue", detail=_few(folded), many=len(folded)
            )
            members[""] = tuple(sorted({agent for name in folded for agent in facts.members(name)}))
        return members

    def _routes(self) -> None:
        for name, found in self.rung.items():
            for number in found:
                self._join(("number", number), ("queue", name))
        for queue, group, backup in self.facts.routes:
            self._join(("queue", queue), ("group", group), backup=backup)

    def _agents(self, groups: Mapping[str, tuple[str, ...]]) -> None:
        """Add the agents: by themselves where few are in a group, else as a count; those that are in nothing together."""
        facts = self.facts
        holders: dict[tuple[Column, str], tuple[str, ...]] = {
            **{("group", name): found for name, found in groups.items()},
            **{("queue", name): facts.queue_members(name) for name in sorted(facts.queues)},
        }
        small = {holder: found for holder, found in holders.items() if len(found) <= LARGE and holder[1]}
        shown = {agent for found in small.values() for agent in found}
        if len(shown) > MOST_AGENTS:
            small, shown = {}, set[str]()
        for agent in sorted(shown, key=lambda each: (facts.name_of(each), each)):
            name = facts.name_of(agent)
            self._add("agent", agent, name, detail=agent if name != agent else "")
        for holder, found in holders.items():
            if holder in small:
                self._single(holder, found)
            elif found:
                key = f"{holder[0]} {holder[1]}"
                names = [facts.name_of(agent) for agent in found]
                self._add("agent", key, counted(len(found), "agent"), detail=_few(names), many=len(found))
                self._join(holder, ("agent", key))
        self._loose({agent for found in holders.values() for agent in found})

    def _single(self, holder: tuple[Column, str], agents: Iterable[str]) -> None:
        for agent in agents:
            level = self.facts.levels.get((holder[1], agent)) if holder[0] == "queue" else None
            self._join(holder, ("agent", agent), label="" if level is None else f"level {level}")

    def _loose(self, linked: set[str]) -> None:
        loose = sorted(self.facts.agents.keys() - linked)
        if not loose or not (self.facts.groups or self.facts.queues):
            where = ""
        else:
            where = " in no group" if self.facts.groups else " in no queue"
        if loose:
            title = f"{counted(len(loose), 'agent')}{where}"
            names = [self.facts.name_of(agent) for agent in loose]
            self._add("agent", " loose", title, detail=_few(names), many=len(loose))

    def _join(
        self, start: tuple[Column, str], end: tuple[Column, str], *, backup: bool = False, label: str = ""
    ) -> None:
        if start in self.ids and end in self.ids:
            self.edges.append(Edge(start=self.ids[start], end=self.ids[end], backup=backup, label=label))

    def _idle_queue(self, name: str) -> str:
        facts = self.facts
        routed = any(queue == name for queue, _, _ in facts.routes) or bool(facts.queue_members(name))
        return "" if routed or name not in facts.routed else "no agent takes its calls"

    def _twice(self, column: Literal["queue", "group"], name: str) -> str:
        found = self.facts.twice.get((column, name), 0)
        return f"{found} with this name" if found else ""

    def _subtitle(self) -> str:
        facts = self.facts
        numbers = sum(column == "number" for column, _ in self.ids)
        counts = (
            (numbers, "number"),
            (len(facts.queues), "queue"),
            (len(facts.groups), "group"),
            (len(facts.agents), "agent"),
        )
        return ", ".join(counted(number, noun) for number, noun in counts if number)


def _few(names: Sequence[str]) -> str:
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
