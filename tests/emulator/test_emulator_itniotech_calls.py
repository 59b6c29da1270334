"""Records, calls, money, trunks and tasks of the emulated ITNIO TECH service."""

import base64
import io
import time
import zipfile
from decimal import Decimal
from typing import Any

import pytest

from stringee_async.emulator.itniotech.times import written

from .conftest import SignedWire

DAY = 86_400.0
GROUP, OTHER = 5000047, 5000048
"""The ids of an account's first two groups."""
SPAN = {"startTime": "2025-01-01 00:00:00", "endTime": "2025-01-31 00:00:00"}


def file_of(text: str | bytes, name: str = "numbers.csv") -> Any:
    raw = text if isinstance(text, bytes) else text.encode()
    return {"fileName": name, "file": base64.b64encode(raw).decode()}


# -- records ------------------------------------------------------------------------------------------------


async def test_record_row(centre: SignedWire) -> None:
    """A record has its id, the fields of a push, and who took the call."""
    number = centre.state.add_record(called="84900000001", callStartTime="2025-01-08 10:00:00")
    (row,) = await centre.rows("record/query", **SPAN)
    assert set(row) == {
        "keyId", "callId", "callSessionId", "called", "calledInfo", "caller", "ccode", "ccodeName", "agentName",
        "agentGroupName", "agentAccount", "callDuration", "callType", "hangupCode", "hangupReason",
        "hangingDirection", "labels", "remark", "baseCost", "cost", "callStartTime", "answerTime", "callEndTime",
        "voiceUrl", "encryptCalled", "seatId", "voiceGroupId",
    }  # fmt: skip
    assert (row["keyId"], row["called"]) == (number, "84900000001")


async def test_record_filters(centre: SignedWire) -> None:
    """The list filters by time, group, agent, kind, reason, number, country, direction and tags."""
    known = {
        "voiceGroupId": 5, "agentGroupName": "Sales", "seatId": 6, "agentName": "An", "callType": 1, "hangupReason": 7,
        "called": "849", "caller": "842", "ccode": "84", "hangingDirection": 3, "labels": ["vip", "hot"],
    }  # fmt: skip
    wanted = centre.state.add_record(callStartTime="2025-01-08 10:00:00", **known)
    centre.state.add_record(callStartTime="2025-01-08 11:00:00")
    centre.state.add_record(callStartTime="2025-02-08 10:00:00", **known)
    centre.state.add_record(callStartTime="soon", **known)
    assert len(await centre.rows("record/query", **SPAN)) == 2
    for params in (
        {"voiceGroupId": 5}, {"sipGroupName": "Sales"}, {"seatId": [6, 7]}, {"seatNameList": ["An"]}, {"callType": [1]},
        {"hangupReason": [7]}, {"calledOrCaller": "849"}, {"calledOrCaller": "842"}, {"ccode": ["84"]},
        {"hangingDirection": [3]}, {"labelNames": ["hot"]},
    ):  # fmt: skip
        found = [row["keyId"] for row in await centre.rows("record/query", **SPAN, **params)]
        assert found == [wanted], params
    for params in ({"seatId": ["x"]}, {"seatNameList": "An"}, {"ccode": [84]}, {"voiceGroupId": "x"}):
        body = {"current": 1, "size": 10, "params": {**SPAN, **params}}
        assert await centre.code("record/query", body) == "-22"


