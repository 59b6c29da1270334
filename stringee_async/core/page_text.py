"""The text of a page, which its models share.

One job: find the text of one row in a whole response, when a model is asked for what it does not know.
"""

from __future__ import annotations

from typing import TypeAlias

import attrs

from .json_codec import Raw, rows, shallow


@attrs.define(eq=False, repr=False)
class PageText:
    """The texts of a page's rows, found when the first of them is asked for.

    Args:
        body: The whole response.
        path: Where the rows stand in it, outermost name first.
    """

    body: bytes
    path: tuple[str, ...]
    _rows: list[Raw] | None = attrs.field(init=False, default=None)

    def __getitem__(self, index: int) -> Raw:
        if self._rows is None:
            block: bytes | Raw = self.body
            for name in self.path:
                block = shallow(block)[name]
            self._rows = rows(block)
        return self._rows[index]


RowText: TypeAlias = Raw | bytes | PageText
"""A row's text, or the page that holds it."""
