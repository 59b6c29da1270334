"""The vendor's own samples, byte for byte as its pages show them, load into models."""

import attrs
import pytest

from stringee_async import Agent, Group, GroupAgent, GroupRouting, Queue, User, to_dict
from stringee_async.stringee import BlacklistNumber, IvrKeypress, IvrNode, IvrTree, Number

from ..kit import ScriptedTransport, answer, client_over, virtual

AGENTS = b"""{
    "r": 0,
    "message": "Success",
    "data": {
        "totalPages": 1,
        "totalAgents": "2",
        "currentPage": 1,
        "limit": 50,
        "agents": [
            {
                "id": "AG_XPHOV0V7X71EFH98",
                "account": 408,
                "project": 246,
                "name": "Agent 1",
                "stringee_user_id": "stringee_user_1",
                "manual_status": null,
                "system_status": 0,
                "device_status": 0,
                "last_time_pickup": 0,
                "last_time_support_call_ended": 0,
            },
        ],
    },
}"""

GROUPS = b"""{
    "r": 0,
    "data": {
        "totalPages": 1,
        "totalGroups": "1",
        "currentPage": 1,
        "limit": 50,
        "groups": [
            {"id": "GR_PPOJHJCJVDFC7VQC", "account": 408, "project": 246, "name": "Sales", "number_of_agent": 3}
        ]
    }
}"""

GROUP_AGENTS = b"""{
    "r": 0,
    "data": {
        "totalPages": 1,
        "totalCount": "2",
        "currentPage": 1,
        "limit": 50,
        "groupAgents": [
            {"account": 408, "project": 246, "agent_id": "AGERZQNJ", "group_id": "GR10048CS"},
            {"account": 408, "project": 246, "agent_id": "AG_XPHOV0V7X71EFH98", "group_id": "GR10048CS"},
        ]
    }
}"""

QUEUES = b"""{
    "r": 0,
    "data": {
        "totalPages": 1,
        "totalCount": "1",
        "currentPage": 1,
        "limit": 50,
        "queues": [
            {
                "id": "QU_9V1JZ9XB4SKZ6J6H",
                "account": 408,
                "project": 246,
                "name": "Hotline",
                "agent_wrap_up_after_calls": 1,
                "wrap_up_time_limit": 10,
                "enable_voicemail": 0,
                "schedule": 1,
                "wait_greeting": null,
                "hold_greeting": null,
                "wait_agent_answer_timeout": 15,
                "record_calls": 1
            }
        ]
    }
}"""

GROUP_ROUTINGS = b"""{
    "r": 0,
    "data": {
        "totalPages": 1,
        "totalCount": "3",
        "currentPage": 1,
        "limit": 50,
        "groupRoutings": [
            {
                "id": "GR_RO_767XB0XBNTX6Z751",
                "account": 408,
                "project": 246,
                "queue_id": "QUTVJ3UC",
                "group_id": "GR10048CS",
                "primary_group": 1,
            }
        ]
    }
}"""


def sample(list_key: str, row: str) -> bytes:
    """Make a list of one row in the form of the pages whose lists are not stored, and in that of type definitions."""
    return f"""{{"r": 0, "message": "Success", "data": {{"totalPages": 1, "totalCount": "1", "currentPage": 1,
        "limit": 50, "{list_key}": [{{"id": "X", "account": 408, "project": 246, {row}}}]}}}}""".encode()


NUMBERS = sample(
    "numbers",
    """"number": "842873000000", "nickname": "Main", "allow_outbound_calls": 1, "enable_ivr": 0, "ivr_menu": null,
    "queue_id": "QUTVJ3UC", "record_outbound_calls": 0""",
)
IVR_TREES = sample("ivrTrees", '"tree_name": "Menu", "root_node": ""')
IVR_NODES = sample(
    "ivrNodes",
    """"tree": "TR_1", "node_name": "Hi", "node_play_mode": "talk", "node_play_content": "Hello", "bargeIn": 1,
    "loop_count": 1, "sched": 0, "voice": "banmai", "speed": 0, "keypress_timeout": 5""",
)
IVR_KEYPRESSES = sample(
    "ivrNodeKeys",
    """"tree": "TR_1", "node": "NO_1", "node_key": "1", "action": 2, "next_node": null, "queue_id": "QUTVJ3UC",
    "to_phone_number": null, "sms": null""",
)
BLACKLIST_NUMBERS = sample(
    "blacklistNumbers", '"number": "+84379361752", "ivr_blocked": 1, "queue_blocked": 1'
)
PLACE = {"id": "X", "account": 408, "project": 246}

