"""Team leaders of ITNIO TECH: create, list, change; delete, disable, enable."""

from ..state import Row
from . import codes
from .fields import integer
from .lists import list_page, number_is, numbers_meet, text_has
from .request_context import Act, ItniotechContext
from .tables import TEAM_LEADERS

_FILTERS = (number_is("enable"), text_has("name"), numbers_meet("voiceGroupIdList"))


def _create(context: ItniotechContext) -> Row:
    values = _check_groups(context, context.values(TEAM_LEADERS.fields))
    name, groups = values.pop("name"), values.pop("voiceGroupIdList")
    context.check_unused("team_leaders", codes.EXISTS, name=name)
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
    context.check_unused("team_leaders", codes.NAME_EXISTS, number, name=values["name"])
    context.check_unused("team_leaders", codes.NUMBER_EXISTS, number, empNo=values["empNo"])
    context.change("team_leaders", number, values)


def _check_groups(context: ItniotechContext, values: Row) -> Row:
    """Return a leader's values if all groups exist."""
    for group in values["voiceGroupIdList"]:
        context.group(group)
    return values


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
