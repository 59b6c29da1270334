"""Which transport a client gets.

One job: connections of its own, or an aiohttp session where the caller gives one, or where it must be; in tests with the
guard of the pytest plugin, which is found among the loaded modules, so that it costs nothing elsewhere.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any, Final

from .errors import ConfigError
from .transport import Transport

if TYPE_CHECKING:
    from aiohttp import ClientSession

logger = logging.getLogger("stringee_async.transport")

_VARIABLE: Final = "STRINGEE_ASYNC_TRANSPORT"
_PLUGIN: Final = "stringee_async.testing.plugin"


def transport_for(max_connections: int, http: ClientSession | None) -> Transport:
    """Return the transport of a client: over connections of its own, or over an aiohttp session.

    `STRINGEE_ASYNC_TRANSPORT=aiohttp` in the environment chooses a session of aiohttp for all clients; so does an
    installation without httptools.

    Args:
        max_connections: Connections open at once at most.
        http: A session of the caller's, which is then used.

    Raises:
        ConfigError: The variable names no transport.
    """
    transport = _chosen(max_connections, http)
    plugin: Any = sys.modules.get(_PLUGIN)
    if plugin is None:
        return transport
    guarded: Transport = plugin.guarded_transport(transport)
    return guarded


def _chosen(max_connections: int, http: ClientSession | None) -> Transport:
    chosen = os.environ.get(_VARIABLE, "own")
    if chosen not in ("own", "aiohttp"):
        raise ConfigError(f"{_VARIABLE} must be 'own' or 'aiohttp', got {chosen!r}")
    if http is None and chosen == "own":
        try:
            from .pooled_transport import PooledTransport
        except ImportError:
            logger.debug("httptools is not installed; requests go through a session of aiohttp")
        else:
            return PooledTransport(max_connections)
    from .aiohttp_transport import AiohttpTransport

    return AiohttpTransport(max_connections, http)
