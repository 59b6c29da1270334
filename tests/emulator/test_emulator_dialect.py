"""The Stringee dialect: every path, envelope, list and refusal that the reference names."""

import json
from typing import Any

import pytest

from .conftest import Start, Wire

RESOURCES: list[tuple[str, str, str, str, str, dict[str, Any]]] = [
    ("agents", "/v1/agent", "agentID", "agents", "totalAgents", {"name": "An", "stringee_user_id": "u.an"}),
    ("groups", "/v1/group", "groupID", "groups", "totalGroups", {"name": "Sales"}),
    ("queues", "/v1/queue", "queueID", "queues", "totalCount", {"name": "Main"}),
    ("ivr_trees", "/v1/ivrtree", "ivrTreeID", "ivrTrees", "totalCount", {"tree_name": "Menu"}),
    (
        "numbers",
        "/v1/number",
        "numberID",
        "numbers",
        "totalCount",
        {"number": "842400", "allow_outbound_calls": True, "enable_ivr": False},
    ),
    (
        "blacklist_numbers",
        "/v1/blacklistnumber",
        "blacklistNumberID",
        "blacklistNumbers",
        "totalCount",
        {"number": "84379361752", "ivr_blocked": 1, "queue_blocked": True},
    ),
]


@pytest.mark.parametrize(("noun", "path", "id_key", "list_key", "count_key", "body"), RESOURCES)
async def test_life_of_a_row(
    wire: Wire, noun: Any, path: Any, id_key: Any, list_key: Any, count_key: Any, body: Any
) -> None:
    """Create, list, update and delete work for each plain resource under its own odd names."""
    made = await wire("POST", path, body)
    assert made["r"] == 0
    assert made["project"] == 246
    assert made["message"]
    listed = await wire("GET", path)
    assert listed["data"]["totalPages"] == 1
    assert listed["data"]["currentPage"] == 1
    assert listed["data"]["limit"] == 50
    assert listed["data"][count_key] == "1"
    (row,) = listed["data"][list_key]
    assert (row["id"], row["account"], row["project"]) == (made[id_key], 408, 246)
    assert (await wire("PUT", f"{path}/{made[id_key]}", body))["r"] == 0
    assert (await wire("DELETE", f"{path}/{made[id_key]}"))["r"] == 0
    again = await wire("DELETE", f"{path}/{made[id_key]}")
    assert again["r"] == -1
    assert again["message"].endswith("not found")
    empty = await wire("GET", path)
    assert empty["data"] == {"totalPages": 0, count_key: "0", "currentPage": 1, "limit": 50, list_key: []}
    assert [request.operation for request in wire.emulator.requests] == [
        f"{noun}.{verb}" for verb in ("create", "list", "update", "delete", "delete", "list")
    ]


async def test_agent_row_has_the_shape_of_the_sample(wire: Wire) -> None:
    """A fresh agent's row has null manual_status, integer statuses and the groups it is in."""
    made = await wire("POST", "/v1/agent", {"name": "An", "stringee_user_id": "u.an"})
    group = wire.state.add_group("Sales")
    wire.state.add_membership(group, made["agentID"])
    (row,) = (await wire("GET", "/v1/agent/?page=1&limit=10"))["data"]["agents"]
    assert row == {
        "id": made["agentID"],
        "account": 408,
        "project": 246,
        "name": "An",
        "stringee_user_id": "u.an",
        "manual_status": None,
        "system_status": 0,
        "routing_type": 1,
        "phone_number": None,
        "device_status": 0,
        "online_status": 0,
        "last_time_pickup": 0,
        "last_time_support_call_ended": 0,
        "groups": [{"group_id": group}],
    }
    assert row["id"].startswith("AG_")
    assert len(row["id"]) == 19
    await wire("PUT", f"/v1/agent/{row['id']}", {"system_status": "2", "manual_status": "NOT AVAILABLE"})
    (row,) = (await wire("GET", "/v1/agent"))["data"]["agents"]
    assert (row["system_status"], row["manual_status"]) == (2, "NOT AVAILABLE")


async def test_booleans_and_numbers_are_accepted_and_come_back_as_numbers(wire: Wire) -> None:
    await wire("POST", "/v1/queue", {"name": "Main", "record_calls": False, "agent_wrap_up_after_calls": 1})
    (row,) = (await wire("GET", "/v1/queue"))["data"]["queues"]
    assert (row["record_calls"], row["agent_wrap_up_after_calls"], row["enable_voicemail"]) == (0, 1, 0)
    assert json.dumps(row["record_calls"]) == "0"
    assert row["wrap_up_time_limit"] == 10
    assert row["get_list_agents_url"] is None


