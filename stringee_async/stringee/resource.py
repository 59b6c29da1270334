"""How Stringee's resources are called: the moves of `core.resource` in this vendor's envelope.

One job: bind creating, writing, removing and listing to `responses`. A resource file adds its operations, fields
and docstrings.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from operator import attrgetter
from typing import Final, TypeVar

from ..core.errors import ConfigError
from ..core.model import Model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import Resource as CoreResource
from ..core.rows import NO_OWNER, Owner
from ..core.rows import Rows as CoreRows
from ..core.validation import boolean
from .pages import ListPages, PageReader
from .responses import Created, created, read_done

M = TypeVar("M", bound=Model)

MAX_PAGE_SIZE: Final = 100


class Resource(CoreResource):
    """The base of every Stringee resource."""

    async def _write(
        self, operation: Operation, body: Mapping[str, object], *, path: Mapping[str, str] | None = None
    ) -> None:
        if not body:
            raise ConfigError(f"{operation.name}: nothing to change was given")
        await self._send(operation, read_done, path=path, body=body)

    async def _remove(
        self,
        operation: Operation,
        *,
        missing_ok: bool,
        path: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> None:
        await self._gone(operation, read_done, missing_ok=missing_ok, path=path, body=body)

    def _list(
        self,
        operation: Operation,
        pages: PageReader[M],
        *,
        key: Callable[[M], Hashable],
        filters: Mapping[str, object],
        page_size: int,
        read_ahead: int,
        strict: bool,
        max_passes: int = MAX_PASSES,
    ) -> Paged[M]:
        return self._paged(
            ListPages(
                host=self._host,
                operation=operation,
                filters=filters,
                first=operation.request(self._host.url, query=filters),
                strict=boolean("strict", strict),
                reader=pages,
            ),
            key=key,
            page_size=page_size,
            max_page_size=MAX_PAGE_SIZE,
            read_ahead=read_ahead,
            max_passes=max_passes,
        )


class Rows(Resource, CoreRows[M, Created, None]):
    """The base of Stringee's resources that have a `Spec`."""

    def _rows(
        self,
        filters: Mapping[str, object] = NO_OWNER,
        *,
        page_size: int,
        read_ahead: int,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[M]:
        return self._list(
            self.spec.list,
            self.spec.pages,
            key=attrgetter(*self.spec.row_key),
            filters=filters,
            page_size=page_size,
            read_ahead=read_ahead,
            max_passes=max_passes,
            strict=strict,
        )

    async def _send_create(self, body: Mapping[str, object], owner: Owner) -> Created:  # noqa: ARG002 - no path has holes
        spec = self.spec
        return await self._send(spec.create, lambda response: created(response, spec.new_id), body=body)

    async def _send_update(
        self, operation: Operation, body: Mapping[str, object], path: Mapping[str, str]
    ) -> None:
        await self._write(operation, body, path=path)

    def _new_id(self, made: Created) -> str:
        return made.id

    async def _delete(self, row_id: str, *, missing_ok: bool) -> None:
        await self._remove(self.spec.delete, missing_ok=missing_ok, path=self._path(row_id, NO_OWNER))
