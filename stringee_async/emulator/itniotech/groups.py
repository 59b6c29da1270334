"""Agent groups of ITNIO TECH: create, list, rename, delete. Their settings are in ``itniotech/group_settings.py``."""

from collections.abc import Mapping
from typing import Any

from ..state import Row
from . import codes
from .codes import RefusedError
from .fields import integer
from .filters import text_has
from .pages import list_page
from .request_context import Act, ItniotechContext
from .tables import AGENT_GROUPS, GROUP_NAME


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


ACTS: dict[str, Act] = {
    "agent_groups.create": _create,
    "agent_groups.list": _list,
    "agent_groups.rename": _rename,
    "agent_groups.delete": _delete,
}
