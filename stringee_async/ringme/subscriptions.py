"""Subscriptions: the vendor calls an address of yours when something happens to an agent or an extension.

One job: what agent events and extension events have in common: the object, its checks, and the moves. One
subscription has one event type, so following both login and logout takes two. Source: the vendor's page on agent
events.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

import attrs

from ..core.bodies import extra_fields
from ..core.decoding import Loader
from ..core.ensure import Ensure, Ensured, find_unique
from ..core.field_rules import web_address, word
from ..core.model import Model, model
from ..core.names import differing
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.validation import Check, validated
from .resource import ApiHost, Resource

GET: Final = "GET"
POST: Final = "POST"


@model(kw_only=True)
class Subscription(Model):
    """One event type of one agent or extension, and where the vendor reports it.

    Args:
        id: The subscription's id.
        event_type: What is reported.
        method: `GET` (data in the query) or `POST` (data as a form).
        url: Where it is reported; not shown when printed, as nothing but its secrecy protects it.
    """

    id: int
    event_type: str | None = None
    method: str | None = None
    url: str | None = attrs.field(default=None, repr=False)


LOADER: Final = Loader(Subscription)


_RULES: Final[dict[str, Check]] = {
    "event_type": word,
    "method": word,
    "url": web_address,
}


def subscription(
    fields: Mapping[str, object], extra: Mapping[str, Any] | None = None, *, nulls: bool = False
) -> dict[str, object]:
    """Return the fields of a subscription as they go into a body.

    Args:
        fields: Those that were given; event types and methods that this client does not know are taken too.
        extra: More of them, by the vendor's names.
        nulls: Whether None is allowed, and becomes null.

    Raises:
        ConfigError: A value is wrong, naming the argument.
    """
    more = extra_fields(extra)
    return more | validated(_RULES, fields, nulls=nulls, extra=more)


@attrs.frozen(kw_only=True)
class Calls:
    """The operations on the subscriptions of one kind of owner.

    Args:
        create: Adds one.
        list: Lists them.
        update: Changes one.
        get: Reads one.
        delete: Removes one.
    """

    create: Operation
    list: Operation
    update: Operation
    get: Operation
    delete: Operation


class Subscriptions(Resource):
    """The moves on subscriptions; a resource adds what they belong to.

    Args:
        host: The session and host to use.
        calls: The operations.
    """

    def __init__(self, host: ApiHost, calls: Calls) -> None:
        super().__init__(host)
        self._calls = calls

    def _all(
        self, owner: Mapping[str, str], *, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Subscription]:
        return self._list(
            self._calls.list, LOADER, key=attrgetter("id"), path=owner, max_passes=max_passes, strict=strict
        )

    async def _add(
        self, owner: Mapping[str, str], fields: Mapping[str, object], extra: Mapping[str, Any] | None
    ) -> Subscription:
        return await self._write(self._calls.create, LOADER, subscription(fields, extra), path=owner)

    async def _search(self, owner: Mapping[str, str], fields: Mapping[str, object]) -> Subscription | None:
        return await self._seek(owner, subscription(fields))

    async def _seek(self, owner: Mapping[str, str], key: Mapping[str, object]) -> Subscription | None:
        return await find_unique(
            self._all(owner),
            lambda event: all(getattr(event, name) == value for name, value in key.items()),
            {name: key[name] for name in ("event_type", "method", "url")},
            lambda event: str(event.id),
        )

    async def _make_sure(
        self, owner: Mapping[str, str], fields: Mapping[str, object], extra: Mapping[str, Any] | None
    ) -> Ensured:
        body = subscription(fields, extra)
        key = {name: body[name] for name in fields}
        wanted = {name: value for name, value in body.items() if name not in key}

        async def create() -> str:
            return str((await self._write(self._calls.create, LOADER, body, path=owner)).id)

        async def change(event_id: str, changes: Mapping[str, object]) -> bool:
            if changes:
                path = {**owner, "event_id": event_id}
                await self._write(self._calls.update, LOADER, changes, path=path)
            return bool(changes)

        return await Ensure(
            session=self._host.session,
            **self._keys(self._calls.create, {**owner, **key}),
            find=lambda: self._seek(owner, key),
            create=create,
            update=lambda event: change(str(event.id), differing(event, wanted)),
            write=lambda event_id: change(event_id, wanted),
            id_of=lambda event: str(event.id),
        ).run()