async def test_an_update_sets_what_is_given_clears_null_and_leaves_what_is_absent(wire: Wire) -> None:
    made = await wire(
        "POST", "/v1/queue", {"name": "Main", "hold_greeting": "a.mp3", "wait_greeting": "b.mp3"}
    )
    await wire("PUT", f"/v1/queue/{made['queueID']}", {"hold_greeting": None, "schedule": 2})
    row = wire.state.queues[made["queueID"]]
    assert (row["hold_greeting"], row["wait_greeting"], row["schedule"]) == (None, "b.mp3", 2)


async def test_memberships(wire: Wire) -> None:
    """Agents in a group: add echoes both ids, list needs the group, remove takes a body on DELETE."""
    state = wire.state
    agent, group = state.add_agent("An", "u.an"), state.add_group("Sales")
    pair = {"agent_id": agent, "group_id": group}
    path = "/v1/manage-agents-in-group"
    added = await wire("POST", path, pair)
    assert (added["r"], added["agentID"], added["groupID"]) == (0, agent, group)
    assert (await wire("POST", path, pair))["r"] == 2
    listed = await wire("GET", f"{path}?group={group}")
    assert listed["data"]["groupAgents"] == [{"account": 408, "project": 246, **pair}]
    assert listed["data"]["totalCount"] == "1"
    (row,) = (await wire("GET", "/v1/group"))["data"]["groups"]
    assert row["number_of_agent"] == 1
    assert (await wire("GET", path))["r"] == 3
    assert (await wire("GET", f"{path}?group=GR_NONE"))["message"] == "Group not found"
    assert (await wire("POST", path, pair | {"agent_id": "AG_NONE"}))["message"] == "Agent not found"
    assert (await wire("DELETE", path, pair))["r"] == 0
    gone = await wire("DELETE", path, pair)
    assert (gone["r"], gone["message"]) == (-1, "Group agent not found")


async def test_routings(wire: Wire) -> None:
    """Group routing: all three fields needed, one per pair, and the update's response has no project."""
    state = wire.state
    queue, group = state.add_queue("Main"), state.add_group("Sales")
    path = "/v1/routing-call-to-groups"
    body = {"queue_id": queue, "group_id": group, "primary_group": 1}
    assert (await wire("POST", path, {"queue_id": queue, "group_id": group}))["r"] == 3
    made = await wire("POST", path, body)
    key = made["groupRoutingID"]
    assert key.startswith("GR_RO_")
    assert (await wire("POST", path, body))["groupRoutingID"] == key
    assert set(await wire("PUT", f"{path}/{key}", {"primary_group": 0})) == {"r", "message"}
    listed = await wire("GET", f"{path}?queue={queue}")
    assert listed["data"]["groupRoutings"] == [
        {"id": key, "account": 408, "project": 246, "queue_id": queue, "group_id": group, "primary_group": 0}
    ]
    assert (await wire("DELETE", f"{path}/{key}"))["project"] == 246


async def test_ivr_nodes_and_keypresses(wire: Wire) -> None:
    """Nodes hang on a tree, key presses on a node, and the first node becomes the tree's root."""
    tree = (await wire("POST", "/v1/ivrtree", {"tree_name": "Menu"}))["ivrTreeID"]
    body = {"tree": tree, "node_name": "hi", "node_play_mode": "talk", "node_play_content": "hello"}
    made = await wire("POST", "/v1/ivrnode", body)
    node = made["ivrNodeID"]
    assert made["isRootNode"] is True
    assert (await wire("POST", "/v1/ivrnode", body))["isRootNode"] is False
    assert wire.state.ivr_trees[tree]["root_node"] == node
    press = await wire("POST", "/v1/ivrkeypress", {"node": node, "node_key": "1", "action": 6})
    (row,) = (await wire("GET", f"/v1/ivrkeypress?node={node}"))["data"]["ivrNodeKeys"]
    assert (row["id"], row["tree"], row["sms"]) == (press["ivrNodeKeyID"], tree, None)
    assert len((await wire("GET", f"/v1/ivrnode?tree={tree}"))["data"]["ivrNodes"]) == 2


async def test_call_settings_are_one_object_outside_data(wire: Wire) -> None:
    first = await wire("GET", "/v1/callsettings")
    assert "project" not in first
    assert first["callSetting"]["get_customer_info_timeout"] == 2000
    assert (await wire("PUT", "/v1/callsettings", {"event_url": "https://a.example/e"}))["r"] == 0
    assert (await wire("GET", "/v1/callsettings"))["callSetting"]["event_url"] == "https://a.example/e"


