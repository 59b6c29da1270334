"""Team leaders of ITNIO TECH: create, list, change; delete, disable, enable."""

from ..state import Row
from .codes import EXISTS, NAME_EXISTS, NUMBER_EXISTS, PARAMETER, RefusedError
from .fields import integer, integers, job_number, optional_text, text
from .filters import matching, number_is, numbers_meet, text_has
from .pages import read_params
from .request_context import Act, Visit

_LONGEST_PET_NAME = 20


def _create(visit: Visit) -> Row:
    name, groups = text(visit.body, "name", 4, 32), _groups(visit)
    pet_name = optional_text(visit.body, "petName", _LONGEST_PET_NAME)
    _check_free(visit, "name", name, EXISTS)
    number = visit.state.add_team_leader(name, groups, petName=pet_name)
    visit.lag("team_leaders", number)
    return {"keyId": number}


def _list(visit: Visit) -> Row:
    params = read_params(visit.body)
    checks = [
        *number_is(params, "enable"),
        *text_has(params, "name"),
        *numbers_meet(params, "voiceGroupIdList"),
    ]

    def show(row: Row) -> Row:
        return {**row, "voiceGroupNameList": visit.groups_named(row["voiceGroupIdList"])}

    return visit.page(matching(visit.state.visible("team_leaders"), checks), show)


def _update(visit: Visit) -> None:
    number = integer(visit.body, "keyId")
    job = job_number(visit.body)
    name, groups = text(visit.body, "name", 4, 32), _groups(visit)
    password = optional_text(visit.body, "password")
    more = visit.optional(["petName"], _LONGEST_PET_NAME)
    visit.find("team_leaders", number)
    _check_free(visit, "name", name, NAME_EXISTS, but=number)
    _check_free(visit, "empNo", job, NUMBER_EXISTS, but=number)
    if password is not None:
        more["password"] = password
    visit.change("team_leaders", number, {"empNo": job, "name": name, "voiceGroupIdList": groups, **more})


def _groups(visit: Visit) -> list[int]:
    """The required groups of a leader, all of which must exist."""
    groups = integers(visit.body, "voiceGroupIdList")
    for group in groups:
        visit.group(group)
    return groups


def _check_free(visit: Visit, column: str, value: str, code: int, but: int = 0) -> None:
    """Refuse a name or job number that another leader has."""
    if any(key != str(but) for key in visit.state.team_leaders.where(**{column: value})):
        raise RefusedError(code)


def _delete(visit: Visit) -> None:
    for number in _chosen(visit):
        del visit.state.team_leaders[str(number)]


def _disable(visit: Visit) -> None:
    for number in _chosen(visit):
        visit.change("team_leaders", number, {"enable": 1})


def _enable(visit: Visit) -> None:
    for number in _chosen(visit):
        visit.change("team_leaders", number, {"enable": 0})


def _chosen(visit: Visit) -> list[int]:
    """The leaders that a call names; all must exist, else nothing happens to any."""
    integer(visit.body, "type", 2, 4)
    numbers = integers(visit.body, "idList")
    if not numbers:
        raise RefusedError(PARAMETER, "idList")
    for number in numbers:
        visit.find("team_leaders", number)
    return list(dict.fromkeys(numbers))


ACTS: dict[str, Act] = {
    "team_leaders.create": _create,
    "team_leaders.list": _list,
    "team_leaders.update": _update,
    "team_leaders.delete": _delete,
    "team_leaders.disable": _disable,
    "team_leaders.enable": _enable,
}
