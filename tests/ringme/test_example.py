"""The walk-through keeps its promises."""

from __future__ import annotations

import asyncio
import re

import pytest

from stringee_async.ringme import AgentEvent

from ..kit.examples import load_example, run_example
from .rig import exchange_of

NAME = "ringme_walkthrough"


async def test_the_walk_through_leaves_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    """The server holds the queue, both agents in it and the event; the logout arrives; run again nothing is made twice."""
    module = load_example(NAME)
    events: asyncio.Queue[AgentEvent] = asyncio.Queue()
    async with exchange_of() as x, module.listening(events) as url:
        key = int(await module.walk_through(x.client, url))
        event = await asyncio.wait_for(events.get(), timeout=60)
        assert (event.agent_id, event.agent_type, event.is_logout) == (1, "local", True)
        assert event.extension_name == "000*117@sip.ringme.ru"
        queue = x.state.queues[key]
        assert (queue["strategy"], queue["record_enabled"]) == ("ring-all", True)
        assert (queue["max_wait_time"], queue["timeout_transfer_dst"]) == (1800, "333")
        assert (queue["tier_rules_apply"], queue["tier_rule_wait_second"]) == (True, 5)
        assert [row["name"] for row in x.state.extensions.rows()] == ["000*370", "000*117"]
        assert [(row["call_timeout"], row["status"]) for row in x.state.local_agents.rows()] == [
            (30, "logged_out")
        ]
        assert [row["number"] for row in x.state.remote_agents.rows()] == ["89215650644"]
        places = [(row["kind"], row["level"], row["position"]) for row in x.state.queue_agents.rows()]
        assert places == [("local", 1, 1), ("remote", 2, 1)]
        assert [row["event_type"] for row in x.state.agent_events.rows()] == ["agent-logout"]
        assert f"queue {key}: created" in capsys.readouterr().out
        creates = {name: x.emulator.count(name) for name in ("extensions.create", "agents.local.create")}
        assert int(await module.walk_through(x.client, url)) == key
        assert creates == {name: x.emulator.count(name) for name in creates}
        assert f"queue {key}: was there" in capsys.readouterr().out
        await x.emulator.settle()
        assert events.empty()
        assert x.client.stats().retries == 0


def test_the_walk_through_runs_by_itself() -> None:
    *lines, last = run_example(NAME)
    assert lines == [
        "queue 208: created",
        "settings: ring-all, after 1800 s to 333",
        "local agent 1: level 1, position 1",
        "remote agent 1: level 2, position 1",
        "callers: 0 waiting, 0 being connected, 0 talking",
        "event 150: agent-logout of local agent 1 is reported",
        "received: local agent 1 is logged_out",
        "callers: 1 waiting, 0 being connected, 1 talking",
        "caller call-12-1: Answered",
        "caller call-12-2: Waiting",
    ]
    assert re.fullmatch(r"requests: \d+, repeated: 0", last)
