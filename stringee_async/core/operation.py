"""The calls that a vendor offers, one `Operation` each, and the requests made from them.

An operation has the name that method, log, limiter, error and fault script share, and a retry class. Path values are
quoted here, or refused where no quoting makes them safe.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast
from urllib.parse import quote, quote_plus

import attrs

from .messages import Headers, Request, Upload
from .names import is_name, normalised
from .options import exact_text, exact_whole
from .retry_class import RetryClass
from .unset import UNSET
from .validation import identifier

_JSON: Final = Headers({"Accept": "application/json", "Content-Type": "application/json"})
_NO_BODY: Final = Headers({"Accept": "application/json"})


@attrs.frozen
class Operation:
    """One call that a vendor offers.

    Args:
        name: The operation's name, such as `"agents.create"`.
        method: HTTP method.
        path: Path template with named parameters, such as `/v1/agent/{agent_id}`.
        retry_class: What repeating it would do.
        idempotency_key: Name of the header that makes a repeat safe; None where the vendor has none.
        natural_key: Of a create: reads from the values of its path and body what tells the new object from others; see
            `keyed_by`. None where an object has no natural key.
    """

    name: str
    method: str
    path: str
    retry_class: RetryClass
    idempotency_key: str | None = None
    natural_key: Callable[[Mapping[str, Any]], Hashable] | None = None

    def key(self, fields: Mapping[str, Any]) -> Hashable:
        """Return the natural key of the object that this create makes, from the values of its path and body; or None."""
        return None if self.natural_key is None else self.natural_key(fields)

    def request(
        self,
        base: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: bytes | Upload | None = None,
        content_type: str | None = None,
        natural_key: Hashable = None,
    ) -> Request:
        """Return the request. Of the query, `UNSET` is left out, a list repeats its name, booleans become words."""
        url = base + self.path
        if path is not None:
            url = base + self.path.format_map(
                {name: path_segment(name, value) for name, value in path.items()}
            )
        if query is not None:
            url += _query(query)
        return Request(
            operation=self.name,
            method=self.method,
            path=self.path,
            url=url,
            retry_class=self.retry_class,
            headers=_headers(body, content_type),
            body=body,
            natural_key=natural_key,
        )


_VERBS: Final = MappingProxyType(
    {
        "create": ("POST", False, RetryClass.CREATE),
        "add": ("POST", False, RetryClass.CREATE),
        "list": ("GET", False, RetryClass.READ),
        "get": ("GET", True, RetryClass.READ),
        "update": ("PUT", True, RetryClass.IDEMPOTENT_WRITE),
        "delete": ("DELETE", True, RetryClass.IDEMPOTENT_WRITE),
        "remove": ("DELETE", True, RetryClass.IDEMPOTENT_WRITE),
    }
)
"""Of each verb: the HTTP method, whether the path is that of one object, and its retry class."""


def operations(
    resource: str, path: str, item: str, verbs: str, *, natural_key: tuple[str, ...]
) -> tuple[Operation, ...]:
    """Return the operations of a resource whose verbs follow the conventions of HTTP.

    `item` stands behind `path` for one object. `verbs` are some of `create`, `add`, `list`, `get`, `update`, `delete` and
    `remove`, in the order of the result.
    """
    found: list[Operation] = []
    for verb in verbs.split():
        method, one, retry_class = _VERBS[verb]
        key = keyed_by(resource, *natural_key) if retry_class is RetryClass.CREATE else None
        found.append(
            Operation(
                f"{resource}.{verb}", method, path + item if one else path, retry_class, natural_key=key
            )
        )
    return tuple(found)


def keyed_by(resource: str, *names: str) -> Callable[[Mapping[str, Any]], Hashable]:
    """Return a reader of natural keys that are made of these fields; names are compared as vendors keep them."""
    if len(names) == 1 and not is_name(names[0]):
        (only,) = names
        return lambda fields: (resource, fields[only])

    def natural_key(fields: Mapping[str, Any]) -> Hashable:
        return resource, *(normalised(fields[name]) if is_name(name) else fields[name] for name in names)

    return natural_key


def _query(query: Mapping[str, Any]) -> str:
    """Return the query part of a URL, with its question mark; empty if no parameter is set."""
    parameters: list[str] = []
    for name, given in query.items():
        if given is UNSET:
            continue
        values = cast("Sequence[Any]", given) if isinstance(given, (list, tuple)) else (given,)
        for value in values:
            if isinstance(value, bool):
                text = "true" if value else "false"
            else:
                text = str(value) if type(value) is int else quote_plus(_plain_text(value))
            parameters.append(f"{name}={text}")
    return "?" + "&".join(parameters) if parameters else ""


def _plain_text(value: object) -> str:
    """Return a value as text: that of a subclass is what it holds, whatever it prints."""
    if isinstance(value, str):
        return exact_text(value)
    number = exact_whole(value)
    return str(value if number is None else number)


def _headers(body: bytes | Upload | None, content_type: str | None) -> Headers:
    if body is None:
        return _NO_BODY
    return _JSON if content_type is None else Headers({**_NO_BODY, "Content-Type": content_type})


def path_segment(name: str, value: object) -> str:
    """Return `value` quoted as one path segment, if it can be an id."""
    return quote(identifier(name, value), safe="@")
