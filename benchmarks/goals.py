"""The goals, as data, and the verdict on each.

One job: to say which figure of which row is to be at least, or at most, what. Ratios are of one run, taken round by
round, and never compare two runs; "bare" is bare aiohttp, and the SDK runs with everything on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import attrs

from .peers.peer import SDK

Verdict = Literal["met", "stretch met", "missed", "not measured"]


@attrs.frozen(kw_only=True)
class Goal:
    """One goal.

    Args:
        what: For readers.
        row: Name of the row.
        figure: Name of the figure in it.
        sense: Whether the median is to be at least or at most `value`.
        value: The goal.
        stretch: What would be better still; None where there is no more to want.
    """

    what: str
    row: str
    figure: str
    sense: Literal["at least", "at most"]
    value: float
    stretch: float | None = None

    def found(self, results: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the figure in the results, or None if it was not measured."""
        figure: Mapping[str, Any] | None = (
            results["rows"].get(self.row, {}).get("figures", {}).get(self.figure)
        )
        return figure

    def verdict(self, results: Mapping[str, Any]) -> Verdict:
        """Judge the median of the figure."""
        figure = self.found(results)
        if figure is None:
            return "not measured"
        sign = 1 if self.sense == "at least" else -1
        if sign * figure["median"] < sign * self.value:
            return "missed"
        if self.stretch is not None and sign * figure["median"] >= sign * self.stretch:
            return "stretch met"
        return "met"


