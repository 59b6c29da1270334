"""Agents of the emulated ITNIO TECH service: bulk creates, lists, updates, batches, priorities, credentials."""

from typing import Any

import pytest

from .conftest import SignedWire, Start

AGENT, OTHER = 60001, 60002
"""The ids of an account's first two agents."""


@pytest.fixture
def agent(centre: SignedWire, group: int) -> Any:
    """The id of one agent in that group."""
    return centre.state.add_agents(group, name="An", empNo="11", account="an01")[0]


async def update(centre: SignedWire, agent: int, group: int, **fields: Any) -> Any:
    body = {"keyId": agent, "voiceGroupId": str(group), "name": "An", "empNo": "11", **fields}
    return await centre.code(
        "seat/updateSeat", {name: value for name, value in body.items() if value is not ...}
    )


async def test_more_agents_than_remain_are_36_and_none_is_created(centre: SignedWire, group: int) -> None:
    centre.settings.max_agents = 3
    body = {"voiceGroupId": group, "size": 2}
    assert [await centre.code("seat/addSeatList", body) for _ in range(2)] == ["0", "-36"]
    assert len(centre.state.agents) == 2
    assert await centre.code("seat/addSeatList", body | {"size": 1}) == "0"
    centre.settings.max_agents = 1
    assert (await centre.get("seat/querySipTotal", voiceGroupId=group))["data"]["remaining"] == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"size": 0}, "-22"),
        ({"size": None}, "-22"),
        ({"voiceGroupId": ""}, "-22"),
        ({"voiceGroupId": 7}, "-24"),
        ({"ccode": "nowhere"}, "-66"),
        ({"ccode": "VN"}, "0"),
    ],
)
async def test_each_bad_field_of_a_bulk_create_has_its_code_and_nothing_is_created(
    centre: SignedWire, group: int, fields: dict[str, Any], code: str
) -> None:
    assert await centre.code("seat/addSeatList", {"voiceGroupId": group, "size": 1, **fields}) == code
    assert len(centre.state.agents) == (code == "0")


async def test_the_remainder_of_an_unknown_group_is_24_and_of_none_22(centre: SignedWire) -> None:
    assert (await centre.get("seat/querySipTotal", voiceGroupId=7))["status"] == "-24"
    assert (await centre.get("seat/querySipTotal"))["status"] == "-22"


async def test_agent_row(centre: SignedWire, group: int, agent: int) -> None:
    """A row has the documented columns; enable 0 means enabled, priority begins at 1, status at 1 (offline)."""
    (row,) = await centre.rows("seat/query")
    assert set(row) == {
        "keyId", "empNo", "petName", "name", "appId", "deleteFlag", "enable", "priority", "voiceGroupId",
        "groupName", "account", "password", "createTime", "updateTime", "displayNum", "ccode", "status",
    }  # fmt: skip
    assert (row["keyId"], row["name"], row["voiceGroupId"], row["groupName"]) == (agent, "An", group, "Sales")
    assert (row["enable"], row["deleteFlag"], row["priority"], row["status"]) == (0, 0, 1, 1)
    assert len(row["password"]) == 8
    assert (await centre.rows("seatGroup/query"))[0]["countSeat"] == 1
    del centre.state.agent_groups[str(group)]
    assert (await centre.rows("seat/query"))[0]["groupName"] is None


async def test_times_of_rows(start: Start, centre: SignedWire) -> None:
    """Times are written in GMT+8, and a change moves updateTime only."""
    now = 1_630_468_800.0
    wire = await start(wall_clock=lambda: now)
    other = type(centre)(wire.emulator, wire.session)
    group = other.state.add_group("Sales")
    (agent,) = other.state.add_agents(group)
    now += 61.0
    body = {"idList": [agent], "type": 3}
    assert (await other.raw("POST", "seat/batchingSeat", json=body, headers=other.headers(1630468861)))[
        0
    ] == 200
    row = other.state.agents[str(agent)]
    assert (row["createTime"], row["updateTime"]) == ("2021-09-01 12:00:00", "2021-09-01 12:01:01")


async def test_agents_are_searched_in_any_case_and_blanks_filter_nothing(
    centre: SignedWire, group: int, agent: int
) -> None:
    (second,) = centre.state.add_agents(group, name="Binh")
    blank = {"enable": None, "name": "", "status": ""}
    for params, found in ((blank, [agent, second]), ({"name": "BIN"}, [second])):
        assert [row["keyId"] for row in await centre.rows("seat/query", **params)] == found
    page = {"current": 1, "size": 10, "params": {"status": "idle"}}
    assert await centre.code("seat/query", page) == "-22"


