"""The voice product of the emulated ITNIO TECH service: phones, sound files, calls and their records."""

import base64
import time
from typing import Any

import pytest

from stringee_async.emulator.itniotech.times import iso_written

from .conftest import SignedWire

SOUND = base64.b64encode(b"ID3 sound").decode()
AN = "6590001000"


def phones(centre: SignedWire, **changes: Any) -> dict[str, Any]:
    known = {"groupName": "Sales", "phoneName": "phone", "quantity": 2, "appId": centre.state.app_id}
    return known | changes


def group_call(centre: SignedWire, **changes: Any) -> dict[str, Any]:
    file = next(iter(centre.state.voice.files), None) or centre.state.voice.add_file("hello.mp3")
    return {"callee": AN, "fileId": file, "appId": centre.state.app_id, **changes}


def page(**params: Any) -> dict[str, Any]:
    return {"current": 1, "size": 10, "params": params}


def span(days: float = 1.0, until: float = 60.0) -> dict[str, str]:
    now = time.time()
    return {"strTime": iso_written(now - days * 86_400), "endTime": iso_written(now + until)}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "-20"), ({"groupName": "Night"}, "-20"), ({"phoneName": "night"}, "-20"),
        ({"groupName": "Night", "phoneName": "night"}, "0"), ({"groupName": "abc"}, "-22"),
        ({"phoneName": "x" * 33}, "-22"), ({"quantity": 0}, "-22"), ({"quantity": 51}, "-22"),
        ({"displayNum": "123456"}, "-22"), ({"appId": "x"}, "-22"),
        ({"groupName": "Night", "phoneName": "night", "quantity": 49}, "-23"),
    ],
)  # fmt: skip
async def test_phones_are_checked(centre: SignedWire, changes: dict[str, Any], code: str) -> None:
    centre.settings.max_phones = 50
    assert await centre.done("/voice/sipAdd", phones(centre)) is None
    assert await centre.code("/voice/sipAdd", phones(centre, **changes)) == code


async def test_phones_are_listed_with_their_passwords(centre: SignedWire) -> None:
    await centre.done("/voice/sipAdd", phones(centre, displayNum="7777777"))
    rows = (await centre.done("/voice/sipQuery", page(appId=centre.state.app_id)))["records"]
    assert [row["phoneName"] for row in rows] == ["phone-1", "phone-2"]
    assert set(rows[0]) == {"groupName", "phoneName", "account", "password"}
    asked = {"account": rows[0]["account"], "appId": centre.state.app_id}
    made = await centre.done("/voice/sipReset", asked)
    assert made == {"account": rows[0]["account"], "password": made["password"]}
    assert made["password"] != rows[0]["password"]
    assert await centre.code("/voice/sipReset", {**asked, "account": "sip-none"}) == "-24"
    assert await centre.code("/voice/sipReset", {**asked, "account": "sip"}) == "-22"


@pytest.mark.parametrize(
    ("name", "file", "code"),
    [
        ("hello.mp3", SOUND, "-20"), ("other.mp3", SOUND, "0"), ("hello.ogg", SOUND, "-21"), ("h.mp", SOUND, "-22"),
        ("other.wav", SOUND, "-21"), ("other.mp3", "?", "-21"), ("other.mp3", None, "-22"),
        ("large.mp3", base64.b64encode(b"ID3" + bytes(16 << 20)).decode(), "-21"),
    ],
)  # fmt: skip
async def test_files_are_checked(centre: SignedWire, name: str, file: Any, code: str) -> None:
    key = await centre.done("/voice/fileUpload", {"fileName": "hello.mp3", "file": SOUND})
    assert await centre.code("/voice/fileUpload", {"fileName": name, "file": file}) == code
    listed = await centre.done("/voice/fileQuery", {"current": 1, "size": 10, "params": None})
    assert listed["records"][0] == {"fileId": key, "fileName": "hello.mp3"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "0"), ({"callee": f"{AN},{AN}"}, "0"), ({"callee": "123"}, "-22"), ({"callee": f"{AN},x"}, "-22"),
        ({"callee": ",".join([AN] * 200)}, "0"), ({"callee": ",".join([AN] * 201)}, "-22"), ({"callee": ""}, "-22"),
        ({"fileId": "none.mp3"}, "-22"), ({"appId": "x"}, "-22"), ({"maxDuration": 0}, "-22"),
        ({"maxDuration": None, "loopCount": None}, "0"), ({"loopCount": 10}, "-22"), ({"maxRingingTime": 19}, "-22"),
        ({"callee": f"{AN},84901234567"}, "-26"),
    ],
)  # fmt: skip
async def test_group_calls_are_checked(centre: SignedWire, changes: dict[str, Any], code: str) -> None:
    centre.state.unrated.add("84")
    assert await centre.code("/voice/sendGroup", group_call(centre, **changes)) == code
    assert bool(centre.state.voice.calls) is (code == "0")


