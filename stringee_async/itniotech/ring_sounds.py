"""The sounds that callers hear while a call goes to an agent. Part of `client.agent_groups`.

Source: itniotech.com, api/call (seatGroup/upload, delete/optionaudio).
"""

from __future__ import annotations

from typing import Final

from ..core.decoding import Loader
from ..core.field_rules import row_id
from ..core.model import model
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from .arguments import Id
from .resource import Resource
from .responses import data_model, nothing
from .row import Row
from .upload import FileSource, upload_body

UPLOAD: Final = Operation("agent_groups.upload_ring", "POST", "/v3/cc/seatGroup/upload", RetryClass.CREATE)
DELETE_RING: Final = Operation(
    "agent_groups.delete_ring", "POST", "/v3/cc/seatGroup/delete/optionaudio", RetryClass.IDEMPOTENT_WRITE
)

LARGEST_SOUND: Final = 1024 * 1024
"""Bytes; whether the vendor counts before or after base64 is not documented."""


@model(kw_only=True)
class RingSound(Row):
    """A sound that was uploaded.

    Args:
        file_name: What the vendor calls it; goes into `turn_seat_ring` of the settings.
        file_url: Where to listen to it; such links may expire.
    """

    file_name: str
    file_url: str | None = None


LOADER: Final = Loader(RingSound)


class RingSounds(Resource):
    """Operations on ringing sounds."""

    async def upload_ring(self, source: FileSource, *, file_name: str | Unset = UNSET) -> RingSound:
        """Upload a ringing sound; `update_settings(..., turn_seat_ring=sound.file_name)` then uses it.

        Args:
            source: The bytes of an MP3 or WAV file, or the path of one; at most 1 MiB.
            file_name: Its name, 5 to 32 characters with the ending; of a path its last part where left out.

        Returns:
            The name that the vendor gave it, and where to listen to it.

        Raises:
            ConfigError: Name, kind or size is wrong, or the file cannot be read; nothing was sent.
            InvalidRequestError: The vendor does not take the file.
            OutcomeUnknownError: The response was lost. Not safe to repeat: a second file may come about.
        """
        body = await upload_body(source, file_name, largest=LARGEST_SOUND, endings=(".mp3", ".wav"))
        return await self._post(UPLOAD, body, data_model(LOADER))

    async def delete_ring(self, voice_group_id: Id) -> None:
        """Remove the ringing sound of a group."""
        await self._post(DELETE_RING, {"seatGroupId": row_id("voice_group_id", voice_group_id)}, nothing)