async def test_delete_of_a_group_takes_its_links_along(wire: Wire) -> None:
    state = wire.state
    agent, group, other = state.add_agent("An", "u.an"), state.add_group("A"), state.add_group("B")
    queue = state.add_queue("Main")
    for key in (group, other):
        state.add_membership(key, agent)
        state.add_routing(queue, key)
    await wire("DELETE", f"/v1/group/{group}")
    assert [row["group_id"] for row in state.group_agents.values()] == [other]
    assert [row["group_id"] for row in state.group_routings.values()] == [other]


@pytest.mark.parametrize(
    "body", [{"name": "x"}, {"name": " ", "stringee_user_id": "u"}, {"stringee_user_id": "u"}]
)
async def test_missing_or_blank_field_is_refused(wire: Wire, body: Any) -> None:
    answer = await wire("POST", "/v1/agent", body)
    assert answer["r"] == 3
    assert "required" in answer["message"]
    assert not wire.state.agents


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/agent", {"name": 5, "stringee_user_id": "u"}),
        ("/v1/agent", {"name": "x", "stringee_user_id": "u", "routing_type": "one"}),
        ("/v1/agent", {"name": "x", "stringee_user_id": "u", "routing_type": 1.5}),
        ("/v1/queue", {"name": "x", "record_calls": "maybe"}),
        ("/v1/queue", {"name": "x", "record_calls": [1]}),
        ("/v1/queue", {"name": "x", "record_calls": 2}),
        ("/v1/queue", {"name": None}),
    ],
)
async def test_field_of_the_wrong_kind_is_refused(wire: Wire, path: str, body: Any) -> None:
    answer = await wire("POST", path, body)
    assert answer["r"] == 3
    assert answer["message"].split()[0] in body
    assert not any(wire.state.tables.values())


async def test_null_on_create_takes_the_default(wire: Wire) -> None:
    made = await wire(
        "POST", "/v1/queue", {"name": "x", "schedule": None, "record_calls": "0", "colour": "red"}
    )
    row = wire.state.queues[made["queueID"]]
    assert (row["schedule"], row["record_calls"]) == (1, 0)
    assert "colour" not in row


@pytest.mark.parametrize("raw", [b"[]", b"{", b"null", b"\xff"])
async def test_body_that_is_no_object_is_refused(wire: Wire, raw: bytes) -> None:
    status, _, answer = await wire.raw("POST", "/v1/agent", data=raw)
    assert (status, json.loads(answer)["r"]) == (200, 3)


@pytest.mark.parametrize("unique", [True, False])
async def test_a_second_create_gives_the_same_id_or_another_as_set(start: Start, unique: bool) -> None:
    wire = await start(unique=unique)
    body = {"name": "An", "stringee_user_id": "u.an"}
    first, second = await wire("POST", "/v1/agent", body), await wire("POST", "/v1/agent", body)
    assert second["r"] == (2 if unique else 0)
    assert (second["agentID"] == first["agentID"]) is unique
    assert len(wire.state.agents) == (1 if unique else 2)


async def test_rename_to_a_taken_key_is_refused(wire: Wire) -> None:
    state = wire.state
    taken, mine = state.add_group("A"), state.add_group("B")
    answer = await wire("PUT", f"/v1/group/{mine}", {"name": "A"})
    assert (answer["r"], answer["groupID"]) == (2, taken)
    assert (await wire("PUT", f"/v1/group/{mine}", {"name": "B"}))["r"] == 0


async def test_pages(wire: Wire) -> None:
    """Pages are cut by limit, the last one is short, and a page beyond the end is empty."""
    ids = wire.state.seed_agents(25)
    got: list[str] = []
    for page in (1, 2, 3, 4):
        data = (await wire("GET", f"/v1/agent?page={page}&limit=10"))["data"]
        assert (data["totalPages"], data["currentPage"]) == (3, page)
        assert (data["limit"], data["totalAgents"]) == (10, "25")
        got += [row["id"] for row in data["agents"]]
    assert got == ids


@pytest.mark.parametrize("query", ["page=0", "page=x", "limit=0", "limit=-1", "limit=%C2%B2"])
async def test_unusable_page_or_limit_is_refused(wire: Wire, query: str) -> None:
    assert (await wire("GET", f"/v1/agent?{query}"))["r"] == 3