@pytest.mark.parametrize(
    ("form", "plain", "iso"), [("any", "0", "0"), ("plain", "0", "-22"), ("iso", "-22", "0")]
)
async def test_forms_of_time(centre: SignedWire, form: Any, plain: str, iso: str) -> None:
    """Records take both documented forms of time, or one of them, as set; unmarked times are GMT+8."""
    centre.settings.time_form = form
    centre.state.add_record(callStartTime="2025-01-01 00:00:00")
    isos = {"startTime": "2025-01-01T00:00:00+08:00", "endTime": "2025-01-01T00:00:00+08:00"}
    for params, code in ((SPAN, plain), (isos, iso)):
        answer = await centre.post("record/query", {"current": 1, "size": 10, "params": params})
        assert answer["status"] == code
        assert code != "0" or answer["data"]["total"] == 1


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"startTime": ""}, "-22"),
        ({"endTime": None}, "-22"),
        ({"startTime": "2025-01-01"}, "-22"),
        ({"startTime": "2025-01-01T00:00:00"}, "-22"),
        ({"startTime": "1735660800"}, "-22"),
        ({"startTime": "2025-13-01 00:00:00"}, "-22"),
        ({"startTime": "2025-02-01 00:00:00"}, "-25"),
    ],
)
async def test_a_missing_or_wrong_time_has_its_code(
    centre: SignedWire, params: dict[str, Any], code: str
) -> None:
    body = {"current": 1, "size": 10, "params": {**SPAN, **params}}
    assert await centre.code("record/query", body) == code


def iso(seconds: Any) -> Any:
    return written(seconds).replace(" ", "T") + "+08:00"


@pytest.mark.parametrize(
    ("ago", "days", "code"), [(30, 29, "0"), (33, 32, "-25"), (80, 10, "-25"), (3, -1, "-25")]
)
async def test_older_list(centre: SignedWire, ago: int, days: int, code: str) -> None:
    """The older list takes ISO times only, at most 31 days apart and not older than two months."""
    begin = time.time() - ago * DAY
    centre.state.add_record(callStartTime=written(begin + DAY))
    body = {"current": 1, "size": 10, "params": {"strTime": iso(begin), "endTime": iso(begin + days * DAY)}}
    answer = await centre.post("/voice/ccRecordQuery", body)
    assert answer["status"] == code
    assert code != "0" or answer["data"]["total"] == 1
    body["params"] = {"strTime": written(begin), "endTime": written(begin + DAY)}
    assert await centre.code("/voice/ccRecordQuery", body) == "-22"


# -- calls and money ----------------------------------------------------------------------------------------


@pytest.fixture
def call(centre: SignedWire, group: int) -> Any:
    """The body of a good call, made by an agent of the group."""
    centre.state.add_agents(group, name="An", account="an01")
    return {
        "callee": "84900000001",
        "displayNum": "1008122",
        "account": "an01",
        "appId": centre.state.app_id,
        "calledInfo": "x",
    }


async def test_make_a_call(centre: SignedWire, group: int, call: dict[str, Any]) -> None:
    """A call returns the id of its record as text, and the record is listed; encryption hides the middle."""
    made = await centre.done("/voice/sendSip", call)
    assert isinstance(made, str)
    centre.state.agent_groups.change(str(group), encryptNumber=0)
    await centre.done("/voice/sendSip", {**call, "displayNum": None})
    span = {"startTime": written(time.time() - 60), "endTime": written(time.time() + 60)}
    first, second = await centre.rows("record/query", **span)
    assert first["callId"] == made
    assert [first[name] for name in ("called", "caller", "agentName", "agentGroupName", "calledInfo")] == [
        "84900000001", "1008122", "An", "Sales", "x",
    ]  # fmt: skip
    assert [row["encryptCalled"] for row in (first, second)] == [None, "849****01"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"callee": "849000"}, "-22"),
        ({"callee": "8" * 16}, "-22"),
        ({"callee": "+8490000000"}, "-22"),
        ({"appId": "nobodys0"}, "-22"),
        ({"account": ""}, "-22"),
        ({"displayNum": "1" * 16}, "-22"),
        ({"calledInfo": "x" * 1001}, "-22"),
        ({"account": "no one"}, "-24"),
        ({"callee": "91900000001"}, "-26"),
    ],
)
async def test_calls_that_are_refused(
    centre: SignedWire, call: dict[str, Any], fields: dict[str, Any], code: str
) -> None:
    """Each bad field has its code; a destination without a price is -26; no record is kept."""
    centre.state.unrated.add("91")
    assert await centre.code("/voice/sendSip", {**call, **fields}) == code
    assert not centre.state.call_records


async def test_a_call_without_money_is_10_and_credit_is_enough(
    centre: SignedWire, call: dict[str, Any]
) -> None:
    centre.state.balance = Decimal(0)
    assert await centre.code("/voice/sendSip", call) == "-10"
    centre.state.credit = Decimal(5)
    assert await centre.code("/voice/sendSip", call) == "0"


