"""How RingMe's resources are called: the moves of `core.resource` in this vendor's envelope.

Each response also states the quota, which is noted here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

import attrs

from ..core.call_state import Decode
from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import row_id as number
from ..core.json_codec import Raw
from ..core.messages import Request, Response
from ..core.model import Model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Page, Paged
from ..core.resource import SHARED_ARGUMENTS, SHARED_RESULTS, Host, PageOptions, PageSource
from ..core.resource import Resource as CoreResource
from ..core.rows import Owner
from ..core.rows import Rows as CoreRows
from ..core.validation import boolean
from .known import Known
from .quota import QuotaMeter
from .responses import read_deleted, read_list, read_model, read_page

M = TypeVar("M", bound=Model)
T = TypeVar("T")


@attrs.frozen(kw_only=True)
class ApiHost(Host):
    """A session, the base URL of the API, and what a client and its views share.

    Args:
        meter: Keeps the quota.
        known: Keeps what was learnt of the exchange.
    """

    meter: QuotaMeter
    known: Known


_NEW: Final = "The new object, as the vendor returns it."
_CHANGED: Final = "The object as it is now, as the vendor returns it."


class Resource(CoreResource):
    """The base of every RingMe resource."""

    _shared_arguments = MappingProxyType(
        {
            **SHARED_ARGUMENTS,
            "client_id": "The client it belongs to; `@me` is that of the application's user.",
            "extension_id": 'The extension, or the queue that it is, by id or as `"@name"`.',
            "agent_id": "The agent's id, among those of its kind.",
            "event_id": "The event's id.",
            "sound_id": "The sound's id.",
            "call_api_id": "The call's id.",
            "recording_id": "The recording's id, in either case.",
        }
    )
    _shared_results = MappingProxyType(
        {
            **SHARED_RESULTS,
            **dict.fromkeys(("create", "upload"), _NEW),
            **dict.fromkeys(("update", "replace", "rename"), _CHANGED),
        }
    )

    def __init__(self, host: ApiHost) -> None:
        super().__init__(host)
        self._meter = host.meter
        self._known = host.known
        self._spelt = host.known.canonical

    async def _send(
        self,
        operation: Operation,
        read: Decode[T],
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        content_type: str | None = None,
    ) -> T:
        learn = self._meter.learn

        def noted(response: Response) -> T:
            learn(response)
            return read(response)

        return await super()._send(
            operation, noted, path=path, query=query, body=body, content_type=content_type
        )

    async def _get(
        self, operation: Operation, loader: Loader[M], *, path: Mapping[str, str] | None = None
    ) -> M:
        return await self._send(operation, lambda response: read_model(response, loader), path=path)

    async def _write(
        self, operation: Operation, loader: Loader[M], body: Mapping[str, object], *, path: Mapping[str, str]
    ) -> M:
        """Create or change something, and return the object that the vendor responds with."""
        if not body:
            raise ConfigError(f"{operation.name}: nothing to change was given")
        return await self._send(
            operation, lambda response: read_model(response, loader), path=path, body=body
        )

    def _list(
        self,
        operation: Operation,
        loader: Loader[M],
        path: Mapping[str, str],
        *,
        key: Callable[[M], Hashable] = attrgetter("id"),
        query: Mapping[str, Any] | None = None,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
        wrapped: str | None = None,
        mend: Callable[[Raw], Raw] | None = None,
    ) -> Paged[M]:
        """Return a listing that the vendor serves whole, as one page; `wrapped` and `mend` as for `read_list`."""
        return self._paged(
            WholeList(
                host=self._host,
                operation=operation,
                filters={"path": sorted(path.items()), **(query or {})},
                first=operation.request(self._host.url, path=path, query=query),
                strict=boolean("strict", strict),
                loader=loader,
                learn=self._meter.learn,
                wrapped=wrapped,
                mend=mend,
            ),
            PageOptions(1, max_passes=max_passes),
            key=key,
        )


class Rows(Resource, CoreRows[M, M, M]):
    """The base of RingMe's resources that have a `Spec`; its `pages` is the loader of the rows."""

    def _keys(self, operation: Operation, fields: Mapping[str, Any]) -> dict[str, Any]:
        known = self._known

        def spellings() -> list[Hashable]:
            return [operation.key(other) for other in known.others(fields)]

        return {"key": operation.key(known.canonical(fields)), "spellings": spellings}

    def _rows(
        self,
        owner: Owner,
        *,
        query: Mapping[str, Any] | None = None,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[M]:
        spec = self.spec
        key: Callable[[M], Hashable] = attrgetter(*spec.row_key)
        return self._list(
            spec.list, spec.pages, owner, key=key, query=query, max_passes=max_passes, strict=strict
        )

    def _path(self, row_id: Any, owner: Owner) -> dict[str, str]:
        name = self.spec.path_id
        return {**owner, name: str(number(name, row_id))}

    async def _one(self, row_id: Any, owner: Owner) -> M:
        return await self._get(
            cast("Operation", self.spec.get), self.spec.pages, path=self._path(row_id, owner)
        )

    async def _send_create(self, body: Mapping[str, object], owner: Owner) -> M:
        return await self._write(self.spec.create, self.spec.pages, body, path=owner)

    async def _send_update(
        self, operation: Operation, body: Mapping[str, object], path: Mapping[str, str]
    ) -> M:
        return await self._write(operation, self.spec.pages, body, path=path)

    def _new_id(self, made: M) -> str:
        return self._id_of(made)

    async def _delete(self, row_id: Any, owner: Owner, *, missing_ok: bool) -> None:
        path = self._path(row_id, owner)
        await self._gone(self._deletion, read_deleted, missing_ok=missing_ok, path=path)


@attrs.frozen(kw_only=True)
class WholeList(PageSource[M]):
    """A listing that the vendor serves whole, as one page; `wrapped` and `mend` as for `read_list`."""

    loader: Loader[M]
    learn: Callable[[Response], None]
    wrapped: str | None = None
    mend: Callable[[Raw], Raw] | None = None

    def request(self, number: int, size: int) -> Request:  # noqa: ARG002 - there is one page
        """Return the only request that there is."""
        return self.first

    def read(self, response: Response, *, number: int, size: int) -> Page[M]:  # noqa: ARG002 - the rows count
        """Read the page; the vendor ignores the number, so the page behind the only one is empty."""
        self.learn(response)
        page = read_list(response, self.loader, strict=self.strict, wrapped=self.wrapped, mend=self.mend)
        return page if number == 1 else attrs.evolve(page, items=(), malformed=(), number=number)


@attrs.frozen(kw_only=True)
class ListPages(PageSource[M]):
    """A listing that the vendor serves in pages, whose number it does not state; `seen` is called with each page."""

    loader: Loader[M]
    learn: Callable[[Response], None]
    seen: Callable[[Page[M]], None]

    def request(self, number: int, size: int) -> Request:
        """Return the request for a page."""
        return self.first.with_query(f"page={number}&per_page={size}")

    def read(self, response: Response, *, number: int, size: int) -> Page[M]:  # noqa: ARG002 - the rows count
        """Read a page."""
        self.learn(response)
        page = read_page(response, self.loader, number=number, strict=self.strict)
        self.seen(page)
        return page
