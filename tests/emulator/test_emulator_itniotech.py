"""The ITNIO TECH dialect as a whole: signature, envelope, paths, pages, faults, accounts, rate limit."""

import json
import time
from typing import Any

import aiohttp
import pytest

from stringee_async.emulator import Emulator, Fault, FaultError
from stringee_async.emulator.itniotech.auth import judge

from ..kit import jump
from .conftest import SignedWire

GROUPS = "seatGroup/query"
ANY_PAGE = {"current": 1, "size": 10, "params": {}}
DROPPED = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)

PATHS = {
    "agent_groups.update_settings": ("POST", "/v3/cc/seatGroup/basicSetting"),
    "agent_groups.settings": ("GET", "/v3/cc/seatGroup/basicSettingResp"),
    "agent_groups.create": ("POST", "/v3/cc/seatGroup/addGroup"),
    "agent_groups.list": ("POST", "/v3/cc/seatGroup/query"),
    "agent_groups.rename": ("POST", "/v3/cc/seatGroup/updateGroup"),
    "agent_groups.delete": ("GET", "/v3/cc/seatGroup/deleteGroup"),
    "agent_groups.upload_ring": ("POST", "/v3/cc/seatGroup/upload"),
    "agent_groups.delete_ring": ("POST", "/v3/cc/seatGroup/delete/optionaudio"),
    "team_leaders.create": ("POST", "/v3/cc/teamleader/add"),
    "team_leaders.list": ("POST", "/v3/cc/teamleader/query"),
    "team_leaders.update": ("POST", "/v3/cc/teamleader/update"),
    "team_leaders.delete": ("POST", "/v3/cc/teamleader/batchUpdateStatus"),
    "team_leaders.disable": ("POST", "/v3/cc/teamleader/batchUpdateStatus"),
    "team_leaders.enable": ("POST", "/v3/cc/teamleader/batchUpdateStatus"),
    "agents.remaining": ("GET", "/v3/cc/seat/querySipTotal"),
    "agents.create_many": ("POST", "/v3/cc/seat/addSeatList"),
    "agents.list": ("POST", "/v3/cc/seat/query"),
    "agents.update": ("POST", "/v3/cc/seat/updateSeat"),
    "agents.delete": ("POST", "/v3/cc/seat/batchingSeat"),
    "agents.disable": ("POST", "/v3/cc/seat/batchingSeat"),
    "agents.enable": ("POST", "/v3/cc/seat/batchingSeat"),
    "agents.set_priority": ("POST", "/v3/cc/seat/updatePriority"),
    "agents.credential": ("POST", "/v3/cc/seat/createSdkAuthentication"),
    "call_records.list": ("POST", "/v3/cc/record/query"),
    "call_records.list_older": ("POST", "/voice/ccRecordQuery"),
    "recordings.save": ("GET", "/recordings/900001.mp3"),
    "sip_trunks.create": ("POST", "/v3/cc/sipTrunk/add"),
    "sip_trunks.list": ("POST", "/v3/cc/sipTrunk/query"),
    "sip_trunks.update": ("POST", "/v3/cc/sipTrunk/update"),
    "tasks.upload_numbers": ("POST", "/v3/cc/preview/upload"),
    "tasks.submit": ("POST", "/v3/cc/preview/submitTask"),
    "tasks.resend": ("POST", "/v3/cc/preview/resendTask"),
    "tasks.list": ("POST", "/v3/cc/preview/query"),
    "tasks.details": ("POST", "/v3/cc/preview/queryTaskDetail"),
    "voice_codes.send": ("POST", "/voice/sendCode"),
    "phones.create_many": ("POST", "/voice/sipAdd"),
    "phones.list": ("POST", "/voice/sipQuery"),
    "phones.reset_password": ("POST", "/voice/sipReset"),
    "voice_files.upload": ("POST", "/voice/fileUpload"),
    "voice_files.list": ("POST", "/voice/fileQuery"),
    "group_calls.send": ("POST", "/voice/sendGroup"),
    "phone_calls.start": ("POST", "/voice/sendSip"),
    "voice_records.phones.get": ("GET", "/voice/recordSip/v1"),
    "voice_records.phones.list": ("POST", "/voice/recordSipQuery"),
    "voice_records.groups.get": ("GET", "/voice/recordGroup/v1"),
    "voice_records.groups.list": ("POST", "/voice/recordGroupQuery"),
    "calls.make": ("POST", "/voice/sendSip"),
    "sms.send": ("POST", "/sms/sendSms"),
    "sms.send_batch": ("POST", "/sms/sendSms/batch"),
    "sms.reports": ("GET", "/sms/getReport"),
    "sms.list_sent": ("GET", "/sms/getSentRcd"),
    "sms.list_received": ("POST", "/sms/recordMo"),
    "sms.report_entered": ("POST", "/sms/postback/backfill"),
    "balance.get": ("GET", "/sms/getBalance"),
    "otp_apps.create": ("POST", "/otp/app/add"),
    "otp_apps.get": ("GET", "/otp/app/details/a"),
    "otp_apps.update": ("PUT", "/otp/app/update/a"),
    "otp_templates.create": ("POST", "/otp/template/add"),
    "otp_templates.list": ("GET", "/otp/template/list"),
    "otp_templates.get": ("GET", "/otp/template/details/3"),
    "otp_templates.update": ("PUT", "/otp/template/update/3"),
    "otp_flows.create": ("POST", "/otp/flow/add"),
    "otp_flows.list": ("GET", "/otp/flow/list"),
    "otp_flows.get": ("GET", "/otp/flow/details/3"),
    "otp_flows.update": ("PUT", "/otp/flow/update/3"),
    "otp.send": ("POST", "/otp/verification/send"),
    "otp.send_code": ("POST", "/otp/verification/sendRule"),
    "otp.resend": ("POST", "/otp/verification/resend"),
    "otp.verify": ("POST", "/otp/verification/verify"),
    "otp.record": ("GET", "/otp/verification/record/v1"),
    "otp.find": ("POST", "/otp/verification/orderId/record"),
    "otp.report_rate": ("POST", "/otp/backfillRate"),
    "email.send": ("POST", "/email/sendEmail"),
    "email.records": ("POST", "/email/getSendEmailRcd"),
    "ai_voice.list_flows": ("POST", "/aivoice/dialogFlowList"),
    "ai_voice.list_lines": ("POST", "/aivoice/channelList"),
    "ai_voice.list_tasks": ("POST", "/aivoice/taskList"),
    "ai_voice.create_task": ("POST", "/aivoice/taskAdd"),
    "ai_voice.import_customers": ("POST", "/aivoice/importCustomer"),
    "ai_voice.start_task": ("POST", "/aivoice/taskStart"),
}
TYPES = {"delete": 2, "disable": 3, "enable": 4}


