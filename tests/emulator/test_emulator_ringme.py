"""The RingMe dialect as its documentation tells it: the samples word for word, and what is its own."""

from typing import Any

import pytest

from stringee_async.emulator import Emulator, Fault

from ..kit import jump
from .conftest import Listener, RingMeStart, RingMeWire

QUEUE_SAMPLE = {
    "announce_frequency": 15,
    "announce_sound": 35,
    "max_wait_time": 1800,
    "record_enabled": True,
    "sound": 36,
    "sound_type": "music",
    "strategy": "ring-all",
    "timeout_transfer_dst": "333",
    "tier_rules_apply": True,
    "tier_rule_wait_second": 5,
}
EXTENSION_SAMPLE = {"status": "active", "name": "370", "label": "test queue", "type": "queue"}


# -- samples -----------------------------------------------------------------------------------------------


async def test_sample_of_an_extension(ringme_start: RingMeStart) -> None:
    """Creating the sample's extension is answered with the sample's object: prefix, domain, date, nulls."""
    ringme = await ringme_start(wall_clock=lambda: 1_584_360_673.9)
    assert await ringme("POST", "/client/12/extension/", EXTENSION_SAMPLE) == {
        "id": 208,
        "client_id": 12,
        "status": "active",
        "name": "000*370",
        "domain": "sip.ringme.ru",
        "label": "test queue",
        "type": "queue",
        "create_date": "2020-03-16 12:11:13",
        "dial_rule_limit": None,
        "dial_rule_id": None,
        "extension_group_id": None,
        "caller_id_name": None,
        "extra_params": None,
        "message_did": None,
        "ani_rfc3325": False,
        "did_as_transfer_caller_id": None,
    }


async def test_sample_of_a_queue(ringme: RingMeWire) -> None:
    """The sample's PUT is answered with all 32 parameters; those that were not sent have their defaults."""
    ringme.state.add_extension("370", "queue", id=208)
    answer = await ringme("PUT", "/extension/208/queue/", QUEUE_SAMPLE)
    assert len(answer) == 32
    unknown = {f"parameter_{number}": None for number in range(24, 33)}
    assert answer == QUEUE_SAMPLE | unknown | {
        "extension_id": 208,
        "start_sound": None,
        "agent_announce_sound": 0,
        "agent_report_wait_time": True,
        "max_wait_time_with_no_agent": 0,
        "no_agent_timeout_transfer_dst": None,
        "exit_with_no_av_agents": True,
        "exit_key": None,
        "exit_transfer_dst": None,
        "tier_rule_wait_multiply_level": False,
        "agent_hangup_action": None,
        "agent_hangup_transfer_dst": None,
        "append_to_cid_name_on_transfer": None,
    }
    assert await ringme("GET", "/extension/208/queue/") == answer


# -- the emulator's own surface ----------------------------------------------------------------------------


async def test_customers_are_apart(ringme: RingMeWire) -> None:
    """Another account has its own client id and ids, and cannot name the first one's."""
    other = type(ringme)(ringme.emulator, ringme.session, account=1)
    await ringme("POST", "/client/@me/agent/remote/", {"number": "1"})
    made = await other("POST", "/client/@me/agent/remote/", {"number": "2"})
    assert made["id"] == 1_000_001
    assert (await other("GET", "/user/"))["client_id"] == 13
    assert (await other("GET", "/client/12/agent/remote/", status=404))["status"] == "client_not_found"
    await other("GET", "/client/@me/agent/remote/1", status=404)


async def test_tokens_follow_the_seed_and_no_repr_shows_the_secret(ringme_start: RingMeStart) -> None:
    one, two = await ringme_start(seed=4), await ringme_start(seed=4)
    assert (await one.grant())[1] == (await two.grant())[1]
    texts = [repr(one.emulator), repr(one.emulator.state), *map(repr, one.emulator.requests)]
    assert not any(one.account["client_secret"] in text for text in texts)


@pytest.mark.parametrize(
    ("method", "path", "body", "operation"),
    [
        ("PUT", "/extension/208/queue/", {"max_wait_time": 5}, "ringme:queues.update"),
        ("POST", "/client/@me/agent/remote/", {"number": "1"}, "agents.remote.create"),
    ],
)
async def test_faults_by_script(
    ringme: RingMeWire, method: str, path: str, body: Any, operation: str
) -> None:
    """A scripted fault is met by the operation's next call, alone or with the vendor's name."""
    state = ringme.state
    state.add_extension("370", "queue", id=208)
    ringme.emulator.faults.script(operation, Fault.status(503), Fault.expired_token())
    await ringme.raw(method, path, json=body)
    assert (await ringme(method, path, body, status=401)) == {"message": "Unauthorized"}
    assert (state.queues[208]["max_wait_time"], len(state.remote_agents)) == (0, 0)
    await ringme(method, path, body)
    statuses = [record.status for record in ringme.emulator.calls(operation.removeprefix("ringme:"))]
    assert statuses == [503, 401, {"PUT": 200, "POST": 201}[method]]
    ringme.emulator.faults.assert_consumed()


async def test_late_commit(ringme: RingMeWire, listener: Listener) -> None:
    """A late commit happens after the connection was dropped, and settle waits for what follows from it."""
    state = ringme.state
    state.add_agent("remote", number="1")
    state.add_agent_event("remote", 1, "agent-logout", listener.url())
    await ringme("GET", "/user/")
    # aiohttp sends a PUT a second time by itself, which must not do what the first is waiting to do
    ringme.emulator.faults.script("agents.remote.update", Fault.late_commit(60.0), Fault.reset_before())
    with pytest.raises(OSError):
        await ringme("PUT", "/client/@me/agent/remote/1", {"status": "logged_out"})
    assert state.remote_agents[1]["status"] == "available"
    jump(60.0)
    await ringme.emulator.settle()
    assert state.remote_agents[1]["status"] == "logged_out"
    assert len(listener.heard) == 1


async def test_a_delete_without_a_body_sends_no_length(ringme: RingMeWire) -> None:
    ringme.state.add_agent("remote", number="1")
    status, headers, raw = await ringme.raw("DELETE", "/client/@me/agent/remote/1")
    assert (status, raw) == (204, b"")
    assert not {"Content-Length", "Content-Type"} & headers.keys()
    await ringme("GET", "/user/")
    assert ringme.emulator.connections_opened == 1


# -- filling the tables ------------------------------------------------------------------------------------


def test_given_ids_are_not_given_again() -> None:
    state = Emulator(seed=1).state.ringme
    state.add_agent("remote", number="1", id=2)
    assert [state.add_agent("remote", number="1") for _ in range(2)] == [1, 3]
    assert repr(state.remote_agents) == "<NumberedTable of 3 rows>"
