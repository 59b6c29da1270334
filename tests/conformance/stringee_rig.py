"""Stringee under the rules that hold for every vendor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar

import jwt

from stringee_async import Response, StringeeAuth, StringeeClient
from stringee_async.stringee.scco import talk

from ..kit import KEY_SECRET, KEY_SID, answer
from ..kit.leaks import Canaries
from ..stringee.calls import CALLS, UPLOADS
from .rig import Acts, Call, Calls, Count, Ensures, Rig, Site


def _calls() -> dict[str, Call]:
    found: dict[str, Call] = {}
    for case, row in CALLS.items():
        if not case.partition(" ")[0].endswith(".find"):
            found.setdefault(case.split(" ")[0], row[0])
    return {**found, **UPLOADS}


NEW_IDS = (
    "agentID", "groupID", "queueID", "groupRoutingID", "numberID", "blacklistNumberID", "ivrTreeID", "ivrNodeID",
    "ivrNodeKeyID",
)  # fmt: skip
NODE = {"node_name": "Hi", "node_play_mode": "talk", "node_play_content": "Hello"}


class StringeeRig(Rig):
    """Stringee: failures inside HTTP 200, tokens that the client signs."""

    vendor = "stringee"
    client_class = StringeeClient
    credentials = (KEY_SID, KEY_SECRET)
    auth_class = StringeeAuth
    credential_header = "X-STRINGEE-AUTH"
    variables = ("STRINGEE_KEY_SID", "STRINGEE_KEY_SECRET")
    urls: ClassVar[dict[str, tuple[str, str]]] = {
        "icc_url": ("STRINGEE_ICC_URL", "https://icc-api.stringee.com"),
        "api_url": ("STRINGEE_API_URL", "https://api.stringee.com"),
    }
    read_operation = "agents.list"
    write_operation = "agents.update"

    ok = answer({"r": 0, "agentID": "A1", "data": []})
    invalid = answer({"r": 9, "message": "name is wrong"})
    missing = answer({"r": -1, "message": "Agent not found"})
    failed = answer({"r": 1}, 502)
    rejected = answer({"r": 5, "message": "keySid invalid"}, 403)

    operation_count = 66
    downloads = frozenset({"recordings.save"})
    requests = CALLS
    calls = _calls()
    creates: ClassVar[Acts] = {
        "agents.create": (
            lambda s: s.client.agents.create(name="An", stringee_user_id="u"), lambda s: len(s.state.agents) - 1,
        ),
        "groups.create": (lambda s: s.client.groups.create(name="Sales"), lambda s: len(s.state.groups) - 1),
        "queues.create": (lambda s: s.client.queues.create(name="Hotline"), lambda s: len(s.state.queues) - 1),
        "group_agents.add": (
            lambda s: s.client.group_agents.add(group_id=only(s.state.groups), agent_id=only(s.state.agents)),
            lambda s: len(s.state.group_agents),
        ),
        "group_routings.create": (
            lambda s: s.client.group_routings.create(
                queue_id=only(s.state.queues), group_id=only(s.state.groups), primary_group=1
            ),
            lambda s: len(s.state.group_routings),
        ),
        "numbers.create": (
            lambda s: s.client.numbers.create(number="84900", allow_outbound_calls=True, enable_ivr=False),
            lambda s: len(s.state.numbers) - 1,
        ),
        "blacklist_numbers.create": (
            lambda s: s.client.blacklist_numbers.create(number="84900", ivr_blocked=True),
            lambda s: len(s.state.blacklist_numbers),
        ),
        "ivr_trees.create": (
            lambda s: s.client.ivr_trees.create(tree_name="Menu"), lambda s: len(s.state.ivr_trees) - 1,
        ),
        "ivr_nodes.create": (
            lambda s: s.client.ivr_nodes.create(tree=only(s.state.ivr_trees), **NODE),
            lambda s: len(s.state.ivr_nodes) - 1,
        ),
        "ivr_keypresses.create": (
            lambda s: s.client.ivr_keypresses.create(node=next(iter(s.state.ivr_nodes)), node_key="1", action=6),
            lambda s: len(s.state.ivr_keypresses),
        ),
        "calls.call_out": (
            lambda s: s.client.calls.call_out(
                agent_user_id="a", customer_number="84901234567", from_number="84287"
            ),
            lambda s: len(s.state.centre_calls) - 1,
        ),
        "calls.transfer": (
            lambda s: s.client.calls.transfer(
                next(iter(s.state.centre_calls)), to_type="external", to_number="84901234567"
            ),
            lambda s: len(next(iter(s.state.centre_calls.values()))["transfers"]),
        ),
        "sip_accounts.create": (
            lambda s: s.client.sip_accounts.create(user_name="100", password="pw", extension=100),
            lambda s: len(s.state.sip_accounts),
        ),
        "sip_phones.create": (
            lambda s: s.client.sip_phones.create(username="100", password="pw"),
            lambda s: len(s.state.sip_phones),
        ),
        "rooms.create": (lambda s: s.client.rooms.create(name="Standup"), lambda s: len(s.state.rooms)),
        "users.send_message": (
            lambda s: s.client.users.send_message(from_user="boss", to_user="u", message={"hello": 1}),
            lambda s: len(s.state.custom_messages),
        ),
        "calls.make": (
            lambda s: s.client.calls.make(
                caller="842871000000", to="84901234567", answer_url="https://me.example/a"
            ),
            lambda s: len(s.state.live_calls) - 1,
        ),
        "calls.put_actions": (
            lambda s: s.client.calls.put_actions(only(s.state.live_calls), actions=[talk("Hello")]),
            lambda s: len(only_call(s).actions),
        ),
        "calls.transfer_call": (
            lambda s: s.client.calls.transfer_call(only(s.state.live_calls), from_user="u", to="84901234567"),
            lambda s: len(only_call(s).added),
        ),
        "calls.add_user": (
            lambda s: s.client.calls.add_user(
                only(s.state.live_calls), caller="842871000000", to="84901234567"
            ),
            lambda s: len(only_call(s).added),
        ),
        "greeting_files.upload": (
            lambda s: s.client.greeting_files.upload(b"ID3", filename="a.mp3"),
            lambda s: len(s.state.greeting_files),
        ),
        "sms.send": (
            lambda s: s.client.sms.send(sender="Shop", to="84901234567", text="hi"), lambda s: len(s.state.sms),
        ),
    }  # fmt: skip
    ensures: ClassVar[Ensures] = {
        "agents.create": lambda s: s.client.agents.ensure(name="An", stringee_user_id="u"),
        "groups.create": lambda s: s.client.groups.ensure(name="Sales"),
        "queues.create": lambda s: s.client.queues.ensure(name="Hotline", schedule=2),
        "group_agents.add": lambda s: s.client.group_agents.ensure(
            group_id=only(s.state.groups), agent_id=only(s.state.agents)
        ),
        "group_routings.create": lambda s: s.client.group_routings.ensure(
            queue_id=only(s.state.queues), group_id=only(s.state.groups), primary_group=1
        ),
        "numbers.create": lambda s: s.client.numbers.ensure(
            number="+84900", allow_outbound_calls=True, enable_ivr=False
        ),
        "blacklist_numbers.create": lambda s: s.client.blacklist_numbers.ensure(
            number="84900", ivr_blocked=True
        ),
        "ivr_trees.create": lambda s: s.client.ivr_trees.ensure(tree_name="Menu"),
        "ivr_nodes.create": lambda s: s.client.ivr_nodes.ensure(
            tree=only(s.state.ivr_trees), barge_in=False, **NODE
        ),
        "ivr_keypresses.create": lambda s: s.client.ivr_keypresses.ensure(
            node=next(iter(s.state.ivr_nodes)), node_key="1", action=6
        ),
    }
    pairs = frozenset({"group_agents.add"})
    deletes: ClassVar[Calls] = {
        "agents": lambda c, **k: c.agents.delete("A1", **k),
        "groups": lambda c, **k: c.groups.delete("A1", **k),
        "group_agents": lambda c, **k: c.group_agents.remove(group_id="G1", agent_id="A1", **k),
        "queues": lambda c, **k: c.queues.delete("A1", **k),
        "group_routings": lambda c, **k: c.group_routings.delete("A1", **k),
        "sip_accounts": lambda c, **k: c.sip_accounts.delete("A1", **k),
        "sip_phones": lambda c, **k: c.sip_phones.delete("A1", **k),
        "rooms": lambda c, **k: c.rooms.delete("A1", **k),
        "numbers": lambda c, **k: c.numbers.delete("A1", **k),
        "blacklist_numbers": lambda c, **k: c.blacklist_numbers.delete("A1", **k),
        "ivr_trees": lambda c, **k: c.ivr_trees.delete("A1", **k),
        "ivr_nodes": lambda c, **k: c.ivr_nodes.delete("A1", **k),
        "ivr_keypresses": lambda c, **k: c.ivr_keypresses.delete("A1", **k),
        "calls": lambda c, **k: c.calls.stop("A1", **k),
    }

    def throttled(self, **headers: str) -> Response:
        return answer({}, 429, **headers)

    async def read(self, client: Any) -> Any:
        return await client.agents.list().collect()

    async def write(self, client: Any) -> Any:
        return await client.agents.update("A1", name="An")

    async def create(self, client: Any) -> Any:
        return await client.agents.create(name="An", stringee_user_id="u.an")

    def fill(self, site: Site) -> None:
        site.state.add_agent("A", "a")
        site.state.add_group("G")
        site.state.add_queue("Q")
        site.state.add_ivr_node(site.state.add_ivr_tree("T"), "Root")
        site.state.add_number("84287")
        site.state.add_centre_call("b", "84901234567", "84287")
        site.state.add_online_user("u")
        site.state.add_live_call("842871000000", "84907654321")

    def removable(self, site: Site) -> tuple[str, Call, Count]:
        agent = site.state.add_agent("Bo", "b")
        return "agents.delete", lambda c: c.agents.delete(agent), lambda s: len(s.state.agents)

    def many(self, site: Site) -> tuple[Callable[[int], Awaitable[Any]], Count]:
        create = site.client.agents.create
        return (
            lambda n: create(name=f"Agent {n}", stringee_user_id=f"u{n}"),
            lambda s: len(s.state.agents),
        )

    def everything(self, case: str) -> Any:
        ids = dict.fromkeys(NEW_IDS, "N")
        data = {"totalPages": 0, "currentPage": 1, "limit": 50, "totalCount": "0"}
        return {
            "r": 0,
            "project": 246,
            **ids,
            "data": data,
            "users": [],
            "result": [{"r": 0}],
            "callSetting": {},
            "sipusername": "246_100",
            "list": [],
        }

    def check_credentials(self, headers: Mapping[str, str]) -> None:
        token = headers["x-stringee-auth"]
        assert jwt.get_unverified_header(token) == {"typ": "JWT", "alg": "HS256", "cty": "stringee-api;v=1"}
        claims = jwt.decode(token, KEY_SECRET, algorithms=["HS256"])
        assert (claims["iss"], claims["rest_api"]) == (KEY_SID, True)
        assert set(claims) == {"jti", "iss", "exp", "rest_api"}

    def account_of(self, request: Any) -> str:
        token = request.headers["X-STRINGEE-AUTH"]
        return str(jwt.decode(token, options={"verify_signature": False})["iss"])

    def derived_secrets(self, raw_requests: list[bytes]) -> list[str]:
        canaries = Canaries()
        canaries.add(raw_requests)
        return canaries.words


def only(table: Any) -> str:
    """Return the key of the one row of a table."""
    (key,) = table
    return str(key)


def only_call(site: Site) -> Any:
    """Return the one call under way."""
    return site.state.live_calls[only(site.state.live_calls)]
