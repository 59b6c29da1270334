"""What the resources of every vendor share: how they are shown, and how their listings are read."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest

from stringee_async import (
    ConfigError,
    ItniotechClient,
    RingMeClient,
    bulk,
)
from stringee_async.core.resource import Resource

from ..conformance.rig import Rig
from ..kit import ICC, KEY_SECRET, KEY_SID, ScriptedTransport, client_over
from ..kit.signatures import public_methods, resources_of

URL = "https://pbx.example"


PHONE = "84901234567"


def test_resources_and_listings_say_what_they_are() -> None:
    client = client_over(ScriptedTransport())
    assert repr(client.agents) == f"<Agents of account {KEY_SID!r} at {ICC}>"
    listing = client.agents.list(stringee_user_id=PHONE, page_size=20, read_ahead=2)
    assert repr(listing) == "<Paged of agents.list, page_size=20, read_ahead=2>"
    assert repr(aiter(listing)) == "<ItemIterator over <Paged of agents.list, page_size=20, read_ahead=2>>"
    pages = "<PageIterator over <Paged of agents.list, page_size=20, read_ahead=2>, next page 3>"
    assert repr(listing.pages(start=3)) == pages
    assert repr(bulk(len, ["a"], concurrency=8)) == "<Bulk of len, concurrency=8, 0 items taken so far>"  # type: ignore[arg-type]
    ringme = RingMeClient("app", KEY_SECRET, url=URL)
    assert repr(ringme.agent_events).startswith("<AgentEvents: local <EventsOfAgents of account 'app' at ")
    assert repr(ringme.queue_agents).startswith("<QueueAgents: local <AgentsInQueues of account 'app' at ")
    local = f"<LocalAgents of account 'app' at {URL}/api/ver1.0>"
    assert repr(ringme.agents) == f"<Agents: {local}, {local.replace('Local', 'Remote')}>"
    itniotech = ItniotechClient("key", KEY_SECRET)
    assert repr(itniotech.tasks) == "<Tasks of account 'key' at https://api.itniotech.com>"
    assert "task.query" in repr(itniotech.tasks.list()) or "tasks.list" in repr(itniotech.tasks.list())
    for thing in (*vars(client).values(), *vars(ringme).values(), *vars(itniotech).values()):
        assert KEY_SECRET not in repr(thing)
        assert not (isinstance(thing, Resource) and repr(thing).endswith(f"{id(thing):#x}>"))


GIVEN = {
    "since": datetime(2025, 1, 8, tzinfo=UTC),
    "until": datetime(2025, 1, 9, tzinfo=UTC),
    "app_id": "app",
}
"""Arguments that are neither text of a time nor a number."""


def test_every_list_method_takes_max_passes(rig: Rig) -> None:
    methods = [
        method
        for resource in resources_of(rig.over(rig.transport())).values()
        for method in (getattr(resource, name) for name in public_methods(resource))
        if "Paged[" in str(inspect.signature(method).return_annotation)
    ]
    assert len(methods) >= 5
    for method in methods:
        signature = inspect.signature(method)
        assert signature.parameters["max_passes"].default == 3, method
        needed = {
            name: GIVEN.get(name, "2025-01-08 00:00:00" if name.endswith("_time") else 1)
            for name, parameter in signature.parameters.items()
            if (name in GIVEN or parameter.default is parameter.empty)
            and parameter.kind is not parameter.VAR_KEYWORD
        }
        positional = [
            needed.pop(name)
            for name, parameter in signature.parameters.items()
            if name in needed and parameter.kind is not parameter.KEYWORD_ONLY
        ]
        for bad in (0, -1, True, 1.5, "x"):
            with pytest.raises(ConfigError, match="max_passes"):
                method(*map(str, positional), **needed, max_passes=bad)