async def test_call_of_an_agent_whose_group_is_gone(
    centre: SignedWire, group: int, call: dict[str, Any]
) -> None:
    del centre.state.agent_groups[str(group)]
    assert await centre.code("/voice/sendSip", call) == "0"


async def test_balance(centre: SignedWire) -> None:
    """Balance, gift and credit are texts beside status, there is no data; a locked account is -13."""
    for form in ("null", "missing"):
        centre.settings.empty_data = form
        assert await centre.get("/sms/getBalance") == {
            "status": "0", "reason": "success", "balance": "100.000000", "gift": "0", "credit": "0",
        }  # fmt: skip
    centre.state.locked = True
    assert (await centre.get("/sms/getBalance"))["status"] == "-13"


# -- trunks -------------------------------------------------------------------------------------------------


def outgoing(group: int, **fields: Any) -> Any:
    return {
        "type": "1",
        "sipTrunkName": "line",
        "groupList": [{"voiceGroupId": group}],
        "sipGatewayIp": "12.325.353.2:5060",
        "sipTrunkState": False,
        **fields,
    }


def incoming(group: int, **fields: Any) -> Any:
    return {
        "type": 2,
        "sipTrunkName": "in",
        "groupList": [{"voiceGroupId": group, "number": "842400"}],
        "sipWhiteIp": "10.0.0.1, 10.1.0.0/16",
        "sipTrunkState": False,
        **fields,
    }


async def test_life_of_a_trunk(centre: SignedWire, group: int) -> None:
    """Create returns the id; rows have the documented columns with the names of groups; update keeps the type."""
    number = await centre.done("sipTrunk/add", outgoing(group))
    assert isinstance(number, int)
    second = await centre.done("sipTrunk/add", incoming(group))
    (row,) = await centre.rows("sipTrunk/query", type=1, sipTrunkName="LIN")
    assert set(row) == {
        "keyId", "sipGatewayIp", "sipWhiteIp", "type", "state", "sipTrunkName", "sipPrefix", "ccIp", "sipAccount",
        "sipPassword", "sipTrunkState", "createTime", "updateTime", "groupList",
    }  # fmt: skip
    assert (row["keyId"], row["type"], row["state"], row["sipTrunkState"]) == (number, 1, 1, False)
    assert row["groupList"] == [{"voiceGroupId": group, "number": None, "groupName": "Sales"}]
    body = outgoing(group, keyId=number, sipTrunkState=True, sipAccount="u", sipPassword="p", sipPrefix="9")
    del body["type"]
    assert await centre.done("sipTrunk/update", body) is None
    assert await centre.done("sipTrunk/update", incoming(group, keyId=second)) is None
    row, other = await centre.rows("sipTrunk/query")
    assert [row[name] for name in ("type", "sipTrunkState", "sipAccount", "sipPassword", "sipPrefix")] == [
        1, True, "u", "p", "9",
    ]  # fmt: skip
    assert other["groupList"][0]["number"] == "842400"
    assert [found["keyId"] for found in await centre.rows("sipTrunk/query", type=2)] == [second]
    del centre.state.agent_groups[str(group)]
    assert (await centre.rows("sipTrunk/query"))[0]["groupList"][0]["groupName"] is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": 3}, "-44"),
        ({"type": None}, "-44"),
        ({"sipTrunkName": " "}, "-45"),
        ({"sipTrunkName": 5}, "-45"),
        ({"sipTrunkName": "taken"}, "-47"),
        ({"groupList": []}, "-48"),
        ({"groupList": None}, "-48"),
        ({"sipGatewayIp": ""}, "-49"),
        ({"sipGatewayIp": "a b"}, "-50"),
        ({"sipGatewayIp": "x" * 51}, "-50"),
        ({"groupList": [{"voiceGroupId": GROUP}] * 2}, "-51"),
        ({"groupList": [{"voiceGroupId": OTHER}]}, "-52"),
        ({"sipGatewayIp": "10.9.9.9"}, "-53"),
        ({"groupList": [{"voiceGroupId": GROUP, "number": "1" * 51}]}, "-58"),
        ({"groupList": [{}]}, "-22"),
        ({"groupList": [1]}, "-22"),
        ({"groupList": [{"voiceGroupId": 7}]}, "-24"),
        ({"sipTrunkState": None}, "-22"),
        ({"sipTrunkState": True, "sipAccount": "u"}, "-22"),
    ],
)
async def test_outgoing_trunks_that_are_refused(
    centre: SignedWire, group: int, fields: dict[str, Any], code: str
) -> None:
    """Each fault of an outgoing trunk has its code, in create and in update alike, and nothing is stored."""
    bound = centre.state.add_group("Help")
    centre.state.add_trunk("taken", [bound], sipGatewayIp="10.9.9.9")
    assert (group, bound) == (GROUP, OTHER)
    mine = centre.state.add_trunk("mine", [group], sipGatewayIp="10.1.1.1")
    before = centre.state.sip_trunks[str(mine)]
    assert await centre.code("sipTrunk/update", outgoing(group, keyId=mine, **fields)) == code
    assert centre.state.sip_trunks[str(mine)] == before
    del centre.state.sip_trunks[str(mine)]
    assert await centre.code("sipTrunk/add", outgoing(group, **fields)) == code
    assert len(centre.state.sip_trunks) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sipWhiteIp": None}, "-54"),
        ({"sipWhiteIp": "here"}, "-55"),
        ({"sipWhiteIp": ",".join(["10.0.0.1"] * 6)}, "-55"),
        ({"number": None}, "-57"),
        ({"number": "1" * 51}, "-58"),
        ({"number": "1" * 50}, "0"),
    ],
)
async def test_each_bad_incoming_trunk_has_its_code(
    centre: SignedWire, group: int, fields: dict[str, Any], code: str
) -> None:
    body = incoming(group)
    if "number" in fields:
        body["groupList"] = [{"voiceGroupId": group, **fields}]
    else:
        body |= fields
    assert await centre.code("sipTrunk/add", body) == code


