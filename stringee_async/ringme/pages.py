"""How RingMe's listings are asked for: whole, or in pages whose number the vendor does not tell.

One job: the page sources of this vendor. Each response tells of the quota, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import attrs

from ..core.decoding import Loader
from ..core.json_codec import Raw
from ..core.messages import Request, Response
from ..core.model import Model
from ..core.page_source import PageSource
from ..core.paging import Page
from .responses import read_list, read_page

M = TypeVar("M", bound=Model)


@attrs.frozen(kw_only=True)
class WholeList(PageSource[M]):
    """A listing that the vendor serves whole, as one page.

    Args:
        loader: Reads the rows.
        learn: Notes the quota that a response tells.
        wrapped: As for `read_list`.
        mend: Likewise.
    """

    loader: Loader[M]
    learn: Callable[[Response], None]
    wrapped: str | None = None
    mend: Callable[[Raw], Raw] | None = None

    def request(self, number: int, size: int) -> Request:  # noqa: ARG002 - there is one page
        """Return the only request that there is."""
        return self.first

    def read(self, response: Response, *, number: int, size: int) -> Page[M]:  # noqa: ARG002 - the rows tell
        """Read the page; the vendor ignores the number, so the page behind the only one is empty."""
        self.learn(response)
        page = read_list(response, self.loader, strict=self.strict, wrapped=self.wrapped, mend=self.mend)
        return page if number == 1 else attrs.evolve(page, items=(), malformed=(), number=number)


@attrs.frozen(kw_only=True)
class ListPages(PageSource[M]):
    """A listing that the vendor serves in pages, whose number it does not tell.

    Args:
        loader: Reads the rows.
        learn: Notes the quota that a response tells.
        seen: Called with each page.
    """

    loader: Loader[M]
    learn: Callable[[Response], None]
    seen: Callable[[Page[M]], None]

    def request(self, number: int, size: int) -> Request:
        """Return the request for a page."""
        return self.first.with_query(f"page={number}&per_page={size}")

    def read(self, response: Response, *, number: int, size: int) -> Page[M]:  # noqa: ARG002 - the rows tell
        """Read a page."""
        self.learn(response)
        page = read_page(response, self.loader, number=number, strict=self.strict)
        self.seen(page)
        return page
