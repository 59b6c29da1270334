"""Calls that have no method: any method and path of a vendor's hosts, with the rules of every other call.

One job: check what such a call is made of, and send it. What a response means is the vendor's, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

from . import multipart
from .errors import ConfigError
from .messages import Response
from .near_names import near_names
from .operation import Operation
from .options import shown
from .resource import Resource
from .retry_class import RetryClass
from .validation import required_text

NAME: Final = "request"
"""The operation of all such calls, for logs, limiters and errors."""

_CLASSES: Final = MappingProxyType(
    {
        "GET": RetryClass.READ,
        "POST": RetryClass.CREATE,
        "PUT": RetryClass.IDEMPOTENT_WRITE,
        "PATCH": RetryClass.CREATE,
        "DELETE": RetryClass.IDEMPOTENT_WRITE,
    }
)
"""What repeating a call does, as far as its HTTP method tells."""

_PATH: Final = re.compile(r"(?:/(?!/|\.{1,2}(?:/|\Z))(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)+")

Reader = Callable[[str, Response], Any]
"""Returns what a response to a path holds, or raises what the vendor said."""


class RawCalls:
    """Sends the calls of one client.

    `hosts` has a resource for each host, the first for calls that name none; a `content_type` of None is JSON's own.
    """

    def __init__(self, hosts: Mapping[str, Resource], read: Reader, content_type: str | None = None) -> None:
        self._hosts = hosts
        self._read = read
        self._content_type = content_type

    async def send(
        self,
        method: str,
        path: str,
        *,
        host: str | None,
        query: Mapping[str, object] | None,
        body: Mapping[str, object] | Sequence[object] | None,
        form: Mapping[str, object] | None,
        retry_class: RetryClass | str | None,
    ) -> Any:
        """Send one call; arguments as for `Client.request`."""
        verb = required_text("method", method).upper()
        if verb not in _CLASSES:
            raise ConfigError(f"method must be one of {', '.join(_CLASSES)}; got {shown(method)}")
        operation = Operation(NAME, verb, _path(path), _class(retry_class) or _CLASSES[verb])
        if body is not None and not isinstance(body, (Mapping, list, tuple)):
            raise ConfigError(f"body must be a mapping or a list, which is sent as JSON; got {shown(body)}")
        _check_query(query)
        sent, content_type = _form(form, body) if form is not None else (body, self._content_type)
        return await self._host(host)._send(
            operation,
            lambda response: self._read(path, response),
            query=query,
            body=sent,
            content_type=None if sent is None else content_type,
        )

    def _host(self, name: str | None) -> Resource:
        if name is None:
            return next(iter(self._hosts.values()))
        found = self._hosts.get(name) if isinstance(cast("object", name), str) else None
        if found is None:
            known = ", ".join(map(repr, self._hosts))
            near = near_names(name, self._hosts, quoted=True)
            hint = f"; {near}" if near else ""
            raise ConfigError(f"host must be one of {known}, and no URL; got {shown(name)}{hint}")
        return found


def _form(given: object, body: object) -> tuple[bytes, str]:
    if not isinstance(given, Mapping):
        raise ConfigError(f"form must be a mapping of names to values; got {shown(given)}")
    if body is not None:
        raise ConfigError("request takes either body, which is sent as JSON, or form")
    return multipart.form(cast("Mapping[str, object]", given))


def _check_query(query: object) -> None:
    if query is None:
        return
    if not isinstance(query, Mapping):
        raise ConfigError(f"query must be a mapping of names to values; got {shown(query)}")
    for name, given in cast("Mapping[object, object]", query).items():
        required_text("a name in query", name)
        for value in cast("list[object]", given) if isinstance(given, (list, tuple)) else (given,):
            if not isinstance(value, (str, int)):
                raise ConfigError(
                    f"query: {name} must be text, a whole number or a list of them; got {shown(value)}"
                )


def _path(path: object) -> str:
    text = required_text("path", path)
    if _PATH.fullmatch(text) is None:
        raise ConfigError(
            "path must begin with one slash and be quoted as in a URL, such as /v1/agent/AG_1, without host and query "
            f"(give these as host= and query=) and without dot segments; got {shown(path)}"
        )
    return text


def _class(given: object) -> RetryClass | None:
    try:
        return None if given is None else RetryClass(given)
    except ValueError:
        values = [one.value for one in RetryClass]
        near = near_names(given, values, quoted=True)
        hint = f"; {near}" if near else ""
        raise ConfigError(
            f"retry_class must be a RetryClass or one of {', '.join(map(repr, values))}; got {shown(given)}{hint}"
        ) from None
