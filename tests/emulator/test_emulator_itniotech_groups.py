"""Agent groups of the emulated ITNIO TECH service: settings, rings, names, deletes; and team leaders."""

import base64
from typing import Any

import pytest

from .conftest import SignedWire

SAMPLE = (
    b'{"voiceGroupId":5000047,"callinStrategy":4,"timeoutTransferSec":45,"callinAutoAnswerSec":5,'
    b'"wrapUpTime":20,"timeoutIdle":"","timeoutWaitSec":60,'
    b'"turnSeatRing":"turnseatring-template/120250106d88d71eb084746fcb7c77a4922d82ed1.mp3",'
    b'"labelName":[],"displaySwitch":0,"encryptNumber":1,"fsNode":"SG_FS"}'
)
MP3 = base64.b64encode(b"ID3 a sound").decode()
WAV = base64.b64encode(b"RIFF a sound").decode()


async def change(centre: SignedWire, group: int, **fields: Any) -> Any:
    """Send settings with both switches; the status."""
    body = {"voiceGroupId": group, "displaySwitch": 0, "encryptNumber": 1, **fields}
    return await centre.code("seatGroup/basicSetting", body)


async def read(centre: SignedWire, group: int) -> Any:
    return (await centre.get("seatGroup/basicSettingResp", voiceGroupId=group))["data"]


# -- settings -----------------------------------------------------------------------------------------------


async def test_the_vendors_sample_byte_for_byte(centre: SignedWire, group: int) -> None:
    """The vendor's sample body is taken as it is, answered as its sample response, and read back as documented."""
    assert group == 5000047
    status, _, raw = await centre.raw("POST", "seatGroup/basicSetting", data=SAMPLE)
    assert (status, raw) == (200, b'{"status":"0","reason":"success","data":null}')
    answer = await centre.get("seatGroup/basicSettingResp", voiceGroupId=group)
    assert answer == {
        "status": 0,
        "reason": "success",
        "data": {
            "seatGroupId": 5000047,
            "groupName": "Sales",
            "appName": "Call centre",
            "callinStrategy": 4,
            "timeoutTransferSec": 45,
            "callinAutoAnswerSec": 5,
            "wrapUpTime": 20,
            "timeoutIdle": None,
            "timeoutWaitSec": 60,
            "turnSeatRing": "turnseatring-template/120250106d88d71eb084746fcb7c77a4922d82ed1.mp3",
            "turnSeatRingUrl": None,
            "labelName": None,
            "displaySwitch": 0,
            "encryptNumber": 1,
            "fsNode": "SG_FS",
        },
    }
    assert (await centre.rows("seatGroup/query"))[0]["callinStrategy"] == 4


async def test_a_fresh_group_has_no_settings(centre: SignedWire, group: int) -> None:
    data = await read(centre, group)
    assert {name for name, value in data.items() if value is not None} == {
        "seatGroupId",
        "groupName",
        "appName",
    }


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("seatGroupId", {"seatGroupId"}),
        ("voiceGroupId", {"voiceGroupId"}),
        ("both", {"seatGroupId", "voiceGroupId"}),
    ],
)
async def test_settings_name_the_id_as_set(
    centre: SignedWire, group: int, form: Any, expected: set[str]
) -> None:
    centre.settings.settings_id = form
    data = await read(centre, group)
    assert {name for name in ("seatGroupId", "voiceGroupId") if name in data} == expected


CLEARABLE = ["timeoutTransferSec", "callinAutoAnswerSec", "wrapUpTime", "timeoutIdle"]
UNSTATED = {"callinStrategy": 2, "timeoutWaitSec": 9, "turnSeatRing": "a.mp3", "fsNode": "USA_FS"}


@pytest.mark.parametrize("name", [*CLEARABLE, "labelName"])
async def test_an_empty_text_clears_where_the_pages_say_so(centre: SignedWire, group: int, name: str) -> None:
    centre.settings.unstated_blank = "refuse"
    value = ["vip"] if name == "labelName" else 7
    assert await change(centre, group, **{name: value}) == "0"
    assert (await read(centre, group))[name] == value
    assert await change(centre, group, **{name: ""}) == "0"
    assert (await read(centre, group))[name] is None


@pytest.mark.parametrize("name", UNSTATED)
async def test_blank_where_nothing_is_stated(centre: SignedWire, group: int, name: str) -> None:
    """An empty text in the other fields clears them or is -22, as set; refused, nothing of the call is stored."""
    assert await change(centre, group, **UNSTATED) == "0"
    centre.settings.unstated_blank = "refuse"
    assert await change(centre, group, wrapUpTime=5, **{name: ""}) == "-22"
    assert [(await read(centre, group))[field] for field in (name, "wrapUpTime")] == [UNSTATED[name], None]
    centre.settings.unstated_blank = "clear"
    assert await change(centre, group, **{name: ""}) == "0"
    assert (await read(centre, group))[name] is None