@pytest.mark.parametrize(
    ("times", "code"),
    [
        (("2025-01-01 00:00:00", "2025-02-02 00:00:00"), "0"),
        (("2025-01-01 00:00:00", "2025-02-02 00:00:01"), "-22"),
        (("2025-01-02 00:00:00", "2025-01-01 00:00:00"), "-22"),
        (("2025-01-01T00:00:00+08:00", "2025-01-02 00:00:00"), "-22"),
        (("2025-01-01 00:00:00", ""), "-22"),
        (None, "-22"),
    ],
)
async def test_newer_servers_want_times(centre: SignedWire, agent: int, times: Any, code: str) -> None:
    """As set, the list needs both times, at most 32 days apart, and then shows statistics."""
    page = {"current": 1, "size": 10, "params": dict(zip(("strTime", "endTime"), times or (), strict=False))}
    assert await centre.code("seat/query", page) == "0"
    centre.settings.agent_times = True
    answer = await centre.post("seat/query", page)
    assert answer["status"] == code
    if code == "0":
        (row,) = answer["data"]["records"]
        assert (row["num"], row["connectNum"], row["connectRate"]) == (0, 0, "0%")


async def test_update(centre: SignedWire, group: int, agent: int) -> None:
    """An update sets what it names, may move the agent, and leaves or resets the optional rest, as set."""
    other = centre.state.add_group("Help")
    fields = {"petName": "A", "displayNum": "1008", "ccode": "84", "password": "abc123"}
    assert await update(centre, agent, other, name="An Le", empNo=12, **fields) == "0"
    row = centre.state.agents[str(agent)]
    assert row["voiceGroupId"] == other
    assert {name: row[name] for name in fields} == fields
    assert (row["name"], row["empNo"]) == ("An Le", "12")
    assert await update(centre, agent, other, petName="") == "0"
    assert [centre.state.agents[str(agent)][name] for name in ("petName", "ccode")] == [None, "84"]
    centre.settings.omitted = "resets"
    assert await update(centre, agent, other) == "0"
    row = centre.state.agents[str(agent)]
    assert [row[name] for name in ("displayNum", "ccode", "password")] == [None, None, "abc123"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"empNo": "22"}, "-34"),
        ({"password": "no spaces"}, "-64"),
        ({"password": "mật"}, "-64"),
        ({"voiceGroupId": 7}, "-65"),
        ({"ccode": "12345"}, "-66"),
        ({"ccode": "V"}, "-66"),
        ({"keyId": 7}, "-24"),
        ({"name": ""}, "-22"),
        ({"empNo": ...}, "-22"),
        ({"voiceGroupId": ...}, "-22"),
        ({"keyId": None}, "-22"),
    ],
)
async def test_each_bad_field_of_an_update_has_its_code_and_the_agent_stays_as_it_was(
    centre: SignedWire, group: int, agent: int, fields: dict[str, Any], code: str
) -> None:
    centre.state.add_agents(group, empNo="22")
    before = centre.state.agents[str(agent)]
    assert await update(centre, agent, group, **fields) == code
    assert centre.state.agents[str(agent)] == before


async def test_groups_of_other_applications(centre: SignedWire, agent: int) -> None:
    """A group of another application is -65; the text of -64 speaks of the password."""
    centre.state.applications["otherapp"] = "Second"
    foreign = centre.state.add_group("Help", appId="otherapp")
    assert await update(centre, agent, foreign) == "-65"
    body = {"keyId": agent, "voiceGroupId": foreign, "name": "An", "empNo": "11", "password": "?"}
    assert "password" in (await centre.post("seat/updateSeat", body))["reason"]


async def test_agents_on_a_call(centre: SignedWire, group: int, agent: int) -> None:
    """An agent on a call cannot be changed, disabled or deleted (-67), yet enabled; afterwards all is well."""
    (other,) = centre.state.add_agents(group)
    centre.state.agents.change(str(agent), status=3)
    assert await update(centre, agent, group) == "-67"
    both = [other, agent]
    assert [await batch(centre, both, kind) for kind in (2, 3, 4)] == ["-67", "-67", "0"]
    assert centre.state.agents[str(other)]["enable"] == 0
    centre.state.agents.change(str(agent), status=2)
    assert await update(centre, agent, group) == "0"
    assert await batch(centre, both, 2) == "0"
    assert not centre.state.agents


