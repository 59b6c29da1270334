"""How RingMe responds: the object itself, an array of them, or nothing.

Success is any HTTP 2xx; what a refusal means is in `refusals`. The body decides whether a response is JSON; its
content type only helps the message. Source: the vendor's pages on responses, errors and limits; what they leave open
is taken in every form that was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import attrs

from ..core.coerce import as_int
from ..core.decoding import Loader
from ..core.errors import DecodeError, PagingError, SdkError
from ..core.json_codec import Raw, fields_apart, loads, rows, shallow, whole
from ..core.messages import Response
from ..core.model import Malformed, Model
from ..core.page import uncounted_page, warn_of_empty
from ..core.paging import Page
from ..core.response import reading
from .refusals import SETTINGS, VENDOR, Special, check, facts, is_behind_the_end

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def read_deleted(response: Response, special: Special | None = None) -> None:
    """Read the response of a removal: 204 and nothing, or another 2xx with any JSON; `special` as for `check`."""
    check(response, special)
    if response.body.strip():
        _reading(response, whole)


def read_done(response: Response) -> None:
    """Read the response of a call that returns nothing: any JSON, or the status that says there is none."""
    check(response)
    if response.status != 204:
        _reading(response, whole)


def read_any(path: str, response: Response) -> Any:  # noqa: ARG001 - one form at all paths
    """Read any JSON; None where there is none."""
    check(response)
    return _reading(response, loads) if response.body.strip() else None


def read_facts(response: Response) -> dict[str, Any]:
    """Read an object whose fields are not documented; other JSON is its `result`, and 204 is an empty one."""
    check(response)
    found: Any = {} if response.status == 204 else _reading(response, loads)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {"result": found}


def read_model(response: Response, loader: Loader[M]) -> M:
    """Read a response that is one object."""
    check(response)
    return _reading(response, lambda body: _model(body, loader))


def _model(body: bytes, loader: Loader[M]) -> M:
    row, kind = fields_apart(body), loader.model
    known = {field.name for field in attrs.fields(cast("Any", kind))}
    if known and not known & row.keys():
        # A model whose fields are all optional would be made of anything, an error message in HTTP 200 too.
        raise DecodeError(f"the response is no {kind.__name__}: it has none of its fields", paths=("$",))
    return loader.one(body)


def read_list(
    response: Response,
    loader: Loader[M],
    *,
    strict: bool,
    wrapped: str | None = None,
    mend: Callable[[Raw], Raw] | None = None,
) -> Page[M]:
    """Read a listing that comes whole: an array, `{"result": [...]}`, or a single object.

    `wrapped` is the name that the array may have inside an object, such as `call_list`; a single array under another
    name is then read too. `mend` puts a row's fields in the form that the model expects.
    """
    check(response)

    def page(body: bytes) -> Page[M]:
        unwrapped = body if wrapped is None else _unwrapped(body, wrapped, loader)
        raw_rows, total, proven = _rows(unwrapped, loader)
        if mend is not None:
            raw_rows = [mend(row) for row in raw_rows]
        if total is not None and total > len(raw_rows):
            raise PagingError(
                f"the response states a total of {total} and holds {len(raw_rows)}; this list has no pages to ask for"
            )
        return uncounted_page(
            loader, raw_rows, number=1, strict=strict, total_pages=1, total=len(raw_rows), proven=proven
        )

    return _reading(response, page)


def read_page(
    response: Response, loader: Loader[M], *, number: int, strict: bool, wrapped: str | None = None
) -> Page[M]:
    """Read one page of a listing; the number of pages is never stated, the number of rows only by some hosts.

    A page that is not there, HTTP 404 behind the first, is empty. `wrapped` as for `read_list`; what stands around the
    array may say how many rows a page has (`per_page`), and a page with fewer is then the last one.
    """
    if number > 1 and is_behind_the_end(response):
        return Page(items=(), number=number, total_pages=None, total=None, page_size=1)
    check(response)

    def page(body: bytes) -> Page[M]:
        unwrapped = body if wrapped is None else _unwrapped(body, wrapped, loader)
        raw_rows, total, proven = _rows(unwrapped, loader)
        size = None if unwrapped is body else _count(shallow(body), "per_page")
        if number == 1 and len(raw_rows) == 1 and bytes(raw_rows[0]) == body:
            total = 1  # a single object is how a host writes a list of one
        return uncounted_page(
            loader, raw_rows, number=number, strict=strict, total=total, page_size=size, proven=proven
        )

    return _reading(response, page)


def _unwrapped(body: bytes, name: str, loader: Loader[Any]) -> bytes:
    """Return the array under `name`, or the only array under another name; else the body as it is."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return body
    block = shallow(body)
    known = {field.name for field in attrs.fields(cast("Any", loader.model))}
    if "result" in block or known & block.keys():
        return body
    if name not in block:
        arrays = [value for value in block.values() if bytes(value).startswith(b"[")]
        return bytes(arrays[0]) if len(arrays) == 1 and "message" not in block else body
    if not bytes(block[name]).startswith(b"["):
        raise DecodeError(f"the response holds no array for {name}", paths=(f"$.{name}",))
    return bytes(block[name])


def _rows(body: bytes, loader: Loader[Any]) -> tuple[list[Raw], int | None, bool]:
    """Return the rows of a listing, their number in all where it is stated, and whether the response lists at all."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return rows(body), None, True
    block = shallow(body)
    if "result" in block:
        total = _count(block, "total_count")
        found = [] if bytes(block["result"]) == b"null" else rows(block["result"])
        if not found:
            _no_rows_elsewhere(block)
        if bytes(block["result"]) != b"null":
            return found, total, True
        if total != 0:
            raise DecodeError(
                "the response holds null for result and does not say that there are no rows",
                paths=("$.result",),
            )
        return [], total, True
    if not block:
        warn_of_empty("its object")
        return [], None, False
    # A single object: it must be a row, or a message in HTTP 200 would pass for an empty listing.
    loaded = loader.load(body)
    if isinstance(loaded, Malformed):
        _no_rows_elsewhere(block, empty=True)
        raise DecodeError(f"the response is no listing: {loaded.path}: {loaded.reason}", paths=(loaded.path,))
    return [Raw(body)], None, True


def _no_rows_elsewhere(block: Mapping[str, Raw], *, empty: bool = False) -> None:
    """Reject a response with rows under a name that the vendor does not promise; `empty` counts empty arrays too."""
    for name, value in block.items():
        if name != "result" and bytes(value).startswith(b"[") and (empty or rows(value)):
            raise DecodeError(
                f"the response holds an array under {name}; a list is expected alone or under result",
                paths=(f"$.{name}",),
            )


def _count(block: Mapping[str, Raw], name: str) -> int | None:
    """Return a count that a response states, or None where it is no number."""
    try:
        count = as_int(loads(block[name]))
    except (KeyError, ValueError):
        return None
    return count if count >= 0 else None


def _reading(response: Response, read: Callable[[bytes], T]) -> T:
    try:
        return reading(response, read, VENDOR, SETTINGS)
    except SdkError as error:
        error.add(**facts(response))
        raise