# -- signature ----------------------------------------------------------------------------------------------


def test_the_vendors_check_vector_is_accepted() -> None:
    sample = {"Api-Key": "bDqJFiq9", "Timestamp": "1630468800", "Sign": "05d7a50893e22a5c4bb3216ae3396c7c"}
    for sign in (sample["Sign"], sample["Sign"].upper()):
        assert judge(sample | {"Sign": sign}, "7bz1lzh9", 1630468800.0, 300.0) == "good"
    assert judge(sample, "7bz1lzh8", 1630468800.0, 300.0) == "bad"


async def test_good_headers_open_gets_and_posts(centre: SignedWire) -> None:
    headers = centre.headers()
    for method, path in (("GET", "/sms/getBalance"), ("POST", GROUPS)):
        _, _, raw = await centre.raw(
            method, path, headers=headers, json=ANY_PAGE if method == "POST" else None
        )
        assert json.loads(raw)["status"] == "0"
    assert centre.emulator.refused("auth") == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Sign": "0" * 32}, "-1"),
        ({"Sign": None}, "-1"),
        ({"Sign": "ü"}, "-1"),
        ({"Api-Key": None}, "-1"),
        ({"Api-Key": "nobody00"}, "-1"),
        ({"Timestamp": "1630468800"}, "-1"),
        ({"Timestamp": None}, "-1"),
    ],
)
async def test_a_wrong_header_or_sign_is_refused(
    centre: SignedWire, change: dict[str, str], code: str
) -> None:
    headers = {name: value for name, value in (centre.headers() | change).items() if value is not None}
    status, _, raw = await centre.raw("POST", GROUPS, headers=headers, json=ANY_PAGE)
    assert status == 200
    assert json.loads(raw) == {"status": code, "reason": "authentication error", "data": None}
    assert (centre.emulator.refused("auth"), centre.emulator.requests[0].acted) == (1, False)


