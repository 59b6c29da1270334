"""Requests and responses: frozen values, made once and never edited."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Collection, Hashable, Mapping
from typing import Final, NoReturn
from urllib.parse import unquote, urlsplit

import attrs

from .retry_class import RetryClass
from .struct_values import as_value

_PARAMETER: Final = re.compile(r"\{(\w+)\}")


class Headers(dict[str, str]):
    """Request headers whose repr shows names only, because some values are credentials."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"

    __str__ = __repr__

    def _frozen(self, *_: object, **__: object) -> NoReturn:
        """Refuse every change."""
        raise TypeError("headers are made once; make new ones")

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _frozen  # pyright: ignore[reportAssignmentType]


NO_HEADERS: Final = Headers({})


@attrs.frozen(eq=False)
class Upload:
    """A request body that is read while it is sent.

    Args:
        size: Its length in bytes.
        pieces: Returns its pieces from the beginning; called once for each attempt.
    """

    size: int
    pieces: Callable[[], AsyncGenerator[bytes]] = attrs.field(repr=False)

    def __len__(self) -> int:
        return self.size


@as_value
@attrs.frozen(kw_only=True)
class Request:
    """One request, ready to send but for its credentials.

    Args:
        operation: The operation's name everywhere: method, log, limiter key, error, fault script.
        method: HTTP method.
        path: Path template, such as `/v1/agent/{agent_id}`; safe to log, holds no ids.
        url: Full URL, already quoted.
        retry_class: What a repeat would do.
        headers: Headers to send; the repr shows their names only.
        body: Body bytes, a body that is read while it is sent, or None.
        credential: What the authoriser signed this copy with, so that a refusal names the right token.
        natural_key: Of a create: what tells the object that it makes from others; None where nothing does.
    """

    operation: str
    method: str
    path: str
    url: str = attrs.field(repr=False)
    retry_class: RetryClass
    headers: Headers = NO_HEADERS
    body: bytes | Upload | None = attrs.field(default=None, repr=False)
    credential: object = attrs.field(default=None, repr=False)
    natural_key: Hashable = attrs.field(default=None, repr=False)

    @property
    def identity(self) -> Hashable:
        """What two requests that ask for the very same thing have in common."""
        return self.operation, self.url, self.body

    @property
    def content(self) -> bytes | None:
        """The body's bytes; None where it has none in memory."""
        return self.body if isinstance(self.body, bytes) else None

    def path_values(self) -> dict[str, str]:
        """Return the path parameters by name, unquoted."""
        pattern = "".join(
            f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(_PARAMETER.split(self.path))
        )
        found = re.search(pattern + r"\Z", urlsplit(self.url).path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else {}

    def with_query(self, parameters: str) -> Request:
        """Return a copy with further query parameters behind those that it has.

        Args:
            parameters: The parameters, already quoted, such as `page=2&limit=50`.
        """
        return Request(
            operation=self.operation,
            method=self.method,
            path=self.path,
            url=f"{self.url}{'&' if '?' in self.url else '?'}{parameters}",
            retry_class=self.retry_class,
            headers=self.headers,
        )

    def without_query(self, names: Collection[str]) -> Request:
        """Return a copy without the query parameters of these names."""
        url, _, query = self.url.partition("?")
        left = "&".join(part for part in query.split("&") if unquote(part.partition("=")[0]) not in names)
        return attrs.evolve(self, url=f"{url}?{left}" if left else url)

    def signed(self, headers: Mapping[str, str], credential: object) -> Request:
        """Return a copy with more headers, and the credential that they come from.

        Args:
            headers: The headers that carry the credential.
            credential: What the vendor refuses if it refuses this copy.
        """
        return Request(
            operation=self.operation,
            method=self.method,
            path=self.path,
            url=self.url,
            retry_class=self.retry_class,
            headers=Headers({**self.headers, **headers}),
            body=self.body,
            credential=credential,
            natural_key=self.natural_key,
        )


@as_value
@attrs.frozen(kw_only=True)
class Response:
    """One response, read to its end.

    Args:
        status: HTTP status.
        headers: Response headers; looking one up ignores case.
        body: Body bytes, decompressed.
        delay: Seconds between the request's being handed to the transport and its leaving, as far as known: those that
            a new connection took.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    delay: float = attrs.field(default=0.0, repr=False, eq=False)