async def test_a_null_clears_or_is_passed_over_as_set(centre: SignedWire, group: int) -> None:
    await change(centre, group, wrapUpTime=7)
    assert await change(centre, group, wrapUpTime=None) == "0"
    assert (await read(centre, group))["wrapUpTime"] is None
    await change(centre, group, wrapUpTime=7)
    centre.settings.null_value = "ignored"
    assert await change(centre, group, wrapUpTime=None) == "0"
    assert (await read(centre, group))["wrapUpTime"] == 7


async def test_a_field_left_out_keeps_its_value_or_is_reset_as_set(centre: SignedWire, group: int) -> None:
    await change(centre, group, wrapUpTime=7, fsNode="UAE_FS")
    await change(centre, group, fsNode="SG_FS")
    assert (await read(centre, group))["wrapUpTime"] == 7
    centre.settings.omitted = "resets"
    await change(centre, group, fsNode="SG_FS")
    data = await read(centre, group)
    assert (data["wrapUpTime"], data["fsNode"], data["displaySwitch"]) == (None, "SG_FS", 0)


async def test_a_list_of_tags_replaces_the_old_one(centre: SignedWire, group: int) -> None:
    ten = [f"tag {number}" for number in range(10)]
    for labels in (["old"], ten, ["x" * 20]):
        assert await change(centre, group, labelName=labels) == "0"
        assert (await read(centre, group))["labelName"] == labels
    assert await change(centre, group, labelName=[]) == "0"
    assert (await read(centre, group))["labelName"] is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"labelName": [f"tag {number}" for number in range(11)]}, "-71"),
        ({"labelName": ["same", "same"]}, "-71"),
        ({"labelName": ["x" * 21]}, "-72"),
        ({"labelName": [" "]}, "-72"),
        ({"labelName": "vip"}, "-22"),
        ({"labelName": [1]}, "-22"),
        ({"callinStrategy": 5}, "-22"),
        ({"callinStrategy": 0}, "-22"),
        ({"wrapUpTime": -1}, "-22"),
        ({"wrapUpTime": []}, "-22"),
        ({"wrapUpTime": True}, "-22"),
        ({"wrapUpTime": 1.5}, "-22"),
        ({"fsNode": "SG_FS-(Singapore node)"}, "-22"),
        ({"fsNode": 1}, "-22"),
        ({"displaySwitch": 2}, "-22"),
        ({"displaySwitch": True}, "-22"),
        ({"encryptNumber": None}, "-22"),
        ({"encryptNumber": ""}, "-22"),
        ({"voiceGroupId": None}, "-22"),
        ({"voiceGroupId": "x"}, "-22"),
    ],
)
async def test_each_bad_setting_has_its_code(
    centre: SignedWire, group: int, fields: dict[str, Any], code: str
) -> None:
    before = centre.state.agent_groups[str(group)]
    assert await change(centre, group, **fields) == code
    assert centre.state.agent_groups[str(group)] == before


@pytest.mark.parametrize("missing", ["voiceGroupId", "displaySwitch", "encryptNumber"])
async def test_the_id_and_both_switches_are_required(centre: SignedWire, group: int, missing: str) -> None:
    body = {"voiceGroupId": group, "displaySwitch": 0, "encryptNumber": 1}
    del body[missing]
    assert await centre.code("seatGroup/basicSetting", body) == "-22"


async def test_unknown_group(centre: SignedWire) -> None:
    """An unknown group is -63 or -22, as set, where -24 is not documented, and -24 elsewhere."""
    for form in ("-63", "-22"):
        centre.settings.missing_group = form
        assert await change(centre, 7) == form
        assert await centre.code("seatGroup/updateGroup", {"voiceGroupId": 7, "groupName": "Sales"}) == form
        assert await centre.code("seatGroup/delete/optionaudio", {"seatGroupId": 7}) == form
    assert (await centre.get("seatGroup/basicSettingResp", voiceGroupId=7))["status"] == "-24"
    assert (await centre.get("seatGroup/basicSettingResp"))["status"] == "-22"
    assert (await centre.get("seatGroup/deleteGroup", voiceGroupId="x"))["status"] == "-22"


# -- names and deletes --------------------------------------------------------------------------------------


