"""Call events of extensions: the vendor calls you when a call begins, is answered or ends. `client.extension_events`.

What the vendor then sends is read by `webhooks`. Source of every fact here: the vendor's page on extension events.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Unpack, cast

from ..core.bulk import Bulk, bulk
from ..core.ensure import Ensured
from ..core.field_rules import ListOf, web_address, word
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import boolean
from .extension_models import Extension
from .extensions import Extensions
from .ids import ME, Id, extension_path
from .resource import ApiHost
from .responses import read_deleted
from .subscribing import SubscribeAll, SubscriptionChanges, each_of
from .subscriptions import POST, Subscription, SubscriptionFields, Subscriptions, subscriptions_of

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
        return await self._ensure_by(
            lambda key: self._find(self._rows(owner), **key), extension_id,
            extra=extra, event_type=event_type, method=method, url=url,
        )  # fmt: skip

    async def _ensure_by(
        self,
        find: Callable[[Mapping[str, Any]], Awaitable[Subscription | None]],
        extension_id: Id,
        **values: Any,
    ) -> Ensured:
        return await self._ensure_exists(find, owner=extension_path(extension_id), **values)

    def ensure_all(
        self,
        url: str,
        event_types: Sequence[str],
        *,
        method: str = POST,
        type: str | None = None,
        dry_run: bool = False,
        client_id: Id = ME,
        concurrency: int = 8,
        patience: float = 300.0,
    ) -> Bulk[Extension, SubscriptionChanges]:
        """Have the events of every extension reported to one URL; nothing happens before the first outcome is asked for.

        Each extension costs one request for its list, and one for each event type that it lacks. What is there is kept;
        subscriptions with another URL or of other types are left alone. A queue and a menu report `HANGUP` only.

        Args:
            url: Absolute URL; make it hard to guess, as the vendor signs nothing.
            event_types: What is reported, such as `[DIAL_IN, ANSWER, HANGUP]`.
            method: `GET` (data in the query) or `POST` (data as a form). A subscription with the other one is changed.
            type: Only extensions of this type, such as `PHONE`.
            dry_run: Say what would be done; nothing but lists is asked for.
            concurrency: How many extensions are worked on at once.
            patience: Seconds without any success after which an outage ends the run; see `bulk`.

        Returns:
            An async iterator with one outcome for each extension; see `bulk`. `result` says what was done, and `error` is
            a `LimitReachedError` where an extension has as many events as it may have.

        Raises:
            ConfigError: An argument is wrong, naming it; nothing was sent.
            DecodeError: While iterating, behind the last outcome: there are extensions that could not be read.
            SdkError: While iterating: the extensions could not be listed. Safe to repeat: it lists before it acts.
        """
        work = self._work(url, _types(event_types), dry_run, word("method", method))
        return self._for_all(work.ensure, type, client_id, concurrency, patience)

    def remove_all(
        self,
        url: str,
        *,
        event_types: Sequence[str] | None = None,
        type: str | None = None,
        dry_run: bool = False,
        client_id: Id = ME,
        concurrency: int = 8,
        patience: float = 300.0,
    ) -> Bulk[Extension, SubscriptionChanges]:
        """Have the events of every extension no longer reported to one URL; those of other URLs are left alone.

        Args:
            url: Exactly the URL that was subscribed to.
            event_types: Only these; all that are reported there if left out.
            type: As for `ensure_all`, like all others.
            dry_run: Say what would be done; nothing but lists is asked for.
            concurrency: How many extensions are worked on at once.
            patience: As for `ensure_all`.

        Returns:
            As for `ensure_all`.

        Raises:
            ConfigError: An argument is wrong, naming it; nothing was sent.
            DecodeError: While iterating, behind the last outcome: there are extensions that could not be read.
            SdkError: While iterating: the extensions could not be listed. Safe to repeat: it lists before it acts.
        """
        work = self._work(url, None if event_types is None else _types(event_types), dry_run)
        return self._for_all(work.remove, type, client_id, concurrency, patience)

    def _work(
        self, url: str, event_types: Sequence[str] | None, dry_run: bool, method: str = ""
    ) -> SubscribeAll:
        return SubscribeAll(
            events=self,
            session=self._host.session,
            ensure_by=self._ensure_by,
            url=web_address("url", url),
            event_types=event_types,
            method=method,
            dry_run=boolean("dry_run", dry_run),
        )

    def _for_all(
        self,
        act: Callable[[Extension], Awaitable[SubscriptionChanges]],
        type: str | None,
        client_id: Id,
        concurrency: int,
        patience: float,
    ) -> Bulk[Extension, SubscriptionChanges]:
        host = cast("ApiHost", self._host)
        extensions = Extensions(host).list(type=type, client_id=client_id)
        return bulk(
            act,
            each_of(extensions),
            concurrency=concurrency,
            patience=patience,
            clock=host.session.state.clock,
        )


def _types(event_types: object) -> list[str]:
    """Return event types as they are sent, each once."""
    found = ListOf(word, least=1)("event_types", event_types)
    return list(dict.fromkeys(cast("list[str]", found)))