@pytest.mark.parametrize("form", ["list", "no_key", "null_data", "no_data"])
async def test_an_empty_list_has_the_form_that_is_set(start: Start, form: str) -> None:
    answer = await (await start(empty_page=form))("GET", "/v1/group")
    assert ("data" in answer) is (form != "no_data")
    assert (answer.get("data") is None) is (form in ("null_data", "no_data"))
    assert ("groups" in (answer.get("data") or {})) is (form == "list")


async def test_with_the_newest_row_first_an_insert_shifts_the_second_page(start: Start) -> None:
    wire = await start(order="newest")
    ids = wire.state.seed_agents(4)
    first = (await wire("GET", "/v1/agent?page=1&limit=2"))["data"]["agents"]
    wire.state.add_agent("late", "late")
    second = (await wire("GET", "/v1/agent?page=2&limit=2"))["data"]["agents"]
    assert [row["id"] for row in first] == [ids[3], ids[2]]
    assert [row["id"] for row in second] == [ids[2], ids[1]]


async def test_lists_that_document_no_paging_give_all_rows_at_once_if_so_set(start: Start) -> None:
    wire = await start(link_paging=False)
    state = wire.state
    group = state.add_group("A")
    for agent in state.seed_agents(7):
        state.add_membership(group, agent)
    data = (await wire("GET", f"/v1/manage-agents-in-group?group={group}&page=2&limit=3"))["data"]
    assert (data["currentPage"], data["totalPages"], len(data["groupAgents"])) == (1, 1, 7)


@pytest.mark.parametrize("honoured", [True, False])
async def test_the_undocumented_filter_works_or_is_ignored_as_set(start: Start, honoured: bool) -> None:
    wire = await start(honour_filters=honoured)
    wire.state.seed_agents(3)
    data = (await wire("GET", "/v1/agent?stringee_user_id=agent.1"))["data"]
    assert len(data["agents"]) == (1 if honoured else 3)


@pytest.mark.parametrize(("form", "expected"), [("int", 246), ("text", "246"), ("missing", None)])
async def test_project_is_a_number_text_or_missing_as_set(start: Start, form: str, expected: Any) -> None:
    assert (await (await start(project_as=form))("GET", "/v1/group")).get("project") == expected


@pytest.mark.parametrize(
    ("form", "keys"),
    [("message", {"message"}), ("msg", {"msg"}), ("both", {"message", "msg"}), ("none", set())],
)
async def test_the_text_is_under_the_keys_that_are_set(start: Start, form: str, keys: set[str]) -> None:
    wire = await start(message_key=form)
    for answer in (await wire("GET", "/v1/group"), await wire("DELETE", "/v1/group/GR_NONE")):
        assert {"message", "msg"} & set(answer) == keys


async def test_the_count_is_a_number_if_so_set(start: Start) -> None:
    wire = await start(count_as_text=False)
    assert (await wire("GET", "/v1/group"))["data"]["totalGroups"] == 0


async def test_a_new_row_is_unseen_for_a_while_yet_unique_from_the_start(start: Start) -> None:
    wire = await start(read_lag=30.0)
    made = await wire("POST", "/v1/group", {"name": "A"})
    assert (await wire("GET", "/v1/group"))["data"]["groups"] == []
    assert (await wire("PUT", f"/v1/group/{made['groupID']}", {"name": "B"}))["r"] == -1
    assert (await wire("POST", "/v1/group", {"name": "A"}))["groupID"] == made["groupID"]


async def test_a_setting_changed_while_it_runs_holds_for_the_next_call(wire: Wire) -> None:
    wire.emulator.stringee_settings.project_as = "text"
    assert (await wire("GET", "/v1/group"))["project"] == "246"
    with pytest.raises(ValueError, match="project_as"):
        wire.emulator.stringee_settings.project_as = "number"  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        wire.emulator.latencyy = 1.0  # type: ignore[attr-defined]


@pytest.mark.parametrize("target", ["/v1/agent/x/y", "/v1/nothing", "/", "/v1/agent/"])
async def test_what_is_no_operation_is_404_in_html_and_recorded_as_unmatched(wire: Wire, target: str) -> None:
    status, headers, _ = await wire.raw("PUT", target)
    assert status == 404
    assert headers["Content-Type"] == "text/html"
    assert wire.emulator.requests[0].operation == "unmatched"
    assert wire.emulator.refused("unmatched") == 1


async def test_awkward_ids_do_not_reach_other_paths(wire: Wire) -> None:
    answer = await wire.raw("DELETE", "/v1/agent/..%2F..%3F", data=b"")
    assert answer[0] == 404 or json.loads(answer[2])["r"] == -1
    assert wire.emulator.requests[0].path.startswith("/v1/agent/")
