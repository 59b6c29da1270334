"""The ``data`` block of a Stringee list, with its oddities such as the count as text."""

from collections.abc import Callable, Mapping, Sequence

from ..dialect import with_page_fault
from ..pages import Page, allowed_size, cut_page
from ..settings import Settings
from ..state import Row
from .fields import FieldError
from .request_context import StringeeContext
from .tables import ContactCentreResource

_LINKS = ("group_agents", "group_routings", "ivr_nodes", "ivr_keypresses")


def page_number(query: Mapping[str, str]) -> int:
    """The page that a query asks for; 1 if it is unreadable (serving it is then refused)."""
    text = query.get("page", "1")
    return int(text) if _is_positive(text) else 1


def cut_rows(context: StringeeContext, resource: ContactCentreResource, rows: Sequence[Row]) -> Page:
    """Cut the page that a call asks for out of a list, oldest row first, or raise ``FieldError``."""
    call, settings = context.call, context.settings
    limit = _limit(call.query, settings)
    if not _is_positive(call.query.get("page", "1")):
        raise FieldError("page must be a positive integer")
    if resource.noun in _LINKS and not context.vendor_settings.link_paging:
        rows, _ = with_page_fault(call, rows, limit)
        shown = rows if settings.order == "oldest" else rows[::-1]
        return Page(shown, 1, max(len(rows), 1), min(len(rows), 1), len(rows))
    page = cut_page(call, rows, call.page, limit, settings)
    if page is None:
        raise FieldError("page is beyond the end")
    return page


def listed(
    context: StringeeContext,
    resource: ContactCentreResource,
    rows: Sequence[Row],
    response: Row,
    show: Callable[[Row], Row] = dict,
) -> Row:
    """Add the page that a call asks for to a response: a block, null, or no ``data`` at all."""
    page, settings = cut_rows(context, resource, rows), context.vendor_settings
    shown = [show(row) for row in page.rows]
    if not shown and settings.empty_page in ("null_data", "no_data"):
        return {**response, "data": None} if settings.empty_page == "null_data" else response
    count = str(page.total) if settings.count_as_text else page.total
    block: Row = {"totalPages": page.pages, resource.count_key: count}
    block |= {"currentPage": page.number, "limit": page.size}
    if shown or settings.empty_page == "list":
        block[resource.list_key] = shown
    return {**response, "data": block}


def _limit(query: Mapping[str, str], settings: Settings) -> int:
    """How many rows a page holds."""
    text = query.get("limit")
    if text is None:
        return settings.page_size_default
    if not _is_positive(text):
        raise FieldError("limit must be a positive integer")
    size = allowed_size(int(text), settings)
    if size is None:
        raise FieldError(f"limit must be at most {settings.page_size_max}")
    return size


def _is_positive(text: str) -> bool:
    """Whether a text is a positive whole number of at most 9 ASCII digits."""
    return text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0
