"""SIP trunks of ITNIO TECH: create, list, change. Nearly every field has a code of its own for what is wrong with it."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, cast

from ..state import Row
from ..texts import NAME_LONGEST, is_name
from .codes import (
    ALLOW_LIST_EMPTY,
    ALLOW_LIST_FORMAT,
    GATEWAY_EMPTY,
    GATEWAY_EXISTS,
    GATEWAY_FORMAT,
    PARAMETER,
    TRUNK_GROUP_BOUND,
    TRUNK_GROUP_REPEATED,
    TRUNK_ID_EMPTY,
    TRUNK_NAME,
    TRUNK_NAME_EXISTS,
    TRUNK_NO_GROUP,
    TRUNK_NUMBER_LONG,
    TRUNK_NUMBER_MISSING,
    TRUNK_TYPE,
    RefusedError,
)
from .fields import integer, optional_text, text, whole
from .filters import matching, number_is, text_has
from .groups import bound_groups
from .pages import read_params
from .request_context import Act, RequestContext

_OUTGOING, _INCOMING = 1, 2
_LONGEST = 50
_GATEWAY = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?", re.ASCII)


def _create(context: RequestContext) -> int:
    """Create a trunk; ``data`` is its id."""
    return context.insert("sip_trunks", _read(context, kind=None, but=0))


def _list(context: RequestContext) -> Row:
    params = read_params(context.body)
    checks = [*number_is(params, "type"), *text_has(params, "sipTrunkName")]

    def show(row: Row) -> Row:
        groups = [
            {**item, "groupName": next(iter(context.groups_named([item["voiceGroupId"]])), None)}
            for item in row["groupList"]
        ]
        return {**row, "groupList": groups}

    return context.page(matching(context.state.visible("sip_trunks"), checks), show)


def _update(context: RequestContext) -> None:
    if context.body.get("keyId") in (None, ""):
        raise RefusedError(TRUNK_ID_EMPTY)
    number = integer(context.body, "keyId")
    row = context.find("sip_trunks", number)
    context.change("sip_trunks", number, _read(context, kind=row["type"], but=number))


def _read(context: RequestContext, kind: int | None, but: int) -> Row:
    """Read and check a trunk's fields.

    Args:
        context: the call.
        kind: the type of the trunk that is changed, which its body may leave out; None for a new one.
        but: the id of the trunk that is changed, 0 for a new one.
    """
    kind = _kind(context.body, kind)
    name = _name(context.body)
    others = [row for row in context.state.sip_trunks.values() if row["keyId"] != but]
    if any(row["sipTrunkName"] == name for row in others):
        raise RefusedError(TRUNK_NAME_EXISTS)
    groups = _groups(context, kind, others)
    registered: object = context.body.get("sipTrunkState")
    if not isinstance(registered, bool):
        raise RefusedError(PARAMETER, "sipTrunkState")
    values: Row = {
        "type": kind,
        "sipTrunkName": name,
        "sipPrefix": optional_text(context.body, "sipPrefix"),
        "groupList": groups,
        "sipTrunkState": registered,
    }
    if kind == _INCOMING:
        return {**values, "sipWhiteIp": _allow_list(context.body)}
    values["sipGatewayIp"] = gateway = _gateway(context.body)
    if any(row["sipGatewayIp"] == gateway for row in others):
        raise RefusedError(GATEWAY_EXISTS)
    if registered:
        values |= {key: text(context.body, key) for key in ("sipAccount", "sipPassword")}
    return values


def _kind(body: Mapping[str, Any], known: int | None) -> int:
    kind = known if known is not None and "type" not in body else whole(body.get("type"))
    if kind not in (_OUTGOING, _INCOMING):
        raise RefusedError(TRUNK_TYPE)
    return kind


def _name(body: Mapping[str, Any]) -> str:
    name: object = body.get("sipTrunkName")
    if not isinstance(name, str) or not is_name(name):
        raise RefusedError(TRUNK_NAME)
    return name


def _groups(context: RequestContext, kind: int, others: list[Mapping[str, Any]]) -> list[Row]:
    """The groups of a trunk: each once, none bound to another trunk of its type, with a number if incoming."""
    given: object = context.body.get("groupList")
    if not isinstance(given, list) or not given:
        raise RefusedError(TRUNK_NO_GROUP)
    groups: list[Row] = []
    taken = {group for row in others if row["type"] == kind for group in bound_groups(row)}
    for item in cast("list[object]", given):
        if not isinstance(item, dict):
            raise RefusedError(PARAMETER, "groupList")
        fields = cast("dict[str, Any]", item)
        group = integer(fields, "voiceGroupId")
        context.group(group)
        if group in {known["voiceGroupId"] for known in groups}:
            raise RefusedError(TRUNK_GROUP_REPEATED)
        if group in taken:
            raise RefusedError(TRUNK_GROUP_BOUND)
        number = optional_text(fields, "number", NAME_LONGEST)
        if kind == _INCOMING and number is None:
            raise RefusedError(TRUNK_NUMBER_MISSING)
        if number is not None and len(number) > _LONGEST:
            raise RefusedError(TRUNK_NUMBER_LONG)
        groups.append({"voiceGroupId": group, "number": number})
    return groups


def _gateway(body: Mapping[str, Any]) -> str:
    """A host and perhaps a port; the vendor's own sample is no valid address, so only the alphabet counts."""
    value = optional_text(body, "sipGatewayIp", NAME_LONGEST)
    if value is None:
        raise RefusedError(GATEWAY_EMPTY)
    if len(value) > _LONGEST or not _GATEWAY.fullmatch(value):
        raise RefusedError(GATEWAY_FORMAT)
    return value


def _allow_list(body: Mapping[str, Any]) -> str:
    """Addresses or networks, divided by commas."""
    value = optional_text(body, "sipWhiteIp", NAME_LONGEST)
    if value is None:
        raise RefusedError(ALLOW_LIST_EMPTY)
    try:
        for part in value.split(","):
            ipaddress.ip_network(part.strip(), strict=False)
    except ValueError:
        raise RefusedError(ALLOW_LIST_FORMAT) from None
    if len(value) > _LONGEST:
        raise RefusedError(ALLOW_LIST_FORMAT)
    return value


ACTS: dict[str, Act] = {
    "sip_trunks.create": _create,
    "sip_trunks.list": _list,
    "sip_trunks.update": _update,
}
