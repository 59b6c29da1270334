"""One call of each operation of ITNIO TECH, and the request that it sends."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from stringee_async import ItniotechClient, Secret
from stringee_async.itniotech import CLEAR, ISO_TIME, OtpLimit, OtpStep, SmsMessage, TrunkGroup
from stringee_async.itniotech.datetimes import VENDOR_ZONE

Call = Callable[[ItniotechClient], Awaitable[Any]]
MORNING = "T08%3A00%3A00%2B08%3A00"
SOUND = b"ID3\x04sound"
FILE = base64.b64encode(SOUND).decode()
BUSY_MORNING = {"start_time": "2025-01-08 00:00:00", "end_time": "2025-01-08 12:00:00"}
TRUNK: dict[str, Any] = {
    "type": 2, "sip_trunk_name": "Main", "sip_trunk_state": True,
    "groups": [TrunkGroup(voice_group_id=5000047, number="6590001"), TrunkGroup(voice_group_id="8")],
}  # fmt: skip
TRUNK_WIRE: dict[str, Any] = {
    "type": 2, "sipTrunkName": "Main",
    "groupList": [{"voiceGroupId": 5000047, "number": "6590001"}, {"voiceGroupId": 8}], "sipTrunkState": True,
}  # fmt: skip

VOICE_SPAN: dict[str, Any] = {
    "since": datetime(2025, 1, 8, tzinfo=UTC), "until": datetime(2025, 1, 9, 0, 0, 0, 5, tzinfo=UTC)
}  # fmt: skip
VOICE_TIMES = {"strTime": "2025-01-08T08:00:00+08:00", "endTime": "2025-01-09T08:01:01+08:00"}
"""A minute more than is asked for."""

ANSWER = {
    "voiceId": "v1", "password": "pw1", "fileId": "f.mp3", "keyId": 1, "voiceGroupId": 5, "fileName": "f", "filePath": "p", "authentication": "Bearer x", "taskId": 1,
    "appId": "a", "templateId": 3, "flowId": 3, "verificationId": "v1",
    "total": 0, "size": 50, "current": 1, "pages": 0, "records": None,
}  # fmt: skip
"""What every call can read as its result."""


def listing(client_call: Callable[[ItniotechClient], Any]) -> Call:
    return lambda client: client_call(client).collect()


def page(size: int = 50, **params: Any) -> dict[str, Any]:
    return {"current": 1, "size": size, "params": params}


CALLS: dict[str, tuple[Call, str, str, Any]] = {
    # operation and variant: call, method, raw target, JSON body (None: no body)
    "agent_groups.update_settings least": (
        lambda c: c.agent_groups.update_settings(5000047, show_recordings=True, encrypt_numbers=False),
        "POST", "/v3/cc/seatGroup/basicSetting",
        {"voiceGroupId": 5000047, "displaySwitch": 0, "encryptNumber": 1},
    ),
    "agent_groups.update_settings all": (
        lambda c: c.agent_groups.update_settings(
            "5000047", show_recordings=False, encrypt_numbers=True, callin_strategy=4, timeout_transfer_sec=45,
            callin_auto_answer_sec=0, wrap_up_time=20, timeout_idle=CLEAR, timeout_wait_sec=60,
            turn_seat_ring="turnseatring-template/1.mp3", label_names=["gold", "bạc"], fs_node="SG_FS",
        ),
        "POST", "/v3/cc/seatGroup/basicSetting",
        {
            "voiceGroupId": 5000047, "callinStrategy": 4, "timeoutTransferSec": 45, "callinAutoAnswerSec": 0,
            "wrapUpTime": 20, "timeoutIdle": "", "timeoutWaitSec": 60,
            "turnSeatRing": "turnseatring-template/1.mp3", "labelName": ["gold", "bạc"], "displaySwitch": 1,
            "encryptNumber": 0, "fsNode": "SG_FS",
        },
    ),
    "agent_groups.settings": (
        lambda c: c.agent_groups.settings(5000047),
        "GET", "/v3/cc/seatGroup/basicSettingResp?voiceGroupId=5000047", None,
    ),
    "agent_groups.list": (listing(lambda c: c.agent_groups.list()), "POST", "/v3/cc/seatGroup/query", page()),
    "agent_groups.list filter": (
        listing(lambda c: c.agent_groups.list(group_name="Sales", page_size=10)),
        "POST", "/v3/cc/seatGroup/query", page(10, groupName="Sales"),
    ),
    "agent_groups.find": (
        lambda c: c.agent_groups.find(group_name="Sales"),
        "POST", "/v3/cc/seatGroup/query", page(100, groupName="Sales"),
    ),
    "agent_groups.rename": (
        lambda c: c.agent_groups.rename(5, group_name="Sales 2"),
        "POST", "/v3/cc/seatGroup/updateGroup", {"voiceGroupId": 5, "groupName": "Sales 2"},
    ),
    "agent_groups.delete": (
        lambda c: c.agent_groups.delete("5"), "GET", "/v3/cc/seatGroup/deleteGroup?voiceGroupId=5", None,
    ),
    "agent_groups.upload_ring": (
        lambda c: c.agent_groups.upload_ring(SOUND, file_name="ring.mp3"),
        "POST", "/v3/cc/seatGroup/upload", {"fileName": "ring.mp3", "file": FILE},
    ),
    "agent_groups.delete_ring": (
        lambda c: c.agent_groups.delete_ring(5),
        "POST", "/v3/cc/seatGroup/delete/optionaudio", {"seatGroupId": 5},
    ),
    "team_leaders.create": (
        lambda c: c.team_leaders.create(name="Bình", voice_group_ids=[5, "8"], pet_name="B"),
        "POST", "/v3/cc/teamleader/add", {"name": "Bình", "petName": "B", "voiceGroupIdList": [5, 8]},
    ),
    "team_leaders.list": (listing(lambda c: c.team_leaders.list()), "POST", "/v3/cc/teamleader/query", page()),
    "team_leaders.list filter": (
        listing(lambda c: c.team_leaders.list(enabled=False, name="B", voice_group_ids=(5,))),
        "POST", "/v3/cc/teamleader/query", page(enable=1, name="B", voiceGroupIdList=[5]),
    ),
    "team_leaders.update": (
        lambda c: c.team_leaders.update(
            9, emp_no=7, name="Bình", voice_group_ids=[5], pet_name="b", password=Secret("pw1")
        ),
        "POST", "/v3/cc/teamleader/update",
        {"keyId": 9, "empNo": "7", "name": "Bình", "petName": "b", "password": "pw1", "voiceGroupIdList": [5]},
    ),
    "team_leaders.delete": (
        lambda c: c.team_leaders.delete(9, "10"),
        "POST", "/v3/cc/teamleader/batchUpdateStatus", {"idList": [9, 10], "type": 2},
    ),
    "team_leaders.disable": (
        lambda c: c.team_leaders.disable(9),
        "POST", "/v3/cc/teamleader/batchUpdateStatus", {"idList": [9], "type": 3},
    ),
    "team_leaders.enable": (
        lambda c: c.team_leaders.enable(9),
        "POST", "/v3/cc/teamleader/batchUpdateStatus", {"idList": [9], "type": 4},
    ),
    "agents.remaining": (
        lambda c: c.agents.remaining(5), "GET", "/v3/cc/seat/querySipTotal?voiceGroupId=5", None,
    ),
    "agents.create_many least": (
        lambda c: c.agents.create_many(5, size=2),
        "POST", "/v3/cc/seat/addSeatList", {"voiceGroupId": 5, "size": 2},
    ),
    "agents.create_many all": (
        lambda c: c.agents.create_many(5, size=2, display_num="6590001", ccode="65"),
        "POST", "/v3/cc/seat/addSeatList",
        {"voiceGroupId": 5, "size": 2, "displayNum": "6590001", "ccode": "65"},
    ),
    "agents.list": (listing(lambda c: c.agents.list()), "POST", "/v3/cc/seat/query", page()),
    "agents.list filter": (
        listing(lambda c: c.agents.list(
            enabled=True, name="An", voice_group_id=5, status=2,
            start_time=datetime(2025, 1, 8, tzinfo=VENDOR_ZONE),
            end_time=datetime(2025, 1, 31, 23, 59, 59, tzinfo=VENDOR_ZONE),
        )),
        "POST", "/v3/cc/seat/query",
        page(
            enable=0, name="An", voiceGroupId=5, status=2, strTime="2025-01-08 00:00:00",
            endTime="2025-01-31 23:59:59",
        ),
    ),
    "agents.update least": (
        lambda c: c.agents.update(7, voice_group_id=5, name="An", emp_no="001"),
        "POST", "/v3/cc/seat/updateSeat", {"keyId": 7, "name": "An", "empNo": "001", "voiceGroupId": "5"},
    ),
    "agents.update all": (
        lambda c: c.agents.update(
            7, voice_group_id="5", name="An", emp_no=1, display_num="6590001", ccode="65", pet_name="A",
            password="pw1",
        ),
        "POST", "/v3/cc/seat/updateSeat",
        {
            "keyId": 7, "name": "An", "empNo": "1", "displayNum": "6590001", "ccode": "65", "petName": "A",
            "password": "pw1", "voiceGroupId": "5",
        },
    ),
    "agents.delete": (
        lambda c: c.agents.delete(7, 8), "POST", "/v3/cc/seat/batchingSeat", {"idList": [7, 8], "type": 2},
    ),
    "agents.disable": (
        lambda c: c.agents.disable(7), "POST", "/v3/cc/seat/batchingSeat", {"idList": [7], "type": 3},
    ),
    "agents.enable": (
        lambda c: c.agents.enable(7), "POST", "/v3/cc/seat/batchingSeat", {"idList": [7], "type": 4},
    ),
    "agents.set_priority": (
        lambda c: c.agents.set_priority(5, {7: 1, "8": 999}),
        "POST", "/v3/cc/seat/updatePriority",
        {"voiceGroupId": 5, "params": [{"keyId": 7, "priority": 1}, {"keyId": 8, "priority": 999}]},
    ),
    "agents.credential": (
        lambda c: c.agents.credential("an@x", expires=60),
        "POST", "/v3/cc/seat/createSdkAuthentication", {"account": "an@x", "expires": 60},
    ),
    "call_records.list least": (
        listing(lambda c: c.call_records.list(**BUSY_MORNING)),
        "POST", "/v3/cc/record/query",
        page(startTime="2025-01-08 00:00:00", endTime="2025-01-08 12:00:00"),
    ),
    "call_records.list all": (
        listing(lambda c: c.call_records.list(
            start_time=datetime(2025, 1, 8, tzinfo=UTC), end_time=datetime(2025, 1, 9, tzinfo=UTC),
            voice_group_id=5, sip_group_name="Sales", agent_ids=[7], agent_names=["An"], call_types=[1, 3],
            hangup_reasons=(0, 9), called_or_caller="6590001", ccodes=["65"], hanging_directions=[0],
            label_names=["gold"], time_format=ISO_TIME, page_size=1,
        )),
        "POST", "/v3/cc/record/query",
        page(
            1, startTime="2025-01-08T08:00:00+08:00", endTime="2025-01-09T08:00:00+08:00", voiceGroupId=5,
            sipGroupName="Sales", seatId=[7], seatNameList=["An"], callType=[1, 3], hangupReason=[0, 9],
            calledOrCaller="6590001", ccode=["65"], hangingDirection=[0], labelNames=["gold"],
        ),
    ),
    "call_records.list since": (
        listing(lambda c: c.call_records.list(
            since=datetime(2025, 1, 8, tzinfo=UTC), until=datetime(2025, 1, 8, 1, 0, 0, 5, tzinfo=UTC)
        )),
        "POST", "/v3/cc/record/query", page(startTime="2025-01-08 08:00:00", endTime="2025-01-08 09:00:01"),
    ),
    "call_records.list_older": (
        listing(lambda c: c.call_records.list_older(
            start_time=datetime(2025, 1, 8, tzinfo=VENDOR_ZONE), end_time=datetime(2025, 1, 9, tzinfo=VENDOR_ZONE)
        )),
        "POST", "/voice/ccRecordQuery",
        page(strTime="2025-01-08T00:00:00+08:00", endTime="2025-01-09T00:00:00+08:00"),
    ),
    "sip_trunks.create least": (
        lambda c: c.sip_trunks.create(**TRUNK), "POST", "/v3/cc/sipTrunk/add", TRUNK_WIRE,
    ),
    "sip_trunks.create all": (
        lambda c: c.sip_trunks.create(
            **TRUNK, sip_prefix="9", sip_gateway_ip="1.2.3.4", sip_white_ip="5.6.7.8", sip_account="acc",
            sip_password="pw1",
        ),
        "POST", "/v3/cc/sipTrunk/add",
        {
            "type": 2, "sipTrunkName": "Main", "sipPrefix": "9", "groupList": TRUNK_WIRE["groupList"],
            "sipGatewayIp": "1.2.3.4", "sipWhiteIp": "5.6.7.8", "sipTrunkState": True, "sipAccount": "acc",
            "sipPassword": "pw1",
        },
    ),
    "sip_trunks.list": (
        listing(lambda c: c.sip_trunks.list(type=1, sip_trunk_name="Main")),
        "POST", "/v3/cc/sipTrunk/query", page(type=1, sipTrunkName="Main"),
    ),
    "sip_trunks.update": (
        lambda c: c.sip_trunks.update(3, **TRUNK, sip_password="pw1"),
        "POST", "/v3/cc/sipTrunk/update", {"keyId": 3, **TRUNK_WIRE, "sipPassword": "pw1"},
    ),
    "tasks.upload_numbers": (
        lambda c: c.tasks.upload_numbers(SOUND, file_name="numbers.xlsx"),
        "POST", "/v3/cc/preview/upload", {"fileName": "numbers.xlsx", "file": FILE},
    ),
    "tasks.submit least": (
        lambda c: c.tasks.submit(file_path="p/1", file_name="n.csv", type=0),
        "POST", "/v3/cc/preview/submitTask", {"filePath": "p/1", "fileName": "n.csv", "type": 0},
    ),
    "tasks.submit all": (
        lambda c: c.tasks.submit(
            file_path="p/1", file_name="n.csv", voice_group_ids=[5], type=1, ccode="65", display_num="6590001",
            max_ringing_time=20, remark="r", app_id="4luaKsL2", callout_rate=Decimal("1.5"),
        ),
        "POST", "/v3/cc/preview/submitTask",
        {
            "filePath": "p/1", "fileName": "n.csv", "remark": "r", "ccode": "65", "voiceGroupId": [5], "type": 1,
            "displayNum": "6590001", "maxRingingTime": 20, "appId": "4luaKsL2", "calloutRate": 1.5,
        },
    ),
    "tasks.resend": (
        lambda c: c.tasks.resend("T1", resend_type=3),
        "POST", "/v3/cc/preview/resendTask", {"taskId": "T1", "resendType": 3},
    ),
    "tasks.list": (listing(lambda c: c.tasks.list()), "POST", "/v3/cc/preview/query", page()),
    "tasks.list filter": (
        listing(lambda c: c.tasks.list(
            **BUSY_MORNING, task_id=4, task_statuses=[11], task_type=1, finish_flag=True, voice_group_ids=[5]
        )),
        "POST", "/v3/cc/preview/query",
        page(
            startTime="2025-01-08 00:00:00", endTime="2025-01-08 12:00:00", taskId=4, taskStatus=[11], taskType=1,
            finishFlag=1, voiceGroupIds=[5],
        ),
    ),
    "tasks.details": (
        listing(lambda c: c.tasks.details(
            4, called="6590001", sip_group_id=5, agent_ids=[7], label_names=["gold"], remark="r", statuses=[1, 9]
        )),
        "POST", "/v3/cc/preview/queryTaskDetail",
        page(
            taskId=4, called="6590001", sipGroupId=5, seatId=[7], labelNames=["gold"], remark="r",
            statusList=[1, 9],
        ),
    ),
    "calls.make": (
        lambda c: c.calls.make(
            callee="+65 9000-1000", account="an", app_id="4luaKsL2", display_num="6590001", called_info="i"
        ),
        "POST", "/voice/sendSip",
        {
            "callee": "6590001000", "displayNum": "6590001", "account": "an", "appId": "4luaKsL2",
            "calledInfo": "i",
        },
    ),
    "sms.send least": (
        lambda c: c.sms.send(app_id="a", to="+65 9000 1000", text="hi"),
        "POST", "/sms/sendSms", {"appId": "a", "content": "hi", "numbers": "6590001000"},
    ),
    "sms.send all": (
        lambda c: c.sms.send(
            app_id="a", to=["6590001000", "6590001001"], text="Mã: 1\n", sender="Shop", order_ids=["o1", "o2"],
            extra={"new": 1},
        ),
        "POST", "/sms/sendSms",
        {
            "new": 1, "appId": "a", "content": "Mã: 1\n", "senderId": "Shop", "numbers": "6590001000,6590001001",
            "orderId": "o1,o2",
        },
    ),
    "sms.send_batch": (
        lambda c: c.sms.send_batch(
            [
                SmsMessage(to="6590001000", text="hi", sender="Shop", order_ids="o1"),
                SmsMessage(to=["6590001001", "6590001002"], text="ho"),
            ],
            app_id="a",
        ),
        "POST", "/sms/sendSms/batch",
        {
            "appId": "a",
            "array": [
                {"numbers": "6590001000", "orderId": "o1", "content": "hi", "senderId": "Shop"},
                {"numbers": "6590001001,6590001002", "content": "ho"},
            ],
        },
    ),
    "sms.reports": (
        lambda c: c.sms.reports(["1", "2"], app_id="a"), "GET", "/sms/getReport?appId=a&msgIds=1%2C2", None,
    ),
    "sms.list_sent": (
        listing(lambda c: c.sms.list_sent(
            app_id="a", since=datetime(2025, 1, 8, tzinfo=UTC), until=datetime(2025, 1, 9, tzinfo=UTC)
        )),
        "GET",
        f"/sms/getSentRcd?appId=a&startTime=2025-01-08{MORNING}&endTime=2025-01-09{MORNING}&startIndex=0",
        None,
    ),
    "sms.list_received": (
        listing(lambda c: c.sms.list_received(
            app_id="a", since=datetime(2025, 1, 8, tzinfo=UTC), until=datetime(2025, 1, 9, 0, 0, 0, 5, tzinfo=UTC)
        )),
        "POST", "/sms/recordMo",
        {
            "appId": "a", "current": 1, "size": 50,
            "params": {"strTime": "2025-01-08T08:00:00+08:00", "endTime": "2025-01-09T08:00:01+08:00"},
        },
    ),
    "sms.report_entered": (
        lambda c: c.sms.report_entered("6590001000", app_id="a", entered=datetime(2025, 1, 8, tzinfo=UTC), msg_id="1"),
        "POST", "/sms/postback/backfill",
        {"appId": "a", "number": "6590001000", "msgid": "1", "time": "1736294400000"},
    ),
    "voice_codes.send": (
        lambda c: c.voice_codes.send(
            callee="+65 9000-1000", language="EN", text="1, 2", app_id="a", display_num="6590001", loop_count=9,
            recall_count=0, called_info="i",
        ),
        "POST", "/voice/sendCode",
        {
            "callee": "6590001000", "language": "EN", "text": "1, 2", "appId": "a", "displayNum": "6590001",
            "loopCount": 9, "recallCount": 0, "calledInfo": "i",
        },
    ),
    "phones.create_many least": (
        lambda c: c.phones.create_many(app_id="a", group_name="Sales", phone_name="phone", quantity=1),
        "POST", "/voice/sipAdd", {"groupName": "Sales", "phoneName": "phone", "quantity": 1, "appId": "a"},
    ),
    "phones.create_many all": (
        lambda c: c.phones.create_many(
            app_id="a", group_name="Sales", phone_name="phone", quantity=50, display_num="7777777", extra={"new": 1}
        ),
        "POST", "/voice/sipAdd",
        {
            "new": 1, "groupName": "Sales", "phoneName": "phone", "quantity": 50, "displayNum": "7777777", "appId": "a",
        },
    ),
    "phones.list": (
        listing(lambda c: c.phones.list(app_id="a")), "POST", "/voice/sipQuery", page(appId="a"),
    ),
    "phones.reset_password": (
        lambda c: c.phones.reset_password("sip00000001", app_id="a"),
        "POST", "/voice/sipReset", {"account": "sip00000001", "appId": "a"},
    ),
    "voice_files.upload": (
        lambda c: c.voice_files.upload(SOUND, file_name="test.mp3"),
        "POST", "/voice/fileUpload", {"fileName": "test.mp3", "file": FILE},
    ),
    "voice_files.list": (
        listing(lambda c: c.voice_files.list()), "POST", "/voice/fileQuery", {"current": 1, "size": 50, "params": None},
    ),
    "group_calls.send least": (
        lambda c: c.group_calls.send(callees="+65 9000 1000", file_id="f.mp3", app_id="a"),
        "POST", "/voice/sendGroup", {"callee": "6590001000", "fileId": "f.mp3", "appId": "a"},
    ),
    "group_calls.send all": (
        lambda c: c.group_calls.send(
            callees=["6590001000", "6590001001"], file_id="f.mp3", app_id="a", display_num="6590001",
            max_duration=120, max_ringing_time=20, loop_count=9, called_info="i", extra={"new": 1},
        ),
        "POST", "/voice/sendGroup",
        {
            "new": 1, "callee": "6590001000,6590001001", "fileId": "f.mp3", "appId": "a", "displayNum": "6590001",
            "maxDuration": 120, "maxRingingTime": 20, "loopCount": 9, "calledInfo": "i",
        },
    ),
    "phone_calls.start": (
        lambda c: c.phone_calls.start(
            callee="+65 9000-1000", account="sip00000001", app_id="a", display_num="1234567", called_info="i"
        ),
        "POST", "/voice/sendSip",
        {
            "callee": "6590001000", "displayNum": "1234567", "account": "sip00000001", "appId": "a", "calledInfo": "i",
        },
    ),
    "voice_records.phones.get": (
        lambda c: c.voice_records.phones.get("v1"), "GET", "/voice/recordSip/v1", None,
    ),
    "voice_records.phones.list": (
        listing(lambda c: c.voice_records.phones.list(
            **VOICE_SPAN, group_name="Sales", phone_name="phone-1", page_size=10
        )),
        "POST", "/voice/recordSipQuery",
        page(10, **VOICE_TIMES, sipGroupName="Sales", phoneName="phone-1"),
    ),
    "voice_records.groups.get": (
        lambda c: c.voice_records.groups.get("v1"), "GET", "/voice/recordGroup/v1", None,
    ),
    "voice_records.groups.list": (
        listing(lambda c: c.voice_records.groups.list(**VOICE_SPAN)),
        "POST", "/voice/recordGroupQuery", page(**VOICE_TIMES),
    ),
    "otp_apps.create least": (
        lambda c: c.otp_apps.create(name="Shop"), "POST", "/otp/app/add", {"name": "Shop"},
    ),
    "otp_apps.create all": (
        lambda c: c.otp_apps.create(
            name="Shop", code_expiry=60, total_limit=OtpLimit(limit=1000, period=1, unit=1),
            phone_limit=OtpLimit(limit=3, period=90, unit=3, enabled=False),
        ),
        "POST", "/otp/app/add",
        {
            "name": "Shop", "codeExpiry": 60,
            "periodTotalSendLimit": {"enabled": True, "unit": 1, "period": 1, "limit": 1000},
            "periodPhoneSendLimit": {"enabled": False, "unit": 3, "period": 90, "limit": 3},
        },
    ),
    "otp_apps.get": (lambda c: c.otp_apps.get("4luaKsL2"), "GET", "/otp/app/details/4luaKsL2", None),
    "otp_apps.update": (
        lambda c: c.otp_apps.update("4luaKsL2", name="Shop 2", code_expiry=5, extra={"new": 1}),
        "PUT", "/otp/app/update/4luaKsL2", {"new": 1, "name": "Shop 2", "codeExpiry": 5},
    ),
    "otp_templates.create least": (
        lambda c: c.otp_templates.create(app_id="a", name="Login", text="Mã: ##code##"),
        "POST", "/otp/template/add", {"appId": "a", "name": "Login", "text": "Mã: ##code##"},
    ),
    "otp_templates.create all": (
        lambda c: c.otp_templates.create(
            app_id="a", name="Login", text="##code##", code_type=1, code_length=10, speech_rate=0, language="VN",
            max_duration=599, repeat_count=10, sender="Shop",
        ),
        "POST", "/otp/template/add",
        {
            "appId": "a", "name": "Login", "text": "##code##", "codeType": 1, "codeLength": 10, "speechRate": 0,
            "language": "VN", "maxDuration": 599, "repeatCnt": 10, "senderId": "Shop",
        },
    ),
    "otp_templates.get": (  # the vendor's own client drops an id that is part of its URL
        lambda c: c.otp_templates.get(3), "GET", "/otp/template/details/3", None,
    ),
    "otp_templates.list": (listing(lambda c: c.otp_templates.list()), "GET", "/otp/template/list", None),
    "otp_templates.update": (
        lambda c: c.otp_templates.update("3", name="Log in", text="##code##!", code_length=6),
        "PUT", "/otp/template/update/3", {"name": "Log in", "text": "##code##!", "codeLength": 6},
    ),
    "otp_flows.create": (
        lambda c: c.otp_flows.create(
            name="Twice",
            steps=[
                OtpStep(waiting_time=30, status=1, channel="sms"),
                OtpStep(waiting_time=120, status=2, channel="call", switch_channel=False),
            ],
        ),
        "POST", "/otp/flow/add",
        {
            "name": "Twice",
            "flow": [
                {"waitingTime": 30, "status": 1, "channel": "sms", "channelCut": 0},
                {"waitingTime": 120, "status": 2, "channel": "call", "channelCut": 1},
            ],
        },
    ),
    "otp_flows.get": (lambda c: c.otp_flows.get("3"), "GET", "/otp/flow/details/3", None),
    "otp_flows.list": (listing(lambda c: c.otp_flows.list()), "GET", "/otp/flow/list", None),
    "otp_flows.update": (
        lambda c: c.otp_flows.update(3, name="Thrice"), "PUT", "/otp/flow/update/3", {"name": "Thrice"},
    ),
    "otp.send least": (
        lambda c: c.otp.send(app_id="a", template_id=7, to="+65 9000 1000"),
        "POST", "/otp/verification/send", {"appId": "a", "templateId": 7, "to": "6590001000"},
    ),
    "otp.send all": (
        lambda c: c.otp.send(
            app_id="a", template_id="7", to="6590001000", flow_id="3", channel="call", order_id="o1", extra={"new": 1}
        ),
        "POST", "/otp/verification/send",
        {
            "new": 1, "appId": "a", "templateId": 7, "to": "6590001000", "flowId": 3, "channel": "call",
            "orderId": "o1",
        },
    ),
    "otp.send_code": (
        lambda c: c.otp.send_code(app_id="a", to="6590001000", code="X7-1", template_id=7, order_id="o1"),
        "POST", "/otp/verification/sendRule",
        {"appId": "a", "to": "6590001000", "templateId": 7, "orderId": "o1", "code": "X7-1"},
    ),
    "otp.resend": (
        lambda c: c.otp.resend("v1", channel="call"),
        "POST", "/otp/verification/resend", {"verificationId": "v1", "channel": "call"},
    ),
    "otp.verify": (
        lambda c: c.otp.verify("v1", Secret("1234")),
        "POST", "/otp/verification/verify", {"verificationId": "v1", "code": "1234"},
    ),
    "otp.record": (lambda c: c.otp.record("v 1"), "GET", "/otp/verification/record/v%201", None),
    "otp.find": (
        lambda c: c.otp.find("o1", app_id="a"),
        "POST", "/otp/verification/orderId/record", {"appId": "a", "orderId": "o1"},
    ),
    "otp.report_rate": (
        lambda c: c.otp.report_rate(
            app_id="a", mcc=525, entered=9, sent=10, rate=Decimal(90), reported=datetime(2025, 1, 8, tzinfo=UTC)
        ),
        "POST", "/otp/backfillRate",
        {
            "appId": "a", "mcc": "525", "backfillNumber": "9", "backfillCardinalNumber": "10",
            "backfillNow": "90.00", "callbackTime": "2025-01-08T08:00:00+08:00",
        },
    ),
    "balance.get": (lambda c: c.balance(), "GET", "/sms/getBalance", None),
}  # fmt: skip
