"""Rooms of video conferences. `client.rooms`, on the call host (`api_url`); `client.room_token` lets a user in.

Source: developer.stringee.com, rest-api-reference/room-management. The rows of the list, and the id in the response to a
create, are from public projects.
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import Any, Final, cast

import attrs

from ..core.decoding import Loader
from ..core.fields import label
from ..core.messages import Response
from ..core.model import Model, model
from ..core.names import is_id
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.plain import Plain
from ..core.resource import PageOptions, Resource
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import boolean, identifier
from .pages import UncountedPages
from .refusals import message_of
from .responses import read_done, read_object

CREATE: Final = Operation("rooms.create", "POST", "/v1/room2/create", RetryClass.CREATE)
LIST: Final = Operation("rooms.list", "GET", "/v1/room2/list", RetryClass.READ)
DELETE: Final = Operation("rooms.delete", "PUT", "/v1/room2/delete", RetryClass.IDEMPOTENT_WRITE)


@model(kw_only=True)
class Room(Model):
    """A room, as listed.

    Args:
        room_id: Its id.
        name: Its name.
        unique_name: The name that tells it from others.
    """

    room_id: str
    name: str | None = None
    unique_name: str | None = None

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        name = cast("str", field.name)
        return re.sub(r"_(\w)", lambda match: match[1].upper(), name)  # this host writes camelCase


@attrs.frozen(kw_only=True)
class CreatedRoom(Plain):
    """A room that was created.

    Args:
        room_id: Its id; None where the vendor does not tell it, as its page does not promise.
        message: What the vendor said.
    """

    room_id: str | None
    message: str


LOADER: Final = Loader(Room)


class Rooms(Resource):
    """Operations on rooms."""

    def list(
        self, *, page_size: int = 100, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Room]:
        """List rooms, lazily; nothing is sent before the first is asked for.

        Args:
            page_size: Rows per page, 1 to 100. Paging of this list is not documented; a server that ignores it
                is noticed.

        Returns:
            A listing: `async for room in client.rooms.list()`.
        """
        return self._paged(
            UncountedPages(
                host=self._host,
                operation=LIST,
                filters={},
                first=LIST.request(self._host.url),
                strict=boolean("strict", strict),
                loader=LOADER,
                list_key="list",
            ),
            PageOptions(page_size, max_passes=max_passes),
            key=attrgetter("room_id"),
        )

    async def create(self, *, name: str, unique_name: str | Unset = UNSET) -> CreatedRoom:
        """Create a room.

        Args:
            name: Its name.
            unique_name: The name that tells it from others; `name` where left out.

        Returns:
            Its id where the vendor tells it, and what the vendor said.

        Raises:
            OutcomeUnknownError: The response was lost; the room may exist. Not safe to repeat: look for it in the list.
        """
        body = {"name": label("name", name)}
        body["uniqueName"] = (
            body["name"] if isinstance(unique_name, Unset) else label("unique_name", unique_name)
        )
        return await self._send(CREATE, _created, body=body)

    async def delete(self, room_id: str, *, missing_ok: bool = False) -> None:
        """Delete a room.

        Args:
            room_id: The room's id.
        """
        body = {"roomId": identifier("room_id", room_id)}
        await self._gone(DELETE, read_done, missing_ok=missing_ok, body=body)


def _created(response: Response) -> CreatedRoom:
    fields = read_object(response)
    found = next((fields[name] for name in ("roomId", "room_id") if is_id(fields.get(name))), None)
    return CreatedRoom(room_id=None if found is None else str(found), message=message_of(fields))
