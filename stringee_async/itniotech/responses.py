"""How ITNIO TECH responds: `status`, `reason`, `data`; and which response is a success.

One job: turn a response into its payload or into the right error. The envelope judges first, the HTTP status
second: a success is `status` 0, as text or number, under HTTP 2xx. What a refusal means is in `refusals`. The body
decides whether a response is JSON; its content type only helps the message. Source: itniotech.com, api/call; what the pages leave open is taken in every form that was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

from ..core.coerce import as_int
from ..core.decoding import Loader
from ..core.errors import DecodeError, SdkError
from ..core.json_codec import Raw, encode, fields_apart, loads, rows, shallow
from ..core.messages import Response
from ..core.model import Malformed, Model
from ..core.page import PageNames, block_of, count_of, counted_page
from ..core.paging import Page
from ..core.response import code_in, describe_unreadable, is_success
from ..core.secrets import Secret
from .refusals import SETTINGS, VENDOR, facts, refusal

M = TypeVar("M", bound=Model)
T = TypeVar("T")

_PAGE: Final = PageNames("records", "pages", "size", "current")
_ENVELOPE: Final = frozenset({"status", "reason", "data"})


def read_done(operation: str, response: Response) -> None:
    """Read the response of a call that returns nothing.

    Args:
        operation: Name of the operation, because a code's meaning depends on it.
        response: The response.
    """
    _with_facts(response, lambda: _succeeded(operation, response))


def read_model(
    operation: str,
    response: Response,
    loader: Loader[M],
    mend: Callable[[dict[str, Raw]], Mapping[str, Raw]] | None = None,
) -> M:
    """Read a response whose `data` is one object.

    Args:
        operation: Name of the operation.
        response: The response.
        loader: Reads the object.
        mend: Puts the object's fields in the form that the model expects.

    Raises:
        DecodeError: The response says success, and `data` is no such object.
    """

    def read() -> M:
        row = fields_apart(_succeeded(operation, response).get("data", b"null"))
        return _loaded(loader, row if mend is None else mend(row), "$.data")

    return _with_facts(response, read)


def read_top(
    operation: str,
    response: Response,
    loader: Loader[M],
    mend: Callable[[dict[str, Raw]], Mapping[str, Raw]] | None = None,
) -> M:
    """Read a response whose fields stand beside `status`, or in `data` after all.

    Args:
        operation: Name of the operation.
        response: The response.
        loader: Reads the fields.
        mend: Puts the fields in the form that the model expects.

    Raises:
        DecodeError: The response says success, and the fields do not make a model.
    """

    def read() -> M:
        top = _succeeded(operation, response)
        inner = bytes(top.get("data", b"null"))
        row = fields_apart(inner) if inner.startswith(b"{") else {}
        row.update((name, value) for name, value in top.items() if name not in _ENVELOPE)
        return _loaded(loader, row if mend is None else mend(row), "$")

    return _with_facts(response, read)


def read_rows(operation: str, response: Response, loader: Loader[M]) -> list[M]:
    """Read a response whose `data` is a list; null, missing and `""` are an empty one. Odd values are set aside.

    Args:
        operation: Name of the operation.
        response: The response.
        loader: Reads the rows.

    Raises:
        DecodeError: The response says success, and `data` is no list, or of a row no model can be made.
    """

    def read() -> list[M]:
        data = _data(_succeeded(operation, response))
        models, malformed = loader.load_all([] if data is None else rows(data), path="$.data")
        for row in malformed:
            raise DecodeError(f"a row does not fit: {row.path}: {row.reason}", paths=(row.path,))
        return list(models)

    return _with_facts(response, read)


def read_key(operation: str, response: Response, name: str) -> int | str | None:
    """Read a response whose `data` is an id, or holds one.

    Args:
        operation: Name of the operation.
        response: The response.
        name: Name of the id inside `data`.

    Returns:
        The id as the vendor wrote it; None where it does not tell.
    """

    def read() -> int | str | None:
        data = _data(_succeeded(operation, response))
        value: Any = None if data is None else loads(data)
        if isinstance(value, dict):
            value = cast("dict[str, Any]", value).get(name)
        return (
            value if isinstance(value, (int, str)) and not isinstance(value, bool) and value != "" else None
        )

    return _with_facts(response, read)


def read_created(operation: str, response: Response, name: str) -> int:
    """Read the response of a create that returns the new object's id.

    Args:
        operation: Name of the operation.
        response: The response.
        name: Name of the id inside `data`.

    Raises:
        DecodeError: The response says success and holds no id that is a number.
    """
    key = read_key(operation, response, name)
    try:
        return as_int(key)
    except ValueError:
        text = f"the response says success but holds no {name}"
        raise DecodeError(text, paths=(f"$.data.{name}",), **facts(response)) from None


def read_secret(operation: str, response: Response, name: str) -> Secret:
    """Read a response whose `data` is a credential, or holds one.

    Args:
        operation: Name of the operation.
        response: The response.
        name: Name of the credential inside `data`.

    Raises:
        DecodeError: The response says success and holds no such text.
    """

    def read() -> Secret:
        data = _data(_succeeded(operation, response))
        value: Any = None if data is None else loads(data)
        if isinstance(value, dict):
            value = cast("dict[str, Any]", value).get(name)
        if not isinstance(value, str) or not value:
            raise DecodeError(f"the response says success but holds no {name}", paths=(f"$.data.{name}",))
        return Secret(value)

    return _with_facts(response, read)


def read_page(
    operation: str, response: Response, loader: Loader[M], *, number: int, page_size: int, strict: bool
) -> Page[M]:
    """Read one page of a listing.

    Args:
        operation: Name of the operation.
        response: The response.
        loader: Reads the rows.
        number: The page that was asked for.
        page_size: The rows per page that were asked for; the response's own size goes before it.
        strict: Raise for a row that does not fit.

    Raises:
        DecodeError: There is no `data`, or no rows though the counts do not say that there are none.
        PagingError: There are rows, but no number of pages or of rows to tell where they end.
    """

    def read() -> Page[M]:
        block = block_of(_succeeded(operation, response))
        total = count_of(block, "total")
        return counted_page(
            block, loader, _PAGE, total=total, number=number, page_size=page_size, strict=strict
        )

    return _with_facts(response, read)


def code_of(response: Response) -> int | None:
    """Return the code of a response's envelope; None if it has none."""
    try:
        return code_in(shallow(response.body), "status")
    except DecodeError:
        return None


def _with_facts(response: Response, read: Callable[[], T]) -> T:
    """Read, and complete the error if that fails; the frames below hold rows, which may hold passwords."""
    try:
        return read()
    except SdkError as error:
        error.add(**facts(response))
        error.__context__ = None
        raise error.with_traceback(None) from None


def _loaded(loader: Loader[M], row: Mapping[str, Raw], path: str) -> M:
    model = loader.load(encode(row), path=path)
    if isinstance(model, Malformed):
        raise DecodeError(f"the response does not fit: {model.path}: {model.reason}", paths=(model.path,))
    return model


def _data(top: Mapping[str, Raw]) -> Raw | None:
    """Return `data`, or None where it holds nothing."""
    data = top.get("data")
    return None if data is None or bytes(data) in {b"null", b'""'} else data


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
