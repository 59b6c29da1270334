"""Which span an export reads, and what it remembers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from stringee_async import ConfigError, StringeeClient
from stringee_async.core.call_export import (
    Progress,
    Run,
    Source,
    core_of,
    export_calls,
    next_span,
    source_of,
    written,
)
from stringee_async.core.clock import RealClock
from stringee_async.core.windows import Span
from stringee_async.emulator import Emulator

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def span(first: int, last: int) -> Span:
    """Return a span of days of November 2026."""
    return Span(datetime(2026, 11, first, tzinfo=UTC), datetime(2026, 11, last, tzinfo=UTC))


@attrs.define
class Memory:
    """A sink that keeps what it gets."""

    held: dict[str, Any] = attrs.field(factory=dict[str, Any])
    puts: list[int] = attrs.field(factory=list[int])
    state: dict[str, Progress] = attrs.field(factory=dict[str, Progress])

    async def progress(self, source: Source) -> Progress:
        return self.state.get(source.key, Progress())

    async def put(self, source: Source, records: Any, progress: Progress) -> int:
        new = {record.id for record in records} - self.held.keys()
        self.held.update((record.id, record) for record in records)
        self.puts.append(len(records))
        self.state[source.key] = progress
        return len(new)


@pytest.mark.parametrize(
    ("covered", "since", "until", "wanted"),
    [
        (None, span(1, 2).since, None, span(1, 20)),
        (None, span(1, 2).since, span(5, 6).since, span(1, 5)),
        (None, span(1, 2).since, span(25, 26).since, span(1, 20)),  # what is still to come is not read
        (span(1, 10), None, None, span(9, 20)),
        (span(1, 10), span(1, 2).since, None, span(9, 20)),
        (span(1, 10), span(8, 9).since, None, span(9, 20)),
        (span(1, 10), span(15, 16).since, None, span(9, 20)),  # no gap is left
        (span(5, 10), span(1, 2).since, None, span(1, 20)),
        (span(5, 10), span(1, 2).since, span(3, 4).since, span(1, 3)),
        (span(1, 10), span(4, 5).since, span(6, 7).since, span(4, 6)),  # asked for by name, so read again
    ],
)
def test_a_run_reads_what_is_not_there_yet(
    covered: Span | None, since: datetime | None, until: datetime | None, wanted: Span
) -> None:
    found = next_span(Progress(covered=covered), since, until, now=NOW, overlap=DAY)
    assert (found.since, found.until) == (wanted.since, wanted.until)


def test_the_first_run_must_be_told_from_when_on() -> None:
    with pytest.raises(ConfigError, match="since must be given for the first export"):
        next_span(Progress(), None, None, now=NOW, overlap=DAY)


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        (NOW + DAY, NOW + 2 * DAY, "since must be before now"),
        (NOW, NOW - DAY, "until must be after since"),
        (datetime(2026, 11, 1), None, "since must be a datetime with a zone"),
    ],
)
def test_a_span_that_cannot_be_read_is_refused(since: datetime, until: datetime | None, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        next_span(Progress(covered=span(1, 2)), since, until, now=NOW, overlap=DAY)


@pytest.mark.parametrize(
    "progress",
    [
        Progress(),
        Progress(covered=span(1, 2)),
        Progress(run=Run(span=span(1, 2))),
        Progress(covered=span(1, 2), run=Run(span=span(2, 3), token="t")),
    ],
)
def test_progress_comes_back_from_its_texts(progress: Progress) -> None:
    assert Progress.of(progress.texts()) == progress
    assert Progress.of(None) == Progress()


async def test_a_token_of_another_version_has_the_run_begin_again() -> None:
    async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
        began = datetime.now(UTC) - timedelta(hours=2)
        keys = [emulator.state.stringee.add_call(int(began.timestamp() * 1000) + n) for n in range(5)]
        sink, source = Memory(), source_of(client.call_records, {})
        whole = Span(began - DAY, began + timedelta(hours=1))
        sink.state[source.key] = Progress(run=Run(span=whole, token="of another version"))
        result = await export_calls(client.call_records, sink)
        assert sorted(sink.held) == sorted(keys)
        assert (result.new, result.since, result.certain) == (5, whole.since, True)
        assert sink.state[source.key].run is None


async def test_a_part_that_lies_apart_does_not_count_as_read_up_to_the_rest() -> None:
    async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
        sink, source = Memory(), source_of(client.call_records, {})
        now = datetime.now(UTC)
        await export_calls(client.call_records, sink, since=now - 3 * DAY)
        read = sink.state[source.key].covered
        await export_calls(client.call_records, sink, since=now - 9 * DAY, until=now - 8 * DAY)
        assert sink.state[source.key].covered == read
        result = await export_calls(client.call_records, sink, since=now - 5 * DAY, until=now - 2 * DAY)
        assert result.since == now - 5 * DAY
        assert read is not None
        assert result.until == read.until


async def test_exports_with_other_filters_have_places_of_their_own() -> None:
    async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
        plain = source_of(client.call_records, {})
        found = source_of(client.call_records, {"to_number": "84900000001"})
        assert plain.vendor == "stringee"
        assert plain.account == found.account == plain.key
        assert found.key != plain.key
        assert client._session.state.vendor not in plain.account.partition(":")[2]
        key_sid: Any = emulator.stringee()["key_sid"]
        assert key_sid not in plain.key


@pytest.mark.parametrize("wrong", [None, "calls", object()])
async def test_what_are_no_call_records_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="records must be the call_records of a client"):
        await export_calls(wrong, Memory(), since=NOW)


@pytest.mark.parametrize("overlap", [-DAY, 3600])
async def test_an_overlap_that_is_none_is_refused(overlap: Any) -> None:
    async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
        with pytest.raises(ConfigError, match="overlap must be a timedelta of at least 0"):
            await export_calls(client.call_records, Memory(), since=NOW, overlap=overlap)
        assert emulator.count() == 0


async def test_rows_that_are_no_records_are_told_and_the_others_kept() -> None:
    async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
        state, began = emulator.state.stringee, datetime.now(UTC) - timedelta(hours=2)
        keys = [state.add_call(int(began.timestamp() * 1000) + n) for n in range(3)]
        state.call_log[keys[1]]["id"] = None
        result = await export_calls(client.call_records, Memory(), since=began - timedelta(hours=30))
        assert (result.read, len(result.malformed)) == (2, 1)
        assert "id" in result.malformed[0].path


def test_times_are_written_so_that_they_sort() -> None:
    zone = datetime.fromisoformat("2026-11-01T07:00:00.1234+07:00")
    assert written(zone) == "2026-11-01T00:00:00.123Z"
    assert written("text") == "text"


def test_the_core_of_a_record_is_what_all_vendors_have() -> None:
    from stringee_async.stringee import CallRecord

    found = core_of(CallRecord(id="c", caller="84900000001", start_time=1_700_000_000_000))
    assert found["started"] == "2023-11-14T22:13:20.000Z"
    assert (found["id"], found["from_number"], found["ended"]) == ("c", "84900000001", None)


class Days(RealClock):
    """Tells the day of November 2026 that a test sets."""

    def __init__(self, day: int) -> None:
        self.day = day

    def time(self) -> float:
        return datetime(2026, 11, self.day, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("interrupted", [False, True])
async def test_what_a_clock_that_ran_ahead_counted_as_read_is_read(interrupted: bool) -> None:
    """The first run was made ten days ahead of time; the clock was then set right."""
    async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
        records, sink, days = client.call_records, Memory(), Days(5)
        source = source_of(records, {})
        ahead = span(1, 15)
        sink.state[source.key] = Progress(run=Run(span=ahead)) if interrupted else Progress(covered=ahead)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(client.call_records._host.session.state, "clock", days)
            await export_calls(records, sink)
            assert sink.state[source.key] == Progress(covered=span(1, 5))
            days.day = 9
            read = await export_calls(records, sink)
    assert (read.since, read.until) == (span(1, 9).since, span(1, 9).until)
