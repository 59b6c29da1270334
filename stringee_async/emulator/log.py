"""Records the requests that arrived; their representation shows no secrets."""

import collections
import json
from collections.abc import Callable, Mapping
from typing import Any, Self

import attrs


@attrs.define(kw_only=True, eq=False)
class RecordedRequest:
    """One request that reached the server. Its repr shows neither headers, query nor body.

    Args:
        number: 0 for the first request of this emulator, and so on.
        connection: the number of the connection it came on, 0 for the first.
        vendor: whose call it is, for instance ``stringee``; an empty text for ``unmatched``.
        operation: for instance ``agents.list``; ``unmatched`` if no operation has this method and path.
        method: the HTTP method.
        path: the path as received, still percent-encoded, without the query.
        raw_query: the query as received, without the question mark.
        query: the query parameters, decoded; the last one of a name wins.
        headers: the headers; names in any case.
        body: the bytes of the body.
        arrived: event loop time in seconds when it had been read.
        status: the HTTP status sent, None as long as none was (or never, when the response is lost).
        finished: event loop time in seconds when the server had handled it, None before.
        acted: whether the server carried the operation out (for a write: it is stored).
        refusal: ``rate_limit``, ``quota``, ``auth``, ``unmatched``, or None if the call passed.
        fault: the name of the fault it met, or None.
        sent: the first bytes that were sent back, where the emulator has a page; else None.
    """

    number: int
    connection: int
    vendor: str
    operation: str
    method: str
    path: str
    raw_query: str = attrs.field(repr=False)
    query: Mapping[str, str] = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    arrived: float = attrs.field(repr=False)
    status: int | None = None
    finished: float | None = None
    acted: bool = False
    refusal: str | None = None
    fault: str | None = None
    sent: bytearray | None = attrs.field(default=None, repr=False)

    @property
    def outcome(self) -> Self:
        """The record itself: its outcome was an object of its own before."""
        return self

    @property
    def json(self) -> Any:
        """The body as JSON data, None for an empty one; ValueError if it is not JSON."""
        return json.loads(self.body) if self.body else None


class RequestLog:
    """Keeps recorded requests, up to a limit, and counts that include the dropped records."""

    def __init__(self, limit: int | None) -> None:
        self.records: list[RecordedRequest] | collections.deque[RecordedRequest]
        """The records that are kept, oldest first: a list, or a deque if there is a limit."""
        self.records = [] if limit is None else collections.deque(maxlen=limit)
        self.total = 0
        self.counts: collections.Counter[str] = collections.Counter()
        self.refusals: collections.Counter[str] = collections.Counter()
        self.watcher: Callable[[RecordedRequest], None] | None = None
        """Is told of each request when it arrives, and when it has been handled."""

    def add(self, record: RecordedRequest) -> None:
        """Keep a record and count it."""
        self.records.append(record)
        self.total += 1
        self.counts[record.operation] += 1
        if self.watcher is not None:
            record.sent = bytearray()
            self.watcher(record)

    def ended(self, record: RecordedRequest) -> None:
        """Tell that a request has been handled."""
        if self.watcher is not None:
            self.watcher(record)

    def clear(self) -> None:
        """Delete records and counts; the numbering of requests continues."""
        self.records.clear()
        self.counts.clear()
        self.refusals.clear()
