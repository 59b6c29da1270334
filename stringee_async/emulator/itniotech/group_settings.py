"""The basic settings of an ITNIO TECH agent group: writing, clearing, reading.

Three inputs differ: a number sets, an empty text clears, an absent field says nothing. What a null and an absent field
do is not documented and therefore a setting. The two switches are required and inverted (0 is on).
"""

from typing import Any

from ..state import Row
from ..texts import MANY, NAME_LONGEST, is_line
from .codes import PARAMETER, TAG_NAME, TAGS, RefusedError
from .fields import integer, text, texts
from .request_context import Act, Visit
from .tables import GROUP_SETTINGS

_CLEARED_BY_BLANK = ("timeoutTransferSec", "callinAutoAnswerSec", "wrapUpTime", "timeoutIdle", "labelName")
_COUNTS = ("timeoutTransferSec", "callinAutoAnswerSec", "wrapUpTime", "timeoutIdle", "timeoutWaitSec")
_NODES = ("SG_FS", "USA_FS", "UAE_FS")
_MOST_LABELS, _LONGEST_LABEL = 10, 20


def _update(visit: Visit) -> None:
    number = integer(visit.body, "voiceGroupId")
    switches = {name: integer(visit.body, name, 0, 1) for name in ("displaySwitch", "encryptNumber")}
    visit.group(number, visit.undocumented)
    values: Row = {}
    for name in GROUP_SETTINGS:
        if name in switches:
            continue
        value = visit.body.get(name)
        if name not in visit.body:
            if visit.habits.omitted == "resets":
                values[name] = None
        elif value is None:
            if visit.habits.null_value == "clears":
                values[name] = None
        elif value == "" or (name == "labelName" and value == []):
            if name not in _CLEARED_BY_BLANK and visit.habits.unstated_blank == "refuse":
                raise RefusedError(PARAMETER, name)
            values[name] = None
        else:
            values[name] = _read(visit, name)
    visit.change("agent_groups", number, values | switches)


def _read(visit: Visit, name: str) -> Any:
    """One given value that is neither null nor blank."""
    if name in _COUNTS:
        return integer(visit.body, name, 0, MANY)
    if name == "callinStrategy":
        return integer(visit.body, name, 1, 4)
    if name == "labelName":
        return _labels(texts(visit.body, name))
    value = text(visit.body, name, most=NAME_LONGEST)
    if name == "fsNode" and value not in _NODES:
        raise RefusedError(PARAMETER, name)
    if name == "turnSeatRing" and visit.habits.unknown_ring == "refuse" and value not in visit.state.rings:
        raise RefusedError(PARAMETER, name)
    return value


def _labels(names: list[str]) -> list[str]:
    """Tag names: at most 10, all different, 1 to 20 characters each."""
    if not all(is_line(name, _LONGEST_LABEL) for name in names):
        raise RefusedError(TAG_NAME)
    if len(names) > _MOST_LABELS or len(set(names)) < len(names):
        raise RefusedError(TAGS)
    return names


def _get(visit: Visit) -> Row:
    number = integer(visit.body, "voiceGroupId")
    row = visit.group(number)
    form = visit.habits.settings_id
    ids: Row = {name: number for name in ("voiceGroupId", "seatGroupId") if form in (name, "both")}
    ring = visit.state.rings.get(row["turnSeatRing"])
    return {
        **ids,
        "groupName": row["groupName"],
        "appName": visit.state.applications.get(row["appId"]),
        **{name: row[name] for name in GROUP_SETTINGS},
        "turnSeatRingUrl": None if ring is None else ring["fileUrl"],
    }


ACTS: dict[str, Act] = {"agent_groups.update_settings": _update, "agent_groups.settings": _get}
