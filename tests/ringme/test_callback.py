"""RingMe's callbacks and numbers: checked before they are sent, rung once, and refused as the vendor refuses them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest

from stringee_async import ConfigError, DecodeError, InvalidRequestError, NotFoundError, OutcomeUnknownError
from stringee_async.emulator import Fault
from stringee_async.ringme import ANSWER, DIAL_OUT, HANGUP, parse_extension_event

from ..kit import answer, virtual
from .rig import ApiTransport, exchange_of, ringme_over


async def test_a_callback_whose_response_was_lost_is_not_repeated() -> None:
    async with exchange_of() as x:
        phone = x.state.add_extension("101")
        x.script("callback.create", Fault.lost_answer())
        with pytest.raises(OutcomeUnknownError):
            await x.client.callback.create(phone, src_num=["101"], dst_num="84900")
        assert len(x.state.callbacks) == 1


async def test_a_callback_is_told_to_every_subscribed_extension_and_becomes_a_call_with_a_recording() -> None:
    """Subscribed by `ensure_all`; the ids of events, record and recording are those of the callback."""
    async with exchange_of(ringme_recorded=True) as x:
        phone, client = x.state.add_extension("101"), x.client
        outcomes = client.extension_events.ensure_all("http://127.0.0.1:1/x", [DIAL_OUT, ANSWER, HANGUP])
        assert [outcome.state async for outcome in outcomes] == ["done"]
        made = await client.callback.create("@101", src_num=["101"], dst_num="84900")
        live = await client.current_calls.get(phone, str(made.call_api_id))
        assert (live.callback_id, live.call_flow) == (made.call_id, "out")
        await client.current_calls.drop(phone, live.call_api_id)
        events = [parse_extension_event(delivery.data) for delivery in x.state.deliveries]
        assert [event.event_type for event in events] == [DIAL_OUT, ANSWER, HANGUP]
        assert {event.call_id for event in events} == {made.call_id}
        call, held = await client.call_records.get(made.call_id), io.BytesIO()
        assert (call.id, call.direction, call.agent, call.result) == (
            made.call_id,
            "out",
            str(phone),
            "bridged",
        )
        assert call.started is not None
        assert call.answered is not None
        assert call.ended is not None
        assert call.started <= call.answered <= call.ended
        await client.recordings.save(str(call.recording_id), held)
        assert len(held.getvalue()) == call.legs[0].record_file_size
        (leg,) = await client.call_legs.list(
            phone, since=call.started, until=call.ended + timedelta(seconds=1)
        ).collect()
    assert (leg.recording_id, leg.answered) == (call.recording_id, call.started)


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
     {"call_duration": -1}, {"announce_sound_id": 0}, {"allow_public_transfer": "no"},
     {"dst_dtmf": "12ab"}, {"dst_dtmf": ""}, {"dst_dtmf": "1 2"}, {"dst_dtmf": "1,2"}],
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
    others = [answer([]), answer(calls), answer({"call_list": calls[:1]}), answer(calls[0])]
    transport = ApiTransport(answer({"call_list": calls}), *others)
    async with ringme_over(transport) as client:
        assert (await client.current_calls.get(117, "c2")).call_api_id == "c2"
        for _ in others:
            with pytest.raises(NotFoundError, match="over"):
                await client.current_calls.get(117, "c3")


async def test_keys_for_the_second_side_are_keys_pauses_or_a_variable() -> None:
    async with exchange_of() as x:
        phone = x.state.add_extension("101")
        for keys in ("0123456789*#", "1W2w3", "$cv({KEYS})"):
            made = await x.client.callback.create(phone, src_num=["101"], dst_num="84900", dst_dtmf=keys)
            assert made.call_id
        with pytest.raises(InvalidRequestError, match="dst_dtmf"):
            extra = {"dst_dtmf": "12ab"}
            await x.client.callback.create(phone, src_num=["101"], dst_num="84900", extra=extra)


@pytest.mark.parametrize("body", [{"call_id": ""}, {"call_id": None}, {"call_api_id": "c"}])
@virtual
async def test_a_callback_without_an_id_is_unknown_and_not_repeated(body: object) -> None:
    transport = ApiTransport(default=answer(body, 201))
    async with ringme_over(transport) as client:
        with pytest.raises(DecodeError, match="may have acted") as caught:
            await client.callback.create(117, src_num=["101"], dst_num="102")
    assert (caught.value.outcome, len(transport.requests)) == ("unknown", 1)


@virtual
async def test_a_live_call_is_not_over_where_a_row_cannot_be_read() -> None:
    transport = ApiTransport(default=answer({"call_list": [{"call_api_id": "c1"}, {"call_api_id": None}]}))
    async with ringme_over(transport) as client:
        with pytest.raises(DecodeError, match="may be this one"):
            await client.current_calls.get(117, "c3")
