"""The resources of ITNIO TECH as data, with wire names. Facts: the pages of the vendor's documentation.

A blank text clears the optional fields that are ``nullable`` here; for the others ``unstated_blank`` decides.
"""

from typing import Any

import attrs

from ..schema import Field, Kind, Resource, Use, column
from ..texts import LARGEST_ID, MANY, NAME_LONGEST, NOTE_LONGEST, WORD_LONGEST
from . import codes
from .codes import Code

OUTGOING, INCOMING = 1, 2
"""The types of a trunk."""

NOT_CALLED, FAILED, CALLED = 5, 7, 9
"""States of a task's number: not called yet, call abnormal, called."""

CALLING, COMPLETED = 11, 12
"""States of a task: calling, completed."""

ON_A_CALL = 3
"""The state of an agent that is busy, which the emulator takes for "on a call"."""

STATISTICS: dict[str, Any] = {"num": 0, "connectNum": 0, "connectRate": "0%"}
"""The statistics columns of the newer list of agents, as they are without calls."""


def _line(
    name: str,
    default: str | None = None,
    create: Use = "optional",
    update: Use = "optional",
    *,
    least: int = 1,
    most: int = WORD_LONGEST,
) -> Field:
    """Declare a text of one line."""
    return Field(name, "line", default, create, update, least=least, most=most)


def _setting(name: str, *, most: int = MANY, least: int = 0, clears: bool = False) -> Field:
    """Declare a setting of a group that is a number."""
    return Field(name, "number", create="ignored", nullable=clears, least=least, most=most)


def _switch(name: str) -> Field:
    """Declare an inverted switch of a group (0 is on), which each update needs."""
    return Field(name, "number", create="ignored", update="required", most=1)


def _coded(name: str, kind: Kind, missing: Code, wrong: Code, default: Any = None, **more: Any) -> Field:
    """Declare a field that a create needs, with codes of its own for its absence and for a wrong value."""
    return Field(name, kind, default, create="required", missing=missing, wrong=wrong, **more)


GROUP_NAME = _line("groupName", "", "required", "required", least=4, most=32)
GROUP_SETTINGS = (
    _setting("callinStrategy", least=1, most=4),
    _setting("timeoutTransferSec", clears=True),
    _setting("callinAutoAnswerSec", clears=True),
    _setting("wrapUpTime", clears=True),
    _setting("timeoutIdle", clears=True),
    _setting("timeoutWaitSec"),
    _line("turnSeatRing", create="ignored", most=NAME_LONGEST),
    Field("labelName", "labels", create="ignored", nullable=True),
    _switch("displaySwitch"),
    _switch("encryptNumber"),
    Field("fsNode", "line", create="ignored", among=("SG_FS", "USA_FS", "UAE_FS"), most=NAME_LONGEST),
)
"""The settings of a group; all are null until set."""

AGENT_GROUPS = Resource(
    noun="agent_groups",
    id_column="voiceGroupId",
    first_id=5000047,
    fields=(_line("appId", "", "required", "ignored"), GROUP_NAME, *GROUP_SETTINGS),
    unique=("appId", "groupName"),
)

_JOB_NUMBER = Field("empNo", "digits", "", create="ignored", update="required", least=1, most=12)

TEAM_LEADERS = Resource(
    noun="team_leaders",
    id_column="keyId",
    first_id=3001,
    fields=(
        _JOB_NUMBER,
        _line("petName", most=20),
        _line("name", "", "required", "required", least=4, most=32),
        column("enable", 0),
        Field("voiceGroupIdList", "numbers", [], create="required", update="required"),
        column("account", ""),
        _line("password", "", "ignored"),
        column("createTime", ""),
        column("updateTime", ""),
    ),
    indexes=(("name",), ("empNo",)),
)

AGENTS = Resource(
    noun="agents",
    id_column="keyId",
    first_id=60001,
    fields=(
        _JOB_NUMBER,
        _line("petName", create="ignored", most=NAME_LONGEST),
        _line("name", "", "ignored", "required", most=NAME_LONGEST),
        column("appId", ""),
        column("deleteFlag", 0),
        column("enable", 0),
        column("priority", 1),
        Field("voiceGroupId", "number", 0, "required", "required", least=-LARGEST_ID, most=LARGEST_ID),
        column("account", ""),
        Field("password", "alphanumeric", "", create="ignored", most=WORD_LONGEST, wrong=codes.PASSWORD),
        column("createTime", ""),
        column("updateTime", ""),
        _line("displayNum"),
        Field("ccode", "country_code", wrong=codes.COUNTRY_CODE),
        column("status", 1),
    ),
    indexes=(("voiceGroupId",), ("account",), ("empNo",)),
)

