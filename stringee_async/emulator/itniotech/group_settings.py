"""The basic settings of an ITNIO TECH agent group: writing, clearing, reading.

Three inputs differ: a number sets, an empty text clears, an absent field says nothing. What a null and an absent field
do is not documented and therefore a setting. The two switches are required and inverted (0 is on).
"""

from typing import Any

from ..state import Row
from ..texts import MANY, NAME_LONGEST, is_line
from .codes import PARAMETER, TAG_NAME, TAGS, RefusedError
from .fields import integer, text, texts
from .request_context import Act, RequestContext
from .tables import GROUP_SETTINGS

_CLEARED_BY_BLANK = ("timeoutTransferSec", "callinAutoAnswerSec", "wrapUpTime", "timeoutIdle", "labelName")
_COUNTS = ("timeoutTransferSec", "callinAutoAnswerSec", "wrapUpTime", "timeoutIdle", "timeoutWaitSec")
_NODES = ("SG_FS", "USA_FS", "UAE_FS")
_MOST_LABELS, _LONGEST_LABEL = 10, 20


def _update(context: RequestContext) -> None:
    number = integer(context.body, "voiceGroupId")
    switches = {name: integer(context.body, name, 0, 1) for name in ("displaySwitch", "encryptNumber")}
    context.group(number, context.undocumented)
    values: Row = {}
    for name in GROUP_SETTINGS:
        if name in switches:
            continue
        value = context.body.get(name)
        if name not in context.body:
            if context.vendor_settings.omitted == "resets":
                values[name] = None
        elif value is None:
            if context.vendor_settings.null_value == "clears":
                values[name] = None
        elif value == "" or (name == "labelName" and value == []):
            if name not in _CLEARED_BY_BLANK and context.vendor_settings.unstated_blank == "refuse":
                raise RefusedError(PARAMETER, name)
            values[name] = None
        else:
            values[name] = _read(context, name)
    context.change("agent_groups", number, values | switches)


def _read(context: RequestContext, name: str) -> Any:
    """One given value that is neither null nor blank."""
    if name in _COUNTS:
        return integer(context.body, name, 0, MANY)
    if name == "callinStrategy":
        return integer(context.body, name, 1, 4)
    if name == "labelName":
        return _labels(texts(context.body, name))
    value = text(context.body, name, most=NAME_LONGEST)
    if name == "fsNode" and value not in _NODES:
        raise RefusedError(PARAMETER, name)
    if (
        name == "turnSeatRing"
        and context.vendor_settings.unknown_ring == "refuse"
        and value not in context.state.rings
    ):
        raise RefusedError(PARAMETER, name)
    return value


def _labels(names: list[str]) -> list[str]:
    """Tag names: at most 10, all different, 1 to 20 characters each."""
    if not all(is_line(name, _LONGEST_LABEL) for name in names):
        raise RefusedError(TAG_NAME)
    if len(names) > _MOST_LABELS or len(set(names)) < len(names):
        raise RefusedError(TAGS)
    return names


def _get(context: RequestContext) -> Row:
    number = integer(context.body, "voiceGroupId")
    row = context.group(number)
    form = context.vendor_settings.settings_id
    ids: Row = {name: number for name in ("voiceGroupId", "seatGroupId") if form in (name, "both")}
    ring = context.state.rings.get(row["turnSeatRing"])
    return {
        **ids,
        "groupName": row["groupName"],
        "appName": context.state.applications.get(row["appId"]),
        **{name: row[name] for name in GROUP_SETTINGS},
        "turnSeatRingUrl": None if ring is None else ring["fileUrl"],
    }


ACTS: dict[str, Act] = {"agent_groups.update_settings": _update, "agent_groups.settings": _get}
