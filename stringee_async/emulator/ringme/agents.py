"""What each call about agents and their events does: both kinds of agents, and the newer way to make a local one.

Facts: reference, sections 9 and 10.1. The emulator's own choice: an ``extension_id`` in a body that names nothing
is answered like one in a path, and one of another type than phone is refused.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..dialect import Answer
from ..state import Row
from .fields import AGENT_EVENT, AGENTS, EXTENSION_AGENT
from .paths import KINDS
from .refusal import Refusal, not_found
from .request_context import Visit

_EVENT = ("id", "url", "event_type", "method")
_FLAGS = {"true": True, "false": False}


def _create(visit: Visit) -> Answer:
    values = visit.values(AGENTS[visit.kind])
    _check_phone(visit, values)
    key = visit.lag(visit.kind, visit.state.add_agent(visit.kind, **values))
    return visit.created(visit.state.agents(visit.kind)[key])


def _list(visit: Visit) -> Answer:
    rows = visit.rows(visit.kind)
    asked = visit.asked("extension_id") if visit.kind == "local" else []
    if not asked:
        return visit.listed(rows)
    if not all(text.isascii() and text.isdigit() for text in asked):
        raise Refusal("extension_id must be an integer")
    return visit.listed(row for row in rows if f"{row['extension_id']}" in asked)


def _get(visit: Visit) -> Answer:
    return visit.found(visit.state.agents(visit.kind)[visit.agent()])


def _update(visit: Visit) -> Answer:
    key = visit.agent()
    values = visit.changes(AGENTS[visit.kind])
    _check_phone(visit, values)
    visit.state.change_agent(visit.kind, key, **values)
    return visit.found(visit.state.agents(visit.kind)[key])


def _delete(visit: Visit) -> Answer:
    key = visit.agent()
    remove = _FLAGS.get(visit.call.query.get("remove_from_queues", "true"))
    if remove is None:
        raise Refusal("remove_from_queues must be true or false")
    if not remove and visit.state.queue_agents.where(kind=visit.kind, agent_id=key):
        raise Refusal("The agent is in a queue", int(visit.settings.ringme_in_queue))
    visit.state.remove_agent(visit.kind, key)
    return visit.deleted()


def _check_phone(visit: Visit, values: Row) -> None:
    """Refuse an extension at which no agent can sit."""
    key = values.get("extension_id")
    if key is None:
        return
    if not visit.state.is_phone(visit.seen_key("extensions", key)):
        raise Refusal("extension_id must be that of an extension of type phone")


# -- the newer way -----------------------------------------------------------------------------------------


def _create_at_extension(visit: Visit) -> Answer:
    key = visit.extension()
    values = {"extension_id": key, **visit.values(EXTENSION_AGENT)}
    _check_phone(visit, values)
    return visit.created(
        visit.state.local_agents[visit.lag("local", visit.state.add_agent("local", **values))]
    )


def _list_at_extension(visit: Visit) -> Answer:
    return visit.listed(visit.rows("local", extension_id=visit.extension()))


# -- events ------------------------------------------------------------------------------------------------


def _create_event(visit: Visit) -> Answer:
    agent = visit.agent()
    values = visit.values(AGENT_EVENT)
    visit.make_room_for_event()
    key = visit.lag("agent_events", visit.state.add_agent_event(visit.kind, agent, **values))
    return visit.created(_event(visit.state.agent_events[key]))


def _list_events(visit: Visit) -> Answer:
    table = visit.state.agent_events
    return visit.listed(
        _event(table[key]) for key in visit.keys("agent_events", kind=visit.kind, agent_id=visit.agent())
    )


def _get_event(visit: Visit) -> Answer:
    return visit.found(_event(visit.state.agent_events[_find_event(visit)]))


def _update_event(visit: Visit) -> Answer:
    key = _find_event(visit)
    visit.state.agent_events.change(key, **visit.changes(AGENT_EVENT))
    return visit.found(_event(visit.state.agent_events[key]))


def _delete_event(visit: Visit) -> Answer:
    del visit.state.agent_events[_find_event(visit)]
    return visit.deleted()


def _find_event(visit: Visit) -> int:
    """The id of the event in the path, which must be that agent's."""
    key = visit.number("event")
    if key not in visit.keys("agent_events", kind=visit.kind, agent_id=visit.agent()):
        raise not_found()
    return key


def _event(row: Mapping[str, Any]) -> Row:
    """An event as answers show it."""
    return {name: row[name] for name in _EVENT}


_AGENT_ACTS = {"create": _create, "list": _list, "get": _get, "update": _update, "delete": _delete}
_EVENT_ACTS = {
    "create": _create_event,
    "list": _list_events,
    "get": _get_event,
    "update": _update_event,
    "delete": _delete_event,
}

ACTS: dict[str, Callable[[Visit], Answer]] = {
    "extension_agents.create": _create_at_extension,
    "extension_agents.list": _list_at_extension,
    **{f"agents.{kind}.{verb}": act for kind in KINDS for verb, act in _AGENT_ACTS.items()},
    **{f"agent_events.{kind}.{verb}": act for kind in KINDS for verb, act in _EVENT_ACTS.items()},
}
"""What carries out each operation."""
