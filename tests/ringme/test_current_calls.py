"""The forms in which current calls come: an array, or wrapped, with extensions as arrays or objects."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import DecodeError

from ..kit import answer
from .rig import ApiTransport, exchange_of, ringme_over

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
