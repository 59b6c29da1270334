"""Exceptions of the operating system, of TLS and of our connections, turned into the SDK's.

One job: say what happened to a request, and let no credential stay on what is chained as the cause. aiohttp's exceptions
are translated next to its session.
"""

from __future__ import annotations

import errno
import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

from .errors import MAY_HAVE_ACTED, CertificateError, NotSentError, OutcomeUnknownError, SdkError
from .messages import Request
from .retry_class import RetryClass

_OUT_OF_REACH: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


def no_connection(error: BaseException, request: Request, name: str = "") -> SdkError:
    """Return the error of a request that got no connection; `name` is the exception's name for the reader."""
    host = host_of(request)
    name = name or type(error).__name__
    if isinstance(error, ssl.CertificateError):
        return CertificateError(
            f"the server's certificate was not accepted ({error.verify_message or name}); nothing was sent; "
            f"is the URL of {host} right?"
        )
    return NotSentError(
        f"no connection to {host}: {why(error)} ({name}); nothing was sent; is the URL right?"
    )


def lost(error: BaseException, request: Request, what: str) -> SdkError:
    """Return the error of a request that left; `what` says in words how the exchange ended."""
    fate = "" if request.retry_class is RetryClass.READ else MAY_HAVE_ACTED
    if isinstance(error, TimeoutError):
        return OutcomeUnknownError(f"no whole response in the attempt's time{fate}")
    if isinstance(error, ConnectionResetError) or getattr(error, "errno", None) == errno.ECONNRESET:
        what = "the server reset the connection"
    return OutcomeUnknownError(f"after {request.method} left, {what} ({type(error).__name__}){fate}")


def host_of(request: Request) -> str:
    """Return the host of a request's URL, and its port."""
    parts = urlsplit(request.url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def why(error: BaseException) -> str:
    """Return in words why no connection was established."""
    text = str(error)
    if isinstance(error, TimeoutError):
        return "no connection in time"
    if isinstance(error, socket.gaierror):
        if error.errno == socket.EAI_AGAIN:
            return "the name could not be looked up; is there a network?"
        return "there is no host of this name"
    if getattr(error, "errno", None) in _OUT_OF_REACH:
        return "the network or the host is out of reach"
    if isinstance(error, ConnectionRefusedError) or "Connect call failed" in text:
        return "the connection was refused"
    if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER_FAILURE" in text:
        return "the port speaks no TLS; is it https to a port of http?"
    return "the TLS handshake failed" if isinstance(error, ssl.SSLError) else "it was not established"


def clean(error: BaseException) -> BaseException:
    """Drop the tracebacks of an exception and of those that it is chained to; their frames hold requests and responses."""
    for link in links(error):
        link.__traceback__ = None
    return error


def links(error: BaseException) -> list[BaseException]:
    """Return an exception, and all that it is chained to."""
    found: list[BaseException] = []
    chained: list[BaseException | None] = [error]
    while chained:
        link = chained.pop()
        if link is not None and link not in found:
            found.append(link)
            chained += [link.__cause__, link.__context__]
    return found
