"""What `doctor` tries on the network below HTTP: a proxy, names, connections, TLS; each failure with its remedy."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Sequence
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

import attrs

from ..core.dial import dial
from ..core.network_errors import why

T = TypeVar("T")

SECONDS: Final = 5.0
"""Seconds that each step may take."""
_LONGEST_HEAD: Final = 65_536
_EXPIRED: Final = {9, 10}
"""OpenSSL's codes of a certificate that is not valid yet, or no more."""
_WRONG_HOST: Final = {62, 64}
_PROXY_AUTHENTICATION: Final = 407


class TroubleError(Exception):
    """A step failed; the text says how, `remedy` what to do."""

    def __init__(self, detail: str, remedy: str = "") -> None:
        super().__init__(detail)
        self.remedy = remedy


@attrs.frozen
class Address:
    """One address that a client calls, and the setting that holds it."""

    setting: str = attrs.field(eq=False)
    secure: bool
    host: str
    port: int
    proxied: bool = False

    @classmethod
    def of(cls, setting: str, url: str, *, proxied: bool) -> Address:
        """Return what a URL says; it was checked before."""
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        return cls(setting, secure, parts.hostname or "", parts.port or (443 if secure else 80), proxied)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


async def in_time(work: Awaitable[T]) -> T:
    """Return what a step returns; TimeoutError after `SECONDS`."""
    async with asyncio.timeout(SECONDS):
        return await work


async def look_up(address: Address) -> str:
    """Return how a host's name was looked up."""
    try:
        ipaddress.ip_address(address.host)
    except ValueError:
        pass
    else:
        return f"{address.host} is an address"
    loop = asyncio.get_running_loop()
    try:
        found = await in_time(loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError) as error:
        reason = why(error) if isinstance(error, OSError) else "it cannot be the name of a host"
        raise TroubleError(
            f"{address.host}: {reason}",
            f"Check the name in {address.setting}, and the network and name server of this computer.",
        ) from None
    return f"{address.host} is {', '.join(dict.fromkeys(str(one[4][0]) for one in found[:4]))}"


async def connect(address: Address) -> socket.socket:
    """Return a connected socket."""
    try:
        return await in_time(dial(address.host, address.port))
    except OSError as error:
        raise TroubleError(f"{address}: {why(error)}", _remedy_of(error, address)) from None


def _remedy_of(error: OSError, address: Address) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"Nothing listens there: check host and port in {address.setting}, or start the server."
    return f"Have the firewall let connections to {address} pass, or check {address.setting}."


async def handshake(address: Address, sock: socket.socket) -> str:
    """Return what a TLS handshake over a socket agreed on; the socket is closed."""
    context = ssl.create_default_context()
    try:
        _, writer = await in_time(
            asyncio.open_connection(sock=sock, ssl=context, server_hostname=address.host)
        )
    except (OSError, asyncio.IncompleteReadError) as error:
        sock.close()
        raise _tls_trouble(error, address) from None
    tls = writer.get_extra_info("ssl_object")
    text = f"{address.host}: {tls.version()}, certificate until {tls.getpeercert().get('notAfter')}"
    writer.transport.abort()
    return text


def _tls_trouble(error: BaseException, address: Address) -> TroubleError:
    if not isinstance(error, ssl.SSLCertVerificationError):
        reason = why(error) if isinstance(error, ssl.SSLError) else "the TLS handshake was cut off"
        return TroubleError(
            f"{address}: {reason}", f"Check scheme and port in {address.setting}: it must be a port of https."
        )
    detail = f"{address.host}: the certificate was not accepted ({error.verify_message})"
    if error.verify_code in _EXPIRED:
        remedy = "Check the date of this computer; if it is right, have the certificate of the host renewed."
    elif error.verify_code in _WRONG_HOST:
        remedy = f"Check the host in {address.setting}: another one answers there."
    else:
        remedy = (
            "If your network inspects TLS, name its authority's certificate in SSL_CERT_FILE; else do not go on: "
            f"{address.setting} may lead to a stranger."
        )
    return TroubleError(detail, remedy)


def proxy_of(address: Address) -> tuple[str, str]:
    """Return the variable that names the proxy of an address, and its URL."""
    scheme = "https" if address.secure else "http"
    return f"{scheme.upper()}_PROXY", getproxies()[scheme]


async def through_proxy(address: Address) -> socket.socket:
    """Return a socket that a proxy has connected to an address; for plain http, one to the proxy alone."""
    variable, url = proxy_of(address)
    parts = urlsplit(url)
    proxy = Address(variable, secure=False, host=parts.hostname or "", port=parts.port or 80)
    try:
        sock = await in_time(dial(proxy.host, proxy.port))
    except OSError as error:
        raise TroubleError(
            f"the proxy {proxy}: {why(error)}", f"Check {variable}, or unset it where no proxy is needed."
        ) from None
    if not address.secure:
        return sock
    try:
        status = await in_time(_tunnel(sock, address, parts.username, parts.password))
    except (OSError, ValueError):
        status = 0
    if status == 200:
        return sock
    sock.close()
    raise _refused(proxy, address, status)


async def _tunnel(sock: socket.socket, address: Address, name: str | None, password: str | None) -> int:
    """Ask a proxy for a tunnel; return the HTTP status that it responds with."""
    lines = [f"CONNECT {address} HTTP/1.1", f"Host: {address}"]
    if name is not None:
        pair = f"{unquote(name)}:{unquote(password or '')}".encode()
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}")
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, "\r\n".join([*lines, "", ""]).encode())
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
        piece = await loop.sock_recv(sock, 1)  # not a byte of what follows in the tunnel
        if not piece:
            break
        head += piece
    return int(head.split(None, 2)[1]) if head.startswith(b"HTTP/") else 0


def _refused(proxy: Address, address: Address, status: int) -> TroubleError:
    if status == _PROXY_AUTHENTICATION:
        return TroubleError(
            f"the proxy {proxy} wants a name and a password",
            f"Write them into {proxy.setting}: http://NAME:PASSWORD@{proxy}",
        )
    said = f"refused the way to {address} (HTTP {status})" if status else "gave no response of a proxy"
    return TroubleError(
        f"the proxy {proxy} {said}",
        f"Have the proxy allow {address}, or name {address.host} in NO_PROXY where it can be reached without.",
    )


def close_all(socks: Sequence[socket.socket]) -> None:
    """Close sockets."""
    for sock in socks:
        sock.close()