LISTINGS = {
    "agents": (
        AGENTS,
        lambda c: c.agents.list(),
        [
            Agent(
                id="AG_XPHOV0V7X71EFH98", account=408, project=246, name="Agent 1",
                stringee_user_id="stringee_user_1", manual_status=None, system_status=0, device_status=0,
                last_time_pickup=0, last_time_support_call_ended=0,
            )
        ],
        2,
    ),
    "groups": (
        GROUPS,
        lambda c: c.groups.list(),
        [Group(id="GR_PPOJHJCJVDFC7VQC", account=408, project=246, name="Sales", number_of_agent=3)],
        1,
    ),
    "group_agents": (
        GROUP_AGENTS,
        lambda c: c.group_agents.list("GR10048CS"),
        [
            GroupAgent(account=408, project=246, agent_id="AGERZQNJ", group_id="GR10048CS"),
            GroupAgent(account=408, project=246, agent_id="AG_XPHOV0V7X71EFH98", group_id="GR10048CS"),
        ],
        2,
    ),
    "queues": (
        QUEUES,
        lambda c: c.queues.list(),
        [
            Queue(
                id="QU_9V1JZ9XB4SKZ6J6H", account=408, project=246, name="Hotline",
                agent_wrap_up_after_calls=True, wrap_up_time_limit=10, enable_voicemail=False, schedule=1,
                wait_agent_answer_timeout=15, record_calls=True,
            )
        ],
        1,
    ),
    "group_routings": (
        GROUP_ROUTINGS,
        lambda c: c.group_routings.list("QUTVJ3UC"),
        [
            GroupRouting(
                id="GR_RO_767XB0XBNTX6Z751", account=408, project=246, queue_id="QUTVJ3UC",
                group_id="GR10048CS", primary_group=1,
            )
        ],
        3,
    ),
    "numbers": (
        NUMBERS,
        lambda c: c.numbers.list(),
        [
            Number(
                **PLACE, number="842873000000", nickname="Main", allow_outbound_calls=True, enable_ivr=False,
                queue_id="QUTVJ3UC", record_outbound_calls=False,
            )
        ],
        1,
    ),
    "ivr_trees": (
        IVR_TREES, lambda c: c.ivr_trees.list(), [IvrTree(**PLACE, tree_name="Menu", root_node="")], 1
    ),
    "ivr_nodes": (
        IVR_NODES,
        lambda c: c.ivr_nodes.list("TR_1"),
        [
            IvrNode(
                **PLACE, tree="TR_1", node_name="Hi", node_play_mode="talk", node_play_content="Hello",
                barge_in=True, loop_count=1, sched=0, voice="banmai", speed=0, keypress_timeout=5,
            )
        ],
        1,
    ),
    "ivr_keypresses": (
        IVR_KEYPRESSES,
        lambda c: c.ivr_keypresses.list("NO_1"),
        [IvrKeypress(**PLACE, tree="TR_1", node="NO_1", node_key="1", action=2, queue_id="QUTVJ3UC")],
        1,
    ),
    "blacklist_numbers": (
        BLACKLIST_NUMBERS,
        lambda c: c.blacklist_numbers.list(),
        [BlacklistNumber(**PLACE, number="+84379361752", ivr_blocked=True, queue_blocked=True)],
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("name", LISTINGS)
@virtual
async def test_sample_lists_load(name: str, bom: bytes) -> None:
    """Each list sample loads: counts as text, trailing commas, null and 0/1, a count that is not the rows' number."""
    body, make, rows, total = LISTINGS[name]
    transport = ScriptedTransport(default=answer(bom + body))
    async with client_over(transport) as client:
        read = await make(client).collect()
        assert await make(client).total() == total
    assert read == rows
    assert [type(row) for row in read] == [type(row) for row in rows]
    assert all(row.malformed == () and not row.extra for row in read)


@pytest.mark.parametrize("name", LISTINGS)
@virtual
async def test_sample_rows_survive_the_way_back(name: str) -> None:
    body, make, rows, _ = LISTINGS[name]
    async with client_over(ScriptedTransport(default=answer(body))) as client:
        read = await make(client).collect()
    for row, wanted in zip(read, rows, strict=True):
        assert {field: type(value) for field, value in attrs.asdict(row).items()} == {
            field: type(value) for field, value in attrs.asdict(wanted).items()
        }
        plain = attrs.asdict(wanted)
        if name == "ivr_nodes":
            plain["bargeIn"] = plain.pop("barge_in")
        assert to_dict(row) == plain


@virtual
async def test_fields_seen_only_in_live_rows_are_kept() -> None:
    live = AGENTS.replace(
        b'"account": 408,', b'"account": 408, "online_status": 0, "groups": [{"group_id": "G"}],'
    )
    async with client_over(ScriptedTransport(answer(live))) as client:
        (agent,) = await client.agents.list().collect()
    assert dict(agent.extra) == {"online_status": 0, "groups": [{"group_id": "G"}]}


CREATES = {
    "agents": (
        b'{"r": 0, "message": "Create agent successfully", "project": 246, "agentID": "2QAX0YOR5D55HH0N",}',
        lambda c: c.agents.create(name="An", stringee_user_id="u"),
        "2QAX0YOR5D55HH0N",
    ),
    "groups": (
        b'{"r": 0, "project": 246, "groupID": "VJ2LFCVKRO0CXAM2", "message": "Success"}',
        lambda c: c.groups.create(name="Sales"),
        "VJ2LFCVKRO0CXAM2",
    ),
    "queues": (
        b'{"r": 0, "project": 246, "queueID": "QUTVJ3UC", "message": "Success"}',
        lambda c: c.queues.create(name="Hotline"),
        "QUTVJ3UC",
    ),
    "group_routings": (
        b'{"r": 0, "project": 246, "groupRoutingID": "GR_RO_767XB0XBNTX6Z751", "message": "Success"}',
        lambda c: c.group_routings.create(queue_id="Q", group_id="G", primary_group=1),
        "GR_RO_767XB0XBNTX6Z751",
    ),
    "numbers": (
        b'{"r": 0, "project": 246, "numberID": "Z1SQMO3W5UIHUGHC", "message": "Success"}',
        lambda c: c.numbers.create(number="842873000000", allow_outbound_calls=True, enable_ivr=False),
        "Z1SQMO3W5UIHUGHC",
    ),
    "ivr_trees": (
        b'{"r": 0, "project": 246, "ivrTreeID": "TR_1", "message": "Success"}',
        lambda c: c.ivr_trees.create(tree_name="Menu"),
        "TR_1",
    ),
    "ivr_nodes": (
        b'{"r": 0, "project": 246, "ivrNodeID": "NO_1", "isRootNode": true, "message": "Success"}',
        lambda c: c.ivr_nodes.create(
            tree="TR_1", node_name="Hi", node_play_mode="talk", node_play_content="Hello"
        ),
        "NO_1",
    ),
    "ivr_keypresses": (
        b'{"r": 0, "project": 246, "ivrNodeKeyID": "NO_KE_F0BSI4Q82DDWS9RM", "message": "Success"}',
        lambda c: c.ivr_keypresses.create(node="NO_1", node_key="1", action=6),
        "NO_KE_F0BSI4Q82DDWS9RM",
    ),
    "blacklist_numbers": (
        b'{"r": 0, "project": 246, "blacklistNumberID": "BNXJ3OWK", "message": "Success"}',
        lambda c: c.blacklist_numbers.create(number="84379361752", ivr_blocked=True),
        "BNXJ3OWK",
    ),
}


@pytest.mark.parametrize("name", CREATES)
@virtual
async def test_sample_creates_load(name: str) -> None:
    """Each create sample gives the id under the name of its own, the project and the message."""
    body, call, new_id = CREATES[name]
    async with client_over(ScriptedTransport(answer(body))) as client:
        created = await call(client)
    assert (created.id, created.project) == (new_id, 246)
    assert created.message


DONE = {
    "update with project": (
        b'{"r": 0, "message": "Success", "project": 2,}',
        lambda c: c.agents.update("A", name="n"),
    ),
    "update without project": (
        b'{"r": 0, "message": "Success"}',
        lambda c: c.group_routings.update("R", primary_group=1),
    ),
    "delete, project as text": (
        b'{"r": 0, "project": "246", "message": "Success"}',
        lambda c: c.group_routings.delete("R"),
    ),
    "add": (
        b'{"r": 0, "project": 246, "agentID": "AGERZQNJ", "groupID": "GR10048CS", "message": "Success"}',
        lambda c: c.group_agents.add(group_id="GR10048CS", agent_id="AGERZQNJ"),
    ),
}


@pytest.mark.parametrize("name", DONE)
@virtual
async def test_sample_writes_load(name: str) -> None:
    """Samples of writes without a result give None."""
    body, call = DONE[name]
    async with client_over(ScriptedTransport(answer(body))) as client:
        assert await call(client) is None


USERS = b"""{
    "count": 1,
    "pageSize": 1,
    "users": [{
        "loginTime": 1534736250475,
        "attributes": [{
            "attribute": "agentStatus",
            "value": "available"
        }, {
            "attribute": "call"
        }],
        "userId": "tient"
    }]
}"""


@virtual
async def test_the_sample_of_online_users_loads() -> None:
    transport = ScriptedTransport(answer(USERS), answer({"users": []}))
    async with client_over(transport) as client:
        users = await client.users.list().collect()
    attributes = [{"attribute": "agentStatus", "value": "available"}, {"attribute": "call"}]
    assert users == [User(user_id="tient", login_time=1534736250475, attributes=attributes)]
    assert to_dict(users[0]) == {"userId": "tient", "loginTime": 1534736250475, "attributes": attributes}
    assert len(transport.requests) == 2
