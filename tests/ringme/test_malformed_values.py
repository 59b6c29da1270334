"""Responses that are broken, refusals, and odd rows, from the emulator over real sockets; named after the statements."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import UNSET, DecodeError, RetryPolicy, to_dict
from stringee_async.ringme import LocalAgent, RingMeClient

from ..conformance.faults import BROKEN
from ..kit import answer, virtual
from .rig import ApiTransport, exchange_of, ringme_over

ONCE = RetryPolicy(max_attempts=1)


@pytest.mark.parametrize("fault", BROKEN)
async def test_no_broken_response_is_a_listing(fault: str) -> None:
    planned, kind = BROKEN[fault]
    async with exchange_of({"retry": ONCE}) as x:
        x.state.add_extension("101")
        x.emulator.faults.script("extensions.list", planned)
        if fault == "a list":
            assert await x.client.extensions.list().collect() == []
            return
        with pytest.raises(kind):
            await x.client.extensions.list().collect()
        assert x.emulator.count("extensions.list") == 1
        x.emulator.faults.assert_consumed()


# -- models -------------------------------------------------------------------------------------------------

ROW: dict[str, Any] = {
    "id": 1, "extension_id": 117, "name": None, "status": "available", "call_timeout": 30, "busy_delay_time": 10,
    "no_answer_delay_time": 10, "reject_delay_time": 10, "wrap_up_time": 0, "extra_params": None,
}  # fmt: skip
ODD: tuple[Any, ...] = (None, True, "700", "x", 1.5, -1, [], [1], {}, {"a": None}, 10**30, "")


@virtual
async def test_what_the_model_does_not_know_is_written_back_unchanged() -> None:
    row = {**ROW, "status": "on_break", "skills": [{"level": 3, "tags": None}]}
    async with ringme_over(ApiTransport(answer([row]))) as client:
        (agent,) = await client.agents.local.list(strict=True).collect()
    assert (agent.status, agent.extra["skills"]) == ("on_break", [{"level": 3, "tags": None}])
    assert to_dict(agent) == {**row, "agent_sound_id": None}
    assert "on_break" in repr(agent)


async def _page(client: RingMeClient, odd: dict[str, Any]) -> list[LocalAgent]:
    listing = client.agents.local.list()
    found = await listing.collect()
    assert len(found) + len(listing.malformed) == 50
    if listing.malformed:
        (row,) = listing.malformed
        assert row.path.startswith("$[25]")
        assert row.value == odd
    return found


@pytest.mark.parametrize("field", ROW)
@virtual
async def test_one_odd_value_costs_nobody_else_anything(field: str) -> None:
    rows = [{**ROW, "id": number} for number in range(101, 151)]
    for value in ODD:
        odd = {**rows[25], field: value}
        page = answer([*rows[:25], odd, *rows[26:]])
        async with ringme_over(ApiTransport(default=page)) as client:
            found = await _page(client, odd)
            assert [agent.id for agent in found if agent.id != odd["id"]][:25] == list(range(101, 126))
            assert sum(agent.id in range(127, 151) for agent in found) == 24
            strict = client.agents.local.list(strict=True)
            try:
                assert len(await strict.collect()) == 50
            except DecodeError as error:
                assert error.paths[0].startswith("$[25]")  # noqa: PT017 - both ways out are right


FIELDS: dict[str, tuple[str, Any]] = {
    # resource: a field that it can clear, and a value of it
    "agents.local": ("name", "An"),
    "agents.remote": ("extra_params", "x"),
    "extensions": ("caller_id_name", "An"),
    "queues": ("timeout_transfer_dst", "333"),
}


@pytest.mark.parametrize("resource", FIELDS)
async def test_unset_is_left_out_none_is_null_and_a_value_is_set(resource: str) -> None:
    field, value = FIELDS[resource]
    async with exchange_of() as x:
        phone, queue = x.state.add_extension("101"), x.state.add_extension("370", "queue")
        local = x.state.add_agent("local", extension_id=phone)
        remote = x.state.add_agent("remote", number="89215650644")
        owner, key, table = {
            "agents.local": (x.client.agents.local, local, x.state.local_agents),
            "agents.remote": (x.client.agents.remote, remote, x.state.remote_agents),
            "extensions": (x.client.extensions, phone, x.state.extensions),
            "queues": (x.client.queues, queue, x.state.queues),
        }[resource]
        update: Any = owner.update
        assert getattr(await update(key, **{field: value}), field) == table[key][field] == value
        other = {"max_wait_time": 5} if resource == "queues" else {"status": table[key].get("status")}
        assert getattr(await update(key, **other, **{field: UNSET}), field) == table[key][field] == value
        assert getattr(await update(key, **{field: None}), field) is table[key][field] is None
        bodies = [json.loads(record.body) for record in x.emulator.calls(f"{resource}.update")]
        assert bodies == [{field: value}, other, {field: None}]
