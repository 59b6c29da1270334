"""Faults of lists: pages that repeat, are ignored or are cut short, and lists that lag. The dialects serve them."""

from typing import Any, Self

from aiohttp import web

from ..exchange import Exchange
from .arguments import valid_size
from .value import FaultValue


class ListFaults(FaultValue):
    """Makes faults of lists."""

    __slots__ = ()

    @classmethod
    def page_repeats(cls) -> Self:
        """Serve the previous page's rows again under the asked page's number. Paged lists only.

        It waits for a call that asks for page 2 or later; nothing would be seen on page 1.
        """
        return cls._of_list("page_repeats")

    @classmethod
    def page_ignored(cls) -> Self:
        """Serve page 1 and call it page 1, whatever page was asked. Paged lists only; waits for page 2 or later."""
        return cls._of_list("page_ignored")

    @classmethod
    def lagging_list(cls, rows: int = 1) -> Self:
        """Serve a list as it was before its ``rows`` newest rows came. Lists only; it shows on every page.

        Raises:
            ValueError: the number is below 1.
        """
        return cls._of_list("lagging_list", first_page=1, whole=True, size=valid_size("rows", rows))

    @classmethod
    def page_capped(cls, rows: int = 1) -> Self:
        """Serve at most ``rows`` rows on a page, whatever was asked for. Paged lists only.

        As a standing fault (``faults.always``) it is a host that caps its pages without a word.

        Raises:
            ValueError: the number is below 1.
        """
        return cls._of_list("page_capped", first_page=1, size=valid_size("rows", rows))

    @classmethod
    def _of_list(cls, kind: str, **more: Any) -> Self:
        return cls(kind=kind, deliver=_page_fault, commit=True, listing=True, **more)


async def _page_fault(fault: FaultValue, exchange: Exchange) -> web.StreamResponse:  # noqa: ARG001
    return exchange.send(exchange.act())
