"""The basic settings of an ITNIO TECH agent group: writing, clearing, reading.

A number sets a value, an empty text clears it. What null and an absent field do is not documented, so vendor settings
decide. The two switches are required and inverted (0 is on).
"""

from ..schema import read_fields
from ..state import Row
from . import codes
from .codes import RefusedError
from .fields import RULES, integer
from .request_context import Act, ItniotechContext
from .tables import GROUP_SETTINGS


def _update(context: ItniotechContext) -> None:
    number = integer(context.fields, "voiceGroupId")
    context.group(number, context.undocumented)
    settings, body = context.vendor_settings, context.fields
    if settings.null_value == "ignored":
        body = {name: value for name, value in body.items() if value is not None}
    for field in GROUP_SETTINGS:
        if body.get(field.name) == "" and not field.nullable and settings.unstated_blank == "refuse":
            raise RefusedError(codes.PARAMETER, field.name)
    values = read_fields(GROUP_SETTINGS, body, RULES, update=True, reset=context.resets)
    ring = values.get("turnSeatRing")
    if ring is not None and settings.unknown_ring == "refuse" and ring not in context.state.rings:
        raise RefusedError(codes.PARAMETER, "turnSeatRing")
    context.change("agent_groups", number, values)


def _get(context: ItniotechContext) -> Row:
    number = integer(context.fields, "voiceGroupId")
    row = context.group(number)
    form = context.vendor_settings.settings_id
    ids: Row = {name: number for name in ("voiceGroupId", "seatGroupId") if form in (name, "both")}
    ring = context.state.rings.get(row["turnSeatRing"])
    return {
        **ids,
        "groupName": row["groupName"],
        "appName": context.state.applications.get(row["appId"]),
        **{field.name: row[field.name] for field in GROUP_SETTINGS},
        "turnSeatRingUrl": None if ring is None else ring["fileUrl"],
    }


ACTS: dict[str, Act] = {"agent_groups.update_settings": _update, "agent_groups.settings": _get}
