"""Call records into a place of their own: each run goes on where the one before ended, also where that was killed.

One job: decide which span is to be read, read it, and hand it on in portions, each together with how far it reached. Where
the records go is the business of a sink, such as the SQLite file of `call_store`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, cast

import attrs

from .errors import ConfigError
from .json_codec import encode
from .model import Malformed
from .options import shown
from .plain import Plain
from .resource import Resource
from .windows import Span, Windowed, span_of

OVERLAP: Final = timedelta(days=1)
"""How much of the last run's span is read again: a call is listed by its start, and may be there after its end only."""
_PORTION: Final = 500
"""Records that are stored at once."""

CORE: Final = (
    "id",
    "direction",
    "from_number",
    "to_number",
    "started",
    "answered",
    "ended",
    "seconds",
    "agent",
    "recording_id",
)
"""What the call records of every vendor have."""


class CallRecordList(Protocol):
    """`client.call_records` of any vendor."""

    def list(self, *, since: datetime, until: datetime | None = None) -> Windowed[Any]:
        """List the records of a span of time."""
        ...


@attrs.frozen(kw_only=True)
class Source:
    """Whose call records they are.

    Args:
        vendor: The vendor.
        account: What tells the account from others, without naming its key.
        key: What tells this export from others: the account and the filters.
    """

    vendor: str
    account: str
    key: str


@attrs.frozen(kw_only=True)
class Run:
    """A run that was begun and not ended: its span, and where to go on; None at its beginning."""

    span: Span
    token: str | None = None


@attrs.frozen(kw_only=True)
class Progress:
    """How far an export has come.

    Args:
        covered: The span whose records are there, as they were when they were read.
        run: The run under way, or the one that was interrupted.
    """

    covered: Span | None = None
    run: Run | None = None

    def texts(self) -> tuple[str | None, ...]:
        """Return it as five texts, to be stored."""
        spans = [
            text for span in (self.covered, self.run.span if self.run else None) for text in _texts(span)
        ]
        return (*spans, self.run.token if self.run else None)

    @classmethod
    def of(cls, texts: Sequence[str | None] | None) -> Progress:
        """Return what was stored; of None, the beginning."""
        since, until, run_since, run_until, token = texts or (None,) * 5
        run_span = _span(run_since, run_until)
        run = None if run_span is None else Run(span=run_span, token=token)
        return cls(covered=_span(since, until), run=run)


class CallSink(Protocol):
    """Where call records go."""

    async def progress(self, source: Source) -> Progress:
        """Return how far the export of a source has come."""
        ...

    async def put(self, source: Source, records: Sequence[Any], progress: Progress) -> int:
        """Store records, each once, together with how far the export has come; return how many are new."""
        ...


@attrs.frozen(kw_only=True)
class ExportedCalls(Plain):
    """What an export read.

    Args:
        since: From when on the records are there now.
        until: Until when.
        read: Records that were read, those of the overlap too.
        new: Those of them that were not there before.
        certain: Whether every record that was there throughout was read; False also after an interrupted run.
        malformed: Rows that no record can be read from; they are left out.
    """

    since: datetime
    until: datetime
    read: int
    new: int
    certain: bool
    malformed: tuple[Malformed, ...] = attrs.field(default=(), repr=False)


def source_of(records: CallRecordList, filters: Mapping[str, object]) -> Source:
    """Return whose call records are read; raise `ConfigError` for what is no resource of call records."""
    if not isinstance(records, Resource) or not callable(getattr(records, "list", None)):
        raise ConfigError(f"records must be the call_records of a client; got {shown(records)}")
    host = records._host
    vendor = host.session.state.vendor
    account = f"{vendor}:{_digest(f'{host.url}|{host.account}')}"
    key = f"{account}:{_digest(encode(filters).decode())}" if filters else account
    return Source(vendor=vendor, account=account, key=key)


async def export_calls(
    records: CallRecordList,
    sink: CallSink,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    overlap: timedelta = OVERLAP,
    filters: Mapping[str, Any] | None = None,
) -> ExportedCalls:
    """Read call records into a sink; see `CallStore.update`."""
    given = dict(filters or {})
    source = source_of(records, given)
    if not isinstance(overlap, timedelta) or overlap < timedelta(0):
        raise ConfigError(f"overlap must be a timedelta of at least 0; got {shown(overlap)}")
    now = datetime.fromtimestamp(cast("Resource", records)._host.session.state.clock.time(), UTC)
    progress = await sink.progress(source)
    progress = attrs.evolve(progress, covered=_until_now(progress.covered, now))
    span = next_span(progress, since, until, now=now, overlap=overlap)
    work = _Export(records, sink, source, given, progress, now)
    if progress.run is not None:
        await work.read(progress.run)
        span = next_span(work.progress, since, until, now=now, overlap=overlap)
    await work.read(Run(span=span))
    return work.result()


