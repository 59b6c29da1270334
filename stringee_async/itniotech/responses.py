"""How ITNIO TECH responds: `status`, `reason`, `data`; and which response is a success.

The envelope judges first, the HTTP status second: a success is `status` 0, as text or number, under HTTP 2xx. What a
refusal means is in `refusals`. The body decides whether a response is JSON; its content type only helps the message.
Source: itniotech.com, api/call; what the pages leave open is taken in every form that was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

from ..core.coerce import as_int
from ..core.decoding import Loader
from ..core.errors import DecodeError, PagingError, SdkError
from ..core.json_codec import Raw, encode, fields_apart, loads, readable, rows, shallow
from ..core.messages import Response
from ..core.model import Model
from ..core.page import PageNames, block_of, count_of, counted_page, uncounted_page
from ..core.paging import Page
from ..core.response import code_in, describe_unreadable, is_success
from ..core.secrets import Secret
from .refusals import SETTINGS, VENDOR, facts, refusal

M = TypeVar("M", bound=Model)
T = TypeVar("T")

Reader = Callable[[dict[str, Raw]], T]
"""Reads the fields of a success."""
Mend = Callable[[dict[str, Raw]], Mapping[str, Raw]]
"""Puts the fields of an object in the form that the model expects."""

_PAGE: Final = PageNames("records", "pages", "size", "current")
_ENVELOPE: Final = frozenset({"status", "reason", "data"})
_EMPTY: Final = frozenset({b"null", b'""'})


def read(operation: str, response: Response, reader: Reader[T]) -> T:
    """Return what `reader` makes of a success, or raise what the vendor said.

    The name of the operation is needed because the meaning of a code depends on it. The error that is raised knows the
    response, but no frames: those below hold rows, which may hold passwords.
    """
    try:
        return reader(_succeeded(operation, response))
    except SdkError as error:
        error.add(**facts(response))
        error.__context__ = None
        raise error.with_traceback(None) from None


def read_fields(path: str, response: Response) -> dict[str, Any]:
    """Read any response; the meaning of a code depends on the path."""
    return read(path, response, readable)


def nothing(top: dict[str, Raw]) -> None:
    """Read the success of a call that returns nothing."""


def data_model(loader: Loader[M], mend: Mend = dict) -> Reader[M]:
    """Return a reader of `data` that is one object."""
    return lambda top: loader.one(encode(mend(fields_apart(top.get("data", b"null")))), path="$.data")


def top_model(loader: Loader[M], mend: Mend = dict) -> Reader[M]:
    """Return a reader of fields that stand beside `status`, or in `data` after all."""

    def read_top(top: dict[str, Raw]) -> M:
        inner = bytes(top.get("data", b"null"))
        row = fields_apart(inner) if inner.startswith(b"{") else {}
        row.update((name, value) for name, value in top.items() if name not in _ENVELOPE)
        return loader.one(encode(mend(row)))

    return read_top


def data_rows(loader: Loader[M]) -> Reader[list[M]]:
    """Return a reader of `data` that is a list; null, missing and `""` are empty. Malformed values are set aside."""

    def read_rows(top: dict[str, Raw]) -> list[M]:
        data = top.get("data", b"null")
        listed = [] if bytes(data) in _EMPTY else rows(data)
        models, malformed = loader.load_all(listed, path="$.data")
        for row in malformed:
            raise DecodeError(f"a row does not fit: {row.path}: {row.reason}", paths=(row.path,))
        return list(models)

    return read_rows


def top_rows(loader: Loader[M], name: str) -> Reader[list[M]]:
    """Return a reader of a list that stands beside `status`."""
    read_rows = data_rows(loader)
    return lambda top: read_rows({"data": top[name]} if name in top else {})


def data_key(name: str) -> Reader[int | str | None]:
    """Return a reader of `data` that is an id, or holds one of this name; it returns None where there is none."""

    def read_key(top: dict[str, Raw]) -> int | str | None:
        value = _in_data(top, name)
        known = isinstance(value, (int, str)) and not isinstance(value, bool) and value != ""
        return value if known else None

    return read_key


def created_key(name: str) -> Reader[int]:
    """Return a reader of the id of a new object, which must be a number."""

    def read_created(top: dict[str, Raw]) -> int:
        try:
            return as_int(data_key(name)(top))
        except ValueError:
            raise _lacking(name) from None

    return read_created


def data_secret(name: str) -> Reader[Secret]:
    """Return a reader of `data` that is a credential, or holds one of this name."""

    def read_secret(top: dict[str, Raw]) -> Secret:
        value = _in_data(top, name)
        if not isinstance(value, str) or not value:
            raise _lacking(name)
        return Secret(value)

    return read_secret


def data_page(loader: Loader[M], *, number: int, page_size: int, strict: bool) -> Reader[Page[M]]:
    """Return a reader of one page of a listing; its errors are those of `counted_page`."""

    def read_page(top: dict[str, Raw]) -> Page[M]:
        block = block_of(top)
        total = count_of(block, "total")
        return counted_page(
            block, loader, _PAGE, total=total, number=number, page_size=page_size, strict=strict
        )

    return read_page


def data_list(loader: Loader[M], *, strict: bool) -> Reader[Page[M]]:
    """Return a reader of a listing that comes whole in `data`, as a list, or as a page that holds everything."""

    def read_list(top: dict[str, Raw]) -> Page[M]:
        data = bytes(top.get("data", b"null"))
        total = None
        if data.startswith(b"{"):
            block = fields_apart(data)
            data, total = bytes(_records(block)), count_of(block, "total")
        listed = [] if data in _EMPTY else rows(data)
        if total is not None and total > len(listed):
            raise PagingError(
                f"the response states a total of {total} and holds {len(listed)}; it has no pages"
            )
        return uncounted_page(
            loader,
            listed,
            number=1,
            strict=strict,
            path="$.data",
            total_pages=1,
            total=len(listed),
            proven=data not in _EMPTY,
        )

    return read_list


def _records(block: dict[str, Raw]) -> Raw:
    if "records" not in block:
        names = ", ".join(sorted(block)) or "nothing"
        raise DecodeError(f"data is no list, and holds {names} in place of records", paths=("$.data",))
    return block["records"]


def code_of(response: Response) -> int | None:
    """Return the code of a response's envelope; None if it has none."""
    try:
        return code_in(shallow(response.body), "status")
    except DecodeError:
        return None


def _in_data(top: Mapping[str, Raw], name: str) -> Any:
    """Return `data` decoded, or what it holds under a name if it is an object."""
    value: Any = loads(top.get("data", b"null"))
    return cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else value


def _lacking(name: str) -> DecodeError:
    return DecodeError(f"the response says success but holds no {name}", paths=(f"$.data.{name}",))


def _succeeded(operation: str, response: Response) -> dict[str, Raw]:
    """Return the response's fields, or raise what the vendor said."""
    fine = is_success(response)
    try:
        top = shallow(response.body)
        code = code_in(top, "status")
    except DecodeError as error:
        if not fine:
            raise refusal(operation, response, None, {}) from None
        describe_unreadable(error, response, VENDOR, SETTINGS)
        raise
    if fine and code == 0:
        return top
    raise refusal(operation, response, code, top)
