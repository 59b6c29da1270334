"""Greeting files: sounds that queues and call scripts play. `client.greeting_files`, on the call host (`api_url`).

Source: developer.stringee.com, greeting-file-management; the list is from a public project's notes.
"""

from __future__ import annotations

import asyncio
import os
import re
from operator import attrgetter
from pathlib import Path
from typing import Final, Literal, TypeAlias

import attrs

from ..core.decoding import Loader
from ..core.errors import ConfigError, DecodeError
from ..core.fields import Choice, label
from ..core.messages import Response, Upload
from ..core.model import Model, model
from ..core.multipart import file_form, sound_type
from ..core.names import is_id
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.plain import Plain
from ..core.resource import PageOptions, Resource
from ..core.response import facts
from ..core.retry_class import RetryClass
from ..core.streamed import file_upload
from ..core.unset import UNSET, Unset
from ..core.validation import boolean
from .pages import ListPages, PageReader
from .refusals import message_of
from .responses import read_object

UPLOAD: Final = Operation("greeting_files.upload", "POST", "/v1/greetingfile", RetryClass.CREATE)
LIST: Final = Operation("greeting_files.list", "GET", "/v1/greetingfile", RetryClass.READ)

FileSource: TypeAlias = bytes | str | os.PathLike[str]
"""The bytes of a file, or the path of one."""
UploadType: TypeAlias = Literal["multipart", "simple"]

_TYPE: Final = Choice(("multipart", "simple"))
_NOT_IN_A_NAME: Final = re.compile(r"[\x00-\x1f\x7f]")


@model(kw_only=True)
class GreetingFile(Model):
    """A greeting file, as listed.

    Args:
        sid: Its id.
        filename: Its name, which queues and call scripts refer to.
        desc1: Its description.
        created: When it was uploaded; the unit is not documented.
    """

    sid: str
    filename: str | None = None
    desc1: str | None = None
    created: int | None = None


@attrs.frozen(kw_only=True)
class UploadedFile(Plain):
    """A greeting file that was uploaded.

    Args:
        sid: Its id.
        filename: The name that the vendor gave it, which queues and call scripts refer to; None where it tells none.
        message: What the vendor said.
    """

    sid: str
    filename: str | None
    message: str


LOADER: Final = Loader(GreetingFile)
PAGES: Final = PageReader(LOADER, "greeting_files")


class GreetingFiles(Resource):
    """Operations on greeting files."""

    def list(
        self,
        *,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[GreetingFile]:
        """List greeting files, lazily; nothing is sent before the first is asked for.

        Returns:
            A listing: `async for file in client.greeting_files.list()`.
        """
        pages = ListPages(
            host=self._host,
            operation=LIST,
            filters={},
            first=LIST.request(self._host.url),
            strict=boolean("strict", strict),
            reader=PAGES,
        )
        return self._paged(pages, PageOptions(page_size, read_ahead, max_passes), key=attrgetter("sid"))

    async def upload(
        self,
        file: FileSource,
        *,
        filename: str | None = None,
        description: str | Unset = UNSET,
        upload_type: UploadType = "multipart",
    ) -> UploadedFile:
        """Upload a sound; a file is read in a thread while it is sent.

        Args:
            file: Its bytes, or the path of a file; WAV or MP3.
            filename: Its name, ending in .wav or .mp3; needed for bytes, else the file's own.
            description: A description, kept with the file.
            upload_type: `multipart` sends the name along; `simple` sends the bytes alone.

        Returns:
            Its id, and the name that the vendor gave it.

        Raises:
            ConfigError: An argument is wrong, or the file cannot be read; nothing was sent.
            OutcomeUnknownError: The response was lost; the file may be there. Not safe to repeat: look for it in the list.
        """
        name = _filename(file, filename)
        query: dict[str, object] = {"uploadType": _TYPE("upload_type", upload_type)}
        if not isinstance(description, Unset):
            query["desc"] = label("description", description)
        kind = sound_type(name)
        before, after = b"", b""
        if upload_type == "multipart":
            before, after, kind = file_form({}, name, kind)
        body = await _body(file, before, after)
        return await self._send(UPLOAD, _uploaded, query=query, body=body, content_type=kind)


async def _body(file: FileSource, before: bytes, after: bytes) -> bytes | Upload:
    """Return the body of an upload."""
    if isinstance(file, bytes):
        _check_size(len(file))
        return before + file + after
    path = Path(file)
    try:
        size = await asyncio.to_thread(_size, path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"file cannot be read ({type(error).__name__})") from None
    _check_size(size)
    return file_upload(path, size, before, after)


def _size(path: Path) -> int:
    with path.open("rb") as file:  # a folder, or a file that may not be read, is found out here
        return os.fstat(file.fileno()).st_size


def _check_size(size: int) -> None:
    if not size:
        raise ConfigError("file must not be empty")


def _filename(file: FileSource, filename: object) -> str:
    given: object = file
    if not isinstance(given, (bytes, str, os.PathLike)):
        raise ConfigError(f"file must be bytes or a path, got {type(given).__name__}")
    name = filename
    if name is None and not isinstance(file, bytes):
        name = Path(os.fsdecode(file)).name
    if not isinstance(name, str):
        raise ConfigError("filename must be given as text with bytes")
    if not name.lower().endswith((".wav", ".mp3")) or _NOT_IN_A_NAME.search(name):
        raise ConfigError("filename must end in .wav or .mp3, the kinds of sound that the vendor takes")
    return name


def _uploaded(response: Response) -> UploadedFile:
    fields = read_object(response)
    sid, name = fields.get("fileSid"), fields.get("filename")
    if not is_id(sid):
        raise DecodeError(
            "the response says success but holds no fileSid", paths=("$.fileSid",), **facts(response)
        )
    return UploadedFile(
        sid=str(sid), filename=name if isinstance(name, str) else None, message=message_of(fields)
    )
