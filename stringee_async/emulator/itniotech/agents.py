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
from .request_context import Act, Visit, check_country_code
from .tables import ON_A_CALL as BUSY
from .tables import STATISTICS
from .times import DAY, plain

_LONGEST_SPAN = 32 * DAY
_PASSWORD = re.compile(r"[A-Za-z0-9]+", re.ASCII)


def _remaining(visit: Visit) -> Row:
    """How many agents a group may have, and how many more."""
    number = integer(visit.body, "voiceGroupId")
    visit.group(number)
    return {"total": visit.habits.max_agents, "remaining": _room(visit, number)}


def _room(visit: Visit, group: int) -> int:
    return max(visit.habits.max_agents - len(visit.state.agents.where(voiceGroupId=group)), 0)


def _create_many(visit: Visit) -> list[Row]:
    """Create agents; all of them, or none if they are more than can be created."""
    group, size = integer(visit.body, "voiceGroupId"), integer(visit.body, "size", 1, MANY)
    display, code = optional_text(visit.body, "displayNum"), optional_text(visit.body, "ccode")
    visit.group(group)
    check_country_code(code)
    if size > _room(visit, group):
        raise RefusedError(TOO_MANY_AGENTS)
    made = visit.state.add_agents(group, size, displayNum=display, ccode=code)
    for number in made:
        visit.lag("agents", number)
    return [{"keyId": number, "name": visit.state.agents[str(number)]["name"]} for number in made]


def _list(visit: Visit) -> Row:
    params = read_params(visit.body)
    if visit.habits.agent_times:
        _check_times(params)
    checks = [
        *number_is(params, "enable"),
        *number_is(params, "voiceGroupId"),
        *number_is(params, "status"),
        *text_has(params, "name"),
    ]

    def show(row: Row) -> Row:
        names = visit.groups_named([row["voiceGroupId"]])
        more = STATISTICS if visit.habits.agent_times else {}
        return {**row, "groupName": names[0] if names else None, **more}

    return visit.page(matching(visit.state.visible("agents"), checks), show)


def _check_times(params: Mapping[str, Any]) -> None:
    """Refuse times that are missing, unreadable, the wrong way round, or more than 32 days apart."""
    start, end = plain(text(params, "strTime")), plain(text(params, "endTime"))
    if start is None or end is None or not 0 <= end - start <= _LONGEST_SPAN:
        raise RefusedError(PARAMETER, "strTime")


def _update(visit: Visit) -> None:
    number, group = integer(visit.body, "keyId"), integer(visit.body, "voiceGroupId")
    name, job = text(visit.body, "name", most=NAME_LONGEST), job_number(visit.body)
    password = optional_text(visit.body, "password")
    more = visit.optional(["displayNum", "ccode"]) | visit.optional(["petName"], NAME_LONGEST)
    row = visit.find("agents", number)
    if password is not None:
        if not _PASSWORD.fullmatch(password):
            raise RefusedError(PASSWORD, reason="password: letters and digits only")
        more["password"] = password
    check_country_code(more.get("ccode"))
    home = visit.state.find("agent_groups", group)
    if home is None or home["appId"] != row["appId"]:
        raise RefusedError(NOT_IN_APPLICATION)
    if any(key != str(number) for key in visit.state.agents.where(empNo=job)):
        raise RefusedError(NUMBER_EXISTS)
    if row["status"] == BUSY:
        raise RefusedError(ON_A_CALL)
    visit.change("agents", number, {"voiceGroupId": group, "name": name, "empNo": job, **more})


def _delete(visit: Visit) -> None:
    for number, row in _chosen(visit):
        visit.state.credentials.pop(row["account"], None)
        del visit.state.agents[str(number)]


def _disable(visit: Visit) -> None:
    for number, _ in _chosen(visit):
        visit.change("agents", number, {"enable": 1})


def _enable(visit: Visit) -> None:
    for number, _ in _chosen(visit, free=False):
        visit.change("agents", number, {"enable": 0})


def _chosen(visit: Visit, *, free: bool = True) -> list[tuple[int, Mapping[str, Any]]]:
    """The agents that a call names; if one of them will not do, nothing happens to any.

    Args:
        visit: the call.
        free: they may be neither on a call nor in a task that is under way.
    """
    integer(visit.body, "type", 2, 4)
    numbers = integers(visit.body, "idList")
    if not numbers:
        raise RefusedError(PARAMETER, "idList")
    rows = {number: visit.find("agents", number) for number in numbers}
    busy_groups = {
        group
        for task in visit.state.tasks.values()
        if task["taskType"] == 1 and not task["finishFlag"]
        for group in task["voiceGroupId"]
    }
    for row in rows.values():
        if free and row["status"] == BUSY:
            raise RefusedError(ON_A_CALL)
        if free and row["voiceGroupId"] in busy_groups:
            raise RefusedError(IN_A_TASK)
    return list(rows.items())


def _set_priority(visit: Visit) -> None:
    """Set priorities of agents in one group; here ``params`` is a list."""
    group = integer(visit.body, "voiceGroupId")
    visit.group(group)
    wanted = {
        integer(item, "keyId"): integer(item, "priority", 1, 999) for item in objects(visit.body, "params")
    }
    if not wanted:
        raise RefusedError(PARAMETER, "params")
    for number in wanted:
        if visit.find("agents", number)["voiceGroupId"] != group:
            raise RefusedError(NOT_FOUND)
    for number, priority in wanted.items():
        visit.change("agents", number, {"priority": priority})


def _credential(visit: Visit) -> Row:
    """Make an agent's credential for the browser SDK; the one before is no longer good."""
    account, lifetime = text(visit.body, "account"), integer(visit.body, "expires", 60, 28_800)
    if not visit.state.agents.where(account=account):
        raise RefusedError(NOT_FOUND)
    made = f"Bearer {visit.state.secret(40)}"
    visit.state.credentials[account] = {"authentication": made, "until": visit.now + lifetime}
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
