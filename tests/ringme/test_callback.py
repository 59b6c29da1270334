"""RingMe's callbacks and numbers: checked before they are sent, rung once, and refused as the vendor refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import ConfigError, InvalidRequestError, NotFoundError, OutcomeUnknownError
from stringee_async.emulator import Fault

from ..kit import answer, virtual
from .rig import ApiTransport, exchange_of, ringme_over


async def test_a_callback_whose_response_was_lost_is_not_repeated() -> None:
    async with exchange_of() as x:
        phone = x.state.add_extension("101")
        x.script("callback.create", Fault.lost_answer())
        with pytest.raises(OutcomeUnknownError):
            await x.client.callback.create(phone, src_num=["101"], dst_num="84900")
        assert len(x.state.callbacks) == 1


async def test_what_the_vendor_refuses() -> None:
    async with exchange_of() as x:
        phone, queue = x.state.add_extension("101"), x.state.add_extension("370", "queue")
        create = x.client.callback.create
        with pytest.raises(InvalidRequestError, match="queue"):
            await create(phone, src_num=["370"], dst_num="84900")
        with pytest.raises(InvalidRequestError, match="phone"):
            await create(queue, src_num=["101"], dst_num="84900")
        with pytest.raises(NotFoundError):
            await create(9, src_num=["101"], dst_num="84900")
        with pytest.raises(InvalidRequestError, match="src_num"):
            await x.client.request(
                "POST", f"/extension/{phone}/callback/", body={"src_num": "101", "dst_num": "1"}
            )
        with pytest.raises(InvalidRequestError, match="ani_number"):
            await x.client.shown_numbers.update(phone, ani_number="1")
        did = x.state.add_did("74951234567")
        with pytest.raises(NotFoundError):
            await x.client.dids.attach(did, extension_id=9)
        with pytest.raises(NotFoundError):
            await x.client.dids.get(9)


@pytest.mark.parametrize(
    "given",
    [{"src_num": []}, {"src_num": "101"}, {"src_num": [""]}, {"dst_num": ""}, {"dst_num": None},
     {"call_duration": -1}, {"announce_sound_id": 0}, {"allow_public_transfer": "no"}],
)  # fmt: skip
@virtual
async def test_wrong_arguments_are_refused_before_anything_is_sent(given: Any) -> None:
    transport = ApiTransport()
    async with ringme_over(transport) as client:
        with pytest.raises(ConfigError, match=next(iter(given))):
            await client.callback.create(117, **{"src_num": ["101"], "dst_num": "102", **given})
    assert transport.requests == []


@virtual
async def test_a_live_call_is_found_among_several_and_an_empty_list_says_that_it_is_over() -> None:
    calls = [{"call_api_id": "c1"}, {"call_api_id": "c2"}]
    transport = ApiTransport(answer({"call_list": calls}), answer([]), answer(calls))
    async with ringme_over(transport) as client:
        assert (await client.current_calls.get(117, "c2")).call_api_id == "c2"
        for _ in range(2):
            with pytest.raises(NotFoundError, match="over"):
                await client.current_calls.get(117, "c3")