@pytest.mark.parametrize("off", [-301, 301, -86_400])
async def test_a_timestamp_outside_the_tolerance_is_16(centre: SignedWire, off: int) -> None:
    _, _, raw = await centre.raw("GET", "/sms/getBalance", headers=centre.headers(int(time.time()) + off))
    assert json.loads(raw) == {"status": "-16", "reason": "timestamp expires", "data": None}


@pytest.mark.parametrize("timestamp", ["1630468800000", "", "now", "+163046880", "１６３０４６８８００"])
async def test_a_timestamp_that_is_no_ten_digits_is_16_too(centre: SignedWire, timestamp: str) -> None:
    headers = {**centre.headers(timestamp)}
    assert judge(headers, centre.keys["api_secret"], time.time(), 300.0) == "expired"
    if str(timestamp).isascii() and timestamp:
        assert json.loads((await centre.raw("GET", "/sms/getBalance", headers=headers))[2])["status"] == "-16"


async def test_tolerance_and_clock_skew(centre: SignedWire) -> None:
    """The tolerance is a setting, and the server's clock is the shifted one."""
    centre.emulator.clock_skew = 600.0
    assert (await centre.get("/sms/getBalance"))["status"] == "-16"
    centre.settings.tolerance = 700.0
    assert (await centre.get("/sms/getBalance"))["status"] == "0"


async def test_an_address_not_on_the_list_is_2_after_its_sign_was_found_right(centre: SignedWire) -> None:
    centre.settings.address_allowed = False
    answer = await centre.get("/sms/getBalance")
    assert (answer["status"], answer["reason"]) == ("-2", "ip restricted")
    centre.keys["api_secret"] = "wrong"
    assert (await centre.get("/sms/getBalance"))["status"] == "-1"


async def test_a_key_may_be_added_and_the_first_one_taken_out_while_it_runs(centre: SignedWire) -> None:
    centre.state.keys["newkey01"] = "newsec01"
    old = centre.keys
    centre.keys = {**old, "api_key": "newkey01", "api_secret": "newsec01"}
    assert (await centre.get("/sms/getBalance"))["status"] == "0"
    del centre.state.keys[old["api_key"]]
    centre.keys = old
    assert (await centre.get("/sms/getBalance"))["status"] == "-1"


async def test_expired_token_fault_and_nothing_to_expire(centre: SignedWire) -> None:
    """The fault expired_token returns -16 once; expire_tokens changes nothing, for there are no tokens."""
    centre.emulator.faults.script("balance.get", Fault.expired_token())
    assert [(await centre.get("/sms/getBalance"))["status"] for _ in range(2)] == ["-16", "0"]
    headers = centre.headers()
    await centre.raw("GET", "/sms/getBalance", headers=headers)
    centre.emulator.expire_tokens()
    _, _, raw = await centre.raw("GET", "/sms/getBalance", headers=headers)
    assert json.loads(raw)["status"] == "0"


# -- paths --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", PATHS)
async def test_every_path_has_its_operation(centre: SignedWire, operation: str) -> None:
    """Each method and path is recorded under its operation and vendor; the other method is none of ours."""
    method, path = PATHS[operation]
    kind = TYPES.get(operation.partition(".")[2]) if "atch" in path else None
    body: dict[str, Any] = {"type": kind} if kind else {}
    if operation == "phone_calls.start":  # one path for both: the account decides
        body["account"] = "sip00000001"
    await centre.raw(method, path, json=body)
    record = centre.emulator.requests[0]
    assert (record.operation, record.vendor, record.acted) == (operation, "itniotech", True)
    other = "GET" if method == "POST" else "POST"
    assert (await centre.raw(other, path))[0] == 404


