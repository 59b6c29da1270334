"""The rows of ITNIO TECH: which columns each has, what they hold when nobody said, where ids begin.

One job: the reference's tables as data. Names are the wire's; a column that the wire does not show is marked.
"""

from typing import Any

from ..state import Row

GROUP_SETTINGS: tuple[str, ...] = (
    "callinStrategy",
    "timeoutTransferSec",
    "callinAutoAnswerSec",
    "wrapUpTime",
    "timeoutIdle",
    "timeoutWaitSec",
    "turnSeatRing",
    "labelName",
    "displaySwitch",
    "encryptNumber",
    "fsNode",
)
"""The settings of a group; all are null until set."""

RECORD_DEFAULTS: Row = {
    "callId": "",
    "callSessionId": "",
    "called": "",
    "calledInfo": None,
    "caller": "",
    "ccode": "",
    "ccodeName": "",
    "agentName": "",
    "agentGroupName": "",
    "agentAccount": "",
    "callDuration": 0,
    "callType": 3,
    "hangupCode": 200,
    "hangupReason": 1,
    "hangingDirection": 0,
    "labels": None,
    "remark": None,
    "baseCost": "0",
    "cost": "0",
    "callStartTime": "",
    "answerTime": None,
    "callEndTime": None,
    "voiceUrl": None,
}
"""The columns of a call record that a push carries; a row has keyId, encryptCalled, seatId and voiceGroupId besides."""

COLUMNS: dict[str, Row] = {
    "agent_groups": {"groupName": "", "appId": "", **dict.fromkeys(GROUP_SETTINGS)},
    "team_leaders": {
        "empNo": "",
        "petName": None,
        "name": "",
        "enable": 0,
        "voiceGroupIdList": [],
        "account": "",
        "password": "",
        "createTime": "",
        "updateTime": "",
    },
    "agents": {
        "empNo": "",
        "petName": None,
        "name": "",
        "appId": "",
        "deleteFlag": 0,
        "enable": 0,
        "priority": 1,
        "voiceGroupId": 0,
        "account": "",
        "password": "",
        "createTime": "",
        "updateTime": "",
        "displayNum": None,
        "ccode": None,
        "status": 1,
    },
    "call_records": {**RECORD_DEFAULTS, "encryptCalled": None, "seatId": None, "voiceGroupId": None},
    "sip_trunks": {
        "sipGatewayIp": None,
        "sipWhiteIp": None,
        "type": 1,
        "state": 1,
        "sipTrunkName": "",
        "sipPrefix": None,
        "ccIp": "127.0.0.1",
        "sipAccount": None,
        "sipPassword": None,
        "sipTrunkState": False,
        "createTime": "",
        "updateTime": "",
        "groupList": [],
    },
    "tasks": {
        "voiceGroupId": [],
        "remark": None,
        "ccode": None,
        "taskStatus": 11,
        "taskType": 0,
        "finishFlag": 0,
        "createTime": "",
        "appId": None,
    },
    "task_numbers": {
        "taskId": 0,
        "called": "",  # not shown
        "seatId": None,  # not shown
        "seatName": None,
        "voiceGroupId": None,  # not shown
        "sipGroupName": None,
        "labelName": None,
        "remark": None,
        "callId": None,
        "errorReason": None,
        "status": 5,
        "callCount": 0,
        "var01": None,
    },
}
"""Columns and their first values by table; the id comes on top."""

ID_COLUMNS: dict[str, str] = {
    "agent_groups": "voiceGroupId",
    "team_leaders": "keyId",
    "agents": "keyId",
    "call_records": "keyId",
    "sip_trunks": "keyId",
    "tasks": "taskId",
    "task_numbers": "keyId",
}

FIRST_IDS: dict[str, int] = {
    "agent_groups": 5000047,
    "team_leaders": 3001,
    "agents": 60001,
    "call_records": 900001,
    "sip_trunks": 1001,
    "tasks": 5017560,
    "task_numbers": 1,
}

INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "agent_groups": (("appId", "groupName"),),
    "team_leaders": (("name",), ("empNo",)),
    "agents": (("voiceGroupId",), ("account",), ("empNo",)),
    "call_records": (),
    "sip_trunks": (("sipTrunkName",), ("sipGatewayIp",)),
    "tasks": (),
    "task_numbers": (("taskId",),),
}

NOT_CALLED, FAILED, CALLED = 5, 7, 9
"""States of a task's number: not called yet, call abnormal, called."""

CALLING, COMPLETED = 11, 12
"""States of a task: calling, completed."""

ON_A_CALL = 3
"""The state of an agent that is busy, which the emulator takes for "on a call"."""

STATISTICS: dict[str, Any] = {"num": 0, "connectNum": 0, "connectRate": "0%"}
"""The statistics columns of the newer list of agents, as they are without calls."""
