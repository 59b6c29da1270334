"""What is done about the subscriptions of one extension when all extensions of a client are subscribed to one URL.

One job: `SubscribeAll`, the work behind `ExtensionEvents.ensure_all` and `remove_all`. The subscriptions of an extension are
listed first, because a second POST of the same one may double it. Source: the vendor's page on extension events, public
client code.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Protocol

import attrs

from ..core.errors import AmbiguousError, ApiError, DecodeError, NotFoundError
from ..core.paging import Paged
from ..core.plain import Plain
from ..core.session import Session
from .extension_models import IVR, QUEUE, Extension
from .subscriptions import Subscription, same_url, same_word

_HANGUP: Final = "hangup"
_HANGUP_ONLY: Final = frozenset({IVR, QUEUE})
"""Types of extensions that report nothing else."""
_OTHER_KIND: Final = "ivr-type"
"""Stands in the refusal of an event type that the kind of extension does not have."""
_KEY: Final = ("event_type", "method", "url")


@attrs.frozen(kw_only=True)
class SubscriptionChanges(Plain):
    """What was done about the subscriptions of one extension, by event type; in a dry run, what would be done.

    Args:
        created: Event types that it is subscribed to from now on.
        changed: Those that it was subscribed to with another method.
        kept: Those that it was subscribed to already.
        removed: Those that it is no longer subscribed to; one that was subscribed to twice stands here twice.
        skipped: Those that this kind of extension does not report, each with the reason.
        dry_run: Whether this is what would be done; nothing but lists was asked for.
    """

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    skipped: Mapping[str, str] = attrs.field(factory=dict[str, str])
    dry_run: bool = False


class Events(Protocol):
    """What this needs of the resource."""

    def list(self, extension_id: int) -> Paged[Subscription]:
        """List the subscriptions of an extension."""
        ...

    async def update(self, extension_id: int, event_id: int, *, method: str) -> object:
        """Change the method of one."""
        ...

    async def delete(self, extension_id: int, event_id: int, *, missing_ok: bool) -> None:
        """End one."""
        ...


@attrs.frozen(kw_only=True)
class SubscribeAll:
    """What is wanted of every extension.

    Args:
        events: The resource.
        session: For the clock and the settle time.
        ensure_by: Makes sure of one subscription, which a function looks for.
        url: Where events are reported; subscriptions with another URL are left alone.
        event_types: What is to be reported, or no longer; None for every type.
        method: `GET` or `POST`.
        dry_run: Whether to list only.
    """

    events: Events
    session: Session
    ensure_by: Callable[..., Awaitable[object]]
    url: str = attrs.field(repr=False)
    event_types: Sequence[str] | None
    method: str = ""
    dry_run: bool

    async def ensure(self, extension: Extension) -> SubscriptionChanges:
        """Subscribe an extension to what it is not subscribed to yet."""
        session = self.session
        read_at, rows = session.state.now(), await self._read(extension.id)
        created, changed, kept, skipped = list[str](), list[str](), list[str](), dict[str, str]()
        for event_type in self.event_types or ():
            own = [row for row in self._ours(rows) if same_word(row.event_type, event_type)]
            if any(same_word(row.method, self.method) for row in own):
                kept.append(event_type)
            elif own:
                await self._unless_dry(partial(self._set_method, extension, own[0]))
                changed.append(event_type)
            elif extension.type in _HANGUP_ONLY and event_type != _HANGUP:
                skipped[event_type] = f"an extension of type {extension.type} reports {_HANGUP} only"
            else:
                fresh = session.state.now() - read_at <= session.timeouts.settle
                create = self._creating(extension, event_type, listed=fresh)
                try:
                    await self._unless_dry(create)
                    created.append(event_type)
                except ApiError as error:
                    if _OTHER_KIND not in error.message.lower() or error.outcome != "refused":
                        raise
                    skipped[event_type] = f"the vendor refuses it for an extension of type {extension.type}"
        return SubscriptionChanges(
            created=tuple(created),
            changed=tuple(changed),
            kept=tuple(kept),
            skipped=skipped,
            dry_run=self.dry_run,
        )

    async def remove(self, extension: Extension) -> SubscriptionChanges:
        """End the subscriptions of an extension to the URL."""
        try:
            rows = await self._read(extension.id)
        except NotFoundError:  # it was deleted meanwhile, and its subscriptions with it
            rows = []
        own = [
            row
            for row in self._ours(rows)
            if self.event_types is None or any(same_word(row.event_type, one) for one in self.event_types)
        ]
        for row in own:
            await self._unless_dry(partial(self.events.delete, extension.id, row.id, missing_ok=True))
        removed = tuple(str(row.event_type) for row in own)
        return SubscriptionChanges(removed=removed, dry_run=self.dry_run)

    def _ours(self, rows: Sequence[Subscription]) -> list[Subscription]:
        """Return the subscriptions with our URL."""
        return [row for row in rows if same_url(row.url, self.url)]

    async def _unless_dry(self, change: Callable[[], Awaitable[object]]) -> None:
        if not self.dry_run:
            await change()

    async def _read(self, extension_id: int) -> list[Subscription]:
        """Return the subscriptions of an extension, all of which must be readable."""
        listing = self.events.list(extension_id)
        rows = await listing.collect()
        doubtful = tuple(str(row.id) for row in rows if row.unreadable(*_KEY))
        if doubtful or listing.malformed:
            raise AmbiguousError(
                f"subscriptions of extension {extension_id} cannot be read and may be the wanted ones; nothing was changed",
                operation="extension_events.list",
                ids=doubtful,
            )
        return rows

    async def _set_method(self, extension: Extension, found: Subscription) -> None:
        await self.events.update(extension.id, found.id, method=self.method)

    def _creating(
        self, extension: Extension, event_type: str, *, listed: bool
    ) -> Callable[[], Awaitable[object]]:
        """Return what subscribes to an event type.

        With `listed` it was seen that the subscription is not there, within the time for which creates are remembered.
        """

        async def find(_: Mapping[str, Any]) -> Subscription | None:
            nonlocal listed
            if listed:
                listed = False
                return None
            rows = await self._read(extension.id)
            ours = [row for row in self._ours(rows) if same_word(row.event_type, event_type)]
            return next((row for row in ours if same_word(row.method, self.method)), None)

        return lambda: self.ensure_by(
            find, extension.id, event_type=event_type, method=self.method, url=self.url
        )


async def each_of(listing: Paged[Extension]) -> AsyncGenerator[Extension]:
    """Yield the extensions of a listing; raise at its end if some of them could not be read."""
    async for extension in listing:
        yield extension
    if listing.malformed:
        first = listing.malformed[0]
        raise DecodeError(
            f"{len(listing.malformed)} extensions could not be read, so nothing was done about their events "
            f"(the first is {first.path}: {first.reason})",
            operation="extensions.list",
        )
