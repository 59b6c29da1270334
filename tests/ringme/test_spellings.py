"""One extension and one client have several spellings: what a client remembers of its creates knows them as one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from stringee_async import Timeouts
from stringee_async.ringme import PHONE
from stringee_async.ringme.known import Known

from .rig import Exchange, exchange_of

LAG = 0.03
QUICK = {"timeouts": Timeouts(settle=0.3)}
EVENT: dict[str, Any] = {"event_type": "dial-in", "method": "POST", "url": "https://a.example/x"}

Step = Callable[[Exchange], Awaitable[Any]]


async def nothing(x: Exchange) -> None:
    """The client learns nothing."""


PAIRS: dict[str, tuple[Step, Step, Step, str]] = {
    # what is learnt, how the create is spelt, how `ensure` is, and the operation of which there may be one
    "name, then id": (
        lambda x: x.client.extensions.get("@370"),
        lambda x: x.client.extension_events.create("@370", **EVENT),
        lambda x: x.client.extension_events.ensure(208, **EVENT),
        "extension_events.create",
    ),
    "id, then name with prefix and domain": (
        lambda x: x.client.extensions.find(name="370"),
        lambda x: x.client.extension_events.create("208", **EVENT),
        lambda x: x.client.extension_events.ensure("@000*370@sip.ringme.ru", **EVENT),
        "extension_events.create",
    ),
    "name, and the number of it": (
        nothing,
        lambda x: x.client.extension_events.create("@371", **EVENT),
        lambda x: x.client.extension_events.ensure(371, **EVENT),
        "extension_events.create",
    ),
    "a queue by name, then by id": (
        lambda x: x.client.extensions.list().collect(),
        lambda x: x.client.queue_agents.remote.add("@200", agent_id=9),
        lambda x: x.client.queue_agents.remote.ensure(200, agent_id=9),
        "queue_agents.remote.add",
    ),
    "an agent at an extension by name": (
        lambda x: x.client.extensions.get(208),
        lambda x: x.client.extension_agents.create("@370", name="An"),
        lambda x: x.client.agents.local.ensure(extension_id="208", name="An"),
        "agents.local.create",
    ),
    "the client's own id, then @me": (
        lambda x: x.client.user(),
        lambda x: x.client.agents.remote.create(number="84901", client_id=12),
        lambda x: x.client.agents.remote.ensure(number="84901"),
        "agents.remote.create",
    ),
    "@me, then the client's own id": (
        lambda x: x.client.extensions.get(208),
        lambda x: x.client.agents.remote.create(number="84901"),
        lambda x: x.client.agents.remote.ensure(number="84901", client_id="12"),
        "agents.remote.create",
    ),
    "a new name with and without prefix": (
        nothing,
        lambda x: x.client.extensions.create(name="500", type=PHONE),
        lambda x: x.client.extensions.ensure(name="000*500", type=PHONE),
        "extensions.create",
    ),
}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("late", [False, True])
async def test_a_create_is_remembered_under_every_spelling_of_its_ids(pair: str, late: bool) -> None:
    learn, create, ensure, operation = PAIRS[pair]
    async with exchange_of(QUICK, read_lag=LAG, unique=False) as x:
        x.state.add_extension("370", id=208)
        x.state.add_extension("371", id=371)
        x.state.add_extension("200", "queue", id=200)
        x.state.add_agent("remote", id=9, number="84900")
        if not late:
            await learn(x)
        await create(x)
        if late:
            await learn(x)
        ensured = await ensure(x)
        assert not ensured.created
        creates = ("extension_agents.create", operation) if "local" in operation else (operation,)
        assert sum(x.emulator.count(name) for name in creates) == 1


async def test_different_objects_keep_different_keys() -> None:
    """Once it is known which extension a name is, another one of that number does not wait for it."""
    async with exchange_of({"timeouts": Timeouts(settle=30.0)}, unique=False) as x:
        x.state.add_extension("370", id=208)
        x.state.add_extension("371", id=370)
        await x.client.extensions.list().collect()
        await x.client.extension_events.create("@370", **EVENT)
        other = await x.client.extension_events.ensure(370, **EVENT)
        assert other.created
        assert x.emulator.count("extension_events.list") == 1


def test_what_is_known_is_bounded_and_takes_no_damaged_name() -> None:
    """A name that cannot be read names nothing; beyond the bound nothing more is kept."""
    known = Known()
    known.learn_extension(1, "000*\ufffd")
    known.learn_extension(2, None)
    known.learn_client(None)
    assert known.canonical({"extension_id": "@x", "client_id": 12}) == {
        "extension_id": "x",
        "client_id": "12",
    }
    assert list(known.others({"extension_id": 1})) == []
    for number in range(100_001):
        known.learn_extension(number, f"000*n{number}")
    assert known.canonical({"extension_id": "@n99999"}) == {"extension_id": "99999"}
    assert known.canonical({"extension_id": "@n100000"}) == {"extension_id": "n100000"}
    assert known.canonical({"name": "x"}) == {"name": "x"}
    assert known.canonical({"extension_id": "007"}) == {"extension_id": "7"}