def next_span(
    progress: Progress, since: datetime | None, until: datetime | None, *, now: datetime, overlap: timedelta
) -> Span:
    """Return the span to read: what was asked for, or what of it is not there yet."""
    covered = _until_now(progress.covered or (progress.run.span if progress.run else None), now)
    if covered is None:
        if since is None:
            raise ConfigError("since must be given for the first export; later ones go on from there")
        return _no_later(span_of(since, until, now=now), now)
    again = max(covered.since, covered.until - overlap)
    if since is None:
        return _no_later(span_of(again, until, now=now), now)
    asked = _no_later(span_of(since, until, now=now), now)
    if asked.since < covered.since or asked.until <= covered.until:
        return asked
    return Span(again, asked.until)


def _no_later(span: Span, now: datetime) -> Span:
    """Return a span that ends now at the latest: what is still to come would count as read."""
    if span.since >= now:
        raise ConfigError(f"since must be before now; got {span.since.isoformat()}")
    return Span(span.since, min(span.until, now))


def _until_now(covered: Span | None, now: datetime) -> Span | None:
    """Return the span that is there up to now: a clock that ran ahead for a while has read nothing of what came later."""
    if covered is None or not covered.since < now < covered.until:
        return covered
    return Span(covered.since, now)


def _extended(covered: Span | None, read: Span) -> Span:
    """Return the span that is there after another one was read; one that lies apart does not count."""
    if covered is None:
        return read
    if read.until < covered.since or read.since > covered.until:
        return covered
    return Span(min(covered.since, read.since), max(covered.until, read.until))


class _Export:
    """One call of `export_calls`."""

    def __init__(
        self,
        records: CallRecordList,
        sink: CallSink,
        source: Source,
        filters: Mapping[str, Any],
        progress: Progress,
        now: datetime,
    ) -> None:
        self.progress = progress
        self._now = now
        self._records = records
        self._sink = sink
        self._source = source
        self._filters = filters
        self._read = self._new = 0
        self._certain = True
        self._malformed: list[Malformed] = []

    async def read(self, run: Run) -> None:
        """Read the span of a run, or what of it is left."""
        listing, resumed = self._listing(run)
        if not resumed:
            run = Run(span=run.span)
        await self._store([], run)
        rows = aiter(listing)
        portion: list[Any] = []
        async for record in rows:
            portion.append(record)
            if len(portion) == _PORTION:
                run = attrs.evolve(run, token=rows.token())
                await self._store(portion, run)
                portion = []
        covered = _until_now(_extended(self.progress.covered, run.span), self._now)
        self.progress = Progress(covered=covered)
        await self._put(portion)
        self._certain = self._certain and listing.certain
        self._malformed += listing.malformed

    def _listing(self, run: Run) -> tuple[Windowed[Any], bool]:
        """Return the listing of a run, and whether it goes on where the run was interrupted."""
        listing = self._records.list(since=run.span.since, until=run.span.until, **self._filters)
        if run.token is None:
            return listing, False
        try:
            return listing.resume(run.token), True
        except ConfigError:  # of another version: the run begins again, and what is there is not doubled
            return listing, False

    async def _store(self, portion: Sequence[Any], run: Run) -> None:
        self.progress = attrs.evolve(self.progress, run=run)
        await self._put(portion)

    async def _put(self, portion: Sequence[Any]) -> None:
        self._new += await self._sink.put(self._source, portion, self.progress)
        self._read += len(portion)

    def result(self) -> ExportedCalls:
        """Return what was read."""
        covered = cast("Span", self.progress.covered)
        return ExportedCalls(
            since=covered.since,
            until=covered.until,
            read=self._read,
            new=self._new,
            certain=self._certain,
            malformed=tuple(self._malformed),
        )


def core_of(record: Any) -> dict[str, Any]:
    """Return what the call records of every vendor have, with times as text in UTC."""
    return {name: written(getattr(record, name)) for name in CORE}


def written(value: object) -> object:
    """Return a time as text that sorts in order and that SQLite's functions read; anything else as it is."""
    if not isinstance(value, datetime):
        return value
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _texts(span: Span | None) -> tuple[str | None, str | None]:
    return (None, None) if span is None else (span.since.isoformat(), span.until.isoformat())


def _span(since: str | None, until: str | None) -> Span | None:
    if since is None or until is None:
        return None
    return Span(datetime.fromisoformat(since), datetime.fromisoformat(until))
