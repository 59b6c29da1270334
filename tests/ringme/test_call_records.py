"""RingMe's call history: each call of a span once, oldest first, one query at a time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stringee_async import (
    ConfigError,
    ConflictError,
    DeadlineError,
    InvalidRequestError,
    NotFoundError,
    Timeouts,
)
from stringee_async.ringme import CallLeg, CallRecord

from ..kit import answer, virtual
from .rig import ApiTransport, exchange_of, ringme_over

SEPTEMBER, OCTOBER = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
BUSY = answer({"message": "There is an existing stats request for this client"}, 429)


def envelope(*calls: dict[str, Any], name: str = "call_history") -> Any:
    return {"page": 1, "per_page": 100, "order": "asc", name: list(calls)}


async def test_calls_of_several_months_are_listed_once_each() -> None:
    """With pages that end within a second, calls at the second where two months meet, and windows no longer than one month."""
    async with exchange_of() as x:
        moments = [SEPTEMBER + timedelta(days=day) for day in range(60)]
        moments += [OCTOBER] * 30 + [NOVEMBER, SEPTEMBER - timedelta(seconds=1)]
        for moment in moments:
            x.state.call_history.add(117, started=moment.timestamp())
        listing = x.client.call_records.list(since=SEPTEMBER, until=NOVEMBER, page_size=7)
        found = await listing.collect()
        assert len(found) == len({call.id for call in found}) == 90
        assert [call.started for call in found] == sorted(call.started for call in found if call.started)
        spans = {(r.query["start_datetime"], r.query["end_datetime"]) for r in x.emulator.requests[1:]}
    assert spans == {
        ("2026-09-01 00:00:00", "2026-10-01 00:00:00"),
        ("2026-10-01 00:00:00", "2026-11-01 00:00:00"),
    }


async def test_a_page_with_fewer_calls_than_the_vendor_says_it_holds_is_the_last_of_its_window() -> None:
    """An empty window costs one request, and no page is asked for behind a short one; a full one may not be the last."""
    async with exchange_of() as x:
        for day in (*range(3), 40, 41):
            x.state.call_history.add(117, started=(SEPTEMBER + timedelta(days=day)).timestamp())
        listing = x.client.call_records.list(
            since=SEPTEMBER - timedelta(days=40), until=NOVEMBER + timedelta(days=9), page_size=2
        )
        assert len(await listing.collect()) == 5
        asked = [
            (r.query["start_datetime"][5:7], r.query["page"])
            for r in x.emulator.requests
            if "page" in r.query
        ]
    assert asked == [
        ("07", "1"),
        ("08", "1"),
        ("09", "1"),
        ("09", "2"),
        ("10", "1"),
        ("10", "2"),
        ("11", "1"),
    ]


@pytest.mark.parametrize("stated", [None, "many", 0, -1, 1, True, [100]])
@virtual
async def test_a_page_that_does_not_say_how_many_calls_it_holds_is_not_taken_for_the_last(
    stated: object,
) -> None:
    pages = [{**envelope({"call_uuid": key}), "per_page": stated} for key in ("A1", "A2")]
    transport = ApiTransport(*map(answer, pages), default=answer(envelope()))
    async with ringme_over(transport) as client:
        listing = client.call_records.list(since=SEPTEMBER, until=OCTOBER)
        assert [call.id async for call in listing] == ["a1", "a2"]
    assert len(transport.requests) == 3


async def test_a_listing_is_resumed_behind_the_row_of_its_token() -> None:
    async with exchange_of() as x:
        for day in range(40):
            x.state.call_history.add(117, started=(SEPTEMBER + timedelta(days=day)).timestamp())
        whole = [call.id async for call in x.client.call_records.list(since=SEPTEMBER, until=NOVEMBER)]
        listing = x.client.call_records.list(since=SEPTEMBER, until=NOVEMBER, page_size=4)
        rows = aiter(listing)
        head = [(await anext(rows)).id for _ in range(33)]
        tail = [call.id async for call in listing.resume(rows.token())]
    assert head + tail == whole


async def test_a_call_says_what_every_vendors_call_says() -> None:
    async with exchange_of() as x:
        key = x.state.call_history.add(
            117, started=OCTOBER.timestamp(), seconds=90, recording=b"mp3", flow="out", from_username="000*101",
            to_username="+79001112233", result="bridged", bridged_time_gmt="2026-10-01 00:00:10,60",
        )  # fmt: skip
        call = await x.client.call_records.get(key.lower())
        (listed,) = await x.client.call_records.list(since=OCTOBER, until=NOVEMBER).collect()
    assert call == listed
    assert (call.id, call.direction, call.agent, call.seconds) == (key.lower(), "out", "117", 90)
    assert (call.from_number, call.to_number) == ("000*101", "+79001112233")
    assert (call.started, call.ended) == (OCTOBER, OCTOBER + timedelta(seconds=90))
    assert call.answered == OCTOBER + timedelta(seconds=10.6)
    assert call.recording_id == f"117-{key}".lower()
    (leg,) = call.legs
    assert (leg.call_uuid, leg.record_file_size, leg.agent) == (key, 3, "117")
    assert "79001112233" not in f"{call!r}{leg!r}"


async def test_filters_are_sent_and_heeded() -> None:
    async with exchange_of() as x:
        at = OCTOBER.timestamp()
        x.state.call_history.add(117, started=at, flow="in", to_username="101")
        wanted = x.state.call_history.add(118, started=at, flow="out", to_username="101")
        x.state.call_history.add(118, started=at, flow="out", to_username="102")
        listing = x.client.call_records.list(
            since=OCTOBER, until=NOVEMBER, direction="out", extension_id=118, to_username="101"
        )
        assert [call.call_uuid async for call in listing] == [wanted]


async def test_calls_without_legs_are_the_same_calls() -> None:
    async with exchange_of() as x:
        for day in range(40):
            at = (SEPTEMBER + timedelta(days=day)).timestamp()
            x.state.call_history.add(117, started=at, recording=b"mp3", flow="out" if day % 2 else "in")
        span: Any = {"since": SEPTEMBER, "until": NOVEMBER, "direction": "in", "page_size": 6}
        whole = await x.client.call_records.list(**span).collect()
        listing = x.client.call_records.list(**span, legs=False)
        rows = aiter(listing)
        head = [await anext(rows) for _ in range(7)]
        found = head + await listing.resume(rows.token()).collect()
        with pytest.raises(ConfigError, match="token"):
            x.client.call_records.list(**span).resume(rows.token())
    assert [call.id for call in found] == [call.id for call in whole]
    assert {(call.cdr, call.legs, call.recording_id) for call in found} == {(None, (), None)}
    assert all(call.recording_id for call in whole)


@pytest.mark.parametrize("legs", [True, False])
@pytest.mark.parametrize("name", ["call_history", "calls", "something_else"])
@virtual
async def test_a_page_is_read_under_any_name_and_odd_rows_shorten_nothing_silently(
    name: str, legs: bool
) -> None:
    page = envelope({"call_uuid": "A1", "cdr": [1, {"record_uuid": "7-AB"}]}, {"flow": "in"}, name=name)
    async with ringme_over(ApiTransport(answer(page), default=answer(envelope()))) as client:
        listing = client.call_records.list(since=SEPTEMBER, until=OCTOBER, legs=legs)
        (call,) = await listing.collect()
    assert (call.id, call.direction, call.started, call.answered, call.agent) == (
        "a1",
        None,
        None,
        None,
        None,
    )
    assert [leg.recording_id for leg in call.legs] == ["7-ab"]
    assert len(listing.malformed) == 1


@virtual
async def test_calls_whose_id_is_blank_stand_apart() -> None:
    """They would count as one call, and the others be lost."""
    transport = ApiTransport(answer(envelope({"call_uuid": ""}, {"call_uuid": "A1"}, {"call_uuid": ""})))
    async with ringme_over(transport) as client:
        listing = client.call_records.list(since=SEPTEMBER, until=OCTOBER)
        assert [call.id async for call in listing] == ["a1"]
        assert [row.path for row in listing.malformed] == ["$[0].call_uuid", "$[2].call_uuid"]


@pytest.mark.parametrize(
    "stated", [1765122412345, "1765122412345", "0001-01-01 00:00:00", "1970-01-01 00:00:00"]
)
@virtual
async def test_a_call_whose_time_names_no_moment_is_listed(stated: object) -> None:
    transport = ApiTransport(answer(envelope({"call_uuid": "A1", "init_time_gmt": stated})))
    async with ringme_over(transport) as client:
        (call,) = await client.call_records.list(since=SEPTEMBER, until=OCTOBER).collect()
    assert call.started is None


def test_a_leg_says_what_it_can() -> None:
    leg = CallLeg(flow="transfer", result="answered", start_time_gmt="2026-10-01 00:00:00", did_number="7495")
    assert (leg.direction, leg.answered, leg.to_number, leg.recording_id) == (None, OCTOBER, "7495", None)
    assert CallLeg(start_time_gmt="soon", result="busy").answered is None
    assert CallLeg(init_time_gmt="soon").started is None
    assert CallRecord(call_uuid="A").legs == ()
    assert CallLeg(init_time_gmt="2026-10-01T02:00:00+02:00").started == OCTOBER


async def test_queries_of_one_client_and_its_views_do_not_meet() -> None:
    """The vendor refuses a second query while one runs; ten at once are sent one after the other."""
    async with exchange_of(latency=0.01) as x:
        phone = x.state.add_extension("101")
        key = x.state.call_history.add(phone, started=OCTOBER.timestamp(), recording=b"mp3")
        client = x.client
        await client.user()
        span: Any = {"since": OCTOBER, "until": NOVEMBER}
        await asyncio.gather(
            *(client.call_records.get(key) for _ in range(3)),
            client.call_records.list(**span).collect(),
            client.with_options(lane="bulk").call_records.list(**span).collect(),
            client.recordings.list(**span).collect(),
            client.recordings.stats(**span),
            client.call_records.list(**span, legs=False).collect(),
            client.call_records.stats(**span),
            client.call_legs.list(phone, **span).collect(),
            client.call_legs.stats(phone, **span),
        )
        assert x.emulator.refused("statistics") == 0


@virtual
async def test_a_query_of_another_client_is_waited_for() -> None:
    transport = ApiTransport(BUSY, BUSY, BUSY, answer({"call_uuid": "A1"}))
    async with ringme_over(transport) as client:
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert (await client.call_records.get("a1")).id == "a1"
        assert loop.time() - began == pytest.approx(14.0, abs=0.1)


@virtual
async def test_waiting_for_other_queries_is_part_of_the_total_time() -> None:
    """Of many at once those that come too late say so; one that is slow itself says what it did."""
    transport = ApiTransport(default=answer({"id": 1, "call_uuid": "A1"}), latency=4.0)
    async with ringme_over(transport, timeouts=Timeouts(total=10.0)) as client:
        await client.user()
        loop = asyncio.get_running_loop()
        began = loop.time()
        ended = await asyncio.gather(
            *(client.call_records.get("a1") for _ in range(5)), return_exceptions=True
        )
        assert loop.time() - began == pytest.approx(10.0, abs=0.1)
    assert [type(one) for one in ended] == [CallRecord, CallRecord, *[DeadlineError] * 3]
    late = ended[-1]
    assert isinstance(late, DeadlineError)
    assert (late.operation, late.stage, late.retryable) == ("call_records.get", "queue", True)
    busy = ApiTransport(default=BUSY)
    async with ringme_over(busy, timeouts=Timeouts(total=5.0)) as client:
        with pytest.raises(DeadlineError, match="5 s"):
            await client.call_records.get("a1")
    assert len(busy.requests) == 2
    slow = ApiTransport(default=answer({"call_uuid": "A1"}), latency=60.0)
    async with ringme_over(slow, timeouts=Timeouts(total=5.0, attempt=None)) as client:
        with pytest.raises(DeadlineError, match="most of it went into"):
            await client.call_records.list(since=SEPTEMBER, until=OCTOBER).collect()


@virtual
async def test_a_query_that_does_not_end_is_an_error_and_another_refusal_is_not_waited_for() -> None:
    async with ringme_over(ApiTransport(default=BUSY)) as client:
        with pytest.raises(ConflictError):
            await client.call_records.get("a1")
    transport = ApiTransport(default=answer({"message": "The agent is in a queue"}, 409))
    async with ringme_over(transport) as client:
        with pytest.raises(ConflictError):
            await client.call_records.get("a1")
    assert len(transport.requests) == 1


async def test_the_end_is_never_in_the_future() -> None:
    async with exchange_of() as x:
        since = datetime.now(UTC) - timedelta(hours=1)
        x.state.call_history.add(117)
        now = datetime.now(UTC)
        for until in (None, since + timedelta(days=90)):
            assert len(await x.client.call_records.list(since=since, until=until).collect()) == 1
        ends = {request.query["end_datetime"] for request in x.emulator.requests[1:]}
    assert all(end <= (now + timedelta(seconds=5)).strftime("%Y-%m-%d %H:%M:%S") for end in ends)


async def test_a_span_may_begin_in_the_second_that_is_under_way() -> None:
    """As one does that begins where another listing ended just now; the future holds no calls to list."""
    async with exchange_of() as x:
        client, until = x.client, datetime.now(UTC) + timedelta(hours=1)
        for begin in (datetime.now(UTC), datetime.now(UTC).replace(microsecond=0)):
            assert await client.call_records.list(since=begin).collect() == []
            assert await client.recordings.list(since=begin, until=until).collect() == []
        with pytest.raises(ConfigError, match="since"):
            client.call_records.list(since=until)


async def test_refusals() -> None:
    async with exchange_of() as x:
        with pytest.raises(NotFoundError):
            await x.client.call_records.get("0" * 32)
        with pytest.raises(InvalidRequestError, match="start_datetime"):
            await x.client.request("GET", "/client/@me/call_history/")
        with pytest.raises(InvalidRequestError, match="order"):
            await x.client.request(
                "GET", "/client/@me/call_history/", query={
                    "start_datetime": "2026-10-01 00:00:00", "end_datetime": "2026-10-02 00:00:00", "order": "up",
                },
            )  # fmt: skip
        with pytest.raises(InvalidRequestError, match="end_datetime"):
            await x.client.request(
                "GET", "/client/@me/call_history/", query={
                    "start_datetime": "2026-10-01 00:00:00", "end_datetime": "2026-12-01 00:00:00",
                },
            )  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [{"since": datetime(2026, 10, 1)}, {"since": "2026-10-01"}, {"since": NOVEMBER, "until": OCTOBER},
     {"since": OCTOBER, "direction": ""}, {"since": OCTOBER, "extension_id": "@101"},
     {"since": OCTOBER, "to_username": ""}, {"since": OCTOBER, "legs": 1}, {"since": OCTOBER, "strict": "no"}, {"since": OCTOBER, "page_size": 0}],
)  # fmt: skip
@virtual
async def test_wrong_arguments_are_refused_before_anything_is_sent(given: Any) -> None:
    transport = ApiTransport()
    async with ringme_over(transport) as client:
        with pytest.raises(ConfigError):
            client.call_records.list(**given)
        for wrong in ("", "a/b", 7):
            with pytest.raises(ConfigError, match="call_uuid"):
                await client.call_records.get(wrong)  # type: ignore[arg-type]
    assert transport.requests == []
