"""Agent groups of ITNIO TECH: create, list, rename, delete; write and read their settings; upload and delete their ring.

Among the settings a number sets a value, an empty text clears it. What null and an absent field do is not documented,
so vendor settings decide. The two switches are required and inverted (0 is on).
"""

from collections.abc import Mapping
from typing import Any

from ..schema import read_fields
from ..state import Row
from . import codes
from .codes import RefusedError
from .fields import RULES, file_content, integer
from .lists import list_page, text_has
from .request_context import Act, ItniotechContext
from .tables import AGENT_GROUPS, GROUP_NAME, GROUP_SETTINGS

_LARGEST_RING = 1 << 20
_BEGINNINGS = {"mp3": (b"ID3", b"\xff"), "wav": (b"RIFF",)}


def _create(context: ItniotechContext) -> None:
    """Create a group; the response does not carry the new id."""
    values = context.values(AGENT_GROUPS.fields)
    app_id: str = values["appId"]
    if app_id not in context.state.applications:
        raise RefusedError(codes.WORKSPACE)
    if context.state.contact_sales:
        raise RefusedError(codes.CONTACT_SALES)
    _check_name(context, app_id, values["groupName"])
    cap = context.vendor_settings.max_groups
    if cap is not None and len(context.state.agent_groups) >= cap:
        raise RefusedError(codes.CAP)
    context.insert("agent_groups", values)


def _list(context: ItniotechContext) -> Row:
    def show(row: Row) -> Row:
        return {
            "voiceGroupId": row["voiceGroupId"],
            "groupName": row["groupName"],
            "appName": context.state.applications.get(row["appId"]),
            "callinStrategy": row["callinStrategy"],
            "countSeat": len(context.state.agents.where(voiceGroupId=row["voiceGroupId"])),
        }

    return list_page(context, "agent_groups", [text_has("groupName")], show)


def _rename(context: ItniotechContext) -> None:
    number = integer(context.fields, "voiceGroupId")
    values = context.changes((GROUP_NAME,))
    row = context.group(number, context.undocumented)
    _check_name(context, row["appId"], values["groupName"], but=number)
    context.change("agent_groups", number, values)


def _delete(context: ItniotechContext) -> None:
    """Delete a group that nothing refers to; the vendor uses GET for it."""
    number = integer(context.fields, "voiceGroupId")
    context.group(number)
    if context.state.agents.where(voiceGroupId=number):
        raise RefusedError(codes.AGENTS_IN_GROUP)
    if any(number in leader["voiceGroupIdList"] for leader in context.state.team_leaders.values()):
        raise RefusedError(codes.BOUND_TO_LEADER)
    if any(number in bound_groups(trunk) for trunk in context.state.sip_trunks.values()):
        raise RefusedError(codes.BOUND_TO_TRUNK)
    del context.state.agent_groups[str(number)]


def bound_groups(trunk: Mapping[str, Any]) -> list[int]:
    """The ids of the groups that a trunk is bound to."""
    return [item["voiceGroupId"] for item in trunk["groupList"]]


def _check_name(context: ItniotechContext, app_id: str, name: str, but: int = 0) -> None:
    """Refuse a name that another group of the application has, if uniqueness is on."""
    if context.settings.unique:
        context.check_unused("agent_groups", codes.EXISTS, but, appId=app_id, groupName=name)


def _update_settings(context: ItniotechContext) -> None:
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


def _settings(context: ItniotechContext) -> Row:
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


def _upload_ring(context: ItniotechContext) -> Row:
    """Store a sound and return the name under which a group's settings take it.

    A name that does not end as MP3 or WAV is -27; content that does not begin as its name says is -39.
    """
    name, content = file_content(context.fields, _LARGEST_RING)
    suffix = name.rpartition(".")[2].lower()
    if suffix not in _BEGINNINGS:
        raise RefusedError(codes.UPLOAD_FORMAT)
    if not content.startswith(_BEGINNINGS[suffix]):
        raise RefusedError(codes.FILE_FORMAT)
    rings = context.state.rings
    if context.vendor_settings.rings_unique and any(ring["name"] == name for ring in rings.values()):
        raise RefusedError(codes.EXISTS)
    stored = f"turnseatring-template/{context.state.secret(32)}.{suffix}"
    rings[stored] = {"name": name, "fileUrl": f"http://files.example/{stored}", "size": len(content)}
    return {"fileName": stored, "fileUrl": rings[stored]["fileUrl"]}


def _delete_ring(context: ItniotechContext) -> None:
    """Take the sound from a group; a group without one is -21. The uploaded file stays."""
    number = integer(context.fields, "seatGroupId")
    row = context.group(number, context.undocumented)
    if row["turnSeatRing"] is None:
        raise RefusedError(codes.INVALID)
    context.change("agent_groups", number, {"turnSeatRing": None})


ACTS: dict[str, Act] = {
    "agent_groups.create": _create,
    "agent_groups.list": _list,
    "agent_groups.rename": _rename,
    "agent_groups.delete": _delete,
    "agent_groups.update_settings": _update_settings,
    "agent_groups.settings": _settings,
    "agent_groups.upload_ring": _upload_ring,
    "agent_groups.delete_ring": _delete_ring,
}