def test_there_are_no_other_operations() -> None:
    """The operations that can be scripted are those of the table, lists known as such."""
    operations = Emulator(seed=1)._itniotech.operations
    assert set(operations) == set(PATHS)
    assert {name for name, listing in operations.items() if listing} == {
        "agent_groups.list", "team_leaders.list", "agents.list", "call_records.list", "call_records.list_older",
        "sip_trunks.list", "tasks.list", "tasks.details", "sms.list_received",
        "phones.list", "voice_files.list", "voice_records.phones.list", "voice_records.groups.list",
        "otp_templates.list", "otp_flows.list", "ai_voice.list_flows", "ai_voice.list_lines", "ai_voice.list_tasks",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/v3/cc/seatGroup/query/", "/v3/cc/seatgroup/query", "/v3/cc/record/push"])
async def test_a_path_that_is_not_in_the_table_is_404(centre: SignedWire, path: str) -> None:
    assert (await centre.raw("POST", path, json=ANY_PAGE))[0] == 404


@pytest.mark.parametrize("body", [{}, {"type": 5, "idList": [1]}, {"type": "x"}])
@pytest.mark.parametrize(
    ("path", "operation"),
    [("seat/batchingSeat", "agents.delete"), ("teamleader/batchUpdateStatus", "team_leaders.delete")],
)
async def test_a_batch_without_a_type_is_a_refused_delete(
    centre: SignedWire, path: str, operation: str, body: Any
) -> None:
    assert await centre.code(path, body) == "-22"
    assert centre.emulator.requests[0].operation == operation


# -- envelope -----------------------------------------------------------------------------------------------


async def test_success_and_failure_look_byte_for_byte_as_the_samples_do(centre: SignedWire) -> None:
    state = centre.state
    status, headers, raw = await centre.raw(
        "POST", "seatGroup/addGroup", json={"appId": state.app_id, "groupName": "Sales"}
    )
    assert (status, raw) == (200, b'{"status":"0","reason":"success","data":null}')
    assert headers["Content-Type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize(
    ("form", "group", "trunks", "other"),
    [("documented", 0, 0, "0"), ("text", "0", "0", "0"), ("number", 0, 0, 0)],
)
async def test_status_as_text_or_number(
    centre: SignedWire, form: Any, group: Any, trunks: Any, other: Any
) -> None:
    """By default status is text but for the two documented calls; settings make it text or number everywhere."""
    centre.settings.status_as = form
    number = centre.state.add_group("Sales")
    assert (await centre.get("seatGroup/basicSettingResp", voiceGroupId=number))["status"] == group
    assert (await centre.post("sipTrunk/query", ANY_PAGE))["status"] == trunks
    assert (await centre.post(GROUPS, ANY_PAGE))["status"] == other
    failure = (await centre.get("seatGroup/basicSettingResp", voiceGroupId=1))["status"]
    assert failure == (-24 if form == "number" else "-24")


@pytest.mark.parametrize(
    ("settings", "success", "failure"),
    [
        ({"empty_data": "missing"}, {"status": "0", "reason": "success"}, {"status": "-20", "reason": "data exists"}),
        (
            {"empty_data": "text"},
            {"status": "0", "reason": "success", "data": ""},
            {"status": "-20", "reason": "data exists", "data": ""},
        ),
        ({"reason_shown": False}, {"status": "0", "data": None}, {"status": "-20", "data": None}),
    ],
)  # fmt: skip
async def test_data_may_be_missing_or_an_empty_text_and_the_reason_may_be_missing(
    centre: SignedWire, settings: dict[str, Any], success: Any, failure: Any
) -> None:
    for name, value in settings.items():
        setattr(centre.settings, name, value)
    body = {"appId": centre.state.app_id, "groupName": "Sales"}
    assert await centre.post("seatGroup/addGroup", body) == success
    assert await centre.post("seatGroup/addGroup", body) == failure


async def test_failures_carry_the_http_status_that_is_set_and_successes_stay_200(centre: SignedWire) -> None:
    centre.settings.failure_status = 400
    assert (await centre.raw("GET", "seatGroup/deleteGroup"))[0] == 400
    assert (await centre.raw("GET", "/sms/getBalance", headers={}))[0] == 400
    assert (await centre.raw("GET", "/sms/getBalance"))[0] == 200


@pytest.mark.parametrize("raw", [b"[]", b"{", b"null", b"\xff", b'"text"'])
async def test_bodies_that_are_no_object(centre: SignedWire, raw: bytes) -> None:
    """A body that is no JSON object is -22, -18 or an HTML page, as set; in a batch and a list too."""
    for path in ("seatGroup/addGroup", GROUPS, "seat/batchingSeat"):
        for form in ("-22", "-18"):
            centre.settings.bad_body = form
            assert json.loads((await centre.raw("POST", path, data=raw))[2])["status"] == form
    centre.settings.bad_body = "html"
    status, headers, page = await centre.raw("POST", "seatGroup/addGroup", data=raw)
    assert (status, headers["Content-Type"]) == (200, "text/html")
    assert page.startswith(b"<html>")


async def test_gets_read_the_query_and_posts_the_body(centre: SignedWire) -> None:
    number = centre.state.add_group("Sales")
    _, _, raw = await centre.raw("GET", f"seatGroup/basicSettingResp?voiceGroupId={number}", data=b"{")
    assert json.loads(raw)["status"] == 0
    _, _, raw = await centre.raw(
        "POST", f"seatGroup/updateGroup?voiceGroupId={number}&groupName=Other", json={}
    )
    assert json.loads(raw)["status"] == "-22"


# -- pages --------------------------------------------------------------------------------------------------


async def names(centre: SignedWire, current: Any, size: Any = 2) -> Any:
    block = await centre.page(GROUPS, current, size)
    return block["current"], [row["groupName"] for row in block["records"]]


async def test_pages(centre: SignedWire) -> None:
    """A page says total, size, current and pages, and holds its rows."""
    for number in range(5):
        centre.state.add_group(f"group {number}")
    assert await centre.page(GROUPS, 3, 2) == {
        "total": 5, "size": 2, "current": 3, "pages": 3,
        "records": [{
            "voiceGroupId": 5000051, "groupName": "group 4", "appName": "Call centre", "callinStrategy": None,
            "countSeat": 0,
        }],
    }  # fmt: skip


async def test_empty_list(centre: SignedWire) -> None:
    """A list without rows has 0 pages and an empty array, or null if so set; searchCount is an extra."""
    assert await centre.page(GROUPS) == {"total": 0, "size": 10, "current": 1, "pages": 0, "records": []}
    centre.settings.empty_records, centre.settings.search_count = "null", True
    assert await centre.page(GROUPS) == {
        "total": 0, "size": 10, "current": 1, "pages": 0, "searchCount": True, "records": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {"current": 1, "size": 10},
        {"current": 1, "size": 10, "params": None},
        {"current": 1, "size": 10, "params": []},
        {"size": 10, "params": {}},
        {"current": 0, "size": 10, "params": {}},
        {"current": 1, "params": {}},
        {"current": 1, "size": 0, "params": {}},
        {"current": True, "size": 10, "params": {}},
        {"current": "one", "size": 10, "params": {}},
    ],
)
async def test_page_size_and_params_must_be_there_and_make_sense(centre: SignedWire, body: Any) -> None:
    assert await centre.code(GROUPS, body) == "-22"


