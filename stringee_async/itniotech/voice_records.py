"""Call records of the voice product. `client.voice_records.phones` and `.groups`; those of agents: `client.call_records`.

Source: the vendor's Java client, itniotech.com and its white labels, the voice product (recordSip, recordGroup and their
queries). The vendor keeps them for two months. By which of a call's times it filters is not documented, so a list asks
for a minute more and leaves out again what began later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import Final, TypeVar, Unpack

from ..core.decoding import Loader
from ..core.errors import NotFoundError
from ..core.field_rules import word
from ..core.json_codec import Raw
from ..core.model import Model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.windows import OVERLAP, Span, Windowed, span_of, windows_of
from .datetimes import ISO_TIME, VENDOR_ZONE
from .resource import Host, Resource
from .responses import Reader, data_model
from .voice_record_models import (
    FILTERS,
    GROUPS,
    PHONES,
    GroupCallRecord,
    PhoneRecord,
    PhoneRecordFilters,
)

M = TypeVar("M", bound=Model)

GET_PHONE: Final = Operation(
    "voice_records.phones.get", "GET", "/voice/recordSip/{voice_id}", RetryClass.READ
)
LIST_PHONES: Final = Operation("voice_records.phones.list", "POST", "/voice/recordSipQuery", RetryClass.READ)
GET_GROUP: Final = Operation(
    "voice_records.groups.get", "GET", "/voice/recordGroup/{voice_id}", RetryClass.READ
)
LIST_GROUPS: Final = Operation(
    "voice_records.groups.list", "POST", "/voice/recordGroupQuery", RetryClass.READ
)

_CUT: Final = windows_of(timedelta(days=31) - 3 * OVERLAP)
_NOTHING: Final = frozenset({b"null", b'""', b"{}", b"[]"})


class _Records(Resource):
    """The base of both kinds of records."""

    _shared_arguments = MappingProxyType(
        {
            **Resource._shared_arguments,
            "voice_id": "The vendor's id of the call.",
            "since": "From when on, with a zone; at most two months back. A record whose time cannot be read is listed too.",
            "until": "Until when, not included; now if left out.",
        }
    )

    async def _one(self, operation: Operation, loader: Loader[M], voice_id: str) -> M:
        return await self._fetch(operation, {}, _found(loader), path={"voice_id": word("voice_id", voice_id)})

    def _over(
        self,
        operation: Operation,
        loader: Loader[M],
        since: datetime,
        until: datetime | None,
        filters: Mapping[str, object],
        options: PageOptions,
    ) -> Windowed[M]:
        now = datetime.fromtimestamp(self._host.session.state.clock.time(), VENDOR_ZONE)
        key = attrgetter("id")

        def listing(window: Span) -> Paged[M]:
            return self._list(operation, loader, {**_times(window, now), **filters}, options, key=key)

        return Windowed(
            listing,
            span_of(since, until, now=now),
            cut=_CUT,
            moment=attrgetter("started"),
            key=key,
            ends_now=until is None,
        )


class PhoneRecords(_Records):
    """Operations on records of phones' calls."""

    async def get(self, voice_id: str) -> PhoneRecord:
        """Return one call of the last two months.

        Raises:
            NotFoundError: There is no record of it, not yet or no longer.
        """
        return await self._one(GET_PHONE, PHONES, voice_id)

    def list(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
        **filters: Unpack[PhoneRecordFilters],
    ) -> Windowed[PhoneRecord]:
        """List phones' calls of a span of time: `async for call in client.voice_records.phones.list(since=monday)`.

        A span of more than 31 days is asked in several, which overlap by a minute; each record comes once.
        """
        options = PageOptions(page_size, read_ahead, max_passes, strict)
        return self._over(LIST_PHONES, PHONES, since, until, self._body(FILTERS, **filters), options)


class GroupCallRecords(_Records):
    """Operations on records of group calls, and of codes that were read out."""

    async def get(self, voice_id: str) -> GroupCallRecord:
        """Return one call of the last two months.

        Raises:
            NotFoundError: There is no record of it, not yet or no longer.
        """
        return await self._one(GET_GROUP, GROUPS, voice_id)

    def list(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Windowed[GroupCallRecord]:
        """List group calls of a span of time: `async for call in client.voice_records.groups.list(since=monday)`.

        A span of more than 31 days is asked in several, which overlap by a minute; each record comes once.
        """
        options = PageOptions(page_size, read_ahead, max_passes, strict)
        return self._over(LIST_GROUPS, GROUPS, since, until, {}, options)


class VoiceRecords:
    """Call records of the voice product by kind."""

    def __init__(self, host: Host) -> None:
        self.phones = PhoneRecords(host)
        self.groups = GroupCallRecords(host)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.phones!r}, {self.groups!r}>"


def _found(loader: Loader[M]) -> Reader[M]:
    """Return a reader of a record; a response without one says that there is none."""
    read_record = data_model(loader)

    def read_found(top: dict[str, Raw]) -> M:
        if bytes(top.get("data", b"null")) in _NOTHING:
            raise NotFoundError("there is no record of this call, not yet or no longer")
        return read_record(top)

    return read_found


def _times(window: Span, now: datetime) -> dict[str, str]:
    """Return the times that ask for a window, in whole seconds; with a minute more, but for what is still to come."""
    until = max(window.until, min(window.until + OVERLAP, now))
    until += timedelta(microseconds=-until.microsecond % 1_000_000)
    return {"strTime": ISO_TIME.write("since", window.since), "endTime": ISO_TIME.write("until", until)}
