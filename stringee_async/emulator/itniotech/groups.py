"""Agent groups of ITNIO TECH: create, list, rename, delete. Their settings are in ``itniotech/group_settings.py``."""

from collections.abc import Mapping
from typing import Any

from ..state import Row
from .codes import (
    AGENTS_IN_GROUP,
    BOUND_TO_LEADER,
    BOUND_TO_TRUNK,
    CAP,
    CONTACT_SALES,
    EXISTS,
    WORKSPACE,
    RefusedError,
)
from .fields import integer, text
from .filters import matching, text_has
from .pages import read_params
from .request_context import Act, RequestContext


def _create(context: RequestContext) -> None:
    """Create a group; the new id is not answered."""
    app_id, name = text(context.body, "appId"), text(context.body, "groupName", 4, 32)
    if app_id not in context.state.applications:
        raise RefusedError(WORKSPACE)
    if context.state.contact_sales:
        raise RefusedError(CONTACT_SALES)
    _check_name(context, app_id, name)
    cap = context.vendor_settings.max_groups
    if cap is not None and len(context.state.agent_groups) >= cap:
        raise RefusedError(CAP)
    context.insert("agent_groups", {"appId": app_id, "groupName": name})


def _list(context: RequestContext) -> Row:
    checks = text_has(read_params(context.body), "groupName")

    def show(row: Row) -> Row:
        return {
            "voiceGroupId": row["voiceGroupId"],
            "groupName": row["groupName"],
            "appName": context.state.applications.get(row["appId"]),
            "callinStrategy": row["callinStrategy"],
            "countSeat": len(context.state.agents.where(voiceGroupId=row["voiceGroupId"])),
        }

    return context.page(matching(context.state.visible("agent_groups"), checks), show)


def _rename(context: RequestContext) -> None:
    number, name = integer(context.body, "voiceGroupId"), text(context.body, "groupName", 4, 32)
    row = context.group(number, context.undocumented)
    _check_name(context, row["appId"], name, but=str(number))
    context.change("agent_groups", number, {"groupName": name})


def _delete(context: RequestContext) -> None:
    """Delete a group that nothing hangs on; a GET that destroys."""
    number = integer(context.body, "voiceGroupId")
    context.group(number)
    if context.state.agents.where(voiceGroupId=number):
        raise RefusedError(AGENTS_IN_GROUP)
    if any(number in leader["voiceGroupIdList"] for leader in context.state.team_leaders.values()):
        raise RefusedError(BOUND_TO_LEADER)
    if any(number in bound_groups(trunk) for trunk in context.state.sip_trunks.values()):
        raise RefusedError(BOUND_TO_TRUNK)
    del context.state.agent_groups[str(number)]


def bound_groups(trunk: Mapping[str, Any]) -> list[int]:
    """The ids of the groups that a trunk is bound to."""
    return [item["voiceGroupId"] for item in trunk["groupList"]]


def _check_name(context: RequestContext, app_id: str, name: str, but: str = "") -> None:
    """Refuse a name that another group of the application has, if uniqueness is on."""
    if context.general.unique:
        found = context.state.agent_groups.where(appId=app_id, groupName=name)
        if any(key != but for key in found):
            raise RefusedError(EXISTS)


ACTS: dict[str, Act] = {
    "agent_groups.create": _create,
    "agent_groups.list": _list,
    "agent_groups.rename": _rename,
    "agent_groups.delete": _delete,
}
