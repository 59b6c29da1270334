"""Cutting a Stringee list into pages, with the count as text and the other habits of its ``data`` block."""

import math
from collections.abc import Mapping, Sequence
from types import EllipsisType

from ..dialect import Call, with_page_fault
from ..settings import Settings
from ..state import Row
from .state import StringeeState
from .tables import Resource

_LINKS = ("group_agents", "group_routings", "ivr_nodes", "ivr_keypresses")


class PageError(ValueError):
    """The page or the limit that was asked for cannot be served; the text says why."""


def page_number(query: Mapping[str, str]) -> int:
    """The page that a query asks for; 1 if it says nothing readable (serving it will refuse that)."""
    text = query.get("page", "1")
    return int(text) if _is_positive(text) else 1


def data_block(
    call: Call, resource: Resource, rows: Sequence[Row], state: StringeeState, settings: Settings
) -> Row | EllipsisType | None:
    """Make the ``data`` of one page.

    Args:
        call: the call, with its query, page and page fault.
        resource: what is listed.
        rows: all rows of the list, oldest first.
        state: the project, for columns that are counted.
        settings: the emulator's settings.

    Returns:
        The block; None for a null; an ellipsis for no ``data`` at all.

    Raises:
        PageError: page or limit are not positive integers, the limit is refused, or the page is beyond the
            end and the settings make that an error.
    """
    limit = _limit(call.query, settings)
    if not _is_positive(call.query.get("page", "1")):
        raise PageError("page must be a positive integer")
    rows, limit = with_page_fault(call, rows, limit)
    total = len(rows)
    if resource.noun in _LINKS and not settings.link_paging:
        number, limit, pages = 1, max(total, 1), min(total, 1)
    else:
        pages = math.ceil(total / limit)
        number = 1 if call.page_fault == "page_ignored" else call.page
    served = number - 1 if call.page_fault == "page_repeats" and number > 1 else number
    if served > max(pages, 1) and settings.beyond_end != "empty":
        if settings.beyond_end == "error":
            raise PageError("page is beyond the end")
        served = pages
    page = [_shown(resource, row, state) for row in _cut(rows, served, limit, settings.order)]
    if not page and settings.empty_page in ("null_data", "no_data"):
        return None if settings.empty_page == "null_data" else ...
    count = str(total) if settings.count_as_text else total
    block: Row = {"totalPages": pages, resource.count_key: count, "currentPage": number, "limit": limit}
    if page or settings.empty_page == "list":
        block[resource.list_key] = page
    return block


def _cut(rows: Sequence[Row], page: int, limit: int, order: str) -> Sequence[Row]:
    """The rows of one page, without copying the list."""
    start, end = (page - 1) * limit, page * limit
    if order == "oldest":
        return rows[start:end]
    total = len(rows)
    return rows[max(total - end, 0) : max(total - start, 0)][::-1]


def _shown(resource: Resource, row: Row, state: StringeeState) -> Row:
    """A row as a list shows it: with the columns that are counted on reading."""
    if resource.noun == "groups":
        return {**row, "number_of_agent": len(state.group_agents.where(group_id=row["id"]))}
    if resource.noun == "agents":
        links = state.group_agents.where(agent_id=row["id"])
        return {**row, "groups": [{"group_id": state.group_agents[link]["group_id"]} for link in links]}
    return row


def _limit(query: Mapping[str, str], settings: Settings) -> int:
    """How many rows a page holds."""
    text = query.get("limit")
    if text is None:
        return settings.page_size_default
    if not _is_positive(text):
        raise PageError("limit must be a positive integer")
    asked = int(text)
    if asked <= settings.page_size_max or settings.over_limit == "honour":
        return asked
    if settings.over_limit == "refuse":
        raise PageError(f"limit must be at most {settings.page_size_max}")
    return settings.page_size_max


def _is_positive(text: str) -> bool:
    """Whether a text is a positive whole number of at most 9 ASCII digits."""
    return text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0
