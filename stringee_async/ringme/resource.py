"""How RingMe's resources are called: the moves of `core.resource` in this vendor's envelope.

One job: bind reading, writing, removing and listing to `responses`, and note the quota that each response tells.
A resource file adds its operations, fields and docstrings.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from operator import attrgetter
from typing import Any, Final, TypeVar, cast

import attrs

from ..core.call_state import Decode
from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import row_id as number
from ..core.json_codec import Raw
from ..core.messages import Response
from ..core.model import Model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Page, Paged
from ..core.resource import Host
from ..core.resource import Resource as CoreResource
from ..core.rows import Owner
from ..core.rows import Rows as CoreRows
from ..core.validation import boolean
from .known import Known
from .pages import ListPages, WholeList
from .quota import QuotaMeter
from .responses import read_deleted, read_model

M = TypeVar("M", bound=Model)
T = TypeVar("T")

MAX_PAGE_SIZE: Final = 100
_WHOLE: Final = 1


@attrs.frozen(kw_only=True)
class ApiHost(Host):
    """A session, the base URL of the API, and where the quota is noted.

    Args:
        meter: Shared by a client and its views.
        known: Likewise.
    """

    meter: QuotaMeter
    known: Known


class Resource(CoreResource):
    """The base of every RingMe resource."""

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
        return await super()._send(
            operation, self._noting(read), path=path, query=query, body=body, content_type=content_type
        )

    def _noting(self, read: Decode[T]) -> Decode[T]:
        learn = self._meter.learn

        def noted(response: Response) -> T:
            learn(response)
            return read(response)

        return noted

    async def _get(
        self,
        operation: Operation,
        loader: Loader[M],
        *,
        path: Mapping[str, str] | None = None,
    ) -> M:
        return await self._send(operation, lambda response: read_model(response, loader), path=path)

    async def _write(
        self,
        operation: Operation,
        loader: Loader[M],
        body: Mapping[str, object],
        *,
        path: Mapping[str, str],
    ) -> M:
        """Create or change something, and return the object that the vendor responds with."""
        if not body:
            raise ConfigError(f"{operation.name}: nothing to change was given")
        return await self._send(
            operation, lambda response: read_model(response, loader), path=path, body=body
        )

    async def _remove(
        self,
        operation: Operation,
        *,
        path: Mapping[str, str],
        missing_ok: bool,
        query: Mapping[str, Any] | None = None,
        read: Decode[None] = read_deleted,
    ) -> None:
        await self._gone(operation, read, missing_ok=missing_ok, path=path, query=query)

    def _list(
        self,
        operation: Operation,
        loader: Loader[M],
        *,
        key: Callable[[M], Hashable],
        path: Mapping[str, str],
        strict: bool,
        query: Mapping[str, Any] | None = None,
        max_passes: int = MAX_PASSES,
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
            key=key,
            page_size=_WHOLE,
            max_page_size=_WHOLE,
            read_ahead=0,
            max_passes=max_passes,
        )

    def _pages(
        self,
        operation: Operation,
        loader: Loader[M],
        *,
        key: Callable[[M], Hashable],
        path: Mapping[str, str],
        filters: Mapping[str, object],
        page_size: int,
        read_ahead: int,
        strict: bool,
        max_passes: int = MAX_PASSES,
        seen: Callable[[Page[M]], None],
    ) -> Paged[M]:
        """Return a listing that the vendor serves in pages, whose number it does not tell; `seen` gets each page."""
        return self._paged(
            ListPages(
                host=self._host,
                operation=operation,
                filters={"path": sorted(path.items()), **filters},
                first=operation.request(self._host.url, path=path, query=filters),
                strict=boolean("strict", strict),
                loader=loader,
                learn=self._meter.learn,
                seen=seen,
            ),
            key=key,
            page_size=page_size,
            max_page_size=MAX_PAGE_SIZE,
            read_ahead=read_ahead,
            max_passes=max_passes,
        )


class Rows(Resource, CoreRows[M, M, M]):
    """The base of RingMe's resources that have a `Spec`; its `pages` is the loader of the rows."""

    def _keys(self, operation: Operation, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the natural key of what a create makes, and its other spellings, for an `Ensure`."""
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
            spec.list, spec.pages, key=key, path=owner, query=query, max_passes=max_passes, strict=strict
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
        await self._remove(self.spec.delete, path=self._path(row_id, owner), missing_ok=missing_ok)
