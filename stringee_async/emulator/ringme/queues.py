"""The operations on queues, on the callers in them and on the agents in them.

Facts: reference, section 8. A queue exists while its extension's type is queue; there is no other way to make one.
"""

from ..dialect import Response, json_response
from ..state import Row
from .call_tables import CALLERS
from .nested import Nested, nested_acts
from .paths import KINDS
from .refusal import Refusal
from .request_context import Act, RingMeContext
from .tables import QUEUE_AGENTS, QUEUES

_COUNTERS = {"Answered": "answered_members", "Trying": "trying_members", "Waiting": "waiting_members"}


def _update(context: RingMeContext) -> Response:
    key, queues = context.queue(), context.state.queues
    body, known = context.body(), {"extension_id", *QUEUES.defaults}
    more = {name: body[name] for name in queues[key] if name in body and name not in known}
    queues.change(key, **context.changes(QUEUES.fields), **more)
    if queues[key]["sound_type"] == "ring":
        queues.change(key, sound=None)
    return context.found("queues", key)


def _status(context: RingMeContext) -> Response:
    counts = dict.fromkeys(_COUNTERS.values(), 0)
    for row in _callers(context):
        if row["state"] in _COUNTERS:  # the real values are not known, so a test may have others
            counts[_COUNTERS[row["state"]]] += 1
    return json_response(counts)


def _members(context: RingMeContext) -> Response:
    rows = context.seen([CALLERS.show(row) for row in _callers(context)])
    if context.vendor_settings.members == "object" and len(rows) == 1:
        return json_response(rows[0])
    return context.list_response(rows)


def _callers(context: RingMeContext) -> list[Row]:
    """The callers in the queue in the path."""
    table = context.state.callers
    return table.rows(table.where(extension_id=context.queue()))


def _add(context: RingMeContext) -> Response:
    owner, table = _owner(context), context.state.queue_agents
    values = context.values(QUEUE_AGENTS.fields)
    context.seen_key(context.kind, values["agent_id"])
    existing = table.where(**owner, agent_id=values["agent_id"])
    if existing and context.settings.unique:
        raise Refusal("The agent is in the queue already", int(context.vendor_settings.duplicate))
    if existing:
        key = existing[0]
        table.change(key, **values)
    else:
        key = context.hide_new("queue_agents", context.state.insert("queue_agents", {**owner, **values}))
    return context.created("queue_agents", key)


def _owner(context: RingMeContext) -> Row:
    """The columns that name the queue in the path and the kind of its agents."""
    return {"extension_id": context.queue(), "kind": context.kind}


def _find(context: RingMeContext) -> list[int]:
    """The hidden id of the agent's place in the queue in the path."""
    owner = _owner(context)
    return context.state.keys_where("queue_agents", **owner, agent_id=context.number("agent"))


_PLACE_ACTS = {"add": _add, **nested_acts(Nested(QUEUE_AGENTS, _owner, _find))}
_PLACE_ACTS["remove"] = _PLACE_ACTS.pop("delete")

ACTS: dict[str, Act] = {
    "queues.get": lambda context: context.found("queues", context.queue()),
    "queues.update": _update,
    "queues.status": _status,
    "queues.members": _members,
    **{f"queue_agents.{kind}.{verb}": act for kind in KINDS for verb, act in _PLACE_ACTS.items()},
}
"""What carries out each operation."""
