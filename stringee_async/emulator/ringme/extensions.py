"""What each call about extensions, the events of their calls, and their live calls does.

Facts: reference, sections 6, 11.1, 11.3 and 11.4. The emulator's own choices: acting on a call responds with the
call, and a transfer takes the caller out of the queue; ``per_page`` is the page size of the settings if it is
not given.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..dialect import Response, json_answer, with_page_fault
from ..state import Row
from .fields import CALL_ACTION, EXTENSION, EXTENSION_EVENT
from .refusal import Refusal, not_found
from .request_context import RequestContext, whole

_EVENT = ("id", "url", "event_type", "method")


def _create(context: RequestContext) -> Response:
    values = context.values(EXTENSION)
    name = context.state.full_name(values["name"])
    if context.settings.unique and context.state.extensions.where(name=name):
        raise Refusal("An extension of this name exists already", int(context.settings.ringme_duplicate))
    return context.created(
        context.state.extensions[context.lag("extensions", context.state.add_extension(**values))]
    )


def _list(context: RequestContext) -> Response:
    rows = _rows(context)
    page = rows if context.settings.ringme_paging == "off" else _page(context, rows)
    return context.listed(page, len(rows))


def _rows(context: RequestContext) -> list[Row]:
    """The extensions of the type and of the name that are asked for."""
    query, habit = context.call.query, context.settings.ringme_name_filter
    rows = context.rows("extensions", type=query["type"]) if "type" in query else context.rows("extensions")
    if "name" not in query or habit == "ignored":
        return rows
    name = query["name"] if habit == "whole" else context.state.full_name(query["name"])
    return [row for row in rows if row["name"] == name]


def _get(context: RequestContext) -> Response:
    return context.found(context.state.extensions[context.extension()])


def _update(context: RequestContext) -> Response:
    key, extensions = context.extension(), context.state.extensions
    values = context.changes(EXTENSION)
    name = values.pop("name", None)
    if name is not None and context.state.full_name(name) != extensions[key]["name"]:
        raise Refusal("An extension cannot be renamed")
    context.state.change_extension(key, **values)
    return context.found(extensions[key])


def _delete(context: RequestContext) -> Response:
    context.state.remove_extension(context.extension())
    return context.deleted()


def _page(context: RequestContext, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of the page that is asked for, with the page faults and the settings of pages heeded."""
    settings, query = context.settings, context.call.query
    size = whole(query.get("per_page", f"{settings.page_size_default}"), 0)
    if size < 1 or whole(query.get("page", "1"), 0) < 1:
        raise Refusal("page and per_page must be positive integers")
    if size > settings.page_size_max and settings.over_limit != "honour":
        if settings.over_limit == "refuse":
            raise Refusal(f"per_page must be at most {settings.page_size_max}")
        size = settings.page_size_max
    rows, size = with_page_fault(context.call, rows, size)
    number, last = context.call.page, max(math.ceil(len(rows) / size), 1)
    if settings.ringme_paging == "page_ignored" or context.call.page_fault == "page_ignored":
        number = 1
    elif context.call.page_fault == "page_repeats":
        number -= 1
    if number > last and settings.beyond_end == "error":
        raise not_found()
    if number > last and settings.beyond_end == "last":
        number = last
    ordered = rows if settings.order == "oldest" else rows[::-1]
    return ordered[(number - 1) * size : number * size]


# -- events of an extension's calls ------------------------------------------------------------------------


def _create_event(context: RequestContext) -> Response:
    extension = context.extension()
    values = context.values(EXTENSION_EVENT)
    context.make_room_for_event()
    key = context.lag("extension_events", context.state.add_extension_event(extension, **values))
    return context.created(_event(context, key))


def _list_events(context: RequestContext) -> Response:
    return context.listed(
        _event(context, key) for key in context.keys("extension_events", extension_id=context.extension())
    )


def _delete_events(context: RequestContext) -> Response:
    for key in context.keys("extension_events", extension_id=context.extension()):
        del context.state.extension_events[key]
    return context.deleted()


def _get_event(context: RequestContext) -> Response:
    return context.found(_event(context, _find_event(context)))


def _update_event(context: RequestContext) -> Response:
    key = _find_event(context)
    context.state.extension_events.change(key, **context.changes(EXTENSION_EVENT))
    return context.found(_event(context, key))


def _delete_event(context: RequestContext) -> Response:
    del context.state.extension_events[_find_event(context)]
    return context.deleted()


def _find_event(context: RequestContext) -> int:
    """The id of the event in the path, which must be that extension's."""
    key = context.number("event")
    if key not in context.keys("extension_events", extension_id=context.extension()):
        raise not_found()
    return key


def _event(context: RequestContext, key: int) -> Row:
    """An event as responses show it."""
    row = context.state.extension_events[key]
    return {name: row[name] for name in _EVENT}


# -- live calls --------------------------------------------------------------------------------------------


def _list_calls(context: RequestContext) -> Response:
    return _calls(context, context.state.current_calls.rows())


def _calls_of_extension(context: RequestContext) -> Response:
    table = context.state.current_calls
    return _calls(context, table.rows(table.where(extension_id=context.extension())))


def _calls(context: RequestContext, rows: Iterable[Mapping[str, Any]]) -> Response:
    """A list of calls, in the form that the settings name."""
    if context.settings.ringme_calls == "array":
        return context.listed(rows)
    return json_answer({"call_list": [{**row, **_as_sampled(row)} for row in context.seen(rows)]})


def _as_sampled(row: Mapping[str, Any]) -> Row:
    """The extensions of a call, each as one object or null, and its direction in capitals."""
    alone = {
        name: next(iter(row[name] or ()), None) if isinstance(row[name], list) else row[name]
        for name in ("called_extension", "caller_extension")
    }
    return {**alone, "call_flow": str(row["call_flow"]).upper()}


def _act_on_call(context: RequestContext) -> Response:
    key = _find_call(context)
    values = context.values(CALL_ACTION)
    action, target = values["action"], values.get("send_dst")
    if action.endswith("transfer") and not target:
        raise Refusal("send_dst is required")
    context.state.call_actions.append((key, action, target))
    if action == "transfer":
        context.state.callers.pop(key, None)
    return context.found(context.state.current_calls[key])


def _drop_call(context: RequestContext) -> Response:
    context.state.remove_call(_find_call(context))
    return context.deleted()


def _find_call(context: RequestContext) -> str:
    """The id of the call in the path, which must be at that extension."""
    key = context.call.ids["call"]
    if key not in context.state.current_calls.where(extension_id=context.extension()):
        raise not_found()
    return key


ACTS: dict[str, Callable[[RequestContext], Response]] = {
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
