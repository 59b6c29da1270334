"""How ITNIO TECH's resources are called: the moves of `core.resource` in this vendor's envelope.

One job: bind sending, listing and switching to `responses`. A resource file adds its operations, fields and
docstrings. Source of paging: itniotech.com, api/call.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final, TypeVar

import attrs

from ..core.declarations import Fields
from ..core.decoding import Loader
from ..core.field_rules import row_ids
from ..core.json_codec import encode
from ..core.messages import Request, Response
from ..core.model import Model
from ..core.operation import Operation
from ..core.page_source import PageSource
from ..core.paging import MAX_PASSES, Page, Paged
from ..core.resource import Resource as CoreResource
from ..core.unset import Unset
from ..core.validation import boolean
from .responses import read_done, read_page

M = TypeVar("M", bound=Model)
T = TypeVar("T")

MAX_PAGE_SIZE: Final = 100
CONTENT_TYPE: Final = "application/json;charset=UTF-8"

DELETED: Final = 2
DISABLED: Final = 3
ENABLED: Final = 4


class Resource(CoreResource):
    """The base of every ITNIO TECH resource."""

    def _body(
        self, fields: Fields, extra: Mapping[str, Any] | None = None, /, **values: object
    ) -> dict[str, object]:
        """Return a body, or filters: fields by keyword, checked, and those of `extra`."""
        return fields.body(values, creating=True, extra=extra, phone_code=self._host.phone_code)

    async def _post(
        self, operation: Operation, body: Mapping[str, object], read: Callable[[str, Response], T]
    ) -> T:
        return await self._send(
            operation, lambda response: read(operation.name, response), body=body, content_type=CONTENT_TYPE
        )

    async def _fetch(
        self, operation: Operation, query: Mapping[str, Any], read: Callable[[str, Response], T]
    ) -> T:
        return await self._send(operation, lambda response: read(operation.name, response), query=query)

    async def _switch(self, operation: Operation, ids: tuple[object, ...], kind: int) -> None:
        """Delete, disable or enable; `kind` says which, as path and method are the same."""
        body = {"idList": row_ids("key_ids", ids), "type": kind}
        await self._gone(
            operation,
            lambda response: read_done(operation.name, response),
            missing_ok=False,
            body=body,
            content_type=CONTENT_TYPE,
        )

    def _list(
        self,
        operation: Operation,
        loader: Loader[M],
        params: Mapping[str, object],
        *,
        key: Callable[[M], Hashable],
        page_size: int,
        read_ahead: int,
        strict: bool,
        max_passes: int = MAX_PASSES,
    ) -> Paged[M]:
        given = {name: value for name, value in params.items() if not isinstance(value, Unset)}
        return self._paged(
            ListPages(
                host=self._host,
                operation=operation,
                filters=given,
                first=operation.request(self._host.url, content_type=CONTENT_TYPE),
                strict=boolean("strict", strict),
                loader=loader,
            ),
            key=key,
            page_size=page_size,
            max_page_size=MAX_PAGE_SIZE,
            read_ahead=read_ahead,
            max_passes=max_passes,
        )


@attrs.frozen(kw_only=True)
class ListPages(PageSource[M]):
    """The pages of a listing, which are asked for in the body.

    Args:
        loader: Reads the rows.
    """

    loader: Loader[M]

    def request(self, number: int, size: int) -> Request:
        """Return the request for a page."""
        body = {"current": number, "size": size, "params": self.filters}
        return self.operation.request(self.host.url, body=encode(body), content_type=CONTENT_TYPE)

    def read(self, response: Response, *, number: int, size: int) -> Page[M]:
        """Read a page; see `read_page`."""
        return read_page(
            self.operation.name, response, self.loader, number=number, page_size=size, strict=self.strict
        )
