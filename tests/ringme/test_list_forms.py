"""The forms of lists: rows under a name that is not promised are an error, current calls are read in every form."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import DecodeError, RingMeClient
from stringee_async.testing import FastClock

from ..kit import answer
from .rig import ApiTransport, exchange_of, ringme_over

ROW = {"id": 1, "agent_id": 1, "name": "370", "title": "x"}
LISTS: dict[str, Any] = {
    "extensions": lambda c: c.extensions.list(),
    "agents.local": lambda c: c.agents.local.list(),
    "agents.remote": lambda c: c.agents.remote.list(),
    "extension_agents": lambda c: c.extension_agents.list(117),
    "queue_agents": lambda c: c.queue_agents.local.list(208),
    "agent_events": lambda c: c.agent_events.remote.list(9),
    "extension_events": lambda c: c.extension_events.list(208),
    "sounds": lambda c: c.sounds.list(),
}
BODIES: dict[str, tuple[Any, str]] = {
    "rows under another name": ({"items": [ROW]}, "items"),
    "none under another name": ({"items": []}, "items"),
    "with a total": ({"total_count": 1, "data": [ROW]}, "data"),
    "beside an empty result": ({"total_count": 0, "result": [], "items": [ROW]}, "items"),
    "beside null": ({"total_count": 0, "result": None, "items": [ROW]}, "items"),
}


async def refused(client: RingMeClient, name: str) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        await LISTS[name](client).collect()
    return caught.value


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("body", BODIES)
async def test_rows_under_a_name_that_is_not_promised_are_an_error_that_names_it(
    name: str, body: str
) -> None:
    given, key = BODIES[body]
    async with ringme_over(ApiTransport(default=answer(given)), clock=FastClock()) as client:
        error = await refused(client, name)
    assert f"an array under {key}" in error.message
    assert error.paths == (f"$.{key}",)


@pytest.mark.parametrize("name", LISTS)
async def test_what_is_promised_is_read_whatever_stands_beside_it(name: str) -> None:
    for given, count in (
        ({"total_count": 1, "result": [ROW], "links": ["a"]}, 1),
        ({"total_count": 0, "result": [], "links": []}, 0),
        ({**ROW, "tags": ["a"]}, 1),
    ):
        async with ringme_over(ApiTransport(default=answer(given))) as client:
            assert len(await LISTS[name](client).collect()) == count


async def test_members_of_a_queue_too() -> None:
    """The list that is returned whole."""
    async with ringme_over(ApiTransport(default=answer({"members": [{"call_api_id": "c"}]}))) as client:
        with pytest.raises(DecodeError, match="an array under members"):
            await client.queues.members(208)


EXTENSION = {"id": 208, "type": "phone", "name": "101", "client_id": 12, "extension_group_id": None}
CALL = {"call_api_id": "c1", "extension_id": 208, "called_extension": EXTENSION, "caller_extension": None}


@pytest.mark.parametrize("body", [[CALL], {"call_list": [CALL]}, {"calls": [CALL]}, {"result": [CALL]}, CALL])
async def test_current_calls_are_read_in_every_form(body: Any) -> None:
    transport = ApiTransport(default=answer(body))
    async with ringme_over(transport) as client:
        for calls in (
            await client.current_calls.list().collect(),
            await client.current_calls.of_extension(208),
        ):
            assert [call.call_api_id for call in calls] == ["c1"]
            assert (calls[0].called_extension, calls[0].caller_extension) == ([EXTENSION], None)
            assert list(calls[0].malformed) == []
    assert len(transport.requests) == 2


@pytest.mark.parametrize("body", [{"call_list": None}, {"call_list": {}}, {"message": "busy", "errors": []}])
async def test_what_holds_no_array_of_calls_is_no_empty_list(body: Any) -> None:
    transport = ApiTransport(default=answer(body))
    async with ringme_over(transport) as client:
        with pytest.raises(DecodeError):
            await client.current_calls.list().collect()
    assert len(transport.requests) == 4  # a read that cannot be decoded is retried


@pytest.mark.parametrize("form", ["array", "call_list"])
async def test_the_emulator_serves_current_calls_in_both_forms(form: str) -> None:
    async with exchange_of(ringme_calls=form) as x:
        phone = x.state.add_extension("101", "phone")
        key = x.state.add_call(phone, called_extension=[EXTENSION])
        calls = await x.client.current_calls.list(strict=True).collect()
        assert [(call.call_api_id, call.called_extension) for call in calls] == [(key, [EXTENSION])]
        assert await x.client.current_calls.of_extension(phone, strict=True) == calls


@pytest.mark.parametrize(("flow", "read"), [("IN", "in"), ("Out", "out"), ("in", "in"), (None, None)])
async def test_the_direction_of_a_call_is_in_lower_case(flow: str | None, read: str | None) -> None:
    """One known host writes capitals; the pages do not."""
    async with ringme_over(ApiTransport(default=answer([{**CALL, "call_flow": flow}]))) as client:
        (call,) = await client.current_calls.list(strict=True).collect()
    assert call.call_flow == read
    assert call.called_extension == [EXTENSION]


async def test_the_emulator_serves_the_direction_in_capitals_with_the_wrapped_form() -> None:
    async with exchange_of(ringme_calls="call_list") as x:
        x.state.add_call(x.state.add_extension("101", "phone"), call_flow="out")
        (call,) = await x.client.current_calls.list(strict=True).collect()
        assert call.call_flow == "out"