PUSHED = (
    column("callId", ""),
    column("callSessionId", ""),
    column("called", ""),
    column("calledInfo"),
    column("caller", ""),
    column("ccode", ""),
    column("ccodeName", ""),
    column("agentName", ""),
    column("agentGroupName", ""),
    column("agentAccount", ""),
    column("callDuration", 0),
    column("callType", 3),
    column("hangupCode", 200),
    column("hangupReason", 1),
    column("hangingDirection", 0),
    column("labels"),
    column("remark"),
    column("baseCost", "0"),
    column("cost", "0"),
    column("callStartTime", ""),
    column("answerTime"),
    column("callEndTime"),
    column("voiceUrl"),
)
"""The columns of a call record that a push carries."""

CALL_RECORDS = Resource(
    noun="call_records",
    id_column="keyId",
    first_id=900001,
    fields=(*PUSHED, column("encryptCalled"), column("seatId"), column("voiceGroupId")),
)

_OUT, _IN = (("type", OUTGOING),), (("type", INCOMING),)
_REGISTERED = (*_OUT, ("sipTrunkState", True))

SIP_TRUNKS = Resource(
    noun="sip_trunks",
    id_column="keyId",
    first_id=1001,
    fields=(
        _coded("type", "number", codes.TRUNK_TYPE, codes.TRUNK_TYPE, OUTGOING, least=OUTGOING, most=INCOMING),
        _coded("sipTrunkName", "name", codes.TRUNK_NAME, codes.TRUNK_NAME, ""),
        column("groupList", []),
        Field("sipTrunkState", "flag", default=False, create="required"),
        _line("sipPrefix"),
        _coded("sipGatewayIp", "gateway", codes.GATEWAY_EMPTY, codes.GATEWAY_FORMAT, most=50, when=_OUT),
        _coded("sipWhiteIp", "networks", codes.ALLOW_LIST_EMPTY, codes.ALLOW_LIST_FORMAT, most=50, when=_IN),
        attrs.evolve(_line("sipAccount", create="required"), when=_REGISTERED),
        attrs.evolve(_line("sipPassword", create="required"), when=_REGISTERED),
        column("state", 1),
        column("ccIp", "127.0.0.1"),
        column("createTime", ""),
        column("updateTime", ""),
    ),
)
"""SIP trunks; an update is read as a create, because it replaces the whole trunk."""

TASKS = Resource(
    noun="tasks",
    id_column="taskId",
    first_id=5017560,
    fields=(
        Field("voiceGroupId", "numbers", []),
        Field("remark", "note", least=1, most=NOTE_LONGEST),
        Field("ccode", "country_code", wrong=codes.COUNTRY_CODE),
        column("taskStatus", CALLING),
        column("taskType", 0),
        column("finishFlag", 0),
        column("createTime", ""),
        column("appId", shown="never"),
    ),
)

TASK_NUMBERS = Resource(
    noun="task_numbers",
    id_column="keyId",
    fields=(
        column("taskId", 0, shown="never"),
        column("called", "", shown="never"),
        column("seatId", shown="never"),
        column("seatName"),
        column("voiceGroupId", shown="never"),
        column("sipGroupName"),
        column("labelName"),
        column("remark"),
        column("callId"),
        column("errorReason"),
        column("status", NOT_CALLED),
        column("callCount", 0),
        column("var01"),
    ),
    indexes=(("taskId",),),
)


def _within(name: str, default: int, least: int, most: int) -> Field:
    """Declare a number that a create may leave out."""
    return Field(name, "number", default, least=least, most=most)


_OTP_NAME = _line("name", "", "required", least=4, most=32)

OTP_APP = (_OTP_NAME, _within("codeExpiry", 5, 1, 60))
"""What is read of an application of one-time passwords, beside its limits."""

OTP_TEMPLATES = Resource(
    noun="otp_templates",
    id_column="templateId",
    fields=(
        _line("appId", "", "required", "ignored"),
        _OTP_NAME,
        Field("text", "note", "", create="required", least=1, most=256),
        _within("codeType", 1, 1, 4),
        _within("codeLength", 4, 4, 10),
        _within("speechRate", 50, 0, 100),
        _line("language", "EN"),
        _within("maxDuration", 59, 5, 599),
        _within("repeatCnt", 1, 1, 10),
        _line("senderId", most=32),
    ),
    unique=("appId", "name"),
)

OTP_FLOWS = Resource(
    noun="otp_flows",
    id_column="flowId",
    fields=(_OTP_NAME, column("flow", [])),
    unique=("name",),
)

RESOURCES = (
    AGENT_GROUPS,
    TEAM_LEADERS,
    AGENTS,
    CALL_RECORDS,
    SIP_TRUNKS,
    TASKS,
    TASK_NUMBERS,
    OTP_TEMPLATES,
    OTP_FLOWS,
)
