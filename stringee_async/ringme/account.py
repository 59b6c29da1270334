"""The account itself: its user, its limits, its card. `client.user()`, `client.limits`, `client.client_card`.

What the vendor writes into limits and card is not documented, so their fields stand in `extra`. Source: the
vendor's start page for the user, public client code for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..core.decoding import Loader
from ..core.model import Model, model
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.validation import json_fields
from .ids import ME, Id, client_path
from .resource import Resource

USER: Final = Operation("user.get", "GET", "/user/", RetryClass.READ)
LIMITS: Final = Operation("limits.get", "GET", "/client/{client_id}/limit/", RetryClass.READ)
CARD: Final = "/client/client_info/{client_id}/"
CARD_GET: Final = Operation("client_card.get", "GET", CARD, RetryClass.READ)
CARD_UPDATE: Final = Operation("client_card.update", "PUT", CARD, RetryClass.IDEMPOTENT_WRITE)


@model(kw_only=True)
class User(Model):
    """The user that the application acts as.

    Args:
        id: The user's id.
        login: The name the user logs in with.
        client_id: The client that the user belongs to; what `"@me"` stands for.
        dealer_id: The dealer that the user belongs to.
        extension_id: The extension that the user belongs to.
        extension_group_id: The group of extensions that the user belongs to.
        admin: Whether the user is an administrator.
        access: `full`, or another text.
        timezone: Such as `Europe/Moscow`.
        extra_params: Free text.
    """

    id: int
    login: str | None = None
    client_id: int | None = None
    dealer_id: int | None = None
    extension_id: int | None = None
    extension_group_id: int | None = None
    admin: bool | None = None
    access: str | None = None
    timezone: str | None = None
    extra_params: str | None = None


@model(kw_only=True)
class Limits(Model):
    """The limits of a client, such as how many events there can be; all of them in `extra`."""


@model(kw_only=True)
class ClientCard(Model):
    """The card of a client; all of its fields in `extra`."""


USER_LOADER: Final = Loader(User)
LIMITS_LOADER: Final = Loader(Limits)
CARD_LOADER: Final = Loader(ClientCard)


class CurrentUser(Resource):
    """The operation behind `client.user()`."""

    async def current(self) -> User:
        """Return the user that the application acts as; see `RingMeClient.user`."""
        return await self._get(USER, USER_LOADER)


class ClientLimits(Resource):
    """Operations on the limits of a client."""

    async def get(self, *, client_id: Id = ME) -> Limits:
        """Return the limits of a client."""
        return await self._get(LIMITS, LIMITS_LOADER, path=client_path(client_id))


class ClientCards(Resource):
    """Operations on the card of a client."""

    async def get(self, *, client_id: Id = ME) -> ClientCard:
        """Return the card of a client."""
        return await self._get(CARD_GET, CARD_LOADER, path=client_path(client_id))

    async def update(self, fields: Mapping[str, Any], *, client_id: Id = ME) -> ClientCard:
        """Change fields of the card of a client: those left out stay, None is sent as null, a value sets.

        Args:
            fields: The fields by the vendor's names, sent as they are.

        Raises:
            ConfigError: An argument is wrong, or no field was given; nothing was sent.
        """
        body = json_fields("fields", fields)
        return await self._write(CARD_UPDATE, CARD_LOADER, body, path=client_path(client_id))
