"""The vendor's own samples, as its pages show them, load into models."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from stringee_async import Model, to_dict
from stringee_async.itniotech import (
    Agent,
    AgentGroup,
    AgentGroupSettings,
    CallRecord,
    GroupCallOutcome,
    GroupCallRecord,
    OtpCheck,
    OtpFlow,
    OtpTemplate,
    Phone,
    PhoneRecord,
    ReceivedSms,
    RingSound,
    SipTrunk,
    SmsMessage,
    SmsReport,
    Task,
    TaskNumber,
    TeamLeader,
    TrunkGroup,
    UploadedNumbers,
    VoiceFile,
)

from ..kit import ScriptedTransport, answer, virtual
from .rig import client_over, ok, rows

SETTINGS = b"""{
    "status": 0,
    "reason": "success",
    "data": {
        "seatGroupId": 5000048, "groupName": "Sales", "appName": "App", "callinStrategy": 4,
        "timeoutTransferSec": 45, "callinAutoAnswerSec": null, "wrapUpTime": 20, "timeoutIdle": null,
        "timeoutWaitSec": 60, "turnSeatRing": "turnseatring-template/1.mp3",
        "turnSeatRingUrl": "https://x.example/1.mp3", "labelName": null, "displaySwitch": 0, "encryptNumber": 1,
        "fsNode": "SG_FS",
    }
}"""


@virtual
async def test_the_sample_of_settings_loads() -> None:
    """`status` 0 as number, `seatGroupId` for `voiceGroupId`, null for unset, switches the right way round."""
    async with client_over(ScriptedTransport(answer(SETTINGS))) as client:
        read = await client.agent_groups.settings(5000048)
    assert read == AgentGroupSettings(
        voice_group_id=5000048, group_name="Sales", app_name="App", callin_strategy=4, timeout_transfer_sec=45,
        wrap_up_time=20, timeout_wait_sec=60, turn_seat_ring="turnseatring-template/1.mp3",
        turn_seat_ring_url="https://x.example/1.mp3", display_switch=0, encrypt_number=1, fs_node="SG_FS",
    )  # fmt: skip
    assert (read.show_recordings, read.encrypt_numbers) == (True, False)
    assert (read.label_names, read.timeout_idle) == (None, None)
    assert (read.malformed, dict(read.extra)) == ((), {})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"voiceGroupId": 5}, 5),
        ({"voiceGroupId": "5"}, 5),
        ({"seatGroupId": "6"}, 6),
        ({"voiceGroupId": None, "seatGroupId": 6}, 6),
        ({"voiceGroupId": 5, "seatGroupId": 6}, 5),
    ],
)
@virtual
async def test_settings_name_their_group_in_either_way(data: dict[str, Any], expected: int) -> None:
    async with client_over(ScriptedTransport(ok(data))) as client:
        assert (await client.agent_groups.settings(5)).voice_group_id == expected


@virtual
async def test_settings_that_are_not_set_may_be_empty_texts() -> None:
    data = {
        "voiceGroupId": 5,
        "timeoutIdle": "",
        "labelName": "",
        "displaySwitch": "1",
        "groupName": "",
        "new": "",
    }
    async with client_over(ScriptedTransport(ok(data), ok({**data, "encryptNumber": 7}))) as client:
        read = await client.agent_groups.settings(5)
        odd = await client.agent_groups.settings(5)
    assert (read.timeout_idle, read.label_names, read.group_name) == (None, None, "")
    assert (read.show_recordings, read.encrypt_numbers) == (False, None)
    assert (read.malformed, dict(read.extra)) == ((), {"new": ""})
    assert (odd.encrypt_number, odd.encrypt_numbers) == (7, None)
    assert AgentGroupSettings(voice_group_id=5).show_recordings is None


@virtual
async def test_settings_can_be_read_changed_and_sent_back() -> None:
    transport = ScriptedTransport(answer(SETTINGS), ok())
    async with client_over(transport) as client:
        read = await client.agent_groups.settings(5000048)
        assert read.show_recordings is not None
        assert read.encrypt_numbers is not None
        await client.agent_groups.update_settings(
            read.voice_group_id,
            show_recordings=read.show_recordings,
            encrypt_numbers=read.encrypt_numbers,
            wrap_up_time=30,
        )
    assert json.loads(transport.requests[1].body or b"") == {
        "voiceGroupId": 5000048,
        "wrapUpTime": 30,
        "displaySwitch": 0,
        "encryptNumber": 1,
    }


JANUARY = datetime(2025, 1, 1, tzinfo=UTC)
VOICE_CALL: dict[str, Any] = {
    "voiceId": "v-1", "callee": "6590001000", "displayNum": "7777777", "code": "65",
    "submitTime": "2025-01-08T08:00:00+08:00", "callTime": "2025-01-08T08:00:01+08:00",
    "ringingTime": "2025-01-08T08:00:02+08:00", "answerTime": "2025-01-08T08:00:05+08:00",
    "hangupTime": "2025-01-08T08:00:35+08:00", "callDuration": 30, "chargedDuration": 60, "terminationCode": 200,
    "terminationReason": "OK", "billPeriod": "60+60", "rate": "0.0060",
}  # fmt: skip
VOICE_FIELDS: dict[str, Any] = {
    "voice_id": "v-1", "callee": "6590001000", "display_num": "7777777", "code": "65",
    "submit_time": "2025-01-08T08:00:00+08:00", "call_time": "2025-01-08T08:00:01+08:00",
    "ringing_time": "2025-01-08T08:00:02+08:00", "answer_time": "2025-01-08T08:00:05+08:00",
    "hangup_time": "2025-01-08T08:00:35+08:00", "call_duration": 30, "charged_duration": 60,
    "termination_code": 200, "termination_reason": "OK", "bill_period": "60+60", "rate": Decimal("0.0060"),
}  # fmt: skip

LISTINGS: dict[str, tuple[Any, dict[str, Any], Model]] = {
    "agent_groups": (
        lambda c: c.agent_groups.list(),
        {"voiceGroupId": 5000047, "groupName": "Sales", "appName": "App", "callinStrategy": None, "countSeat": 3},
        AgentGroup(voice_group_id=5000047, group_name="Sales", app_name="App", count_seat=3),
    ),
    "team_leaders": (
        lambda c: c.team_leaders.list(),
        {
            "keyId": 9, "empNo": "001", "petName": "B", "name": "Bình", "enable": 0, "voiceGroupIdList": [5, 8],
            "voiceGroupNameList": ["Sales", "Care"], "account": "b@x", "password": "pw1",
            "createTime": "2025-01-08 00:00:00", "updateTime": None,
        },
        TeamLeader(
            key_id=9, emp_no="001", pet_name="B", name="Bình", enable=0, voice_group_ids=[5, 8],
            voice_group_names=["Sales", "Care"], account="b@x", password="pw1",
            create_time="2025-01-08 00:00:00",
        ),
    ),
    "agents": (
        lambda c: c.agents.list(),
        {
            "keyId": 7, "empNo": "001", "petName": "A", "name": "An", "appId": "4luaKsL2", "deleteFlag": 0,
            "enable": 1, "priority": 1, "voiceGroupId": 5, "groupName": "Sales", "account": "an@x",
            "password": "pw1", "createTime": "2025-01-08 00:00:00", "updateTime": "2025-01-08 00:00:00",
            "displayNum": "6590001", "ccode": "65", "status": 2, "num": 4, "connectNum": 3, "connectRate": "75%",
        },
        Agent(
            key_id=7, emp_no="001", pet_name="A", name="An", app_id="4luaKsL2", delete_flag=0, enable=1,
            priority=1, voice_group_id=5, group_name="Sales", account="an@x", password="pw1",
            create_time="2025-01-08 00:00:00", update_time="2025-01-08 00:00:00", display_num="6590001",
            ccode="65", status=2, num=4, connect_num=3, connect_rate="75%",
        ),
    ),
    "call_records": (
        lambda c: c.call_records.list(start_time="2025-01-08", end_time="2025-01-09"),
        {
            "keyId": 1, "callSessionId": "s-1", "called": "6590001000", "encryptCalled": "65****1000",
            "calledInfo": "VIP", "cost": "0.10",
        },
        CallRecord(
            key_id=1, call_session_id="s-1", called="6590001000", encrypt_called="65****1000", called_info="VIP",
            cost=Decimal("0.10"),
        ),
    ),
    "sip_trunks": (
        lambda c: c.sip_trunks.list(),
        {
            "keyId": 3, "sipGatewayIp": "1.2.3.4", "sipWhiteIp": None, "type": 1, "state": 1,
            "sipTrunkName": "Main", "sipPrefix": "9", "ccIp": "5.6.7.8", "sipAccount": "acc", "sipPassword": "pw1",
            "sipTrunkState": True, "createTime": "2025-01-08 00:00:00", "updateTime": None,
            "groupList": [{"voiceGroupId": 5, "number": "6590001"}],
        },
        SipTrunk(
            key_id=3, sip_gateway_ip="1.2.3.4", type=1, state=1, sip_trunk_name="Main", sip_prefix="9",
            cc_ip="5.6.7.8", sip_account="acc", sip_password="pw1", sip_trunk_state=True,
            create_time="2025-01-08 00:00:00", groups=[{"voiceGroupId": 5, "number": "6590001"}],
        ),
    ),
    "tasks": (
        lambda c: c.tasks.list(),
        {
            "taskId": 4, "voiceGroupId": 5, "seatGroupName": "Sales", "remainCount": 1, "totalCount": 2,
            "remark": "r", "ccode": "65", "codeName": "Singapore", "taskStatus": 11, "taskType": 1,
            "finishFlag": 0, "completedRate": "50%", "groupTaskId": "g-1", "transfersNum": 1,
            "callFailuresNum": 0,
        },
        Task(
            task_id=4, voice_group_id=5, seat_group_name="Sales", remain_count=1, total_count=2, remark="r",
            ccode="65", code_name="Singapore", task_status=11, task_type=1, finish_flag=0, completed_rate="50%",
            group_task_id="g-1", transfers_num=1, call_failures_num=0,
        ),
    ),
    "phones": (
        lambda c: c.phones.list(app_id="a"),
        {"groupName": "Sales", "phoneName": "sip-1", "account": "4luaKsL2_1", "password": "pw1"},
        Phone(group_name="Sales", phone_name="sip-1", account="4luaKsL2_1", password="pw1"),
    ),
    "voice_files": (
        lambda c: c.voice_files.list(),
        {"fileId": "20230408.mp3", "fileName": "test.mp3"},
        VoiceFile(file_id="20230408.mp3", file_name="test.mp3"),
    ),
    "records of phones": (
        lambda c: c.voice_records.phones.list(since=JANUARY, until=JANUARY + timedelta(days=20)),
        {
            **VOICE_CALL, "costEur": "0.0060", "sipGroupName": "Sales", "phoneName": "sip-1",
            "recordingFileId": "r-1",
        },
        PhoneRecord(
            **VOICE_FIELDS, cost_eur=Decimal("0.0060"), sip_group_name="Sales", phone_name="sip-1",
            recording_file_id="r-1",
        ),
    ),
    "records of group calls": (
        lambda c: c.voice_records.groups.list(since=JANUARY, until=JANUARY + timedelta(days=20)),
        {
            **VOICE_CALL, "cost": "0.006", "settleRate": "0.1", "quoteExchange": "7.1", "settlePay": "0.04",
            "currency": "USD", "baseCost": "0.001", "voiceFileId": "20230408.mp3", "feedbackValue": -1,
            "calledInfo": "vip",
        },
        GroupCallRecord(
            **VOICE_FIELDS, cost=Decimal("0.006"), settle_rate=Decimal("0.1"), quote_exchange=Decimal("7.1"),
            settle_pay=Decimal("0.04"), currency="USD", base_cost=Decimal("0.001"), voice_file_id="20230408.mp3",
            feedback_value=-1, called_info="vip",
        ),
    ),
    "task numbers": (
        lambda c: c.tasks.details(4),
        {
            "keyId": 1, "encryptCalled": "65****1000", "seatName": "An", "sipGroupName": "Sales",
            "labelName": "gold", "remark": "r", "callId": "c-1", "errorReason": None, "status": 5, "callCount": 1,
        },
        TaskNumber(
            key_id=1, encrypt_called="65****1000", seat_name="An", sip_group_name="Sales", label_names="gold",
            remark="r", call_id="c-1", status=5, call_count=1,
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTINGS)
@virtual
async def test_rows_load_and_are_written_back(name: str) -> None:
    make, row, wanted = LISTINGS[name]
    live = {**row, "var01": {"a": 1}}
    async with client_over(ScriptedTransport(default=rows(live))) as client:
        (read,) = await make(client).collect()
        assert await make(client).total() == 1
    assert read == wanted
    assert (read.malformed, dict(read.extra)) == ((), {"var01": {"a": 1}})
    written = to_dict(read)
    assert {field: written[field] for field in live} == live
    again = pickle.loads(pickle.dumps(read))
    assert (again, dict(again.extra)) == (read, dict(read.extra))


@pytest.mark.parametrize("name", LISTINGS)
@virtual
async def test_numbers_may_be_text_and_text_numbers(name: str) -> None:
    make, row, wanted = LISTINGS[name]
    turned = {field: str(value) if type(value) is int else value for field, value in row.items()}
    turned.update({field: value for field, value in {"empNo": 1, "ccode": 65}.items() if field in row})
    async with client_over(ScriptedTransport(rows(turned, total="1", pages="1"))) as client:
        (read,) = await make(client).collect()
    assert read.malformed == ()
    for field in ("key_id", "voice_group_id", "status", "enable", "task_status"):
        assert getattr(read, field, None) == getattr(wanted, field, None)
    assert getattr(read, "ccode", None) in {None, "65"}
    assert getattr(read, "emp_no", None) in {None, "1"}


@virtual
async def test_task_numbers_may_have_a_list_of_tags() -> None:
    """Whether tags of a number are a text or a list is not documented: both load, on both paths."""
    page = rows({"keyId": 1, "labelName": ["a", "b"]}, {"keyId": 2, "labelName": ["a"], "remark": 5},
                {"keyId": 3, "labelName": "gold", "remark": 5}, {"keyId": 4, "labelName": None, "remark": 5})  # fmt: skip
    async with client_over(ScriptedTransport(page)) as client:
        numbers = await client.tasks.details(4).collect()
    assert [number.label_names for number in numbers] == [["a", "b"], ["a"], "gold", None]
    assert [number.malformed for number in numbers] == [()] * 4


@pytest.mark.parametrize(
    ("given", "expected"), [([5, "8"], [5, 8]), ([5, 8], [5, 8]), ("5", 5), (5, 5), (None, None), ([], [])]
)
@pytest.mark.parametrize("rate", ["50%", 50.5], ids=["fast path", "patient path"])
@virtual
async def test_tasks_may_have_one_group_or_several(rate: Any, given: Any, expected: Any) -> None:
    """A task is submitted for a list of groups, and may be listed with one or with a list."""
    row = {"taskId": 4, "voiceGroupId": given, "completedRate": rate}
    async with client_over(ScriptedTransport(rows(row))) as client:
        (task,) = await client.tasks.list().collect()
    assert (task.voice_group_id, task.completed_rate, task.malformed) == (expected, str(rate), ())


@pytest.mark.parametrize(("enable", "expected"), [(0, True), (1, False), (None, None), (7, False)])
@virtual
async def test_enabled_is_the_right_way_round(enable: Any, expected: bool | None) -> None:
    page = rows({"keyId": 1, "enable": enable})
    async with client_over(ScriptedTransport(default=page)) as client:
        agent, leader = await client.agents.list().first(), await client.team_leaders.list().first()
    assert agent is not None
    assert leader is not None
    assert agent.enabled is leader.enabled is expected


@virtual
async def test_results_load() -> None:
    """Counts, created agents, uploads, credentials and ids of tasks and calls, as the pages describe them."""
    transport = ScriptedTransport(
        ok({"total": 10, "remaining": "3"}),
        ok([{"keyId": 1, "name": "an@x"}, {"keyId": "2", "name": None}]),
        ok({"authentication": "Bearer abc"}),
        ok({"fileName": "t/1.mp3", "fileUrl": None}),
        ok({"filePath": "p/1", "numberTotalCount": "5", "numberSameCount": 1}),
        ok(None),
        ok({"taskId": "T-1"}),
        ok(77),
        ok({"id": "r-1"}),
        ok(""),
        ok({"keyId": 3}),
        ok({"keyId": "4"}),
        ok({"voiceId": 88}),
        ok(None),
        ok("20230408.mp3"),
        ok({"account": "sip-1", "password": "pw2"}),
        ok(
            [
                {
                    "voiceId": "v-1",
                    "callee": "6590001000",
                    "terminationCode": "0",
                    "terminationReason": "success",
                }
            ]
        ),
        ok("v-2"),
    )
    submit = {"file_path": "p/1", "file_name": "n.csv", "voice_group_ids": [5], "type": 0}
    call = {"callee": "6590001000", "account": "an", "app_id": "a"}
    trunk = {
        "type": 2,
        "sip_trunk_name": "Main",
        "sip_trunk_state": True,
        "groups": [TrunkGroup(voice_group_id=5)],
    }
    code = {"callee": "6590001000", "language": "EN", "text": "1, 2", "app_id": "a"}
    async with client_over(transport) as client:
        remaining = await client.agents.remaining(5)
        assert (remaining.total, remaining.remaining) == (10, 3)
        created = await client.agents.create_many(5, size=2)
        assert [(agent.key_id, agent.name) for agent in created] == [(1, "an@x"), (2, None)]
        credential = await client.agents.credential("an", expires=28_800)
        assert credential.authentication.reveal() == "Bearer abc"
        assert "abc" not in f"{credential!r} {credential}"
        with pytest.raises(TypeError):
            pickle.dumps(credential)
        assert await client.agent_groups.upload_ring(b"x", file_name="a.mp3") == RingSound(
            file_name="t/1.mp3"
        )
        uploaded = await client.tasks.upload_numbers(b"x", file_name="n.csv")
        assert uploaded == UploadedNumbers(file_path="p/1", number_total_count=5, number_same_count=1)
        assert await client.tasks.submit(**submit) is None  # type: ignore[arg-type]
        assert await client.tasks.submit(**submit) == "T-1"  # type: ignore[arg-type]
        assert await client.calls.make(**call) == "77"
        assert await client.calls.make(**call) == "r-1"
        assert await client.calls.make(**call) is None
        assert await client.team_leaders.create(name="Bình", voice_group_ids=[5]) == 3
        assert await client.sip_trunks.create(**trunk) == 4
        for voice_id in ("88", None):
            assert await client.voice_codes.send(**code) == voice_id
        assert await client.voice_files.upload(b"ID3", file_name="test.mp3") == "20230408.mp3"
        password = await client.phones.reset_password("sip-1", app_id="a")
        assert password.reveal() == "pw2"
        outcome = GroupCallOutcome(
            callee="6590001000",
            accepted=True,
            voice_id="v-1",
            termination_code=0,
            termination_reason="success",
        )
        sent = await client.group_calls.send(callees="6590001000", file_id="20230408.mp3", app_id="a")
        assert sent == (outcome,)
        assert await client.phone_calls.start(**call) == "v-2"


# -- one-time passwords and text messages --------------------------------------------------------------------

AN = "6590001000"
OTP_TEMPLATE = {
    "templateId": "3", "appId": "4luaKsL2", "name": "Login", "text": "Mã: ##code##", "codeType": 1, "codeLength": 4,
    "speechRate": 50, "language": "EN", "maxDuration": 59, "repeatCnt": 1, "senderId": None,
}  # fmt: skip


@pytest.mark.parametrize(
    "data", [[OTP_TEMPLATE], {"records": [OTP_TEMPLATE], "total": 1}, {"records": [OTP_TEMPLATE]}]
)
@virtual
async def test_the_sample_of_templates_loads_as_a_list_or_as_a_page(data: Any) -> None:
    async with client_over(ScriptedTransport(ok(data))) as client:
        (read,) = await client.otp_templates.list().collect()
    assert read == OtpTemplate(
        template_id=3, app_id="4luaKsL2", name="Login", text="Mã: ##code##", code_type=1, code_length=4,
        speech_rate=50, language="EN", max_duration=59, repeat_count=1,
    )  # fmt: skip
    assert (read.malformed, dict(read.extra)) == ((), {})


@virtual
async def test_the_samples_of_applications_flows_and_checks_load() -> None:
    app = {"appId": "4luaKsL2", "createTime": "2025-01-08 08:00:00", "name": "Shop", "codeExpiry": "5"}
    flow = {
        "flowId": 3,
        "name": "Twice",
        "flow": [{"waitingTime": 30, "status": 1, "channel": "sms", "channelCut": 0}],
    }
    transport = ScriptedTransport(
        ok(app), ok(flow), ok({"to": AN, "matched": 0}), ok({"verificationId": 7, "to": AN})
    )
    async with client_over(transport) as client:
        assert (await client.otp_apps.get("4luaKsL2")).code_expiry == 5
        assert await client.otp_flows.get(3) == OtpFlow(flow_id=3, name="Twice", steps=flow["flow"])  # type: ignore[arg-type]
        assert await client.otp.verify("v1", "1234") == OtpCheck(to=AN, matched=0)
        assert (await client.otp.resend("v1")).verification_id == "7"


@virtual
async def test_the_parts_of_a_record_may_be_single() -> None:
    """By the id of the verification the message is an object, by the reference an array."""
    data = {
        "verifications": {"matched": "0", "verifiedDate": "2025-01-08 08:00:00", "oriReceiver": AN, "channel": "sms"},
        "sms": {"submitTm": "2025-01-08 08:00:00", "mcc": 525, "chargeCnt": 1, "status": 0, "reason": "0"},
        "call": [{"terminationCode": "200"}], "verificationId": 7,
    }  # fmt: skip
    async with client_over(ScriptedTransport(default=ok(data))) as client:
        record = await client.otp.record("7")
        found = await client.otp.find("o1", app_id="a")
    assert record == found
    assert (record.verification_id, record.right) == ("7", True)
    assert (record.sms or [{}])[0]["mcc"] == 525
    assert (record.calls or [{}])[0]["terminationCode"] == "200"


SENT = {"status": "0", "reason": "success", "success": "2", "fail": "0"}
MSG_IDS = ("2108021054011000095", "2108021054011000096")


@virtual
async def test_the_samples_of_sent_messages_load() -> None:
    """Ids of 19 digits stay text; counts beside them are text, too."""
    array = [{"msgId": key, "number": number, "orderId": order} for key, number, order in
             zip(MSG_IDS, (AN, "6590001001"), ("o1", "o2"), strict=True)]  # fmt: skip
    transport = ScriptedTransport(default=answer({**SENT, "array": array}))
    async with client_over(transport) as client:
        messages = [
            SmsMessage(to=AN, text="hi", order_ids="o1"),
            SmsMessage(to="6590001001", text="ho", order_ids="o2"),
        ]
        for outcomes in (
            await client.sms.send(app_id="a", to=[AN, "6590001001"], text="hi", order_ids=["o1", "o2"]),
            await client.sms.send_batch(messages, app_id="a"),
        ):
            assert [(one.msg_id, one.sent, one.order_id) for one in outcomes] == [
                (MSG_IDS[0], True, "o1"),
                (MSG_IDS[1], True, "o2"),
            ]


@virtual
async def test_the_samples_of_reports_load() -> None:
    """A failed message has 1 or 2 for its state, by the language of the page."""
    row = {"msgId": MSG_IDS[0], "number": AN, "receiveTime": "2021-02-12T09:30:03+08:00", "status": "0"}
    array = [row, {**row, "msgId": "2", "status": "2"}, {**row, "msgId": "3", "status": "-1"}]
    counts = {"success": "1", "fail": "1", "sending": "1", "nofound": "0"}
    transport = ScriptedTransport(default=answer({**SENT, **counts, "array": array}))
    begin, end = datetime(2021, 2, 12, tzinfo=UTC), datetime(2021, 2, 13, tzinfo=UTC)
    async with client_over(transport) as client:
        reports = await client.sms.reports(["1", "2", "3"], app_id="a")
        sent = await client.sms.list_sent(app_id="a", since=begin, until=end).collect()
    assert reports == sent
    assert reports[0] == SmsReport(
        msg_id=MSG_IDS[0], number=AN, receive_time="2021-02-12T09:30:03+08:00", status=0
    )
    assert [one.delivered for one in reports] == [True, False, None]
    assert reports[0].received == datetime(2021, 2, 12, 1, 30, 3, tzinfo=UTC)


@virtual
async def test_the_sample_of_received_messages_loads() -> None:
    row = {
        "number": AN, "sendId": "6580", "receiveTime": "2022-07-01T09:30:03+08:00", "content": "stop", "mcc": 525,
        "mnc": 1, "operator": "SingTel", "pricedetail": {"pay": "0.03", "currency": "USD", "chargeCnt": 1},
    }  # fmt: skip
    begin, end = datetime(2022, 7, 1, tzinfo=UTC), datetime(2022, 7, 2, tzinfo=UTC)
    async with client_over(ScriptedTransport(rows(row))) as client:
        (read,) = await client.sms.list_received(app_id="a", since=begin, until=end).collect()
    assert read == ReceivedSms(
        number=AN, send_id="6580", receive_time="2022-07-01T09:30:03+08:00", content="stop", mcc=525, mnc=1,
        operator="SingTel", price_detail={"pay": "0.03", "currency": "USD", "chargeCnt": 1},
    )  # fmt: skip
    assert (read.malformed, dict(read.extra)) == ((), {})
