"""One call of each operation of Stringee, and the request that it sends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from stringee_async import StringeeClient
from stringee_async.stringee import SmsMessage
from stringee_async.stringee.scco import play, talk, user

from .centre_cases import CENTRE_CALLS, listing

Call = Callable[[StringeeClient], Awaitable[Any]]
EVERY_QUEUE_FIELD: dict[str, Any] = {
    "name": "Bán hàng",
    "record_calls": False,
    "agent_wrap_up_after_calls": True,
    "wrap_up_time_limit": 20,
    "schedule": 2,
    "wait_agent_answer_timeout": 3,
    "wait_greeting": "wait.mp3",
    "hold_greeting": "hold.mp3",
    "maximum_queue_size": 7,
    "maximum_queue_wait_time": 90,
    "from_number_callout_to_agent": "842873000000",
    "get_list_agents_url": "https://me.example/choose",
    "cond_routing": 2,
}
LOG = "/v1/call/log?version=1&from_start_time=1793491200000&to_start_time=1793494800000"
BEGIN, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, 1, tzinfo=UTC)


def telephone(number: str) -> dict[str, str]:
    return {"type": "external", "number": number, "alias": number}


AGENTS = {
    "r": 0,
    "data": {"totalPages": 1, "currentPage": 1, "totalAgents": "0", "limit": 50, "agents": []},
}


CALLS: dict[str, tuple[Call, str, str, Any]] = {
    # operation and variant: call, method, raw target, JSON body (None: no body)
    "agents.create least": (
        lambda c: c.agents.create(name="An", stringee_user_id="u.an"),
        "POST", "/v1/agent", {"name": "An", "stringee_user_id": "u.an"},
    ),
    "agents.create all": (
        lambda c: c.agents.create(
            name="Nguyễn Văn An", stringee_user_id="u.an", manual_status="NOT AVAILABLE", routing_type=2,
            phone_number="+84 90-123.4567",
        ),
        "POST", "/v1/agent",
        {
            "name": "Nguyễn Văn An", "stringee_user_id": "u.an", "manual_status": "NOT AVAILABLE",
            "routing_type": 2, "phone_number": "84901234567",
        },
    ),
    "agents.list": (listing(lambda c: c.agents.list()), "GET", "/v1/agent?page=1&limit=50", None),
    "agents.list filter": (
        listing(lambda c: c.agents.list(stringee_user_id="u an&x=1", page_size=100)),
        "GET", "/v1/agent?stringee_user_id=u+an%26x%3D1&page=1&limit=100", None,
    ),
    "agents.list next page": (
        lambda c: anext(c.agents.list(page_size=1).pages(start=2)), "GET", "/v1/agent?page=2&limit=1", None,
    ),
    "agents.find": (
        lambda c: c.agents.find(stringee_user_id="u.an"),
        "GET", "/v1/agent?stringee_user_id=u.an&page=1&limit=100", None,
    ),
    "agents.update one": (
        lambda c: c.agents.update("AG_XPHOV0V7X71EFH98", manual_status="AVAILABLE"),
        "PUT", "/v1/agent/AG_XPHOV0V7X71EFH98", {"manual_status": "AVAILABLE"},
    ),
    "agents.update all": (
        lambda c: c.agents.update(
            "A1", name="B", stringee_user_id="u.b", manual_status=None, routing_type=1, phone_number=None,
            system_status=1,
        ),
        "PUT", "/v1/agent/A1",
        {
            "name": "B", "stringee_user_id": "u.b", "manual_status": None, "routing_type": 1,
            "phone_number": None, "system_status": "1",
        },
    ),
    "agents.delete": (lambda c: c.agents.delete("A1"), "DELETE", "/v1/agent/A1", None),
    "groups.create": (lambda c: c.groups.create(name="Sales"), "POST", "/v1/group", {"name": "Sales"}),
    "groups.list": (listing(lambda c: c.groups.list(page_size=1)), "GET", "/v1/group?page=1&limit=1", None),
    "groups.find": (lambda c: c.groups.find(name="Sales"), "GET", "/v1/group?page=1&limit=100", None),
    "groups.update": (lambda c: c.groups.update("G1", name="B"), "PUT", "/v1/group/G1", {"name": "B"}),
    "groups.delete": (lambda c: c.groups.delete("G1"), "DELETE", "/v1/group/G1", None),
    "group_agents.add": (
        lambda c: c.group_agents.add(group_id="G1", agent_id="A1"),
        "POST", "/v1/manage-agents-in-group", {"agent_id": "A1", "group_id": "G1"},
    ),
    "group_agents.list": (
        listing(lambda c: c.group_agents.list("G1")),
        "GET", "/v1/manage-agents-in-group?group=G1&page=1&limit=50", None,
    ),
    "group_agents.find": (
        lambda c: c.group_agents.find(group_id="G1", agent_id="A1"),
        "GET", "/v1/manage-agents-in-group?group=G1&page=1&limit=100", None,
    ),
    "group_agents.remove": (
        lambda c: c.group_agents.remove(group_id="G1", agent_id="A1"),
        "DELETE", "/v1/manage-agents-in-group", {"agent_id": "A1", "group_id": "G1"},
    ),
    "queues.create least": (lambda c: c.queues.create(name="Hotline"), "POST", "/v1/queue", {"name": "Hotline"}),
    "queues.create all": (
        lambda c: c.queues.create(**EVERY_QUEUE_FIELD), "POST", "/v1/queue", EVERY_QUEUE_FIELD,
    ),
    "queues.create nulls": (
        lambda c: c.queues.create(name="Q", wait_greeting=None, get_list_agents_url=None),
        "POST", "/v1/queue", {"name": "Q", "wait_greeting": None, "get_list_agents_url": None},
    ),
    "queues.list": (listing(lambda c: c.queues.list()), "GET", "/v1/queue?page=1&limit=50", None),
    "queues.find": (lambda c: c.queues.find(name="Hotline"), "GET", "/v1/queue?page=1&limit=100", None),
    "queues.update all": (
        lambda c: c.queues.update("QU_1", **EVERY_QUEUE_FIELD), "PUT", "/v1/queue/QU_1", EVERY_QUEUE_FIELD,
    ),
    "queues.delete": (lambda c: c.queues.delete("QU_1"), "DELETE", "/v1/queue/QU_1", None),
    "group_routings.create": (
        lambda c: c.group_routings.create(queue_id="Q1", group_id="G1", primary_group=True),
        "POST", "/v1/routing-call-to-groups", {"queue_id": "Q1", "group_id": "G1", "primary_group": 1},
    ),
    "group_routings.list": (
        listing(lambda c: c.group_routings.list("Q1")),
        "GET", "/v1/routing-call-to-groups?queue=Q1&page=1&limit=50", None,
    ),
    "group_routings.find": (
        lambda c: c.group_routings.find(queue_id="Q1", group_id="G1"),
        "GET", "/v1/routing-call-to-groups?queue=Q1&page=1&limit=100", None,
    ),
    "group_routings.update": (
        lambda c: c.group_routings.update("GR_RO_767XB0XBNTX6Z751", primary_group=0),
        "PUT", "/v1/routing-call-to-groups/GR_RO_767XB0XBNTX6Z751", {"primary_group": 0},
    ),
    "group_routings.delete": (
        lambda c: c.group_routings.delete("GR1"), "DELETE", "/v1/routing-call-to-groups/GR1", None,
    ),
    **CENTRE_CALLS,
    "users.list": (listing(lambda c: c.users.list()), "GET", "/v1/users?page=1&limit=100", None),
    "users.list filter": (
        listing(lambda c: c.users.list(user_id="u an", attributes={"agentStatus": "a&b"}, page_size=10)),
        "GET", "/v1/users?userId=u+an&agentStatus=a%26b&page=1&limit=10", None,
    ),
    "users.send_message": (
        lambda c: c.users.send_message(from_user="boss", to_user="u.an", message={"go": ["home", 1]}),
        "POST", "/v1/user/sendcustommessage",
        {"from": "boss", "toUser": "u.an", "message": {"go": ["home", 1]}},
    ),
    "call_records.list": (
        listing(lambda c: c.call_records.list(since=BEGIN, until=END)), "GET",
        LOG + "&page=1&limit=100", None,
    ),
    "call_records.list filter": (
        listing(lambda c: c.call_records.list(
            since=BEGIN, until=END, page_size=10, call_id="c1", from_number="8424", to_number="84 90",
            from_user_id="u.an",
        )), "GET",
        LOG + "&id=c1&from_number=8424&to_number=84+90&from_user_id=u.an&page=1&limit=10", None,
    ),
    "calls.make": (
        lambda c: c.calls.make(
            caller="842871000000", to=["+84 90 123 4567", user("u.an", alias="An")], user_id="u.bo", record=True,
            record_format="mp3", event_url="https://me.example/e", custom_data="7", actions=[talk("Chào", speed=0)],
        ),
        "POST", "/v1/call2/callout",
        {
            "eventUrl": "https://me.example/e", "record": True, "recordFormat": "mp3", "userId": "u.bo",
            "customData": "7", "from": telephone("842871000000"),
            "to": [telephone("84901234567"), {"type": "internal", "number": "u.an", "alias": "An"}],
            "actions": [{"action": "talk", "speed": 0, "text": "Chào"}],
        },
    ),
    "calls.make url": (
        lambda c: c.calls.make(caller="842871000000", to="84901234567", answer_url="https://me.example/a"),
        "POST", "/v1/call2/callout",
        {
            "from": telephone("842871000000"), "to": [telephone("84901234567")], "answer_url": "https://me.example/a",
        },
    ),
    "calls.stop": (lambda c: c.calls.stop("call-1"), "POST", "/v1/call2/stop", {"callId": "call-1"}),
    "calls.put_actions": (
        lambda c: c.calls.put_actions("call-1", actions=[play("hold.mp3", loop=2)]),
        "POST", "/v1/call2/putactions",
        {"callId": "call-1", "actions": [{"action": "play", "loop": 2, "fileName": "hold.mp3"}]},
    ),
    "calls.transfer_call": (
        lambda c: c.calls.transfer_call("call-1", from_user="u.an", to="84901234567"),
        "POST", "/v1/call2/transfer",
        {"callId": "call-1", "fromUserId": "u.an", "to": telephone("84901234567")},
    ),
    "calls.add_user": (
        lambda c: c.calls.add_user("call-1", caller="842871000000", to=user("u.bo"), spy=True),
        "POST", "/v1/call2/adduser",
        {
            "callId": "call-1", "from": telephone("842871000000"),
            "to": {"type": "internal", "number": "u.bo", "alias": "u.bo"}, "spyCall": True,
        },
    ),
    "sip_phones.create": (
        lambda c: c.sip_phones.create(username="100", password="pw-1", extension="7100"),
        "POST", "/v1/sipphone", {"username": "100", "password": "pw-1", "extension": "7100"},
    ),
    "sip_phones.list": (listing(lambda c: c.sip_phones.list()), "GET", "/v1/sipphone?page=1&limit=50", None),
    "sip_phones.find": (
        lambda c: c.sip_phones.find(username="100"), "GET", "/v1/sipphone?page=1&limit=100", None,
    ),
    "sip_phones.update": (
        lambda c: c.sip_phones.update("246_100", password="pw-2"),
        "PUT", "/v1/sipphone/246_100", {"password": "pw-2"},
    ),
    "sip_phones.delete": (
        lambda c: c.sip_phones.delete("246_100"), "DELETE", "/v1/sipphone/246_100", None,
    ),
    "rooms.create": (
        lambda c: c.rooms.create(name="Họp"), "POST", "/v1/room2/create", {"name": "Họp", "uniqueName": "Họp"},
    ),
    "rooms.create unique": (
        lambda c: c.rooms.create(name="Họp", unique_name="m-7"),
        "POST", "/v1/room2/create", {"name": "Họp", "uniqueName": "m-7"},
    ),
    "rooms.list": (listing(lambda c: c.rooms.list()), "GET", "/v1/room2/list?page=1&limit=100", None),
    "rooms.delete": (
        lambda c: c.rooms.delete("room-vn-1-EKNUBSUJFW-1597685448625"),
        "PUT", "/v1/room2/delete", {"roomId": "room-vn-1-EKNUBSUJFW-1597685448625"},
    ),
    "greeting_files.list": (
        listing(lambda c: c.greeting_files.list()), "GET", "/v1/greetingfile?page=1&limit=50", None,
    ),
    "sms.send": (
        lambda c: c.sms.send(sender="Shop", to="+84 90 123 4567", text="Mã: 1"), "POST", "/v1/sms",
        {"sms": [{"from": "Shop", "to": "84901234567", "text": "Mã: 1"}]},
    ),
    "sms.send batch": (
        lambda c: c.sms.send_batch([SmsMessage(sender="Shop", to="84901234567", text="Mã: 1")]), "POST", "/v1/sms",
        {"sms": [{"from": "Shop", "to": "84901234567", "text": "Mã: 1"}]},
    ),
    "recordings.save": (
        lambda c: c.recordings.state("call-vn-1-X-1"), "GET", "/v1/call/recording/call-vn-1-X-1", None,
    ),
}  # fmt: skip
UPLOADS: dict[str, Call] = {
    "greeting_files.upload": lambda c: c.greeting_files.upload(b"ID3", filename="a.mp3"),
}
