"""The vendor's own samples, as its pages show them, load into models; so does what is known to vary."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from stringee_async import DecodeError, to_dict
from stringee_async.ringme import (
    Callback,
    CallLeg,
    CallRecord,
    CurrentCall,
    Did,
    Extension,
    LocalAgent,
    Queue,
    QueueAgent,
    QueueMember,
    QueueStatus,
    Recording,
    RemoteAgent,
    ShownNumber,
    Sound,
    Subscription,
    User,
)

from ..kit import answer, virtual
from .rig import ApiTransport, Call, ringme_over

QUEUE_PUT = {
    "announce_frequency": 15, "announce_sound": 35, "max_wait_time": 1800, "record_enabled": True, "sound": 36,
    "sound_type": "music", "strategy": "ring-all", "timeout_transfer_dst": "333", "tier_rules_apply": True,
    "tier_rule_wait_second": 5,
}  # fmt: skip
LOCAL = {
    "status": "available", "name": None, "busy_delay_time": 10, "no_answer_delay_time": 10, "call_timeout": 30,
    "wrap_up_time": 0, "extension_id": 117, "reject_delay_time": 10, "extra_params": None, "id": 1,
}  # fmt: skip
REMOTE = {
    "busy_delay_time": 10, "call_timeout": 30, "extra_params": "string", "id": 9, "name": "string",
    "no_answer_delay_time": 10, "number": "89876543210", "reject_delay_time": 10, "status": "available",
    "wrap_up_time": 0,
}  # fmt: skip
EXTENSION = {
    "id": 208, "client_id": 12, "status": "active", "name": "000*370", "domain": "sip.ringme.ru",
    "label": "test queue", "type": "queue", "create_date": "2020-03-16 12:11:13", "dial_rule_limit": None,
    "dial_rule_id": None, "extension_group_id": None, "caller_id_name": None, "extra_params": None,
    "message_did": None, "ani_rfc3325": False, "did_as_transfer_caller_id": None,
}  # fmt: skip
MEMBER = {
    "call_api_id": "3568838-0045e2", "joined_datetime": "2020-03-16 16:29:38.76", "number": "89215650644",
    "serving_agent": None, "state": "Waiting", "wait_time": 12,
}  # fmt: skip
EVENT = {"url": "https://myshost.org/calls", "id": 150, "method": "GET", "event_type": "agent-login"}
CALL = {
    "call_api_id": "c1", "record_uuid": "u", "callback_id": "", "called_did": "74951234567",
    "called_number": "000*370", "caller_id_name": "An", "caller_id_number": "89215650644",
    "called_extension": [{"id": 208}], "caller_extension": [], "call_flow": "in", "extension_id": 208,
    "real_call": True, "init_time_gmt": "2020-03-16 12:11:13", "answer_time_gmt": None,
}  # fmt: skip
USER = {
    "id": 7, "login": "an", "client_id": 12, "dealer_id": None, "extension_id": None, "extension_group_id": None,
    "admin": False, "access": "full", "timezone": "Europe/Moscow", "extra_params": None,
}  # fmt: skip
ENDED: dict[str, Any] = {
    "call_uuid": "9F0A", "flow": "in", "init_time_gmt": "2020-03-16 12:11:13.76", "start_time_gmt": "2020-03-16 12:11:13",
    "hangup_time_gmt": "2020-03-16 12:12:13", "duration": 60, "result": "bridged", "hangup_disposition": "callee_bye",
    "hangup_cause": "NORMAL_CLEARING", "from_username": "79001112233", "from_domain": "sip.ringme.ru",
    "from_screen_name": "79001112233", "to_username": "000*101", "to_domain": "sip.ringme.ru", "did_number": "74951234567",
    "did_domain": "sip.ringme.ru", "ext_number_reg": None, "extension_id": 208, "extension_name": "000*101",
    "extension_type": "phone", "extension_group_owner_id": None, "client_owner_id": 12,
}  # fmt: skip
BRIDGED = {
    "bridged_time_gmt": "2020-03-16 12:11:20", "bridged_duration": 53, "bridged_username": "000*101",
    "bridged_domain": "sip.ringme.ru",
}  # fmt: skip
LEG: dict[str, Any] = {
    **ENDED, "application": None, "ani_number": None, "source_number": "79001112233", "source_domain": "sip.ringme.ru",
    "dest_number": "000*101", "dest_domain": "sip.ringme.ru", "record_uuid": "208-9F0A", "record_file_size": 120000,
}  # fmt: skip
DID = {
    "id": 501, "client_id": 12, "name": "74951234567", "domain": "sip.ringme.ru", "comment": None, "extension_id": 208,
    "message_extension_id": None, "allow_message": False, "create_date": "2020-03-16 12:11:13",
}  # fmt: skip
SPAN: dict[str, Any] = {"since": datetime(2020, 3, 1, tzinfo=UTC), "until": datetime(2020, 3, 31, tzinfo=UTC)}
SOUND = {"id": 36, "client_id": 12, "dealer_id": 1, "title": "Music", "filename": "music.mp3"}

SAMPLES: dict[str, tuple[Any, Call, Any]] = {
    "call_records.get": (
        {**ENDED, **BRIDGED, "cdr": [LEG]},
        lambda c: c.call_records.get("9f0a"),
        CallRecord(**ENDED, **BRIDGED, cdr=[LEG]),
    ),
    "call_records.list": (
        {"page": 1, "per_page": 100, "order": "asc", "call_history": [{**ENDED, **BRIDGED}]},
        lambda c: c.call_records.list(**SPAN).collect(),
        [CallRecord(**ENDED, **BRIDGED)],
    ),
    "call_records.list without legs": (
        {"page": 1, "per_page": 100, "order": "asc", "calls": [{**ENDED, **BRIDGED}]},
        lambda c: c.call_records.list(**SPAN, legs=False).collect(),
        [CallRecord(**ENDED, **BRIDGED)],
    ),
    "call_legs.list": (
        {"page": 1, "per_page": 100, "order": "asc", "cdr": [{**LEG, "calls_result": "bridged"}]},
        lambda c: c.call_legs.list(208, **SPAN).collect(),
        [CallLeg(**LEG, calls_result="bridged")],
    ),
    "callback.create": (
        {"call_id": "9f0a", "call_api_id": "c1"},
        lambda c: c.callback.create(208, src_num=["101"], dst_num="102"),
        Callback(call_id="9f0a", call_api_id="c1"),
    ),
    "dids.list": ([DID], lambda c: c.dids.list().collect(), [Did(**DID)]),  # type: ignore[arg-type]
    "dids.get": (DID, lambda c: c.dids.get(501), Did(**DID)),  # type: ignore[arg-type]
    "shown_numbers.get": ({"default": None}, lambda c: c.shown_numbers.get(208), ShownNumber()),
    "current_calls.get": (CALL, lambda c: c.current_calls.get(208, "c1"), CurrentCall(**CALL)),  # type: ignore[arg-type]
    "current_calls.get wrapped": (
        {"call_list": [CALL]},
        lambda c: c.current_calls.get(208, "c1"),
        CurrentCall(**CALL),  # type: ignore[arg-type]
    ),
    "recordings.list": ([LEG], lambda c: c.recordings.list(**SPAN).collect(), [Recording(**LEG)]),
    "queues.update": (
        {**QUEUE_PUT, "extension_id": 208},
        lambda c: c.queues.update(208, strategy="ring-all"),
        Queue(extension_id=208, **QUEUE_PUT),
    ),
    "queues.get": (QUEUE_PUT, lambda c: c.queues.get(208), Queue(**QUEUE_PUT)),
    "queues.status": (
        {"answered_members": 0, "trying_members": 0, "waiting_members": 0},
        lambda c: c.queues.status(208),
        QueueStatus(answered_members=0, trying_members=0, waiting_members=0),
    ),
    "queues.members object": (MEMBER, lambda c: c.queues.members(208), [QueueMember(**MEMBER)]),
    "queues.members array": ([MEMBER], lambda c: c.queues.members(208), [QueueMember(**MEMBER)]),
    "queues.members none": ([], lambda c: c.queues.members(208), []),
    "queue_agents.local.add": (
        {"agent_id": 1, "level": 1, "position": 1},
        lambda c: c.queue_agents.local.add(208, agent_id=1, level=1, position=1),
        QueueAgent(agent_id=1, level=1, position=1),
    ),
    "queue_agents.remote.add": (
        {"agent_id": 9, "level": 2, "position": 1},
        lambda c: c.queue_agents.remote.add(208, agent_id=9, level=2, position=1),
        QueueAgent(agent_id=9, level=2, position=1),
    ),
    "agents.local.create": (
        LOCAL,
        lambda c: c.agents.local.create(extension_id=117, call_timeout=30),
        LocalAgent(**LOCAL),
    ),
    "agents.remote.create does not echo": (
        REMOTE,
        lambda c: c.agents.remote.create(number="89215650644"),
        RemoteAgent(**REMOTE),
    ),
    "extensions.create": (
        EXTENSION,
        lambda c: c.extensions.create(name="370", type="queue"),
        Extension(**EXTENSION),
    ),
    "agent_events.local.create": (
        EVENT,
        lambda c: c.agent_events.local.create(136, event_type="agent-login", method="GET", url=EVENT["url"]),
        Subscription(**EVENT),
    ),
    "extension_events.create": (
        {**EVENT, "event_type": "dial-in"},
        lambda c: c.extension_events.create(208, event_type="dial-in", method="GET", url=EVENT["url"]),
        Subscription(**{**EVENT, "event_type": "dial-in"}),
    ),
    "agents.local.get": (LOCAL, lambda c: c.agents.local.get(9), LocalAgent(**LOCAL)),
    "agents.remote.get": (REMOTE, lambda c: c.agents.remote.get(9), RemoteAgent(**REMOTE)),
    "current_calls.list": (
        [CALL],
        lambda c: c.current_calls.list(client_id=12).collect(),
        [CurrentCall(**CALL)],
    ),
    "current_calls.of_extension": (
        [CALL],
        lambda c: c.current_calls.of_extension(208),
        [CurrentCall(**CALL)],
    ),
    "sounds.list": ([SOUND], lambda c: c.sounds.list().collect(), [Sound(**SOUND)]),
    "user": (USER, lambda c: c.user(), User(**USER)),
    "extension_agents.create": (
        {**LOCAL, "agent_sound_id": 5},
        lambda c: c.extension_agents.create(117, name="An"),
        LocalAgent(**LOCAL, agent_sound_id=5),
    ),
}


@pytest.mark.parametrize("case", SAMPLES)
@pytest.mark.parametrize("status", [200, 201])
@virtual
async def test_each_sample_loads_with_nothing_lost_whatever_its_success_code(case: str, status: int) -> None:
    body, call, expected = SAMPLES[case]
    async with ringme_over(ApiTransport(answer(body, status), default=answer([]))) as client:
        found = await call(client)
    assert found == expected
    for model in found if isinstance(found, list) else [found]:
        assert (dict(model.extra), model.malformed) == ({}, ())


@virtual
async def test_numbers_as_text_and_nulls_load_and_odd_values_are_set_aside() -> None:
    odd = {**LOCAL, "id": "1", "call_timeout": "30", "wrap_up_time": None, "status": {"value": "available"}}
    async with ringme_over(ApiTransport(answer([odd, {"id": None}]), default=answer([odd]))) as client:
        listing = client.agents.local.list()
        (agent,) = await listing.collect()
        assert (agent.id, agent.call_timeout, agent.wrap_up_time, agent.status) == (1, 30, None, None)
        assert [(fault.path, fault.value) for fault in agent.malformed] == [
            ("$.status", {"value": "available"})
        ]
        assert [fault.path for fault in listing.malformed] == ["$[1].id"]
        with pytest.raises(DecodeError, match="status"):
            await client.agents.local.list(strict=True).collect()


@virtual
async def test_the_address_of_a_subscription_is_not_printed() -> None:
    """Nothing but its secrecy protects the address that events are sent to, so printing does not show it."""
    async with ringme_over(ApiTransport(answer([EVENT]))) as client:
        (event,) = await client.agent_events.local.list(136).collect()
    assert event.url == EVENT["url"]
    assert "myshost" not in repr(event)


@virtual
async def test_what_is_not_documented_of_limits_and_card_is_kept_whole() -> None:
    limits, card = {"event": 100, "sound": None}, {"name": "Shop", "contacts": [{"phone": "7812"}]}
    async with ringme_over(ApiTransport(answer(limits), answer(card), answer(card))) as client:
        assert dict((await client.limits.get()).extra) == limits
        assert to_dict(await client.client_card.get()) == card
        assert to_dict(await client.client_card.update({"name": "Shop"})) == card
