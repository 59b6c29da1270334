"""SIP trunks of ITNIO TECH: create, list, change. Nearly every field has its own error code."""

from collections.abc import Mapping
from typing import Any, cast

from ..schema import read_fields
from ..state import Row
from ..texts import NAME_LONGEST
from . import codes
from .codes import RefusedError
from .fields import RULES, integer, optional_text
from .groups import bound_groups
from .lists import list_page, number_is, text_has
from .request_context import Act, ItniotechContext
from .tables import INCOMING, SIP_TRUNKS

_LONGEST_NUMBER = 50
_FILTERS = (number_is("type"), text_has("sipTrunkName"))


def _create(context: ItniotechContext) -> int:
    """Create a trunk; ``data`` is its id."""
    return context.insert("sip_trunks", _read(context, {}, but=0))


def _list(context: ItniotechContext) -> Row:
    def show(row: Row) -> Row:
        groups = [
            {**item, "groupName": context.group_name(item["voiceGroupId"])} for item in row["groupList"]
        ]
        return {**row, "groupList": groups}

    return list_page(context, "sip_trunks", _FILTERS, show)


def _update(context: ItniotechContext) -> None:
    if context.fields.get("keyId") in (None, ""):
        raise RefusedError(codes.TRUNK_ID_EMPTY)
    number = integer(context.fields, "keyId")
    row = context.find("sip_trunks", number)
    context.change("sip_trunks", number, _read(context, {"type": row["type"]}, but=number))


def _read(context: ItniotechContext, known: Row, but: int) -> Row:
    """Read and check a trunk's fields.

    An update may leave out what is ``known``; ``but`` is the id of the trunk that is changed, 0 for a new one.
    """
    values = read_fields(SIP_TRUNKS.fields, {**known, **context.fields}, RULES)
    others = [row for row in context.state.sip_trunks.values() if row["keyId"] != but]
    if any(row["sipTrunkName"] == values["sipTrunkName"] for row in others):
        raise RefusedError(codes.TRUNK_NAME_EXISTS)
    gateway = values.get("sipGatewayIp")
    if gateway is not None and any(row["sipGatewayIp"] == gateway for row in others):
        raise RefusedError(codes.GATEWAY_EXISTS)
    return {**values, "groupList": _groups(context, values["type"], others)}


def _groups(context: ItniotechContext, kind: int, others: list[Mapping[str, Any]]) -> list[Row]:
    """The groups of a trunk: each once, none bound to another trunk of its type, with a number if incoming."""
    given: object = context.fields.get("groupList")
    if not isinstance(given, list) or not given:
        raise RefusedError(codes.TRUNK_NO_GROUP)
    groups: list[Row] = []
    taken = {group for row in others if row["type"] == kind for group in bound_groups(row)}
    for item in cast("list[object]", given):
        if not isinstance(item, dict):
            raise RefusedError(codes.PARAMETER, "groupList")
        fields = cast("dict[str, Any]", item)
        group = integer(fields, "voiceGroupId")
        context.group(group)
        if group in {known["voiceGroupId"] for known in groups}:
            raise RefusedError(codes.TRUNK_GROUP_REPEATED)
        if group in taken:
            raise RefusedError(codes.TRUNK_GROUP_BOUND)
        number = optional_text(fields, "number", NAME_LONGEST)
        if kind == INCOMING and number is None:
            raise RefusedError(codes.TRUNK_NUMBER_MISSING)
        if number is not None and len(number) > _LONGEST_NUMBER:
            raise RefusedError(codes.TRUNK_NUMBER_LONG)
        groups.append({"voiceGroupId": group, "number": number})
    return groups


ACTS: dict[str, Act] = {
    "sip_trunks.create": _create,
    "sip_trunks.list": _list,
    "sip_trunks.update": _update,
}