GOALS: Final = (
    Goal(what="create, 64 in flight: throughput, bare = 1", row="create-64", figure=f"{SDK}: throughput",
         sense="at least", value=2.0, stretch=2.5),
    Goal(what="create, 256 callers over 64 connections, limiter on: throughput, bare = 1", row="create-256",
         figure=f"{SDK}: throughput", sense="at least", value=2.0, stretch=2.5),
    Goal(what="create, 64 in flight over TLS: throughput, bare over TLS = 1", row="create-64-tls",
         figure=f"{SDK}: throughput", sense="at least", value=1.6, stretch=2.0),
    Goal(what="list 20 x 50, one page at a time: throughput, bare = 1", row="list-0ms",
         figure=f"{SDK}: throughput", sense="at least", value=1.7, stretch=1.9),
    Goal(what="list 20 x 50, 8 in flight: throughput, bare with 8 in flight = 1", row="list-0ms-ahead-8",
         figure=f"{SDK}: throughput", sense="at least", value=2.0, stretch=2.3),
    Goal(what="list 20 x 50, 8 in flight over TLS: throughput, bare over TLS with 8 in flight = 1",
         row="list-0ms-ahead-8-tls", figure=f"{SDK}: throughput", sense="at least", value=1.6, stretch=2.0),
    Goal(what="list 20 x 50 by `async for`, 8 ahead: throughput, bare with 8 in flight = 1",
         row="list-0ms-ahead-8", figure=f"{SDK} (async for): throughput", sense="at least", value=1.7,
         stretch=2.0),
    Goal(what="list 20 x 50 at 20 ms, 4 ahead: throughput, bare with 4 in flight = 1", row="list-20ms-ahead-4",
         figure=f"{SDK}: throughput", sense="at least", value=0.95, stretch=1.0),
    Goal(what="list 20 x 50 at 20 ms, 8 ahead: throughput, bare with 8 in flight = 1", row="list-20ms-ahead-8",
         figure=f"{SDK}: throughput", sense="at least", value=0.95, stretch=1.0),
    Goal(what="list 20 x 50 at 100 ms, 4 ahead: throughput, bare with 4 in flight = 1", row="list-100ms-ahead-4",
         figure=f"{SDK}: throughput", sense="at least", value=0.95, stretch=1.0),
    Goal(what="list 20 x 50 at 100 ms, 8 ahead: throughput, bare with 8 in flight = 1", row="list-100ms-ahead-8",
         figure=f"{SDK}: throughput", sense="at least", value=0.95, stretch=1.0),
    Goal(what="list 200 pages at 20 ms: read-ahead 16 against one at a time", row="list-200-pages",
         figure="read-ahead 16: speed-up", sense="at least", value=12, stretch=14),
    Goal(what="bulk 10,000 at 20 ms, 64 in flight: of the ideal", row="bulk",
         figure=f"{SDK}: of the ideal", sense="at least", value=0.90, stretch=0.95),
    Goal(what="bulk under a limit: share of the permitted rate used", row="bulk-limit",
         figure=f"{SDK}: of the permitted rate", sense="at least", value=0.98, stretch=0.99),
    Goal(what="bulk under a limit: refusals", row="bulk-limit", figure=f"{SDK}: refusals",
         sense="at most", value=0),
    Goal(what="CPU of all layers without transport and decode, microseconds a call", row="part-layers",
         figure="all layers: CPU", sense="at most", value=8, stretch=6),
    Goal(what="decode 50 agents with extra kept: CPU, orjson.loads = 1", row="decode-50",
         figure=f"{SDK}: CPU", sense="at most", value=1.5, stretch=1.2),
    Goal(what="create, 64 in flight, against openapi-generator (Python, asyncio)", row="create-64",
         figure=f"{SDK} against openapi-generator", sense="at least", value=6, stretch=8),
    Goal(what="create, 64 in flight, against openapi-python-client (httpx)", row="create-64",
         figure=f"{SDK} against openapi-python-client", sense="at least", value=5, stretch=40),
    Goal(what="5,000 callers over 20 connections, 100 ms, 1 s an attempt: timeouts", row="crowd",
         figure=f"{SDK}: timeouts", sense="at most", value=0),
    Goal(what="5,000 callers over 20 connections, 100 ms, 1 s an attempt: of the ideal", row="crowd",
         figure=f"{SDK}: of the ideal", sense="at least", value=0.95),
    Goal(what="100,000 rows listed: peak memory above start, MiB", row="rows-100000",
         figure=f"{SDK}: peak allocated", sense="at most", value=12, stretch=5),  # rows are known by their whole keys
    Goal(what="cost per permit, 50,000 waiters against 10", row="growth-permits",
         figure="cost per permit: 50,000 against 10", sense="at most", value=1.3, stretch=1.1),
    Goal(what="import of the client, `import aiohttp` = 1", row="start-import",
         figure="import stringee_async with its client, aiohttp's = 1", sense="at most", value=0.7, stretch=0.5),
    Goal(what="command line: time to the first request, a bare aiohttp program's = 1", row="start-first-request",
         figure="command line's first request, a bare aiohttp program's = 1", sense="at most", value=1.0,
         stretch=0.8),
    Goal(what="list of 50 parsed, 500 callers: CPU a call, bare = 1", row="list-500-callers",
         figure=f"{SDK}: CPU", sense="at most", value=1.5),
    Goal(what="plan for 3,000 agents with nothing to do: seconds of CPU", row="plan-3000",
         figure=f"{SDK}: CPU of the plan", sense="at most", value=1.0),
    Goal(what="plan for a roster of 100,000 people: peak memory above start, MiB", row="roster-100000",
         figure=f"{SDK}: peak allocated", sense="at most", value=200.0),
    Goal(what="plan for a roster of 100,000 people: peak memory of the whole process, MiB", row="roster-100000",
         figure=f"{SDK}: peak resident", sense="at most", value=200.0),
    Goal(what="one quota, 8 processes x 50 coroutines: most permits in any window, the limit = 1", row="quota-8x50",
         figure=f"{SDK}: most permits in any window, the limit = 1", sense="at most", value=1.0),
    Goal(what="one quota, 8 processes x 50 coroutines: share of the rate that is used", row="quota-8x50",
         figure=f"{SDK}: share of the rate that is used", sense="at least", value=0.95),
    Goal(what="one quota, 8 processes x 50 coroutines: p99 of the wait, ideal queueing = 1", row="quota-8x50",
         figure=f"{SDK}: p99 of the wait, ideal queueing = 1", sense="at most", value=1.5),
    Goal(what="one quota, 8 processes x 50 coroutines: store calls for each permit", row="quota-8x50",
         figure=f"{SDK}: store calls for each permit", sense="at most", value=1.2),
)  # fmt: skip
"""That of 500 callers is what users with hundreds of coroutines asked for; the others are the design's."""