async def test_page_sizes(centre: SignedWire) -> None:
    """The size that was served is told; a server may insist on its own; digits may be text."""
    for number in range(30):
        centre.state.add_group(f"group {number}")
    centre.emulator.page_size_max = 20
    assert (await centre.page(GROUPS, "1", "50"))["size"] == 20
    centre.settings.page_size = 7
    block = await centre.page(GROUPS, 2, 50)
    assert (block["size"], block["pages"], len(block["records"])) == (7, 5, 7)


# -- faults -------------------------------------------------------------------------------------------------


async def test_list_faults(centre: SignedWire) -> None:
    """page_repeats serves the page before under the asked number, page_ignored serves page 1 as page 1."""
    for number in range(6):
        centre.state.add_group(f"g{number}xx")
    centre.emulator.faults.script("itniotech:agent_groups.list", Fault.page_repeats(), Fault.page_ignored())
    assert await names(centre, 3) == (3, ["g2xx", "g3xx"])
    assert await names(centre, 3) == (1, ["g0xx", "g1xx"])
    centre.emulator.faults.assert_consumed()


@pytest.mark.parametrize(
    "operation",
    [
        name
        for name, (method, _) in PATHS.items()
        if name.endswith((".list", "_older", ".details")) and method == "POST"
    ],
)
async def test_each_paged_list_knows_which_page_it_is_asked_for(centre: SignedWire, operation: str) -> None:
    centre.emulator.faults.script(f"itniotech:{operation}", Fault.page_ignored())
    _, path = PATHS[operation]
    for current in (1, 2):
        await centre.raw("POST", path, json={"current": current, "size": 2, "params": {}})
    centre.emulator.faults.assert_consumed()
    assert [record.fault for record in centre.emulator.requests] == [None, "page_ignored"]
    with pytest.raises(FaultError):
        centre.emulator.faults.script("itniotech:agents.create_many", Fault.page_ignored())


