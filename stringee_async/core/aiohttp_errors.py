"""Exceptions of aiohttp, turned into the SDK's.

One job: tell those that mean "not sent" from those after which the vendor may have acted, proxies included.
"""

from __future__ import annotations

from typing import Final

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy

from .errors import CertificateError, NotSentError, ProxyError, SdkError
from .messages import Request
from .network_errors import clean, host_of, links, lost, no_connection, why

_NO_HEADERS: Final = CIMultiDictProxy(CIMultiDict[str]())


def translate(error: BaseException, request: Request, *, not_sent: bool = False) -> SdkError:
    """Return the SDK's error for one of aiohttp or the operating system; `not_sent` if nothing can have left."""
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return _refused_by_proxy(error)
    if isinstance(error, aiohttp.InvalidURL):  # the request's own was read before it was handed over
        return ProxyError(
            "the address of the proxy is not a URL such as http://proxy.example:3128; nothing was sent"
        )
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason = getattr(error.certificate_error, "verify_message", "") or name
        return CertificateError(
            f"the server's certificate was not accepted ({reason}); nothing was sent; "
            f"is the URL of {host_of(request)} right?"
        )
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return NotSentError(
            f"no connection to the proxy {error.host}:{error.port}: {why(error.os_error)} ({name}); nothing was sent"
        )
    if not_sent or isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
        return no_connection(cause, request, name)
    return lost(error, request, _broken(error))


def _refused_by_proxy(error: aiohttp.ClientHttpProxyError) -> NotSentError:
    """Return the error for a proxy that does not connect us; the vendor was not asked."""
    proxy = error.request_info.real_url
    kind = ProxyError if error.status in {403, 407} else NotSentError
    hint = "; give it the login that it wants" if error.status == 407 else ""
    return kind(
        f"the proxy {proxy.host}:{proxy.port} refused to connect (HTTP {error.status}); nothing was sent{hint}",
        status=error.status,
    )


def _broken(error: BaseException) -> str:
    """Return in words how an exchange ended without a whole response."""
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the server closed the connection without a response"
    if isinstance(error, (aiohttp.ClientPayloadError, aiohttp.ClientResponseError)):
        return "the response broke off, or was not HTTP"
    return "the connection broke"


def clean_aiohttp(error: BaseException) -> BaseException:
    """Drop from an exception, and those it is chained to, whatever could hold request headers."""
    for link in links(clean(error)):
        if isinstance(link, aiohttp.ClientResponseError):
            link.request_info = link.request_info._replace(headers=_NO_HEADERS)
            link.history, link.headers = (), None
            link.args = (link.request_info, ())
    return error
