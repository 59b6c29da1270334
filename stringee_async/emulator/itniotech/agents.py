"""Agents of ITNIO TECH ("seats"): create in bulk, list, change; delete, disable, enable; priority, SDK credential."""

import re
from collections.abc import Mapping
from typing import Any

from ..state import Row
from ..texts import MANY, NAME_LONGEST
from .codes import (
    IN_A_TASK,
    NOT_FOUND,
    NOT_IN_APPLICATION,
    NUMBER_EXISTS,
    ON_A_CALL,
    PARAMETER,
    PASSWORD,
    TOO_MANY_AGENTS,
    RefusedError,
)
from .fields import integer, integers, job_number, objects, optional_text, text
from .filters import matching, number_is, text_has
from .pages import read_params
from .request_context import Act, RequestContext, check_country_code
from .tables import ON_A_CALL as BUSY
from .tables import STATISTICS
from .times import DAY, plain

_LONGEST_SPAN = 32 * DAY
_PASSWORD = re.compile(r"[A-Za-z0-9]+", re.ASCII)


def _remaining(context: RequestContext) -> Row:
    """How many agents a group may have, and how many more."""
    number = integer(context.body, "voiceGroupId")
    context.group(number)
    return {"total": context.vendor_settings.max_agents, "remaining": _room(context, number)}


def _room(context: RequestContext, group: int) -> int:
    return max(context.vendor_settings.max_agents - len(context.state.agents.where(voiceGroupId=group)), 0)


def _create_many(context: RequestContext) -> list[Row]:
    """Create agents; all of them, or none if they are more than can be created."""
    group, size = integer(context.body, "voiceGroupId"), integer(context.body, "size", 1, MANY)
    display, code = optional_text(context.body, "displayNum"), optional_text(context.body, "ccode")
    context.group(group)
    check_country_code(code)
    if size > _room(context, group):
        raise RefusedError(TOO_MANY_AGENTS)
    made = context.state.add_agents(group, size, displayNum=display, ccode=code)
    for number in made:
        context.lag("agents", number)
    return [{"keyId": number, "name": context.state.agents[str(number)]["name"]} for number in made]


def _list(context: RequestContext) -> Row:
    params = read_params(context.body)
    if context.vendor_settings.agent_times:
        _check_times(params)
    checks = [
        *number_is(params, "enable"),
        *number_is(params, "voiceGroupId"),
        *number_is(params, "status"),
        *text_has(params, "name"),
    ]

    def show(row: Row) -> Row:
        names = context.groups_named([row["voiceGroupId"]])
        more = STATISTICS if context.vendor_settings.agent_times else {}
        return {**row, "groupName": names[0] if names else None, **more}

    return context.page(matching(context.state.visible("agents"), checks), show)


def _check_times(params: Mapping[str, Any]) -> None:
    """Refuse times that are missing, unreadable, the wrong way round, or more than 32 days apart."""
    start, end = plain(text(params, "strTime")), plain(text(params, "endTime"))
    if start is None or end is None or not 0 <= end - start <= _LONGEST_SPAN:
        raise RefusedError(PARAMETER, "strTime")


def _update(context: RequestContext) -> None:
    number, group = integer(context.body, "keyId"), integer(context.body, "voiceGroupId")
    name, job = text(context.body, "name", most=NAME_LONGEST), job_number(context.body)
    password = optional_text(context.body, "password")
    more = context.optional(["displayNum", "ccode"]) | context.optional(["petName"], NAME_LONGEST)
    row = context.find("agents", number)
    if password is not None:
        if not _PASSWORD.fullmatch(password):
            raise RefusedError(PASSWORD, reason="password: letters and digits only")
        more["password"] = password
    check_country_code(more.get("ccode"))
    home = context.state.find("agent_groups", group)
    if home is None or home["appId"] != row["appId"]:
        raise RefusedError(NOT_IN_APPLICATION)
    if any(key != str(number) for key in context.state.agents.where(empNo=job)):
        raise RefusedError(NUMBER_EXISTS)
    if row["status"] == BUSY:
        raise RefusedError(ON_A_CALL)
    context.change("agents", number, {"voiceGroupId": group, "name": name, "empNo": job, **more})


def _delete(context: RequestContext) -> None:
    for number, row in _chosen(context):
        context.state.credentials.pop(row["account"], None)
        del context.state.agents[str(number)]


def _disable(context: RequestContext) -> None:
    for number, _ in _chosen(context):
        context.change("agents", number, {"enable": 1})


def _enable(context: RequestContext) -> None:
    for number, _ in _chosen(context, free=False):
        context.change("agents", number, {"enable": 0})


def _chosen(context: RequestContext, *, free: bool = True) -> list[tuple[int, Mapping[str, Any]]]:
    """The agents that a call names; if one of them will not do, nothing happens to any.

    Args:
        context: the call.
        free: they may be neither on a call nor in a task that is under way.
    """
    integer(context.body, "type", 2, 4)
    numbers = integers(context.body, "idList")
    if not numbers:
        raise RefusedError(PARAMETER, "idList")
    rows = {number: context.find("agents", number) for number in numbers}
    busy_groups = {
        group
        for task in context.state.tasks.values()
        if task["taskType"] == 1 and not task["finishFlag"]
        for group in task["voiceGroupId"]
    }
    for row in rows.values():
        if free and row["status"] == BUSY:
            raise RefusedError(ON_A_CALL)
        if free and row["voiceGroupId"] in busy_groups:
            raise RefusedError(IN_A_TASK)
    return list(rows.items())


def _set_priority(context: RequestContext) -> None:
    """Set priorities of agents in one group; here ``params`` is a list."""
    group = integer(context.body, "voiceGroupId")
    context.group(group)
    wanted = {
        integer(item, "keyId"): integer(item, "priority", 1, 999) for item in objects(context.body, "params")
    }
    if not wanted:
        raise RefusedError(PARAMETER, "params")
    for number in wanted:
        if context.find("agents", number)["voiceGroupId"] != group:
            raise RefusedError(NOT_FOUND)
    for number, priority in wanted.items():
        context.change("agents", number, {"priority": priority})


def _credential(context: RequestContext) -> Row:
    """Make an agent's credential for the browser SDK; the one before is no longer good."""
    account, lifetime = text(context.body, "account"), integer(context.body, "expires", 60, 28_800)
    if not context.state.agents.where(account=account):
        raise RefusedError(NOT_FOUND)
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
    "agents.enable": _enable,
    "agents.set_priority": _set_priority,
    "agents.credential": _credential,
}
