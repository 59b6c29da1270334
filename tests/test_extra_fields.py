"""`extra` on every create, update and `ensure`: fields that only the vendor knows, sent as they are."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from stringee_async import ConfigError, DecodeError, StringeeClient
from stringee_async.itniotech import TrunkGroup

from .itniotech.rig import client_over as itniotech_over
from .itniotech.rig import ok
from .kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer
from .ringme.rig import ApiTransport, ringme_over

MORE = {"unheard_of": [1, {"a": None}], "name": "other"}
NEW_IDS = "agentID queueID groupID groupRoutingID numberID blacklistNumberID ivrTreeID ivrNodeID ivrNodeKeyID"
MADE = answer({"r": 0, **dict.fromkeys(NEW_IDS.split(), "1")})
NUMBER: dict[str, Any] = {"number": "84900", "allow_outbound_calls": True, "enable_ivr": False}

STRINGEE: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "agents.create": lambda c: c.agents.create(name="A", stringee_user_id="a", extra=MORE),
    "agents.update": lambda c: c.agents.update("1", name="A", extra=MORE),
    "groups.create": lambda c: c.groups.create(name="A", extra=MORE),
    "groups.update": lambda c: c.groups.update("1", name="A", extra=MORE),
    "queues.create": lambda c: c.queues.create(name="A", extra=MORE),
    "queues.update": lambda c: c.queues.update("1", name="A", extra=MORE),
    "group_agents.add": lambda c: c.group_agents.add(group_id="1", agent_id="1", extra=MORE),
    "group_routings.create": lambda c: c.group_routings.create(
        queue_id="1", group_id="1", primary_group=1, extra=MORE
    ),
    "group_routings.update": lambda c: c.group_routings.update("1", primary_group=1, extra=MORE),
    "numbers.create": lambda c: c.numbers.create(**NUMBER, extra=MORE),
    "numbers.update": lambda c: c.numbers.update("1", **NUMBER, extra=MORE),
    "blacklist_numbers.create": lambda c: c.blacklist_numbers.create(number="84900", extra=MORE),
    "blacklist_numbers.update": lambda c: c.blacklist_numbers.update("1", number="84900", extra=MORE),
    "ivr_trees.create": lambda c: c.ivr_trees.create(tree_name="A", extra=MORE),
    "ivr_trees.update": lambda c: c.ivr_trees.update("1", extra=MORE),
    "ivr_nodes.create": lambda c: c.ivr_nodes.create(
        tree="1", node_name="A", node_play_mode="talk", node_play_content="A", extra=MORE
    ),
    "ivr_nodes.update": lambda c: c.ivr_nodes.update("1", extra=MORE),
    "ivr_keypresses.create": lambda c: c.ivr_keypresses.create(node="1", node_key="1", action=6, extra=MORE),
    "sip_accounts.create": lambda c: c.sip_accounts.create(
        user_name="100", password="pw", extension=100, extra=MORE
    ),
    "sip_accounts.update": lambda c: c.sip_accounts.update("100", password="pw", extension=100, extra=MORE),
    "call_settings.update": lambda c: c.call_settings.update(extra=MORE),
    "calls.call_out": lambda c: c.calls.call_out(
        agent_user_id="u", customer_number="84900", from_number="84901", extra=MORE
    ),
    "calls.transfer": lambda c: c.calls.transfer("C", to_type="internal", to_number="u", extra=MORE),
    "ivr_keypresses.update": lambda c: c.ivr_keypresses.update("1", extra=MORE),
}
EVENT: dict[str, Any] = {"event_type": "x", "method": "GET", "url": "https://a.example"}
RINGME: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "extensions.create": lambda c: c.extensions.create(name="A", type="phone", extra=MORE),
    "extensions.update": lambda c: c.extensions.update(1, extra=MORE),
    "agents.local.create": lambda c: c.agents.local.create(extension_id=1, name="A", extra=MORE),
    "agents.local.update": lambda c: c.agents.local.update(1, name="A", extra=MORE),
    "agents.remote.create": lambda c: c.agents.remote.create(number="84900", name="A", extra=MORE),
    "agents.remote.update": lambda c: c.agents.remote.update(1, extra=MORE),
    "extension_agents.create": lambda c: c.extension_agents.create(1, name="A", extra=MORE),
    "queues.update": lambda c: c.queues.update(1, extra=MORE),
    "queue_agents.add": lambda c: c.queue_agents.local.add(1, agent_id=1, extra=MORE),
    "queue_agents.update": lambda c: c.queue_agents.local.update(1, 1, extra=MORE),
    "agent_events.create": lambda c: c.agent_events.local.create(1, **EVENT, extra=MORE),
    "agent_events.update": lambda c: c.agent_events.remote.update(1, 1, extra=MORE),
    "extension_events.create": lambda c: c.extension_events.create(1, **EVENT, extra=MORE),
    "extension_events.update": lambda c: c.extension_events.update(1, 1, extra=MORE),
}
GROUPS = [TrunkGroup(voice_group_id=1)]
ITNIOTECH: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "agent_groups.rename": lambda c: c.agent_groups.rename(1, group_name="Sales", extra=MORE),
    "agent_groups.update_settings": lambda c: c.agent_groups.update_settings(
        1, show_recordings=True, encrypt_numbers=False, extra=MORE
    ),
    "agents.create_many": lambda c: c.agents.create_many(1, size=1, extra=MORE),
    "agents.update": lambda c: c.agents.update(1, voice_group_id=1, name="A", emp_no=1, extra=MORE),
    "team_leaders.create": lambda c: c.team_leaders.create(name="Bình", voice_group_ids=[1], extra=MORE),
    "team_leaders.update": lambda c: c.team_leaders.update(
        1, emp_no=1, name="Bình", voice_group_ids=[1], extra=MORE
    ),
    "sip_trunks.create": lambda c: c.sip_trunks.create(
        type=1, sip_trunk_name="A", groups=GROUPS, sip_trunk_state=True, extra=MORE
    ),
    "sip_trunks.update": lambda c: c.sip_trunks.update(
        1, type=1, sip_trunk_name="A", groups=GROUPS, sip_trunk_state=True, extra=MORE
    ),
    "tasks.submit": lambda c: c.tasks.submit(file_path="/a", file_name="a.csv", type=0, extra=MORE),
    "calls.make": lambda c: c.calls.make(callee="84901234567", account="a", app_id="x", extra=MORE),
}


def sent(transport: ScriptedTransport) -> dict[str, Any]:
    (request,) = transport.requests
    body: dict[str, Any] = json.loads(request.body or b"")
    return body


@pytest.mark.parametrize("name", STRINGEE)
async def test_stringee_sends_extra_fields_and_keywords_go_before_them(name: str) -> None:
    """A field that the client does not know goes as it is; a keyword wins over `extra`."""
    transport = ScriptedTransport(MADE)
    async with StringeeClient(KEY_SID, KEY_SECRET, transport=transport) as client:
        await STRINGEE[name](client)
    body = sent(transport)
    assert body["unheard_of"] == MORE["unheard_of"]
    assert body["name"] == ("A" if name.split(".")[0] in ("agents", "groups", "queues") else "other")


@pytest.mark.parametrize("name", RINGME)
async def test_ringme_sends_extra_fields(name: str) -> None:
    """Likewise."""
    transport = ApiTransport(default=answer({"id": 1, "agent_id": 1, "strategy": "x"}))
    async with ringme_over(transport) as client:
        await RINGME[name](client)
    assert sent(transport)["unheard_of"] == MORE["unheard_of"]


@pytest.mark.parametrize("name", ITNIOTECH)
async def test_itniotech_sends_extra_fields(name: str) -> None:
    """Likewise, by the vendor's names."""
    transport = ScriptedTransport(default=ok({"keyId": 1, "id": 1}))
    async with itniotech_over(transport) as client:
        with contextlib.suppress(DecodeError):  # what the response says is not the matter here
            await ITNIOTECH[name](client)
    body = sent(transport)
    assert body["unheard_of"] == MORE["unheard_of"]
    assert body["name"] in ("A", "Bình", "other")


async def test_a_value_repeated_in_extra_is_not_checked_and_another_is() -> None:
    """That is how a value passes which a limit of ours refuses; a mere look-alike in `extra` changes nothing."""
    long = "n" * 300
    transport = ScriptedTransport(MADE)
    async with StringeeClient(KEY_SID, KEY_SECRET, transport=transport) as client:
        with pytest.raises(ConfigError, match="at most 255"):
            await client.groups.create(name=long, extra={"name": "n"})
        await client.groups.create(name=long, extra={"name": long})
    assert sent(transport) == {"name": long}


@pytest.mark.parametrize("wrong", [[("a", 1)], {1: 2}, {"a": b"x"}, {"a": float("nan")}, {"a": object()}])
async def test_extra_that_is_no_json_object_is_refused(wrong: Any) -> None:
    """Nothing is sent that the vendor could not read."""
    transport = ScriptedTransport()
    async with StringeeClient(KEY_SID, KEY_SECRET, transport=transport) as client:
        with pytest.raises(ConfigError, match="extra"):
            await client.groups.create(name="A", extra=wrong)
    assert not transport.requests
