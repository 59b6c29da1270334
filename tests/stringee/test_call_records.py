"""Call records: every call of a span once, with times that mean something, at no more than 100 requests a minute."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stringee_async import ConfigError, Request, Response, StringeeClient, Timeouts, to_dict
from stringee_async.emulator import Emulator
from stringee_async.stringee import CallRecord

from ..kit import ScriptedTransport, answer, client_over, virtual
from ..kit.emulated import HastyClock, emulated

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MS = 1_700_000_000_123


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


async def test_each_call_of_a_span_is_listed_once() -> None:
    """Four days, thirty calls in the second at a window's edge, and one at the very end, which does not belong to it."""
    async with emulated(StringeeClient, {"clock": HastyClock()}) as site:
        edge = milliseconds(BEGIN + DAY)
        wanted = [site.state.add_call(edge - 500 + 33 * number) for number in range(30)]
        wanted += [
            site.state.add_call(milliseconds(BEGIN + timedelta(hours=h))) for h in range(0, 96, 7) if h != 24
        ]
        site.state.add_call(milliseconds(BEGIN + 4 * DAY))
        site.state.add_call(milliseconds(BEGIN) - 1)
        listing = site.client.call_records.list(since=BEGIN, until=BEGIN + 4 * DAY, page_size=10)
        found = [record.id async for record in listing]
        assert sorted(found) == sorted(wanted)
        assert len(set(found)) == len(found)
        assert (listing.certain, listing.malformed) == (True, [])


async def test_a_listing_goes_on_where_a_process_ended() -> None:
    async with emulated(StringeeClient, {"clock": HastyClock()}) as site:
        for number in range(50):
            site.state.add_call(milliseconds(BEGIN + number * timedelta(hours=2)))
        options: dict[str, Any] = {"since": BEGIN, "until": BEGIN + 5 * DAY, "page_size": 5}
        run = aiter(site.client.call_records.list(**options))
        seen = [(await anext(run)).id for _ in range(23)]
        seen += [record.id async for record in site.client.call_records.list(**options).resume(run.token())]
        assert seen == list(site.state.call_log)


async def test_filters_go_along_with_each_window() -> None:
    async with emulated(StringeeClient, {"clock": HastyClock()}) as site:
        for number in range(6):
            site.state.add_call(
                milliseconds(BEGIN + number * DAY), from_user_id="u.an" if number % 2 else "u.bo",
                from_number="8424", to_number=f"8490{number}",
            )  # fmt: skip
        records = site.client.call_records

        async def count(**filters: Any) -> int:
            return len(
                await records.list(since=BEGIN, until=BEGIN + 9 * DAY, window=5 * DAY, **filters).collect()
            )

        assert await count() == 6
        assert await count(from_user_id="u.an") == 3
        assert await count(to_number="84903") == 1
        assert await count(from_number="8424", to_number="84902") == 1
        assert await count(call_id=next(iter(site.state.call_log))) == 1


async def test_without_an_end_the_span_ends_now() -> None:
    now = datetime.now(UTC)
    async with emulated(StringeeClient, {"clock": HastyClock()}) as site:
        old = site.state.add_call(milliseconds(now - timedelta(hours=1)))
        site.state.add_call(milliseconds(now + timedelta(hours=1)))
        assert [r.id for r in await site.client.call_records.list(since=now - DAY).collect()] == [old]