async def test_an_update_of_a_trunk_needs_a_known_id(centre: SignedWire, group: int) -> None:
    assert await centre.code("sipTrunk/update", outgoing(group)) == "-56"
    assert await centre.code("sipTrunk/update", outgoing(group, keyId=7)) == "-24"


# -- tasks --------------------------------------------------------------------------------------------------


def workbook(*numbers: Any) -> Any:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as book:
        book.writestr("xl/sharedStrings.xml", "".join(f"<t>{number}</t>" for number in numbers))
        book.writestr("docProps/thumbnail.jpeg", b">84900000009<")
    return raw.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "total", "same"),
    [
        ("numbers.csv", "number,name\n84900000001,An\n84900000002,Binh\n+84900000001,An\n\n", 3, 1),
        ("numbers.txt", "84900000001\r\n84900000002", 2, 0),
        ("numbers.xlsx", workbook("84900000001", "+84900000002", "name", "84900000001"), 3, 1),
        ("numbers.xls", b"\xd0\xcf\x11\xe0", 0, 0),
        ("empty.txt", " ", 0, 0),
    ],
    ids=lambda value: (
        "" if isinstance(value, bytes) else None
    ),  # a workbook holds the time at which it was made
)
async def test_an_upload_counts_numbers(
    centre: SignedWire, name: str, content: bytes, total: int, same: int
) -> None:
    answer = await centre.done("preview/upload", file_of(content, name))
    assert (answer["numberTotalCount"], answer["numberSameCount"]) == (total, same)
    assert answer["filePath"] in centre.state.number_files


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("numbers.pdf", "84900000001", "-39"),
        ("numbers.xlsx", b"PK\x03\x04 and no more", "-39"),
        ("numbers.csv", "8" * 101, "-38"),
        ("n.xx", "84900000001", "-22"),
    ],
)
async def test_each_bad_file_has_its_code(centre: SignedWire, name: str, content: bytes, code: str) -> None:
    centre.settings.number_file_limit = 100
    assert await centre.code("preview/upload", file_of(content, name)) == code