@pytest.mark.parametrize("noun", ["otp_templates", "otp_flows"])
async def test_a_list_that_comes_whole_lags_and_has_no_pages(centre: SignedWire, noun: str) -> None:
    state, path = centre.state, PATHS[f"{noun}.list"][1]
    for name in ("First", "Second"):
        state.insert(noun, {"name": name})
    centre.emulator.faults.script(f"itniotech:{noun}.list", Fault.lagging_list())
    found = [json.loads((await centre.raw("GET", path))[2])["data"] for _ in range(2)]
    assert [[row["name"] for row in rows] for rows in found] == [["First"], ["First", "Second"]]


async def test_late_commit_meets_what_happened_meanwhile(centre: SignedWire) -> None:
    centre.emulator.faults.script("agent_groups.create", Fault.late_commit(60.0))
    body = {"appId": centre.state.app_id, "groupName": "Sales"}
    with pytest.raises(DROPPED):
        await centre.post("seatGroup/addGroup", body)
    assert await centre.done("seatGroup/addGroup", body) is None
    jump(60.0)
    await centre.emulator.settle()
    assert len(centre.state.agent_groups) == 1


async def test_read_lag(centre: SignedWire) -> None:
    """A new group is not listed and not found until its time has come, yet its name is taken at once."""
    centre.emulator.read_lag = 60.0
    body = {"appId": centre.state.app_id, "groupName": "Sales"}
    await centre.done("seatGroup/addGroup", body)
    assert await centre.rows(GROUPS) == []
    renamed = {"voiceGroupId": 5000047, "groupName": "Other"}
    assert await centre.code("seatGroup/updateGroup", renamed) == "-63"
    assert (await centre.get("seatGroup/deleteGroup", voiceGroupId=5000047))["status"] == "-24"
    assert await centre.code("seatGroup/addGroup", body) == "-20"
    centre.state.hide("agent_groups", 5000047, 0.0)
    assert [row["voiceGroupId"] for row in await centre.rows(GROUPS)] == [5000047]


# -- accounts and the rate limit ----------------------------------------------------------------------------


async def test_a_group_of_another_account_is_not_taken_for_a_missing_one(centre: SignedWire) -> None:
    """A group of the one account is -63 for the other, where -24 is a group of none."""
    other = type(centre)(centre.emulator, centre.session, account=1)
    theirs = other.state.add_group("Sales")
    switches = {"displaySwitch": 0, "encryptNumber": 1}
    assert await centre.code("seatGroup/basicSetting", {"voiceGroupId": theirs, **switches}) == "-63"
    assert (await centre.get("seatGroup/deleteGroup", voiceGroupId=theirs))["status"] == "-63"
    assert (await centre.get("seatGroup/deleteGroup", voiceGroupId=7))["status"] == "-24"


async def test_secrets_stay_out_of_sight(centre: SignedWire, caplog: pytest.LogCaptureFixture) -> None:
    """Neither secret, sign nor password is in the log, in recorded requests' reprs or in reprs of the state."""
    caplog.set_level("DEBUG")
    group = centre.state.add_group("Sales")
    (number,) = centre.state.add_agents(group, password="canary88")
    await centre.rows("seat/query")
    parts = [centre.emulator, centre.emulator.state, centre.state, centre.state.agents, centre.settings]
    texts = [caplog.text, *map(repr, [*parts, *centre.emulator.requests])]
    sign = centre.emulator.requests[0].headers["Sign"]
    for secret in (centre.keys["api_secret"], sign, "canary88"):
        assert not any(secret in text for text in texts)
    assert str(number) in centre.state.agents
