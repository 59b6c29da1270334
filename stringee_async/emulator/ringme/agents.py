"""What each call about agents and their events does: both kinds of agents, and the newer way to make a local one.

Facts: reference, sections 9 and 10.1. The emulator's own choice: an ``extension_id`` in a body that names nothing
is treated like one in a path, and one of another type than phone is refused.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..dialect import Response
from ..state import Row
from .fields import AGENT_EVENT, AGENTS, EXTENSION_AGENT
from .paths import KINDS
from .refusal import Refusal, not_found
from .request_context import RequestContext

_EVENT = ("id", "url", "event_type", "method")
_FLAGS = {"true": True, "false": False}


def _create(context: RequestContext) -> Response:
    values = context.values(AGENTS[context.kind])
    _check_phone(context, values)
    key = context.lag(context.kind, context.state.add_agent(context.kind, **values))
    return context.created(context.state.agents(context.kind)[key])


def _list(context: RequestContext) -> Response:
    rows = context.rows(context.kind)
    asked = context.asked("extension_id") if context.kind == "local" else []
    if not asked:
        return context.listed(rows)
    if not all(text.isascii() and text.isdigit() for text in asked):
        raise Refusal("extension_id must be an integer")
    return context.listed(row for row in rows if f"{row['extension_id']}" in asked)


def _get(context: RequestContext) -> Response:
    return context.found(context.state.agents(context.kind)[context.agent()])


def _update(context: RequestContext) -> Response:
    key = context.agent()
    values = context.changes(AGENTS[context.kind])
    _check_phone(context, values)
    context.state.change_agent(context.kind, key, **values)
    return context.found(context.state.agents(context.kind)[key])


def _delete(context: RequestContext) -> Response:
    key = context.agent()
    remove = _FLAGS.get(context.call.query.get("remove_from_queues", "true"))
    if remove is None:
        raise Refusal("remove_from_queues must be true or false")
    if not remove and context.state.queue_agents.where(kind=context.kind, agent_id=key):
        raise Refusal("The agent is in a queue", int(context.settings.ringme_in_queue))
    context.state.remove_agent(context.kind, key)
    return context.deleted()


def _check_phone(context: RequestContext, values: Row) -> None:
    """Refuse an extension at which no agent can sit."""
    key = values.get("extension_id")
    if key is None:
        return
    if not context.state.is_phone(context.seen_key("extensions", key)):
        raise Refusal("extension_id must be that of an extension of type phone")


# -- the newer way -----------------------------------------------------------------------------------------


def _create_at_extension(context: RequestContext) -> Response:
    key = context.extension()
    values = {"extension_id": key, **context.values(EXTENSION_AGENT)}
    _check_phone(context, values)
    return context.created(
        context.state.local_agents[context.lag("local", context.state.add_agent("local", **values))]
    )


def _list_at_extension(context: RequestContext) -> Response:
    return context.listed(context.rows("local", extension_id=context.extension()))


# -- events ------------------------------------------------------------------------------------------------


def _create_event(context: RequestContext) -> Response:
    agent = context.agent()
    values = context.values(AGENT_EVENT)
    context.make_room_for_event()
    key = context.lag("agent_events", context.state.add_agent_event(context.kind, agent, **values))
    return context.created(_event(context.state.agent_events[key]))


def _list_events(context: RequestContext) -> Response:
    table = context.state.agent_events
    return context.listed(
        _event(table[key])
        for key in context.keys("agent_events", kind=context.kind, agent_id=context.agent())
    )


def _get_event(context: RequestContext) -> Response:
    return context.found(_event(context.state.agent_events[_find_event(context)]))


def _update_event(context: RequestContext) -> Response:
    key = _find_event(context)
    context.state.agent_events.change(key, **context.changes(AGENT_EVENT))
    return context.found(_event(context.state.agent_events[key]))


def _delete_event(context: RequestContext) -> Response:
    del context.state.agent_events[_find_event(context)]
    return context.deleted()


def _find_event(context: RequestContext) -> int:
    """The id of the event in the path, which must be that agent's."""
    key = context.number("event")
    if key not in context.keys("agent_events", kind=context.kind, agent_id=context.agent()):
        raise not_found()
    return key


def _event(row: Mapping[str, Any]) -> Row:
    """An event as responses show it."""
    return {name: row[name] for name in _EVENT}


_AGENT_ACTS = {"create": _create, "list": _list, "get": _get, "update": _update, "delete": _delete}
_EVENT_ACTS = {
    "create": _create_event,
    "list": _list_events,
    "get": _get_event,
    "update": _update_event,
    "delete": _delete_event,
}

ACTS: dict[str, Callable[[RequestContext], Response]] = {
    "extension_agents.create": _create_at_extension,
    "extension_agents.list": _list_at_extension,
    **{f"agents.{kind}.{verb}": act for kind in KINDS for verb, act in _AGENT_ACTS.items()},
    **{f"agent_events.{kind}.{verb}": act for kind in KINDS for verb, act in _EVENT_ACTS.items()},
}
"""What carries out each operation."""