async def test_a_search_finds_every_name_that_has_the_text_in_it_in_any_case(centre: SignedWire) -> None:
    for name in ("Sales", "Wholesale", "Help"):
        centre.state.add_group(name)
    found = [row["groupName"] for row in await centre.rows("seatGroup/query", groupName="sale")]
    assert found == ["Sales", "Wholesale"]
    assert len(await centre.rows("seatGroup/query", groupName="")) == 3


@pytest.mark.parametrize(
    "fields",
    [{"groupName": "abc"}, {"groupName": "x" * 33}, {"groupName": None}, {"groupName": [1]}, {"appId": ""}],
)
async def test_groups_that_are_refused(centre: SignedWire, fields: dict[str, Any]) -> None:
    """A name of fewer than 4 or more than 32 characters, or a missing field, is -22."""
    body = {"appId": centre.state.app_id, "groupName": "Sales", **fields}
    assert await centre.code("seatGroup/addGroup", body) == "-22"


async def test_names_are_unique_per_application(centre: SignedWire) -> None:
    """A taken name is -20 for create and rename, another application is another space, and unique may be off."""
    centre.state.applications["otherapp"] = "Second"
    body = {"appId": centre.state.app_id, "groupName": "Sales"}
    assert [await centre.code("seatGroup/addGroup", body) for _ in range(2)] == ["0", "-20"]
    assert await centre.code("seatGroup/addGroup", body | {"appId": "otherapp"}) == "0"
    other = centre.state.add_group("Help")
    assert await centre.code("seatGroup/updateGroup", {"voiceGroupId": other, "groupName": "Sales"}) == "-20"
    centre.emulator.unique = False
    assert await centre.code("seatGroup/addGroup", body) == "0"
    assert [row["groupName"] for row in await centre.rows("seatGroup/query", groupName="Sales")] == [
        "Sales"
    ] * 3


async def test_creates_that_the_account_forbids(centre: SignedWire) -> None:
    """An application of no one's is -63, a word with sales is -75, and the cap is -23."""
    body = {"appId": "nobodys0", "groupName": "Sales"}
    assert await centre.code("seatGroup/addGroup", body) == "-63"
    body["appId"] = centre.state.app_id
    centre.state.contact_sales = True
    assert await centre.code("seatGroup/addGroup", body) == "-75"
    centre.state.contact_sales, centre.settings.max_groups = False, 1
    assert await centre.code("seatGroup/addGroup", body) == "0"
    assert await centre.code("seatGroup/addGroup", body | {"groupName": "Help"}) == "-23"


# -- rings --------------------------------------------------------------------------------------------------


async def test_a_ring_that_is_not_there_cannot_be_deleted(centre: SignedWire, group: int) -> None:
    """Nor one of a group that is named as in the settings."""
    ring = await centre.done("seatGroup/upload", {"fileName": "hold.mp3", "file": MP3})
    await change(centre, group, turnSeatRing=ring["fileName"])
    codes = [
        await centre.code("seatGroup/delete/optionaudio", body)
        for body in ({"seatGroupId": group}, {"seatGroupId": group}, {"voiceGroupId": group})
    ]
    assert codes == ["0", "-21", "-22"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("hold.wav", WAV, "0"),
        ("HOLD.MP3", MP3, "0"),
        ("hold.ogg", MP3, "-27"),
        ("holdmp3", MP3, "-27"),
        ("hold.wav", MP3, "-39"),
        ("hold.mp3", WAV, "-39"),
        ("hold.mp3", "no base64!", "-21"),
        ("hold.mp3", "ü", "-21"),
        ("hold.mp3", "", "-22"),
        ("hold.mp3", None, "-22"),
        (".mp3", MP3, "-22"),
        ("x" * 29 + ".mp3", MP3, "-22"),
        ("hold.mp3", base64.b64encode(b"ID3" + b" " * (1 << 20)).decode(), "-38"),
        ("hold.mp3", base64.b64encode(b"ID3" + b" " * ((1 << 20) - 3)).decode(), "0"),
    ],
)
async def test_uploads(centre: SignedWire, name: str, content: bytes, code: str) -> None:
    """Only MP3 and WAV of at most one MiB with a name of 5 to 32 characters are taken; each fault has its code."""
    assert await centre.code("seatGroup/upload", {"fileName": name, "file": content}) == code
    assert len(centre.state.rings) == (code == "0")


async def test_rings_may_be_unique_and_known(centre: SignedWire, group: int) -> None:
    centre.settings.rings_unique, centre.settings.unknown_ring = True, "refuse"
    body = {"fileName": "hold.mp3", "file": MP3}
    ring = await centre.done("seatGroup/upload", body)
    assert await centre.code("seatGroup/upload", body) == "-20"
    assert await centre.code("seatGroup/upload", body | {"fileName": "other.mp3"}) == "0"
    assert await change(centre, group, turnSeatRing="never.mp3") == "-22"
    assert await change(centre, group, turnSeatRing=ring["fileName"]) == "0"


