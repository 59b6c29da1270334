"""Team leaders of ITNIO TECH: create, list, change; delete, disable, enable."""

from ..state import Row
from .codes import EXISTS, NAME_EXISTS, NUMBER_EXISTS, PARAMETER, RefusedError
from .fields import integer, integers, job_number, optional_text, text
from .filters import matching, number_is, numbers_meet, text_has
from .pages import read_params
from .request_context import Act, RequestContext

_LONGEST_PET_NAME = 20


def _create(context: RequestContext) -> Row:
    name, groups = text(context.body, "name", 4, 32), _groups(context)
    pet_name = optional_text(context.body, "petName", _LONGEST_PET_NAME)
    _check_free(context, "name", name, EXISTS)
    number = context.state.add_team_leader(name, groups, petName=pet_name)
    context.lag("team_leaders", number)
    return {"keyId": number}


def _list(context: RequestContext) -> Row:
    params = read_params(context.body)
    checks = [
        *number_is(params, "enable"),
        *text_has(params, "name"),
        *numbers_meet(params, "voiceGroupIdList"),
    ]

    def show(row: Row) -> Row:
        return {**row, "voiceGroupNameList": context.groups_named(row["voiceGroupIdList"])}

    return context.page(matching(context.state.visible("team_leaders"), checks), show)


def _update(context: RequestContext) -> None:
    number = integer(context.body, "keyId")
    job = job_number(context.body)
    name, groups = text(context.body, "name", 4, 32), _groups(context)
    password = optional_text(context.body, "password")
    more = context.optional(["petName"], _LONGEST_PET_NAME)
    context.find("team_leaders", number)
    _check_free(context, "name", name, NAME_EXISTS, but=number)
    _check_free(context, "empNo", job, NUMBER_EXISTS, but=number)
    if password is not None:
        more["password"] = password
    context.change("team_leaders", number, {"empNo": job, "name": name, "voiceGroupIdList": groups, **more})


def _groups(context: RequestContext) -> list[int]:
    """The required groups of a leader, all of which must exist."""
    groups = integers(context.body, "voiceGroupIdList")
    for group in groups:
        context.group(group)
    return groups


def _check_free(context: RequestContext, column: str, value: str, code: int, but: int = 0) -> None:
    """Refuse a name or job number that another leader has."""
    if any(key != str(but) for key in context.state.team_leaders.where(**{column: value})):
        raise RefusedError(code)


def _delete(context: RequestContext) -> None:
    for number in _chosen(context):
        del context.state.team_leaders[str(number)]


def _disable(context: RequestContext) -> None:
    for number in _chosen(context):
        context.change("team_leaders", number, {"enable": 1})


def _enable(context: RequestContext) -> None:
    for number in _chosen(context):
        context.change("team_leaders", number, {"enable": 0})


def _chosen(context: RequestContext) -> list[int]:
    """The leaders that a call names; all must exist, else nothing happens to any."""
    integer(context.body, "type", 2, 4)
    numbers = integers(context.body, "idList")
    if not numbers:
        raise RefusedError(PARAMETER, "idList")
    for number in numbers:
        context.find("team_leaders", number)
    return list(dict.fromkeys(numbers))


ACTS: dict[str, Act] = {
    "team_leaders.create": _create,
    "team_leaders.list": _list,
    "team_leaders.update": _update,
    "team_leaders.delete": _delete,
    "team_leaders.disable": _disable,
    "team_leaders.enable": _enable,
}
