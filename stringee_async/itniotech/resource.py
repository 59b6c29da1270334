"""How ITNIO TECH's resources are called: the moves of `core.resource` in this vendor's envelope.

Source of paging: itniotech.com, api/call.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs

from ..core.declarations import Fields
from ..core.decoding import Loader
from ..core.errors import SdkError
from ..core.json_codec import encode
from ..core.messages import Request, Response, Upload
from ..core.model import Model
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Page, Paged
from ..core.resource import SHARED_ARGUMENTS, PageOptions, PageSource
from ..core.resource import Host as CoreHost
from ..core.resource import Resource as CoreResource
from ..core.unset import Unset
from ..core.validation import boolean
from .products import at_v3
from .responses import Reader, data_list, data_page, read

M = TypeVar("M", bound=Model)
T = TypeVar("T")

CONTENT_TYPE: Final = "application/json;charset=UTF-8"


@attrs.frozen(kw_only=True)
class Host(CoreHost):
    """A host of ITNIO TECH or of a white label; `v3` says that it has the paths of white labels."""

    v3: bool = False

    def own(self, operation: Operation) -> Operation:
        """Return an operation with the path that this host has for it."""
        return at_v3(operation) if self.v3 else operation


class Resource(CoreResource):
    """The base of every ITNIO TECH resource."""

    _host: Host

    _shared_arguments = MappingProxyType(
        {
            **SHARED_ARGUMENTS,
            "voice_group_id": "The agent group's id.",
            "key_ids": "Their ids, one or more.",
            "start_time": "From when on: a datetime with a zone, or text in the form of `time_format` or ISO 8601.",
            "end_time": "Until when.",
            "time_format": "How datetimes are written.",
        }
    )

    def _body(
        self, fields: Fields, extra: Mapping[str, Any] | None = None, /, **values: object
    ) -> dict[str, object]:
        """Return a body, or filters: fields by keyword, checked, and those of `extra`."""
        return fields.body(values, creating=True, extra=extra, phone_code=self._host.phone_code)

    async def _post(
        self,
        operation: Operation,
        body: Mapping[str, object] | Upload,
        reader: Reader[T],
        *,
        path: Mapping[str, str] | None = None,
        look: str | None = None,
    ) -> T:
        """Send a body; `look` says how to find out what a call did whose response was lost."""
        try:
            return await self._send(
                self._host.own(operation),
                lambda response: read(operation.name, response, reader),
                path=path,
                body=body,
                content_type=CONTENT_TYPE,
            )
        except SdkError as error:
            if look is not None and error.outcome == "unknown":
                error.add(next_step=look)
            raise

    async def _fetch(
        self,
        operation: Operation,
        query: Mapping[str, Any] | None,
        reader: Reader[T],
        *,
        path: Mapping[str, str] | None = None,
    ) -> T:
        return await self._send(
            self._host.own(operation),
            lambda response: read(operation.name, response, reader),
            path=path,
            query=query,
        )

    def _list(
        self,
        operation: Operation,
        loader: Loader[M],
        filters: Mapping[str, object],
        options: PageOptions,
        *,
        key: Callable[[M], Hashable] = attrgetter("key_id"),
        pages: type[ListPages[M]] | None = None,
    ) -> Paged[M]:
        operation = self._host.own(operation)
        kind: type[ListPages[M]] = ListPages if pages is None else pages
        return self._paged(
            kind(
                host=self._host,
                operation=operation,
                filters={name: value for name, value in filters.items() if not isinstance(value, Unset)},
                first=operation.request(self._host.url, content_type=CONTENT_TYPE),
                strict=boolean("strict", options.strict),
                loader=loader,
            ),
            options,
            key=key,
        )

    def _list_whole(
        self,
        operation: Operation,
        loader: Loader[M],
        *,
        key: Callable[[M], Hashable],
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[M]:
        """Return a listing that the vendor serves whole, as one page."""
        operation = self._host.own(operation)
        pages = WholeList(
            host=self._host,
            operation=operation,
            filters={},
            first=operation.request(self._host.url),
            strict=boolean("strict", strict),
            loader=loader,
        )
        return self._paged(pages, PageOptions(1, max_passes=max_passes), key=key)


@attrs.frozen(kw_only=True)
class WholeList(PageSource[M]):
    """A listing that the vendor serves whole, as one page.

    Args:
        loader: Reads the rows.
    """

    loader: Loader[M]

    def request(self, number: int, size: int) -> Request:  # noqa: ARG002 - there is one page
        """Return the only request that there is."""
        return self.first

    def read(self, response: Response, *, number: int, size: int) -> Page[M]:  # noqa: ARG002 - the rows count
        """Read the page; the vendor ignores the number, so the page behind the only one is empty."""
        page = read(self.operation.name, response, data_list(self.loader, strict=self.strict))
        return page if number == 1 else attrs.evolve(page, items=(), malformed=(), number=number)


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
        """Read a page."""
        reader = data_page(self.loader, number=number, page_size=size, strict=self.strict)
        return read(self.operation.name, response, reader)
