"""Who may use the control API: pages and programs of this machine that address the emulator itself.

A page of another site can have a browser send requests here. Under a name of its own (DNS rebinding) it is refused by
``Host``; a write is refused without a header that a browser sends to another site only after asking, and asking is refused
too; what it reads by other means the browser keeps from it, as no response allows another origin.
"""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

from .replies import RefusedError

HEADER = "X-Emulator"
_READS = ("GET", "HEAD")


def check(request: web.BaseRequest, host: str) -> None:
    """Raise ``RefusedError`` (403) for a request that may come from elsewhere.

    Args:
        request: the request.
        host: the name or address that the emulator was told to listen on.
    """
    named = request.headers.getall("Host", [])
    if len(named) != 1 or not _own(named[0], request, host):
        raise RefusedError("Host must be the emulator's own address or localhost", 403)
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != named[0]:
        raise RefusedError("this is for the emulator's own page and for programs, not for other sites", 403)
    if request.method not in _READS and request.headers.get(HEADER) != "1":
        raise RefusedError(f"a write needs the header {HEADER}: 1", 403)


def _own(given: str, request: web.BaseRequest, host: str) -> bool:
    """Whether a ``Host`` is this emulator's: the address it listens on, or the one that the connection came in by."""
    try:
        name = (urlsplit(f"//{given}").hostname or "").lower()
        _ = urlsplit(f"//{given}").port
    except ValueError:
        return False
    if any(sign in given for sign in "/@?#\\ ") or not name:
        return False
    if name == "localhost" or name == host.lower():
        return True
    transport = request.transport
    local = None if transport is None else transport.get_extra_info("sockname")
    try:
        return local is not None and ipaddress.ip_address(name) == ipaddress.ip_address(local[0])
    except ValueError:
        return False
