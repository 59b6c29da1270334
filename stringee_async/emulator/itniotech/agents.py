"""Agents of ITNIO TECH ("seats"): create in bulk, list, change; delete, disable, enable; priority, SDK credential."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..state import Row
from ..texts import MANY
from . import codes
from .codes import RefusedError
from .fields import integer, items, text
from .lists import list_page, number_is, read_params, text_has
from .request_context import Act, ItniotechContext
from .tables import AGENTS, STATISTICS
from .tables import ON_A_CALL as BUSY
from .times import DAY, plain

_LONGEST_SPAN = 32 * DAY
_FILTERS = (number_is("enable"), number_is("voiceGroupId"), number_is("status"), text_has("name"))


def _remaining(context: ItniotechContext) -> Row:
    """Return how many agents a group may have, and how many can be added."""
    number = integer(context.fields, "voiceGroupId")
    context.group(number)
    return {"total": context.vendor_settings.max_agents, "remaining": _room(context, number)}


def _room(context: ItniotechContext, group: int) -> int:
    return max(context.vendor_settings.max_agents - len(context.state.agents.where(voiceGroupId=group)), 0)


def _create_many(context: ItniotechContext) -> list[Row]:
    """Create all the agents, or none if they exceed the limit."""
    values, size = context.values(AGENTS.fields), integer(context.fields, "size", 1, MANY)
    group: int = values.pop("voiceGroupId")
    context.group(group)
    if size > _room(context, group):
        raise RefusedError(codes.TOO_MANY_AGENTS)
    made = context.state.add_agents(group, size, **values)
    for number in made:
        context.lag("agents", number)
    return [{"keyId": number, "name": context.state.agents[str(number)]["name"]} for number in made]


def _list(context: ItniotechContext) -> Row:
    timed = context.vendor_settings.agent_times
    if timed:
        _check_times(read_params(context))

    def show(row: Row) -> Row:
        more = STATISTICS if timed else {}
        return {**row, "groupName": context.group_name(row["voiceGroupId"]), **more}

    return list_page(context, "agents", _FILTERS, show)


def _check_times(params: Mapping[str, Any]) -> None:
    """Refuse times that are missing, unreadable, the wrong way round, or more than 32 days apart."""
    start, end = plain(text(params, "strTime")), plain(text(params, "endTime"))
    if start is None or end is None or not 0 <= end - start <= _LONGEST_SPAN:
        raise RefusedError(codes.PARAMETER, "strTime")


def _update(context: ItniotechContext) -> None:
    number = integer(context.fields, "keyId")
    values = context.changes(AGENTS.fields)
    if not values.get("password"):  # a blank one changes nothing
        values.pop("password", None)
    row = context.find("agents", number)
    home = context.state.row("agent_groups", str(values["voiceGroupId"]))
    if home is None or home["appId"] != row["appId"]:
        raise RefusedError(codes.NOT_IN_APPLICATION)
    context.check_unused("agents", codes.NUMBER_EXISTS, number, empNo=values["empNo"])
    if row["status"] == BUSY:
        raise RefusedError(codes.ON_A_CALL)
    context.change("agents", number, values)


def _delete(context: ItniotechContext) -> None:
    chosen = context.chosen("agents")
    _check_free(context, chosen.values())
    for number, row in chosen.items():
        context.state.credentials.pop(row["account"], None)
        del context.state.agents[str(number)]


def _disable(context: ItniotechContext) -> None:
    _check_free(context, context.chosen("agents").values())
    context.set_enabled("agents", 1)


def _check_free(context: ItniotechContext, agents: Iterable[Mapping[str, Any]]) -> None:
    """Refuse the whole call if one of the agents is on a call or in a running task."""
    busy_groups = {
        group
        for task in context.state.tasks.values()
        if task["taskType"] == 1 and not task["finishFlag"]
        for group in task["voiceGroupId"]
    }
    for row in agents:
        if row["status"] == BUSY:
            raise RefusedError(codes.ON_A_CALL)
        if row["voiceGroupId"] in busy_groups:
            raise RefusedError(codes.IN_A_TASK)


def _set_priority(context: ItniotechContext) -> None:
    """Set priorities of agents in one group; here ``params`` is a list."""
    group = integer(context.fields, "voiceGroupId")
    context.group(group)
    rows: list[dict[str, Any]] = items(context.fields, "params", dict)
    wanted = {integer(row, "keyId"): integer(row, "priority", 1, 999) for row in rows}
    if not wanted:
        raise RefusedError(codes.PARAMETER, "params")
    for number in wanted:
        if context.find("agents", number)["voiceGroupId"] != group:
            raise RefusedError(codes.NOT_FOUND)
    for number, priority in wanted.items():
        context.change("agents", number, {"priority": priority})


def _credential(context: ItniotechContext) -> Row:
    """Issue an agent's credential for the browser SDK, which replaces the previous one."""
    account, lifetime = text(context.fields, "account"), integer(context.fields, "expires", 60, 28_800)
    if not context.state.agents.where(account=account):
        raise RefusedError(codes.NOT_FOUND)
    made = f"Bearer {context.state.secret(40)}"
    context.state.credentials[account] = {"authentication": made, "until": context.now + lifetime}
    return {"authentication": made}


ACTS: dict[str, Act] = {
    "agents.remaining": _remaining,
    "agents.create_many": _create_many,
    "agents.list": _list,
    "agents.update": _update,
    "agents.delete": _delete,
    "agents.disable": _disable,
    "agents.enable": lambda context: context.set_enabled("agents", 0),
    "agents.set_priority": _set_priority,
    "agents.credential": _credential,
}
