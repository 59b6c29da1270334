"""What each call about a queue, the callers in it and the agents in it does.

Facts: reference, section 8. A queue exists while its extension's type is queue; there is no other way to make one.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..dialect import Response, json_answer
from ..state import Row
from .fields import QUEUE, QUEUE_AGENT
from .paths import KINDS
from .refusal import Refusal, not_found
from .request_context import RequestContext

_PLACE = ("agent_id", "level", "position")
_COUNTERS = {"Answered": "answered_members", "Trying": "trying_members", "Waiting": "waiting_members"}


def _get(context: RequestContext) -> Response:
    return context.found(context.state.queues[context.queue()])


def _update(context: RequestContext) -> Response:
    key, queues = context.queue(), context.state.queues
    body, known = context.body(), {field.name for field in QUEUE}
    more = {name: body[name] for name in queues[key] if name in body and name not in {*known, "extension_id"}}
    queues.change(key, **context.changes(QUEUE), **more)
    if queues[key]["sound_type"] == "ring":
        queues.change(key, sound=None)
    return context.found(queues[key])


def _status(context: RequestContext) -> Response:
    counts = dict.fromkeys(_COUNTERS.values(), 0)
    for row in _callers(context):
        if row["state"] in _COUNTERS:  # the real values are not known, so a test may have others
            counts[_COUNTERS[row["state"]]] += 1
    return context.found(counts)


def _members(context: RequestContext) -> Response:
    rows = [{name: row[name] for name in row if name != "extension_id"} for row in _callers(context)]
    if context.settings.ringme_members == "object" and len(seen := context.seen(rows)) == 1:
        return json_answer(seen[0])
    return context.listed(rows)


def _callers(context: RequestContext) -> list[Row]:
    """The callers in the queue in the path."""
    table = context.state.callers
    return table.rows(table.where(extension_id=context.queue()))


# -- agents in a queue -------------------------------------------------------------------------------------


def _add(context: RequestContext) -> Response:
    queue, kind = context.queue(), context.kind
    values = {"level": 0, "position": 0, **context.values(QUEUE_AGENT)}
    context.seen_key(kind, values["agent_id"])
    twins = context.state.queue_agents.where(extension_id=queue, kind=kind, agent_id=values["agent_id"])
    if twins and context.settings.unique:
        raise Refusal("The agent is in the queue already", int(context.settings.ringme_duplicate))
    if twins:
        context.state.queue_agents.change(twins[0], **values)
    else:
        context.lag("queue_agents", context.state.add_queue_agent(queue, kind, **values))
    return context.created(values)


def _list(context: RequestContext) -> Response:
    table = context.state.queue_agents
    return context.listed(
        _place(table[key])
        for key in context.keys("queue_agents", extension_id=context.queue(), kind=context.kind)
    )


def _get_place(context: RequestContext) -> Response:
    return context.found(_place(context.state.queue_agents[_find(context)]))


def _update_place(context: RequestContext) -> Response:
    key = _find(context)
    context.state.queue_agents.change(key, **context.changes(QUEUE_AGENT[1:]))
    return context.found(_place(context.state.queue_agents[key]))


def _remove(context: RequestContext) -> Response:
    del context.state.queue_agents[_find(context)]
    return context.deleted()


def _find(context: RequestContext) -> int:
    """The hidden id of the place in the path."""
    found = context.keys(
        "queue_agents", extension_id=context.queue(), kind=context.kind, agent_id=context.number("agent")
    )
    if not found:
        raise not_found()
    return found[0]


def _place(row: Mapping[str, Any]) -> Row:
    """An agent in a queue as responses show it."""
    return {name: row[name] for name in _PLACE}


_PLACE_ACTS = {"add": _add, "list": _list, "get": _get_place, "update": _update_place, "remove": _remove}

ACTS: dict[str, Callable[[RequestContext], Response]] = {
    "queues.get": _get,
    "queues.update": _update,
    "queues.status": _status,
    "queues.members": _members,
    **{f"queue_agents.{kind}.{verb}": act for kind in KINDS for verb, act in _PLACE_ACTS.items()},
}
"""What carries out each operation."""
