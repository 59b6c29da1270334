"""What each call about extensions, the events of their calls, and their live calls does.

Facts: reference, sections 6, 11.1, 11.3 and 11.4. The emulator's own choices: acting on a call answers with the
call, and a transfer takes the caller out of the queue; ``per_page`` is the page size of the settings if it is
not given.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..dialect import Answer, json_answer, with_page_fault
from ..state import Row
from .fields import CALL_ACTION, EXTENSION, EXTENSION_EVENT
from .refusal import Refusal, not_found
from .request_context import Visit, whole

_EVENT = ("id", "url", "event_type", "method")


def _create(visit: Visit) -> Answer:
    values = visit.values(EXTENSION)
    name = visit.state.full_name(values["name"])
    if visit.settings.unique and visit.state.extensions.where(name=name):
        raise Refusal("An extension of this name exists already", int(visit.settings.ringme_duplicate))
    return visit.created(visit.state.extensions[visit.lag("extensions", visit.state.add_extension(**values))])


def _list(visit: Visit) -> Answer:
    rows = _rows(visit)
    page = rows if visit.settings.ringme_paging == "off" else _page(visit, rows)
    return visit.listed(page, len(rows))


def _rows(visit: Visit) -> list[Row]:
    """The extensions of the type and of the name that are asked for."""
    query, habit = visit.call.query, visit.settings.ringme_name_filter
    rows = visit.rows("extensions", type=query["type"]) if "type" in query else visit.rows("extensions")
    if "name" not in query or habit == "ignored":
        return rows
    name = query["name"] if habit == "whole" else visit.state.full_name(query["name"])
    return [row for row in rows if row["name"] == name]


def _get(visit: Visit) -> Answer:
    return visit.found(visit.state.extensions[visit.extension()])


def _update(visit: Visit) -> Answer:
    key, extensions = visit.extension(), visit.state.extensions
    values = visit.changes(EXTENSION)
    name = values.pop("name", None)
    if name is not None and visit.state.full_name(name) != extensions[key]["name"]:
        raise Refusal("An extension cannot be renamed")
    visit.state.change_extension(key, **values)
    return visit.found(extensions[key])


def _delete(visit: Visit) -> Answer:
    visit.state.remove_extension(visit.extension())
    return visit.deleted()


def _page(visit: Visit, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of the page that is asked for, with the page faults and the settings of pages heeded."""
    settings, query = visit.settings, visit.call.query
    size = whole(query.get("per_page", f"{settings.page_size_default}"), 0)
    if size < 1 or whole(query.get("page", "1"), 0) < 1:
        raise Refusal("page and per_page must be positive integers")
    if size > settings.page_size_max and settings.over_limit != "honour":
        if settings.over_limit == "refuse":
            raise Refusal(f"per_page must be at most {settings.page_size_max}")
        size = settings.page_size_max
    rows, size = with_page_fault(visit.call, rows, size)
    number, last = visit.call.page, max(math.ceil(len(rows) / size), 1)
    if settings.ringme_paging == "page_ignored" or visit.call.page_fault == "page_ignored":
        number = 1
    elif visit.call.page_fault == "page_repeats":
        number -= 1
    if number > last and settings.beyond_end == "error":
        raise not_found()
    if number > last and settings.beyond_end == "last":
        number = last
    ordered = rows if settings.order == "oldest" else rows[::-1]
    return ordered[(number - 1) * size : number * size]


# -- events of an extension's calls ------------------------------------------------------------------------


def _create_event(visit: Visit) -> Answer:
    extension = visit.extension()
    values = visit.values(EXTENSION_EVENT)
    visit.make_room_for_event()
    key = visit.lag("extension_events", visit.state.add_extension_event(extension, **values))
    return visit.created(_event(visit, key))


def _list_events(visit: Visit) -> Answer:
    return visit.listed(
        _event(visit, key) for key in visit.keys("extension_events", extension_id=visit.extension())
    )


def _delete_events(visit: Visit) -> Answer:
    for key in visit.keys("extension_events", extension_id=visit.extension()):
        del visit.state.extension_events[key]
    return visit.deleted()


def _get_event(visit: Visit) -> Answer:
    return visit.found(_event(visit, _find_event(visit)))


def _update_event(visit: Visit) -> Answer:
    key = _find_event(visit)
    visit.state.extension_events.change(key, **visit.changes(EXTENSION_EVENT))
    return visit.found(_event(visit, key))


def _delete_event(visit: Visit) -> Answer:
    del visit.state.extension_events[_find_event(visit)]
    return visit.deleted()


def _find_event(visit: Visit) -> int:
    """The id of the event in the path, which must be that extension's."""
    key = visit.number("event")
    if key not in visit.keys("extension_events", extension_id=visit.extension()):
        raise not_found()
    return key


def _event(visit: Visit, key: int) -> Row:
    """An event as answers show it."""
    row = visit.state.extension_events[key]
    return {name: row[name] for name in _EVENT}


# -- live calls --------------------------------------------------------------------------------------------


def _list_calls(visit: Visit) -> Answer:
    return _calls(visit, visit.state.current_calls.rows())


def _calls_of_extension(visit: Visit) -> Answer:
    table = visit.state.current_calls
    return _calls(visit, table.rows(table.where(extension_id=visit.extension())))


def _calls(visit: Visit, rows: Iterable[Mapping[str, Any]]) -> Answer:
    """A list of calls, in the form that the settings name."""
    if visit.settings.ringme_calls == "array":
        return visit.listed(rows)
    return json_answer({"call_list": [{**row, **_as_sampled(row)} for row in visit.seen(rows)]})


def _as_sampled(row: Mapping[str, Any]) -> Row:
    """The extensions of a call, each as one object or null, and its direction in capitals."""
    alone = {
        name: next(iter(row[name] or ()), None) if isinstance(row[name], list) else row[name]
        for name in ("called_extension", "caller_extension")
    }
    return {**alone, "call_flow": str(row["call_flow"]).upper()}


def _act_on_call(visit: Visit) -> Answer:
    key = _find_call(visit)
    values = visit.values(CALL_ACTION)
    action, target = values["action"], values.get("send_dst")
    if action.endswith("transfer") and not target:
        raise Refusal("send_dst is required")
    visit.state.call_actions.append((key, action, target))
    if action == "transfer":
        visit.state.callers.pop(key, None)
    return visit.found(visit.state.current_calls[key])


def _drop_call(visit: Visit) -> Answer:
    visit.state.remove_call(_find_call(visit))
    return visit.deleted()


def _find_call(visit: Visit) -> str:
    """The id of the call in the path, which must be at that extension."""
    key = visit.call.ids["call"]
    if key not in visit.state.current_calls.where(extension_id=visit.extension()):
        raise not_found()
    return key


ACTS: dict[str, Callable[[Visit], Answer]] = {
    "extensions.create": _create,
    "extensions.list": _list,
    "extensions.get": _get,
    "extensions.update": _update,
    "extensions.delete": _delete,
    "extension_events.create": _create_event,
    "extension_events.list": _list_events,
    "extension_events.delete_all": _delete_events,
    "extension_events.get": _get_event,
    "extension_events.update": _update_event,
    "extension_events.delete": _delete_event,
    "current_calls.list": _list_calls,
    "current_calls.of_extension": _calls_of_extension,
    "current_calls.act": _act_on_call,
    "current_calls.drop": _drop_call,
}
"""What carries out each operation."""
