"""Sound files that group calls play. `client.voice_files`.

Source: the vendor's Java client, and itniotech.com, the voice product (fileUpload, fileQuery).
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Hashable, Iterable, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from ..core.bulk import Bulk
from ..core.decoding import Loader
from ..core.ensure import Ensure, Ensured, poll_until_settled
from ..core.ensure_many import ensure_many
from ..core.errors import PagingError
from ..core.find_unique import find_unique
from ..core.json_codec import encode
from ..core.messages import Request, Upload
from ..core.model import NAMED, model
from ..core.names import normalised, same_name
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import required_text
from .resource import CONTENT_TYPE, ListPages, Resource
from .responses import data_key
from .row import Row
from .upload import FileSource, upload_body

UPLOAD: Final = Operation("voice_files.upload", "POST", "/voice/fileUpload", RetryClass.CREATE)
LIST: Final = Operation("voice_files.list", "POST", "/voice/fileQuery", RetryClass.READ)

LARGEST_FILE: Final = 16 * 1024 * 1024
"""Bytes; the vendor states no limit, so this just keeps a wrong file from being sent."""
Body: TypeAlias = "dict[str, object] | Upload"

_ENDINGS: Final = (".mp3", ".wav", ".m4a")
_LATER: Final = "do not upload it again, look for it later"


@model(kw_only=True)
class VoiceFile(Row):
    """A sound file, as listed.

    Args:
        file_id: The vendor's id, for `client.group_calls.send`.
        file_name: The name that it was uploaded under, which is unique.
    """

    file_id: str = attrs.field(metadata=NAMED)
    file_name: str | None = None


LOADER: Final = Loader(VoiceFile)


class _FilePages(ListPages[VoiceFile]):
    """The pages of files, whose list has no parameters."""

    def request(self, number: int, size: int) -> Request:
        """Return the request for a page; the vendor's own client sends null for the parameters."""
        body = {"current": number, "size": size, "params": None}
        return self.operation.request(self.host.url, body=encode(body), content_type=CONTENT_TYPE)


class VoiceFiles(Resource):
    """Operations on sound files. The natural key is the name."""

    async def upload(self, source: FileSource, *, file_name: str | Unset = UNSET) -> str | None:
        """Upload a sound file; the file of a path is read while it is sent.

        Args:
            source: The bytes of an MP3, WAV or M4A file, or the path of one.
            file_name: Its name, 5 to 32 characters with the ending, unique; of a path its last part where left out.

        Returns:
            The file's id, for `group_calls.send`; None where the vendor does not return it: `find` tells it.

        Raises:
            ConfigError: Name, kind or size is wrong, or the file cannot be read; nothing was sent.
            AlreadyExistsError: There is a file of this name.
            InvalidRequestError: The vendor does not take the file.
            OutcomeUnknownError: The response was lost; the file may be there. Not safe to repeat: look with `find`, or use
                `ensure`.
        """
        return await self._upload(await _body(source, file_name), _name_of(source, file_name))

    def list(
        self,
        *,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[VoiceFile]:
        """List sound files, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for file in client.voice_files.list()`.
        """
        options = PageOptions(page_size, read_ahead, max_passes, strict)
        return self._list(LIST, LOADER, {}, options, key=attrgetter("file_id"), pages=_FilePages)

    async def find(self, *, file_name: str) -> VoiceFile | None:
        """Return the file of this name, or None; the whole list is read.

        Args:
            file_name: The name that it was uploaded under.

        Raises:
            AmbiguousError: Two files have this name.
        """
        file_name = required_text("file_name", file_name)
        return await find_unique(
            self.list(page_size=100),
            lambda file: same_name(file.file_name, file_name),
            {"file_name": file_name},
            _id_of,
        )

    async def ensure(self, source: FileSource, *, file_name: str | Unset = UNSET) -> Ensured:
        """Make sure that a file of this name is there: find, or upload. What a file that is there holds is not compared.

        Survives a lost response without a second file, and twenty callers at once upload one.

        Args:
            source: As for `upload`.
            file_name: As for `upload`; the natural key.

        Returns:
            The file's id, and whether it was uploaded or adopted.

        Raises:
            ConfigError: As for `upload`.
            AmbiguousError: Two files have this name.
            PagingError: The file was uploaded, but is not listed within `timeouts.settle`.
            OutcomeUnknownError: Five uploads in a row were lost and none took effect within the settle time.
        """
        body, name = await _body(source, file_name), _name_of(source, file_name)

        async def changes_nothing(_: object) -> bool:
            return False

        return await Ensure(
            session=self._host.session,
            key=_key(name),
            find=lambda: self.find(file_name=name),
            create=lambda: self._uploaded(body, name),
            update=changes_nothing,
            write=changes_nothing,
            id_of=_id_of,
            wanted=source,
        ).run()

    def ensure_many(
        self,
        rows: Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]],
        *,
        concurrency: int = 64,
        patience: float = 300.0,
    ) -> Bulk[Mapping[str, Any], Ensured]:
        """Make sure of many files, each as `ensure` does, with one reading of the list for all of them.

        Args:
            rows: The arguments of `ensure` by name, one mapping for each file; any iterable, sync or async, of any length.
            concurrency: How many files are worked on at once.
            patience: Seconds without any success after which an outage ends the run; see `bulk`.

        Returns:
            An async iterator with one `ItemOutcome` for each file, as they come: `async for outcome in ...`. Its `result`
            is what `ensure` returns. As a context manager, it waits for its workers to stop.

        Raises:
            ConfigError: `rows`, `concurrency` or `patience` is wrong. A row that is wrong fails alone.

        Safe to repeat.
        """
        return ensure_many(
            self.ensure, rows, session=self._host.session, concurrency=concurrency, patience=patience
        )

    async def _upload(self, body: Body, name: str) -> str | None:
        made = await self._post(_keyed(name), body, data_key("fileId"))
        return None if made is None else str(made)

    async def _uploaded(self, body: Body, name: str) -> str:
        """Upload a file and return its id, which is looked up where the vendor does not return it."""
        began = self._host.session.state.now()
        made = await self._upload(body, name)
        if made is not None:
            return made
        found = await poll_until_settled(self._host.session, lambda: self.find(file_name=name), began)
        if found is None:
            raise PagingError(
                "the file was uploaded, but the vendor does not list it yet",
                next_step=_LATER,
                vendor="itniotech",
                operation=UPLOAD.name,
                object=f"file_name {name}",
            )
        return found.file_id


async def _body(source: FileSource, file_name: str | Unset) -> Body:
    return await upload_body(source, file_name, largest=LARGEST_FILE, endings=_ENDINGS)


def _name_of(source: FileSource, file_name: str | Unset) -> str:
    """Return the name that a file gets, once `_body` has checked it."""
    return Path(os.fsdecode(source)).name if isinstance(file_name, Unset) else file_name


def _key(name: str) -> tuple[str, str]:
    return "voice_files", normalised(name)


def _keyed(name: str) -> Operation:
    """Return the upload of a file of this name; its body need not be one whose fields can be read."""

    def natural_key(fields: Mapping[str, Any]) -> Hashable:  # noqa: ARG001 - the name is known
        return _key(name)

    return attrs.evolve(UPLOAD, natural_key=natural_key)


def _id_of(file: VoiceFile) -> str:
    return file.file_id
