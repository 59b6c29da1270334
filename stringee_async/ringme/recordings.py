"""Recordings of calls. `client.recordings`; a call record has the id of its recording.

A recording is downloaded from the API with the client's token, or behind a link on a storage host, which gets no
credentials. Source: the vendor's pages on recordings, public client code. How soon a recording is there after its
call, and how long links last, is not documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import attrs

from ..core.decoding import Loader
from ..core.errors import ConfigError, DecodeError, NotFoundError, SdkError
from ..core.field_rules import web_address
from ..core.messages import Headers, Response
from ..core.model import NAMED, Model, model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES
from ..core.recordings import LinkedRecordings, Place, RecordingState, SavedRecording
from ..core.recordings import Recordings as CoreRecordings
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.saving import Sink, Target
from ..core.secrets import Secret
from ..core.validation import boolean, json_fields
from ..core.windows import Windowed
from .call_models import EndedCall, LegFields
from .datetimes import inner_query
from .ids import ME, Id, client_path, uuid
from .refusals import refusal
from .responses import read_deleted, read_facts
from .statistics import Statistics

PATH: Final = "/client/{client_id}/record/"
ITEM: Final = PATH + "{recording_id}"
LIST: Final = Operation("recordings.list", "GET", PATH, RetryClass.READ)
SAVE: Final = Operation("recordings.save", "GET", ITEM, RetryClass.READ)
LINK: Final = Operation("recordings.link", "GET", ITEM + "/storage_url/", RetryClass.READ)
DELETE: Final = Operation("recordings.delete", "DELETE", ITEM, RetryClass.IDEMPOTENT_WRITE)
DELETE_ALL: Final = Operation("recordings.delete_all", "DELETE", PATH, RetryClass.IDEMPOTENT_WRITE)
STATS: Final = Operation("recordings.stats", "GET", PATH + "stats/", RetryClass.READ)
ARCHIVE: Final = Operation("recordings.archive", "POST", PATH + "archive/", RetryClass.CREATE)

_ANY_TYPE: Final = Headers({"Accept": "*/*"})
_REFUSALS: Final = frozenset({401, 403, 404, 410})
"""With these a storage host refuses a link that has ended."""


@model(kw_only=True)
class Recording(EndedCall, LegFields):
    """A recording, with the leg of the call that it is of.

    Args:
        record_uuid: Its id, the extension's id and 32 hexadecimal digits, in either case; `RecID` of events.
    """

    record_uuid: str = attrs.field(metadata=NAMED)

    @property
    def id(self) -> str:
        """Its id in lower case."""
        return self.record_uuid.lower()

    @property
    def recording_id(self) -> str:
        """The same, as of every call."""
        return self.id


@model(kw_only=True)
class _Link(Model):
    """Where a recording is stored."""

    record_url: str = attrs.field(repr=False)


LOADER: Final = Loader(Recording)
_LINKS: Final = Loader(_Link)


class Recordings(Statistics):
    """Operations on recordings."""

    def list(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        client_id: Id = ME,
        page_size: int = 100,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Windowed[Recording]:
        """List the recordings of calls that began in a span of time, each once, oldest first.

        The span is asked for month by month, one query after the other; see `client.call_records.list`.

        Args:
            since: From when on; a datetime with a zone.
            until: Until when, not included; now if left out, and never later.

        Returns:
            A listing over the span: `async for recording in client.recordings.list(since=monday)`.

        Raises:
            ConflictError: While iterating: another client's query of the statistics does not end.
        """
        options = PageOptions(page_size, read_ahead, max_passes, strict)
        return self._over(LIST, LOADER, client_path(client_id), {}, options, since=since, until=until)

    async def state(self, recording_id: str, *, by_link: bool = False, client_id: Id = ME) -> RecordingState:
        """Return whether a recording can be downloaded; one that is not there is `NOT_YET`, whether it was deleted or not.

        Args:
            by_link: As for `save`.
        """
        return await self._downloads(by_link, client_id).state(recording_id)

    async def save(
        self, recording_id: str, target: Target, *, by_link: bool = False, client_id: Id = ME
    ) -> SavedRecording:
        """Download a recording into a file or a writer, with a few hundred kilobytes of memory whatever its size.

        A file is written aside and moved into place when it is whole, over one that is there. Where the connection
        breaks, the download goes on from there if the host can, and begins again if not.

        Args:
            target: The path of a file, or an object with `write`, such as an open binary file.
            by_link: Fetch a link and download from the storage host, without credentials, instead of from the API.

        Returns:
            How much was saved, and what it is.

        Raises:
            NotFoundError: It is not there, not yet or no longer.
            PermissionDeniedError: The storage host refuses a link, and a new one as well.
        """
        return await self._downloads(by_link, client_id).save(recording_id, target)

    async def wait(
        self, recording_id: str, *, timeout: float = 300.0, by_link: bool = False, client_id: Id = ME
    ) -> None:
        """Wait until a recording can be downloaded: it is asked for after 2 s, 4 s and so on, at most every 30 s.

        Args:
            timeout: Seconds to wait at most.
            by_link: As for `save`.

        Raises:
            DeadlineError: It is not there in time.
        """
        await self._downloads(by_link, client_id).wait(recording_id, timeout=timeout)

    async def link(self, recording_id: str, *, client_id: Id = ME) -> Secret:
        """Return a link to a recording on the storage host, as `Secret`: the link alone gives access to the recording.

        How long it lasts is not documented, so fetch one for each download.

        Raises:
            NotFoundError: The recording is not there, not yet or no longer.
        """
        link = await self._get(LINK, _LINKS, path=_path(recording_id, client_id))
        return Secret(link.record_url)

    async def delete(self, recording_id: str, *, client_id: Id = ME, missing_ok: bool = False) -> None:
        """Delete a recording."""
        path = _path(recording_id, client_id)
        await self._gone(DELETE, read_deleted, path=path, missing_ok=missing_ok)

    async def delete_all(self, *, since: datetime, until: datetime, client_id: Id = ME) -> None:
        """Delete all recordings of calls that began in a span of time, which may reach into the next month, not further.

        Args:
            since: From when on; a datetime with a zone.
            until: Until when, not included; there is no default.
        """
        query = inner_query(since, until)
        await self._send(DELETE_ALL, read_deleted, path=client_path(client_id), query=query)

    async def stats(self, *, since: datetime, until: datetime, client_id: Id = ME) -> dict[str, Any]:
        """Return how many recordings there are of a span of time, and their size, by the vendor's names.

        Args:
            since: From when on; a datetime with a zone.
            until: Until when, not included.

        Raises:
            ConflictError: Another client's query of the statistics does not end.
        """
        return await self._stats(STATS, client_path(client_id), since, until)

    async def archive(self, fields: Mapping[str, Any], *, client_id: Id = ME) -> dict[str, Any]:
        """Have the vendor archive recordings. What it takes and returns is not documented, so both go as they are.

        Args:
            fields: What to send, by the vendor's names; may be empty.

        Returns:
            What the vendor responds with; other JSON than an object is under `result`.

        Raises:
            OutcomeUnknownError: The response was lost. Not safe to repeat: look at the recordings first.
        """
        path, body = client_path(client_id), json_fields("fields", fields)
        return await self._send(ARCHIVE, read_facts, path=path, body=body)

    def _downloads(self, by_link: object, client_id: Id) -> CoreRecordings:
        kind = _Linked if boolean("by_link", by_link) else _Downloads
        return kind(self, client_path(client_id))


class _Downloads(CoreRecordings):
    """Downloads from the API, for one call."""

    def __init__(self, recordings: Recordings, client: dict[str, str]) -> None:
        super().__init__(recordings._host)
        self._recordings = recordings
        self._client = client

    async def _place(self, recording_id: str) -> Place:
        path = {**self._client, "recording_id": uuid("recording_id", recording_id)}
        return Place(attrs.evolve(SAVE.request(self._host.url, path=path), headers=_ANY_TYPE))

    def _state_of(self, response: Response) -> RecordingState | None:
        if response.status == 410:
            return RecordingState.GONE
        missing = response.status == 404 and isinstance(refusal(response), NotFoundError)
        return RecordingState.NOT_YET if missing else None

    def _refuse(self, response: Response) -> NoReturn:
        raise refusal(response)


class _Linked(LinkedRecordings):
    """Downloads from the storage host, for one call; a link that it refuses is fetched once more."""

    _expired = "ask for the recording again: a new link is fetched each time"
    _wanted = ""
    _refused = False

    def __init__(self, recordings: Recordings, client: dict[str, str]) -> None:
        super().__init__(recordings._host)
        self._recordings = recordings
        self._client = client

    async def state(self, recording_id: str) -> RecordingState:
        try:
            return await super().state(recording_id)
        except NotFoundError:  # there is no link
            return RecordingState.NOT_YET

    async def _place(self, recording_id: str) -> Place:
        self._wanted = recording_id
        link = await self._recordings.link(recording_id, client_id=self._client["client_id"])
        return self._behind_link(_address(link))

    async def _fill(self, sink: Sink, place: Place) -> SavedRecording:
        try:
            return await super()._fill(sink, place)
        except SdkError:
            if sink.size or not self._refused:
                raise
        return await super()._fill(sink, await self._place(self._wanted))

    def _judge(self, response: Response) -> None:
        self._refused = response.status in _REFUSALS
        super()._judge(response)


def _address(link: Secret) -> str:
    """Return the address behind a link."""
    try:
        url = web_address("record_url", link.reveal())
    except ConfigError:
        url = ""
    if urlsplit(url).scheme not in {"https", "http"}:
        raise DecodeError("the response holds no link to a recording", paths=("$.record_url",))
    return url


def _path(recording_id: str, client_id: Id) -> dict[str, str]:
    return {**client_path(client_id), "recording_id": uuid("recording_id", recording_id)}
