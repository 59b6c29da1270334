"""The operations on agents of both kinds and on their events, and the newer way to create a local agent.

Facts: reference, sections 9 and 10.1. The emulator's own choice: an ``extension_id`` in a body that names nothing
is treated like one in a path, and one of another type than phone is refused.
"""

from ..dialect import Response
from ..state import Row
from .nested import event_acts
from .paths import KINDS
from .refusal import Refusal
from .request_context import Act, RingMeContext
from .tables import AGENT_AT_EXTENSION, AGENT_EVENTS, AGENTS

_FLAGS = {"true": True, "false": False}


def _create(context: RingMeContext) -> Response:
    values = context.values(AGENTS[context.kind].fields)
    return _add(context, context.kind, values)


def _create_at_extension(context: RingMeContext) -> Response:
    values = {"extension_id": context.extension(), **context.values(AGENT_AT_EXTENSION)}
    return _add(context, "local", values)


def _add(context: RingMeContext, kind: str, values: Row) -> Response:
    _check_phone(context, values)
    return context.created(kind, context.hide_new(kind, context.state.add_agent(kind, **values)))


def _list(context: RingMeContext) -> Response:
    rows = context.state.rows_where(context.kind)
    asked = context.asked("extension_id") if context.kind == "local" else []
    if not all(text.isascii() and text.isdigit() for text in asked):
        raise Refusal("extension_id must be an integer")
    if asked:
        rows = [row for row in rows if f"{row['extension_id']}" in asked]
    return context.listed(context.kind, rows)


def _list_at_extension(context: RingMeContext) -> Response:
    return context.listed("local", context.state.rows_where("local", extension_id=context.extension()))


def _get(context: RingMeContext) -> Response:
    return context.found(context.kind, context.agent())


def _update(context: RingMeContext) -> Response:
    key = context.agent()
    values = context.changes(AGENTS[context.kind].fields)
    _check_phone(context, values)
    context.state.change_agent(context.kind, key, **values)
    return context.found(context.kind, key)


def _delete(context: RingMeContext) -> Response:
    key = context.agent()
    remove = _FLAGS.get(context.call.query.get("remove_from_queues", "true"))
    if remove is None:
        raise Refusal("remove_from_queues must be true or false")
    if not remove and context.state.queue_agents.where(kind=context.kind, agent_id=key):
        raise Refusal("The agent is in a queue", int(context.vendor_settings.in_queue))
    context.state.remove_agent(context.kind, key)
    return context.deleted()


def _check_phone(context: RingMeContext, values: Row) -> None:
    """Refuse an extension at which no agent can sit."""
    key = values.get("extension_id")
    if key is None:
        return
    if not context.state.is_phone(context.seen_key("extensions", key)):
        raise Refusal("extension_id must be that of an extension of type phone")


def _owner(context: RingMeContext) -> Row:
    """The columns of an event that name the agent in the path."""
    return {"kind": context.kind, "agent_id": context.agent()}


_AGENT_ACTS = {"create": _create, "list": _list, "get": _get, "update": _update, "delete": _delete}
_EVENT_ACTS = event_acts(AGENT_EVENTS, _owner)

ACTS: dict[str, Act] = {
    "extension_agents.create": _create_at_extension,
    "extension_agents.list": _list_at_extension,
    **{f"agents.{kind}.{verb}": act for kind in KINDS for verb, act in _AGENT_ACTS.items()},
    **{f"agent_events.{kind}.{verb}": act for kind in KINDS for verb, act in _EVENT_ACTS.items()},
}
"""What carries out each operation."""
