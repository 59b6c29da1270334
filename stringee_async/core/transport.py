"""The transport: what sends one request and returns its response.

One job: the seam between the SDK and the network. A transport sends a request once: it retries nothing and follows no
redirects, so the attempts that the SDK counts are the requests on the network, and credentials go to no other host.
"""

from __future__ import annotations

import abc
import sys
from typing import TYPE_CHECKING, Final, Protocol

from .._version import __version__
from .messages import Request, Response
from .options import Timeouts

if TYPE_CHECKING:
    from aiohttp import ClientSession

NOTHING_SENT: Final = "cancelled while connecting; nothing was sent"
"""A note on a cancellation that came before the request left."""

USER_AGENT: Final = f"stringee-async/{__version__}"


class Transport(Protocol):
    """Sends one request and returns its response."""

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Send one request once and read its response to the end; its body may be an `Upload`, read while it is sent."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


class OwnTransport(abc.ABC):
    """The base of the transports of this package: they can move to another event loop."""

    @abc.abstractmethod
    def leave(self) -> None:
        """Make ready for another event loop; what is open on the one that is left is closed by the next request.

        Raises:
            ClosedError: The transport cannot leave its loop.
        """


def leave(transport: Transport) -> None:
    """Tell a transport that its client leaves an event loop that does not run any more.

    Args:
        transport: The transport; one of the caller's own need not know of loops.

    Raises:
        ClosedError: The transport belongs to that loop.
    """
    if isinstance(transport, OwnTransport):
        transport.leave()


def connections_of(http: ClientSession | None, wanted: int) -> int:
    """Return how many requests may be on the network at once: no more than a caller's session has connections.

    Args:
        http: The caller's session, or None.
        wanted: `max_connections` of the client.
    """
    connector = None if http is None else getattr(http, "connector", None)
    if connector is None:
        return wanted
    return min(wanted, connector.limit or wanted, connector.limit_per_host or wanted)


def creation_site() -> str:
    """Return file and line of the code outside this package that is making a client."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("stringee_async."):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