async def test_more_than_100000_numbers_are_40(centre: SignedWire) -> None:
    text = "\n".join(str(84_900_000_000 + number) for number in range(100_001))
    assert await centre.code("preview/upload", file_of(text)) == "-40"
    assert await centre.code("preview/upload", file_of(text.rpartition("\n")[0])) == "0"


async def submitted(
    centre: SignedWire, text: str = "84900000001\n84900000002\n84900000003", **fields: Any
) -> Any:
    path = (await centre.done("preview/upload", file_of(text)))["filePath"]
    body = {"filePath": path, "fileName": "numbers.csv", "type": 0, **fields}
    return await centre.post("preview/submitTask", body)


async def test_life_of_a_task(centre: SignedWire, group: int) -> None:
    """A task is started, listed while under way, finished by the test, and its failed numbers are called again."""
    answer = await submitted(
        centre, type=1, voiceGroupId=[group], appId=centre.state.app_id, calloutRate=2, ccode="84", remark="r",
        displayNum="abc1", maxRingingTime=20,
    )  # fmt: skip
    task = answer["data"]
    (row,) = await centre.rows("preview/query")
    assert set(row) == {
        "taskId", "voiceGroupId", "seatGroupName", "remainCount", "totalCount", "remark", "ccode", "codeName",
        "taskStatus", "taskType", "finishFlag", "completedRate", "groupTaskId", "transfersNum", "callFailuresNum",
        "createTime",
    }  # fmt: skip
    assert (row["taskId"], row["voiceGroupId"], row["seatGroupName"]) == (task, [group], "Sales")
    assert [row[name] for name in ("remainCount", "totalCount", "taskStatus", "finishFlag")] == [3, 3, 11, 0]
    centre.state.finish_task(task, failed=1)
    (row,) = await centre.rows("preview/query", finishFlag=1)
    assert [row[name] for name in ("remainCount", "callFailuresNum", "taskStatus", "completedRate")] == [
        0, 1, 12, 100.0,
    ]  # fmt: skip
    body = {"taskId": task, "resendType": 1}
    assert await centre.done("preview/resendTask", body) == task
    assert (await centre.rows("preview/query"))[0]["remainCount"] == 1
    assert await centre.code("preview/resendTask", body) == "-41"
    centre.state.finish_task(task)
    assert await centre.code("preview/resendTask", body) == "-42"
    body = {"taskId": str(task), "resendType": 3, "type": 0, "remark": "again"}
    assert await centre.code("preview/resendTask", body) == "0"
    (row,) = await centre.rows("preview/query")
    assert (row["remainCount"], row["taskType"], row["remark"]) == (3, 0, "again")
    assert await centre.code("preview/resendTask", {"taskId": 7, "resendType": 3}) == "-24"
    assert await centre.code("preview/resendTask", {"taskId": task, "resendType": 4}) == "-22"


async def test_older_servers_return_null_for_the_id_of_a_task(centre: SignedWire) -> None:
    centre.settings.task_id_returned = False
    assert (await submitted(centre))["data"] is None
    ((key, _),) = centre.state.tasks.items()
    centre.state.finish_task(int(key))
    assert await centre.done("preview/resendTask", {"taskId": key, "resendType": 3}) is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "0"),
        ({"type": 2}, "-22"),
        ({"type": None}, "-22"),
        ({"fileName": ""}, "-22"),
        ({"filePath": "nowhere"}, "-22"),
        ({"maxRingingTime": 19}, "-22"),
        ({"maxRingingTime": 121}, "-22"),
        ({"displayNum": "1 2"}, "-22"),
        ({"displayNum": "1" * 21}, "-22"),
        ({"voiceGroupId": [GROUP, OTHER], "type": 0, "appId": None, "calloutRate": None}, "0"),
        ({"voiceGroupId": [GROUP, OTHER]}, "-22"),
        ({"voiceGroupId": None}, "-22"),
        ({"appId": None}, "-22"),
        ({"calloutRate": 0}, "-22"),
        ({"voiceGroupId": [OTHER]}, "-74"),
        ({"voiceGroupId": [7]}, "-74"),
        ({"ccode": "nowhere"}, "-66"),
        ({"ccode": "91"}, "-77"),
    ],
)
async def test_tasks_that_are_refused(
    centre: SignedWire, group: int, fields: dict[str, Any], code: str
) -> None:
    """Each bad field of a task has its code, and no task is started."""
    centre.state.unrated.add("91")
    centre.state.applications["otherapp"] = "Second"
    assert (group, centre.state.add_group("Help", appId="otherapp")) == (GROUP, OTHER)
    good = {"type": 1, "voiceGroupId": [group], "appId": centre.state.app_id, "calloutRate": 1}
    assert (await submitted(centre, **{**good, **fields}))["status"] == code
    assert len(centre.state.tasks) == (code == "0")


