"""The operations on resources of the contact-centre API; what differs between resources is in ``stringee/tables.py``.

``r`` is 2 with the existing id for a second row of one natural key.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from ..state import Row
from .fields import FieldError
from .ivr import CHECKS
from .pages import listed
from .request_context import EXISTS, Act, StringeeContext
from .tables import CALL_SETTINGS, GROUP_AGENTS, RESOURCES, ContactCentreResource

_BY_NOUN = {resource.noun: resource for resource in RESOURCES}


def _create(resource: ContactCentreResource, context: StringeeContext) -> Row:
    values = context.values(resource.fields)
    _check_references(context, resource, values)
    _check_whole(context, resource, values)
    existing = _duplicate(context, resource, values)
    if existing is not None:
        return context.envelope(
            f"{resource.label} existed", _ids(context, resource, values, existing), EXISTS
        )
    key = context.hide_new(resource.noun, context.state.insert(resource.noun, values))
    return context.envelope(f"Create {resource.label.lower()} success", _ids(context, resource, values, key))


def _ids(context: StringeeContext, resource: ContactCentreResource, values: Row, key: str) -> Row:
    """The ids that the response to a create shows at the top level."""
    if resource is GROUP_AGENTS:
        return {"agentID": values["agent_id"], "groupID": values["group_id"]}
    if resource.noun == "ivr_nodes":
        root = context.state.ivr_trees[values["tree"]]["root_node"]
        return {resource.id_key: key, "isRootNode": root == key}
    return {resource.id_key: key}


def _list(resource: ContactCentreResource, context: StringeeContext) -> Row:
    rows = _rows(context, resource)
    shown = functools.partial(_shown, context, resource)
    return listed(context, resource, rows, context.envelope("Success"), shown)


def _rows(context: StringeeContext, resource: ContactCentreResource) -> list[Row]:
    """All rows of a list: those of one parent, where the resource has parents, else those that pass the filter."""
    query = context.call.query
    if resource.parent is not None:
        parameter, column, parent = resource.parent
        value = query.get(parameter, "")
        if not value:
            raise FieldError(f"{parameter} is required")
        context.find(_BY_NOUN[parent], value)
        return context.state.rows_where(resource.noun, **{column: value})
    if resource.noun == "agents" and context.vendor_settings.honour_filters and "stringee_user_id" in query:
        return context.state.rows_where("agents", stringee_user_id=query["stringee_user_id"])
    return context.state.rows_where(resource.noun)


def _shown(context: StringeeContext, resource: ContactCentreResource, row: Row) -> Row:
    """A row as a list shows it: with the columns that are counted on reading."""
    links = context.state.group_agents
    if resource.noun == "groups":
        return {**row, "number_of_agent": len(links.where(group_id=row["id"]))}
    if resource.noun == "agents":
        groups = [{"group_id": links[key]["group_id"]} for key in links.where(agent_id=row["id"])]
        return {**row, "groups": groups}
    return row


def _update(resource: ContactCentreResource, context: StringeeContext) -> Row:
    target = context.call.target
    row = context.find(resource, target)
    values = context.changes(resource.fields)
    _check_references(context, resource, values)
    _check_whole(context, resource, {**row, **values})
    existing = _duplicate(context, resource, {**row, **values}, but=target)
    if existing is not None:
        return context.envelope(f"{resource.label} existed", {resource.id_key: existing}, EXISTS)
    context.state.tables[resource.noun].change(target, **values)
    response = context.envelope(f"Update {resource.label.lower()} success")
    if resource.noun == "group_routings":  # the page's sample leaves it out
        response.pop("project", None)
    return response


def _delete(resource: ContactCentreResource, context: StringeeContext) -> Row:
    context.find(resource, context.call.target)
    context.state.remove(resource.noun, context.call.target)
    return context.envelope(f"Delete {resource.label.lower()} success")


def _remove(resource: ContactCentreResource, context: StringeeContext) -> Row:
    values = context.values(resource.fields)
    key = _with_natural_key(context, resource, values)
    if key is None:
        raise KeyError(resource.label)
    context.state.remove(resource.noun, key)
    return context.envelope(f"Delete {resource.label.lower()} success")


def _check_references(context: StringeeContext, resource: ContactCentreResource, values: Row) -> None:
    """Raise ``KeyError`` for an id that names nothing."""
    for field in resource.fields:
        value = values.get(field.name)
        if field.refers and value:
            context.find(_BY_NOUN[field.refers], value)


def _check_whole(context: StringeeContext, resource: ContactCentreResource, row: Mapping[str, Any]) -> None:
    """Raise ``FieldError`` for a row whose fields do not fit together."""
    check = CHECKS.get(resource.noun)
    if check is not None:
        check(context.state, row)


def _duplicate(
    context: StringeeContext, resource: ContactCentreResource, values: Mapping[str, Any], but: str = ""
) -> str | None:
    """The id of another row with the same natural key, if uniqueness is on."""
    if not (context.settings.unique and resource.unique):
        return None
    return _with_natural_key(context, resource, values, but)


def _with_natural_key(
    context: StringeeContext, resource: ContactCentreResource, values: Mapping[str, Any], but: str = ""
) -> str | None:
    """The id of a row with this natural key, the one with the id ``but`` left out."""
    wanted = {column: values[column] for column in resource.unique}
    found = context.state.tables[resource.noun].where(**wanted)
    return next((key for key in found if key != but), None)


def _get_call_settings(context: StringeeContext) -> Row:
    response = context.envelope("Success", {"callSetting": context.state.call_settings})
    response.pop("project", None)
    return response


def _update_call_settings(context: StringeeContext) -> Row:
    context.state.call_settings |= context.changes(CALL_SETTINGS.fields)
    return context.envelope("Update call settings success")


def verbs(resource: ContactCentreResource) -> dict[str, str]:
    """HTTP methods to verbs; memberships have no id, so they are added and removed instead."""
    if resource is GROUP_AGENTS:
        return {"POST": "add", "GET": "list", "DELETE": "remove"}
    return {"POST": "create", "GET": "list", "PUT": "update", "DELETE": "delete"}


_ACTS: dict[str, Callable[[ContactCentreResource, StringeeContext], Row]] = {
    "create": _create,
    "add": _create,
    "list": _list,
    "update": _update,
    "delete": _delete,
    "remove": _remove,
}

ACTS: dict[str, Act] = {
    **{
        f"{resource.noun}.{verb}": functools.partial(_ACTS[verb], resource)
        for resource in RESOURCES
        for verb in verbs(resource).values()
    },
    "call_settings.get": _get_call_settings,
    "call_settings.update": _update_call_settings,
}
"""What carries out each operation."""
