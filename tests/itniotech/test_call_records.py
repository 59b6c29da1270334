"""ITNIO TECH's call records over a span of time, and what a record says alike for every vendor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from stringee_async import ConfigError
from stringee_async.itniotech import ISO_TIME, CallRecord, CallRecordPush, parse_call_record
from stringee_async.itniotech.datetimes import VENDOR_ZONE, moment_of

from ..kit import ScriptedTransport, virtual
from .rig import body_of, centre_of, client_over, rows

SINCE = datetime(2025, 1, 1, tzinfo=VENDOR_ZONE)
DAY = timedelta(days=1)
CALL: dict[str, Any] = {
    "keyId": 7, "callId": "c-7", "caller": "6560002000", "called": "6590001000", "callType": 2, "callDuration": 61,
    "agentName": "An", "agentAccount": "an@x", "callStartTime": "2025-01-08 08:00:00",
    "answerTime": "2025-01-08T00:00:05+00:00", "callEndTime": "2025-01-08 08:01:06", "voiceUrl": "https://f.example/7?key=s3",
}  # fmt: skip


def written(moment: datetime) -> str:
    return moment.astimezone(VENDOR_ZONE).strftime("%Y-%m-%d %H:%M:%S")


@virtual
async def test_a_record_says_alike_what_happened() -> None:
    async with client_over(ScriptedTransport(rows(CALL))) as client:
        (record,) = await client.call_records.list(since=SINCE, until=SINCE + 30 * DAY).collect()
    assert (record.id, record.direction, record.agent, record.seconds) == ("7", "in", "an@x", 61)
    assert (record.from_number, record.to_number) == ("6560002000", "6590001000")
    assert record.started == datetime(2025, 1, 8, 0, 0, tzinfo=UTC)
    assert record.answered == datetime(2025, 1, 8, 0, 0, 5, tzinfo=UTC)
    assert record.ended == datetime(2025, 1, 8, 0, 1, 6, tzinfo=UTC)
    assert record.recording_id == CALL["voiceUrl"]
    assert "s3" not in repr(record)


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({}, "direction", None),
        ({"call_type": 1}, "direction", "out"),
        ({"call_type": 3}, "direction", "out"),
        ({"call_type": 9}, "direction", None),
        ({"agent_name": "An"}, "agent", "An"),
        ({"voice_url": ""}, "recording_id", None),
        ({"call_start_time": "soon"}, "started", None),
        ({"call_id": "c"}, "id", "c"),
        ({"call_session_id": "s"}, "id", "s"),
        ({"key_id": 5, "call_id": "c"}, "id", "5"),
    ],
)
def test_what_a_record_lacks_is_none(given: dict[str, Any], name: str, value: Any) -> None:
    assert getattr(CallRecord(**given), name) == value


def test_records_without_any_id_are_told_apart_by_what_they_hold() -> None:
    one, other = CallRecord(called="1"), CallRecord(called="2")
    assert one.id == CallRecord(called="1").id != other.id
    assert CallRecordPush(call_id="c").id == "c"


@pytest.mark.parametrize("blank", ["", "  ", None])
@virtual
async def test_a_blank_amount_of_a_record_is_none(blank: str | None) -> None:
    row = {**CALL, "cost": blank, "baseCost": "0.10", "remark": ""}
    async with client_over(ScriptedTransport(rows(row))) as client:
        (record,) = await client.call_records.list(since=SINCE, until=SINCE + DAY * 20, strict=True).collect()
    assert (record.cost, record.base_cost, record.remark, record.malformed) == (None, Decimal("0.10"), "", ())
    push = parse_call_record({"callId": "c", "cost": blank, "baseCost": "x"})
    assert (push.cost, push.base_cost) == (None, None)
    assert [fault.path for fault in push.malformed] == ["$.baseCost"]


@virtual
async def test_rows_that_are_no_objects_stand_apart() -> None:
    async with client_over(ScriptedTransport(rows(CALL, 7, {**CALL, "keyId": 8, "cost": ""}))) as client:  # type: ignore[arg-type]
        listing = client.call_records.list(since=SINCE, until=SINCE + DAY * 20)
        assert [record.key_id async for record in listing] == [7, 8]
        assert len(listing.malformed) == 1


@pytest.mark.parametrize(
    "stated", [1765122412345, "1765122412345", "0001-01-01 00:00:00", "1970-01-01 08:00:00"]
)
@virtual
async def test_a_record_whose_time_names_no_moment_is_listed(stated: object) -> None:
    async with client_over(ScriptedTransport(rows({**CALL, "callStartTime": stated}))) as client:
        (record,) = await client.call_records.list(since=SINCE, until=SINCE + DAY * 20).collect()
    assert record.started is None


@pytest.mark.parametrize("text", [None, "", "0000-00-00 00:00:00", "1736265600000", "yesterday"])
def test_what_is_no_time_is_none(text: str | None) -> None:
    assert moment_of(text) is None


@virtual
async def test_a_long_span_is_asked_in_queries_of_at_most_31_days() -> None:
    transport = ScriptedTransport(default=rows())
    async with client_over(transport) as client:
        await client.call_records.list(since=SINCE, until=SINCE + 90 * DAY).collect()
        asked = [body_of(transport, index)["params"] for index in range(len(transport.requests))]
        spans = [
            tuple(datetime.fromisoformat(params[name]) for name in ("startTime", "endTime"))
            for params in asked
        ]
        assert all(end - begin <= 31 * DAY for begin, end in spans)
        assert (asked[0]["startTime"], asked[-1]["endTime"]) == (written(SINCE), written(SINCE + 90 * DAY))
        assert all(later < end for (_, end), (later, _) in pairwise(spans))
        count = len(transport.requests)
        await client.call_records.list(since=SINCE, until=SINCE + 31 * DAY).collect()
    assert (count, len(transport.requests)) == (3, 4)


async def test_calls_at_the_edges_of_queries_come_once() -> None:
    """Thirty calls of the very second between two queries, and a few around it; the end does not count to the span."""
    until = SINCE + 40 * DAY
    async with centre_of() as centre:
        edge = SINCE + 31 * DAY - timedelta(minutes=2)
        for moment in [*[edge] * 30, edge - timedelta(seconds=1), edge + timedelta(seconds=1), SINCE, until]:
            centre.state.add_record(callStartTime=written(moment))
        listing = centre.client.call_records.list(since=SINCE, until=until, page_size=7)
        found = [record.id for record in await listing.collect()]
    assert len(found) == len(set(found)) == 33


async def test_a_listing_goes_on_where_it_was_left() -> None:
    async with centre_of() as centre:
        for hour in range(5):
            centre.state.add_record(callStartTime=written(SINCE + timedelta(hours=hour)))
        listing = centre.client.call_records.list(since=SINCE, until=SINCE + 60 * DAY, page_size=2)
        reader, seen = aiter(listing), []
        for _ in range(3):
            seen.append((await anext(reader)).id)
        seen += [record.id async for record in listing.resume(reader.token())]
    assert len(seen) == len(set(seen)) == 5


async def test_without_an_end_it_ends_now() -> None:
    async with centre_of() as centre:
        centre.state.add_record()
        since = datetime.now(UTC) - timedelta(hours=1)
        assert len(await centre.client.call_records.list(since=since).collect()) <= 1
        assert len(await centre.client.call_records.list(start_time=since).collect()) <= 1


@virtual
async def test_the_older_keywords_ask_as_before_and_their_last_second_counts() -> None:
    transport = ScriptedTransport(default=rows({**CALL, "callStartTime": "2025-01-09 00:00:00"}))
    async with client_over(transport) as client:
        listing = client.call_records.list(
            start_time="2025-01-08", end_time="2025-01-09", time_format=ISO_TIME
        )
        assert len(await listing.collect()) == 1
        assert body_of(transport)["params"] == {"startTime": "2025-01-08", "endTime": "2025-01-09"}
        until = datetime(2025, 1, 9, tzinfo=VENDOR_ZONE)
        assert await client.call_records.list(since=SINCE, until=until).collect() == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "since must be a datetime with a zone"),
        ({"since": "2025-01-08"}, "since must be a datetime with a zone"),
        ({"since": SINCE, "until": SINCE}, "until must be after since"),
        ({"since": SINCE, "start_time": SINCE}, "since and start_time mean the same"),
        ({"since": SINCE, "until": SINCE + DAY, "end_time": SINCE + DAY}, "until and end_time mean the same"),
        ({"since": SINCE, "end_time": SINCE - DAY}, "end_time must not be before start_time"),
    ],
)
@virtual
async def test_a_wrong_span_is_refused_before_anything_is_sent(given: dict[str, Any], message: str) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=message):
            client.call_records.list(**given)
    assert transport.requests == []
