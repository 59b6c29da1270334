"""A specification as files: the same specification always gives the same bytes, and reading them gives it again.

Objects are sorted by their keys, keys stand in the order in which the form of the file declares them, and what is a default
is left out. More than a few agents stand in a roster; those that a roster cannot hold stay in the specification.
"""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

import attrs

from ..spec import AgentSpec, Foreign, GroupSpec, QueueSpec, SectionSpec, Spec
from ..things import DEFAULT_LIMITS, Ref
from .file_form import QUEUE_SETTINGS
from .roster_cells import groups_cell
from .roster_columns import COLUMNS
from .roster_table import read_roster_table
from .spreadsheet_cells import written
from .value_forms import is_credential
from .yaml_text import Block, Lines, commented, data, flow_list, flow_map, list_lines, map_lines, scalar, text

CENTRE: Final = "centre.yaml"
ROSTER: Final = "roster.csv"
INLINE_MOST: Final = 50
"""Up to how many agents stand in the specification itself."""

Ids = Mapping[Ref, str]
_NO_IDS: Final[Ids] = MappingProxyType({})
_COLUMNS: Final = COLUMNS[1:]
_ID_COLUMN: Final = "#id"
"""A column that is not read again."""


def spec_files(spec: Spec, *, ids: Ids = _NO_IDS, inline_most: int = INLINE_MOST) -> dict[str, bytes]:
    """Return a specification as files, by name. Reading `centre.yaml` among them gives the specification again.

    Vendors' own fields whose names look like those of credentials are left out.

    Args:
        spec: The specification.
        ids: The vendor's ids, written as comments (in a roster as a column that is not read).
        inline_most: Up to how many agents stand in `centre.yaml` itself.

    Returns:
        `centre.yaml`, and `roster.csv` where there are more agents than that.
    """
    agents = sorted(spec.agents or (), key=lambda agent: agent.user_id)
    files: dict[str, bytes] = {}
    if len(agents) > inline_most:
        listed, rows = _split(agents)
        if rows:
            files[ROSTER] = _roster(rows, ids)
            agents = listed
    lines = map_lines(_sections(spec, agents, ids, roster=ROSTER in files))
    files[CENTRE] = "".join(f"{line}\n" for line in lines).encode()
    return dict(sorted(files.items()))


def _sections(
    spec: Spec, agents: Sequence[AgentSpec], ids: Ids, *, roster: bool
) -> Iterator[tuple[str, Block]]:
    yield "version", scalar(spec.version)
    if spec.vendor is not None:
        yield "vendor", text(spec.vendor)
    more: list[tuple[str, Block]] = []
    if spec.on_leave != "unlink":
        more.append(("on_leave", text(spec.on_leave)))
    if spec.adopt_strangers:
        more.append(("adopt_strangers", "true"))
    if roster:
        more.append(("from", text(ROSTER)))
    listed = (
        None if spec.agents is None or (roster and not agents) else [_agent(each, ids) for each in agents]
    )
    yield from _section("agents", spec.agents_section, more, listed)
    groups = None if spec.groups is None else [_group(each, ids) for each in sorted(spec.groups, key=_name)]
    yield from _section("groups", spec.groups_section, [], groups)
    queues = None if spec.queues is None else [_queue(each, ids) for each in sorted(spec.queues, key=_name)]
    yield from _section("queues", spec.queues_section, [], queues)
    absent = [(name, _texts(names)) for name, names in attrs.asdict(spec.absent).items() if names]
    if absent:
        yield "absent", map_lines(absent)
    standard = attrs.asdict(DEFAULT_LIMITS)
    limits = [(name, each) for name, each in attrs.asdict(spec.limits).items() if each != standard[name]]
    if limits:
        yield "limits", map_lines((name, flow_map(each)) for name, each in limits)


def _name(thing: GroupSpec | QueueSpec) -> str:
    return thing.name


def _section(
    name: str, section: SectionSpec, more: list[tuple[str, Block]], items: list[Lines] | None
) -> Iterator[tuple[str, Block]]:
    """Yield a section, as a plain list where it consists of one."""
    pairs: list[tuple[str, Block]] = []
    if section.manage != "add":
        pairs.append(("manage", text(section.manage)))
    if section.ignore:
        pairs.append(("ignore", flow_list(sorted(section.ignore))))
    pairs += more
    if items is not None and not pairs:
        yield name, list_lines(items)
    elif items is not None:
        yield name, map_lines([*pairs, ("list", list_lines(items))])
    elif pairs:
        yield name, map_lines(pairs)


def _texts(names: Iterable[str]) -> Block:
    return list_lines([text(name)] for name in sorted(names))


