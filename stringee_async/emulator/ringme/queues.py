"""What each call about a queue, the callers in it and the agents in it does.

Facts: reference, section 8. A queue exists while its extension's type is queue; there is no other way to make one.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..dialect import Answer, json_answer
from ..state import Row
from .fields import QUEUE, QUEUE_AGENT
from .paths import KINDS
from .refusal import Refusal, not_found
from .request_context import Visit

_PLACE = ("agent_id", "level", "position")
_COUNTERS = {"Answered": "answered_members", "Trying": "trying_members", "Waiting": "waiting_members"}


def _get(visit: Visit) -> Answer:
    return visit.found(visit.state.queues[visit.queue()])


def _update(visit: Visit) -> Answer:
    key, queues = visit.queue(), visit.state.queues
    body, known = visit.body(), {field.name for field in QUEUE}
    more = {name: body[name] for name in queues[key] if name in body and name not in {*known, "extension_id"}}
    queues.change(key, **visit.changes(QUEUE), **more)
    if queues[key]["sound_type"] == "ring":
        queues.change(key, sound=None)
    return visit.found(queues[key])


def _status(visit: Visit) -> Answer:
    counts = dict.fromkeys(_COUNTERS.values(), 0)
    for row in _callers(visit):
        if row["state"] in _COUNTERS:  # the real values are not known, so a test may have others
            counts[_COUNTERS[row["state"]]] += 1
    return visit.found(counts)


def _members(visit: Visit) -> Answer:
    rows = [{name: row[name] for name in row if name != "extension_id"} for row in _callers(visit)]
    if visit.settings.ringme_members == "object" and len(seen := visit.seen(rows)) == 1:
        return json_answer(seen[0])
    return visit.listed(rows)


def _callers(visit: Visit) -> list[Row]:
    """The callers in the queue in the path."""
    table = visit.state.callers
    return table.rows(table.where(extension_id=visit.queue()))


# -- agents in a queue -------------------------------------------------------------------------------------


def _add(visit: Visit) -> Answer:
    queue, kind = visit.queue(), visit.kind
    values = {"level": 0, "position": 0, **visit.values(QUEUE_AGENT)}
    visit.seen_key(kind, values["agent_id"])
    twins = visit.state.queue_agents.where(extension_id=queue, kind=kind, agent_id=values["agent_id"])
    if twins and visit.settings.unique:
        raise Refusal("The agent is in the queue already", int(visit.settings.ringme_duplicate))
    if twins:
        visit.state.queue_agents.change(twins[0], **values)
    else:
        visit.lag("queue_agents", visit.state.add_queue_agent(queue, kind, **values))
    return visit.created(values)


def _list(visit: Visit) -> Answer:
    table = visit.state.queue_agents
    return visit.listed(
        _place(table[key]) for key in visit.keys("queue_agents", extension_id=visit.queue(), kind=visit.kind)
    )


def _get_place(visit: Visit) -> Answer:
    return visit.found(_place(visit.state.queue_agents[_find(visit)]))


def _update_place(visit: Visit) -> Answer:
    key = _find(visit)
    visit.state.queue_agents.change(key, **visit.changes(QUEUE_AGENT[1:]))
    return visit.found(_place(visit.state.queue_agents[key]))


def _remove(visit: Visit) -> Answer:
    del visit.state.queue_agents[_find(visit)]
    return visit.deleted()


def _find(visit: Visit) -> int:
    """The hidden id of the place in the path."""
    found = visit.keys(
        "queue_agents", extension_id=visit.queue(), kind=visit.kind, agent_id=visit.number("agent")
    )
    if not found:
        raise not_found()
    return found[0]


def _place(row: Mapping[str, Any]) -> Row:
    """An agent in a queue as answers show it."""
    return {name: row[name] for name in _PLACE}


_PLACE_ACTS = {"add": _add, "list": _list, "get": _get_place, "update": _update_place, "remove": _remove}

ACTS: dict[str, Callable[[Visit], Answer]] = {
    "queues.get": _get,
    "queues.update": _update,
    "queues.status": _status,
    "queues.members": _members,
    **{f"queue_agents.{kind}.{verb}": act for kind in KINDS for verb, act in _PLACE_ACTS.items()},
}
"""What carries out each operation."""
