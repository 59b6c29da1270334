"""A run through a listing whose rows come as dictionaries, for data frames, databases and files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from .drift import Drift
from .item_iterator import ItemIterator
from .model import Malformed, to_dict


class DictIterator(AsyncIterator[dict[str, Any]]):
    """Rows of one run through a listing, each once, as `to_dict` writes them.

    Args:
        rows: The run.
    """

    def __init__(self, rows: ItemIterator[Any]) -> None:
        self._rows = rows

    def __repr__(self) -> str:
        return f"<{type(self).__name__} over {self._rows!r}>"

    @property
    def drift(self) -> Drift | None:
        """What changed during this run; None if nothing did, or it has not come to its end."""
        return self._rows.drift

    @property
    def malformed(self) -> list[Malformed]:
        """Rows that could not be decoded, so far; they come as no dictionary."""
        return self._rows.malformed

    @property
    def certain(self) -> bool:
        """Whether this run came to its end and brought every row that existed throughout."""
        return self._rows.certain

    def token(self) -> str:
        """Return a text with which `Paged.resume` goes on behind the row yielded last.

        Raises:
            PagingError: No row was yielded yet.
        """
        return self._rows.token()

    def read_to_end(self) -> None:
        """Say that the reader will read to the end, so that the next page can be under way while this one is read."""
        self._rows.read_to_end()

    async def __anext__(self) -> dict[str, Any]:
        return to_dict(await anext(self._rows))