def log(request: Request) -> Response:
    """Serve one call for every minute that is asked for, ten a page at most."""
    query = dict(part.split("=") for part in request.url.split("?")[1].split("&"))
    first, last = int(query["from_start_time"]), int(query["to_start_time"])
    size, page = int(query["limit"]), int(query["page"])
    starts = range(-(-first // 60_000) * 60_000, last + 1, 60_000)
    shown = [{"id": f"c{start}", "start_time": start} for start in starts[(page - 1) * size : page * size]]
    pages = -(-len(starts) // size)
    return answer({"r": 0, "data": {"totalCalls": str(len(starts)), "totalPages": pages, "currentPage": page,
                                    "limit": size, "totalAnswerDurationMinutes": 3, "calls": shown}})  # fmt: skip


@virtual
async def test_at_most_100_requests_leave_in_a_minute() -> None:
    """Whatever the user's own limit; in windows of two hours with 120 calls each, none is lost or doubled."""
    transport = ScriptedTransport(default=log)
    async with client_over(transport, timeouts=Timeouts(total=None)) as client:
        listing = client.call_records.list(
            since=BEGIN, until=BEGIN + 10 * DAY, window=timedelta(hours=2), page_size=40, read_ahead=3
        )
        found = [record.id async for record in listing]
    assert len(found) == len(set(found)) == 10 * 24 * 60
    times = transport.times
    assert len(times) > 300
    assert max(sum(one <= other < one + 60.0 for other in times) for one in times) <= 100


@virtual
async def test_of_100_000_calls_each_comes_once() -> None:
    """Ten days, with thirty calls in the one second around each window's edge; both ends of a window count."""
    edges = [milliseconds(BEGIN + day * DAY) for day in range(1, 10)]
    spread = range(milliseconds(BEGIN), milliseconds(BEGIN + 10 * DAY), 8_664)
    starts = sorted([*spread, *(edge - 500 + 33 * number for edge in edges for number in range(30))])

    def vendor(request: Request) -> Response:
        query = dict(part.split("=") for part in request.url.split("?")[1].split("&"))
        first = bisect_left(starts, int(query["from_start_time"]))
        last = bisect_right(starts, int(query["to_start_time"]))
        page, size = int(query["page"]), int(query["limit"])
        begin = first + (page - 1) * size
        shown = [
            {"id": f"c{place}", "start_time": starts[place]}
            for place in range(begin, min(begin + size, last))
        ]
        return answer({"r": 0, "data": {"totalCalls": f"{last - first}", "totalPages": -(-(last - first) // size),
                                        "currentPage": page, "limit": size, "calls": shown}})  # fmt: skip

    async with client_over(ScriptedTransport(default=vendor), timeouts=Timeouts(total=None)) as client:
        listing = client.call_records.list(since=BEGIN, until=BEGIN + 10 * DAY)
        seen = [record.id async for record in listing]
    assert len(starts) == len(seen) > 100_000 - 300
    assert len(set(seen)) == len(seen)
    assert listing.certain


@virtual
async def test_the_number_of_calls_is_not_mistaken_for_minutes() -> None:
    """Beside the calls their minutes are stated, under a name that begins with `total` too."""
    data = {"totalAnswerDurationMinutes": 1, "totalCalls": "3", "totalPages": 2, "currentPage": 1, "limit": 2,
            "calls": [{"id": "a"}, {"id": "b", "start_time": "soon"}]}  # fmt: skip
    transport = ScriptedTransport(default=answer({"r": 0, "data": data}))
    async with client_over(transport) as client:
        assert await client.call_records.list(since=BEGIN, until=BEGIN + DAY).total() == 3


def test_a_record_has_the_common_core() -> None:
    record = CallRecord(
        id="c", caller="%2B917488360879", called="u.an", from_internal=0, to_internal=1, start_time=MS,
        answer_time=MS + 4_000, stop_time=MS + 9_000, answer_duration=5, recorded=1,
    )  # fmt: skip
    assert (record.direction, record.from_number, record.to_number) == ("in", "917488360879", "u.an")
    assert record.started == datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)
    assert record.answered == record.started + timedelta(seconds=4)
    assert record.ended == record.started + timedelta(seconds=9)
    assert (record.seconds, record.agent, record.recording_id) == (5, "u.an", "c")
    assert "917488" not in repr(record)
    assert to_dict(record)["from_number"] == "%2B917488360879"


@pytest.mark.parametrize(
    ("fields", "direction", "agent"),
    [
        ({"from_internal": 1, "to_internal": 0, "from_user_id": "u.an", "caller": "8424"}, "out", "u.an"),
        ({"from_internal": 1, "to_internal": 0, "caller": "u.an"}, "out", "u.an"),
        (
            {"from_internal": 1, "to_internal": 1, "from_user_id": "u.an", "called": "u.bo"},
            "internal",
            "u.an",
        ),
        ({"from_internal": 0, "to_internal": 1, "called": "u.bo"}, "in", "u.bo"),
        ({"from_internal": 0, "to_internal": 0, "called": "8490"}, None, None),
        ({}, None, None),
    ],
)
def test_direction_and_agent(fields: dict[str, Any], direction: str | None, agent: str | None) -> None:
    record = CallRecord(id="c", **fields)
    assert (record.direction, record.agent) == (direction, agent)


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        (None, None),
        (0, None),
        (-5, None),
        (10**18, None),
        (1_700_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
        (1_700_000_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)),
    ],
)
def test_times_are_read_from_the_numbers(stated: int | None, moment: datetime | None) -> None:
    """0 is never, and a number that is too small for milliseconds is in seconds."""
    assert (
        CallRecord(id="c", answer_time=stated, answer_time_datetime="1970/01/01, 07:00:00").answered == moment
    )


@pytest.mark.parametrize(("recorded", "found"), [(1, "c"), (None, "c"), (0, None)])
def test_a_call_that_was_not_recorded_has_no_recording(recorded: int | None, found: str | None) -> None:
    assert CallRecord(id="c", recorded=recorded).recording_id == found


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("since", {"since": datetime(2026, 1, 1)}),
        ("since", {"since": "2026-01-01"}),
        ("until", {"until": BEGIN}),
        ("window", {"window": 3600}),
        ("window", {"window": timedelta(seconds=1)}),
        ("page_size", {"page_size": 101}),
        ("strict", {"strict": 1}),
        ("call_id", {"call_id": "a/b"}),
        ("from_number", {"from_number": ""}),
        ("to_nmber", {"to_nmber": "84"}),
    ],
)
def test_bad_arguments_are_named(name: str, arguments: dict[str, Any]) -> None:
    client = client_over(ScriptedTransport())
    with pytest.raises(ConfigError, match=name):
        client.call_records.list(**{"since": BEGIN, "until": BEGIN + DAY, **arguments})


async def test_a_malformed_row_is_set_aside_and_the_others_stay() -> None:
    async with Emulator(seed=1) as emulator:
        state = emulator.state.stringee
        state.add_call(milliseconds(BEGIN), id="good")
        state.add_call(milliseconds(BEGIN), id="odd", amount={"a": 1}, project_id="225")
        async with StringeeClient(**emulator.stringee(), clock=HastyClock()) as client:
            found = await client.call_records.list(since=BEGIN, until=BEGIN + DAY).collect()
    assert [(record.id, record.amount) for record in found] == [("good", 0), ("odd", None)]
    assert [fault.path for fault in found[1].malformed] == ["$.amount"]
    assert found[1].project_id == 225
