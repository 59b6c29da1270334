"""Listings over a span of time: each row of the span once, whatever the vendor takes the ends of a window for."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from operator import attrgetter
from typing import Any

import attrs
import pytest

from stringee_async import ConfigError, PagingError
from stringee_async.core.model import Malformed
from stringee_async.core.page import Page
from stringee_async.core.paging import Paged
from stringee_async.core.tally import CallId
from stringee_async.core.windows import Span, Windowed, months, span_of, windows_of

DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@attrs.frozen
class Row:
    id: int
    started: datetime | None


def every(step: timedelta, count: int, since: datetime = BEGIN) -> list[Row]:
    return [Row(number, since + number * step) for number in range(count)]


class Server:
    """Serves rows between two times; `ends` says which ends of a span it takes in."""

    def __init__(self, rows: Sequence[Row], ends: str = "[]", size: int = 5) -> None:
        self.rows = rows
        self.ends = ends
        self.size = size
        self.asked: list[tuple[Span, int]] = []
        self.malformed: tuple[Malformed, ...] = ()
        self.kept: dict[Span, list[Row]] = {}

    def within(self, row: Row, span: Span) -> bool:
        if row.started is None:
            return True
        first = span.since <= row.started if self.ends[0] == "[" else span.since < row.started
        last = row.started <= span.until if self.ends[1] == "]" else row.started < span.until
        return first and last

    def found(self, span: Span) -> list[Row]:
        if span not in self.kept:
            self.kept = {span: [row for row in self.rows if self.within(row, span)]}
        return self.kept[span]

    def listing(self, span: Span) -> Paged[Row]:
        return Paged(_Pages(self, span), key=attrgetter("id"), page_size=self.size)


@attrs.frozen
class _Pages:
    server: Server
    span: Span
    name = "call_records.list"

    @property
    def scope(self) -> str:
        return str(self.span)

    async def fetch(self, number: int, *, size: int, run: CallId) -> Page[Row]:
        del run
        self.server.asked.append((self.span, number))
        found = self.server.found(self.span)
        return Page(
            items=tuple(found[(number - 1) * size : number * size]),
            number=number,
            total_pages=max(1, -(-len(found) // size)),
            total=len(found) + len(self.server.malformed),
            page_size=size,
            malformed=self.server.malformed if number == 1 else (),
        )


def windowed(
    server: Server,
    since: datetime = BEGIN,
    until: datetime | None = BEGIN + 4 * DAY,
    cut: Callable[[Span], Any] | None = None,
) -> Windowed[Row]:
    return Windowed(
        server.listing,
        span_of(since, until, now=NOW),
        cut=cut or windows_of(DAY),
        moment=attrgetter("started"),
        key=attrgetter("id"),
        ends_now=until is None,
    )


@pytest.mark.parametrize("ends", ["[]", "[)", "(]"])
async def test_each_row_of_the_span_comes_once_and_in_order(ends: str) -> None:
    """Whether the vendor counts the ends of a window to it or not: `since <= started < until`."""
    rows = every(timedelta(hours=6), 20)
    found = await windowed(Server(rows, ends)).collect()
    wanted = [row.id for row in rows if row.started is not None and BEGIN <= row.started < BEGIN + 4 * DAY]
    assert [row.id for row in found] == wanted[1 if ends[0] == "(" else 0 :]


async def test_thirty_calls_of_the_second_between_two_windows_come_once() -> None:
    """100,000 records, of which 30 have the very second of an edge, and 30 the last one before it."""
    edge = BEGIN + DAY
    rows = every(timedelta(seconds=3), 100_000)
    rows += [Row(200_000 + n, edge) for n in range(30)] + [
        Row(300_000 + n, edge - timedelta(seconds=1)) for n in range(30)
    ]
    server = Server(sorted(rows, key=lambda row: row.started or BEGIN), size=20_000)
    seen = [row.id async for row in windowed(server)]
    assert len(seen) == len(set(seen)) == 100_060


async def test_what_is_kept_of_a_window_does_not_grow_with_it() -> None:
    """Only the keys of the rows near the end of a window are kept for the next one."""
    server = Server(every(timedelta(seconds=30), 11_520), size=100)
    reader = aiter(windowed(server))
    async for _ in reader:
        assert len(reader._next_edge) <= 3
    assert len(reader._edge) <= 3


async def test_a_row_without_a_time_comes_once() -> None:
    found = await windowed(Server([Row(1, BEGIN), Row(2, None)])).collect()
    assert [row.id for row in found] == [1, 2]


async def test_rows_beyond_the_span_are_left_out() -> None:
    """A vendor that serves more than was asked for."""
    server = Server(every(timedelta(hours=6), 20, BEGIN - DAY))
    server.within = lambda row, span: True  # type: ignore[method-assign]
    found = await windowed(server, until=BEGIN + DAY).collect()
    assert [row.started for row in found] == [BEGIN + n * timedelta(hours=6) for n in range(4)]


async def test_windows_are_asked_one_after_the_other_and_only_when_they_are_read() -> None:
    server = Server(every(timedelta(hours=6), 16))
    listing = windowed(server)
    assert server.asked == []
    await listing.first()
    assert [number for _, number in server.asked] == [1]
    server.asked.clear()
    await listing.collect()
    minute = timedelta(minutes=1)
    assert [(span.since, span.until) for span, _ in server.asked] == [
        (BEGIN + n * DAY - (minute if n else 0 * minute), BEGIN + (n + 1) * DAY) for n in range(4)
    ]


async def test_a_token_goes_on_behind_its_row_wherever_it_was_taken() -> None:
    rows = every(timedelta(hours=1), 96) + [Row(500 + n, BEGIN + DAY) for n in range(3)]
    rows.sort(key=lambda row: row.started or BEGIN)
    everything = [row.id async for row in windowed(Server(rows))]
    assert len(everything) == 99
    for index in range(0, 99, 7):
        reader = aiter(windowed(Server(rows)))
        for _ in range(index + 1):
            await anext(reader)
        resumed = windowed(Server(rows)).resume(reader.token())
        again = [row.id async for row in resumed]
        assert everything[: index + 1] + again == everything
        assert not resumed.certain  # a resumed run does not know what the one before it brought


async def test_a_listing_until_now_goes_on_until_the_end_that_it_had() -> None:
    server = Server(every(timedelta(hours=12), 80))
    reader = aiter(windowed(server, until=None))
    first = await anext(reader)
    later = Windowed(
        server.listing, span_of(BEGIN, None, now=NOW + 5 * DAY), cut=windows_of(DAY),
        moment=attrgetter("started"), key=attrgetter("id"), ends_now=True,
    )  # fmt: skip
    rest = await later.resume(reader.token()).collect()
    assert first.id == 0
    assert rest[-1].started is not None
    assert rest[-1].started < NOW


async def test_a_token_of_another_listing_is_refused() -> None:
    server = Server(every(timedelta(hours=6), 16))
    reader = aiter(windowed(server))
    with pytest.raises(PagingError, match="no row was yielded yet"):
        reader.token()
    await anext(reader)
    token = reader.token()
    for other in (
        windowed(server, since=BEGIN + timedelta(hours=1)),
        windowed(server, until=BEGIN + 3 * DAY),
        windowed(server, cut=windows_of(2 * DAY)),
        windowed(Server(server.rows, size=7)),
    ):
        with pytest.raises(ConfigError, match="token belongs to another listing"):
            other.resume(token)
    for text in ("", "x", "eyJ3IjoxfQ==", token[:-8]):
        with pytest.raises(ConfigError, match="token is not a resume token"):
            windowed(server).resume(text)


async def test_the_run_tells_what_its_windows_found_out() -> None:
    """Malformed rows of all windows, and what changed meanwhile in one of them; certain only if every window is."""
    server = Server(every(timedelta(hours=6), 16))
    server.malformed = (Malformed(path="$.data[0]", reason="no id", value=None),)
    listing = windowed(server)
    assert len(await listing.collect()) == 16
    assert (len(listing.malformed), listing.certain) == (4, False)
    steady = windowed(Server(server.rows))
    async for row in steady:
        assert row.id >= 0
    assert (steady.malformed, steady.drift, steady.certain) == ([], None, True)
    moving = Server(list(server.rows), size=2)
    listing = windowed(moving)
    async for row in listing:
        if row.id == 5:
            del moving.rows[4]  # type: ignore[attr-defined]
            moving.kept.clear()
    assert listing.drift is not None


async def test_a_run_that_has_ended_stays_at_its_end() -> None:
    reader = aiter(windowed(Server(every(DAY, 2))))
    assert (await anext(reader)).id == 0
    reader.read_to_end()
    assert (await anext(reader)).id == 1
    for _ in range(2):
        with pytest.raises(StopAsyncIteration):
            await anext(reader)


async def test_pages_and_totals_are_the_vendors() -> None:
    server = Server(every(timedelta(hours=6), 16))
    pages = [page async for page in windowed(server).pages()]
    assert [page.number for page in pages] == [1] * 4
    assert sum(len(page.items) for page in pages) == 19  # those at the edges come twice
    assert await windowed(server).total() is None
    assert await windowed(server, until=BEGIN + DAY).total() == 5
    assert repr(aiter(windowed(server))).startswith("<WindowIterator over <Windowed of call_records.list")


async def test_memory_stays_flat_over_many_windows() -> None:
    server = Server(every(timedelta(minutes=10), 4_000), size=100)
    tracemalloc.start()
    try:
        async for _ in windowed(server, until=BEGIN + 27 * DAY):
            pass
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [(datetime(2026, 1, 1), None, "since must be a datetime with a zone"), ("2026-01-01", None, "since must be"),
     (BEGIN, 5, "until must be a datetime"), (BEGIN, BEGIN, "until must be after since"), (BEGIN + 99 * DAY, None, "until must be")],
)  # fmt: skip
def test_a_span_that_is_none_is_refused(since: Any, until: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        span_of(since, until, now=NOW)


def test_spans_are_cut_at_lengths_and_at_months() -> None:
    there = timezone(timedelta(hours=7))
    span = span_of(datetime(2026, 10, 30, 3, tzinfo=there), datetime(2027, 1, 2, tzinfo=there), now=NOW)
    assert [window.since.isoformat()[:10] for window in months(span)] == [
        "2026-10-29", "2026-11-01", "2026-12-01", "2027-01-01",
    ]  # fmt: skip
    assert [window.until - window.since for window in windows_of(40 * DAY)(span)] == [
        40 * DAY, span.until - span.since - 40 * DAY,
    ]  # fmt: skip
    for cut in (months, windows_of(DAY)):
        found = list(cut(span))
        assert (found[0].since, found[-1].until) == (span.since, span.until)
        assert all(before.until == after.since for before, after in pairwise(found))