# -- team leaders -------------------------------------------------------------------------------------------


async def test_leader_row(centre: SignedWire, group: int) -> None:
    """A row has the documented columns; a batch may name an id twice."""
    number = centre.state.add_team_leader("Lan Anh", [group], petName="LA")
    (row,) = await centre.rows("teamleader/query")
    assert set(row) == {
        "keyId", "empNo", "petName", "name", "enable", "voiceGroupIdList", "voiceGroupNameList", "account",
        "password", "createTime", "updateTime",
    }  # fmt: skip
    assert (row["keyId"], row["petName"], row["enable"]) == (number, "LA", 0)
    assert (row["voiceGroupIdList"], row["voiceGroupNameList"]) == ([group], ["Sales"])
    assert await centre.code("teamleader/batchUpdateStatus", {"idList": [number, number], "type": 2}) == "0"
    assert not centre.state.team_leaders


async def test_leaders_are_searched_in_any_case_and_blanks_filter_nothing(
    centre: SignedWire, group: int
) -> None:
    one, two = centre.state.add_team_leader("Lan Anh", [group]), centre.state.add_team_leader("Minh")
    blank = {"name": "", "enable": "", "voiceGroupIdList": []}
    for params, found in (
        (blank, [one, two]),
        ({"name": "lan"}, [one]),
        ({"voiceGroupIdList": [group]}, [one]),
    ):
        assert [row["keyId"] for row in await centre.rows("teamleader/query", **params)] == found


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "Minh"}, "-33"),
        ({"empNo": "88"}, "-34"),
        ({"empNo": "12a"}, "-22"),
        ({"empNo": "1" * 13}, "-22"),
        ({"empNo": ""}, "-22"),
        ({"name": "Lan"}, "-22"),
        ({"voiceGroupIdList": None}, "-22"),
        ({"voiceGroupIdList": ["x"]}, "-22"),
        ({"voiceGroupIdList": [7]}, "-24"),
        ({"keyId": 7}, "-24"),
    ],
)
async def test_leader_updates_that_are_refused(
    centre: SignedWire, group: int, fields: dict[str, Any], code: str
) -> None:
    """A taken name is -33, a taken job number -34; bad fields are -22, unknown ids -24."""
    number = centre.state.add_team_leader("Lan Anh", [group], empNo="77")
    centre.state.add_team_leader("Minh", empNo="88")
    body = {"keyId": number, "empNo": "77", "name": "Lan Anh", "voiceGroupIdList": [group], **fields}
    before = centre.state.team_leaders[str(number)]
    assert await centre.code("teamleader/update", body) == code
    assert centre.state.team_leaders[str(number)] == before


async def test_leader_creates_that_are_refused(centre: SignedWire, group: int) -> None:
    """A taken name is -20; a pet name of more than 20 characters is -22; an unknown group is -24."""
    body = {"name": "Lan Anh", "voiceGroupIdList": [group]}
    assert [await centre.code("teamleader/add", body) for _ in range(2)] == ["0", "-20"]
    assert await centre.code("teamleader/add", {**body, "name": "Minh", "petName": "x" * 21}) == "-22"
    assert await centre.code("teamleader/add", {**body, "name": "Minh", "voiceGroupIdList": [7]}) == "-24"


async def test_a_leader_update_may_reset_what_it_leaves_out(centre: SignedWire, group: int) -> None:
    number = centre.state.add_team_leader("Lan Anh", [group], petName="LA", password="stays")
    centre.settings.omitted = "resets"
    body = {"keyId": number, "empNo": "77", "name": "Lan Anh", "voiceGroupIdList": [group]}
    assert await centre.code("teamleader/update", body) == "0"
    row = centre.state.team_leaders[str(number)]
    assert (row["petName"], row["password"]) == (None, "stays")


@pytest.mark.parametrize("body", [{"idList": []}, {"idList": None}, {"idList": ["x"]}])
async def test_a_batch_with_a_bad_id_changes_nothing(centre: SignedWire, body: Any) -> None:
    assert await centre.code("teamleader/batchUpdateStatus", {"type": 2, **body}) == "-22"
    number = centre.state.add_team_leader("Lan Anh")
    assert await centre.code("teamleader/batchUpdateStatus", {"type": 2, "idList": [number, 7]}) == "-24"
    assert str(number) in centre.state.team_leaders