async def test_a_call_moves_through_its_states_and_ends_as_a_record(centre: SignedWire) -> None:
    centre.settings.voice_step = 60.0
    ((key, call),) = [
        (one["voiceId"], centre.state.voice.calls[one["voiceId"]])
        for one in await centre.done("/voice/sendGroup", group_call(centre))
    ]
    moments = [call.submitted + 60.0 * place + 1 for place in range(6)]
    assert [call.state(moment) for moment in moments] == [
        "submitted", "calling", "ringing", "answered", "ended", "ended",
    ]  # fmt: skip
    assert (await centre.get(f"/voice/recordGroup/{key}"))["status"] == "-24"
    call.submitted -= 250.0
    row = (await centre.get(f"/voice/recordGroup/{key}"))["data"]
    assert (row["callDuration"], row["chargedDuration"], row["terminationCode"]) == (60, 60, 200)
    assert set(row) == {
        "voiceId", "callee", "displayNum", "code", "submitTime", "callTime", "ringingTime", "answerTime", "hangupTime",
        "callDuration", "chargedDuration", "terminationCode", "terminationReason", "billPeriod", "rate", "cost",
        "settleRate", "quoteExchange", "settlePay", "currency", "baseCost", "voiceFileId", "feedbackValue", "calledInfo",
    }  # fmt: skip
    listed = (await centre.done("/voice/recordGroupQuery", page(**span())))["records"]
    assert listed == [row]
    assert (await centre.done("/voice/recordSipQuery", page(**span())))["records"] == []


async def test_a_call_that_is_not_answered_ends_while_it_rings(centre: SignedWire) -> None:
    centre.settings.voice_step = 60.0
    centre.state.voice.unanswered.add(AN)
    key = centre.state.voice.add_call("group", AN, step=60.0)
    call = centre.state.voice.calls[key]
    assert call.state(call.submitted + 121) == "ringing"
    assert call.state(call.submitted + 181) == "ended"
    row = call.record("0.05", white_label=True)
    assert (row["answerTime"], row["callDuration"], row["costEur"], row["terminationCode"]) == (
        None,
        0,
        "0",
        480,
    )
    talk = centre.state.voice.calls[centre.state.voice.add_call("group", "6590001001", step=60.0)]
    talk.cut = talk.submitted + 200
    assert talk.record("0.05", white_label=False)["callDuration"] == 20


@pytest.mark.parametrize(
    ("params", "code"),
    [
        (span(), "0"), (span(31.5), "-25"), (span(70, -3_000_000.0), "-25"), (span(-1, 0), "-25"), ({}, "-22"),
        ({"strTime": "2025-01-08 00:00:00", "endTime": "2025-01-09 00:00:00"}, "-22"),
    ],
)  # fmt: skip
async def test_spans_of_records_are_checked(centre: SignedWire, params: dict[str, str], code: str) -> None:
    for path in ("/voice/recordSipQuery", "/voice/recordGroupQuery"):
        assert await centre.code(path, page(**params)) == code


async def test_a_code_is_among_the_records_of_group_calls(centre: SignedWire) -> None:
    body = {"callee": AN, "language": "EN", "text": "1, 2", "appId": centre.state.app_id, "calledInfo": "ref"}
    key = await centre.done("/voice/sendCode", body)
    (row,) = (await centre.done("/voice/recordGroupQuery", page(**span())))["records"]
    assert (row["voiceId"], row["voiceFileId"], row["calledInfo"]) == (key, None, "ref")
    assert centre.state.voice_codes[key]["text"] == "1, 2"


async def test_the_account_decides_whether_a_phone_or_an_agent_calls(centre: SignedWire) -> None:
    (phone,) = centre.state.voice.add_phones(centre.state.app_id, "Sales", "phone")
    (agent,) = centre.state.add_agents(centre.state.add_group("Sales"))
    for account in (phone, centre.state.agents[str(agent)]["account"], "none"):
        body = {"callee": AN, "account": account, "appId": centre.state.app_id}
        await centre.post("/voice/sendSip", body)
    assert [one.operation for one in centre.emulator.requests] == [
        "phone_calls.start",
        "calls.make",
        "calls.make",
    ]
    assert (len(centre.state.voice.calls), len(centre.state.call_records)) == (1, 1)


@pytest.mark.parametrize("path", ["/voice/recordSip/", "/voice/recordSip/none", "/voice/recordGroup/none"])
async def test_a_record_that_is_not_there_is_not_found(centre: SignedWire, path: str) -> None:
    status, _, raw = await centre.raw("GET", path)
    assert (status == 404) is path.endswith("/")
    assert path.endswith("/") or b'"-24"' in raw
