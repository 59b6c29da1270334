"""Team leaders of ITNIO TECH: create, list, change; delete, disable, enable."""

from ..state import Row
from . import codes
from .codes import Code, RefusedError
from .fields import integer
from .filters import number_is, numbers_meet, text_has
from .pages import list_page
from .request_context import Act, ItniotechContext
from .tables import TEAM_LEADERS

_FILTERS = (number_is("enable"), text_has("name"), numbers_meet("voiceGroupIdList"))


def _create(context: ItniotechContext) -> Row:
    values = _check_groups(context, context.values(TEAM_LEADERS.fields))
    name, groups = values.pop("name"), values.pop("voiceGroupIdList")
    _check_free(context, "name", name, codes.EXISTS)
    number = context.state.add_team_leader(name, groups, **values)
    context.lag("team_leaders", number)
    return {"keyId": number}


def _list(context: ItniotechContext) -> Row:
    def show(row: Row) -> Row:
        return {**row, "voiceGroupNameList": context.groups_named(row["voiceGroupIdList"])}

    return list_page(context, "team_leaders", _FILTERS, show)


def _update(context: ItniotechContext) -> None:
    number = integer(context.fields, "keyId")
    values = _check_groups(context, context.changes(TEAM_LEADERS.fields))
    if not values.get("password"):  # a blank one changes nothing
        values.pop("password", None)
    context.find("team_leaders", number)
    _check_free(context, "name", values["name"], codes.NAME_EXISTS, but=number)
    _check_free(context, "empNo", values["empNo"], codes.NUMBER_EXISTS, but=number)
    context.change("team_leaders", number, values)


def _check_groups(context: ItniotechContext, values: Row) -> Row:
    """Return a leader's values if all groups exist."""
    for group in values["voiceGroupIdList"]:
        context.group(group)
    return values


def _check_free(context: ItniotechContext, column: str, value: str, code: Code, but: int = 0) -> None:
    """Refuse a name or job number that another leader has."""
    if any(key != str(but) for key in context.state.team_leaders.where(**{column: value})):
        raise RefusedError(code)


def _delete(context: ItniotechContext) -> None:
    for number in context.chosen("team_leaders"):
        del context.state.team_leaders[str(number)]


ACTS: dict[str, Act] = {
    "team_leaders.create": _create,
    "team_leaders.list": _list,
    "team_leaders.update": _update,
    "team_leaders.delete": _delete,
    "team_leaders.disable": lambda context: context.set_enabled("team_leaders", 1),
    "team_leaders.enable": lambda context: context.set_enabled("team_leaders", 0),
}
