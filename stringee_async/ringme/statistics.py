"""Queries of the statistics, such as call history: one after the other, and listings of them over a span of time.

While one query of the statistics runs, the vendor refuses a second one with HTTP 429 and a message that names it. A
client and its views send one at a time; a refusal, which other clients can cause, is waited out three times. Source:
public client code.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, Final, TypeVar

import attrs

from ..core.decoding import Loader
from ..core.errors import ConflictError, DeadlineError
from ..core.messages import Response
from ..core.model import Model
from ..core.operation import Operation
from ..core.page import Page
from ..core.paging import Paged
from ..core.resource import PageOptions
from ..core.session import Session
from ..core.tally import CallId
from ..core.validation import boolean
from ..core.windows import Span, Windowed, months, span_of
from .datetimes import inner_query, span_query
from .resource import ListPages, Resource
from .responses import read_facts, read_page

M = TypeVar("M", bound=Model)
T = TypeVar("T")

_KEY: Final = "ringme.statistics"
_PAUSES: Final = (2.0, 4.0, 8.0)
_GRACE: Final = 0.05
"""Seconds more than the total time: a query that waited for no other one ends by itself, and says what it did."""


async def one_at_a_time(session: Session, operation: Operation, send: Callable[[], Awaitable[T]]) -> T:
    """Send a query of the statistics when no other one of the client runs, and again after a refusal.

    All of it together takes no longer than the total time of one call.
    """
    timeout = session.timeout(spent=-_GRACE)
    try:
        with timeout:
            async with session.state.exclusive(_KEY):
                return await _until_free(session, send)
    except TimeoutError:
        if not timeout.expired:
            raise
        raise DeadlineError(
            f"the total time of {session.timeouts.total:g} s is used up, with the wait for other queries of the statistics",
            stage="queue",
            operation=operation.name,
            method=operation.method,
            path=operation.path,
            retry_class=operation.retry_class,
            next_step="ask for less at once, or allow more time (Timeouts.total)",
        ) from None


async def _until_free(session: Session, send: Callable[[], Awaitable[T]]) -> T:
    for pause in _PAUSES:
        try:
            return await send()
        except ConflictError as error:
            if error.status != 429:
                raise
        await session.state.clock.sleep(pause)
    return await send()


@attrs.frozen(kw_only=True)
class StatisticsPages(ListPages[M]):
    """The pages of one query of the statistics; `wrapped` as for `read_page`."""

    wrapped: str | None = None

    def fetch(self, number: int, *, size: int, run: CallId) -> Coroutine[Any, Any, Page[M]]:
        """Fetch one page when no other query of the statistics runs."""
        fetch = super().fetch
        return one_at_a_time(self.host.session, self.operation, lambda: fetch(number, size=size, run=run))

    def read(self, response: Response, *, number: int, size: int) -> Page[M]:  # noqa: ARG002 - the rows count
        """Read a page."""
        self.learn(response)
        return read_page(response, self.loader, number=number, strict=self.strict, wrapped=self.wrapped)


class Statistics(Resource):
    """The base of resources that are listed by queries of the statistics."""

    def _span(self, since: datetime, until: datetime | None) -> tuple[Span, bool]:
        """Return a span of time that is not in the future, and whether it ends now.

        The second that is under way is left for the next listing, unless the span begins in it.
        """
        now = datetime.fromtimestamp(int(self._host.session.state.clock.time()), UTC)
        present = now + timedelta(seconds=1)  # the end of the second that is under way
        span = span_of(since, until, now=present)
        if span.until < now:
            return span, False
        return attrs.evolve(span, until=now if span.since < now else present), True

    async def _stats(
        self, operation: Operation, path: Mapping[str, str], since: datetime, until: datetime
    ) -> dict[str, Any]:
        """Return counts of a span of time by the vendor's names, which are not documented."""
        query = inner_query(since, until)
        return await one_at_a_time(
            self._host.session, operation, lambda: self._send(operation, read_facts, path=path, query=query)
        )

    def _over(
        self,
        operation: Operation,
        loader: Loader[M],
        path: Mapping[str, str],
        filters: Mapping[str, object],
        options: PageOptions,
        *,
        since: datetime,
        until: datetime | None,
        wrapped: str | None = None,
        key: Callable[[M], Hashable] = attrgetter("id"),
    ) -> Windowed[M]:
        """Return a listing over a span of time, cut where months begin; the end is never in the future."""
        span, ends_now = self._span(since, until)
        boolean("strict", options.strict)

        def listing(window: Span) -> Paged[M]:
            query = {**span_query(window), "order": "asc", **filters}
            pages = StatisticsPages(
                host=self._host,
                operation=operation,
                filters={"path": sorted(path.items()), **query},
                first=operation.request(self._host.url, path=path, query=query),
                strict=options.strict,
                loader=loader,
                learn=self._meter.learn,
                seen=_nothing,
                wrapped=wrapped,
            )
            return self._paged(pages, options, key=key)

        overlap = timedelta(0)  # the second at which two months meet is asked for in both
        moment = attrgetter("started")
        return Windowed(listing, span, cut=months, moment=moment, key=key, overlap=overlap, ends_now=ends_now)


def _nothing(_: object) -> None:
    """Learn nothing from a page."""
