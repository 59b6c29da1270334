"""Listings over a span of time, asked in windows: what a vendor's longest span, or its ceiling of pages, makes necessary.

One job: turn one listing for each window into one `Paged` over the whole span. Each window but the first is asked a
little earlier than it begins, because vendors do not say whether the end of a span belongs to it: calls of the second
between two windows come twice and are yielded once.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import attrs

from .drift import Drift
from .errors import ConfigError, DecodeError, PagingError
from .item_iterator import ItemIterator
from .json_codec import encode, loads
from .model import Malformed
from .page import Page
from .paging import Paged
from .validation import aware_datetime

T = TypeVar("T")

OVERLAP: Final = timedelta(minutes=1)
"""How much earlier than it begins a window is asked for."""


@attrs.frozen
class Span:
    """A span of time: `since <= moment < until`."""

    since: datetime
    until: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


def span_of(since: object, until: object, *, now: datetime) -> Span:
    """Return the span that a caller asks for; without `until` it ends now."""
    span = Span(aware_datetime("since", since), now if until is None else aware_datetime("until", until))
    if span.until <= span.since:
        raise ConfigError(
            f"until must be after since; got {span.since.isoformat()} to {span.until.isoformat()}"
        )
    return span


def windows_of(longest: timedelta) -> Callable[[Span], Iterable[Span]]:
    """Return what cuts a span into windows of at most this length."""

    def cut(span: Span) -> Iterable[Span]:
        since = span.since
        while since < span.until:
            until = min(since + longest, span.until)
            yield Span(since, until)
            since = until

    return cut


def months(span: Span) -> Iterable[Span]:
    """Cut a span at the borders of months, in UTC."""
    since = span.since
    while since < span.until:
        year, month = divmod(since.year * 12 + since.month, 12)
        until = min(datetime(year, month + 1, 1, tzinfo=UTC), span.until)
        yield Span(since, until)
        since = until


class Windowed(Paged[T]):
    """A listing over a span of time. `async for item in listing` reads it, window by window.

    Args:
        listing: Returns the listing of one window.
        span: What the caller asks for.
        cut: Cuts a span into windows.
        moment: When a row happened, by the time that the vendor's filter goes by; None where that cannot be read.
        key: What makes two rows the same row.
        overlap: How much earlier than it begins a window is asked for.
        ends_now: Whether the caller named no end; a resumed listing then ends where the run before it would have.
        start: Where to go on, for a resumed listing.
    """

    def __init__(
        self,
        listing: Callable[[Span], Paged[T]],
        span: Span,
        *,
        cut: Callable[[Span], Iterable[Span]],
        moment: Callable[[T], datetime | None],
        key: Callable[[T], Hashable],
        overlap: timedelta = OVERLAP,
        ends_now: bool = False,
        start: _Start | None = None,
    ) -> None:
        self._listing = listing
        self._span = span
        self._cut = cut
        self._moment = moment
        self._row_key = key
        self._overlap = overlap
        self._ends_now = ends_now
        self._from = start
        whole = listing(span)  # nothing is sent; a wrong filter is refused now
        super().__init__(whole._pages, key=key, page_size=whole._page_size, read_ahead=whole._read_ahead)

    def asked(self, window: Span) -> Span:
        """Return the span that is asked for to read a window."""
        return Span(max(self._span.since, window.since - self._overlap), window.until)

    def __aiter__(self) -> WindowIterator[T]:
        return WindowIterator(self)

    async def pages(self, start: int = 1) -> AsyncIterator[Page[T]]:
        """Iterate over whole pages as the vendor serves them, window after window; rows of two windows may come twice.

        Args:
            start: Number of the page of the first window to begin with, from 1.

        Yields:
            Each `Page`, in order; each window counts its pages from 1.

        Raises:
            ConfigError: `start` is below 1.
            PagingError: The pages do not advance.
        """
        for window in self._cut(self._span):
            async for page in self._listing(self.asked(window)).pages(start):
                yield page
            start = 1

    async def total(self) -> int | None:
        """Return how many rows the vendor states for a span of one window; None for several, which overlap."""
        found = list(self._cut(self._span))
        return await super().total() if len(found) == 1 else None

    def resume(self, token: str) -> Windowed[T]:
        """Return this listing from behind the row at which `token` was taken.

        Args:
            token: What `WindowIterator.token()` returned, perhaps in another process.

        Raises:
            ConfigError: The token is not one, or belongs to another listing, span, filter, page size or account.
        """
        start = _start_of(token)
        span = attrs.evolve(self._span, until=start.until) if self._ends_now else self._span
        resumed = Windowed(
            self._listing, span, cut=self._cut, moment=self._moment, key=self._row_key,
            overlap=self._overlap, ends_now=self._ends_now, start=start,
        )  # fmt: skip
        found = [window for window in self._cut(span) if window.since == start.since]
        if span.until != start.until or not found:
            raise ConfigError("token belongs to another listing, span, filter, page size or account")
        self._listing(resumed.asked(found[0])).resume(start.inner)  # refuses a token of another listing
        return resumed


class WindowIterator(ItemIterator[T]):
    """Rows of one run through the windows of a listing, each once; an `ItemIterator` over those of the windows."""

    def __init__(self, listing: Windowed[T]) -> None:
        self._whole = listing
        self._windows = list(listing._cut(listing._span))
        self.drift: Drift | None = None
        self.malformed: list[Malformed] = []
        self.certain = True
        self._number = 0
        self._reader: ItemIterator[T] | None = None
        self._to_end = False
        self._edge: set[str] = set()
        """Rows of the window before that may come again in this one."""
        self._next_edge: set[str] = set()
        self._resumed_at = start = listing._from
        if start is not None:
            self.certain = False
            self._number = next(i for i, window in enumerate(self._windows) if window.since == start.since)
            self._edge, self._next_edge = set(start.edge), set(start.next_edge)

    def __del__(self) -> None:
        """Nothing is held here but the reader of a window, which lets go of its pages itself."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} over {self._whole!r}>"

    def read_to_end(self) -> None:
        """Say that the reader will read to the end, so that the next page can be under way while this one is read."""
        self._to_end = True
        if self._reader is not None:
            self._reader.read_to_end()

    def drain_page(self) -> Sequence[T]:
        """Return nothing: rows of two windows have to be looked at one by one."""
        return ()

    async def __anext__(self) -> T:
        while self._number < len(self._windows):
            reader = self._reader or self._open()
            try:
                row = await anext(reader)
            except StopAsyncIteration:
                self._next_window(reader)
                continue
            if self._is_new(row):
                return row
        if self._reader is None and self._resumed_at is not _DONE:
            self._resumed_at = _DONE
            whole = self._whole
            whole.drift, whole.malformed, whole.certain = self.drift, self.malformed, self.certain
        raise StopAsyncIteration

    def _open(self) -> ItemIterator[T]:
        listing = self._whole._listing(self._whole.asked(self._windows[self._number]))
        if self._resumed_at is not None:
            listing, self._resumed_at = listing.resume(self._resumed_at.inner), None
        self._reader = aiter(listing)
        if self._to_end:
            self._reader.read_to_end()
        return self._reader

    def _next_window(self, reader: ItemIterator[T]) -> None:
        self._reader = None
        self.malformed += reader.malformed
        self.certain = self.certain and reader.certain
        if reader.drift is not None and (self.drift is None or self.drift.certain):
            self.drift = reader.drift
        self._number += 1
        self._edge, self._next_edge = self._next_edge, set()

    def _is_new(self, row: T) -> bool:
        """Return whether a row is of the span and did not come in the window before."""
        moment, key = self._whole._moment(row), str(self._whole._row_key(row))
        if moment is not None and moment not in self._whole._span:
            return False
        if moment is None or moment >= self._windows[self._number].until - self._whole._overlap:
            self._next_edge.add(key)
        return key not in self._edge

    def token(self) -> str:
        """Return a text with which `Windowed.resume` goes on behind the row yielded last.

        Raises:
            PagingError: No row was yielded yet.
        """
        if self._reader is None:
            raise PagingError("no row was yielded yet, so there is nowhere to resume")
        state = {
            "u": self._whole._span.until.isoformat(),
            "w": self._windows[self._number].since.isoformat(),
            "t": self._reader.token(),
            "e": sorted(self._edge),
            "n": sorted(self._next_edge),
        }
        return base64.urlsafe_b64encode(encode(state)).decode()


@attrs.frozen
class _Start:
    """Where a resumed run goes on."""

    until: datetime
    since: datetime
    inner: str
    edge: Sequence[str]
    next_edge: Sequence[str]


_EVER: Final = datetime.max.replace(tzinfo=UTC)
_DONE: Final = _Start(_EVER, _EVER, "", (), ())


def _start_of(token: str) -> _Start:
    try:
        state: Any = loads(base64.urlsafe_b64decode(token.encode()))
        edges = [[str(key) for key in state[name]] for name in ("e", "n")]
        until, since = (aware_datetime("token", datetime.fromisoformat(state[name])) for name in ("u", "w"))
        return _Start(until, since, str(state["t"]), *edges)
    except (DecodeError, binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        raise ConfigError("token is not a resume token") from None
