"""Exceptions of aiohttp and the operating system, turned into ours.

One job, for the transport: say what happened to a request, and let no credential stay on what is chained as the cause.
"""

from __future__ import annotations

import errno
import socket
from typing import Final

import aiohttp
import yarl
from multidict import CIMultiDict, CIMultiDictProxy

from .errors import MAY_HAVE_ACTED, CertificateError, NotSentError, OutcomeUnknownError, ProxyError, SdkError
from .messages import Request
from .retry_class import RetryClass

_OUT_OF_REACH: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
_NO_HEADERS: Final = CIMultiDictProxy(CIMultiDict[str]())


def translate(error: BaseException, request: Request, *, not_sent: bool = False) -> SdkError:
    """Return the SDK's error for one of aiohttp or the operating system.

    Args:
        error: What was raised while a request was sent or its response read.
        request: The request.
        not_sent: Whether it is known from elsewhere that nothing was sent.
    """
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _refused_by_proxy(error)
    if isinstance(error, aiohttp.InvalidURL):  # the request's own was read before it was handed over
        return ProxyError(
            "the address of the proxy is not a URL such as http://proxy.example:3128; nothing was sent"
        )
    host = yarl.URL(request.url, encoded=True).authority
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        why = getattr(error.certificate_error, "verify_message", "") or _name(error)
        return CertificateError(
            f"the server's certificate was not accepted ({why}); nothing was sent; is the URL of {host} right?"
        )
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return NotSentError(
            f"no connection to the proxy {error.host}:{error.port}: {_why(error)}; nothing was sent"
        )
    if not_sent or isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        return NotSentError(f"no connection to {host}: {_why(error)}; nothing was sent; is the URL right?")
    fate = "" if request.retry_class is RetryClass.READ else MAY_HAVE_ACTED
    if isinstance(error, TimeoutError):
        return OutcomeUnknownError(f"no whole response in the attempt's time{fate}")
    return OutcomeUnknownError(f"after {request.method} left, {_broken(error)} ({_name(error)}){fate}")


def _refused_by_proxy(error: aiohttp.ClientHttpProxyError) -> NotSentError:
    """Return the error for a proxy that does not connect us; the vendor was not asked."""
    proxy = error.request_info.real_url
    kind = ProxyError if error.status in {403, 407} else NotSentError
    advice = "; give it the login that it wants" if error.status == 407 else ""
    return kind(
        f"the proxy {proxy.host}:{proxy.port} refused to connect (HTTP {error.status}); nothing was sent{advice}",
        status=error.status,
    )


def _name(error: BaseException) -> str:
    return type(error).__name__


def _broken(error: BaseException) -> str:
    """Return in plain words how an exchange ended without a whole response."""
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the server closed the connection without a response"
    if isinstance(error, ConnectionResetError) or getattr(error, "errno", None) == errno.ECONNRESET:
        return "the server reset the connection"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the response broke off, or was not HTTP"
    return "the connection broke"


def _why(error: BaseException) -> str:
    """Return in plain words why no connection came about, with the name of the exception."""
    cause: BaseException = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    text = str(cause)
    if isinstance(cause, TimeoutError):
        reason = "no connection in time"
    elif isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN:
        reason = "the name could not be looked up; is there a network?"
    elif isinstance(error, aiohttp.ClientConnectorDNSError) or isinstance(cause, socket.gaierror):
        reason = "there is no host of this name"
    elif getattr(cause, "errno", None) in _OUT_OF_REACH:
        reason = "the network or the host is out of reach"
    elif isinstance(cause, ConnectionRefusedError) or "Connect call failed" in text:
        reason = "the connection was refused"
    elif "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER_FAILURE" in text:
        reason = "the port speaks no TLS; is it https to a port of http?"
    elif isinstance(error, aiohttp.ClientConnectorSSLError):
        reason = "the TLS handshake failed"
    else:
        reason = "it was not established"
    return f"{reason} ({_name(error)})"


def clean(error: BaseException) -> BaseException:
    """Drop from an exception, and those it is chained to, whatever could hold request headers.

    Args:
        error: What was raised; it is changed and returned.
    """
    seen: set[int] = set()
    chained: list[BaseException | None] = [error]
    while chained:
        link = chained.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        link.__traceback__ = None
        chained += [link.__cause__, link.__context__]
        if isinstance(link, aiohttp.ClientResponseError):
            link.request_info = link.request_info._replace(headers=_NO_HEADERS)
            link.history, link.headers = (), None
            link.args = (link.request_info, ())
    return error
