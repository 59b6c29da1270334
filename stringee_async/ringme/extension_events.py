"""Call events of extensions: the vendor calls you when a call begins, is answered or ends. `client.extension_events`.

What the vendor then sends is read by `webhooks`. Source of every fact here: the vendor's page on extension events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Unpack

from ..core.ensure import Ensured
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from .ids import Id, extension_path
from .responses import read_deleted
from .subscriptions import Subscription, SubscriptionFields, Subscriptions, subscriptions_of

DIAL_IN: Final = "dial-in"
DIAL_OUT: Final = "dial-out"
HANGUP: Final = "hangup"
ANSWER: Final = "answer"
MESSAGE_IN: Final = "message-in"
MESSAGE_OUT: Final = "message-out"
VOICEMAIL: Final = "voicemail"

PATH: Final = "/extension/{extension_id}/event/"
SPEC: Final = subscriptions_of("extension_events", PATH, "extension_id")
CREATE, LIST, GET, UPDATE, DELETE = SPEC.operations()
DELETE_ALL: Final = Operation("extension_events.delete_all", "DELETE", PATH, RetryClass.IDEMPOTENT_WRITE)


class ExtensionEvents(Subscriptions):
    """Operations on the call events of extensions. The natural key is (extension, event type, method, url)."""

    spec = SPEC

    def list(
        self, extension_id: Id, *, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Subscription]:
        """List the events of an extension; the vendor serves them all at once, when the first is asked for.

        Returns:
            A listing of one page: `async for event in client.extension_events.list(208)`.

        Raises:
            NotFoundError: While iterating: there is no such extension.
        """
        return self._rows(extension_path(extension_id), max_passes=max_passes, strict=strict)

    async def create(
        self,
        extension_id: Id,
        *,
        event_type: str,
        method: str,
        url: str,
        extra: Mapping[str, Any] | None = None,
    ) -> Subscription:
        """Have an event of an extension's calls reported to you.

        Raises:
            NotFoundError: There is no such extension.
            OutcomeUnknownError: The response was lost; the event may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call. How many events there can be is limited; see `client.limits`.
        """
        owner = extension_path(extension_id)
        return await self._new(owner=owner, extra=extra, event_type=event_type, method=method, url=url)

    async def get(self, extension_id: Id, event_id: Id) -> Subscription:
        """Return one event of an extension."""
        return await self._one(event_id, extension_path(extension_id))

    async def update(
        self,
        extension_id: Id,
        event_id: Id,
        *,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SubscriptionFields[Unset | None]],
    ) -> Subscription:
        """Change an event: fields left out stay, None is sent as null, a value sets."""
        return await self._change(event_id, owner=extension_path(extension_id), extra=extra, **settings)

    async def delete(self, extension_id: Id, event_id: Id, *, missing_ok: bool = False) -> None:
        """Have an event no longer reported."""
        await self._delete(event_id, extension_path(extension_id), missing_ok=missing_ok)

    async def delete_all(self, extension_id: Id) -> None:
        """Stop the reports of all events of an extension, those that other clients subscribed to as well.

        Raises:
            NotFoundError: There is no such extension.
        """
        await self._gone(DELETE_ALL, read_deleted, path=extension_path(extension_id), missing_ok=False)

    async def find(self, extension_id: Id, *, event_type: str, method: str, url: str) -> Subscription | None:
        """Return the event of exactly this type, method and url, or None; reads the extension's events."""
        owner = extension_path(extension_id)
        return await self._search(owner, event_type=event_type, method=method, url=url)

    async def ensure(
        self,
        extension_id: Id,
        *,
        event_type: str,
        method: str,
        url: str,
        extra: Mapping[str, Any] | None = None,
    ) -> Ensured:
        """Make sure that an event of an extension is reported: look, or create."""
        owner = extension_path(extension_id)
        return await self._ensure_exists(
            lambda key: self._find(self._rows(owner), **key),
            owner=owner,
            extra=extra,
            event_type=event_type,
            method=method,
            url=url,
        )