def _scalars(thing: Any, *names: str) -> Iterator[tuple[str, Block]]:
    for name in names:
        value = getattr(thing, name)
        if value is not None:
            yield name, text(value)


def _foreign(fields: Foreign) -> Iterator[tuple[str, Block]]:
    for vendor, values in sorted(fields.items()):
        yield f"x-{vendor}", data(_without_credentials(values))


def _without_credentials(value: Any) -> Any:
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return {key: _without_credentials(each) for key, each in members.items() if not is_credential(key)}
    if isinstance(value, (list, tuple)):
        return [_without_credentials(each) for each in cast("Sequence[object]", value)]
    return value


def _agent(agent: AgentSpec, ids: Ids) -> Lines:
    pairs = [*_scalars(agent, "user_id", "name", "phone", "routing", "extension")]
    if agent.groups is not None:
        pairs.append(("groups", flow_list(sorted(agent.groups))))
    pairs += [*_scalars(agent, "was", "id"), *_foreign(agent.x)]
    return commented(map_lines(pairs), ids.get(("agent", (agent.user_id,)), ""))


def _group(group: GroupSpec, ids: Ids) -> Lines:
    pairs = [*_scalars(group, "name")]
    if group.agents is not None:
        pairs.append(("agents", _texts(group.agents)))
    pairs += [*_scalars(group, "manage", "was", "id"), *_foreign(group.x)]
    return commented(map_lines(pairs), ids.get(("group", (group.name,)), ""))


def _queue(queue: QueueSpec, ids: Ids) -> Lines:
    pairs = [*_scalars(queue, "name")]
    declared = {name: queue.fields[name] for name in QUEUE_SETTINGS if name in queue.fields}
    pairs += ((name, scalar(value)) for name, value in declared.items())
    if queue.groups is not None:
        routes = sorted(queue.groups, key=lambda route: route.name)
        pairs.append(("groups", list_lines([_connection(route)] for route in routes)))
    if queue.agents is not None:
        there = sorted(queue.agents, key=lambda each: each.user_id)
        pairs.append(("agents", list_lines([_connection(each)] for each in there)))
    pairs += [*_scalars(queue, "extension", "manage", "was", "id"), *_foreign(queue.x)]
    return commented(map_lines(pairs), ids.get(("queue", (queue.name,)), ""))


def _connection(connection: Any) -> str:
    """Return a route, or an agent in a queue: a bare text where only the name is stated."""
    key, *others = ((name, value) for name, value in attrs.asdict(connection).items() if value is not None)
    return flow_map(dict([key, *others])) if others else text(key[1])


def _split(agents: Sequence[AgentSpec]) -> tuple[list[AgentSpec], list[AgentSpec]]:
    """Return the agents that a roster cannot hold as they are, and those that it can."""
    with_groups = sum(agent.groups is not None for agent in agents) * 2 > len(agents)
    fitting = [agent for agent in agents if (agent.groups is not None) == with_groups]
    read = read_roster_table(_roster(fitting, _NO_IDS), source=ROSTER, phone_country=None, problems=[])
    again = {agent.user_id: attrs.evolve(agent, file="", line=0) for agent in read}
    listed: list[AgentSpec] = []
    rows: list[AgentSpec] = []
    for agent in agents:
        bare = attrs.evolve(agent, groups=_sorted(agent.groups), file="", line=0)
        (rows if again.get(agent.user_id) == bare else listed).append(agent)
    return listed, rows


def _sorted(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(sorted(names))


def _roster(agents: Sequence[AgentSpec], ids: Ids) -> bytes:
    """Return a roster of agents; with a mark, so that spreadsheets read it as UTF-8."""
    columns = [name for name in _COLUMNS if any(getattr(agent, name) is not None for agent in agents)]
    with_ids = any(("agent", (agent.user_id,)) in ids for agent in agents)
    stream = io.StringIO(newline="")
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(["user_id", *columns, *([_ID_COLUMN] if with_ids else [])])
    for agent in agents:
        cells = [written(agent.user_id), *(_cell(agent, name) for name in columns)]
        if with_ids:
            cells.append(written(ids.get(("agent", (agent.user_id,)), "")))
        rows.writerow(cells)
    return BOM_UTF8 + stream.getvalue().encode("utf-8", "replace")


def _cell(agent: AgentSpec, column: str) -> str:
    if column == "groups":
        return groups_cell(sorted(agent.groups or ())) or ""
    if column == "phone" and agent.phone is not None:
        return written(f"+{agent.phone}")  # is the same number in every country, and no spreadsheet rounds it
    return written(getattr(agent, column) or "")
