"""Numbers of a client, and which of them an extension shows to those that it calls. `client.dids`, `client.shown_numbers`.

Source of every fact here: the vendor's page on numbers, public client code.
"""

from __future__ import annotations

from typing import Final

import attrs

from ..core.decoding import Loader
from ..core.field_rules import destination, row_id
from ..core.model import Model, model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from .ids import ME, Id, client_path, extension_path
from .resource import Resource
from .responses import read_done

PATH: Final = "/client/{client_id}/did/"
ANI: Final = "/extension/{extension_id}/ani/"
LIST: Final = Operation("dids.list", "GET", PATH, RetryClass.READ)
GET: Final = Operation("dids.get", "GET", PATH + "{did_id}", RetryClass.READ)
ATTACH: Final = Operation("dids.attach", "PUT", PATH + "{did_id}", RetryClass.IDEMPOTENT_WRITE)
SHOWN: Final = Operation("shown_numbers.get", "GET", ANI, RetryClass.READ)
SHOW: Final = Operation("shown_numbers.update", "PUT", ANI, RetryClass.IDEMPOTENT_WRITE)


@model(kw_only=True)
class Did(Model):
    """A number of a client.

    Args:
        id: The number's id.
        client_id: The client it belongs to.
        name: The number itself.
        extension_id: The extension that its calls go to; None for none.
        message_extension_id: The extension that its messages go to.
        allow_message: Whether it takes messages.
        create_date: When it was made, as the vendor writes it; its zone is not documented.
    """

    id: int
    client_id: int | None = None
    name: str | None = None
    domain: str | None = None
    comment: str | None = None
    extension_id: int | None = None
    message_extension_id: int | None = None
    allow_message: bool | None = None
    create_date: str | None = None


@model(kw_only=True)
class ShownNumber(Model):
    """What an extension shows to those that it calls.

    Args:
        default: The number; None leaves it to the exchange.
    """

    default: str | None = attrs.field(default=None, repr=False)


LOADER: Final = Loader(Did)
_SHOWN: Final = Loader(ShownNumber)


class Dids(Resource):
    """Operations on the numbers of a client."""

    def list(self, *, client_id: Id = ME, max_passes: int = MAX_PASSES, strict: bool = False) -> Paged[Did]:
        """List the numbers of a client; the vendor serves them all at once, when the first is asked for.

        Returns:
            A listing of one page: `async for did in client.dids.list()`.
        """
        return self._list(LIST, LOADER, client_path(client_id), max_passes=max_passes, strict=strict)

    async def get(self, did_id: Id, *, client_id: Id = ME) -> Did:
        """Return one number.

        Args:
            did_id: The number's id.
        """
        return await self._get(GET, LOADER, path=_did(did_id, client_id))

    async def attach(self, did_id: Id, *, extension_id: int | str | None, client_id: Id = ME) -> Did:
        """Have the calls of a number go to an extension, or to none.

        Args:
            did_id: The number's id.
            extension_id: The extension, by its number; None detaches the number, as far as known.

        Returns:
            The number as it is now.

        Raises:
            NotFoundError: There is no such number.
        """
        path = _did(did_id, client_id)
        body = {"extension_id": None if extension_id is None else row_id("extension_id", extension_id)}
        return await self._write(ATTACH, LOADER, body, path=path)


class ShownNumbers(Resource):
    """Operations on the number that an extension shows to those that it calls."""

    async def get(self, extension_id: Id) -> ShownNumber:
        """Return what an extension shows."""
        return await self._get(SHOWN, _SHOWN, path=extension_path(extension_id))

    async def update(self, extension_id: Id, *, ani_number: str) -> None:
        """Have an extension show a number.

        Args:
            ani_number: One of the client's own numbers.
        """
        path, body = extension_path(extension_id), {"ani_number": destination("ani_number", ani_number)}
        await self._send(SHOW, read_done, path=path, body=body)


def _did(did_id: Id, client_id: Id) -> dict[str, str]:
    return {**client_path(client_id), "did_id": str(row_id("did_id", did_id))}
