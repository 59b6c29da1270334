"""Who may put events into an inbox: a secret part of the path, and the addresses of those who send.

`X-Forwarded-For` is believed from the proxies that are named and from nothing else: every client can write it.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import attrs

from .errors import ConfigError
from .options import shown
from .secrets import Secret

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

UNIX: Final = "unix"
"""Among the proxies: whatever connects through a Unix socket, which has no address."""

_SECRET: Final = re.compile(r"[A-Za-z0-9._~-]{16,}")
_WITH_PORT: Final = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")


@attrs.frozen(kw_only=True)
class Access:
    """Who may send.

    Args:
        path_secret: The last part of the path; None for any.
        peers: The networks of those who send; None for any.
        proxies: The networks of the proxies whose `X-Forwarded-For` counts.
        over_unix: Whether what connects through a Unix socket is such a proxy.
    """

    path_secret: Secret | None = None
    peers: tuple[Network, ...] | None = None
    proxies: tuple[Network, ...] = ()
    over_unix: bool = False

    def allows_path(self, path: str) -> bool:
        """Return whether the last part of a decoded path is the secret; takes the same time for every wrong one."""
        if self.path_secret is None:
            return True
        given = path.rstrip("/").rpartition("/")[2].encode("utf-8", "replace")
        return hmac.compare_digest(given, self.path_secret.reveal().encode())

    def allows_peer(self, peer: str | None, forwarded: Sequence[str]) -> bool:
        """Return whether a sender may send.

        Args:
            peer: The address that the connection comes from; None for a Unix socket.
            forwarded: The values of all headers `X-Forwarded-For`, in order.
        """
        if self.peers is None:
            return True
        entries = [entry for value in forwarded for entry in value.split(",")]
        address = _address(peer) if peer else None
        believed = self.over_unix if not peer else _within(address, self.proxies)
        while believed and entries:
            address = _address(entries.pop())
            believed = _within(address, self.proxies)
        return _within(address, self.peers)


def access(
    *, path_secret: str | Secret | None, peers: Iterable[str] | None, proxies: Iterable[str]
) -> Access:
    """Return who may send, from the arguments of an inbox's handler or app.

    Raises:
        ConfigError: The secret is short or does not fit into a path, or something is no address or network.
    """
    named = list(_texts("proxies", proxies))
    return Access(
        path_secret=None if path_secret is None else _secret(path_secret),
        peers=None if peers is None else tuple(_network("peers", text) for text in _texts("peers", peers)),
        proxies=tuple(_network("proxies", text) for text in named if text != UNIX),
        over_unix=UNIX in named,
    )


def _secret(path_secret: object) -> Secret:
    text = path_secret.reveal() if isinstance(path_secret, Secret) else path_secret
    if not isinstance(text, str) or not _SECRET.fullmatch(text):
        raise ConfigError(
            "path_secret must have at least 16 characters, letters, digits and ._~- only, such as "
            "secrets.token_urlsafe() makes"
        )
    return Secret(text)


def _texts(name: str, values: Iterable[str]) -> Iterable[str]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise ConfigError(f"{name} must be a list of addresses or networks, got {shown(values)}")
    return values


def _network(name: str, text: object) -> Network:
    try:
        return ipaddress.ip_network(str(text), strict=False)
    except ValueError:
        raise ConfigError(
            f"{name}: {shown(text)} is no address and no network such as 203.0.113.0/24"
        ) from None


def _address(text: str) -> Address | None:
    """Return an address as it stands in a connection or a header; None if it is none."""
    text = text.strip()
    ported = _WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address((ported[1] or ported[2]) if ported else text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _within(address: Address | None, networks: Iterable[Network]) -> bool:
    return address is not None and any(address in network for network in networks)
