"""Calls that the emulated RingMe plays: told to the hooks of an extension, in order, and kept as records."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import pytest

from stringee_async.emulator import Emulator, RingMeSettings
from stringee_async.ringme import parse_extension_event

from ..kit import until
from .conftest import Listener, RingMeStart, RingMeWire

C = "/client/@me"


def hooked(state: Any, listener: Listener, method: str = "POST") -> int:
    """A phone whose four types of events are told to the listener."""
    phone: int = state.add_extension("101", domain="ringme.ru")
    for event_type in ("dial-in", "dial-out", "answer", "hangup"):
        state.add_extension_event(phone, event_type, listener.url(), method)
    return phone


def told(listener: Listener) -> list[dict[str, str]]:
    """The fields of each event, in order of arrival."""
    return [
        dict(parse_qsl(body if method == "POST" else path.partition("?")[2]))
        for method, path, _, body in listener.heard
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_callback_is_told_from_its_dialling_to_its_end(
    ringme: RingMeWire, listener: Listener, method: str
) -> None:
    ringme.emulator.ringme_settings.recorded = True
    phone = hooked(ringme.state, listener, method)
    made = await ringme(
        "POST", f"/extension/{phone}/callback/", {"src_num": ["101"], "dst_num": "84901234567"}
    )
    await ringme("DELETE", f"/extension/{phone}/current_calls/{made['call_api_id']}")
    await ringme.emulator.settle()
    events = told(listener)
    assert [event["EventType"] for event in events] == ["dial-out", "answer", "hangup"]
    assert [event["CallStatus"] for event in events] == ["CALLING", "ANSWER", "ANSWER"]
    assert (
        {event["CallID"] for event in events}
        == {event["CallBackID"] for event in events}
        == {made["call_id"]}
    )
    assert len({event["SubCallID"] for event in events}) == 1
    assert {event["CallAPIID"] for event in events} == {made["call_api_id"]}
    assert events[0]["CallerExtension"] == "000*101@ringme.ru"
    assert events[0]["CallerExtensionID"] == f"{phone}"
    times = [int(event["EventTime"]) for event in events]
    assert times == sorted(times)
    assert 10**15 < times[0] < 10**16  # microseconds
    assert 0 <= int(events[2]["Duration"]) < 60 * 10**6
    assert events[2]["RecID"] == f"{phone}-{made['call_id']}"
    row = await ringme("GET", f"{C}/call_history/{made['call_id']}")
    assert (row["call_uuid"], row["flow"], row["result"]) == (made["call_id"].upper(), "out", "bridged")
    assert (row["from_username"], row["to_username"]) == ("101", "84901234567")
    assert (row["bridged_username"], row["bridged_duration"]) == ("84901234567", 0)
    assert row["init_time_gmt"] <= row["bridged_time_gmt"] <= row["hangup_time_gmt"]
    assert row["cdr"][0]["result"] == "answered"
    status, _, sound = await ringme.raw("GET", f"{C}/record/{events[2]['RecID']}")
    assert (status, len(sound)) == (200, row["cdr"][0]["record_file_size"])
    assert all(parse_extension_event(event).call_id == made["call_id"] for event in events)


async def test_a_call_that_comes_in_moves_by_the_settings(
    ringme_start: RingMeStart, listener: Listener
) -> None:
    settings = RingMeSettings(ring_seconds=0.02, talk_seconds=0.02, recorded=True, recording_delay=60.0)
    ringme = await ringme_start(ringme_settings=settings)
    phone = hooked(ringme.state, listener)
    live = ringme.state.call_in("84901234567", phone, did="74951234567")
    assert ringme.state.current_calls[live]["answer_time_gmt"] is None
    await until(lambda: len(listener.heard) == 3, "the call ends by itself")
    events = told(listener)
    assert [event["EventType"] for event in events] == ["dial-in", "answer", "hangup"]
    assert {(event["CalledDID"], event["CallFlow"], event["CallerIDNum"]) for event in events} == {
        ("74951234567", "in", "84901234567")
    }
    assert events[0]["CalledExtensionID"] == f"{phone}"
    assert "CallBackID" not in events[0]
    assert live not in ringme.state.current_calls
    status, _, _ = await ringme.raw("GET", f"{C}/record/{events[2]['RecID']}")
    assert status == 404  # not ready yet


async def test_a_call_that_is_hung_up_while_it_rings_was_not_answered(
    ringme_start: RingMeStart, listener: Listener
) -> None:
    ringme = await ringme_start(ringme_settings=RingMeSettings(ring_seconds=60.0, recorded=True))
    phone = hooked(ringme.state, listener)
    live = ringme.state.call_in("84901234567", phone)
    ringme.state.hang_up(live)
    await ringme.emulator.settle()
    events = told(listener)
    assert [event["CallStatus"] for event in events] == ["CALLING", "CANCEL"]
    assert (events[1]["Duration"], "RecID" in events[1], "CalledDID" in events[1]) == ("0", False, False)
    (record,) = ringme.state.call_history.records.values()
    assert (record["result"], record["cdr"][0]["record_uuid"]) == ("not answered", None)
    assert record["bridged_time_gmt"] is None
    with pytest.raises(KeyError):
        ringme.state.hang_up(live)


async def test_only_the_hooks_of_a_type_at_the_extension_are_told(
    ringme: RingMeWire, listener: Listener
) -> None:
    state = ringme.state
    phone, other = state.add_extension("101"), state.add_extension("102")
    key = state.add_extension_event(phone, "hangup", listener.url("/mine"))
    state.add_extension_event(other, "hangup", listener.url("/other"))
    state.hang_up(state.call_in("84901234567", phone))
    await ringme.emulator.settle()
    assert [path.partition("?")[0] for _, path, *_ in listener.heard] == ["/mine"]
    assert [delivery.subscription for delivery in state.deliveries] == [key]


async def test_events_of_one_call_wait_for_each_other(ringme: RingMeWire, listener: Listener) -> None:
    phone = hooked(ringme.state, listener)
    listener.hang()
    ringme.state.hang_up(ringme.state.call_in("84901234567", phone))
    await until(lambda: listener.heard, "the first event arrives")
    await asyncio.sleep(0.02)
    assert len(listener.heard) == 1
    listener.speak.set()
    await ringme.emulator.settle()
    assert [event["EventType"] for event in told(listener)] == ["dial-in", "answer", "hangup"]


async def test_nothing_is_told_after_the_emulator_has_closed(listener: Listener) -> None:
    before = asyncio.all_tasks()
    async with Emulator(seed=1, ringme_settings=RingMeSettings(ring_seconds=0.02)) as emulator:
        phone = hooked(emulator.state.ringme, listener)
        listener.hang()
        live = emulator.state.ringme.call_in("84901234567", phone)
        await until(lambda: listener.heard, "the first event arrives")
    listener.speak.set()
    await asyncio.sleep(0.04)
    assert len(listener.heard) == 1
    assert not [task for task in asyncio.all_tasks() - before if "WebhookSender" in repr(task.get_coro())]
    emulator.state.ringme.hang_up(live)
    ends = [delivery.ended for delivery in emulator.state.ringme.deliveries]
    assert (ends[0], ends[-1]) == ("pending", "skipped")


async def test_an_extension_that_is_removed_takes_its_calls_along(
    ringme: RingMeWire, listener: Listener
) -> None:
    phone = hooked(ringme.state, listener)
    ringme.state.call_in("84901234567", phone)
    await ringme("DELETE", f"{C}/extension/{phone}")
    await ringme.emulator.settle()
    assert len(ringme.state.current_calls) == len(ringme.state.flow.calls) == 0
    assert len(ringme.state.call_history.records) == 1


def test_only_a_phone_can_be_called() -> None:
    state = Emulator(seed=1).state.ringme
    with pytest.raises(KeyError):
        state.call_in("84901234567", state.add_extension("370", "queue"))