async def batch(centre: SignedWire, agents: list[int], kind: int) -> Any:
    return await centre.code("seat/batchingSeat", {"idList": agents, "type": kind})


async def test_batches(centre: SignedWire, group: int, agent: int) -> None:
    """Disable sets enable to 1, enable to 0, delete removes agent and credential; unknown ids change no one."""
    await centre.done("seat/createSdkAuthentication", {"account": "an01", "expires": 60})
    assert await batch(centre, [agent, 7], 2) == "-24"
    for kind, enable in ((3, 1), (4, 0)):
        assert await batch(centre, [agent, agent], kind) == "0"
        assert centre.state.agents[str(agent)]["enable"] == enable
    assert await batch(centre, [], 2) == "-22"
    assert await batch(centre, [agent], 2) == "0"
    assert (len(centre.state.agents), centre.state.credentials) == (0, {})
    operations = [record.operation for record in centre.emulator.requests if "batch" in record.path]
    verbs = ("delete", "disable", "enable", "delete", "delete")
    assert operations == [f"agents.{verb}" for verb in verbs]


async def test_agents_in_a_task(centre: SignedWire, group: int, agent: int) -> None:
    """While a task calls to the agent's group, delete and disable are -68; an automatic task holds no one."""
    centre.state.add_task([group], ["84900000001"], taskType=0)
    task = centre.state.add_task([group], ["84900000002"], taskType=1)
    assert [await batch(centre, [agent], kind) for kind in (2, 3, 4)] == ["-68", "-68", "0"]
    centre.state.finish_task(task)
    assert await batch(centre, [agent], 2) == "0"


async def test_priorities_of_several_agents_are_set_in_one_call(
    centre: SignedWire, group: int, agent: int
) -> None:
    (other,) = centre.state.add_agents(group)
    wanted = [{"keyId": agent, "priority": 999}, {"keyId": other, "priority": 2}]
    assert await centre.done("seat/updatePriority", {"voiceGroupId": group, "params": wanted}) is None
    assert [row["priority"] for row in await centre.rows("seat/query")] == [999, 2]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ([{"keyId": AGENT, "priority": 0}], "-22"),
        ([{"keyId": AGENT, "priority": 1000}], "-22"),
        ([{"priority": 1}], "-22"),
        ([], "-22"),
        ({}, "-22"),
        ([1], "-22"),
        ([{"keyId": 7, "priority": 1}], "-24"),
        ([{"keyId": AGENT, "priority": 5}, {"keyId": OTHER, "priority": 5}], "-24"),
    ],
)
async def test_priorities_that_are_refused(
    centre: SignedWire, group: int, agent: int, params: dict[str, Any], code: str
) -> None:
    """A priority out of bounds is -22, an agent of another group -24, and no one is changed."""
    (other,) = centre.state.add_agents(centre.state.add_group("Help"))
    assert (agent, other) == (AGENT, OTHER)
    assert await centre.code("seat/updatePriority", {"voiceGroupId": group, "params": params}) == code
    assert await centre.code("seat/updatePriority", {"voiceGroupId": 7, "params": params}) == "-24"
    assert {row["priority"] for row in centre.state.agents.values()} == {1}


async def test_a_newer_credential_replaces_the_older_one(centre: SignedWire, agent: int) -> None:
    body = {"account": "an01", "expires": 60}
    first, second = [await centre.done("seat/createSdkAuthentication", body) for _ in range(2)]
    assert first["authentication"].startswith("Bearer ")
    assert first != second
    assert centre.state.credentials["an01"]["authentication"] == second["authentication"]
    assert list(centre.state.credentials) == ["an01"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"expires": 59}, "-22"),
        ({"expires": 28801}, "-22"),
        ({"expires": None}, "-22"),
        ({"account": ""}, "-22"),
        ({"account": "no one"}, "-24"),
        ({"expires": 28800}, "0"),
    ],
)
async def test_a_credential_is_checked_before_it_is_made(
    centre: SignedWire, agent: int, fields: dict[str, Any], code: str
) -> None:
    body = {"account": "an01", "expires": 60, **fields}
    assert await centre.code("seat/createSdkAuthentication", body) == code


async def test_new_agents_are_listed_late_though_their_ids_were_told(centre: SignedWire, group: int) -> None:
    centre.emulator.read_lag = 60.0
    made = await centre.done("seat/addSeatList", {"voiceGroupId": group, "size": 2})
    assert (len(made), await centre.rows("seat/query")) == (2, [])
    assert await batch(centre, [made[0]["keyId"]], 2) == "-24"
