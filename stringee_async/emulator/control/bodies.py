"""Reads what a request of the control API gives: JSON bodies, query parameters, and the account that is meant."""

import json
from typing import Any, TypeVar, cast

from aiohttp import web

from ..dialect import Dialect
from ..near_names import near
from ..settings import is_number
from .host import Host
from .replies import RefusedError

T = TypeVar("T")


async def json_body(request: web.BaseRequest, *names: str) -> dict[str, Any]:
    """Read a JSON object; with ``names``, those that it may have."""
    try:
        data: object = json.loads(await request.content.read() or b"{}")
    except (ValueError, RecursionError):
        raise RefusedError("the body must be JSON") from None
    if not isinstance(data, dict):
        raise RefusedError("the body must be a JSON object")
    body = cast("dict[str, Any]", data)
    for name in body:
        if names and name not in names:
            raise RefusedError(
                f"{name!r} is not known here; {near(name, names, 'known: ' + ', '.join(names))}"
            )
    return body


def text(body: dict[str, Any], name: str, otherwise: str | None = None) -> str:
    """Take a text out of a body."""
    value = body.get(name, otherwise)
    if not isinstance(value, str) or not value:
        raise RefusedError(f"{name} must be a text")
    return value


def number(body: dict[str, Any], name: str, *, least: float | None = None) -> float:
    """Take a number out of a body."""
    value = body.get(name)
    if not is_number(value) or (least is not None and cast("float", value) < least):
        raise RefusedError(f"{name} must be a number" + ("" if least is None else f", {least:g} or more"))
    return cast("float", value)


def whole(body: dict[str, Any], name: str, otherwise: int, *, least: int = 0) -> int:
    """Take a whole number out of a body."""
    value = body.get(name, otherwise)
    if type(value) is not int or value < least:
        raise RefusedError(f"{name} must be a whole number, {least} or more")
    return value


def parameter(request: web.BaseRequest, name: str, otherwise: int) -> int:
    """Read a whole number from the query."""
    given = request.query.get(name)
    if given is None:
        return otherwise
    if not (given.isascii() and given.removeprefix("-").isdigit() and len(given) < 16):
        raise RefusedError(f"{name} must be a whole number")
    return int(given)


def vendor(host: Host, name: object) -> Dialect[Any, Any]:
    """Find a vendor by its name."""
    known = {dialect.vendor: dialect for dialect in host.dialects}
    if not isinstance(name, str) or name not in known:
        raise RefusedError(f"vendor must be one of {', '.join(known)}")
    return known[name]


def account(dialect: Dialect[Any, Any], number: int) -> Any:
    """Return the state of an account that exists."""
    if number not in dialect.accounts:
        raise RefusedError(f"there is no account {number} of {dialect.vendor}", 404)
    return dialect.accounts[number]
