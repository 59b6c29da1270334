"""Base URLs of hosts: what a client may connect to, and when plain http is allowed."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from .errors import ConfigError
from .validation import required_text


def base_url(name: str, value: object, allow_http: bool = False) -> str:
    """Return `value` without a slash at its end if it is an http or https URL with a host and no query.

    Plain http is taken to this machine; with `allow_http` also in private networks and to hosts with a single label.
    """
    text = required_text(name, value).rstrip("/")
    if not re.fullmatch(r"https?://[A-Za-z0-9._\-\[\]:]+(/[A-Za-z0-9._~\-/]*)?", text):
        raise ConfigError(f"{name} must be a URL such as https://host.example, without query or password")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")  # what looks a name up refuses an empty label, or a long one, only later
    except ValueError:
        host = None
    if host is None:
        raise ConfigError(f"{name} has no host, or a port that is none")
    if text.startswith("http://") and host not in {"127.0.0.1", "localhost", "::1"}:
        _in_the_clear(name, host, allow_http)
    return text


def _in_the_clear(name: str, host: str, allow_http: bool) -> None:
    if not is_private(host):
        raise ConfigError(
            f"{name} must use https: credentials never travel in the clear over a public network"
        )
    if not allow_http:
        raise ConfigError(
            f"{name} must use https: credentials travel in the clear to this machine only; for a host of a private "
            "network say so with allow_http=True, or with STRINGEE_ALLOW_HTTP=1 (RINGME_ALLOW_HTTP, "
            "ITNIOTECH_ALLOW_HTTP) in the environment"
        )


def is_private(host: str) -> bool:
    """Return whether a host is a private address, or a name with a single label, which only a local network knows."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", host) is not None  # 0x08080808 is a number too
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_private and not address.is_unspecified
