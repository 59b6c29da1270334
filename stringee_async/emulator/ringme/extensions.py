"""The operations on extensions, on the events of their calls, and on their live calls.

Facts: reference, sections 6, 11.1, 11.3 and 11.4; second reference, section 8. The emulator's own choices: acting on a call responds with the
call, and a transfer takes the caller out of the queue; ``per_page`` is the page size of the settings if it is
not given.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..dialect import Response, json_response
from ..pages import Page, allowed_size, cut_page
from ..state import Row
from .call_tables import CALL_ACTION
from .nested import event_acts
from .refusal import Refusal, not_found
from .request_context import Act, RingMeContext, whole
from .tables import EXTENSION_EVENTS, EXTENSIONS

_ENDS_ONLY = ("ivr", "queue")
"""The kinds of extensions that report nothing but the end of a call."""


def _create(context: RingMeContext) -> Response:
    values = context.values(EXTENSIONS.fields)
    name = context.state.full_name(values["name"])
    if context.settings.unique and context.state.extensions.where(name=name):
        raise Refusal("An extension of this name exists already", int(context.vendor_settings.duplicate))
    key = context.hide_new("extensions", context.state.add_extension(**values))
    return context.created("extensions", key)


def _list(context: RingMeContext) -> Response:
    rows = _rows(context)
    page = rows if context.vendor_settings.paging == "off" else page_of(context, rows).rows
    return context.listed("extensions", page, len(rows))


def _rows(context: RingMeContext) -> list[Row]:
    """The extensions of the type and of the name that are asked for."""
    query, form = context.call.query, context.vendor_settings.name_filter
    wanted = {"type": query["type"]} if "type" in query else {}
    rows = context.state.rows_where("extensions", **wanted)
    if "name" not in query or form == "ignored":
        return rows
    name = query["name"] if form == "whole" else context.state.full_name(query["name"])
    return [row for row in rows if row["name"] == name]


def _update(context: RingMeContext) -> Response:
    key, extensions = context.extension(), context.state.extensions
    values = context.changes(EXTENSIONS.fields)
    name = values.pop("name", None)
    if name is not None and context.state.full_name(name) != extensions[key]["name"]:
        raise Refusal("An extension cannot be renamed")
    context.state.change_extension(key, **values)
    return context.found("extensions", key)


def _delete(context: RingMeContext) -> Response:
    context.state.remove_extension(context.extension())
    return context.deleted()


def page_of(context: RingMeContext, rows: Sequence[Row]) -> Page:
    """The page that is asked for."""
    settings, query = context.settings, context.call.query
    asked = whole(query.get("per_page", f"{settings.page_size_default}"), 0)
    if asked < 1 or whole(query.get("page", "1"), 0) < 1:
        raise Refusal("page and per_page must be positive integers")
    size = allowed_size(asked, settings)
    if size is None:
        raise Refusal(f"per_page must be at most {settings.page_size_max}")
    number = 1 if context.vendor_settings.paging == "page_ignored" else context.call.page
    page = cut_page(context.call, rows, number, size, settings)
    if page is None:
        raise not_found()
    return page


def _owner(context: RingMeContext) -> Row:
    """The column of an event that names the extension in the path."""
    return {"extension_id": context.extension()}


def _of_its_kind(act: Act) -> Act:
    """Refuse an event that this kind of extension does not report, before ``act``."""

    def checked(context: RingMeContext) -> Response:
        kind = context.state.extensions[context.extension()]["type"]
        event_type = context.body().get("event_type")
        if kind in _ENDS_ONLY and isinstance(event_type, str) and event_type != "hangup":
            raise Refusal(f"{event_type} is not supported by {kind}-type extensions")
        return act(context)

    return checked


def _delete_events(context: RingMeContext) -> Response:
    for key in context.state.keys_where("extension_events", **_owner(context)):
        del context.state.extension_events[key]
    return context.deleted()


def _calls_of_extension(context: RingMeContext) -> Response:
    table = context.state.current_calls
    return _calls(context, table.rows(table.where(extension_id=context.extension())))


def _calls(context: RingMeContext, rows: Iterable[Mapping[str, Any]]) -> Response:
    """A list of calls, in the form that the settings name."""
    if context.vendor_settings.calls == "array":
        return context.list_response(context.seen(rows))
    return json_response({"call_list": [{**row, **_as_sampled(row)} for row in context.seen(rows)]})


def _as_sampled(row: Mapping[str, Any]) -> Row:
    """The extensions of a call, each as one object or null, and its direction in capitals."""
    shown = {
        name: next(iter(row[name] or ()), None) if isinstance(row[name], list) else row[name]
        for name in ("called_extension", "caller_extension")
    }
    return {**shown, "call_flow": str(row["call_flow"]).upper()}


def _act_on_call(context: RingMeContext) -> Response:
    key = _find_call(context)
    values = context.values(CALL_ACTION)
    action, target = values["action"], values.get("send_dst")
    if action.endswith("transfer") and not target:
        raise Refusal("send_dst is required")
    context.state.call_actions.append((key, action, target))
    if action == "transfer":
        context.state.callers.pop(key, None)
    return json_response({**context.state.current_calls[key]})


def _drop_call(context: RingMeContext) -> Response:
    context.state.remove_call(_find_call(context))
    return context.deleted()


def _find_call(context: RingMeContext) -> str:
    """The id of the call in the path, which must be at that extension."""
    key = context.call.ids["call"]
    if key not in context.state.current_calls.where(extension_id=context.extension()):
        raise not_found()
    return key


ACTS: dict[str, Act] = {
    "extensions.create": _create,
    "extensions.list": _list,
    "extensions.get": lambda context: context.found("extensions", context.extension()),
    "extensions.update": _update,
    "extensions.delete": _delete,
    **{
        f"extension_events.{verb}": _of_its_kind(act) if verb in ("create", "update") else act
        for verb, act in event_acts(EXTENSION_EVENTS, _owner).items()
    },
    "extension_events.delete_all": _delete_events,
    "current_calls.list": lambda context: _calls(context, context.state.current_calls.rows()),
    "current_calls.of_extension": _calls_of_extension,
    "current_calls.get": lambda context: json_response({**context.state.current_calls[_find_call(context)]}),
    "current_calls.act": _act_on_call,
    "current_calls.drop": _drop_call,
}
"""What carries out each operation."""