async def test_a_header_with_a_name_twice_is_43_when_the_task_is_started(centre: SignedWire) -> None:
    assert (await submitted(centre, "number,name,name\n84900000001,a,b"))["status"] == "-43"


async def test_task_filters(centre: SignedWire, group: int) -> Any:
    """An id may be text; a date alone means the whole day."""
    one = centre.state.add_task([group], ["84900000001"], createTime="2025-01-10 12:00:00")
    two = centre.state.add_task([], [], taskType=1, createTime="2025-01-12 12:00:00")
    for params, found in (
        ({}, [one, two]), ({"taskId": str(one)}, [one]), ({"endTime": "2025-01-10"}, [one]),
        ({"endTime": "2025-01-11 00:00:00"}, [one]), ({"startTime": "2025-01-11"}, [two]),
        ({"startTime": "2025-01-11T00:00:00+08:00"}, [two]),
    ):  # fmt: skip
        rows = await centre.rows("preview/query", **params)
        assert [row["taskId"] for row in rows] == found, params
    body = {"current": 1, "size": 10, "params": {"startTime": "soon"}}
    assert await centre.code("preview/query", body) == "-22"
    rows = await centre.rows("preview/query")
    assert [(row["groupTaskId"], row["completedRate"], row["totalCount"]) for row in rows] == [
        (None, 0.0, 1), (two, 0.0, 0),
    ]  # fmt: skip


async def test_numbers_of_a_task(centre: SignedWire, group: int) -> Any:
    """The numbers of a task have the documented columns, can be filtered, and are masked if the group encrypts."""
    task = centre.state.add_task([group], ["84900000001", "84900000002"])
    centre.state.add_task([], ["84900000001"])
    keys = centre.state.task_numbers.where(taskId=task)
    centre.state.task_numbers.change(keys[0], seatId=6, labelName="vip", remark="call back", status=9)

    async def found(**params: Any) -> Any:
        rows = await centre.rows("preview/queryTaskDetail", taskId=task, **params)
        return [row["encryptCalled"][-1] for row in rows]

    (row, _) = await centre.rows("preview/queryTaskDetail", taskId=task)
    assert set(row) == {
        "keyId", "encryptCalled", "seatName", "sipGroupName", "labelName", "remark", "callId", "errorReason", "status",
        "callCount", "var01",
    }  # fmt: skip
    assert (row["encryptCalled"], row["sipGroupName"]) == ("84900000001", "Sales")
    assert await found() == await found(sipGroupId=group) == ["1", "2"]
    assert await found(called="84900000002") == await found(statusList=[5]) == ["2"]
    params: dict[str, Any]
    for params in ({"seatId": [6]}, {"labelNames": ["vip"]}, {"remark": "BACK"}, {"statusList": [9]}):
        assert await found(**params) == ["1"]
    assert await found(sipGroupId=7) == []
    centre.state.agent_groups.change(str(group), encryptNumber=0)
    assert (await centre.rows("preview/queryTaskDetail", taskId=task))[0]["encryptCalled"] == "849****01"
    del centre.state.agent_groups[str(group)]
    assert (await centre.rows("preview/queryTaskDetail", taskId=task))[0]["sipGroupName"] is None
    for params, code in (({}, "-22"), ({"taskId": 7}, "-24")):
        body = {"current": 1, "size": 10, "params": params}
        assert await centre.code("preview/queryTaskDetail", body) == code
