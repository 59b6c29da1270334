"""Sounds: waiting music and announcements. `client.sounds`; queues refer to them by id.

Source of every fact here: the vendor's page on sounds; reading, renaming and deleting one follow the vendor's
conventions for paths and are not on that page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..core.decoding import Loader
from ..core.field_rules import row_id
from ..core.fields import label
from ..core.model import Model, model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import boolean, required_text
from .ids import ME, Id, client_path, numbers
from .resource import Resource
from .responses import read_deleted, read_model
from .sound_files import SoundFile, sound_form

PATH: Final = "/client/{client_id}/sound/"
ITEM: Final = PATH + "{sound_id}"
UPLOAD: Final = Operation("sounds.upload", "POST", PATH, RetryClass.CREATE)
LIST: Final = Operation("sounds.list", "GET", PATH, RetryClass.READ)
REPLACE: Final = Operation("sounds.replace", "POST", ITEM, RetryClass.IDEMPOTENT_WRITE)
GET: Final = Operation("sounds.get", "GET", ITEM, RetryClass.READ)
RENAME: Final = Operation("sounds.rename", "PUT", ITEM, RetryClass.IDEMPOTENT_WRITE)
DELETE: Final = Operation("sounds.delete", "DELETE", ITEM, RetryClass.IDEMPOTENT_WRITE)

_ARRAY: Final = "%5B%5D"
"""The brackets behind the names of list filters, as they stand in a URL."""


@model(kw_only=True)
class Sound(Model):
    """A sound.

    Args:
        id: The sound's id.
        client_id: The client it belongs to.
        dealer_id: The dealer it belongs to.
        title: Its title.
        filename: Its file name.
    """

    id: int
    client_id: int | None = None
    dealer_id: int | None = None
    title: str | None = None
    filename: str | None = None


LOADER: Final = Loader(Sound)


class Sounds(Resource):
    """Operations on sounds."""

    def list(
        self,
        *,
        client_id: Id = ME,
        id: Id | Sequence[Id] | Unset = UNSET,
        title: str | Sequence[str] | Unset = UNSET,
        own_only: bool | Unset = UNSET,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[Sound]:
        """List sounds; the vendor serves them all at once, and nothing is sent before the first is asked for.

        Args:
            id: Only this sound, or these.
            title: Only sounds of this title, or of these.
            own_only: Only the client's own.

        Returns:
            A listing of one page: `async for sound in client.sounds.list()`.
        """
        titles: object = title
        if not isinstance(title, Unset):
            titles = [required_text("title", one) for one in ([title] if isinstance(title, str) else title)]
        return self._list(
            LIST,
            LOADER,
            client_path(client_id),
            query={
                f"id{_ARRAY}": id if isinstance(id, Unset) else numbers("id", id),
                "own_only": own_only if isinstance(own_only, Unset) else boolean("own_only", own_only),
                f"title{_ARRAY}": titles,
            },
            max_passes=max_passes,
            strict=strict,
        )

    async def upload(
        self, file: SoundFile, *, title: str, filename: str | None = None, client_id: Id = ME
    ) -> Sound:
        """Upload a sound.

        Args:
            file: Its bytes, a path, or an open binary file; WAV or MP3, up to 10 MB. Files are read in a thread.
            title: Its title.
            filename: Its file name, ending in .wav or .mp3; needed for bytes, else taken from the file.

        Raises:
            ConfigError: An argument is wrong, or the file cannot be read; nothing was sent.
            OutcomeUnknownError: The response was lost; the sound may exist. Not safe to repeat: look for its title.
        """
        fields = {"title": label("title", title)}
        path = client_path(client_id)
        body, kind = await sound_form(fields, file, filename)
        return await self._send(
            UPLOAD, lambda response: read_model(response, LOADER), path=path, body=body, content_type=kind
        )

    async def replace(
        self,
        sound_id: Id,
        file: SoundFile,
        *,
        title: str | Unset = UNSET,
        filename: str | None = None,
        client_id: Id = ME,
    ) -> Sound:
        """Replace the content of a sound.

        Args:
            file: As for `upload`.
            title: A new title, if any.
            filename: As for `upload`.

        Raises:
            ConfigError: An argument is wrong, or the file cannot be read; nothing was sent.
        """
        fields = {} if isinstance(title, Unset) else {"title": label("title", title)}
        path = _sound(sound_id, client_id)
        body, kind = await sound_form(fields, file, filename)
        return await self._send(
            REPLACE, lambda response: read_model(response, LOADER), path=path, body=body, content_type=kind
        )

    async def get(self, sound_id: Id, *, client_id: Id = ME) -> Sound:
        """Return one sound."""
        return await self._get(GET, LOADER, path=_sound(sound_id, client_id))

    async def rename(self, sound_id: Id, *, title: str, client_id: Id = ME) -> Sound:
        """Give a sound another title.

        Args:
            title: The new title.
        """
        body = {"title": label("title", title)}
        return await self._write(RENAME, LOADER, body, path=_sound(sound_id, client_id))

    async def delete(self, sound_id: Id, *, client_id: Id = ME, missing_ok: bool = False) -> None:
        """Delete a sound. What becomes of queues that play it is not documented."""
        path = _sound(sound_id, client_id)
        await self._gone(DELETE, read_deleted, path=path, missing_ok=missing_ok)


def _sound(sound_id: Id, client_id: Id) -> dict[str, str]:
    return {**client_path(client_id), "sound_id": str(row_id("sound_id", sound_id))}
